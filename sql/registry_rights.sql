-- who sees what, and who may do what
SET search_path = credence_registry, credence, public;
SET datestyle = iso, ymd;
\set SHOW_CONTEXT never
BEGIN;
CREATE ROLE registry_test_reader LOGIN IN ROLE credence_reader;
CREATE ROLE registry_test_mapped LOGIN IN ROLE credence_reader;
CREATE ROLE registry_test_city LOGIN IN ROLE credence_officer;
CREATE ROLE registry_test_district LOGIN IN ROLE credence_officer;
CREATE ROLE registry_test_lost LOGIN IN ROLE credence_officer;
CREATE ROLE registry_test_publisher LOGIN IN ROLE credence_publisher;
CREATE ROLE registry_test_admin LOGIN IN ROLE credence_admin;
CREATE ROLE registry_test_nobody LOGIN;
SELECT put_region('32', NULL, 'Jiangsu', '江苏省'), put_region('3205', '32', 'Suzhou', '苏州市'), put_region('320505', '3205', 'Huqiu', '虎丘区'),
	put_region('3201', '32', 'Nanjing', '南京市');
SELECT map_officer('registry_test_city', '3205'), map_officer('registry_test_district', '320505'), map_officer('registry_test_mapped', '3201');
SAVEPOINT s; SELECT map_officer('registry_test_none', '3205'); ROLLBACK TO s;
SAVEPOINT s; SELECT map_officer('registry_test_city', '9999'); ROLLBACK TO s;
SELECT put_code('indicator', 'cost', 'Average cost', '次均费用'), put_rule('R1', '2020-01-01', 'Late report', '迟报', -1) > 0 AS put;
SELECT put_subject('institution', 'N1', 'Nanjing', '3201', '2015-01-01') AS n \gset
SELECT put_subject('institution', 'S1', 'Suzhou', '3205', '2015-01-01') AS s \gset
SELECT put_subject('institution', 'H1', 'Huqiu', '320505', '2015-01-01') AS h \gset
SELECT put_subject('manufacturer', 'M1', 'Everywhere', NULL, '2015-01-01') AS m \gset
SELECT record_event(x, 'R1', '2025-01-01', '2025-01-01') > 0 AS event, record_observation(x, 'cost', '2025-01-01', '2025-12-31', 1) > 0 AS observation,
	record_agreement(x, 'A', 2025, '2025-01-01') > 0 AS agreement, record_commitment(x, 'good_faith', '2025-01-01') > 0 AS commitment, put_identity(x, 'name')
FROM unnest(ARRAY[:n, :s, :h, :m]) x;
SELECT record_repair(event_id, '2025-02-01') > 0 AS repair FROM event WHERE subject_id IN (:n, :s, :h, :m);
SELECT record_tie('child_of', :h, :s, '2020-01-01') > 0 AS tie, record_tie('child_of', :m, :n, '2020-01-01') > 0 AS tie;

-- regions that a login sees; how many rows of each table; whose identities
CREATE TEMPORARY TABLE seen (login name, region text, subjects text, versions bigint, ties bigint, agreements bigint, events bigint, observations bigint,
	commitments bigint, repairs bigint, identities text);
GRANT ALL ON seen TO PUBLIC;
CREATE FUNCTION pg_temp.look() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO seen VALUES (session_user, coalesce(array_to_string(visible_regions(), ','), 'all'),
		(SELECT string_agg(code, ',' ORDER BY code) FROM subject WHERE code ~ '^.1$'), (SELECT count(*) FROM subject_version WHERE code ~ '^.1$'),
		(SELECT count(*) FROM tie), (SELECT count(*) FROM agreement), (SELECT count(*) FROM event), (SELECT count(*) FROM observation),
		(SELECT count(*) FROM commitment), (SELECT count(*) FROM repair), 'denied');
	IF has_table_privilege('credence_registry.person_identity', 'SELECT') THEN
		UPDATE seen SET identities = (SELECT string_agg(s.code, ',' ORDER BY s.code) FROM person_identity JOIN subject s USING (subject_id))
		WHERE login = session_user;
	END IF;
END $$;
SET LOCAL SESSION AUTHORIZATION registry_test_reader; SELECT pg_temp.look();
SET LOCAL SESSION AUTHORIZATION registry_test_mapped; SELECT pg_temp.look();
SET LOCAL SESSION AUTHORIZATION registry_test_publisher; SELECT pg_temp.look();
SET LOCAL SESSION AUTHORIZATION registry_test_city; SELECT pg_temp.look();
SET LOCAL SESSION AUTHORIZATION registry_test_district; SELECT pg_temp.look();
SET LOCAL SESSION AUTHORIZATION registry_test_lost; SELECT pg_temp.look();
SET LOCAL SESSION AUTHORIZATION registry_test_admin; SELECT pg_temp.look();
SET SESSION AUTHORIZATION DEFAULT;
SELECT * FROM seen;
-- a mapping is taken away, and a reader sees all again
SELECT unmap_officer('registry_test_mapped');
SET LOCAL SESSION AUTHORIZATION registry_test_mapped; SELECT visible_regions() IS NULL AS sees_all, may_see_region('3205'), may_see_region(NULL);
SET LOCAL SESSION AUTHORIZATION registry_test_district; SELECT may_see_region('3205'), may_see_region('320505'), may_see_region(NULL);
SET LOCAL SESSION AUTHORIZATION registry_test_nobody;
SAVEPOINT s; SELECT * FROM subject; ROLLBACK TO s;
SAVEPOINT s; SELECT visible_regions(); ROLLBACK TO s;
SET SESSION AUTHORIZATION DEFAULT;

-- behind a pooler: the role in force does not matter, the login does
SET LOCAL SESSION AUTHORIZATION registry_test_district;
SET LOCAL ROLE credence_officer;
SELECT string_agg(code, ',' ORDER BY code) FROM subject WHERE code ~ '^.1$';
RESET ROLE;

-- an officer acts in the region's tree, and nowhere else
SET LOCAL SESSION AUTHORIZATION registry_test_district;
SELECT record_event(:h, 'R1', '2025-01-02', '2025-01-02') > 0 AS recorded;
SAVEPOINT s; SELECT record_event(:s, 'R1', '2025-01-02', '2025-01-02'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:m, 'R1', '2025-01-02', '2025-01-02'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_subject('institution', 'S1', 'Mine', '320505', '2015-01-01'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_subject('institution', 'H1', 'Huqiu', '3205', '2015-01-01'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_identity(:s, 'x'); ROLLBACK TO s;
SAVEPOINT s; SELECT erase_identity(:n); ROLLBACK TO s;
SAVEPOINT s; SELECT put_rule('R1', '2025-01-01', 'x', 'x'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_code('indicator', 'x', 'x', 'x'); ROLLBACK TO s;
SAVEPOINT s; SELECT drop_facts_before(2000); ROLLBACK TO s;
\copy event_load (subject_kind, subject_code, rule_code, occurred_on, decided_on, source, event_code) FROM stdin CSV
institution,H1,R1,2025-03-01,2025-04-10,manual,X1
institution,S1,R1,2025-03-01,2025-04-10,manual,X2
manufacturer,M1,R1,2025-03-01,2025-04-10,manual,X3
\.
SELECT * FROM load_events();
\copy event_load (subject_kind, subject_code, rule_code, occurred_on, decided_on, source, event_code) FROM stdin CSV
institution,H1,R1,2025-03-01,2025-04-10,manual,X1
\.
SELECT * FROM load_events();
SELECT count(*), min(recorded_by) FROM event WHERE source = 'manual' AND event_code = 'X1';
-- what is staged is nobody else's
\copy event_load (subject_kind, subject_code) FROM stdin CSV
institution,H1
\.
SAVEPOINT s; SELECT * FROM event_load; ROLLBACK TO s;
SAVEPOINT s; INSERT INTO event_load (loaded_by, subject_kind) VALUES ('registry_test_city', 'x'); ROLLBACK TO s;
SET LOCAL SESSION AUTHORIZATION registry_test_city;
SAVEPOINT s; SELECT * FROM load_events(); ROLLBACK TO s;
SELECT discard_batch();
SET LOCAL SESSION AUTHORIZATION registry_test_district;
SELECT discard_batch();
-- an officer without a region may do nothing, a reader neither
SET LOCAL SESSION AUTHORIZATION registry_test_lost;
SAVEPOINT s; SELECT record_event(:h, 'R1', '2025-01-03', '2025-01-03'); ROLLBACK TO s;
SET LOCAL SESSION AUTHORIZATION registry_test_reader;
SAVEPOINT s; SELECT record_event(:h, 'R1', '2025-01-03', '2025-01-03'); ROLLBACK TO s;
SAVEPOINT s; SELECT * FROM person_identity; ROLLBACK TO s;
-- an administrator acts everywhere
SET LOCAL SESSION AUTHORIZATION registry_test_admin;
SELECT record_event(:m, 'R1', '2025-01-02', '2025-01-02') > 0 AS recorded;
SET SESSION AUTHORIZATION DEFAULT;

-- every table and function of this part, and who may: r SELECT, i INSERT (of some columns), w UPDATE, d DELETE, t TRUNCATE, x EXECUTE
CREATE TEMPORARY TABLE member AS
SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
WHERE e.extname = 'credence_registry' AND d.deptype = 'e';
CREATE FUNCTION pg_temp.table_rights(who name, what oid) RETURNS text LANGUAGE sql AS $$
	SELECT concat(CASE WHEN has_table_privilege(who, what, 'SELECT') THEN 'r' END, CASE WHEN has_any_column_privilege(who, what, 'INSERT') THEN 'i' END,
		CASE WHEN has_any_column_privilege(who, what, 'UPDATE') THEN 'w' END, CASE WHEN has_table_privilege(who, what, 'DELETE') THEN 'd' END,
		CASE WHEN has_table_privilege(who, what, 'TRUNCATE, REFERENCES, TRIGGER') THEN 't' END)
$$;
SELECT c.relname, pg_temp.table_rights('registry_test_nobody', c.oid) AS nobody, pg_temp.table_rights('credence_reader', c.oid) AS reader,
	pg_temp.table_rights('credence_publisher', c.oid) AS publisher, pg_temp.table_rights('credence_officer', c.oid) AS officer,
	pg_temp.table_rights('credence_admin', c.oid) AS admin, c.relrowsecurity AS by_row
FROM pg_class c WHERE c.relname = ANY ('{code_list,region,officer_region,subject,subject_version,person_identity,tie,agreement,holiday,event_rule,event,observation,commitment,repair,fact_retention,subject_load,tie_load,agreement_load,event_load,observation_load}')
	AND c.oid IN (SELECT objid FROM member) ORDER BY c.relname COLLATE "C";
-- partitions are reached through their parent alone, sequences not at all
SELECT c.relname FROM pg_class c CROSS JOIN unnest('{registry_test_nobody,credence_reader,credence_publisher,credence_officer,credence_admin}'::name[]) who
WHERE c.oid IN (SELECT objid FROM member) AND (c.relispartition OR c.relkind = 'S')
	AND CASE c.relkind WHEN 'S' THEN has_sequence_privilege(who, c.oid, 'USAGE, SELECT, UPDATE') ELSE pg_temp.table_rights(who, c.oid) <> '' END;
SELECT p.proname, has_function_privilege('registry_test_nobody', p.oid, 'EXECUTE') AS nobody, has_function_privilege('credence_reader', p.oid, 'EXECUTE') AS reader,
	has_function_privilege('credence_publisher', p.oid, 'EXECUTE') AS publisher, has_function_privilege('credence_officer', p.oid, 'EXECUTE') AS officer,
	has_function_privilege('credence_admin', p.oid, 'EXECUTE') AS admin, p.prosecdef AS definer
FROM pg_proc p WHERE p.oid IN (SELECT objid FROM member WHERE classid = 'pg_proc'::regclass)
	AND p.proname ~ '^(visible_regions|may_|subject|ties_at|agreements_at|agreement_problems|rules?_at|events?_|observations?_|commitments_at|is_working|add_days|known_codes|current_batch|discard_batch|load_|put_|map_|unmap_|erase_|record_(?!step)|end_tie|revoke_event|require_|lock_for|writers_key|drop_facts|protect|make_|refuse_|try_|bad_|land_|clear_staging|raise_|code_problem|date_problem|numeric_problem)'
ORDER BY p.proname COLLATE "C";
-- whoever runs with the owner's rights pins the search path, pg_temp last
SELECT p.oid::regprocedure FROM pg_proc p WHERE p.oid IN (SELECT objid FROM member WHERE classid = 'pg_proc'::regclass)
	AND p.prosecdef AND NOT coalesce('search_path=pg_catalog, credence, credence_registry, pg_temp' = ANY (p.proconfig), false);
ROLLBACK;
