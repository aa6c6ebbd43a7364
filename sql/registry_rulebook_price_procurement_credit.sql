-- Rulebook price-procurement-credit: cases, levels, versions and repairs (W1, W2).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_price
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/price-procurement-credit/scheme-2020.json`
SELECT * FROM pg_temp.take(:'document');
\set document `cat rulebooks/price-procurement-credit/scheme-2025.json`
SELECT * FROM pg_temp.take(:'document');

\set ECHO none
SELECT pg_temp.subject('manufacturer', code, '2015-01-01') FROM (VALUES
	('B1'), ('B2'), ('B3'), ('B4'), ('B5'), ('B6'), ('B7'), ('B8'), ('B9'), ('O1'), ('O2'), ('O3'),
	('T1'), ('T2'), ('T3'), ('T4'), ('T5'), ('T6'), ('F'), ('R1'), ('R2'), ('H'), ('P'), ('N')) AS s (code) \g /dev/null
SELECT pg_temp.subject('supplier', 'AGENT', '2015-01-01') \g /dev/null
SELECT pg_temp.tie('agent_of', 'AGENT', 'H', '2020-01-01') \g /dev/null
\set ECHO all

-- bribery, by what a case adds up to
SELECT pg_temp.event(subject, rule, '2025-07-10', amount => amount, case_code => case_code)
FROM (VALUES
	('B1', 'price.bribery', 200000, 'b1'), ('B1', 'price.bribery', 299999, 'b1'),		-- 499,999 in one case
	('B2', 'price.bribery', 500000, 'b2'),
	('B3', 'price.bribery', 999900, 'b3'),
	('B4', 'price.bribery', 1000000, 'b4'),
	('B5', 'price.bribery', 400000, 'b5a'), ('B5', 'price.bribery', 400000, 'b5b'),		-- two cases are not summed
	('B6', 'price.bribery', 9900, 'b6'),
	('B7', 'price.bribery.insurer', 20000, 'b7'),										-- always the gravest
	('B8', 'price.bribery', 1500000, 'b8'),
	('B9', 'price.bribery', 600000, 'b9'),
	-- tax
	('T1', 'price.tax', 49900, 't1'), ('T2', 'price.tax', 50000, 't2'), ('T3', 'price.tax', 499900, 't3'),
	('T4', 'price.tax', 500000, 't4'), ('T5', 'price.tax', 2499900, 't5'), ('T6', 'price.tax', 2500000, 't6'),
	-- the worse of two kinds
	('F', 'price.bribery', 300000, 'f1'), ('F', 'price.tax', 600000, 'f2'),
	-- to be repaired
	('R1', 'price.bribery', 600000, 'r1'), ('R2', 'price.bribery', 600000, 'r2'),
	-- pierces to the licence holder
	('AGENT', 'price.bribery', 1200000, 'h')
) AS e (subject, rule, amount, case_code) \g /dev/null
-- under the rules of 2020: 50 to 200 was serious
SELECT pg_temp.event(subject, 'price.bribery', '2025-03-10', amount => amount, case_code => subject)
FROM (VALUES ('O1', 600000), ('O2', 1500000), ('O3', 2000000)) AS e (subject, amount) \g /dev/null
-- a kind without published thresholds: the level decided by hand holds
SELECT pg_temp.event('P', 'price.promise', '2025-07-10', case_code => 'p', level => '严重失信') \g /dev/null
SELECT pg_temp.repair('R1', '2025-09-01', '{stop,compliance,price,return}') \g /dev/null
SELECT pg_temp.repair('R2', '2025-09-01', '{stop,discipline,compliance,price,return}') \g /dev/null

CALL credence_registry.evaluate('price-procurement-credit', '2025Q1');
SELECT subject, grade, score FROM pg_temp.results('price-procurement-credit', '2025Q1') WHERE grade <> '未失信';
CALL credence_registry.evaluate('price-procurement-credit', '2025Q3');
SELECT subject, grade, score FROM pg_temp.results('price-procurement-credit', '2025Q3');

SELECT pg_temp.finish('price-procurement-credit', '2025Q3');
SELECT subject, code, kind, target, scope FROM pg_temp.consequences('price-procurement-credit', '2025Q3') WHERE subject IN ('B4', 'B2', 'T2', 'H', 'R2');

\set ECHO none
\i test/rulebook_end.psql
