-- regions, and which of them a login sees

-- No foreign keys lead from one table of the registry to another: pg_restore with several jobs would fill them in any order, and
-- an extension's constraints are there before its rows. The writing functions see to it that what is named exists; subjects and
-- facts are never deleted, so that it stays so.

CREATE TABLE region (
	region		text COLLATE "C" PRIMARY KEY CHECK (region <> ''),
	parent		text COLLATE "C" REFERENCES region,
	label_en	text NOT NULL,
	label_zh	text NOT NULL
);

COMMENT ON TABLE region IS 'The tree of administrative divisions. Written with put_region.';
COMMENT ON COLUMN region.region IS 'Code of the division (admdvs), for example 320500.';
COMMENT ON COLUMN region.parent IS 'The division that it is part of; NULL at the top.';
COMMENT ON COLUMN region.label_en IS 'What it is called in English.';
COMMENT ON COLUMN region.label_zh IS 'What it is called in Chinese.';

CREATE INDEX region_parent_idx ON region (parent);
SELECT pg_catalog.pg_extension_config_dump('region', '');

CREATE TABLE officer_region (
	login	name NOT NULL,
	region	text COLLATE "C" NOT NULL,
	PRIMARY KEY (login, region)
);

COMMENT ON TABLE officer_region IS
'Which regions a login sees and acts on, with all that is below them. Written with map_officer and unmap_officer.';
COMMENT ON COLUMN officer_region.login IS 'The role that logs in (session_user).';
COMMENT ON COLUMN officer_region.region IS 'A region whose tree belongs to it.';

SELECT pg_catalog.pg_extension_config_dump('officer_region', '');

-- SECURITY DEFINER: whoever asks may not read officer_region, which says who is responsible for what.
CREATE FUNCTION visible_regions()
RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	regions text[];
BEGIN
	IF pg_catalog.pg_has_role(session_user, 'credence_admin', 'member') THEN
		RETURN NULL;
	END IF;
	WITH RECURSIVE tree AS (
		SELECT o.region FROM credence_registry.officer_region o WHERE o.login = session_user
		UNION
		SELECT r.region FROM credence_registry.region r JOIN tree t ON r.parent = t.region
	)
	SELECT pg_catalog.array_agg(t.region ORDER BY t.region) INTO regions FROM tree t;
	IF regions IS NOT NULL THEN
		RETURN regions;
	END IF;
	IF NOT pg_catalog.pg_has_role(session_user, 'credence_officer', 'member')
		AND (pg_catalog.pg_has_role(session_user, 'credence_reader', 'member')
			OR pg_catalog.pg_has_role(session_user, 'credence_publisher', 'member')) THEN
		RETURN NULL;
	END IF;
	RETURN '{}';
END $$;

COMMENT ON FUNCTION visible_regions() IS
'The regions that the login (session_user) sees: the trees below those that officer_region gives it. NULL means all of them: for an administrator, and for a reader or publisher without a mapping. An officer without a mapping sees none.';

CREATE FUNCTION may_see_region(region text)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce(v.regions IS NULL OR may_see_region.region IS NULL OR may_see_region.region = ANY (v.regions), false)
	FROM (SELECT credence_registry.visible_regions() AS regions) v
$$;

COMMENT ON FUNCTION may_see_region(text) IS
'Whether the login (session_user) sees a region. What belongs to no region (NULL) is seen by everyone.';

-- Puts a table under row security, read only: rows are seen of the regions that the login sees. A table with a column
-- "region" is judged by it, one with only a "subject_id" by the region of the subject. This is how every table of the
-- registry with one of the two does it: SELECT protect('mytable'). visible_regions() stands in a sub-select of its own, so
-- that it is asked once a statement; for who sees everything nothing is looked up per row.
CREATE FUNCTION protect(protected regclass)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	condition text;
BEGIN
	IF EXISTS (SELECT FROM pg_catalog.pg_attribute a
		WHERE a.attrelid = protected AND a.attname = 'region' AND NOT a.attisdropped) THEN
		condition := 'region IS NULL OR region = ANY ((SELECT credence_registry.visible_regions())::text[])';
	ELSE
		condition := format('EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = %s.subject_id
			AND (s.region IS NULL OR s.region = ANY ((SELECT credence_registry.visible_regions())::text[])))', protected);
	END IF;
	EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
	EXECUTE format('CREATE POLICY by_region ON %s FOR SELECT USING (
		(SELECT credence_registry.visible_regions() IS NULL) OR %s)', protected, condition);
END $$;

COMMENT ON FUNCTION protect(regclass) IS
'For the scripts of the extension: puts a table of the registry under row security by its column region or subject_id.';

REVOKE ALL ON FUNCTION protect(regclass) FROM PUBLIC;

