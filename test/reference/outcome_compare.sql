-- What the extension makes of the schemes of registry_outcome.py, beside what the reference says.
SET client_min_messages = error;
CREATE TABLE runs (scheme text PRIMARY KEY, run_id bigint, error text, message text);

-- Imports one scheme and evaluates the draft; an error is kept.
CREATE FUNCTION evaluate_scheme(wanted text, asked jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	made bigint;
	state text;
	said text;
BEGIN
	BEGIN
		PERFORM credence_registry.scheme_import(asked);
		CALL credence_registry.evaluate(wanted, '2025', version => '1', dry => true, in_transaction => true, run_id => made);
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, said = MESSAGE_TEXT;
	END;
	INSERT INTO runs VALUES (wanted, made, state, said);
END $$;
SELECT count(evaluate_scheme(code, document)) AS schemes FROM (SELECT code, document FROM schemes ORDER BY code OFFSET 0) s;

CREATE VIEW error_differences AS
	SELECT code AS scheme, s.error AS expected, r.error AS got, r.message FROM schemes s JOIN runs r ON r.scheme = s.code WHERE s.error IS DISTINCT FROM r.error;

CREATE VIEW results_got AS
	SELECT q.scheme, s.code AS subject, r.excluded, r.peer, r.score_card, r.grade_card, r.score, r.grade, r.notch, r.rated, r.coverage, r.reasons,
		r.rank, r.rank_ties, r.rank_of, r.peer_rank, r.peer_ties, r.peer_of
	FROM credence_registry.result r JOIN runs q USING (run_id) JOIN credence_registry.subject s USING (subject_id);

CREATE VIEW adjustments_got AS
	SELECT q.scheme, s.code AS subject, a.step, a.kind, a.rule, a.score_before, a.score_after, a.grade_before, a.grade_after, a.rated_before, a.rated_after, a.reason, a.reason_zh
	FROM credence_registry.adjustment a JOIN runs q USING (run_id) JOIN credence_registry.subject s USING (subject_id);

-- the texts of all columns: bit for bit, and a missing one is not the same as an empty one
CREATE VIEW result_differences AS
	SELECT coalesce(e.scheme, g.scheme) AS scheme, coalesce(e.subject, g.subject) AS subject, e::text AS expected, g::text AS got
	FROM results e FULL JOIN results_got g USING (scheme, subject) WHERE e::text IS DISTINCT FROM g::text
		AND coalesce(e.scheme, g.scheme) IN (SELECT scheme FROM runs WHERE error IS NULL);

CREATE VIEW adjustment_differences AS
	SELECT coalesce(e.scheme, g.scheme) AS scheme, coalesce(e.subject, g.subject) AS subject, coalesce(e.step, g.step) AS step, e::text AS expected, g::text AS got
	FROM adjustments e FULL JOIN adjustments_got g USING (scheme, subject, step) WHERE e::text IS DISTINCT FROM g::text
		AND coalesce(e.scheme, g.scheme) IN (SELECT scheme FROM runs WHERE error IS NULL);

-- the same subjects as worked examples, up to the adjustments
CREATE VIEW examples_computed AS
	SELECT s.code AS scheme, e.* FROM schemes s, credence_registry.scheme_examples(s.code, '1') e WHERE s.document ? 'examples';
CREATE VIEW example_differences AS SELECT * FROM examples_computed WHERE NOT agrees;

-- what would make the comparison worth little
CREATE VIEW weaknesses AS
	SELECT what FROM (
		SELECT 'a grade' AS what, count(DISTINCT grade) >= 5 AS there FROM results_got
		UNION ALL SELECT 'no score', count(*) FILTER (WHERE score IS NULL) * 2 < count(*) FROM results_got
		UNION ALL SELECT 'the unrated, the excluded', bool_or(NOT rated AND excluded IS NULL) AND bool_or(excluded IS NOT NULL) FROM results_got
		UNION ALL SELECT 'ties', count(*) FILTER (WHERE rank_ties > 1) > 20 AND count(*) FILTER (WHERE rank_ties = 1) > 20 FROM results_got
		UNION ALL SELECT 'peer groups', count(*) FILTER (WHERE peer_of < rank_of) > 20 FROM results_got
		UNION ALL SELECT 'groups too small', count(*) FILTER (WHERE peer_of = rank_of AND peer IS NOT NULL) > 0 FROM results_got
		UNION ALL SELECT 'gradings that differ from the scorecard', count(*) FILTER (WHERE grade_card <> grade) > 20 FROM results_got
		UNION ALL SELECT 'adjustments that change a grade', count(*) FILTER (WHERE kind = 'adjust' AND grade_before <> grade_after) > 20 FROM adjustments_got
		UNION ALL SELECT 'adjustments that change a score', count(*) FILTER (WHERE kind = 'adjust' AND score_before <> score_after) > 20 FROM adjustments_got
		UNION ALL SELECT 'linkages that change a grade', count(*) FILTER (WHERE kind = 'linkage' AND grade_before <> grade_after) > 5 FROM adjustments_got
		UNION ALL SELECT 'linkages in later rounds', count(*) FILTER (WHERE kind = 'linkage' AND step % 1000 > 1) > 0 FROM adjustments_got) w
	WHERE there IS NOT TRUE;

-- how many schemes have each key, or key with its value
CREATE VIEW keys_drawn AS SELECT key, count(*) AS schemes FROM drawn GROUP BY 1;

CREATE VIEW not_drawn AS
	SELECT key FROM unnest(ARRAY['subjects.where', 'subjects.exclude', 'subjects.valid: during', 'peers.by', 'peers.minimum', 'standardise_within: peers', 'standardise_within: all',
		'rank.order: low', 'rank.ties: dense', 'rank.by', 'grading.method: bands', 'grading.method: quota', 'grading.method: clusters', 'grading.method: cases',
		'grading.rounding: floor', 'grading.rounding: ceil', 'grading.rounding: round', 'grading.ties: keep', 'grading.ties: drop', 'grading.ties: error', 'grading.minimum', 'grading.within: peers', 'grading.within: all',
		'grading.clustering: fastclus', 'grading.clustering: optimal', 'grading.strict', 'adjust.grade', 'adjust.cap', 'adjust.least', 'adjust.demote', 'adjust.promote', 'adjust.score', 'adjust.add', 'adjust.unrate',
		'adjust.grade.input', 'adjust.cap.input', 'adjust.cap.worse', 'adjust.least.better', 'linkage.of: children', 'linkage.of: parent', 'linkage.of.end: from', 'linkage.of.end: to', 'linkage.of.end: shared', 'linkage.of.self', 'linkage.rounds',
		'linkage.grade', 'linkage.cap', 'linkage.least', 'linkage.demote', 'linkage.promote', 'linkage.score', 'linkage.add', 'linkage.unrate',
		'scorecard.vetoes.cap', 'scorecard.vetoes.grade', 'scorecard.vetoes.unrate', 'scorecard.vetoes.score', 'scorecard.rated.coverage', 'scorecard.unrated', 'scorecard.groups.standardise',
		'minimum of a quota where low is good', 'linkage that looks at the unrated where some are excluded']) AS key
	EXCEPT SELECT key FROM drawn;

-- top-level parts that no scheme has both of
CREATE VIEW pairs_not_drawn AS
	WITH p AS (SELECT DISTINCT scheme, CASE WHEN key ~ '^(adjust|linkage|grading|rank)\.' THEN substring(key FROM '^[a-z]+\.[a-z]+') ELSE substring(key FROM '^[a-z_]+') END AS part FROM drawn),
		k AS (SELECT DISTINCT part FROM p)
	SELECT a.part AS first, b.part AS second FROM k a JOIN k b ON a.part < b.part
	EXCEPT SELECT a.part, b.part FROM p a JOIN p b USING (scheme) WHERE a.part < b.part;
