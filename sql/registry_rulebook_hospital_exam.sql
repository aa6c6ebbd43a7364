-- Rulebook hospital-exam: quotas of 1588 hospitals by three roundings (W12).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_exam
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/hospital-exam/scheme.json`
SELECT * FROM pg_temp.take(:'document');

-- 1588 general hospitals with distinct points, 150 of Chinese medicine, one of another level
CREATE TEMPORARY TABLE hospital AS
SELECT format('G%s', lpad(n::text, 4, '0')) AS code, 'general' AS category, '3' AS level, 902.7 - n * 0.25 AS points FROM generate_series(1, 1588) AS n
UNION ALL SELECT format('M%s', lpad(n::text, 4, '0')), 'Chinese medicine', '3', 850 - n FROM generate_series(1, 150) AS n
UNION ALL VALUES ('second', 'general', '2', 950);
INSERT INTO credence_registry.subject_load (kind, code, name, level, attributes, valid_from)
SELECT 'institution', code, code, level, jsonb_build_object('category', category), '2010-01-01' FROM hospital;
SELECT * FROM credence_registry.load_subjects();
INSERT INTO credence_registry.observation_load (subject_kind, subject_code, indicator, period_start, period_end, source, value)
SELECT 'institution', code, 'national-monitoring', '2023-01-01', '2023-12-31', 'statistics', points FROM hospital;
SELECT * FROM credence_registry.load_observations();

ANALYZE credence_registry.subject, credence_registry.subject_version, credence_registry.observation_2023;
CALL credence_registry.evaluate('hospital-exam', '2023');
SELECT left(subject, 1) AS category, grade, count(*) AS hospitals, min(score) AS lowest, max(score) AS highest
FROM pg_temp.results('hospital-exam', '2023') GROUP BY 1, 2 ORDER BY 1, 4 DESC;

-- the published counts are 16, 143, 158: no rounding gives them
SELECT credence_registry.scheme_import(jsonb_set(jsonb_set(:'document', '{version}', to_jsonb(rounding)), '{grading,rounding}', to_jsonb(rounding)))
FROM (VALUES ('floor'), ('round')) AS r (rounding) \g /dev/null
CALL credence_registry.evaluate('hospital-exam', '2023', version => 'floor', dry => true);
SELECT grade, count(*) FROM pg_temp.results('hospital-exam', '2023') WHERE subject LIKE 'G%' GROUP BY 1 ORDER BY min(-score);
CALL credence_registry.evaluate('hospital-exam', '2023', version => 'round', dry => true);
SELECT grade, count(*) FROM pg_temp.results('hospital-exam', '2023') WHERE subject LIKE 'G%' GROUP BY 1 ORDER BY min(-score);

\set ECHO none
\i test/rulebook_end.psql
