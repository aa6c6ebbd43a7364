-- people: generalised rows, what a score gives away, and the classes that a list makes

CREATE FUNCTION generalised(facts jsonb, policy jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	rule record;
	larger credence_registry.region;
BEGIN
	FOR rule IN SELECT r.key, r.value FROM jsonb_each(coalesce(policy -> 'generalise', '{}')) r
	LOOP
		IF rule.key = 'region' THEN
			SELECT g.* INTO larger FROM credence_registry.region g
			WHERE g.region = credence_disclosure.generalise_region(facts ->> 'region', (rule.value ->> 'level')::int);
			facts := facts || jsonb_build_object('region', larger.region, 'region_en', larger.label_en, 'region_zh', larger.label_zh);
		ELSIF facts -> 'inputs' ? rule.key THEN
			facts := jsonb_set(facts, ARRAY['inputs', rule.key], credence_disclosure.generalised_value(facts #> ARRAY['inputs', rule.key], rule.value));
		END IF;
	END LOOP;
	RETURN facts;
END $$;

COMMENT ON FUNCTION generalised(jsonb, jsonb) IS
'For draw_up: a row of results with what the key generalise of a policy makes of it.';

-- A score with its scheme and all inputs but one reveals the last. What an outsider knows exactly: what is shown as it is,
-- constants, what is the same for everybody (population), what can be computed from these and, from a formula that is shown,
-- the one operand that is missing. Every formula shown over what is withheld is one more equation. Whoever shows the scheme shows its formulas; it counts as known, as rules are published.
CREATE FUNCTION withheld_inputs(document jsonb, filled jsonb)
RETURNS TABLE (of_card text[], sources text[], equations int)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	exact text[] := ARRAY(SELECT c FROM unnest(credence_disclosure.texts_of(filled -> 'columns')) c
		WHERE coalesce(filled -> 'masks' ->> c, 'none') = 'none' AND NOT coalesce(filled -> 'generalise' ? c, false));
	input record;
	known text[] := '{}';
	before int := -1;
	open text[];
BEGIN
	WHILE before <> cardinality(known)
	LOOP
		before := cardinality(known);
		FOR input IN SELECT i.name, i.source, i.needs, i.definition FROM credence_registry.scheme_inputs(document) i
		LOOP
			open := ARRAY(SELECT n FROM unnest(input.needs) n WHERE n <> ALL (known));
			IF input.name = ANY (known) THEN
				IF input.source IN ('formula', 'curve') AND cardinality(open) = 1 THEN
					known := known || open;
				END IF;
			ELSIF input.name = ANY (exact) AND input.name <> ALL (credence_disclosure.result_columns())
				OR input.source IN ('value', 'population')
				OR input.source = 'attribute' AND input.definition ->> 'attribute' = ANY (exact) AND input.definition ->> 'attribute' IN ('code', 'kind', 'region', 'level')
				OR input.source IN ('formula', 'condition', 'cases', 'curve', 'rank') AND cardinality(open) = 0 THEN
				known := known || input.name;
			END IF;
		END LOOP;
	END LOOP;
	of_card := ARRAY(SELECT DISTINCT coalesce(i.value ->> 'input', i.value ->> 'name') COLLATE "C" AS name
		FROM jsonb_array_elements(document #> '{scorecard,indicators}') i (value)
		WHERE coalesce(i.value ->> 'input', i.value ->> 'name') <> ALL (known) ORDER BY 1);
	WITH RECURSIVE input AS MATERIALIZED (
		SELECT i.name, i.source, ARRAY(SELECT n FROM unnest(i.needs) n WHERE n <> ALL (known)) AS open FROM credence_registry.scheme_inputs(document) i
	), beneath AS (
		SELECT i.name AS top, i.name FROM input i WHERE i.name = ANY (of_card) OR i.name = ANY (exact) AND i.source IN ('formula', 'curve')
		UNION
		SELECT b.top, n FROM beneath b JOIN input i ON i.name = b.name, unnest(i.open) n
	), leaf AS (
		SELECT b.top, b.name FROM beneath b JOIN input i ON i.name = b.name AND cardinality(i.open) = 0 AND i.name <> ALL (known)
	), own AS (
		SELECT coalesce(array_agg(DISTINCT l.name COLLATE "C"), '{}') AS names FROM leaf l WHERE l.top = ANY (of_card)
	)
	SELECT o.names, 1 + (SELECT count(*) FROM (SELECT l.top FROM leaf l WHERE l.top = ANY (exact) GROUP BY l.top HAVING bool_and(l.name = ANY (o.names))) f)
	INTO sources, equations FROM own o;
	RETURN NEXT;
END $$;

COMMENT ON FUNCTION withheld_inputs(jsonb, jsonb) IS
'For policy_check and draw_up: which inputs that a scheme''s scorecard scores a policy keeps from an outsider, from which inputs without sources of their own they come, and how many equations hold between these: the score, and formulas that are shown. What is masked, hidden or generalised is withheld.';

CREATE FUNCTION score_is_shown(filled jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(filled -> 'columns' ? 'score' AND coalesce(filled #>> '{masks,score}', 'none') = 'none' AND filled -> 'band_only' IS DISTINCT FROM 'true', false)
$$;

COMMENT ON FUNCTION score_is_shown(jsonb) IS 'Whether a policy shows the exact score.';

CREATE FUNCTION given_away_problems(scheme text, document jsonb, filled jsonb)
RETURNS TABLE (problem text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT format('the score gives away %s: %s withheld of what scheme "%s" scores, so %s or leave out the score',
		l.names, CASE WHEN cardinality(l.inputs) = 1 THEN 'nothing else is' ELSE 'with the formulas that are shown not enough is' END, scheme,
		CASE WHEN l.others THEN 'withhold another input too, show ' ELSE 'show ' END || CASE WHEN cardinality(l.inputs) = 1 THEN 'it' ELSE 'them' END)
	FROM credence_disclosure.withheld_inputs(document, filled) w
	CROSS JOIN LATERAL (SELECT i.inputs, (SELECT string_agg(format('"%s"', n), ' and ' ORDER BY o) FROM unnest(i.inputs) WITH ORDINALITY u (n, o)) AS names,
			jsonb_array_length(document #> '{scorecard,indicators}') > 1 AS others
		FROM (SELECT CASE WHEN cardinality(w.sources) <= w.equations THEN w.sources WHEN cardinality(w.of_card) = 1 THEN w.of_card END AS inputs) i) l
	WHERE credence_disclosure.score_is_shown(filled) AND cardinality(l.inputs) > 0
$$;

COMMENT ON FUNCTION given_away_problems(text, jsonb, jsonb) IS
'For policy_check and draw_up: says so where a policy shows the score of a scheme and all of its inputs but one, which can then be computed; no row otherwise.';

-- Of several withheld inputs, a subject may have one only.
CREATE FUNCTION given_away_by_missing(run bigint, filled jsonb)
RETURNS SETOF text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off		-- see draw_up
AS $$
DECLARE
	inputs text[];
BEGIN
	IF NOT credence_disclosure.score_is_shown(filled) OR NOT filled ? 'list' THEN
		RETURN;
	END IF;
	SELECT w.of_card INTO inputs FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
	CROSS JOIN LATERAL credence_disclosure.withheld_inputs(s.document, filled) w WHERE r.run_id = run;
	IF cardinality(inputs) < 2 THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT format('where only "%s" is there of the inputs that are withheld, the score gives it away (subjects: %s, the first "%s"): show it or leave out the score',
		x.only_one, count(*), min(x.code COLLATE "C"))
	FROM (
		SELECT r.facts ->> 'code' AS code, v.names[1] AS only_one
		FROM credence_disclosure.rows_of(run, inputs, NULL) r
		JOIN credence_disclosure.list_of(run, filled) l ON l.subject_id = r.subject_id
		CROSS JOIN LATERAL (SELECT array_agg(i.key) AS names FROM jsonb_each(r.facts -> 'inputs') i WHERE i.value <> 'null') v
		WHERE cardinality(v.names) = 1
	) x
	GROUP BY x.only_one ORDER BY x.only_one COLLATE "C";
END $$;

COMMENT ON FUNCTION given_away_by_missing(bigint, jsonb) IS
'For draw_up: says so where somebody on the list has only one of the inputs that a policy withholds, and the score is shown: who knows that the others are missing can compute it.';

-- The classes of what a bulletin shows that are smaller than its policy wants. Computed from the items themselves, those left
-- out that are over or withdrawn, so that it is what the public would see. The day on which an entry leaves is there for
-- everyone to see, and tells of the decisions behind it, so that it is part of its class.
CREATE FUNCTION thin_classes(bulletin bigint)
RETURNS TABLE (rule text, class jsonb, size bigint, diversity bigint, needed int)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET jit = off		-- see draw_up
AS $$
	WITH policy AS MATERIALIZED (
		SELECT p.filled FROM credence_disclosure.bulletin b JOIN credence_disclosure.policy p ON p.policy_id = b.policy_id WHERE b.bulletin_id = thin_classes.bulletin
	), asked AS MATERIALIZED (
		SELECT k.key, f.filled #> ARRAY[k.key, 'columns'] AS columns, f.filled #>> '{l_diversity,sensitive}' AS sensitive, f.filled ? 'window' AS leaving,
			(coalesce(f.filled #>> ARRAY[k.key, 'k'], f.filled #>> ARRAY[k.key, 'l']))::int AS needed
		FROM policy f, unnest('{k_anonymity,l_diversity}'::text[]) k (key) WHERE f.filled ? k.key
	), entry AS (
		SELECT a.key, a.needed, (SELECT jsonb_object_agg(c.name, coalesce(v.x -> c.name, v.x -> ('input.' || c.name))) FROM jsonb_array_elements_text(a.columns) c (name))
				|| CASE WHEN a.leaving THEN jsonb_build_object('leaves_on', i.leaves_on) ELSE '{}' END AS class,
			coalesce(v.x ->> a.sensitive, v.x ->> ('input.' || a.sensitive)) AS value
		FROM asked a
		JOIN credence_disclosure.live_item i ON i.bulletin_id = thin_classes.bulletin AND i.kind = 'entry'
		CROSS JOIN LATERAL (SELECT i.canonical::jsonb -> 'values' AS x OFFSET 0) v
	)
	SELECT e.key, e.class, count(*), count(DISTINCT e.value), e.needed
	FROM entry e
	GROUP BY e.key, e.class, e.needed
	HAVING CASE e.key WHEN 'k_anonymity' THEN count(*) < e.needed ELSE count(DISTINCT e.value) BETWEEN 1 AND e.needed - 1 END
$$;

COMMENT ON FUNCTION thin_classes(bigint) IS
'For obstacles: the classes of a bulletin''s list with fewer entries than k_anonymity of its policy wants, or fewer different values of the sensitive column than l_diversity does.';

CREATE FUNCTION anonymity_problems(bulletin bigint)
RETURNS SETOF text
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	WITH thin AS MATERIALIZED (
		SELECT t.rule, CASE t.rule WHEN 'k_anonymity' THEN t.size ELSE t.diversity END AS has, t.size, t.needed,
			(SELECT string_agg(format('%s %s', c.key, coalesce(c.value, 'not stated')), ', ' ORDER BY c.key COLLATE "C") FROM jsonb_each_text(t.class) c) AS label,
			row_number() OVER (PARTITION BY t.rule ORDER BY CASE t.rule WHEN 'k_anonymity' THEN t.size ELSE t.diversity END, t.class::text COLLATE "C") AS place
		FROM credence_disclosure.thin_classes(bulletin) t
	)
	-- whoever has more than twenty of them wants other columns, not a longer message
	SELECT CASE t.rule WHEN 'k_anonymity' THEN format('the class "%s" has size %s, below %s', t.label, t.size, t.needed)
		ELSE format('the class "%s" of size %s has diversity %s, below %s', t.label, t.size, t.has, t.needed) END
	FROM thin t WHERE t.place <= 20
	UNION ALL
	SELECT format('%s more classes are too small for %s', count(*), t.rule) FROM thin t WHERE t.place > 20 GROUP BY t.rule
$$;

COMMENT ON FUNCTION anonymity_problems(bigint) IS
'For obstacles: what k_anonymity and l_diversity of a bulletin''s policy have against its list, one text for each class that is too small, the smallest first, at most twenty of each.';

-- SECURITY DEFINER: items that are not published are nobody's to read.
CREATE FUNCTION anonymity(bulletin bigint)
RETURNS TABLE (rule text, class jsonb, size bigint, diversity bigint, needed int)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	IF credence_disclosure.today_of(bulletin) IS NULL THEN
		RAISE EXCEPTION 'there is no bulletin %', coalesce(bulletin::text, 'NULL') USING ERRCODE = 'no_data_found';
	END IF;
	RETURN QUERY SELECT t.rule, t.class, t.size, t.diversity, t.needed FROM credence_disclosure.thin_classes(bulletin) t
		ORDER BY t.rule, t.size, t.class::text COLLATE "C";
END $$;

COMMENT ON FUNCTION anonymity(bigint) IS
'The classes that keep a bulletin from being published: by which rule of its policy (k_anonymity, l_diversity), what they show (and leaves_on, where entries leave), how many entries they have, how many different values of the sensitive column, and how many are needed. No rows: they all hold, or the policy asks for neither. By a publisher or an administrator. Errors: P0002 where there is no such bulletin.';
