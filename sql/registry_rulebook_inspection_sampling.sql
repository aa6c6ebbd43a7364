-- Rulebook inspection-sampling: how many are drawn from each class (W13).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_sampling
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/inspection-sampling/scheme.json`
SELECT * FROM pg_temp.take(:'document');

CREATE TEMPORARY TABLE pharmacy AS
SELECT format('%s%s', class, lpad(n::text, 4, '0')) AS code, class FROM (VALUES ('A', 1000), ('B', 100), ('C', 50), ('D', 40)) AS c (class, size), generate_series(1, size) AS n;
INSERT INTO credence_registry.subject_load (kind, code, name, valid_from) SELECT 'pharmacy', code, code, '2010-01-01' FROM pharmacy;
SELECT * FROM credence_registry.load_subjects();
INSERT INTO credence_registry.observation_load (subject_kind, subject_code, indicator, period_start, period_end, source, value_text)
SELECT 'pharmacy', code, 'risk-class', '2024-01-01', '2025-12-31', 'manual', class FROM pharmacy;
SELECT * FROM credence_registry.load_observations();

ANALYZE credence_registry.subject, credence_registry.subject_version, credence_registry.observation_2025;
CALL credence_registry.evaluate('inspection-sampling', '2024');
SELECT grade, count(*) FROM pg_temp.results('inspection-sampling', '2024') GROUP BY 1 ORDER BY 1;
-- the seed is promised before the results are final
SELECT credence_registry.commit_seed(pg_temp.run('inspection-sampling', '2024'), code, encode(sha256('drawn in public'), 'hex')) FROM (VALUES ('sample-a'), ('sample-d')) AS s (code);
SELECT pg_temp.finish('inspection-sampling', '2024');
SELECT code, subjects, least_percent, most_percent, least_number, most_number, per_year FROM credence_registry.inspection_plan(pg_temp.run('inspection-sampling', '2024'));
-- at most 50 of A, at least 25 of D
SELECT credence_registry.draw(pg_temp.run('inspection-sampling', '2024'), 'sample-a', 51, 'drawn in public');
SELECT credence_registry.draw(pg_temp.run('inspection-sampling', '2024'), 'sample-a', 50, 'drawn in public') AS draw_a \gset
SELECT credence_registry.draw(pg_temp.run('inspection-sampling', '2024'), 'sample-d', 24, 'drawn in public');
SELECT credence_registry.draw(pg_temp.run('inspection-sampling', '2024'), 'sample-d', 25, 'drawn in public') AS draw_d \gset
SELECT left(s.code, 1) AS class, count(DISTINCT s.code) AS drawn FROM credence_registry.draw_pick p JOIN credence_registry.subject s USING (subject_id)
WHERE p.draw_id IN (:draw_a, :draw_d) GROUP BY 1 ORDER BY 1;

\set ECHO none
\i test/rulebook_end.psql
