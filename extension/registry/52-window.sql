-- from a scheme to SQL: windows of time, whose facts count, which rules
--
-- The statement that evaluates a scheme is put together from parts, one function for each. What comes from a document
-- reaches it through %L and %I alone. Its parameters are $1 the run, $2 its as-of and, in the form that looks at some
-- subjects only, $3 their numbers. Dates stand in it as literals, so that partitions are pruned when it is planned.
-- A part is {"ctes": [text], "joins": [text], "columns": {input: SQL}}: what stands before the statement, what is joined
-- to the subjects s, and what the inputs are then.

CREATE FUNCTION window_range(spec jsonb, period_start date, period_end date, OUT lower date, OUT upper date)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	next_day date := period_end + 1;
BEGIN
	upper := period_end;
	IF spec IS NULL OR spec = '"period"' THEN
		lower := period_start;
	ELSIF spec = '"year"' THEN
		lower := date_trunc('year', period_end)::date;
	ELSIF spec IN ('"valid"', '"all"') THEN
		NULL;
	ELSIF spec ? 'period' THEN
		SELECT s.period_start, s.period_end INTO lower, upper FROM period_shift(period_start, period_end, (spec ->> 'period')::int) s;
	ELSIF spec ? 'months' THEN
		lower := (next_day - make_interval(months => (spec ->> 'months')::int))::date;
	ELSIF spec ? 'years' THEN
		lower := (next_day - make_interval(years => (spec ->> 'years')::int))::date;
	ELSIF spec ? 'days' THEN
		lower := next_day - (spec ->> 'days')::int;
	ELSIF spec ?| '{from,to}' THEN
		lower := (spec ->> 'from')::date;
		upper := (spec ->> 'to')::date;
	ELSE
		RAISE EXCEPTION 'invalid window %', spec USING ERRCODE = 'invalid_parameter_value';
	END IF;
END $$;

COMMENT ON FUNCTION window_range(jsonb, date, date) IS
'First and last day of a window of a scheme for a period; NULL where it is open.';

-- A condition that a date lies in a range.
CREATE FUNCTION range_sql(day text, lower date, upper date)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET datestyle = 'ISO'
RETURN CASE
	WHEN lower IS NULL AND upper IS NULL THEN 'true'
	WHEN lower IS NULL THEN pg_catalog.format('%s <= DATE %L', day, upper)
	WHEN upper IS NULL THEN pg_catalog.format('%s >= DATE %L', day, lower)
	ELSE pg_catalog.format('%s BETWEEN DATE %L AND DATE %L', day, lower, upper) END;

COMMENT ON FUNCTION range_sql(text, date, date) IS
'SQL of the condition that a date lies between two days, either of which may be NULL for an open end.';

-- For some subjects the index of time is never the way to their facts; said like this, it is not asked.
CREATE FUNCTION known_sql(recorded text, restricted boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.format(CASE WHEN restricted THEN 'coalesce(%s <= $2, false)' ELSE '%s <= $2' END, recorded);

COMMENT ON FUNCTION known_sql(text, boolean) IS 'SQL of the condition that a fact was known as of $2.';

-- Whose facts an "of" means: the kinds of tie, and which end of it is the other.
CREATE FUNCTION of_ties(spec jsonb, OUT kinds text[], OUT other text, OUT me text, OUT with_self boolean, OUT shared boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN spec IN ('"children"', '"parent"') THEN '{child_of,store_of}'::text[] ELSE ARRAY[spec ->> 'tie'] END,
		CASE WHEN from_end THEN 'from_subject' ELSE 'to_subject' END,
		CASE WHEN from_end THEN 'to_subject' ELSE 'from_subject' END,
		coalesce((spec ->> 'self')::boolean, false), coalesce(spec ->> 'end', '') = 'shared'
	FROM (SELECT spec = '"children"' OR coalesce(spec ->> 'end', '') = 'from' AS from_end) AS e
$$;

COMMENT ON FUNCTION of_ties(jsonb) IS
'What an "of" of a scheme means: kinds of tie, the column of tie at which the others stand, that at which the subject stands, whether the subject itself belongs to them, and whether they are rather those that share a subject at the from end of such ties with it.';

CREATE FUNCTION tie_holds_sql(alias text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.format('%1$s.recorded_at <= $2 AND (%1$s.valid_to IS NULL OR %1$s.valid_from <= %1$s.valid_to)
		AND NOT EXISTS (SELECT FROM credence_registry.tie n WHERE n.replaces = %1$s.tie_id AND n.recorded_at <= $2)', alias);

COMMENT ON FUNCTION tie_holds_sql(text) IS 'SQL of the condition that a row of tie was known as of $2, and neither replaced nor ended before it began.';

-- The ties known as of $2 as pairs of a subject and another whose facts count for it, with from when to when. Those that
-- share a subject (end "shared") may share several: their times are put together, so that each pair counts once a day.
CREATE FUNCTION of_sql(spec jsonb, restricted boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN o.shared THEN
			format('SELECT p.me, p.other, lower(p.days) AS valid_from, coalesce(upper(p.days) - 1, ''infinity'') AS valid_to, NULL::numeric AS weight
	FROM (SELECT a.to_subject AS me, b.to_subject AS other,
			unnest(range_agg(daterange(a.valid_from, a.valid_to, ''[]'') * daterange(b.valid_from, b.valid_to, ''[]''))) AS days
		FROM (%1$s) a JOIN (%1$s) b ON b.kind = a.kind AND b.from_subject = a.from_subject AND b.to_subject <> a.to_subject%2$s
		GROUP BY a.to_subject, b.to_subject) p', ties, CASE WHEN restricted THEN ' AND a.to_subject = ANY ($3)' ELSE '' END)
		ELSE format('SELECT t.%I AS me, t.%I AS other, t.valid_from, coalesce(t.valid_to, ''infinity'') AS valid_to, t.weight
	FROM (%s) t%s', o.me, o.other, ties, CASE WHEN restricted THEN format(' WHERE t.%I = ANY ($3)', o.me) ELSE '' END) END
		|| CASE WHEN o.with_self THEN '
	UNION ALL
	SELECT s.subject_id, s.subject_id, ''-infinity'', ''infinity'', 1 FROM subjects s' ELSE '' END
	FROM of_ties(spec) o,
		format('SELECT t.* FROM credence_registry.tie t
	WHERE t.kind = ANY (%L::text[]) AND %s', o.kinds, tie_holds_sql('t')) AS ties
$$;

COMMENT ON FUNCTION of_sql(jsonb, boolean) IS
'SQL of the pairs (me, other, valid_from, valid_to, weight) that an "of" of a scheme means.';

-- The name under which the pairs of an "of" stand before the statement, and what they are as a part.
CREATE FUNCTION of_name(spec jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN coalesce(spec, '"self"') <> '"self"' THEN 'of_' || pg_catalog.substr(pg_catalog.md5(spec::text), 1, 8) END;

COMMENT ON FUNCTION of_name(jsonb) IS
'Name of the common table expression with the pairs of an "of"; NULL for "self".';

-- A rule is matched by its code or by a prefix of it that ends with a dot.
CREATE FUNCTION patterns_sql(patterns jsonb, code text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT CASE WHEN bool_or(p = '*') THEN 'true' ELSE '(' || string_agg(
		CASE WHEN p LIKE '%.*' THEN format('pg_catalog.starts_with(%s, %L)', code, left(p, -1)) ELSE format('%s = %L', code, p) END,
		' OR ' ORDER BY p COLLATE "C") || ')' END
	FROM jsonb_array_elements_text(patterns) p
$$;

COMMENT ON FUNCTION patterns_sql(jsonb, text) IS
'SQL of the condition that a rule code is one of those listed, or begins with one that ends in .*';

-- Every pattern that a scheme asks for, with the name of its column among the rules.
CREATE FUNCTION pattern_name(patterns jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'm_' || pg_catalog.substr(pg_catalog.md5(patterns::text), 1, 8);

COMMENT ON FUNCTION pattern_name(jsonb) IS 'Name of the column that says whether a rule is matched by these patterns.';

-- The versions of the rules as known as of $2. One that nobody had recorded by then under any version counts as it was
-- recorded first: a scheme brings its rules with it, and may be tried on the past.
CREATE FUNCTION rules_sql(patterns jsonb[])
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT format('SELECT v.code, v.effective_from,
		least(coalesce(v.effective_to, ''infinity''), coalesce(lead(v.effective_from) OVER (PARTITION BY v.code ORDER BY v.effective_from) - 1, ''infinity'')) AS until,
		v.judged_by, v.category, v.ladder::credence.bands AS ladder, v.validity_months, v.repairs, v.measures,
		
		-- only the degrees that leave no discretion
		(SELECT jsonb_object_agg(d.key, d.value) FROM jsonb_each(v.degrees) d WHERE d.value -> 0 = d.value -> 1) AS degrees, CASE WHEN v.points_min = v.points_max THEN v.points_min END AS points%s
	FROM (SELECT DISTINCT ON (r.code, r.effective_from) r.*
		FROM (SELECT r.*, min(r.recorded_at) OVER (PARTITION BY r.code) AS first_recorded FROM credence_registry.event_rule r WHERE %s) r
		WHERE r.recorded_at <= $2 OR r.first_recorded > $2
		ORDER BY r.code, r.effective_from, CASE WHEN r.first_recorded > $2 THEN -r.rule_id ELSE r.rule_id END DESC) v',
		string_agg(DISTINCT format(', %s AS %I', patterns_sql(p, 'v.code'), pattern_name(p)), ''),
		string_agg(DISTINCT patterns_sql(p, 'r.code'), ' OR '))
	FROM unnest(patterns) p
$$;

COMMENT ON FUNCTION rules_sql(jsonb[]) IS
'SQL of the versions of the rules that match any of these patterns, one column for each pattern.';
