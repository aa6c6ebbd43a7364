-- Templates: Hubei 1+M+N (W8), Shandong's findings that count once (W9), Guangdong's thousand points. They are tried, and refuse to be activated.
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_templates
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/hubei-performance/scheme.json`
SELECT * FROM pg_temp.take(:'document');
SELECT credence_registry.scheme_activate('hubei-performance', '2025');
\set document `cat rulebooks/shandong-credit/scheme.json`
SELECT * FROM pg_temp.take(:'document');
\set document `cat rulebooks/guangdong-credit/scheme.json`
SELECT * FROM pg_temp.take(:'document');

-- Hubei: 172 of 200 and a bonus of 6; D has other types of service, 140 of 150
\set ECHO none
SELECT pg_temp.subject('institution', code, '2020-01-01') FROM (VALUES ('A'), ('B'), ('C'), ('D')) AS s (code) \g /dev/null
SELECT pg_temp.observe(code, indicator, '2025', points)
FROM (VALUES ('A'), ('B'), ('C')) AS s (code),
	(VALUES ('hubei-basic', '95'), ('hubei-outpatient', '48'), ('hubei-inpatient', '29'), ('hubei-bonus', '6')) AS o (indicator, points) \g /dev/null
SELECT pg_temp.observe('D', 'hubei-basic', '2025', '95'), pg_temp.observe('D', 'hubei-chronic', '2025', '45') \g /dev/null
SELECT pg_temp.event('B', 'hubei.serious', '2025-05-05') \g /dev/null
SELECT pg_temp.agreement('C', 2025, NULL, 'terminated') \g /dev/null
\set ECHO all
CALL credence_registry.evaluate('hubei-performance', '2025', dry => true);
SELECT subject, score, grade, reasons FROM pg_temp.results('hubei-performance', '2025');

-- Shandong: one inspection finds K1 three times and K2 once; three provincial awards
\set ECHO none
SELECT pg_temp.event('A', rule, '2024-05-05', case_code => 'inspection 1')
FROM (VALUES ('shandong.conduct.k1'), ('shandong.conduct.k1'), ('shandong.conduct.k1'), ('shandong.conduct.k2')) AS e (rule) \g /dev/null
SELECT pg_temp.event('B', 'shandong.award.provincial', day::date) FROM (VALUES ('2024-02-02'), ('2024-03-03'), ('2024-04-04')) AS e (day) \g /dev/null
-- found again in a second inspection, it counts again
SELECT pg_temp.event('C', 'shandong.conduct.k1', '2024-05-05', case_code => case_code) FROM (VALUES ('inspection 2'), ('inspection 3')) AS e (case_code) \g /dev/null
\set ECHO all
CALL credence_registry.evaluate('shandong-credit', '2024', dry => true);
SELECT subject, score, grade FROM pg_temp.results('shandong-credit', '2024');
-- what is not resolved goes on into the next year
SELECT pg_temp.repair(event_id, '2024-12-01', fraction => 1) FROM credence_registry.event WHERE case_code = 'inspection 2' \g /dev/null
CALL credence_registry.evaluate('shandong-credit', '2025', dry => true);
SELECT subject, score, grade FROM pg_temp.results('shandong-credit', '2025');

-- Guangdong: a balance between 0 and 1000, of what is in force
SELECT pg_temp.event(subject, rule, day::date, points => points)
FROM (VALUES ('A', 'guangdong.negative', '2024-02-01', -900), ('A', 'guangdong.positive', '2024-03-01', 60),	-- 0, then 60
	('B', 'guangdong.positive', '2024-02-01', 200), ('B', 'guangdong.negative', '2024-03-01', -30)				-- 1000, then 970
) AS e (subject, rule, day, points) \g /dev/null
SELECT pg_temp.observe('C', 'serious-dishonesty-list', '2024-01-01..2025-12-31', '1') \g /dev/null
CALL credence_registry.evaluate('guangdong-credit', '2024-06-30', dry => true);
SELECT subject, score, grade, reasons FROM pg_temp.results('guangdong-credit', '2024-06-30');
-- a year on only what came in March is in force, and later nothing
CALL credence_registry.evaluate('guangdong-credit', '2025-02-15', dry => true);
SELECT subject, score, grade FROM pg_temp.results('guangdong-credit', '2025-02-15');
CALL credence_registry.evaluate('guangdong-credit', '2025-06-30', dry => true);
SELECT subject, score, grade FROM pg_temp.results('guangdong-credit', '2025-06-30');

\set ECHO none
\i test/rulebook_end.psql
