-- Rulebook cms-hospital-stars: its published examples, and a population that is made up. The real one,
-- where it is there, is for test/t/040_cms_hospital_stars.pl.
\getenv top PG_ABS_SRCDIR
\cd :top
SET search_path = public, credence;
SET client_min_messages = warning;

-- five groups of eight measures, in other words than CMS uses; every second measure of a group is better low
CREATE TABLE measure_group (place int, group_name text, weight float8, mortsafe_flag float8);
INSERT INTO measure_group VALUES
	(1, 'Death', 0.22, 1), (2, 'Safety of care', 0.22, 1), (3, 'Return', 0.22, 0), (4, 'Experience', 0.22, 0), (5, 'Timeliness', 0.12, 0);
CREATE TABLE measure AS
SELECT 8 * (place - 1) + n AS place, format('%s %s', group_name, n) AS measure_id, group_name,
	format('Measure "%s", of %s', n, group_name) AS measure_desc, CASE n % 2 WHEN 0 THEN -1 ELSE 1 END AS flip_sign
FROM measure_group, generate_series(1, 8) n;

-- 400 hospitals, good and bad ones, whose safety has nothing to do with the rest, and who report by a pattern; the
-- last measure is reported by a hundred hospitals, the one before by a hundred and one
CREATE TABLE cell AS
SELECT h, m.place, measure_id, ((h * 7919 + m.place * 104729) % 9973) / 1000.0
	+ flip_sign * (h * CASE m.group_name WHEN 'Safety of care' THEN 37 ELSE 31 END % 17) AS value
FROM generate_series(1, 400) h, measure m
WHERE h > 2 AND CASE m.place WHEN 40 THEN h > 300 WHEN 39 THEN h > 299 ELSE (h * (m.place + 3) % 11 > h % 10) END;
SELECT format('CREATE TABLE hospital (provider_id text, %s, comment text)',
	string_agg(format('%I float8', measure_id), ', ' ORDER BY place)) FROM measure \gexec
INSERT INTO hospital
SELECT r.* FROM generate_series(1, 400) n
	LEFT JOIN (SELECT h, jsonb_object_agg(measure_id, value) AS row FROM cell GROUP BY h) c ON h = n,
	jsonb_populate_record(NULL::hospital,
		jsonb_build_object('provider_id', lpad(n::text, 6, '0'), 'comment', 'not a measure') || coalesce(row, '{}')) r;
\set ECHO none
\i rulebooks/cms-hospital-stars/stars.sql
\set ECHO all

SELECT jsonb_array_length(card::jsonb -> 'indicators') AS indicators, card::text LIKE '%Timeliness 7%' AS reported_by_101,
	card::text LIKE '%Timeliness 8%' AS reported_by_100 FROM star_card;
SELECT count(*), count(star) AS stars, count(summary_score) AS scores, not_rated_because FROM star_rating GROUP BY 4 ORDER BY 4;
SELECT peer_group, star IS NOT NULL AS rated, count(*), count(DISTINCT star) AS stars FROM star_rating GROUP BY 1, 2 ORDER BY 1, 2;
SELECT safety_quartile, count(*) FROM star_rating GROUP BY 1 ORDER BY 1;
SELECT count(*) FILTER (WHERE star_2026 <> star) AS capped, count(*) FILTER (WHERE star_2027 <> star) AS reduced,
	bool_and(star_2026 = CASE WHEN unsafe THEN least(star, 4) ELSE star END) AS right_2026,
	bool_and(star_2027 = CASE WHEN unsafe THEN greatest(star - 1, 1) ELSE star END) AS right_2027
FROM star_rating, LATERAL (SELECT safety_quartile = 1 AND measures[2] >= 3) AS u (unsafe) WHERE star IS NOT NULL;

-- the summary scores once more, by plain SQL
WITH z AS (
	SELECT h, group_name, (value - avg(value) OVER m) / stddev_samp(value) OVER m * flip_sign AS z
	FROM cell JOIN measure USING (measure_id) WHERE cell.place < 40 WINDOW m AS (PARTITION BY measure_id)
), raw AS (
	SELECT h, group_name, avg(z) AS score FROM z GROUP BY h, group_name
), standard AS (
	SELECT h, group_name, (score - avg(score) OVER g) / stddev_samp(score) OVER g AS score FROM raw WINDOW g AS (PARTITION BY group_name)
), summary AS (
	SELECT h, sum(weight * score) / sum(weight) AS score FROM standard JOIN measure_group USING (group_name) GROUP BY h
)
SELECT count(*) AS hospitals, count(*) FILTER (WHERE abs(score - summary_score) <= 1e-8) AS agreeing
FROM summary JOIN star_rating ON provider_id = lpad(h::text, 6, '0');

-- From here on the published examples. Group scores are given, so the card goes without its standardising,
-- and each hospital has as many measures of a group as it had, all equal to the group's score.
SELECT regexp_replace(card::text, ', *"standardise": *"zscore"', '', 'g') AS summary_card FROM star_card \gset
SELECT provider, published, round(a.score::numeric, 9) AS summary, abs(a.score - published) < 1e-9 AS agrees,
	c.group_scores AS measures, (SELECT count(*) FROM unnest(c.group_scores) n WHERE n >= 3) AS groups, a.rated, a.reasons
FROM (VALUES
	('010001', 0.1716222843, '{0.2961102941, 0.3614061185, 0.3448829171, 0.0420715789, -0.48467763}'::float8[], '{7, 7, 7, 8, 6}'::int[]),
	('010125', 0.6756647637, '{0.6399915618, NULL, 0.3732391881, 1.576513564, -0.356043612}', '{3, 0, 4, 8, 6}'),
	('010034', -0.699589313, '{NULL, NULL, -1.010685846, NULL, -0.129245669}', '{0, 0, 4, 0, 6}'),
	-- too few measures for deaths and for safety, whose scores count all the same
	('like 010069', 0.3, '{0.3, 0.3, 0.3, 0.3, 0.3}', '{2, 2, 4, 8, 6}'),
	('like 01019F', 0.66, '{0, 3, 0, 0, 0}', '{3, 1, 4, 8, 6}')
) AS e (provider, published, scores, counts),
	LATERAL (SELECT jsonb_object_agg(measure_id, scores[g.place]) FROM measure JOIN measure_group g USING (group_name)
		WHERE measure.place - 8 * (g.place - 1) <= counts[g.place]) AS r (row),
	jsonb_populate_record(NULL::hospital, row) AS hospital,
	star_card, appraise(:'summary_card', hospital) AS a, appraise(star_card.counts, hospital) AS c;

-- 010001 from the measures up, July 2025: two hospitals with the nation's mean and standard deviation stand for the
-- nation; that of patient experience is published with six digits
WITH card (card) AS (VALUES ('{"name": "measures", "indicators": [
	{"name": "comp_1", "standardise": "zscore"},
	{"name": "mort_30_ami", "direction": "lower", "standardise": "zscore"}]}'::scorecard)),
nation AS (
	SELECT norms(card, ARRAY[3.2673796791 + side * 1.0981888048 / sqrt(2), 0.1259455544 + side * 0.0127642497 / sqrt(2)]) AS norms
	FROM card, (VALUES (-1), (1)) AS s (side)
)
SELECT round(points[1]::numeric, 9) AS comp_1, round(points[1]::numeric, 9) = -1.154063558 AS agrees,
	round(points[2]::numeric, 4) AS mort_30_ami, round(points[2]::numeric, 4) = 1.4059 AS agrees
FROM card, nation, appraise(card, ARRAY[2, 0.108], norms);

WITH card (card) AS (
	SELECT jsonb_build_object('name', 'experience', 'decimals', 9, 'groups', '[{"name": "experience", "standardise": "zscore"}]'::jsonb,
		'indicators', jsonb_agg(jsonb_build_object('name', 'h' || n, 'group', 'experience')))::scorecard
	FROM generate_series(1, 8) n
), first AS (SELECT norms(card, '{1, 1, 1, 1, 1, 1, 1, 1}'::float8[]) AS norms FROM card),
nation AS (
	SELECT norms(card, array_fill((side * 0.866021 / sqrt(2))::float8, '{8}'), norms) AS norms
	FROM card, first, (VALUES (-1), (1)) AS s (side)
)
SELECT round(score(card, z, norms)::numeric, 7) AS patient_experience, abs(score(card, z, norms) - 0.0420715789) < 3e-8 AS agrees
FROM card, nation, (VALUES ('{-1.154063558, 0.570760512, -0.231670805, -0.254180641,
	-0.312251048, 0.933176802, 0.719371383, 0.020336461}'::float8[])) AS v (z);

-- the safety rules of 2026 and 2027
SELECT star, safety_quartile, safety_measures, grade(:'safety_2026', hospital) AS star_2026,
	grade(:'safety_2027', hospital) AS star_2027, (appraise(:'safety_2027', hospital)).reasons
FROM (VALUES (5, 1, 3), (5, 1, 2), (5, 2, 8), (4, 1, 8), (2, 1, 8), (1, 1, 8), (NULL, 1, 8), (5, NULL, NULL))
	AS hospital (star, safety_quartile, safety_measures);

DROP TABLE measure_group, measure, cell, hospital, star_card, star_norms, star_rating;
