-- Rulebook plan-targets: its published examples.
\getenv top PG_ABS_SRCDIR
\cd :top
SET search_path = public, credence;

\set targets `cat rulebooks/plan-targets/targets.json`
\set progress `cat rulebooks/plan-targets/progress.json`

CREATE TABLE city (
	name text, coverage numeric, employee_share numeric, employee_inpatient numeric, resident_inpatient numeric,
	employee_balance numeric, resident_balance numeric, serious_illness numeric, care_payment numeric, assisted_outpatient numeric,
	drg_institutions numeric, drg_fund_share numeric, volume_procurement numeric, online_procurement numeric,
	services_available numeric, cross_province numeric, satisfaction numeric);
INSERT INTO city VALUES
	('a: all met', 99.01, 75, 91.01, 76.5, 5.0, 0, 60, 69.2, 70, 100, 70, 100, 90, 100, 95, 90.0),
	('b: 1 by a hair', 99.0, 75, 91.01, 76.5, 5.0, 0, 60, 70, 70, 100, 70, 100, 90, 100, 95, 90.0),
	('c: expected ones missed', 99.01, 75, 91.01, 76.5, 5.01, -0.01, 59.9, 71.01, 69, 99, 69, 99, 89, 100, 94, 89.9),
	('d: a binding one open', 99.01, NULL, 91.01, 76.5, 5.0, 0, 60, 70, 70, 100, 70, 100, 90, 100, 95, 90.0),
	('e: one open, one missed', 99.01, NULL, 91, 76.5, 5.0, 0, 60, 70, 70, 100, 70, 100, 90, 100, 95, 90.0),
	('f: expected ones open', 99.01, 75, 91.01, 76.5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 100, NULL, NULL);

SELECT name, a.score AS percent_met, a.grade AS verdict, a.reasons FROM city, appraise(:'targets', city) AS a ORDER BY name;

-- each target at and around its boundary
SELECT target, array_agg((value, met) ORDER BY n) AS value_met
FROM (VALUES
	('coverage', '{98, 99.0, 99.01}'::numeric[]), ('employee_share', '{74.99, 75}'), ('employee_inpatient', '{91, 91.01}'),
	('resident_inpatient', '{76, 76.5, 76.81}'), ('employee_balance', '{-0.01, 0, 5.0, 5.01}'),
	('resident_balance', '{-0.01, 0, 5.0, 5.01}'), ('serious_illness', '{59.99, 60}'),
	('care_payment', '{68.99, 69, 69.2, 71, 71.01}'), ('assisted_outpatient', '{69.99, 70}'),
	('drg_institutions', '{99.99, 100}'), ('drg_fund_share', '{69.99, 70}'), ('volume_procurement', '{99.99, 100}'),
	('online_procurement', '{89.99, 90}'), ('services_available', '{99.99, 100}'), ('cross_province', '{94.99, 95}'),
	('satisfaction', '{89.99, 90.0}')
) AS t (target, edge),
	unnest(edge) WITH ORDINALITY AS u (value, n),
	LATERAL jsonb_populate_record(NULL::city, jsonb_build_object(target, value)) AS city,
	LATERAL (SELECT score(:'targets', city) / 100) AS s (met)
GROUP BY target ORDER BY target;

-- without tolerance, "about 70" is 70
SELECT value, score(replace(replace(:'targets', '1 >= 69, 0', '1 >= 70, 0'), '1 <= 71, 0', '1 <= 70, 0')::scorecard, city) / 100 AS met
FROM unnest('{69.2, 70, 70.01}'::numeric[]) AS value, jsonb_populate_record(NULL::city, jsonb_build_object('care_payment', value)) AS city;

-- progress; before the baseline there is none
SELECT employee_inpatient, services_available, cross_province, (appraise(:'progress', city)).points, score(:'progress', city) AS progress
FROM (VALUES (90.94, 80, 94.12), (90.97, 90, 94.56), (91.5, 100, 95), (90, 70, 94), (NULL, 90, NULL))
	AS city (employee_inpatient, services_available, cross_province);
DROP TABLE city;
