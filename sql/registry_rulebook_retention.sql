-- Rulebooks retention-taiyuan and retention-fujian from the assessment to the money (W6, W7).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_retention
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/retention-taiyuan/scheme.json`
SELECT * FROM pg_temp.take(:'document');
\set document `cat rulebooks/retention-fujian/scheme.json`
SELECT * FROM pg_temp.take(:'document');

-- Taiyuan, 2010: deposits of 1,000,000
\set ECHO none
SELECT pg_temp.subject('institution', code, '2005-01-01', valid_to => '2010-12-31'), pg_temp.agreement(code, 2010, 1000000),
	pg_temp.observe(code, 'daily-inspection', '2010', daily), pg_temp.observe(code, 'year-end-inspection', '2010', year_end), pg_temp.observe(code, 'annual-check', '2010', annual_check)
FROM (VALUES
	('a: example of 91.0', '85', '95', 'passed'),
	('b: nothing to deduct', '95', '95', 'passed'),
	('c: better than needed', '100', '98', 'passed'),
	('d: check failed', '96', '96', 'failed'),
	('e: third from the bottom', '89', '89', 'passed'),
	('f: second from the bottom', '88.5', '88.5', 'passed'),
	('g: last', '88', '88', 'passed'),
	('h: not assessed', '70', NULL, 'passed')) AS p (code, daily, year_end, annual_check) \g /dev/null
SELECT pg_temp.subject('pharmacy', code, '2005-01-01'), pg_temp.agreement(code, 2011, 1000000),
	pg_temp.observe(code, 'daily-inspection', '2011', daily), pg_temp.observe(code, 'year-end-inspection', '2011', daily), pg_temp.observe(code, 'annual-check', '2011', 'passed')
FROM (VALUES ('k: 60', '60'), ('l: 59.9', '59.9'), ('m: below 60', '10.5'), ('n: tied last', '10'), ('o: tied last', '10')) AS p (code, daily) \g /dev/null
\set ECHO all
CALL credence_registry.evaluate('retention-taiyuan', '2010');
SELECT subject, score, rank_from_last, grade, adjusted FROM pg_temp.results('retention-taiyuan', '2010') WHERE subject < 'k';
SELECT pg_temp.finish('retention-taiyuan', '2010');
SELECT subject, code, kind, base, share, amount, months_least FROM pg_temp.consequences('retention-taiyuan', '2010') WHERE subject < 'k';

CALL credence_registry.evaluate('retention-taiyuan', '2011');
SELECT subject, score, rank_from_last, grade, adjusted FROM pg_temp.results('retention-taiyuan', '2011');

-- Fujian, of 500,000 kept; 74 is 84 less 10 for a serious violation
\set ECHO none
SELECT pg_temp.agreement(code, 2012, 500000), pg_temp.observe(code, 'annual-assessment', '2012', assessment)
FROM (SELECT pg_temp.subject('institution', code, '2012-01-01'), code, assessment
	FROM (VALUES ('92', '92'), ('85', '85'), ('80', '80'), ('79', '79'), ('74', '84'), ('60', '60'), ('59.9', '59.9'), ('none', NULL)) AS p (code, assessment) OFFSET 0) AS p \g /dev/null
SELECT pg_temp.event('74', 'fujian.serious', '2012-06-01', points => -10) \g /dev/null
\set ECHO all
CALL credence_registry.evaluate('retention-fujian', '2012');
SELECT subject, score, grade FROM pg_temp.results('retention-fujian', '2012') WHERE subject < 'k' OR subject = 'none';
SELECT pg_temp.finish('retention-fujian', '2012');
SELECT subject, code, kind, base, share, amount FROM pg_temp.consequences('retention-fujian', '2012') WHERE subject < 'k' OR subject = 'none';

\set ECHO none
\i test/rulebook_end.psql
