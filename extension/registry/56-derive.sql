-- from a scheme to SQL: inputs derived from others, who is excluded, peer groups
--
-- Layer upon layer, each a query over the one beneath: an input stands above those that it needs. OFFSET 0 keeps the
-- planner from writing an input out wherever it is used. What is not an input has a name that begins with ~.

-- The inputs that conditions name.
CREATE FUNCTION condition_inputs(conditions text[], known text[])
RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT coalesce(array_agg(DISTINCT n), '{}')
	FROM unnest(conditions) c, condition_terms(c) t, LATERAL (VALUES (t.operand), (CASE WHEN t.kind = 'operand' THEN t.value END)) AS v(n)
	WHERE n = ANY (known)
$$;

COMMENT ON FUNCTION condition_inputs(text[], text[]) IS 'The inputs, of those known, that some conditions name.';

-- A curve whose knots came out of the population; NULL where one is missing or they do not ascend.
CREATE FUNCTION knots_value(x float8[], y float8[], at float8)
RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN array_position(x, NULL) IS NULL AND array_position(y, NULL) IS NULL
		AND NOT EXISTS (SELECT FROM generate_subscripts(x, 1) i WHERE x[i] >= x[i + 1])
		THEN credence.value(credence.curve(x, y), at) END
$$;

COMMENT ON FUNCTION knots_value(float8[], float8[], float8) IS
'Value at a point of the curve through knots; NULL where a knot is missing or they do not ascend.';

-- An input as conditions and formulas see it.
CREATE FUNCTION input_operands(document jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT jsonb_object_agg(s.name, jsonb_build_object('sql', format(CASE s.value_type WHEN 'text' THEN 'q.%I' ELSE 'q.%I::float8' END, s.name), 'type', s.value_type))
	FROM scheme_inputs(document) s
$$;

COMMENT ON FUNCTION input_operands(jsonb) IS 'The inputs of a scheme as operands of conditions and formulas over the rows q of a layer.';

-- A window over the population: of all who are not excluded, or of the peers among them.
CREATE FUNCTION window_sql(call text, of_what text, within_peers boolean, ordering text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.format('%s OVER (PARTITION BY q."~excluded" IS NULL%s%s%s)', call,
	CASE WHEN of_what IS NULL THEN '' ELSE ', ' || of_what || ' IS NOT NULL' END,
	CASE WHEN within_peers THEN ', q."~peer"' ELSE '' END, coalesce(' ' || ordering, ''));

COMMENT ON FUNCTION window_sql(text, text, boolean, text) IS
'SQL of a window function over the population, in which rows with of_what and those without are apart.';

-- An input over the population, from all or from peers: what has to be computed in the layer before, and the value.
CREATE FUNCTION population_sql(name text, spec jsonb, operands jsonb, within_peers boolean, OUT before text, OUT after text, OUT value text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	x text := operands #>> ARRAY[coalesce(spec ->> 'of', spec ->> 'rank'), 'sql'];
	weight text := operands #>> ARRAY[spec ->> 'weight', 'sql'];
	exact text := format('(%s)::text::numeric', x);		-- the shortest decimal, whose sums do not depend on the order
	place text := '~' || CASE WHEN within_peers THEN 'p:' ELSE 'a:' END || name;
	direction text := CASE WHEN spec ->> 'order' = 'low' THEN '' ELSE ' DESC' END;
	rank text;
	ties text;
	number text;
	low text;
	high text;
BEGIN
	IF spec ? 'rank' THEN
		rank := window_sql('rank()', x, within_peers, 'ORDER BY ' || x || direction);
		ties := window_sql('count(*)', x, within_peers, 'ORDER BY ' || x || direction || ' GROUPS BETWEEN CURRENT ROW AND CURRENT ROW');
		number := window_sql('count(*)', x, within_peers, 'ORDER BY ' || x || direction || ' ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING');
		value := format('CASE WHEN %s IS NOT NULL AND q."~excluded" IS NULL THEN %s END::float8', x,
			CASE coalesce(spec ->> 'as', 'rank') WHEN 'rank' THEN rank
				WHEN 'from_last' THEN format('%s + 2 - %s - %s', number, rank, ties)
				ELSE format('(%s - 1 + %s / 2.0) / %s', rank, ties, number) END);
		RETURN;
	END IF;
	CASE spec ->> 'population'
		WHEN 'mean' THEN
			value := format('(%s / nullif(%s, 0))::float8', window_sql('sum(' || exact || ')', NULL, within_peers, NULL), window_sql('count(' || x || ')', NULL, within_peers, NULL));
		WHEN 'sum' THEN
			value := format('(%s)::float8', window_sql('sum(' || exact || ')', NULL, within_peers, NULL));
		WHEN 'min', 'max', 'count' THEN
			value := format('(%s)::float8', window_sql(format('%s(%s)', spec ->> 'population', x), NULL, within_peers, NULL));
		WHEN 'median' THEN
			value := window_sql(format('credence.weighted_median(%s, 1::float8)', x), NULL, within_peers, NULL);
		WHEN 'weighted_median' THEN
			value := window_sql(format('credence.weighted_median(%s, %s)', x, weight), NULL, within_peers, NULL);
		WHEN 'weighted_mean' THEN
			value := format('(%s / nullif(%s, 0))::float8', window_sql(format('sum(%s * (%s)::text::numeric)', exact, weight), NULL, within_peers, NULL),
				window_sql(format('sum((%s)::text::numeric) FILTER (WHERE %s IS NOT NULL)', weight, x), NULL, within_peers, NULL));
		WHEN 'top_mean' THEN
			-- of the top share, at least one
			before := format(', %s AS %I, %s AS %I', window_sql('row_number()', x, within_peers, 'ORDER BY ' || x || ' DESC'), place || '#',
				window_sql('count(*)', x, within_peers, NULL), place || '*');
			value := format('(%s / nullif(%s, 0))::float8',
				window_sql(format('sum(%s) FILTER (WHERE %s IS NOT NULL AND q.%I <= ceil(%L::numeric * q.%I))', exact, x, place || '#', spec ->> 'share', place || '*'), NULL, within_peers, NULL),
				window_sql(format('count(*) FILTER (WHERE %s IS NOT NULL AND q.%I <= ceil(%L::numeric * q.%I))', x, place || '#', spec ->> 'share', place || '*'), NULL, within_peers, NULL));
		WHEN 'percentile' THEN
			-- interpolated between the two values around share * (n - 1)
			before := format(', %s AS %I, %s AS %I', window_sql('row_number()', x, within_peers, 'ORDER BY ' || x), place || '#',
				window_sql(format('(%L::numeric * (count(*)', spec ->> 'share'), x, within_peers, NULL) || ' - 1))', place || '*');
			low := window_sql(format('max(%s) FILTER (WHERE q.%I = floor(q.%I) + 1)', x, place || '#', place || '*'), x, within_peers, NULL);
			high := window_sql(format('max(%s) FILTER (WHERE q.%I = ceil(q.%I) + 1)', x, place || '#', place || '*'), x, within_peers, NULL);
			-- those who have no value of their own see it too
			value := window_sql(format('max(q.%I)', place || '!'), NULL, within_peers, NULL);
			after := format(', (%1$s + (%2$s - %1$s) * (q.%3$I - floor(q.%3$I))::float8) AS %4$I', low, high, place || '*', place || '!');
		ELSE
			RAISE EXCEPTION 'unknown statistic "%" of a population', spec ->> 'population' USING ERRCODE = 'invalid_parameter_value';
	END CASE;
END $$;

COMMENT ON FUNCTION population_sql(text, jsonb, jsonb, boolean) IS
'SQL of an input that depends on the population: columns of the layers before (each may be NULL), and the value.';

-- An input derived row by row.
CREATE FUNCTION derived_sql(spec jsonb, is_text boolean, operands jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	point text := operands #>> ARRAY[spec ->> 'of', 'sql'];
	outcome text;
BEGIN
	IF spec ? 'formula' THEN
		outcome := formula_sql(spec ->> 'formula', operands);
	ELSIF spec ? 'condition' THEN
		outcome := format('CASE WHEN %s THEN 1::float8 ELSE 0::float8 END', condition_sql(spec ->> 'condition', operands));
	ELSIF spec ? 'cases' THEN
		SELECT 'CASE' || string_agg(CASE WHEN c ? 'when' THEN format(' WHEN %s THEN %s', condition_sql(c ->> 'when', operands), v) ELSE ' WHEN true THEN ' || v END, '' ORDER BY n) || ' END'
		INTO outcome
		FROM jsonb_array_elements(spec -> 'cases') WITH ORDINALITY AS t(c, n),
			LATERAL (SELECT CASE WHEN jsonb_typeof(c -> 'value') = 'object' THEN operands #>> ARRAY[c #>> '{value,input}', 'sql']
				ELSE format(CASE WHEN is_text THEN '%L::text' ELSE '%L::float8' END, c ->> 'value') END) AS o(v);
	ELSIF jsonb_path_exists(spec, '$.curve[*][*] ? (@.type() == "string")') THEN
		SELECT format('credence_registry.knots_value(ARRAY[%s], ARRAY[%s], %s)', string_agg(knot_sql(k -> 0, operands), ', ' ORDER BY n),
			string_agg(knot_sql(k -> 1, operands), ', ' ORDER BY n), point) INTO outcome
		FROM jsonb_array_elements(spec -> 'curve') WITH ORDINALITY AS t(k, n);
	ELSE
		SELECT format('credence.value(%L::credence.curve, %s)', string_agg(format('%s:%s', k ->> 0, k ->> 1), ', ' ORDER BY n), point) INTO outcome
		FROM jsonb_array_elements(spec -> 'curve') WITH ORDINALITY AS t(k, n);
	END IF;
	RETURN outcome;
END $$;

COMMENT ON FUNCTION derived_sql(jsonb, boolean, jsonb) IS
'SQL of an input derived from others of the same subject: formula, condition, cases, or curve.';

CREATE FUNCTION knot_sql(knot jsonb, operands jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE jsonb_typeof(knot) WHEN 'number' THEN format('%L::float8', knot #>> '{}') ELSE operands #>> ARRAY[knot #>> '{}', 'sql'] END
$$;

COMMENT ON FUNCTION knot_sql(jsonb, jsonb) IS 'SQL of a coordinate of a knot: a number, or an input.';

-- The layers above a statement that gathers: derived inputs, "~excluded" (the reason, or NULL), "~peer" and "~small".
-- With examples, "~given" holds the inputs that are given, which count as they are, and there is no population.
CREATE FUNCTION derive_sql(document jsonb, statement text, examples boolean)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	inputs jsonb;
	names text[];
	operands jsonb := input_operands(document);
	peer_inputs text[] := ARRAY(SELECT jsonb_array_elements_text(document #> '{peers,by}'));
	minimum int := coalesce((document #>> '{peers,minimum}')::int, 1);
	needs jsonb;
	where_conditions text[] := array_remove(document #>> '{subjects,where}' || ARRAY(SELECT e ->> 'when' FROM jsonb_array_elements(document #> '{subjects,exclude}') e), NULL);
	levels jsonb;
	node record;
	everyone record;
	peers record;
	expression text;
	before text;
	after text;
	added text;
	filter text;
	small boolean := false;
BEGIN
	SELECT jsonb_object_agg(s.name, to_jsonb(s)), array_agg(s.name),
		jsonb_object_agg(s.name, to_jsonb(s.needs || CASE WHEN s.source IN ('population', 'rank') THEN ARRAY['~where'] ELSE '{}' END
			|| CASE WHEN s.source IN ('population', 'rank') AND s.definition ->> 'within' = 'peers' AND peer_inputs <> '{}' THEN ARRAY['~peer', '~small'] ELSE '{}' END))
	INTO inputs, names, needs
	FROM scheme_inputs(document) s;
	needs := needs || jsonb_build_object('~where', to_jsonb(condition_inputs(where_conditions, names)), '~peer', to_jsonb(peer_inputs),
		'~small', CASE WHEN minimum > 1 AND peer_inputs <> '{}' THEN '["~peer", "~where"]' ELSE '[]' END::jsonb);
	SELECT jsonb_object_agg(l.name, l.level) INTO levels FROM levels_of(needs) AS l(name, level);
	IF EXISTS (SELECT FROM jsonb_each(levels) l WHERE l.value = 'null') THEN
		RAISE EXCEPTION 'inputs of scheme "%" need one another in a ring: %', document ->> 'code',
				(SELECT string_agg(format('"%s"', l.key), ', ' ORDER BY l.key) FROM jsonb_each(levels) l WHERE l.value = 'null' AND l.key NOT LIKE '~%')
			USING ERRCODE = 'invalid_parameter_value',
				HINT = 'Who belongs to the population and to which peer group cannot depend on the population.';
	END IF;

	IF examples THEN
		statement := format('SELECT q.*%s FROM (%s) q', (SELECT coalesce(string_agg(format(', %s AS %I', given_sql(i.key, i.value ->> 'value_type'), i.key), ''), '')
			FROM jsonb_each(inputs) i WHERE i.value ->> 'source' NOT IN ('formula', 'condition', 'cases', 'curve', 'population', 'rank')), statement);
	END IF;
	FOR level IN 0 .. (SELECT max(l.value::int) FROM jsonb_each(levels) l)
	LOOP
		added := '';
		before := '';
		after := '';
		filter := '';
		FOR node IN SELECT l.key AS name, inputs #>> ARRAY[l.key, 'source'] AS source, inputs #>> ARRAY[l.key, 'value_type'] AS type, inputs #> ARRAY[l.key, 'definition'] AS spec
			FROM jsonb_each(levels) l WHERE l.value::int = level ORDER BY l.key COLLATE "C"
		LOOP
			expression := NULL;
			IF node.name = '~where' THEN
				IF document #> '{subjects,where}' IS NOT NULL AND NOT examples THEN
					filter := ' WHERE ' || condition_sql(document #>> '{subjects,where}', operands);
				END IF;
				added := added || format(', %s AS "~excluded"', coalesce((
					SELECT 'CASE' || string_agg(format(' WHEN %s THEN %L', condition_sql(e ->> 'when', operands), title_in(e -> 'reason', 'en')), '' ORDER BY n) || ' END'
					FROM jsonb_array_elements(document #> '{subjects,exclude}') WITH ORDINALITY AS t(e, n)), 'NULL::text'));
			ELSIF node.name = '~peer' THEN
				-- of several values each has its own bars doubled, so that other values never look alike
				added := added || format(', %s AS "~peer"', coalesce((SELECT string_agg(format(CASE WHEN cardinality(peer_inputs) > 1 THEN 'replace(coalesce((%s)::text, ''''), ''|'', ''||'')'
						ELSE 'coalesce((%s)::text, '''')' END, operands #>> ARRAY[b, 'sql']), ' || '' | '' || ' ORDER BY n)
					FROM unnest(peer_inputs) WITH ORDINALITY AS u(b, n)), 'NULL::text'));
			ELSIF node.name = '~small' THEN
				added := added || CASE WHEN minimum > 1 AND peer_inputs <> '{}' THEN format(', %s < %s AS "~small"', window_sql('count(*)', NULL, true, NULL), minimum) ELSE ', false AS "~small"' END;
				small := minimum > 1 AND peer_inputs <> '{}';
			ELSIF node.source IN ('population', 'rank') THEN
				expression := 'NULL::float8';
				IF NOT examples THEN
					SELECT * INTO everyone FROM population_sql(node.name, node.spec, operands, false);
					IF node.spec ->> 'within' = 'peers' AND peer_inputs <> '{}' THEN
						SELECT * INTO peers FROM population_sql(node.name, node.spec, operands, true);
						before := before || coalesce(peers.before, '') || CASE WHEN small THEN coalesce(everyone.before, '') ELSE '' END;
						after := after || coalesce(peers.after, '') || CASE WHEN small THEN coalesce(everyone.after, '') ELSE '' END;
						expression := CASE WHEN small THEN format('CASE WHEN q."~small" THEN %s ELSE %s END', everyone.value, peers.value) ELSE peers.value END;
					ELSE
						before := before || coalesce(everyone.before, '');
						after := after || coalesce(everyone.after, '');
						expression := everyone.value;
					END IF;
				END IF;
			ELSIF node.source IN ('formula', 'condition', 'cases', 'curve') THEN
				expression := derived_sql(node.spec, node.type = 'text', operands);
			END IF;
			IF expression IS NOT NULL THEN
				IF node.spec ? 'default' THEN
					expression := format(CASE WHEN node.type = 'text' THEN 'coalesce(%s, %L)' ELSE 'coalesce(%s, %L::float8)' END, expression, node.spec ->> 'default');
				END IF;
				IF examples THEN
					expression := format('CASE WHEN q."~given" ? %L THEN %s ELSE %s END', node.name, given_sql(node.name, node.type), expression);
				END IF;
				added := added || format(', %s AS %I', expression, node.name);
			END IF;
		END LOOP;
		IF before <> '' THEN
			statement := format('SELECT q.*%s FROM (%s OFFSET 0) q', before, statement);
		END IF;
		IF after <> '' THEN
			statement := format('SELECT q.*%s FROM (%s OFFSET 0) q', after, statement);
		END IF;
		IF added <> '' OR filter <> '' THEN
			statement := format('SELECT q.*%s
FROM (%s OFFSET 0) q%s', added, statement, filter);
		END IF;
	END LOOP;
	RETURN statement;
END $$;

COMMENT ON FUNCTION derive_sql(jsonb, text, boolean) IS
'A statement that gathers inputs, with the layers above it that derive the others, say who is excluded, and make peer groups. Error 22023 for rings.';

CREATE FUNCTION given_sql(name text, value_type text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.format(CASE value_type WHEN 'text' THEN '(q."~given" ->> %L)' ELSE 'credence_registry.attribute_number(q."~given" -> %L)::float8' END, name);

COMMENT ON FUNCTION given_sql(text, text) IS 'SQL of the value of an input that an example gives.';
