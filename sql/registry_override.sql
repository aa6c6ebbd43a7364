-- Manual overrides: a reason, a second person, a line that says what was before. All is rolled back.
\set ON_ERROR_ROLLBACK on
\pset format unaligned
\pset null -
BEGIN;
SET search_path TO credence_registry, credence, public;
CREATE ROLE regress_over_one LOGIN IN ROLE credence_officer;
CREATE ROLE regress_over_two LOGIN IN ROLE credence_officer;
CREATE ROLE regress_over_other LOGIN IN ROLE credence_officer;
CREATE ROLE regress_over_reader LOGIN IN ROLE credence_reader;
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE d text; h text; BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN regexp_replace(concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(d, ''), nullif(h, '')), '\m(override|subject) \d+', '\1 N', 'gi');
END $$;
INSERT INTO region (region, parent, label_en, label_zh) VALUES ('O1', NULL, 'City', '市'), ('O2', NULL, 'Other', '外市');
INSERT INTO officer_region VALUES ('regress_over_one', 'O1'), ('regress_over_two', 'O1'), ('regress_over_other', 'O2');
INSERT INTO scheme (code, version, document, scorecard)
SELECT code, '1', jsonb_build_object('code', code, 'version', '1', 'subjects', '{"kinds": ["institution"]}'::jsonb, 'inputs', '{"x": {"value": 1}}'::jsonb, 'scorecard', card) || more, card::text::scorecard
FROM (VALUES ('regress-over', '{}'::jsonb), ('regress-over-cases', '{"grading": {"method": "cases", "order": ["good", "bad"], "cases": [{"when": "x >= 1", "grade": "good"}, {"grade": "bad"}]}}')) s (code, more),
	(SELECT '{"name": "s", "decimals": 1, "indicators": [{"name": "x"}], "grades": "A >= 90, B >= 80, C >= 60, D", "unrated": "M"}'::jsonb AS card) c;
INSERT INTO run (run_id, scheme_id, scheme_code, period, period_start, period_end, as_of, state, engine)
OVERRIDING SYSTEM VALUE
SELECT 920000 + row_number() OVER (ORDER BY code), scheme_id, code, '2025', '2025-01-01', '2025-12-31', '2026-03-01', 'scored', 'regress' FROM scheme WHERE code LIKE 'regress-over%';
INSERT INTO subject (kind, code, name, region, valid_from) VALUES ('institution', 'rov-a', 'a', 'O1', '2020-01-01'), ('institution', 'rov-b', 'b', 'O1', '2020-01-01'), ('institution', 'rov-c', 'c', 'O2', '2020-01-01');
INSERT INTO result (run_id, subject_id, region, kind, evaluated_at, inputs, score_card, grade_card, score, grade, notch, rated, rank, rank_ties, rank_of)
SELECT run_id, subject_id, region, s.kind, as_of, '{1}', v.score, v.grade, v.score, v.grade, v.notch, v.rated, v.rank, 1, 2
FROM run, subject s JOIN (VALUES ('rov-a', 75, 'C', 3, true, 2), ('rov-b', 85, 'B', 2, true, 1), ('rov-c', NULL, 'M', NULL, false, NULL)) v (code, score, grade, notch, rated, rank) USING (code)
WHERE run_id BETWEEN 920001 AND 920002;
SELECT max(subject_id) FILTER (WHERE code = 'rov-a') AS a, max(subject_id) FILTER (WHERE code = 'rov-b') AS b, max(subject_id) FILTER (WHERE code = 'rov-c') AS c FROM subject \gset

-- only while it is a pre-rating or on notice
SET SESSION AUTHORIZATION regress_over_one;
SELECT pg_temp.refused(format('SELECT request_override(920001, %s, ''why'', grade => ''B'')', :a));
RESET SESSION AUTHORIZATION;
SELECT prerate(920001), prerate(920002);
SET SESSION AUTHORIZATION regress_over_one;
SELECT pg_temp.refused(format('SELECT request_override(920001, %s, '''', grade => ''B'')', :a));
SELECT pg_temp.refused(format('SELECT request_override(920001, %s, ''why'')', :a));
SELECT pg_temp.refused(format('SELECT request_override(920001, %s, ''why'', ''B'', 80)', :a));
SELECT pg_temp.refused(format('SELECT request_override(920001, %s, ''why'', grade => ''E'')', :a));
SELECT pg_temp.refused(format('SELECT request_override(920001, %s, ''why'', score => ''NaN'')', :a));
SELECT pg_temp.refused(format('SELECT request_override(920001, %s, ''why'', grade => ''B'')', :c));
SELECT request_override(920001, :a, 'rescued patients in the flood', grade => 'B') AS one \gset
SELECT pg_temp.refused(format('SELECT request_override(920001, %s, ''more'', score => 90)', :a));
-- nothing has changed yet, and the one who asked cannot confirm; nor can somebody of another region, or a reader
SELECT score, grade FROM result WHERE run_id = 920001 AND subject_id = :a;
SELECT pg_temp.refused(format('SELECT confirm_override(%s)', :one));
SET SESSION AUTHORIZATION regress_over_other;
SELECT pg_temp.refused(format('SELECT confirm_override(%s)', :one)), (SELECT count(*) FROM override);
SET SESSION AUTHORIZATION regress_over_reader;
SELECT pg_temp.refused(format('SELECT confirm_override(%s)', :one)), (SELECT count(*) FROM override);
SELECT what, region, detail FROM due_today WHERE run_id = 920001;
-- an override that is not confirmed keeps the run from being final
RESET SESSION AUTHORIZATION;
SELECT regexp_replace(obstacle, '\d+', 'N'), until FROM finalise_obstacles(920001);
SELECT pg_temp.refused('SELECT finalise(920001)') ~ 'is not confirmed' AS refused;
-- the second person
SET SESSION AUTHORIZATION regress_over_two;
SELECT confirm_override(:one, 'seen');
SELECT score, grade, notch, rated, rank, grade_card FROM result WHERE run_id = 920001 AND subject_id = :a;
SELECT kind, regexp_replace(rule, '\d+', 'N') AS rule, score_before, score_after, grade_before, grade_after, reason, made_by FROM adjustment WHERE run_id = 920001;
SELECT pg_temp.refused(format('SELECT confirm_override(%s)', :one));
-- a score is rounded and graded anew; the unrated become rated
SELECT request_override(920001, :b, 'measured twice', score => 89.95) AS two, request_override(920002, :a, 'by hand', score => 10) AS three,
	request_override(920002, :b, 'by hand', grade => 'bad') AS four \gset
RESET SESSION AUTHORIZATION;
SELECT request_override(920001, :c, 'new, but known', grade => 'C') AS five \gset
SET SESSION AUTHORIZATION regress_over_one;
SELECT confirm_override(:two), confirm_override(:three);
SELECT refuse_override(:four, 'not shown');
SELECT pg_temp.refused(format('SELECT confirm_override(%s)', :five));
RESET SESSION AUTHORIZATION;
SELECT pg_temp.refused(format('SELECT confirm_override(%s)', :five));
SELECT refuse_override(:five, 'withdrawn');
SELECT run_id, s.name, r.score, r.grade, r.notch, r.rated FROM result r JOIN subject s USING (subject_id) WHERE run_id IN (920001, 920002) ORDER BY 1, 2;
SELECT run_id, state, requested_by = current_user AS mine, note FROM override WHERE run_id IN (920001, 920002) ORDER BY override_id;
-- final: nothing changes any more
SELECT finalise(920001), finalise(920002);
SELECT pg_temp.refused('UPDATE override SET reason = ''x'' WHERE run_id = 920001'), pg_temp.refused(format('SELECT request_override(920001, %s, ''why'', grade => ''A'')', :a));
ROLLBACK;
