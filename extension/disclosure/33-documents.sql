-- documents that are published with a bulletin: the scheme, and the norms of its population

CREATE TABLE bulletin_document (
	bulletin_id		bigint NOT NULL,
	document_place	int NOT NULL CHECK (document_place >= 1),
	kind			text COLLATE "C" NOT NULL,
	peer			text COLLATE "C",
	document		text NOT NULL,
	hash			bytea NOT NULL,
	PRIMARY KEY (bulletin_id, document_place),
	CONSTRAINT bulletin_document_kind CHECK (kind IN ('scheme', 'norms'))
);

COMMENT ON TABLE bulletin_document IS
'What is published with a bulletin so that anyone can recompute it: the document of the scheme, and the norms of the population where the policy publishes them. Append-only, written by draw_up.';
COMMENT ON COLUMN bulletin_document.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN bulletin_document.document_place IS 'Which of its documents it is, from 1; the scheme is the first.';
COMMENT ON COLUMN bulletin_document.kind IS 'scheme, or norms.';
COMMENT ON COLUMN bulletin_document.peer IS 'Of norms: the peer group that they are of; NULL for those of all.';
COMMENT ON COLUMN bulletin_document.document IS 'The document: a scheme in canonical form, norms as credence prints them.';
COMMENT ON COLUMN bulletin_document.hash IS 'SHA-256 of its UTF-8 bytes; it stands in the heading.';

SELECT pg_catalog.pg_extension_config_dump('bulletin_document', '');
SELECT credence_registry.make_append_only('bulletin_document', 'Draw the bulletin up anew, or publish a correction.');

-- Norms are asked for by name, since they tell of everyone in the population, named in the list or not.
CREATE FUNCTION keep_documents(bulletin bigint, run bigint, policy jsonb)
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	INSERT INTO credence_disclosure.bulletin_document (bulletin_id, document_place, kind, peer, document, hash)
	SELECT bulletin, row_number() OVER (ORDER BY d.kind DESC, d.peer COLLATE "C" NULLS FIRST), d.kind, d.peer, d.document, credence_disclosure.hash_of(d.document)
	FROM credence_registry.run r
	JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	CROSS JOIN LATERAL (
		SELECT 'scheme' AS kind, NULL AS peer, credence_disclosure.canonical(s.document) AS document
		UNION ALL
		SELECT 'norms', NULL, r.norms::text WHERE policy -> 'norms' = 'true' AND r.norms IS NOT NULL
		UNION ALL
		SELECT 'norms', n.peer, n.norms::text FROM credence_registry.run_norms n WHERE n.run_id = r.run_id AND policy -> 'norms' = 'true'
	) d
	WHERE r.run_id = keep_documents.run AND policy -> 'scheme' = 'true'
$$;

COMMENT ON FUNCTION keep_documents(bigint, bigint, jsonb) IS
'For draw_up: keeps the documents that a policy publishes with a bulletin: the scheme of its run ("scheme": true), and the norms of its population ("norms": true).';

-- The indicators and groups that are standardised, and the inputs behind each.
CREATE FUNCTION standardised_inputs(document jsonb)
RETURNS TABLE (name text, inputs text[])
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT i ->> 'name', ARRAY[coalesce(i ->> 'input', i ->> 'name')]
	FROM jsonb_path_query(document, '$.scorecard.indicators[*]') i WHERE i ? 'standardise'
	UNION ALL
	SELECT g ->> 'name', ARRAY(SELECT coalesce(i ->> 'input', i ->> 'name') FROM jsonb_path_query(document, '$.scorecard.indicators[*]') i)
	FROM jsonb_path_query(document, '$.scorecard.groups[*]') g WHERE g ? 'standardise'
$$;

COMMENT ON FUNCTION standardised_inputs(jsonb) IS
'What the scorecard of a scheme document standardises, indicators and groups, and the inputs whose population that tells of: of a group those of the whole card.';

-- Why norms must not be published; the smallest population counts, as for a cell.
CREATE FUNCTION norms_problems(run bigint, policy jsonb)
RETURNS SETOF text
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT p.problem
	FROM credence_registry.run r
	JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	CROSS JOIN LATERAL (
		SELECT format('the norms of "%s" tell of the input "%s", which is not shown to everyone', i.name, n) AS problem
		FROM credence_disclosure.standardised_inputs(s.document) i, unnest(i.inputs) n
		WHERE NOT credence_disclosure.shown_plainly(policy, 'input.' || n)
		UNION ALL
		SELECT format('the norms are those of %s subjects%s, fewer than %s', g.n, ' of "' || g.peer || '"', policy ->> 'minimum_cell')
		FROM (
			SELECT NULL AS peer, count(*) AS n FROM credence_registry.result x WHERE x.run_id = r.run_id AND x.excluded IS NULL
			UNION ALL
			SELECT x.peer, count(*) FROM credence_registry.result x JOIN credence_registry.run_norms m ON m.run_id = x.run_id AND m.peer = x.peer
			WHERE x.run_id = r.run_id AND x.excluded IS NULL GROUP BY x.peer
		) g
		WHERE r.norms IS NOT NULL AND g.n < (policy ->> 'minimum_cell')::int
	) p
	WHERE r.run_id = norms_problems.run AND policy -> 'norms' = 'true'
$$;

COMMENT ON FUNCTION norms_problems(bigint, jsonb) IS
'For draw_up_problems: why the norms of a run must not be published under a policy with "norms": true: they tell of an input that is not among its columns, or is masked, or of a population below minimum_cell.';

-- What is wrong with the documents of a published bulletin, by its heading.
CREATE FUNCTION documents_problem(bulletin bigint, heading jsonb)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT CASE
		WHEN EXISTS (SELECT FROM credence_disclosure.bulletin_document d
			WHERE d.bulletin_id = bulletin AND d.hash IS DISTINCT FROM credence_disclosure.hash_of(d.document)) THEN 'a document is not what its hash says'
		WHEN ARRAY(SELECT encode(d.hash, 'hex') FROM credence_disclosure.bulletin_document d WHERE d.bulletin_id = bulletin ORDER BY d.document_place)
			<> ARRAY(SELECT h FROM (
				SELECT 0 AS n, heading ->> 'scheme_sha256' WHERE heading ? 'scheme_sha256'
				UNION ALL
				SELECT e.n, e.value ->> 'sha256' FROM jsonb_array_elements(coalesce(heading -> 'norms', '[]')) WITH ORDINALITY e (value, n)) x (n, h) ORDER BY n)
			THEN 'its documents are not those that were published' END
$$;

COMMENT ON FUNCTION documents_problem(bigint, jsonb) IS
'For verify_chain: what is wrong with the documents of a published bulletin, whose hashes its heading has; NULL if nothing is.';
