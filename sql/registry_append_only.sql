-- facts are never changed: not by the owner, not on a partition, not in a replica session
SET search_path = credence_registry, credence, public;
SET datestyle = iso, ymd;
\set SHOW_CONTEXT never
BEGIN;
SELECT put_region('3205', NULL, 'Suzhou', '苏州市');
SELECT put_code('indicator', 'cost', 'Average cost', '次均费用');
SELECT put_rule('R1', '1990-01-01', 'Late report', '迟报', -1) > 0 AS put;
SELECT put_subject('institution', 'H001', 'First Hospital', '3205', '2015-01-01') AS h1 \gset
SELECT put_subject('institution', 'H002', 'Second Hospital', '3205', '2015-01-01') AS h2 \gset
SELECT min(record_event(:h1, 'R1', d::date, d::date)) > 0 AS events, min(record_observation(:h1, 'cost', d::date, d::date, 1)) > 0 AS observations
FROM unnest('{1995-05-05,2000-01-01,2024-12-31,2025-01-01}'::date[]) d;
SELECT record_tie('child_of', :h1, :h2, '2020-01-01') > 0 AS tied, record_agreement(:h1, 'A', 2024, '2024-01-01') > 0 AS agreed,
	record_commitment(:h1, 'good_faith', '2024-01-01') > 0 AS promised;
SELECT record_repair(event_id, '2025-02-01') > 0 AS repaired FROM event WHERE subject_id = :h1 AND decided_on = '2025-01-01';
SELECT record_repair(event_id, '1995-06-01') > 0 AS repaired FROM event WHERE subject_id = :h1 AND decided_on = '1995-05-05';

SAVEPOINT s; UPDATE event SET points = 0 WHERE subject_id = :h1; ROLLBACK TO s;
SAVEPOINT s; DELETE FROM observation WHERE subject_id = :h1; ROLLBACK TO s;
SAVEPOINT s; TRUNCATE event_rule; ROLLBACK TO s;
-- a subject changes, but does not go
SAVEPOINT s; DELETE FROM subject WHERE subject_id = :h1; ROLLBACK TO s;
SAVEPOINT s; SET LOCAL client_min_messages = warning; TRUNCATE subject CASCADE; ROLLBACK TO s;

-- every append-only table and every leaf, each with UPDATE, DELETE and TRUNCATE, also as a replica; what is not refused is listed
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN 'done';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
	RETURN 'refused';
END $$;
CREATE TEMPORARY TABLE fact AS
SELECT t.relid::regclass AS fact, c.relkind, (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = t.relid AND a.attnum > 0 ORDER BY a.attnum LIMIT 1) AS col
FROM unnest('{subject_version,tie,agreement,event_rule,event,observation,commitment,repair}'::regclass[]) root, pg_partition_tree(root) t
JOIN pg_class c ON c.oid = t.relid;
SELECT relkind, count(*) FROM fact GROUP BY 1 ORDER BY 1;
CREATE FUNCTION pg_temp.loose() RETURNS TABLE (fact regclass, statement text, outcome text) LANGUAGE sql AS $$
	SELECT f.fact, s.statement, x.outcome
	FROM fact f, unnest(ARRAY['UPDATE %s SET recorded_by = recorded_by', 'DELETE FROM %s', 'TRUNCATE %s CASCADE']) s(statement),
		LATERAL (SELECT pg_temp.try(format(s.statement, f.fact)) AS outcome) x
	WHERE x.outcome <> 'refused'
		-- there is no row for the trigger to refuse in an empty partition
		AND (s.statement LIKE 'TRUNCATE%' OR EXISTS (SELECT FROM event e WHERE e.tableoid = f.fact) OR EXISTS (SELECT FROM observation o WHERE o.tableoid = f.fact)
			OR f.fact NOT IN (SELECT relid FROM pg_partition_tree('event') UNION ALL SELECT relid FROM pg_partition_tree('observation')))
$$;
SELECT * FROM pg_temp.loose();
SET LOCAL session_replication_role = replica;
SELECT * FROM pg_temp.loose();
RESET session_replication_role;
SELECT count(*) AS events FROM event WHERE subject_id = :h1;
-- a new partition would not be forgotten: every leaf has both triggers, always on
SELECT f.fact FROM fact f WHERE f.relkind = 'r' AND 2 <> (SELECT count(*) FROM pg_trigger t
	WHERE t.tgrelid = f.fact AND t.tgname IN ('append_only', 'append_only_truncate') AND t.tgenabled = 'A');

-- retention: the owner's procedure, by year
SAVEPOINT s; SELECT drop_facts_before(2999); ROLLBACK TO s;
SELECT drop_facts_before(2024) AS dropped;
SELECT extract(year FROM decided_on) AS year, count(*) FROM event WHERE subject_id = :h1 GROUP BY 1 ORDER BY 1;
SELECT extract(year FROM period_end) AS year, count(*) FROM observation WHERE subject_id = :h1 GROUP BY 1 ORDER BY 1;
SELECT extract(year FROM decided_on) AS year, count(*) FROM repair WHERE subject_id = :h1 GROUP BY 1 ORDER BY 1;
SELECT kept_from, events, observations, repairs FROM fact_retention;
-- the triggers are on again
SELECT * FROM pg_temp.loose();
SELECT f.fact FROM fact f WHERE f.relkind = 'r' AND 2 <> (SELECT count(*) FROM pg_trigger t
	WHERE t.tgrelid = f.fact AND t.tgname IN ('append_only', 'append_only_truncate') AND t.tgenabled = 'A');
ROLLBACK;
