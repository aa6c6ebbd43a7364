-- A city of designated providers, drawn from a seed: psql -v providers=12000 -v seed=1 -f city.sql
--
-- Pharmacies above all, then clinics, and one provider in twenty a hospital, as in the big cities that
-- publish their grades. Makes the table provider.

SELECT setseed(1 / (1 + abs(:seed::float8))) \g /dev/null

-- nearly normal, mean 0, standard deviation 1, between -3.5 and 3.5
CREATE FUNCTION bell() RETURNS float8 LANGUAGE sql VOLATILE
RETURN (random() + random() + random() + random() - 2) * sqrt(3);

-- x within bounds, with so many decimals
CREATE FUNCTION within(low numeric, high numeric, x float8, decimals int) RETURNS numeric LANGUAGE sql IMMUTABLE
RETURN greatest(low, least(high, round(x::numeric, decimals)));

-- who they are; care and service are the qualities that nobody sees and everything else depends on
CREATE TABLE drawn AS
SELECT n, class, kind, size, (random() * 8)::int % 8 AS district, bell() AS care, bell() AS service, bell() AS fortune,
	CASE WHEN random() < 0.12 THEN 3 * random() ELSE 3 + 17 * random() END AS years
FROM (
	SELECT n, CASE WHEN u < 0.002 THEN 'tertiary hospital' WHEN u < 0.01 THEN 'secondary hospital'
		WHEN u < 0.05 THEN 'primary hospital' WHEN u < 0.42 THEN 'clinic' ELSE 'pharmacy' END AS class
	FROM (SELECT n, random() AS u FROM generate_series(1, :providers::int) n OFFSET 0) u
	OFFSET 0
) c JOIN (VALUES
	('tertiary hospital', 'hospital', 5), ('secondary hospital', 'hospital', 4), ('primary hospital', 'hospital', 3),
	('clinic', 'clinic', 2), ('pharmacy', 'pharmacy', 1)
) AS classes (class, kind, size) USING (class)
ORDER BY n;

CREATE TABLE provider AS
SELECT lpad(n::text, 6, '0') AS code,
	concat_ws(' ', (ARRAY['Riverside', 'Old Town', 'North Lake', 'South Gate', 'Harbour', 'Silk Mill', 'Garden',
		'West Hill'])[1 + district], initcap(kind), n) AS name,
	kind, class, within(0, 20, years, 1) AS years_designated,
	-- credit
	within(0, 60, CASE WHEN care + 0.6 * bell() < -0.4 THEN (0.3 - care) * 7 * random() ELSE 0 END, 0)::int
		AS violation_points,
	within(0, 5, CASE WHEN care < 0.2 THEN (0.6 - care) * 0.35 * random() ELSE 0.04 * random() END, 2)
		AS recovered_share,
	within(0, 20, 0.9 - 0.5 * care + 0.4 * bell(), 1) AS rejected_claims,
	CASE kind WHEN 'hospital' THEN within(0, 20, 0.8 - 0.7 * care + 0.4 * bell(), 1) END AS split_admissions,
	CASE kind WHEN 'pharmacy' THEN within(0, 20, 0.6 - 0.6 * care + 0.5 * bell(), 1) END AS stock_mismatch,
	CASE WHEN random() < 0.5 THEN 'not inspected' WHEN care + 0.5 * bell() > 0 THEN 'in order'
		WHEN care + 0.5 * bell() > -2.1 THEN 'minor findings' ELSE 'serious findings' END AS inspection,
	within(0, 12, 0.8 - service + 0.8 * bell(), 0)::int AS late_reports,
	within(0, 50, 0.9 - 0.8 * service + 0.6 * bell(), 1) AS complaints,
	within(0, 5, least(years, 5) * (0.5 * care + 0.4 + 0.3 * bell()), 0)::int AS commitment_years,
	within(0, 3, care + service - 2.2 + 0.4 * bell(), 0)::int AS awards,
	care < -2.2 AND random() < 0.3 AS blacklisted,
	random() < 0.004 AS under_investigation,
	-- service
	within(0, 100, 82 + 6 * care + 4 * service + 4 * bell(), 0) AS agreement_review,
	within(0, 100, 90 + 4 * care + 5 * bell(), 1) AS online_procurement,
	CASE kind WHEN 'hospital' THEN within(0, 30, 3 - 0.8 * care + 0.8 * bell(), 1) END AS readmissions,
	within(0, 100, 93 + 3 * care + 2 * bell(), 1) AS prescriptions_passed,
	CASE kind WHEN 'pharmacy' THEN within(0, 100, 88 + 7 * care + 6 * bell(), 0) END AS pharmacist_present,
	within(10, 90000, (ARRAY[95, 130, 210, 330, 460])[size] * (1 - 0.06 * service + 0.15 * bell()), 0)
		AS cost_per_visit,
	within(-30, 90, 6 - 2 * service + 5 * bell(), 1) AS cost_growth,
	within(0, 100, 13 - 2 * care + 4 * bell(), 1) AS self_paid,
	CASE kind WHEN 'hospital' THEN within(0, 100, 20 - care + 2 * bell(), 1) END AS consumables,
	CASE WHEN size > 2 OR random() < 0.93 THEN within(0, 100, 89 + 5 * service + 3 * bell(), 1) END AS satisfied,
	within(0, 100, 62 + 12 * service + 12 * bell(), 0) AS electronic_settlement
FROM drawn
ORDER BY n;

DROP TABLE drawn;
DROP FUNCTION bell, within;
ALTER TABLE provider ADD PRIMARY KEY (code);
ANALYZE provider;
