-- runs compared, worked examples, fingerprints

CREATE FUNCTION migration_matrix(from_run bigint, to_run bigint)
RETURNS TABLE (grade_from text, grade_to text, subjects bigint)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT a.grade, b.grade, count(*)
	FROM (SELECT r.subject_id, r.grade, coalesce(r.notch, 1000) AS notch FROM credence_registry.result r WHERE r.run_id = from_run) a
	FULL JOIN (SELECT r.subject_id, r.grade, coalesce(r.notch, 1000) AS notch FROM credence_registry.result r WHERE r.run_id = to_run) b ON b.subject_id = a.subject_id
	GROUP BY a.notch, a.grade, b.notch, b.grade
	ORDER BY a.notch, a.grade COLLATE "C", b.notch, b.grade COLLATE "C"
$$;

COMMENT ON FUNCTION migration_matrix(bigint, bigint) IS
'How many subjects have which grade in one run and which in another, best grades first; NULL: no grade, or not part of that run. Sees the regions that the login sees.';

CREATE FUNCTION movements(from_run bigint, to_run bigint)
RETURNS TABLE (subject_id bigint, grade_from text, grade_to text, notches int, score_from float8, score_to float8, rank_from int, rank_to int)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce(a.subject_id, b.subject_id), a.grade, b.grade, a.notch - b.notch, a.score, b.score, a.rank, b.rank
	FROM (SELECT * FROM credence_registry.result r WHERE r.run_id = from_run) a
	FULL JOIN (SELECT * FROM credence_registry.result r WHERE r.run_id = to_run) b ON b.subject_id = a.subject_id
	WHERE a.grade IS DISTINCT FROM b.grade OR a.score IS DISTINCT FROM b.score
	ORDER BY abs(a.notch - b.notch) DESC NULLS LAST, coalesce(a.subject_id, b.subject_id)
$$;

COMMENT ON FUNCTION movements(bigint, bigint) IS
'The subjects whose score or grade differs between two runs, those that moved farthest first: notches is how many steps better the second is, NULL where one has no such grade or is not there.';

-- The examples of a scheme document, each computed from the inputs that it gives by the statements that evaluate.
CREATE FUNCTION scheme_examples(code text, version text)
RETURNS TABLE (name text, score float8, grade text, reasons text[], score_expected float8, grade_expected text, agrees boolean)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
SET datestyle = 'ISO'
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	s scheme;
	statement text;
	lines text;
BEGIN
	SELECT c.* INTO s FROM scheme c WHERE c.code = scheme_examples.code AND c.version = scheme_examples.version;
	IF s.scheme_id IS NULL THEN
		RAISE EXCEPTION 'scheme "%" has no version "%"', code, version USING ERRCODE = 'undefined_object';
	END IF;
	lines := adjustment_lines_sql(s.document);
	statement := 'SELECT t.n AS "~subject", NULL::text AS "~kind", NULL::text AS "~region", coalesce(t.e -> ''inputs'', ''{}'') AS "~given" FROM jsonb_array_elements($1) WITH ORDINALITY AS t(e, n)';
	statement := appraised_sql(s.document, s.scorecard, vector_sql(s.scorecard, derive_sql(s.document, statement, true)), NULL, ARRAY['~given']);
	statement := format('SELECT q.*%s, NULL::text AS "~graded" FROM (%s) q',
		(SELECT string_agg(format(', ($1 -> (q."~subject"::int - 1) #>> ARRAY[''inputs'', %L])::int AS %I', operand, '~' || operand), '')
		 FROM unnest('{rank,rank_of,rank_from_last,peer_rank,peer_of,peer_rank_from_last}'::text[]) AS operand), statement);
	statement := graded_sql(s.document, s.scorecard, statement);
	RETURN QUERY EXECUTE format('SELECT e.example ->> ''name'', q."~score", q."~grade"::text, CASE WHEN q."~excluded" IS NULL THEN q."~reasons" ELSE ARRAY[q."~excluded"] END || %s,
		(e.example ->> ''score'')::float8, e.example ->> ''grade'',
		(NOT e.example ? ''score'' OR q."~score" IS NOT DISTINCT FROM (e.example ->> ''score'')::float8)
			AND (NOT e.example ? ''grade'' OR q."~grade" IS NOT DISTINCT FROM e.example ->> ''grade'')
		FROM (%s) q, LATERAL (SELECT $1 -> (q."~subject" - 1)::int) AS e(example) ORDER BY q."~subject"',
		CASE WHEN lines IS NULL THEN '''{}''::text[]' ELSE format('ARRAY(SELECT l.reason FROM (%s) AS l(step, rule, holds, score_before, score_after, grade_before, grade_after, rated_before, rated_after, reason, reason_zh) WHERE l.holds ORDER BY l.step)', lines) END,
		statement)
	USING coalesce(s.document -> 'examples', '[]');
END $$;

COMMENT ON FUNCTION scheme_examples(text, text) IS
'Computes each example of a version of a scheme from the inputs that it gives: score, grade, reasons (of vetoes, of being unrated, of adjustments), and whether score and grade are those that the example states. Ranks and inputs over a population count only where they are given, and grades that depend on one (quotas, clusters) are NULL. Error 55000 where the scorecard standardises.';

CREATE FUNCTION run_fingerprint(run_id bigint)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET extra_float_digits = 1
AS $$
	SELECT encode(sha256(string_agg(sha256(convert_to(jsonb_build_array(s.kind, s.code, r.peer, r.excluded, r.inputs, r.numbers, r.texts, r.points, r.groups, r.score, r.grade, r.notch, r.coverage, r.rated, r.reasons, r.vetoes,
			r.rank, r.rank_ties, r.rank_of, r.peer_rank, r.peer_ties, r.peer_of)::text, 'UTF8')), ''::bytea ORDER BY s.kind COLLATE "C", s.code COLLATE "C")), 'hex')
	FROM credence_registry.result r JOIN credence_registry.subject s USING (subject_id)
	WHERE r.run_id = run_fingerprint.run_id
$$;

COMMENT ON FUNCTION run_fingerprint(bigint) IS
'SHA-256 (hexadecimal) of all results of a run in the order of kind and code: of the SHA-256 of a JSON array for each subject. NULL for a run without results.';
