-- Rulebook jiangsu-environment: a running balance (W11).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_environment
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/jiangsu-environment/scheme.json`
SELECT * FROM pg_temp.take(:'document');

\set ECHO none
SELECT pg_temp.subject('manufacturer', code, '2021-01-01') FROM (VALUES ('new'), ('warned'), ('crime'), ('two years kept'), ('one year kept'), ('broken'), ('nothing left'), ('one left')) AS s (code) \g /dev/null
SELECT pg_temp.promise(code, 'good_faith', made_on::date) FROM (VALUES ('two years kept', '2022-03-01'), ('one year kept', '2023-03-01'), ('broken', '2022-03-01')) AS c (code, made_on) \g /dev/null
\set ECHO all
SELECT pg_temp.event(firm, rule, day::date, points => points)
FROM (VALUES ('warned', 'environment.minor', '2024-02-01', NULL), ('warned', 'environment.minor', '2024-03-01', NULL), ('warned', 'environment.minor', '2024-03-02', NULL), ('warned', 'environment.violation', '2024-03-03', -3),
	('crime', 'environment.crime', '2024-02-01', NULL), ('broken', 'environment.minor', '2024-02-01', NULL),
	('nothing left', 'environment.violation', '2024-02-01', -9), ('one left', 'environment.violation', '2024-02-01', -8)) AS e (firm, rule, day, points) \g /dev/null
CALL credence_registry.evaluate('jiangsu-environment', '2024-02-15');
SELECT subject, score, grade FROM pg_temp.results('jiangsu-environment', '2024-02-15');
SELECT pg_temp.finish('jiangsu-environment', '2024-02-15');
CALL credence_registry.evaluate('jiangsu-environment', '2024-06-30');
SELECT subject, score, grade FROM pg_temp.results('jiangsu-environment', '2024-06-30');
-- black, or red twice running
SELECT pg_temp.finish('jiangsu-environment', '2024-06-30');
SELECT subject, code, target FROM pg_temp.consequences('jiangsu-environment', '2024-02-15');
SELECT subject, code, target FROM pg_temp.consequences('jiangsu-environment', '2024-06-30');

\set ECHO none
\i test/rulebook_end.psql
