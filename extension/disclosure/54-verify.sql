-- checking the chain

CREATE FUNCTION broken_item(bulletin bigint, items int)
RETURNS TABLE (item int, problem text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(i.item, n), CASE WHEN i.item IS NULL THEN 'the item is missing'
		WHEN n IS NULL THEN 'the item is not part of the bulletin'
		ELSE 'the item is not what its hash says' END
	FROM generate_series(1, items) n
	FULL JOIN (SELECT x.* FROM credence_disclosure.item x WHERE x.bulletin_id = bulletin) i ON i.item = n
	WHERE i.item IS NULL OR n IS NULL OR i.hash IS DISTINCT FROM credence_disclosure.hash_of(i.canonical)
	ORDER BY 1 LIMIT 1
$$;

COMMENT ON FUNCTION broken_item(bigint, int) IS
'For verify_chain: the first item of a bulletin that is missing, not one of so many, or not what its hash says; no row if there is none.';

-- SECURITY DEFINER: it reads restricted bulletins too, and gives back no content.
CREATE FUNCTION verify_chain()
RETURNS TABLE (bulletin int, item int, problem text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	b credence_disclosure.bulletin;
	expected int := 0;
	previous bytea;
	heading jsonb;
	whole boolean;
	hashes bytea;
BEGIN
	FOR b IN SELECT x.* FROM credence_disclosure.bulletin x WHERE x.number IS NOT NULL ORDER BY x.number
	LOOP
		expected := expected + 1;
		item := NULL;
		bulletin := expected;
		IF b.number <> expected THEN
			problem := 'the bulletin is missing';
			RETURN NEXT;
			RETURN;
		END IF;
		-- one pass over the items; only what does not fit is looked for
		SELECT count(*) = b.items AND min(i.item) = 1 AND max(i.item) = b.items AND bool_and(i.hash = credence_disclosure.hash_of(i.canonical)),
			sha256(coalesce(string_agg(i.hash, ''::bytea ORDER BY i.item), '')) INTO whole, hashes
		FROM credence_disclosure.item i WHERE i.bulletin_id = b.bulletin_id;
		problem := NULL;
		IF whole IS NOT TRUE THEN
			SELECT p.item, p.problem INTO item, problem FROM credence_disclosure.broken_item(b.bulletin_id, b.items) p;
		END IF;
		heading := CASE WHEN credence_disclosure.hash_of(b.heading) = b.hash THEN b.heading::jsonb END;
		problem := CASE WHEN problem IS NOT NULL THEN problem
			WHEN heading IS NULL THEN 'the heading is not what its hash says'
			WHEN heading ->> 'bulletin' IS DISTINCT FROM b.number::text THEN 'the heading names another bulletin'
			WHEN heading ->> 'previous' IS DISTINCT FROM encode(previous, 'hex') OR b.previous_hash IS DISTINCT FROM previous THEN 'the hash of the bulletin before it is another'
			WHEN heading ->> 'items' IS DISTINCT FROM b.items::text
				OR heading ->> 'items_sha256' IS DISTINCT FROM encode(hashes, 'hex')
				THEN 'its items are not those that were published'
			ELSE credence_disclosure.documents_problem(b.bulletin_id, heading) END;
		IF problem IS NOT NULL THEN
			RETURN NEXT;
			RETURN;
		END IF;
		previous := b.hash;
	END LOOP;
END $$;

COMMENT ON FUNCTION verify_chain() IS
'Computes every hash of the published bulletins anew, from the first on, and names the first break: the bulletin, the item if it is one, and what is wrong. No rows: the chain is whole. Whoever rewrites all that follows a change leaves no break: keep the last hash where they do not get at it.';

