-- Rates the hospitals that the rulebook cms-hospital-stars loaded and rated, and shows what comes of it:
-- psql -v data=FOLDER -v csv=FILE -f hospitals-report.sql, from the top of the project. FOLDER may hold
-- expected.csv, the official result. Leaves ours in FILE.

\ir show.sql

-- the official stars, where they are given
\set here `pwd`
\cd :data
\set header `head -n 1 expected.csv 2> /dev/null`
SELECT :'header' LIKE 'PROVIDER_ID,%,summary_score,%,star%' AS has_official \gset
CREATE TABLE official (provider_id text, summary_score float8, star int);
\if :has_official
SELECT format('CREATE TABLE expected (%s)', string_agg(format('%I text', name), ', ' ORDER BY place))
FROM string_to_table(rtrim(:'header', E'\r'), ',') WITH ORDINALITY AS h (name, place) \gexec
\copy expected from expected.csv with (format csv, header)
INSERT INTO official SELECT "PROVIDER_ID", summary_score::float8, star::numeric::int FROM expected;
\endif
\cd :here

SELECT count(*) AS hospitals, count(star) AS rated, (SELECT count(*) FROM measure) AS measures,
	(SELECT string_agg(measure_id, ', ' ORDER BY place) FROM measure, star_card
		WHERE NOT card::jsonb @> jsonb_build_object('indicators', jsonb_build_array(jsonb_build_object('name', measure_id)))
	) AS dropped
FROM star_rating \gset
\qecho
\qecho :hospitals 'hospitals,' :measures 'measures in five groups; left out, as too few hospitals report them:' :dropped
\qecho :rated 'hospitals are rated; the others are not, because'
SELECT array_to_string(not_rated_because, '; ') AS because, count(*) AS hospitals
FROM star_rating WHERE star IS NULL GROUP BY 1 ORDER BY 2 DESC, 1;

\qecho '== Stars among peers, who have enough measures in 3, 4 or 5 groups'
SELECT peer_group || ' groups' AS peers, whose, count(*) FILTER (WHERE stars = 1) AS "1 star",
	count(*) FILTER (WHERE stars = 2) AS "2 stars", count(*) FILTER (WHERE stars = 3) AS "3 stars",
	count(*) FILTER (WHERE stars = 4) AS "4 stars", count(*) FILTER (WHERE stars = 5) AS "5 stars"
FROM star_rating r LEFT JOIN official o USING (provider_id),
	LATERAL (VALUES (1, 'here', r.star), (2, 'official', o.star)) AS w (n, whose, stars)
WHERE stars IS NOT NULL GROUP BY peer_group, n, whose ORDER BY peer_group, n;
\if :has_official
SELECT count(*) FILTER (WHERE r.star IS DISTINCT FROM o.star) AS differing,
	btrim(to_char(max(abs(r.summary_score - o.summary_score)), '9.9EEEE')) AS apart
FROM star_rating r FULL JOIN official o USING (provider_id) \gset
\qecho :differing 'hospitals have another star than the official one; summary scores are at most' :apart 'apart.'
\qecho
\else
\qecho 'There is no expected.csv with the official stars to compare with.'
\qecho
\endif

\qecho '== The ten best'
SELECT provider_id AS hospital, r.summary_score AS score, o.summary_score AS "official score", r.star AS stars,
	o.star AS official, peer_group AS groups
FROM star_rating r LEFT JOIN official o USING (provider_id) WHERE r.star IS NOT NULL
ORDER BY r.star DESC, r.summary_score DESC, provider_id LIMIT 10;

\qecho '== The ten worst'
SELECT provider_id AS hospital, r.summary_score AS score, o.summary_score AS "official score", r.star AS stars,
	o.star AS official, peer_group AS groups
FROM star_rating r LEFT JOIN official o USING (provider_id) WHERE r.star IS NOT NULL
ORDER BY r.star, r.summary_score, provider_id LIMIT 10;

-- one that is short of four stars; where stars begin is read from its peers
SELECT provider_id AS id, summary_score AS score, star, peer_group AS peers FROM star_rating r
ORDER BY star = 3 DESC NULLS LAST, peer_group DESC,
	abs(summary_score + 0.03 - (SELECT min(summary_score) FROM star_rating p WHERE p.peer_group = r.peer_group AND p.star = 4)),
	provider_id
LIMIT 1 \gset chosen_
\qecho '== Line by line: why hospital' :chosen_id 'has a score of' :chosen_score 'and' :chosen_star 'stars'
WITH explained AS (
	SELECT e.* FROM star_card, star_norms, hospital, explain_score(card, hospital, norms) AS e WHERE provider_id = :'chosen_id'
)
SELECT "what counts", found, "standard score", contribution FROM (
	SELECT line, coalesce(left(indicator || ': ' || btrim(measure_desc), 60), CASE kind WHEN 'rounding' THEN 'Rounded'
			WHEN 'shift' THEN 'Standardising of ' || e.group_name ELSE initcap(kind) END) AS "what counts",
		trim_scale(round(input::numeric, 4)) AS found, round(standardised::numeric, 4) AS "standard score",
		round(contribution, 6) AS contribution
	FROM explained e LEFT JOIN measure ON measure_id = indicator
	WHERE contribution <> 0
	UNION ALL
	SELECT NULL, 'The score, which is the sum', NULL, NULL, trim_scale(sum(contribution)) FROM explained
) AS lines ORDER BY line;

-- a change counts if some hospital has shown that it can be done; the most usual ones first
CREATE TABLE reported AS
SELECT measure_id, flip_sign, value::text::float8 AS value
FROM hospital, jsonb_each(to_jsonb(hospital)) JOIN measure ON key = measure_id
WHERE value <> 'null';
ANALYZE reported;
\qecho '== What would lift it: ten ways, each by itself, with all other hospitals as they are'
WITH graded AS (
	SELECT jsonb_set(card::jsonb, '{grades}', to_jsonb(grades))::scorecard AS card
	FROM star_card, (
		SELECT string_agg(format('%s >= %s', star, lowest), ', ' ORDER BY star DESC)
		FROM (SELECT star, min(summary_score) AS lowest FROM star_rating WHERE peer_group = :chosen_peers GROUP BY star) s
		WHERE star IS NOT NULL
	) AS g (grades)
), change AS (
	SELECT m.*, left(indicator || ': ' || btrim(measure_desc), 60) AS title
	FROM graded, star_norms, hospital, improve(card, hospital, norms) AS m JOIN measure ON measure_id = indicator
	WHERE provider_id = :'chosen_id' AND value_from IS NOT NULL
)
SELECT title AS "what counts", trim_scale(round(value_from::numeric, 4)) AS now,
	trim_scale(round(value_to::numeric, 4)) AS "lift to about", round(score_after::numeric, 4) AS "score then",
	grade_after AS stars, round(100 * done) || ' %' AS "hospitals there already"
FROM change, LATERAL (
	SELECT avg((flip_sign * (value - value_to) >= 0)::int) FROM reported WHERE measure_id = indicator
) AS r (done)
WHERE done > 0 ORDER BY done DESC, indicator LIMIT 10;

\qecho '== The time it takes, in microseconds a hospital of' :measures 'measures (a moment, please)'
SELECT what, microseconds, to_char(1e6 / nullif(microseconds, 0), 'FM999,999,999') AS "hospitals a second"
FROM (VALUES
	(1, 'reading the rows', 'SELECT count(hospital) FROM hospital'),
	(2, 'norms of the measures', 'SELECT norms(card, inputs(card, hospital)) FROM star_card, hospital'),
	(3, 'the summary score', 'SELECT sum(score(card, hospital, norms)) FROM star_card, star_norms, hospital'),
	(4, 'score, groups, points, reasons, ...',
		'SELECT count(a) FROM (SELECT appraise(card, hospital, norms) AS a FROM star_card, star_norms, hospital OFFSET 0) a'),
	(5, 'stars from scores',
		'SELECT count(s) FROM (SELECT star_clusters(summary_score, 5) OVER (PARTITION BY peer_group) AS s FROM star_rating) s'),
	(6, 'every line of the score',
		'SELECT count(*) FROM star_card, star_norms, hospital, explain_score(card, hospital, norms)')
) AS q (n, what, query), LATERAL (SELECT microseconds(query, :hospitals) OFFSET 0) AS t (microseconds) ORDER BY n;

COPY (
	SELECT provider_id, summary_score, group_scores, measures, peer_group, star, star_2026, star_2027, not_rated_because
	FROM star_rating ORDER BY provider_id
) TO STDOUT WITH (FORMAT csv, HEADER) \g :csv
