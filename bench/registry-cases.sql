-- The cases of `make bench` that measure the registry, in the manner of cases.sql. What is timed is the last statement
-- under each heading; what stands before it prepares.

-- case load: COPY of a file of events to the staging table, and load_events with all its checks | COPY into a table without any
-- reach at most 4
-- measured
ROLLBACK;
VACUUM credence_registry.event_2025;
VACUUM credence_registry.event_load;
BEGIN;
DO :load_events;
-- against
ROLLBACK;
TRUNCATE bare_event;
BEGIN;
COPY bare_event FROM :file (FORMAT csv);

-- case load-keys: the same | COPY into a table without checks that has the keys of event, and as many rows
-- measured
ROLLBACK;
VACUUM credence_registry.event_2025;
VACUUM credence_registry.event_load;
BEGIN;
DO :load_events;
-- against
ROLLBACK;
VACUUM keyed_event;
BEGIN;
COPY keyed_event (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, case_code, amount, points, source, event_code)
	FROM :file (FORMAT csv);

-- case evaluate: full evaluation, 12 observations and 5 events each | the bare pivot query that gathers the inputs
-- reach at most 2.5
-- measured
DELETE FROM credence_registry.result USING credence_registry.run WHERE run.run_id = result.run_id AND run.kind = 'dry';
VACUUM credence_registry.result;
CALL credence_registry.evaluate('bench', '2025', dry => true);
-- against
SELECT :pivot;

-- case refresh-one: refresh after one event | recording and committing that event
-- reach at most 5
-- measured
SELECT :record_one \g /dev/null
CALL credence_registry.refresh('bench', '2025');
-- against
SELECT :record_one;

-- case refresh-percent: refresh after events of one subject in a hundred | full evaluation
-- reach at most 0.02
-- measured
:record_percent;
CALL credence_registry.refresh('bench', '2025');
-- against
DELETE FROM credence_registry.result USING credence_registry.run WHERE run.run_id = result.run_id AND run.kind = 'dry';
VACUUM credence_registry.result;
CALL credence_registry.evaluate('bench', '2025', dry => true);

-- case current-grade: the current grades of a region of 1,000 subjects | as many rows by their primary key
-- reach at most 3
-- same
-- measured
SELECT sum(score) FROM credence_registry.current_grade WHERE scheme_code = 'bench-final' AND region = 'R0000';
-- against
SELECT sum(score::numeric) FROM :by_key;

-- case ranking: the ranking of a region of 1,000 subjects, in its order | as many rows by their primary key
-- reach at most 3
-- measured
SELECT count(rank) FROM (SELECT rank, subject_code, subject_name, score, grade FROM credence_registry.ranking
	WHERE scheme_code = 'bench-final' AND period = '2025' AND region = 'R0000' ORDER BY rank, subject_code OFFSET 0) r;
-- against
SELECT count(score) FROM :by_key;
