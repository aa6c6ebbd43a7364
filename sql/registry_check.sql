-- check() finds nothing wrong with what the registry wrote, and finds each thing that was put wrong by force.
SET client_min_messages = warning;
\set VERBOSITY terse
\getenv source PG_ABS_SRCDIR
\set fixture :source '/test/fixtures/clinics.sql'
CREATE ROLE vw_plain LOGIN IN ROLE credence_reader;
BEGIN;
SET LOCAL timezone = 'UTC';
SET LOCAL search_path = credence_registry, credence;
\set ECHO none
\i :fixture
\set ECHO all
CALL evaluate('vw-clinic', '2024', '2025-01-31 UTC', in_transaction => true) \gset first_
CALL evaluate('vw-clinic', '2025', '2026-01-31 UTC', in_transaction => true) \gset second_
\t on
SELECT prerate(:first_run_id);
SELECT put_on_notice(:first_run_id, '2026-02-01');
SELECT finalise(:first_run_id, '2026-02-15');
\t off
SELECT count(*) > 25 AS invariants, bool_and(ok) AS all_hold, string_agg(invariant || ': ' || detail, E'\n') FILTER (WHERE NOT ok) AS broken FROM "check"();
-- each query of an invariant names what breaks it, nothing else
SELECT count(DISTINCT invariant) = count(*) AS each_once FROM invariants();

CREATE TEMPORARY VIEW broken AS
	SELECT c.invariant, regexp_replace(c.detail, '(subject|event|run|repair|ties|consequence|step|version|and) [0-9]+', '\1 N', 'g') AS detail FROM "check"() c WHERE NOT c.ok;
CREATE FUNCTION pg_temp.without_triggers(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', t); END $$;
SAVEPOINT whole;
UPDATE subject SET name = 'Another' WHERE code = 'VW1';
SELECT * FROM broken;
ROLLBACK TO whole;
INSERT INTO tie (kind, from_subject, to_subject, valid_from, valid_to)
	SELECT 'child_of', a.subject_id, b.subject_id, f::date, t::date FROM subject a, subject b, (VALUES ('2024-01-01', '2024-12-31'), ('2024-12-31', NULL)) v (f, t) WHERE a.code = 'VW1' AND b.code = 'VW2';
SELECT * FROM broken;
ROLLBACK TO whole;
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on) VALUES ('2025-01-01', -1, 'vw.none', '2025-01-01');
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on, revokes) SELECT decided_on, -1, rule_code, occurred_on, event_id FROM event WHERE event_code = 'VWE1';
INSERT INTO repair (event_id, decided_on, subject_id, completed_on) SELECT e.event_id, e.decided_on, s.subject_id, e.decided_on FROM event e, subject s WHERE e.event_code = 'VWE2' AND s.code = 'VW1';
SELECT * FROM broken;
ROLLBACK TO whole;
INSERT INTO person_identity (subject_id, name) SELECT subject_id, 'nobody' FROM subject WHERE code = 'VW1';
SELECT * FROM broken;
ROLLBACK TO whole;
ALTER TABLE event_2025 DISABLE TRIGGER append_only;
ALTER TABLE result DISABLE ROW LEVEL SECURITY;
SELECT * FROM broken;
ROLLBACK TO whole;
SELECT pg_temp.without_triggers('result');
UPDATE result r SET score = 1 FROM subject s WHERE s.subject_id = r.subject_id AND s.code = 'VW1' AND r.run_id = :second_run_id;
UPDATE result r SET rank_ties = 9 FROM subject s WHERE s.subject_id = r.subject_id AND s.code = 'VW2' AND r.run_id = :second_run_id;
UPDATE result r SET score_card = 99 FROM subject s WHERE s.subject_id = r.subject_id AND s.code = 'VW3' AND r.run_id = :second_run_id;
DELETE FROM result r USING subject s WHERE s.subject_id = r.subject_id AND s.code = 'VW6' AND r.run_id = :second_run_id;
SELECT * FROM broken;
ROLLBACK TO whole;
SELECT pg_temp.without_triggers('adjustment');
UPDATE adjustment SET grade_before = 'A', score_after = 3;
SELECT * FROM broken;
ROLLBACK TO whole;
SELECT pg_temp.without_triggers('run');
UPDATE run SET state = 'final' WHERE run_id = :second_run_id;
UPDATE run SET state = 'superseded' WHERE run_id = :first_run_id;
SELECT * FROM broken;
ROLLBACK TO whole;
SELECT pg_temp.without_triggers('consequence');
UPDATE consequence c SET amount = c.amount + 0.01 FROM subject s WHERE s.subject_id = c.subject_id AND s.code = 'VW1' AND c.kind = 'allocate';
SELECT * FROM broken;
ROLLBACK TO whole;
SET SESSION AUTHORIZATION vw_plain;
SELECT * FROM credence_registry."check"();
ROLLBACK;
RESET SESSION AUTHORIZATION;
DROP ROLE vw_plain;
