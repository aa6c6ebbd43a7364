-- from a scheme to SQL: score, ranks, grading, adjustments; the one statement that evaluates

-- The columns in which a run keeps the inputs of its scheme.
CREATE FUNCTION run_columns(scheme_id bigint)
RETURNS TABLE (name text, value_type text, sql text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT i.name, i.value_type, CASE
			WHEN i.value_type = 'text' THEN format('r.texts[%s]', row_number() OVER (PARTITION BY i.value_type = 'text' ORDER BY i.name COLLATE "C"))
			WHEN i.place IS NOT NULL THEN format('r.inputs[%s]', i.place)
			ELSE format('r.numbers[%s]', row_number() OVER (PARTITION BY i.value_type = 'text', i.place IS NOT NULL ORDER BY i.name COLLATE "C")) END
	FROM (SELECT n.name, n.value_type, array_position(credence.input_names(s.scorecard), n.name) AS place
		FROM credence_registry.scheme s, credence_registry.scheme_inputs(s.document) n WHERE s.scheme_id = run_columns.scheme_id) i
	ORDER BY i.name COLLATE "C"
$$;

COMMENT ON FUNCTION run_columns(bigint) IS
'Where the results r of a version of a scheme keep each input: its name, whether it is a number or a text, and an SQL expression such as r.inputs[3].';

-- The operands of conditions on outcomes over the rows q of a layer, score, grade and rated being those after a step.
CREATE FUNCTION outcome_operands(document jsonb, card scorecard, step int)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT jsonb_object_agg(name, jsonb_build_object('sql', sql, 'type', type))
	FROM (VALUES
		('score', format('q."~s%s"', step), 'number'),
		('grade', format('q."~g%s"', step), 'text'),
		('notch', format('array_position(%L::text[], q."~g%s")::float8', scheme_grades(document), step), 'number'),
		('rated', format('q."~r%s"::int::float8', step), 'number'),
		('coverage', 'q."~coverage"', 'number'),
		('rank', 'q."~rank"::float8', 'number'),
		('rank_from_last', 'q."~rank_from_last"::float8', 'number'),
		('rank_of', 'q."~rank_of"::float8', 'number'),
		('peer_rank', 'q."~peer_rank"::float8', 'number'),
		('peer_rank_from_last', 'q."~peer_rank_from_last"::float8', 'number'),
		('peer_of', 'q."~peer_of"::float8', 'number')) AS v(name, sql, type)
$$;

COMMENT ON FUNCTION outcome_operands(jsonb, scorecard, int) IS
'The outcome operands of conditions over the rows q of a layer, but for points.NAME and group.NAME; score, grade and rated as they are after a step.';

CREATE FUNCTION part_operands(card scorecard, points text, groups text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce(jsonb_object_agg(p.name, jsonb_build_object('sql', p.sql, 'type', 'number')), '{}')
	FROM (SELECT 'points.' || name, format('%s[%s]', points, n) FROM unnest(indicator_names(card)) WITH ORDINALITY AS u(name, n)
		UNION ALL SELECT 'group.' || name, format('%s[%s]', groups, n) FROM unnest(group_names(card)) WITH ORDINALITY AS u(name, n)) AS p(name, sql)
$$;

COMMENT ON FUNCTION part_operands(scorecard, text, text) IS
'The operands points.NAME and group.NAME over arrays of points and of group scores.';

-- What about a scheme depends on the population, so that one subject cannot be scored anew alone.
CREATE FUNCTION scheme_relative(document jsonb)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT array_remove(ARRAY[
		CASE WHEN jsonb_path_exists(document, '$.scorecard.indicators[*].standardise') OR jsonb_path_exists(document, '$.scorecard.groups[*].standardise')
			THEN 'its scorecard standardises' END,
		(SELECT 'inputs depend on the population: ' || string_agg(format('"%s"', s.name), ', ' ORDER BY s.name COLLATE "C") FROM scheme_inputs(document) s WHERE s.relative),
		CASE WHEN document #>> '{grading,method}' IN ('quota', 'clusters') THEN format('it grades by %s', document #>> '{grading,method}') END,
		CASE WHEN condition_inputs(ARRAY(SELECT c #>> '{}' FROM jsonb_path_query(document, '$.adjust[*].when') c UNION SELECT c #>> '{}' FROM jsonb_path_query(document, '$.grading.cases[*].when') c),
				'{rank,rank_from_last,rank_of,peer_rank,peer_rank_from_last,peer_of}') <> '{}' THEN 'conditions ask for ranks' END], NULL)
$$;

COMMENT ON FUNCTION scheme_relative(jsonb) IS
'Why a scheme is relative to its population, so that new facts of one subject can change the others: an array of reasons, empty for an absolute scheme.';

-- Ranks and, where it depends on the order, the grade of the rated.
CREATE FUNCTION ranked_sql(document jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	operands jsonb := input_operands(document);
	low boolean := coalesce(document #>> '{rank,order}' = 'low', false);
	dense boolean := coalesce(document #>> '{rank,ties}' = 'dense', false);
	grading jsonb := coalesce(document -> 'grading', '{}');
	has_peers boolean := document ? 'peers';
	ordering text;
	reverse text;
	outcome text := '';
	whole text;
	graded text;
	within_peers boolean;
	score text;
	population text := 'appraised';
BEGIN
	SELECT 'q."~s0"' || CASE WHEN low THEN ' ASC' ELSE ' DESC' END || coalesce(string_agg(format(', %s %s NULLS LAST', operands #>> ARRAY[ltrim(b, '-'), 'sql'],
				CASE WHEN b LIKE '-%' THEN 'ASC' ELSE 'DESC' END), '' ORDER BY n), ''),
		'q."~s0"' || CASE WHEN low THEN ' DESC' ELSE ' ASC' END || coalesce(string_agg(format(', %s %s NULLS FIRST', operands #>> ARRAY[ltrim(b, '-'), 'sql'],
				CASE WHEN b LIKE '-%' THEN 'DESC' ELSE 'ASC' END), '' ORDER BY n), '')
	INTO ordering, reverse
	FROM jsonb_array_elements_text(document #> '{rank,by}') WITH ORDINALITY AS t(b, n);

	FOREACH within_peers IN ARRAY CASE WHEN has_peers THEN '{f,t}' ELSE '{f}' END::boolean[]
	LOOP
		whole := CASE WHEN within_peers THEN 'PARTITION BY q."~peer" ' ELSE '' END;
		outcome := outcome || format(', %1$s() OVER (%2$sORDER BY %3$s)::int AS "~%4$srank",
		count(*) OVER (%2$sORDER BY %3$s GROUPS BETWEEN CURRENT ROW AND CURRENT ROW)::int AS "~%4$srank_ties",
		count(*) OVER (%2$sORDER BY %3$s ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)::int AS "~%4$srank_of"%5$s',
			CASE WHEN dense THEN 'dense_rank' ELSE 'rank' END, whole, ordering, CASE WHEN within_peers THEN 'p' ELSE 'a' END,
			CASE WHEN dense THEN format(', dense_rank() OVER (%sORDER BY %s)::int AS "~%srank_from_last"', whole, reverse, CASE WHEN within_peers THEN 'p' ELSE 'a' END) ELSE '' END);
	END LOOP;

	-- grading by the order, of all and of peers
	IF grading ->> 'method' IN ('quota', 'clusters') THEN
		has_peers := has_peers AND coalesce(grading ->> 'within', 'peers') = 'peers';
		FOREACH within_peers IN ARRAY CASE WHEN has_peers THEN '{f,t}' ELSE '{f}' END::boolean[]
		LOOP
			whole := CASE WHEN within_peers THEN 'PARTITION BY q."~peer" ' ELSE '' END;
			-- a tie is an error only among those who are graded together
			score := 'q."~s0"';
			IF has_peers AND grading ->> 'ties' = 'error' THEN
				score := CASE WHEN within_peers THEN 'CASE WHEN NOT q."~small" THEN q."~s0" END' ELSE 'CASE WHEN q."~any_small" THEN q."~s0" END' END;
				population := '(SELECT p.*, bool_or(p."~small") OVER () AS "~any_small" FROM appraised p WHERE p."~r0")';
			END IF;
			graded := CASE grading ->> 'method' WHEN 'quota' THEN
					format('credence.quota_grade(%s, %L, %L, %L) OVER (%sORDER BY %s)', score, grading ->> 'quotas', coalesce(grading ->> 'rounding', 'round'),
						CASE coalesce(grading ->> 'ties', 'keep') WHEN 'error' THEN 'order' ELSE coalesce(grading ->> 'ties', 'keep') END, whole, ordering)
				ELSE format('(%L::text[])[credence.star_clusters(%sq."~s0", %s, %L, %s) OVER (%s)]',
					ARRAY(SELECT jsonb_array_elements_text(grading -> 'labels')), CASE WHEN low THEN '-' ELSE '' END, jsonb_array_length(grading -> 'labels'),
					coalesce(grading ->> 'clustering', 'fastclus'), CASE WHEN grading -> 'strict' = 'null' THEN 'NULL' ELSE format('%L::float8', coalesce(grading ->> 'strict', '1')) END, whole) END;
			outcome := outcome || format(', %s AS "~%sgrade"', graded, CASE WHEN within_peers THEN 'p' ELSE 'a' END);
		END LOOP;
		has_peers := document ? 'peers';
	END IF;

	-- in a group that is too small everything goes over all
	outcome := 'SELECT q."~subject", q."~small"' || outcome || format(' FROM %s q WHERE q."~r0"', population);
	RETURN format('SELECT q."~subject", %s%s%s FROM (%s) q',
		ranks_sql('a', '', dense), ', ' || CASE WHEN has_peers THEN
			(SELECT string_agg(format('CASE WHEN q."~small" THEN %s ELSE %s END AS %I', overall, own, '~peer_' || name), ', ')
			FROM (VALUES ('rank', 'q."~arank"', 'q."~prank"'), ('ties', 'q."~arank_ties"', 'q."~prank_ties"'), ('of', 'q."~arank_of"', 'q."~prank_of"'),
				('rank_from_last', from_last_sql('a', dense), from_last_sql('p', dense))) AS v(name, overall, own))
			ELSE 'q."~arank" AS "~peer_rank", q."~arank_ties" AS "~peer_ties", q."~arank_of" AS "~peer_of", ' || from_last_sql('a', dense) || ' AS "~peer_rank_from_last"' END,
		CASE WHEN grading ->> 'method' NOT IN ('quota', 'clusters') OR grading ->> 'method' IS NULL THEN ''
			WHEN has_peers AND coalesce(grading ->> 'within', 'peers') = 'peers' THEN ', CASE WHEN q."~small" THEN q."~agrade" ELSE q."~pgrade" END AS "~graded"'
			ELSE ', q."~agrade" AS "~graded"' END, outcome);
END $$;

COMMENT ON FUNCTION ranked_sql(jsonb) IS
'SQL of the ranks of all rated subjects, overall and among peers, and of their grades where these depend on the order.';

CREATE FUNCTION from_last_sql(prefix text, dense boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN dense THEN pg_catalog.format('q."~%srank_from_last"', prefix)
	ELSE pg_catalog.format('(q."~%1$srank_of" + 2 - q."~%1$srank" - q."~%1$srank_ties")', prefix) END;

COMMENT ON FUNCTION from_last_sql(text, boolean) IS 'SQL of the place counted from the last, 1 for the last.';

CREATE FUNCTION ranks_sql(prefix text, name text, dense boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT format('q."~%1$srank" AS "~rank", q."~%1$srank_ties" AS "~rank_ties", q."~%1$srank_of" AS "~rank_of", %2$s AS "~rank_from_last"', prefix, from_last_sql(prefix, dense))
$$;

COMMENT ON FUNCTION ranks_sql(text, text, boolean) IS 'SQL of the four columns of ranks among all.';

-- Layers on which one effect after another acts, as in the vetoes of scorecards: each step has columns "~s", "~g" and "~r"
-- (score, grade, rated) with its number, and "~h", whether it holds. of_step is the step whose outcome it acts on.
CREATE FUNCTION effect_sql(statement text, effect jsonb, step int, of_step int, holds text, document jsonb, card scorecard)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	grades text[] := scheme_grades(document);
	decimals int := coalesce((document #>> '{scorecard,decimals}')::int, 6);
	regraded boolean := coalesce(document #>> '{grading,method}', 'bands') = 'bands' AND document #> '{scorecard,grades}' IS NOT NULL;
	s text := format('q."~s%s"', of_step);
	g text := format('q."~g%s"', of_step);
	r text := format('q."~r%s"', of_step);
	key text;
	target text;
BEGIN
	statement := format('SELECT q.*, q."~excluded" IS NULL AND %s AS "~h%s" FROM (%s OFFSET 0) q', holds, step, statement);
	FOREACH key IN ARRAY '{score,add,grade,cap,least,demote,promote,unrate}'::text[]
	LOOP
		CONTINUE WHEN NOT effect ? key;
		IF key IN ('score', 'add') THEN
			target := format(CASE key WHEN 'score' THEN '%2$L::float8' ELSE '%1$s + %2$L::float8' END, s, effect ->> key);
			s := format('CASE WHEN q."~h%s" THEN credence.score(credence_registry.rounding_card(%s), ARRAY[%s]) ELSE %s END', step, decimals, target, s);
			IF regraded THEN
				g := format('CASE WHEN q."~h%s" AND %s THEN credence.grade(%L::credence.bands, %s) ELSE %s END', step, r, document #>> '{scorecard,grades}', s, g);
			END IF;
		ELSIF key IN ('grade', 'cap', 'least') THEN
			-- a label, or the one that a text input holds, some steps better or worse
			target := CASE jsonb_typeof(effect -> key) WHEN 'object' THEN
					format('(%1$L::text[])[greatest(1, least(%2$s, array_position(%1$L::text[], q.%3$I) + %4$s))]', grades, cardinality(grades), effect #>> ARRAY[key, 'input'],
						coalesce((effect #>> ARRAY[key, 'worse'])::int, 0) - coalesce((effect #>> ARRAY[key, 'better'])::int, 0))
				ELSE format('%L::text', effect ->> key) END;
			-- greatest and least pass over NULL: without the input there is no such label
			IF jsonb_typeof(effect -> key) = 'object' THEN
				target := format('CASE WHEN array_position(%L::text[], q.%I) IS NOT NULL THEN %s END', grades, effect #>> ARRAY[key, 'input'], target);
			END IF;
			g := CASE key
				WHEN 'grade' THEN format('CASE WHEN q."~h%s" THEN coalesce(%s, %s) ELSE %3$s END', step, target, g)
				ELSE format('CASE WHEN q."~h%1$s" AND %2$s AND array_position(%3$L::text[], %4$s) %5$s array_position(%3$L::text[], %6$s) THEN %6$s ELSE %4$s END',
					step, r, grades, g, CASE key WHEN 'cap' THEN '<' ELSE '>' END, target) END;
		ELSIF key IN ('demote', 'promote') THEN
			g := format('CASE WHEN q."~h%1$s" AND %2$s AND array_position(%3$L::text[], %4$s) IS NOT NULL THEN (%3$L::text[])[greatest(1, least(%5$s, array_position(%3$L::text[], %4$s) %6$s %7$s))] ELSE %4$s END',
				step, r, grades, g, cardinality(grades), CASE key WHEN 'demote' THEN '+' ELSE '-' END, (effect ->> key)::int);
		ELSIF (effect ->> key)::boolean THEN
			g := format('CASE WHEN q."~h%s" THEN %L ELSE %s END', step, document #>> '{scorecard,unrated}', g);
			r := format('%s AND NOT q."~h%s"', r, step);
		END IF;
	END LOOP;
	RETURN format('SELECT q.*, %1$s AS "~s%5$s", %2$s AS "~g%5$s", %3$s AS "~r%5$s" FROM (%4$s OFFSET 0) q', s, g, r, statement, step);
END $$;

COMMENT ON FUNCTION effect_sql(text, jsonb, int, int, text, jsonb, scorecard) IS
'A statement with the layers above it of one step of adjust or linkage: whether it holds, and score, grade and rated after it.';

-- The grade, and then all adjustments, above rows that have been appraised and ranked. step 0 is what the scorecard says.
CREATE FUNCTION graded_sql(document jsonb, card scorecard, statement text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	method text := coalesce(document #>> '{grading,method}', 'bands');
	inputs jsonb := input_operands(document) || part_operands(card, 'q."~points"', 'q."~groups"');
	operands jsonb := inputs || outcome_operands(document, card, 0);
	grades text[] := scheme_grades(document);
	minimum jsonb := document #> '{grading,minimum}';
	worse text := CASE WHEN document #>> '{rank,order}' = 'low' THEN '>' ELSE '<' END;
	graded text := 'q."~g0"';
	cases text;
	effect jsonb;
	step int := 1;
BEGIN
	IF method IN ('quota', 'clusters') THEN
		graded := 'CASE WHEN q."~r0" THEN q."~graded" ELSE q."~g0" END';
	ELSIF method = 'cases' THEN
		SELECT 'CASE WHEN q."~excluded" IS NOT NULL THEN NULL' || string_agg(format(' WHEN %s THEN %L', CASE WHEN c ? 'when' THEN condition_sql(c ->> 'when', operands) ELSE 'true' END, c ->> 'grade'), '' ORDER BY n) || ' END'
		INTO graded FROM jsonb_array_elements(document #> '{grading,cases}') WITH ORDINALITY AS t(c, n);
	END IF;
	statement := format('SELECT q.*, q."~s0" AS "~s1", %s AS "~g1", q."~r0" AS "~r1" FROM (%s OFFSET 0) q', graded, statement);

	-- who does not reach what a grade asks for takes the next one, and so on
	FOR n IN 1 .. coalesce(cardinality(grades), 0) - 1
	LOOP
		IF minimum ? grades[n] THEN
			step := step + 1;
			statement := format('SELECT q.*, q."~s0" AS "~s%1$s", CASE WHEN q."~r0" AND q."~g%2$s" = %3$L AND q."~s0" %4$s %5$L::float8 THEN %6$L ELSE q."~g%2$s" END AS "~g%1$s", q."~r0" AS "~r%1$s" FROM (%7$s OFFSET 0) q',
				step, step - 1, grades[n], worse, minimum ->> grades[n], grades[n + 1], statement);
		END IF;
	END LOOP;

	-- adjustments; their steps are numbered from 1001, so that lines can be told from layers
	FOR n IN 1 .. coalesce(jsonb_array_length(document -> 'adjust'), 0)
	LOOP
		effect := document -> 'adjust' -> (n - 1);
		statement := effect_sql(statement, effect, 1000 + n, CASE WHEN n = 1 THEN step ELSE 999 + n END,
			condition_sql(effect ->> 'when', inputs || outcome_operands(document, card, CASE WHEN n = 1 THEN step ELSE 999 + n END)), document, card);
	END LOOP;
	IF document ? 'adjust' AND jsonb_array_length(document -> 'adjust') > 0 THEN
		step := 1000 + jsonb_array_length(document -> 'adjust');
	END IF;
	RETURN format('SELECT q.*, q."~s%1$s" AS "~score", q."~g%1$s" AS "~grade", q."~r%1$s" AS "~rated", array_position(%2$L::text[], q."~g%1$s") AS "~notch" FROM (%3$s OFFSET 0) q', step, grades, statement);
END $$;

COMMENT ON FUNCTION graded_sql(jsonb, scorecard, text) IS
'A statement of appraised and ranked subjects with the layers above it that grade and adjust.';

-- The lines of the adjustments over rows q of graded_sql: first the step before the n-th adjustment is the last of grading.
CREATE FUNCTION adjustment_lines_sql(document jsonb)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	effect jsonb;
	grades text[] := scheme_grades(document);
	graded int := 1 + (SELECT count(*) FROM unnest(trim_array(grades, least(1, coalesce(cardinality(grades), 0)))) g WHERE document #> '{grading,minimum}' ? g);
	lines text[] := '{}';
BEGIN
	FOR n IN 1 .. coalesce(jsonb_array_length(document -> 'adjust'), 0)
	LOOP
		effect := document -> 'adjust' -> (n - 1);
		lines := lines || format('(%1$s, %2$L, q."~h%3$s", q."~s%4$s", q."~s%3$s", q."~g%4$s", q."~g%3$s", q."~r%4$s", q."~r%3$s", %5$L, %6$L)',
			n, coalesce(effect ->> 'name', 'adjust ' || n), 1000 + n, CASE WHEN n = 1 THEN graded ELSE 999 + n END,
			coalesce(title_in(effect -> 'reason', 'en'), effect ->> 'when'), coalesce(title_in(effect -> 'reason', 'zh'), effect ->> 'when'));
	END LOOP;
	RETURN CASE WHEN lines <> '{}' THEN 'VALUES ' || array_to_string(lines, ', ') END;
END $$;

COMMENT ON FUNCTION adjustment_lines_sql(jsonb) IS
'SQL of a line for each adjustment of a scheme over the rows q of graded_sql: step, rule, whether it holds, score, grade and rated before and after, reasons; NULL if there are none.';

-- Everything up to the appraisal: columns "~s0", "~g0", "~r0" and what else an appraisal says. Of the inputs only those
-- go on that something after the scorecard reads, and further columns to be kept, since the rows wait while they are ranked.
CREATE FUNCTION appraised_sql(document jsonb, card scorecard, statement text, norms text, kept text[] DEFAULT '{}')
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT format('SELECT %s(q."~a").score AS "~s0", (q."~a").grade AS "~g0", coalesce((q."~a").rated, false) AS "~r0", (q."~a").points AS "~points", (q."~a").group_scores AS "~groups",
	(q."~a").coverage AS "~coverage", (q."~a").vetoes AS "~vetoes", (q."~a").reasons AS "~reasons"
FROM (SELECT %1$s CASE WHEN q."~excluded" IS NULL THEN credence.appraise(%L::credence.scorecard, q."~inputs"%s) END AS "~a" FROM (%s) q OFFSET 0) q',
		(SELECT string_agg(format('q.%I, ', c), '' ORDER BY c COLLATE "C") FROM (
			SELECT unnest('{~subject,~kind,~region,~peer,~small,~excluded,~inputs}'::text[] || kept)
			UNION SELECT s.name FROM scheme_inputs(document) s WHERE s.value_type = 'text' OR s.name <> ALL (input_names(card)) OR s.name = ANY (inputs_after(document))) AS u(c)),
		card, coalesce(', ' || norms, ''), statement)
$$;

COMMENT ON FUNCTION appraised_sql(jsonb, scorecard, text, text, text[]) IS
'A statement of subjects with their input vector, with the layers above it that appraise them against norms.';

-- The inputs that steps after the scorecard read.
CREATE FUNCTION inputs_after(document jsonb)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT condition_inputs(ARRAY(SELECT c #>> '{}' FROM jsonb_path_query(document, '$.adjust[*].when') c UNION SELECT c #>> '{}' FROM jsonb_path_query(document, '$.grading.cases[*].when') c),
			ARRAY(SELECT jsonb_object_keys(document -> 'inputs')))
		|| ARRAY(SELECT ltrim(b #>> '{}', '-') FROM jsonb_path_query(document, '$.rank.by[*]') b)
$$;

COMMENT ON FUNCTION inputs_after(jsonb) IS 'The inputs that grading, adjustments and ranks of a scheme read.';

-- The input vector of each subject.
CREATE FUNCTION vector_sql(card scorecard, statement text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT format('SELECT q.*, CASE WHEN q."~excluded" IS NULL THEN %s END AS "~inputs" FROM (%s OFFSET 0) q',
		CASE WHEN cardinality(names) <= 90 THEN format('credence.inputs_columns(%L::credence.scorecard, %L::text[], %s)', card, names,
				(SELECT string_agg(format('q.%I', n), ', ' ORDER BY o) FROM unnest(names) WITH ORDINALITY AS u(n, o)))
			ELSE format('credence.inputs(%L::credence.scorecard, q)', card) END, statement)
	FROM (SELECT input_names(card) AS names) AS i
$$;

COMMENT ON FUNCTION vector_sql(scorecard, text) IS
'A statement of subjects with their inputs, with the layer above it that makes the vector of the scorecard.';

-- The whole statement. $1 is the run, $2 its as-of, $3 (restricted) the subjects.
CREATE FUNCTION evaluation_sql(document jsonb, card scorecard, period_start date, period_end date, as_of timestamptz, survey jsonb, restricted boolean)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	gathered record;
	statement text;
	ctes text;
	standardises boolean := jsonb_path_exists(document, '$.scorecard.indicators[*].standardise') OR jsonb_path_exists(document, '$.scorecard.groups[*].standardise');
	two_steps boolean := jsonb_path_exists(document, '$.scorecard.groups[*].standardise');
	within_peers boolean := document ->> 'standardise_within' = 'peers' AND document ? 'peers';
	norms text;
	lines text := adjustment_lines_sql(document);
	numbers text;
	texts text;
	rank_columns CONSTANT text[] := '{rank,rank_ties,rank_of,peer_rank,peer_ties,peer_of}';
	columns text[] := '{run_id,subject_id,region,kind,peer,evaluated_at,excluded,inputs,numbers,texts,points,groups,score_card,grade_card,score,grade,notch,coverage,rated,reasons,vetoes}';
BEGIN
	SELECT * INTO gathered FROM gather_sql(document, period_start, period_end, as_of, survey, restricted);
	statement := vector_sql(card, derive_sql(document, gathered.statement, false));
	ctes := 'WITH ' || gathered.ctes;

	-- norms need all subjects before any can be scored
	IF standardises THEN
		ctes := ctes || E',\ngathered AS MATERIALIZED (' || statement || ')';
		statement := 'SELECT * FROM gathered';
		ctes := ctes || format(E',\nnorms_first AS (SELECT credence.norms(%L::credence.scorecard, g."~inputs") AS n FROM gathered g WHERE g."~excluded" IS NULL)', card);
		ctes := ctes || CASE WHEN two_steps THEN format(E',\nnorms_all AS (SELECT credence.norms(%L::credence.scorecard, g."~inputs", (SELECT n FROM norms_first)) AS n FROM gathered g WHERE g."~excluded" IS NULL)', card)
			ELSE E',\nnorms_all AS (SELECT n FROM norms_first)' END;
		norms := '(SELECT n FROM norms_all)';
		IF within_peers THEN
			ctes := ctes || format(E',\npeers_first AS (SELECT g."~peer" AS peer, credence.norms(%L::credence.scorecard, g."~inputs") AS n FROM gathered g WHERE g."~excluded" IS NULL AND NOT g."~small" GROUP BY g."~peer")', card);
			ctes := ctes || CASE WHEN two_steps THEN format(E',\npeers_all AS (SELECT g."~peer" AS peer, credence.norms(%L::credence.scorecard, g."~inputs", f.n) AS n FROM gathered g JOIN peers_first f ON f.peer = g."~peer" WHERE g."~excluded" IS NULL AND NOT g."~small" GROUP BY g."~peer")', card)
				ELSE E',\npeers_all AS (SELECT peer, n FROM peers_first)' END;
			statement := 'SELECT g.*, p.n AS "~norms" FROM gathered g LEFT JOIN peers_all p ON p.peer = g."~peer"';
			norms := 'CASE WHEN q."~small" THEN (SELECT n FROM norms_all) ELSE q."~norms" END';
			ctes := ctes || E',\nkept_peers AS (INSERT INTO credence_registry.run_norms (run_id, peer, norms) SELECT $1, peer, n FROM peers_all WHERE n IS NOT NULL)';
		END IF;
		ctes := ctes || E',\nkept_norms AS (UPDATE credence_registry.run SET norms = (SELECT n FROM norms_all) WHERE run_id = $1)';
	END IF;
	statement := appraised_sql(document, card, statement, norms);

	IF restricted THEN
		statement := format('SELECT q.*, NULL::int AS "~rank", NULL::int AS "~rank_ties", NULL::int AS "~rank_of", NULL::int AS "~rank_from_last", NULL::int AS "~peer_rank", NULL::int AS "~peer_ties", NULL::int AS "~peer_of", NULL::int AS "~peer_rank_from_last" FROM (%s) q', statement);
	ELSE
		ctes := ctes || E',\nappraised AS MATERIALIZED (' || statement || E'),\nranked AS (' || ranked_sql(document) || ')';
		statement := 'SELECT a.*, r."~rank", r."~rank_ties", r."~rank_of", r."~rank_from_last", r."~peer_rank", r."~peer_ties", r."~peer_of", r."~peer_rank_from_last"'
			|| CASE WHEN document #>> '{grading,method}' IN ('quota', 'clusters') THEN ', r."~graded"' ELSE '' END
			|| E'\nFROM appraised a LEFT JOIN ranked r ON r."~subject" = a."~subject"';
	END IF;
	-- cheap over rows that are kept already; of some subjects nothing is kept before
	ctes := ctes || CASE WHEN restricted THEN E',\ngraded AS (' ELSE E',\ngraded AS NOT MATERIALIZED (' END || graded_sql(document, card, statement) || ')';
	IF lines IS NOT NULL THEN
		ctes := ctes || format(E',\nlines AS (INSERT INTO credence_registry.adjustment (run_id, subject_id, step, kind, rule, score_before, score_after, grade_before, grade_after, rated_before, rated_after, reason, reason_zh, made_at)
	SELECT $1, q."~subject", l.step, ''adjust'', l.rule, l.score_before, l.score_after, l.grade_before, l.grade_after, l.rated_before, l.rated_after, l.reason, l.reason_zh, $2
	FROM graded q, LATERAL (%s) AS l(step, rule, holds, score_before, score_after, grade_before, grade_after, rated_before, rated_after, reason, reason_zh)
	WHERE l.holds)', lines);
	END IF;

	SELECT 'ARRAY[' || string_agg(CASE WHEN s.value_type = 'number' AND array_position(input_names(card), s.name) IS NULL THEN format('q.%I::float8', s.name) END, ', ' ORDER BY s.name COLLATE "C") || ']',
		'ARRAY[' || string_agg(CASE WHEN s.value_type = 'text' THEN format('q.%I', s.name) END, ', ' ORDER BY s.name COLLATE "C") || ']'
	INTO numbers, texts FROM scheme_inputs(document) s;
	ctes := ctes || format(E',\nstored AS (SELECT $1 AS run_id, q."~subject" AS subject_id, q."~region" AS region, q."~kind" AS kind, q."~peer" AS peer, $2 AS evaluated_at, q."~excluded" AS excluded, q."~inputs" AS inputs, %s AS numbers, %s AS texts, q."~points" AS points, q."~groups" AS groups,
	q."~s0" AS score_card, q."~g0" AS grade_card, q."~score" AS score, q."~grade" AS grade, q."~notch" AS notch, q."~coverage" AS coverage, q."~rated" AS rated, CASE WHEN q."~excluded" IS NULL THEN q."~reasons" ELSE ARRAY[q."~excluded"] END AS reasons, q."~vetoes" AS vetoes%s
	FROM graded q)', coalesce(numbers, 'NULL::float8[]'), coalesce(texts, 'NULL::text[]'),
		CASE WHEN restricted THEN '' ELSE (SELECT string_agg(format(', q.%I AS %I', '~' || c, c), '') FROM unnest(rank_columns) c) || ', $2 AS ranked_at' END);
	IF NOT restricted THEN
		columns := columns || rank_columns || 'ranked_at'::text;
		-- in the order of the indexes, which then grow at their ends; a million rows as the joins leave them take a quarter longer
		RETURN format(E'%s\nINSERT INTO credence_registry.result (%s)\nSELECT %2$s FROM stored ORDER BY subject_id', ctes, array_to_string(columns, ', '));
	END IF;
	-- ranks stay as they are. Whoever refreshes a run holds its row, so that nobody else adds results
	RETURN format('%s,
updated AS (UPDATE credence_registry.result r SET %s FROM stored q WHERE r.run_id = $1 AND r.subject_id = q.subject_id RETURNING r.subject_id),
added AS (INSERT INTO credence_registry.result (%s) SELECT %3$s FROM stored q WHERE q.subject_id NOT IN (SELECT u.subject_id FROM updated u) RETURNING 1)
SELECT ARRAY[(SELECT count(*) FROM updated), (SELECT count(*) FROM added)]',
		ctes, (SELECT string_agg(format('%1$I = q.%1$I', c), ', ') FROM unnest(columns) c WHERE c NOT IN ('run_id', 'subject_id')), array_to_string(columns, ', '));
END $$;

COMMENT ON FUNCTION evaluation_sql(jsonb, scorecard, date, date, timestamptz, jsonb, boolean) IS
'The statement that evaluates a scheme: gathers, derives, scores, ranks, grades, adjusts, and stores. $1 is the run, $2 its as-of, $3 (restricted) the subjects. The restricted statement leaves the ranks as they are, and returns how many results it has replaced and how many it has added.';
