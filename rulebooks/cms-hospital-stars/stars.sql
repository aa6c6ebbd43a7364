-- The stars of the hospitals that load.sql loaded. Run it from the top of the project.
--
-- Makes the tables star_card (the cards), star_norms (the nation to compare with) and star_rating.

-- The rating itself, and a second card that counts the measures of each group. A measure that a hundred
-- hospitals or fewer report is left out.
CREATE TABLE star_card AS
WITH reported AS (
	SELECT measure.*
	FROM measure JOIN (
		SELECT key, count(*) AS hospitals FROM hospital, jsonb_each(to_jsonb(hospital)) WHERE value <> 'null' GROUP BY key
	) column_count ON key = measure_id
	WHERE hospitals > 100
)
SELECT jsonb_build_object(
		'name', 'cms-hospital-stars', 'title', 'Overall Hospital Quality Star Rating', 'version', '2021', 'decimals', 9,
		'groups', (SELECT jsonb_agg(jsonb_build_object('name', group_name, 'weight', weight, 'standardise', 'zscore') ORDER BY place)
			FROM measure_group),
		'indicators', (SELECT jsonb_agg(jsonb_build_object('name', measure_id, 'title', btrim(measure_desc), 'group', group_name,
			'direction', CASE WHEN flip_sign < 0 THEN 'lower' ELSE 'higher' END, 'standardise', 'zscore') ORDER BY place)
			FROM reported),
		'rated', jsonb_build_object('groups', 3, 'indicators_per_group', 3,
			'any_group', (SELECT jsonb_agg(group_name ORDER BY place) FROM measure_group WHERE mortsafe_flag = 1))
	)::scorecard AS card,
	jsonb_build_object(
		'name', 'cms-hospital-measures', 'title', 'Measures that a hospital reports', 'aggregate', 'sum',
		'groups', (SELECT jsonb_agg(jsonb_build_object('name', group_name, 'aggregate', 'sum') ORDER BY place) FROM measure_group),
		'indicators', (SELECT jsonb_agg(jsonb_build_object('name', measure_id, 'group', group_name, 'curve', '0:1') ORDER BY place)
			FROM reported)
	)::scorecard AS counts;
ANALYZE star_card;

-- all hospitals: first their measures, then the groups made of those
CREATE TABLE star_norms AS
WITH first AS (SELECT norms(card, inputs(card, hospital)) AS norms FROM star_card, hospital)
SELECT norms(card, inputs(card, hospital), first.norms) AS norms FROM star_card, hospital, first;
ANALYZE star_norms;

-- Peer groups by the number of groups with three measures or more; clusters among the rated of each; quartiles
-- of safety among all that have a score in it; what the rules of 2026 and 2027 make of both.
\set safety_2026 `cat rulebooks/cms-hospital-stars/safety-2026.json`
\set safety_2027 `cat rulebooks/cms-hospital-stars/safety-2027.json`
CREATE TABLE star_rating AS
WITH appraised AS (
	SELECT provider_id, a.score AS summary_score, a.rated, a.group_scores, c.group_scores AS measures, a.reasons,
		(SELECT count(*) FROM unnest(c.group_scores) AS measures WHERE measures >= 3) AS peer_group,
		a.group_scores[safety] AS safety_score, c.group_scores[safety] AS safety_measures
	FROM star_card, star_norms, hospital, appraise(card, hospital, norms) AS a, appraise(counts, hospital) AS c,
		(SELECT place FROM measure_group WHERE group_name ILIKE 'safety%') AS s (safety)
), clustered AS (
	SELECT *, star_clusters(CASE WHEN rated THEN summary_score END, 5) OVER (PARTITION BY peer_group) AS star,
		quota_grade(safety_score, '4 25%, 3 25%, 2 25%, 1') OVER (ORDER BY safety_score DESC)::int AS safety_quartile
	FROM appraised
)
SELECT provider_id, summary_score, group_scores, measures, peer_group, star,
	safety_quartile, grade(:'safety_2026', clustered)::int AS star_2026, grade(:'safety_2027', clustered)::int AS star_2027,
	reasons AS not_rated_because
FROM clustered;
