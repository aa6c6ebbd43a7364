-- The credit files of the city that city.sql drew: psql -v seed=1 -f facts.sql, from the top of the project.
--
-- Two years, 2024 and 2025, of what the registry keeps: providers and their physicians, who practises where, agreements,
-- findings and measurements. What the city shows is the year 2025, the year before differs a little. Everything goes the
-- way files go: into the staging tables, as text, and from there through the functions that check and land it.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET jit = off;		-- each of these statements runs once

-- between 0 and 1, of whatever has a name: always the same for a name and a seed
CREATE FUNCTION chance(name text) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(md5(:'seed' || '/' || name), 8))::bit(32)::bigint::float8 / 4294967296;

-- x within bounds, with so many decimals
CREATE FUNCTION within(low numeric, high numeric, x numeric, decimals int) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN greatest(low, least(high, round(x, decimals)));

-- lands what is staged, or says what is wrong with it
CREATE FUNCTION land(loader text) RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
	bad record;
BEGIN
	FOR bad IN EXECUTE format('SELECT line, reason FROM credence_registry.%I() ORDER BY line LIMIT 5', loader) LOOP
		RAISE EXCEPTION '%, line %: %', loader, bad.line, bad.reason;
	END LOOP;
END
$$;

-- regions and codes
SELECT credence_registry.put_region('990100', NULL, 'The city', '示范市') \g /dev/null
CREATE TABLE district AS
SELECT '99010' || n AS region, label_en, label_zh
FROM (VALUES (1, 'Riverside', '河滨区'), (2, 'Old Town', '老城区'), (3, 'North Lake', '北湖区'), (4, 'South Gate', '南门区'),
	(5, 'Harbour', '港口区'), (6, 'Silk Mill', '丝厂区'), (7, 'Garden', '花园区'), (8, 'West Hill', '西山区')) AS d (n, label_en, label_zh);
SELECT credence_registry.put_region(region, '990100', label_en, label_zh) FROM district \g /dev/null
CREATE TABLE class AS
SELECT * FROM (VALUES ('tertiary hospital', '三级医院', '3', 2000000, 250), ('secondary hospital', '二级医院', '2', 500000, 80),
	('primary hospital', '一级医院', '1', 120000, 20), ('clinic', '诊所', '9', 20000, 3), ('pharmacy', '药店', NULL, 10000, 0))
	AS c (class, label_zh, level, retention, physicians);
SELECT credence_registry.put_code('peer_class', class, initcap(class), label_zh, n::int)
FROM (SELECT *, row_number() OVER () AS n FROM class) c \g /dev/null

-- who is kept a file of
INSERT INTO credence_registry.subject_load (kind, code, name, region, level, peer_class, valid_from)
SELECT CASE kind WHEN 'pharmacy' THEN 'pharmacy' ELSE 'institution' END, code, name, region, level, class,
	('2025-12-31'::date - (365.25 * years_designated)::int)::text
FROM provider JOIN class USING (class) JOIN district ON starts_with(name, label_en)
ORDER BY code;

CREATE TABLE physician AS
SELECT lpad(n::text, 6, '0') AS code, w.code AS works_at, w.region, w.violation_points
FROM (
	SELECT code, region, violation_points, (:physicians * coalesce(sum(physicians) OVER before, 0) / sum(physicians) OVER ())::int + 1 AS first,
		(:physicians * (coalesce(sum(physicians) OVER before, 0) + physicians) / sum(physicians) OVER ())::int AS last
	FROM provider JOIN class USING (class) JOIN district ON starts_with(name, label_en)
	WINDOW before AS (ORDER BY code ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) w, generate_series(first, last) AS n;
INSERT INTO credence_registry.subject_load (kind, code, name, region, valid_from, person_name)
SELECT 'physician', code, 'Physician ' || code, region, '2020-01-01',
	(ARRAY['Chen', 'Li', 'Liu', 'Wang', 'Wu', 'Yang', 'Zhang', 'Zhao'])[1 + floor(8 * chance('family/' || code))::int] || ' '
		|| (ARRAY['Fang', 'Jing', 'Jun', 'Lei', 'Min', 'Ping', 'Wei', 'Yan'])[1 + floor(8 * chance('given/' || code))::int]
FROM physician ORDER BY code;
SELECT land('load_subjects') \g /dev/null

-- who practises where: everybody somewhere, one in twenty at a second place, and one in thirty has left
INSERT INTO credence_registry.tie_load (kind, from_kind, from_code, to_kind, to_code, valid_from, valid_to)
SELECT 'practises_at', 'physician', code, 'institution', works_at, '2020-01-01', CASE WHEN chance('left/' || code) < 0.03 THEN '2025-03-31' END
FROM physician
UNION ALL
SELECT 'practises_at', 'physician', p.code, 'institution', second.code, '2023-07-01', NULL
FROM physician p JOIN (
	SELECT code, row_number() OVER (ORDER BY code) AS n FROM provider WHERE kind <> 'pharmacy'
) second ON second.n = 1 + floor(chance('second/' || p.code) * (SELECT count(*) FROM provider WHERE kind <> 'pharmacy'))::bigint
WHERE chance('two places/' || p.code) < 0.05 AND second.code <> p.works_at;
SELECT land('load_ties') \g /dev/null

INSERT INTO credence_registry.agreement_load (subject_kind, subject_code, agreement_number, year, retention_amount, decision, valid_from, valid_to)
SELECT CASE kind WHEN 'pharmacy' THEN 'pharmacy' ELSE 'institution' END, code, year || '-' || code, year::text,
	round(retention * (0.5 + chance('retention/' || code))::numeric, 2)::text,
	CASE WHEN under_investigation AND year = 2025 THEN 'suspended' ELSE 'signed' END, year || '-01-01', year || '-12-31'
FROM provider JOIN class USING (class), generate_series(2024, 2025) AS year
ORDER BY year, code;
SELECT land('load_agreements') \g /dev/null

-- the rules come with the schemes; the indicators have the titles of the inputs that ask for them
\set agreement `cat demo/scheme-agreement.json`
\set physicians_scheme `cat demo/scheme-physicians.json`
SELECT credence_registry.scheme_import(:'physicians_scheme'), credence_registry.scheme_import(:'agreement') \g /dev/null
SELECT credence_registry.put_code('indicator', indicator, title ->> 'en', title ->> 'zh') FROM (
	SELECT DISTINCT ON (1) value ->> 'observation' AS indicator, value -> 'title' AS title
	FROM jsonb_each(:'agreement'::jsonb -> 'inputs') WHERE value ? 'observation' ORDER BY 1, key
) AS i \g /dev/null

-- what was found at the providers: one finding in ten belongs to the case of the one before
INSERT INTO credence_registry.event_load (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, case_code, amount, points, source, event_code)
SELECT subject_kind, code, 'conduct.' || rule, occurred_on::text, (occurred_on + found)::text, (occurred_on + found + decided)::text,
	concat_ws('-', year, code, n - (chance('same/' || key) < 0.1)::int),
	CASE rule WHEN 'records' THEN NULL WHEN 'fraud' THEN round((10 ^ (3.2 + 2 * chance('amount/' || key)))::numeric, 2)::text
		ELSE round((200 + 5000 * chance('amount/' || key))::numeric, 2)::text END,
	round((least_points + (most_points - least_points) * chance('points/' || key))::numeric)::text,
	(ARRAY['routine_inspection', 'special_inspection', 'monitoring', 'complaint'])[1 + floor(4 * chance('source/' || key))::int], key
FROM (
	SELECT code, year, CASE kind WHEN 'pharmacy' THEN 'pharmacy' ELSE 'institution' END AS subject_kind, n, concat_ws('-', year, code, n) AS key
	FROM provider p, LATERAL (VALUES (2025, violation_points::float8), (2024, CASE WHEN chance('calm/' || code) < 0.35 THEN 0
		ELSE greatest(0, violation_points + 10 * (chance('before/' || code) - 0.5)) END)) AS y (year, points),
		generate_series(1, least(12, ceil(points / 4))::int) AS n
) f,
	LATERAL (SELECT chance('rule/' || key) AS u, make_date(year, 1, 2) + (300 * chance('occurred/' || key))::int AS occurred_on,
		3 + (17 * chance('found/' || key))::int AS found, 5 + (25 * chance('decided/' || key))::int AS decided OFFSET 0) AS d,
	LATERAL (SELECT CASE WHEN u < 0.55 THEN 'records' WHEN u < 0.88 THEN 'charges' WHEN u < 0.98 THEN 'identity' ELSE 'fraud' END AS rule) AS r
	JOIN (VALUES ('records', -2, -1), ('charges', -6, -2), ('identity', -10, -4), ('fraud', -20, -10)) AS rules (rule, least_points, most_points) USING (rule)
ORDER BY key;

-- and what physicians did there: more of it where more was found
INSERT INTO credence_registry.event_load (subject_kind, subject_code, rule_code, occurred_on, decided_on, points, place_kind, place_code, source, event_code)
SELECT 'physician', code, 'payment.' || rule, occurred_on::text, (occurred_on + 20)::text,
	round((least_points + (most_points - least_points) * chance('points/' || key))::numeric)::text, 'institution', works_at, 'monitoring', key
FROM (
	SELECT code, works_at, year, concat_ws('-', 'P', year, code, n) AS key
	FROM physician, generate_series(2024, 2025) AS year,
		LATERAL (SELECT chance(concat_ws('/', 'findings', code, year)) / (0.06 + 0.006 * least(violation_points, 20)) AS u OFFSET 0) AS c,
		generate_series(1, CASE WHEN u < 0.05 THEN 3 WHEN u < 0.2 THEN 2 WHEN u < 1 THEN 1 ELSE 0 END) AS n
) f,
	LATERAL (SELECT chance('rule/' || key) AS v, make_date(year, 1, 2) + (330 * chance('occurred/' || key))::int AS occurred_on OFFSET 0) AS d,
	LATERAL (SELECT CASE WHEN v < 0.6 THEN 'lighter' WHEN v < 0.88 THEN 'heavier' WHEN v < 0.97 THEN 'grave' ELSE 'fraud' END AS rule) AS r
	JOIN (VALUES ('lighter', 1, 3), ('heavier', 4, 6), ('grave', 7, 9), ('fraud', 10, 12)) AS rules (rule, least_points, most_points) USING (rule)
ORDER BY key;
SELECT land('load_events') \g /dev/null

-- what was measured: quarters, halves and years; nobody asks the patients of the smallest
INSERT INTO credence_registry.observation_load (subject_kind, subject_code, indicator, period_start, period_end, value, numerator, denominator, source, evaluator)
SELECT CASE kind WHEN 'pharmacy' THEN 'pharmacy' ELSE 'institution' END, code, indicator,
	make_date(year, 12 / parts * (part - 1) + 1, 1)::text, (make_date(year, 1, 1) + make_interval(months => 12 / parts * part) - interval '1 day')::date::text,
	CASE WHEN per IS NULL THEN within(0, most, now + (luck - 0.5)::numeric * wobble + drift * year_luck, decimals)::text END,
	CASE WHEN per IS NOT NULL THEN least(sample, greatest(0, round(sample * now / per + (luck - 0.5)::numeric * wobble * sample / per)))::text END,
	CASE WHEN per IS NOT NULL THEN sample::text END, source, evaluator
FROM provider p JOIN class USING (class), generate_series(2024, 2025) AS year,
	LATERAL (VALUES
		('agreement-review', agreement_review, 'agreement', 'agency', 1, NULL, 100, 4, 10, 0),
		('agreement-review', agreement_review, 'agreement', 'administration', 1, NULL, 100, 8, 10, 0),
		('agreement-review', agreement_review - 1, 'agreement', 'third_party', 1, NULL, 100, 8, 10, 0),
		('agreement-review', agreement_review + 5, 'agreement', 'self', 1, NULL, 100, 6, 6, 0),
		('returned-claims', rejected_claims, 'settlement', NULL, 4, 100, NULL, 0.8, 0, 0),
		('prescriptions-passed', prescriptions_passed, 'monitoring', NULL, 4, NULL, 100, 4, 3, 1),
		('readmissions', readmissions, 'statistics', NULL, 1, NULL, 100, 0, 1, 1),
		('pharmacist-present', pharmacist_present, 'routine_inspection', NULL, 1, NULL, 100, 0, 8, 0),
		('cost-per-visit', round(cost_per_visit / CASE year WHEN 2024 THEN 1 + cost_growth / 100 ELSE 1 END, 2), 'settlement', NULL, 1, NULL, NULL, 0, 0, 2),
		('online-procurement', online_procurement, 'statistics', NULL, 1, NULL, 100, 0, 8, 1),
		('satisfaction', satisfied, 'survey', NULL, 2, 100, NULL, 8, 0, 0),
		('electronic-settlement', electronic_settlement, 'settlement', NULL, 1, NULL, 100, 0, 30, 0)
	) AS m (indicator, now, source, evaluator, parts, per, most, wobble, drift, decimals),
	generate_series(1, parts) AS part,
	LATERAL (SELECT chance(concat_ws('/', indicator, code, year, part, evaluator)) AS luck, CASE WHEN year < 2025 THEN (chance(concat_ws('/', 'before', indicator, code)) - 0.5)::numeric ELSE 0 END AS year_luck,
		(10 + retention / 10000 + 90 * chance('sample/' || code))::int * CASE indicator WHEN 'returned-claims' THEN 20 ELSE 1 END AS sample OFFSET 0) AS c
WHERE now IS NOT NULL
ORDER BY year, code, indicator, part, evaluator;
SELECT land('load_observations') \g /dev/null

DROP FUNCTION land, within, chance;
DROP TABLE physician, class, district;
ANALYZE credence_registry.subject, credence_registry.subject_version, credence_registry.tie, credence_registry.agreement,
	credence_registry.event_2024, credence_registry.event_2025, credence_registry.observation_2024, credence_registry.observation_2025;
