-- Rulebook tax-credit: repairs by two tables, what a D leaves behind, sister firms (W10).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_tax
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/tax-credit/scheme-2021.json`
SELECT * FROM pg_temp.take(:'document');
\set document `cat rulebooks/tax-credit/scheme-2025.json`
SELECT * FROM pg_temp.take(:'document');

\set ECHO none
SELECT pg_temp.subject('supplier', code, since::date) FROM (VALUES
	('early', '2015-01-01'), ('later', '2015-01-01'), ('next year', '2015-01-01'), ('small', '2015-01-01'),
	('day 2', '2015-01-01'), ('day 2, young', '2023-12-31'), ('day 20', '2015-01-01'), ('day 60', '2015-01-01'), ('day 120', '2015-01-01'), ('overall', '2015-01-01'),
	('39.9', '2015-01-01'), ('direct', '2015-01-01'), ('repaired', '2015-01-01'), ('sister', '2015-01-01'), ('stranger', '2015-01-01'), ('inquiry', '2015-01-01'), ('no revenue', '2015-01-01'), ('new', '2025-03-01')) AS s (code, since) \g /dev/null
SELECT pg_temp.subject('insured_person', 'Li', '2015-01-01') \g /dev/null
SELECT pg_temp.tie('controls', 'Li', firm, '2020-01-01') FROM (VALUES ('39.9'), ('sister')) AS t (firm) \g /dev/null
\set ECHO all

-- 2022, by the table of 2021, from 90
SELECT pg_temp.repaired(firm, 'tax.statement', '2022-03-01', day::date)
FROM (VALUES ('early', '2022-03-21'), ('later', '2022-09-01'), ('next year', '2023-02-01')) AS r (firm, day) \g /dev/null
SELECT pg_temp.repaired('small', 'tax.payment', '2022-03-01', '2022-03-31', amount => 1000) \g /dev/null
SELECT pg_temp.event('direct', 'tax.direct', '2022-06-01'), pg_temp.repair(pg_temp.event('repaired', 'tax.direct', '2022-02-01'), '2022-11-01', fraction => 1) \g /dev/null
SELECT pg_temp.observe('repaired', 'non-routine-indicators', '2022', '3'), pg_temp.observe('repaired', 'revenue', '2022', '1000000') \g /dev/null
CALL credence_registry.evaluate('tax-credit', '2022');
SELECT subject, score, grade, reasons FROM pg_temp.results('tax-credit', '2022') WHERE subject IN ('early', 'later', 'next year', 'small', 'direct', 'repaired');
SELECT pg_temp.finish('tax-credit', '2022');

-- 2023: 39.9 of 100, and its sister; the direct D is kept
SELECT pg_temp.event('39.9', rule, day::date) FROM (VALUES ('tax.withheld', '2023-01-10'), ('tax.withheld', '2023-02-10'), ('tax.withheld', '2023-03-10'),
	('tax.withheld', '2023-04-10'), ('tax.withheld', '2023-05-10'), ('tax.payment', '2023-06-10')) AS e (rule, day) \g /dev/null
-- of another 5 points 98 percent are given back for tax that was paid but for a little: 0.1 stays
SELECT pg_temp.repair(pg_temp.event('39.9', 'tax.payment', '2023-07-10'), '2023-08-01', fraction => 0.98) \g /dev/null
SELECT pg_temp.observe('39.9', 'non-routine-indicators', '2023', '4') \g /dev/null
CALL credence_registry.evaluate('tax-credit', '2023');
SELECT subject, score, grade, reasons, adjusted FROM pg_temp.results('tax-credit', '2023') WHERE subject IN ('39.9', 'sister', 'stranger', 'direct', 'early');
SELECT pg_temp.finish('tax-credit', '2023');

-- 2024: 75 less 11; the third year of the direct D
SELECT pg_temp.event('39.9', rule, day::date) FROM (VALUES ('tax.withheld', '2024-01-10'), ('tax.withheld', '2024-02-10'), ('tax.statement', '2024-03-10')) AS e (rule, day) \g /dev/null
SELECT pg_temp.event('direct', 'tax.payment', '2024-03-10') \g /dev/null
SELECT pg_temp.observe(firm, 'non-routine-indicators', '2024', '4') FROM (VALUES ('39.9'), ('direct')) AS o (firm) \g /dev/null
CALL credence_registry.evaluate('tax-credit', '2024');
SELECT subject, score, grade, reasons FROM pg_temp.results('tax-credit', '2024') WHERE subject IN ('39.9', 'direct', 'stranger');

-- 2025, by the table of 2025
SELECT pg_temp.repaired(firm, 'tax.statement', '2025-07-10', '2025-07-10'::date + days)
FROM (VALUES ('day 2', 2), ('day 2, young', 2), ('day 20', 20), ('day 60', 60), ('day 120', 120)) AS r (firm, days) \g /dev/null
SELECT pg_temp.event('overall', 'tax.withheld', '2025-07-10') \g /dev/null
SELECT pg_temp.observe('overall', 'overall-repair', '2025', 'granted'), pg_temp.observe('inquiry', 'under-inquiry', '2025-06-01..2026-05-31', '1'), pg_temp.observe('no revenue', 'revenue', '2025', '0') \g /dev/null
CALL credence_registry.evaluate('tax-credit', '2025');
SELECT subject, score, grade, reasons FROM pg_temp.results('tax-credit', '2025') WHERE subject LIKE 'day%' OR subject IN ('overall', 'inquiry', 'no revenue', 'new');

\set ECHO none
\i test/rulebook_end.psql
