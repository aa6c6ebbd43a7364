-- Rulebook nursing-home-stars: inspections ranked within the state, the overall rating, chains by their homes (W14).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_nursing
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/nursing-home-stars/scheme.json`
SELECT * FROM pg_temp.take(:'document');
\set document `cat rulebooks/nursing-home-stars/scheme-chains.json`
SELECT * FROM pg_temp.take(:'document');

-- a state of 30 homes: places 1 to 3 have five stars for inspections, to 10 four, to 17 three, to 24 two, the rest one; three homes in another state are ranked within the nation
\set ECHO none
SELECT pg_temp.subject('institution', format('X%s', lpad(n::text, 2, '0')), '2010-01-01', '{"care": "nursing home", "state": "X"}'),
	pg_temp.observe(format('X%s', lpad(n::text, 2, '0')), 'inspection-score', '2023-01-01..2023-12-31', (n * 4)::text)
FROM generate_series(1, 30) AS n \g /dev/null
SELECT pg_temp.subject('institution', format('Y%s', n), '2010-01-01', '{"care": "nursing home", "state": "Y"}'),
	pg_temp.observe(format('Y%s', n), 'inspection-score', '2023-01-01..2023-12-31', (n * 40 - 39)::text)
FROM generate_series(1, 3) AS n \g /dev/null
SELECT pg_temp.subject('institution', 'clinic', '2010-01-01', '{"care": "clinic", "state": "X"}') \g /dev/null
SELECT pg_temp.observe(home, 'staffing-stars', '2023-01-01..2023-12-31', staffing), pg_temp.observe(home, 'quality-stars', '2023-01-01..2023-12-31', quality)
FROM (VALUES ('X12', '5', '5'), ('X28', '5', '5'), ('X20', '1', '1'), ('X01', '3', '1'), ('X05', '5', '5'), ('X06', '5', '5'), ('X02', '5', '1')) AS o (home, staffing, quality) \g /dev/null
SELECT pg_temp.observe('X06', 'abuse-icon', '2023-01-01..2023-12-31', '1') \g /dev/null
SELECT pg_temp.subject('agency', code, '2010-01-01') FROM (VALUES ('chain 1'), ('chain 2'), ('chain 3')) AS s (code) \g /dev/null
SELECT pg_temp.tie('child_of', home, chain, '2020-01-01')
FROM (VALUES ('X12', 'chain 1'), ('X28', 'chain 1'), ('X01', 'chain 1'), ('X20', 'chain 2'), ('X29', 'chain 2'), ('X02', 'chain 2'), ('X03', 'chain 2'), ('clinic', 'chain 3')) AS t (home, chain) \g /dev/null
\set ECHO all
CALL credence_registry.evaluate('nursing-home-stars', '2023-06');
-- the example: inspection, staffing, quality
SELECT subject, pg_temp.input('nursing-home-stars', '2023-06', subject, 'inspection') AS inspection, score, grade, reasons
FROM pg_temp.results('nursing-home-stars', '2023-06') WHERE subject IN ('X12', 'X28', 'X20', 'X01', 'X05', 'X06', 'X02');
SELECT string_agg(pg_temp.input('nursing-home-stars', '2023-06', subject, 'inspection'), ' ' ORDER BY subject) AS inspection_stars, left(subject, 1) AS state
FROM pg_temp.results('nursing-home-stars', '2023-06') GROUP BY 2 ORDER BY 2;
CALL credence_registry.evaluate('nursing-home-chains', '2023-06');
SELECT subject, score, grade, reasons FROM pg_temp.results('nursing-home-chains', '2023-06');

\set ECHO none
\i test/rulebook_end.psql
