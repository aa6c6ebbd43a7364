-- The tables of the bench, the same for the same :rows and :inputs, and the texts that the
-- cases are made of, as psql variables.

\set ON_ERROR_STOP on
\pset tuples_only on
SET search_path = public, credence;
SET client_min_messages = warning;
SELECT :rows / 10 AS sample_rows, greatest(:rows / 100, 1) AS few_rows, greatest(:rows / 5, 1) AS peer_rows, greatest(:rows / 5 / 5000, 1) AS peers \gset

\echo drawing :rows rows of :inputs float8 columns
SELECT format('CREATE UNLOGGED TABLE facts (%s)', string_agg(format('x%s float8', i), ', '))
FROM generate_series(1, :inputs) i \gexec
SELECT setseed(0.20221122) AS seeded \gset
-- four decimals, so that the numeric twin holds the same values
SELECT format('INSERT INTO facts SELECT %s FROM generate_series(1, %s)',
			  string_agg('floor(random() * 1e6) / 1e4', ', '), :rows)
FROM generate_series(1, :inputs) i \gexec

\echo copying them to numeric(10,4)
SELECT format('CREATE UNLOGGED TABLE facts_numeric AS SELECT %s FROM facts',
			  string_agg(format('x%s::numeric(10,4) AS x%s', i, i), ', '))
FROM generate_series(1, :inputs) i \gexec

\echo leaving a tenth of the values out in a twin, drawing :sample_rows rows for what is slow
SELECT format('CREATE UNLOGGED TABLE facts_gaps AS SELECT %s FROM facts',
			  string_agg(format('CASE WHEN random() >= 0.1 THEN x%s END AS x%s', i, i), ', '))
FROM generate_series(1, :inputs) i \gexec
CREATE UNLOGGED TABLE facts_sample AS SELECT * FROM facts LIMIT :sample_rows;
CREATE UNLOGGED TABLE facts_few AS SELECT * FROM facts LIMIT :few_rows;

\echo drawing :peer_rows rows in :peers peer groups
CREATE UNLOGGED TABLE peers AS
SELECT 1 + i % :peers AS p, (random() + random() + random()) * 100 / 3 AS x FROM generate_series(1, :peer_rows) i;

-- the card: bands of four grades of points in every indicator; the cuts differ
CREATE TABLE cut AS
SELECT i AS indicator, cut, points
FROM generate_series(1, :inputs) i,
	 LATERAL (VALUES (90 - i % 5, 10), (80 - i % 7, 8), (60 - i % 11, 5)) c(cut, points);
CREATE FUNCTION card_text(standardise text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT json_build_object('name', 'bench', 'aggregate', 'sum', 'indicators',
		json_agg(CASE WHEN standardise IS NULL
				 THEN json_build_object('name', 'x' || indicator, 'bands', bands)
				 ELSE json_build_object('name', 'x' || indicator, 'standardise', standardise) END ORDER BY indicator))::text
	FROM (SELECT indicator, string_agg(format('%s >= %s', points, cut), ', ' ORDER BY cut DESC) || ', 0' AS bands
		  FROM cut GROUP BY indicator) b
$$;
CREATE TABLE cards AS
SELECT 'bench' AS name, card_text(NULL)::scorecard AS card
UNION ALL SELECT 'zscore', card_text('zscore')::scorecard;

-- what a user would write by hand
CREATE FUNCTION hand_case(prefix text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT string_agg(branch, ' + ' ORDER BY indicator)
	FROM (SELECT indicator, 'CASE ' || string_agg(format('WHEN %sx%s >= %s THEN %s', prefix, indicator, cut, points), ' ' ORDER BY cut DESC)
				 || ' ELSE 0 END' AS branch
		  FROM cut GROUP BY indicator) b
$$;
SELECT format($$
	CREATE FUNCTION score_by_hand(%s) RETURNS float8 LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $f$
	DECLARE total float8 := 0;
	BEGIN
		%s
		RETURN total;
	END $f$ $$,
	string_agg(format('x%s float8', indicator), ', ' ORDER BY indicator),
	string_agg(branches, E'\n' ORDER BY indicator))
FROM (SELECT indicator,
			 string_agg(format('%s x%s >= %s THEN total := total + %s;', CASE WHEN rank = 1 THEN 'IF' ELSE 'ELSIF' END, indicator, cut, points), ' ' ORDER BY rank)
			 || ' END IF;' AS branches
	  FROM (SELECT *, row_number() OVER (PARTITION BY indicator ORDER BY cut DESC) AS rank FROM cut) c GROUP BY indicator) b \gexec
CREATE TABLE points_table AS
SELECT indicator, cut AS low, coalesce(lead(cut) OVER (PARTITION BY indicator ORDER BY cut), 'infinity') AS high, points
FROM (SELECT indicator, cut::float8, points FROM cut
	  UNION ALL SELECT DISTINCT indicator, '-infinity'::float8, 0 FROM cut) c;
CREATE UNIQUE INDEX ON points_table (indicator, low);

\echo vacuuming and warming
VACUUM (ANALYZE, FREEZE);
SELECT count(*) AS warm FROM facts \gset
SELECT count(*) AS warm FROM facts_numeric \gset
SELECT count(*) AS warm FROM facts_gaps \gset
