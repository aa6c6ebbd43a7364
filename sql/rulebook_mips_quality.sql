-- Rulebook mips-quality: its published examples.
\getenv top PG_ABS_SRCDIR
\cd :top
SET search_path = public, credence;

-- Benchmarks of 2024: 008 in full, what the examples say of 005 and 006, and the bounds of the sample
-- table's seventh decile. Bounds that the examples do not give are made up.
CREATE TABLE benchmark (document jsonb);
INSERT INTO benchmark
SELECT jsonb_build_object('measureId', measure, 'submissionMethod', method, 'isInverse', inverse, 'isToppedOutByProgram', topped_out,
	'percentiles', (SELECT jsonb_object_agg(key, value)
		FROM unnest('{1,10,20,30,40,50,60,70,80,90,99}'::text[], bounds) AS p (key, value)))
FROM (VALUES
	('008', 'electronicHealthRecord', false, false, '{31, 82.61, 86.67, 89.13, 90.91, 92.47, 93.69, 95, 96.5, 98.23, 100}'::numeric[]),
	('008', 'registry', false, true, '{40, 94, 97, 99, 100, 100, 100, 100, 100, 100, 100}'),
	('005', 'registry', false, true, '{40, 90, 96, 99, 100, 100, 100, 100, 100, 100, 100}'),
	('006', 'registry', false, false, '{45, 80, 87, 91, 95, 97.44, 100, 100, 100, 100, 100}'),
	('sample', 'registry', false, false, '{5, 20, 28, 36, 44, 53, 62.0, 69.0, 78, 90, 99}'),
	('001', 'claims', true, false, '{1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99}'),
	('inverse', 'registry', true, false, '{90, 40, 20, 10, 5, 1, 0, 0, 0, 0, 0}'),
	('flat', 'claims', false, false, '{100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100}'),
	('zero', 'claims', false, false, '{0, 0, 0, 0, 10, 20, 30, 40, 50, 60, 99}')
) AS b (measure, method, inverse, topped_out, bounds);

\set categories `cat rulebooks/mips-quality/categories.json`
\set ECHO none
\i rulebooks/mips-quality/card.sql
\set ECHO all
SELECT i ->> 'name' AS line, i ->> 'curve' AS curve, i ->> 'cap' AS cap, i ->> 'when' AS "when"
FROM jsonb_array_elements(:'card'::scorecard::jsonb -> 'indicators') i;

-- one row: what was handed in, each measure by one method
SELECT format('CREATE TABLE report (name text, cost int, promoting_interoperability int, improvement_activities int, %s)',
	string_agg(format('"%1$s" numeric, "%1$s_method" text, "%1$s_cases" int, "%1$s_completeness" numeric', measure), ', '
		ORDER BY measure))
FROM (SELECT DISTINCT document ->> 'measureId' AS measure FROM benchmark) m \gexec

-- points of single measures
SELECT measure, method, rate, cases, completeness, expected, round(points::numeric, 5) AS points,
	round(points::numeric, 5) = expected AS agrees
FROM (VALUES
	('008', 'electronicHealthRecord', 92.00, 20, 60, 5.69872),
	('008', 'electronicHealthRecord', 95.00, 100, 80, 8),
	('008', 'electronicHealthRecord', 98.23, 100, 80, 10),
	('008', 'electronicHealthRecord', 100, 100, 80, 10),
	('008', 'electronicHealthRecord', 82.60, 100, 80, 1.99988),		-- decile 1
	('008', 'electronicHealthRecord', 82.61, 100, 80, 2),
	('008', 'electronicHealthRecord', 0, 100, 80, 1),
	('008', 'registry', 92.00, 100, 80, 1.97872),
	('005', 'registry', 100, 100, 80, 7),							-- topped out
	('006', 'registry', 100, 100, 80, 10),							-- empty deciles skipped
	('006', 'registry', 97.44, 100, 80, 6),
	('006', 'registry', 99.99, 100, 80, 6.99609),
	('sample', 'registry', 65, 100, 80, 7.42857),
	('001', 'claims', 10, 100, 80, 10),								-- inverse
	('001', 'claims', 5, 100, 80, 10),
	('001', 'claims', 10.5, 100, 80, 9.95),
	('001', 'claims', 90, 100, 80, 2),
	('001', 'claims', 95, 100, 80, 1.5),
	('inverse', 'registry', 0, 100, 80, 10),						-- inverse, empty deciles skipped
	('inverse', 'registry', 0.5, 100, 80, 6.5),
	('inverse', 'registry', 1, 100, 80, 6),
	('flat', 'claims', 100, 100, 80, 10),
	('flat', 'claims', 99.9, 100, 80, 1.999),
	('zero', 'claims', 0, 100, 80, 4),
	('008', 'electronicHealthRecord', 100, 19, 80, 3),				-- too few cases
	('008', 'electronicHealthRecord', 100, 20, 59.99, 3),			-- too little data
	('008', 'claims', 100, 20, 80, 0),								-- no benchmark for that method
	('008', 'electronicHealthRecord', 100, NULL, 80, 0)
) AS r (measure, method, rate, cases, completeness, expected),
	LATERAL jsonb_populate_record(NULL::report, jsonb_build_object(measure, rate, measure || '_method', method,
		measure || '_cases', cases, measure || '_completeness', completeness)) AS report,
	LATERAL (SELECT 6 * (appraise(:'card', report)).group_scores[2]) AS a (points);

-- the six best of seven; the four categories, and what is left of them where some are missing
INSERT INTO report SELECT r.* FROM (VALUES
	('{"name": "seven measures", "cost": 70, "promoting_interoperability": 100, "improvement_activities": 40}'::jsonb),
	('{"name": "quality only"}'),
	('{"name": "no cost", "promoting_interoperability": 100, "improvement_activities": 40}')
) AS d (document), jsonb_populate_record(NULL::report, document
	|| '{"008": 95, "008_method": "electronicHealthRecord", "008_cases": 50, "008_completeness": 90}'
	|| '{"005": 100, "005_method": "registry", "005_cases": 50, "005_completeness": 90}'
	|| '{"006": 100, "006_method": "registry", "006_cases": 50, "006_completeness": 90}'
	|| '{"001": 20, "001_method": "claims", "001_cases": 50, "001_completeness": 90}'
	|| '{"flat": 50, "flat_method": "claims", "flat_cases": 50, "flat_completeness": 90}'
	|| '{"zero": 25, "zero_method": "claims", "zero_cases": 50, "zero_completeness": 90}'
	|| '{"sample": 99, "sample_method": "registry", "sample_cases": 5, "sample_completeness": 90}') r;
INSERT INTO report (name, "008", "008_method", "008_cases", "008_completeness")
VALUES ('one measure', 100, 'electronicHealthRecord', 50, 90);
SELECT name, (a).group_scores, (a).score FROM (SELECT name, appraise(:'card', report) AS a FROM report OFFSET 0) r;
SELECT quality, (quality * 30 + 70 * 30 + 100 * 25 + 40 * 15) / 100 AS expected
FROM (SELECT (8 + 7 + 10 + 9 + 6.5 + 3) / 60 * 100) AS q (quality);

DROP TABLE report, benchmark;
