-- Rulebooks nantong-physicians and nantong-pharmacies (W4, W5).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_nantong
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/nantong-physicians/scheme.json`
SELECT * FROM pg_temp.take(:'document');
\set document `cat rulebooks/nantong-pharmacies/scheme.json`
SELECT * FROM pg_temp.take(:'document');

-- physicians: only 12, 6 and 2 can be deducted, so that a point given back for training makes the 5 and the 9 of the example
\set ECHO none
SELECT pg_temp.subject('physician', code, '2015-01-01') FROM (VALUES ('D00'), ('D05'), ('D06'), ('D08'), ('D09'), ('D12'), ('D999'), ('D989')) AS s (code) \g /dev/null
\set ECHO all
SELECT pg_temp.deducted(physician, year, points) FROM (VALUES
	('D05', 2023, 5), ('D06', 2023, 6), ('D08', 2023, 8), ('D09', 2023, 9), ('D12', 2023, 12),
	('D999', 2021, 9), ('D999', 2022, 9), ('D999', 2023, 9),
	('D989', 2021, 9), ('D989', 2022, 8), ('D989', 2023, 9)) AS d (physician, year, points) \g /dev/null

CALL credence_registry.evaluate('nantong-physicians', '2021');
SELECT subject, score, grade FROM pg_temp.results('nantong-physicians', '2021') WHERE score < 12;
SELECT pg_temp.finish('nantong-physicians', '2021');
CALL credence_registry.evaluate('nantong-physicians', '2022');
SELECT subject, score, grade FROM pg_temp.results('nantong-physicians', '2022') WHERE score < 12;
SELECT pg_temp.finish('nantong-physicians', '2022');
CALL credence_registry.evaluate('nantong-physicians', '2023');
SELECT subject, score, grade, adjusted FROM pg_temp.results('nantong-physicians', '2023');
SELECT pg_temp.finish('nantong-physicians', '2023');
SELECT subject, code, kind, months_least, months_most, target FROM pg_temp.consequences('nantong-physicians', '2023');

-- pharmacies in the first year of the rule: 3.2 years are 38 months
\set ECHO none
SELECT pg_temp.subject('pharmacy', code, ('2021-12-31'::date - make_interval(months => months))::date)
FROM (VALUES ('a: 3.2y, 8', 38), ('b: 3.2y, 9', 38), ('c: 2.5y, 0', 30), ('d: 2.5y, 16', 30), ('e: 5y, failed', 60), ('f: 1.9y, 0', 22),
	('g: 2.5y, 15', 30), ('h: fails twice', 60), ('i: asks', 60), ('j: does not ask', 60)) AS s (code, months) \g /dev/null
SELECT pg_temp.event(code, 'nantong.pharmacy.finding', day::date, points => points)
FROM (VALUES ('a: 3.2y, 8', '2021-05-05', 8), ('b: 3.2y, 9', '2021-05-05', 9), ('d: 2.5y, 16', '2021-05-05', 16), ('g: 2.5y, 15', '2021-05-05', 15),
	('i: asks', '2021-05-05', 20), ('i: asks', '2022-05-05', 20), ('j: does not ask', '2021-05-05', 20), ('j: does not ask', '2022-05-05', 20)) AS e (code, day, points) \g /dev/null
SELECT pg_temp.observe(code, 'annual-assessment', year, assessment)
FROM (VALUES ('a: 3.2y, 8', '2021', 'passed'), ('b: 3.2y, 9', '2021', 'passed'), ('c: 2.5y, 0', '2021', 'passed'), ('d: 2.5y, 16', '2021', 'passed'),
	('e: 5y, failed', '2021', 'failed'), ('f: 1.9y, 0', '2021', 'passed'), ('g: 2.5y, 15', '2021', 'passed'),
	('h: fails twice', '2022', 'failed'), ('h: fails twice', '2023', 'failed'),
	('i: asks', '2022', 'excellent'), ('i: asks', '2023', 'excellent'), ('j: does not ask', '2022', 'excellent'), ('j: does not ask', '2023', 'excellent')
) AS o (code, year, assessment) \g /dev/null
SELECT pg_temp.observe('i: asks', 'upgrade-application', '2023', 'granted') \g /dev/null
\set ECHO all
CALL credence_registry.evaluate('nantong-pharmacies', '2021');
SELECT subject, score, grade FROM pg_temp.results('nantong-pharmacies', '2021');
SELECT pg_temp.finish('nantong-pharmacies', '2021');

-- two years on: the agreement ends after two failed assessments; a better class takes two years and an application
CALL credence_registry.evaluate('nantong-pharmacies', '2022');
SELECT pg_temp.finish('nantong-pharmacies', '2022');
CALL credence_registry.evaluate('nantong-pharmacies', '2023');
SELECT subject, score, grade, adjusted FROM pg_temp.results('nantong-pharmacies', '2023') WHERE subject ~ '^[hij]';
SELECT pg_temp.finish('nantong-pharmacies', '2023');
SELECT subject, code, kind, target FROM pg_temp.consequences('nantong-pharmacies', '2023');

\set ECHO none
\i test/rulebook_end.psql
