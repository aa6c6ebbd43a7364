-- what the registry did after the scorecard, so that anyone can do it again
--
-- Nothing is shown here that could not be worked out from the columns: steps are shown when all that the scorecard reads is
-- shown, in the order in which they were taken, up to the first that rests on something that is not. What a policy shows
-- of a step is settled for the bulletin as a whole: were it left out of single entries, that would tell who they are.

-- Whether a policy shows a column, or an input as input.NAME, to everyone and as it is.
CREATE FUNCTION shown_plainly(policy jsonb, what text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(policy -> 'columns' ? c.name, false) AND coalesce(policy -> 'masks' ->> c.name, 'none') = 'none'
		AND NOT coalesce(policy -> 'generalise' ? c.name, false)
		-- of an input that is called like a column, the column is shown
		AND (what NOT LIKE 'input.%' OR c.name <> ALL (credence_disclosure.result_columns()))
	FROM (SELECT regexp_replace(what, '^input\.', '') AS name) c
$$;

COMMENT ON FUNCTION shown_plainly(jsonb, text) IS
'Whether a policy shows a column, or an input of the scheme given as input.NAME, unmasked and not generalised.';

-- What a condition looks at, as columns and input.NAME.
CREATE FUNCTION condition_rests_on(document jsonb, card credence.scorecard, condition text)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(array_agg(DISTINCT n), '{}')
	FROM credence_registry.condition_terms(condition) t
	CROSS JOIN LATERAL (VALUES (t.operand), (CASE WHEN t.kind = 'operand' THEN t.value END)) v (operand)
	CROSS JOIN LATERAL unnest(CASE
		WHEN v.operand IS NULL OR v.operand = 'rated' THEN '{}'
		WHEN v.operand IN ('score', 'grade') THEN ARRAY[v.operand]
		WHEN v.operand = 'notch' THEN '{grade}'
		WHEN v.operand IN ('rank', 'rank_from_last', 'rank_of') THEN '{rank}'
		WHEN v.operand IN ('peer_rank', 'peer_rank_from_last', 'peer_of') THEN '{peer_rank}'
		WHEN v.operand = 'coverage' OR v.operand ~ '^(points|group)\.'
			THEN ARRAY(SELECT 'input.' || i FROM unnest(credence.input_names(card)) i)
		ELSE ARRAY['input.' || v.operand] END) n
$$;

COMMENT ON FUNCTION condition_rests_on(jsonb, credence.scorecard, text) IS
'What a condition of a scheme looks at: columns of the results, and inputs as input.NAME; for coverage, points and groups all inputs of the scorecard.';

-- The steps after the scorecard, numbered as in adjustment: 0 is the grading, 1000000 what was decided by hand.
CREATE FUNCTION steps_rest_on(document jsonb, card credence.scorecard)
RETURNS TABLE (step int, rests_on text[])
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT 0, CASE
		WHEN document #>> '{grading,method}' = 'cases' THEN ARRAY(SELECT DISTINCT n FROM jsonb_path_query(document, '$.grading.cases[*].when') c,
			unnest(credence_disclosure.condition_rests_on(document, card, c #>> '{}')) n)
		WHEN document #>> '{grading,method}' IN ('quota', 'clusters') THEN ARRAY['score'] ELSE '{}' END
	UNION ALL
	SELECT e.n::int, credence_disclosure.condition_rests_on(document, card, e.effect ->> 'when')
		|| ARRAY(SELECT 'input.' || (k.value ->> 'input') FROM jsonb_each(e.effect) k WHERE jsonb_typeof(k.value) = 'object' AND k.value ? 'input')
	FROM jsonb_array_elements(coalesce(document -> 'adjust', '[]')) WITH ORDINALITY e (effect, n)
	UNION ALL
	SELECT 1000 * e.n::int, ARRAY(SELECT 'input.' || (k.value ->> 'input') FROM jsonb_each(e.effect - 'of') k WHERE jsonb_typeof(k.value) = 'object' AND k.value ? 'input')
	FROM jsonb_array_elements(coalesce(document -> 'linkage', '[]')) WITH ORDINALITY e (effect, n)
	UNION ALL
	SELECT 1000000, '{}'
$$;

COMMENT ON FUNCTION steps_rest_on(jsonb, credence.scorecard) IS
'The steps of a scheme after its scorecard, numbered as credence_registry.adjustment numbers them (0 the grading, 1000000 what is decided by hand), and what of a subject each looks at: columns, and inputs as input.NAME. What a linkage looks at of others is not among it.';

-- Ranks are made anew after an appeal, and the steps looked at those from before.
CREATE FUNCTION adjustments_before(run bigint, policy jsonb)
RETURNS int
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT CASE
		WHEN policy -> 'scheme' IS DISTINCT FROM 'true' OR NOT credence_disclosure.shown_plainly(policy, 'score') AND NOT credence_disclosure.shown_plainly(policy, 'grade')
			OR EXISTS (SELECT FROM unnest(credence.input_names(s.scorecard)) i WHERE NOT credence_disclosure.shown_plainly(policy, 'input.' || i)) THEN 0
		ELSE (SELECT min(t.step) FROM credence_disclosure.steps_rest_on(s.document, s.scorecard) t, unnest(t.rests_on) n
			WHERE NOT credence_disclosure.shown_plainly(policy, n)
				OR n IN ('rank', 'peer_rank') AND EXISTS (SELECT FROM credence_registry.appeal a WHERE a.run_id = r.run_id AND a.result_before IS NOT NULL)) END
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	WHERE r.run_id = adjustments_before.run
$$;

COMMENT ON FUNCTION adjustments_before(bigint, jsonb) IS
'The first step after the scorecard that a policy does not show of a run, because it or the scorecard rests on something that is not shown; 0 for none, NULL where all are shown.';

-- In the order in which they take effect: what appeals changed is in the inputs already, so that they come first; then the
-- grading, adjust, linkage; last what was overridden by hand, again where an appeal came after it.
CREATE FUNCTION adjustments_of(run bigint, policy jsonb)
RETURNS TABLE (subject_id bigint, adjustments jsonb)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET extra_float_digits = 1
AS $$
	WITH bound AS MATERIALIZED (
		SELECT coalesce(credence_disclosure.adjustments_before(run, policy), 2000000) AS step, coalesce(s.document #>> '{grading,method}', 'bands') AS method,
			credence_disclosure.shown_plainly(policy, 'score') AS score, credence_disclosure.shown_plainly(policy, 'grade') AS grade,
			credence_disclosure.shown_plainly(policy, 'reasons') AS reasons
		FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id WHERE r.run_id = adjustments_of.run
	), line AS MATERIALIZED (
		SELECT a.* FROM credence_registry.adjustment a, bound b WHERE a.run_id = adjustments_of.run AND b.step > 0
	), appealed AS MATERIALIZED (
		SELECT DISTINCT ON (l.subject_id) l.subject_id, l.step, l.score_after, l.grade_after, l.rated_after
		FROM line l WHERE l.kind = 'appeal' ORDER BY l.subject_id, l.step DESC
	), first_step AS MATERIALIZED (	-- what it found is what the grading left, unless that was kept itself
		SELECT DISTINCT ON (l.subject_id) l.subject_id, CASE l.kind WHEN 'grading' THEN l.score_after ELSE l.score_before END AS score_before,
			CASE l.kind WHEN 'grading' THEN l.grade_after ELSE l.grade_before END AS grade_before, CASE l.kind WHEN 'grading' THEN l.rated_after ELSE l.rated_before END AS rated_before
		FROM line l LEFT JOIN appealed p ON p.subject_id = l.subject_id
		WHERE l.kind IN ('grading', 'adjust', 'linkage') OR l.kind = 'override' AND p.step IS NULL ORDER BY l.subject_id, l.step
	), chain AS MATERIALIZED (	-- from the grading to the last linkage
		SELECT l.subject_id, l.step, l.kind, l.rule, l.score_before, l.grade_before, l.rated_before, l.score_after, l.grade_after, l.rated_after, l.reason, l.reason_zh
		FROM line l WHERE l.kind IN ('adjust', 'linkage')
		UNION ALL
		SELECT r.subject_id, 0, 'grading', b.method, r.score_card, r.grade_card, g.rated, g.score, g.grade, g.rated, NULL, NULL
		FROM bound b
		JOIN credence_registry.result r ON r.run_id = adjustments_of.run AND r.rated AND b.step > 0 AND b.method <> 'bands'
		LEFT JOIN first_step f ON f.subject_id = r.subject_id
		LEFT JOIN appealed p ON p.subject_id = r.subject_id
		CROSS JOIN LATERAL (SELECT CASE WHEN f.subject_id IS NOT NULL THEN f.score_before WHEN p.subject_id IS NOT NULL THEN p.score_after ELSE r.score END AS score,
			CASE WHEN f.subject_id IS NOT NULL THEN f.grade_before WHEN p.subject_id IS NOT NULL THEN p.grade_after ELSE r.grade END AS grade,
			coalesce(f.rated_before, true) AS rated) g
	), settled AS MATERIALIZED (	-- what the scheme made of each who was overridden before an appeal
		SELECT DISTINCT ON (p.subject_id) p.subject_id, p.step, p.score_after, p.grade_after, p.rated_after, c.score_after AS score, c.grade_after AS grade, c.rated_after AS rated
		FROM appealed p
		JOIN line o ON o.subject_id = p.subject_id AND o.kind = 'override' AND o.step < p.step
		JOIN (
			SELECT c.subject_id, c.step, c.score_after, c.grade_after, c.rated_after FROM chain c
			UNION ALL
			SELECT r.subject_id, -1, r.score_card, r.grade_card, true FROM appealed x
			JOIN credence_registry.result r ON r.run_id = adjustments_of.run AND r.subject_id = x.subject_id) c (subject_id, chain_step, score_after, grade_after, rated_after)
			ON c.subject_id = p.subject_id
		ORDER BY p.subject_id, c.chain_step DESC
	), taken AS (
		SELECT 1 AS part, c.* FROM chain c
		UNION ALL
		SELECT 0, l.subject_id, l.step, l.kind, NULL, NULL, NULL, true, NULL, NULL, true, NULL, NULL FROM line l WHERE l.kind = 'appeal'
		UNION ALL
		SELECT 2, t.subject_id, t.step, 'override', NULL, t.score, t.grade, t.rated, t.score_after, t.grade_after, t.rated_after, NULL, NULL FROM settled t
		UNION ALL
		SELECT 2, l.subject_id, l.step, l.kind, NULL, l.score_before, l.grade_before, l.rated_before, l.score_after, l.grade_after, l.rated_after, NULL, NULL
		FROM line l LEFT JOIN appealed p ON p.subject_id = l.subject_id WHERE l.kind = 'override' AND l.step > coalesce(p.step, 0)
	), listed AS (		-- what was overridden may have come to stand elsewhere since, by the appeal of another: what is before it is where it stands now
		SELECT t.part, t.subject_id, t.step, t.kind, t.rule, n.score_before, n.grade_before, n.rated_before, t.score_after, t.grade_after, t.rated_after, t.reason, t.reason_zh
		FROM (SELECT t.*, lag(t.part) OVER w AS last_part, lag(t.score_after) OVER w AS last_score, lag(t.grade_after) OVER w AS last_grade, lag(t.rated_after) OVER w AS last_rated
			FROM taken t WINDOW w AS (PARTITION BY t.subject_id, t.part = 0 ORDER BY t.part, t.step)) t
		LEFT JOIN first_step f ON f.subject_id = t.subject_id AND t.part = 2 AND t.last_part IS NULL
		CROSS JOIN LATERAL (SELECT CASE WHEN t.part = 2 AND t.last_part IS NOT NULL THEN t.last_score WHEN f.subject_id IS NOT NULL THEN f.score_before ELSE t.score_before END AS score_before,
			CASE WHEN t.part = 2 AND t.last_part IS NOT NULL THEN t.last_grade WHEN f.subject_id IS NOT NULL THEN f.grade_before ELSE t.grade_before END AS grade_before,
			CASE WHEN t.part = 2 AND t.last_part IS NOT NULL THEN t.last_rated WHEN f.subject_id IS NOT NULL THEN f.rated_before ELSE t.rated_before END AS rated_before) n
	)
	SELECT l.subject_id, jsonb_agg(
		jsonb_build_object('step', l.step, 'kind', l.kind)
			|| CASE WHEN l.rule IS NOT NULL THEN jsonb_build_object('rule', l.rule) ELSE '{}' END
			|| CASE WHEN l.kind <> 'appeal' AND b.score THEN jsonb_build_object(
				'score_before', CASE WHEN abs(l.score_before) < 1e18 THEN l.score_before::text::numeric END,
				'score_after', CASE WHEN abs(l.score_after) < 1e18 THEN l.score_after::text::numeric END) ELSE '{}' END
			|| CASE WHEN l.kind <> 'appeal' AND b.grade THEN jsonb_build_object('grade_before', l.grade_before, 'grade_after', l.grade_after) ELSE '{}' END
			|| CASE WHEN NOT (l.rated_before AND l.rated_after) THEN jsonb_build_object('rated_before', l.rated_before, 'rated_after', l.rated_after) ELSE '{}' END
			|| CASE WHEN b.reasons AND l.reason IS NOT NULL THEN jsonb_build_object('reason_en', l.reason, 'reason_zh', l.reason_zh) ELSE '{}' END
		ORDER BY l.part, l.step)
	FROM listed l, bound b
	WHERE l.step < b.step
	GROUP BY l.subject_id
$$;

COMMENT ON FUNCTION adjustments_of(bigint, jsonb) IS
'For draw_up: what the registry did with each subject of a run after the scorecard, as far as a policy shows it: a list in the order in which it takes effect. Of appeals only that there were some: what they changed is in the inputs; of what was overridden by hand no reason. No row for whom nothing was done to.';

-- Whether the ranks and quotas can be found again from the list: everyone who was ranked is in it, and nobody else.
CREATE FUNCTION names_all_ranked(bulletin bigint, run bigint)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT NOT EXISTS (SELECT FROM credence_registry.appeal a WHERE a.run_id = names_all_ranked.run AND a.result_before IS NOT NULL)
		AND NOT EXISTS (
			SELECT FROM (SELECT r.subject_id FROM credence_registry.result r WHERE r.run_id = names_all_ranked.run AND r.rank IS NOT NULL) r
			FULL JOIN (SELECT i.subject_id FROM credence_disclosure.item i WHERE i.bulletin_id = names_all_ranked.bulletin AND i.kind = 'entry') i
				ON i.subject_id = r.subject_id
			WHERE r.subject_id IS NULL OR i.subject_id IS NULL)
$$;

COMMENT ON FUNCTION names_all_ranked(bigint, bigint) IS
'For recomputable: whether the list of a bulletin names everyone whom its run ranked, and nobody else, and no appeal was upheld after the quotas were taken.';

-- What the heading of a bulletin says of how it can be recomputed.
CREATE FUNCTION recomputable(bulletin bigint, run bigint, policy jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT CASE WHEN policy -> 'scheme' = 'true' THEN
		(SELECT jsonb_build_object('scheme_sha256', encode(d.hash, 'hex')) FROM credence_disclosure.bulletin_document d
			WHERE d.bulletin_id = recomputable.bulletin AND d.kind = 'scheme')
		|| jsonb_build_object('norms', (SELECT coalesce(jsonb_agg(jsonb_build_object('peer', d.peer, 'sha256', encode(d.hash, 'hex')) ORDER BY d.document_place), '[]')
				FROM credence_disclosure.bulletin_document d WHERE d.bulletin_id = recomputable.bulletin AND d.kind = 'norms'),
			'adjustments_before', credence_disclosure.adjustments_before(run, policy),
			'all_ranked', credence_disclosure.names_all_ranked(bulletin, run),
			'small_peers', CASE WHEN credence_disclosure.shown_plainly(policy, 'peer') THEN
				(SELECT coalesce(jsonb_agg(x.peer ORDER BY x.peer COLLATE "C"), '[]') FROM (
					SELECT p.peer FROM credence_registry.result p WHERE p.run_id = r.run_id AND p.excluded IS NULL AND p.peer IS NOT NULL
					GROUP BY p.peer HAVING count(*) < (s.document #>> '{peers,minimum}')::int) x) END)
		ELSE '{}' END
	FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	WHERE r.run_id = recomputable.run
$$;

COMMENT ON FUNCTION recomputable(bigint, bigint, jsonb) IS
'For publish: the keys of the heading that say how a bulletin can be recomputed, where its policy publishes the scheme: scheme_sha256, norms (peer and sha256 of each), adjustments_before (first step after the scorecard that is not shown; null: all are), all_ranked (the list names everyone whom the run ranked, and quotas and ranks can be found again), small_peers (peer groups that are too small and were taken together with all; null where peers are not shown). Otherwise an empty object.';
