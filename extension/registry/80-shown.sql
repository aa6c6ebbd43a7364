-- what all views share: how numbers, flags and titles are shown, the labels of grades, the lines of a scorecard
--
-- Every view is a function of a time, which is taken into the query, asked for now: what the function gives for an
-- earlier time is what was known then. A composite type says what columns there are, with the typmods that clients need and
-- the collation of the tables, without which no filter would reach their indexes.

CREATE FUNCTION shown(number numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(number) < 1e18 THEN number END;

COMMENT ON FUNCTION shown(numeric) IS
'The number as views show it, which have 18 digits before the point: NULL beyond that, so that one wrong fact does not stop every query.';

CREATE FUNCTION shown(number float8)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(number) < 1e18 THEN number::numeric END;

COMMENT ON FUNCTION shown(float8) IS
'The number as views show it, which have 18 digits before the point: NULL beyond that.';

CREATE FUNCTION flag(truth boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN truth THEN 'Y' WHEN NOT truth THEN 'N' END;

COMMENT ON FUNCTION flag(boolean) IS 'Y, N or NULL, for clients that have no boolean.';

-- GROUP BY although the keys are unique: it lets the planner see that they are, and leave the join out where no label is asked for.
CREATE VIEW scheme_grade WITH (security_invoker) AS
	SELECT s.scheme_id, l.key COLLATE "C" AS grade,
		min(title_in(l.value, 'en')) AS grade_en, min(title_in(l.value, 'zh')) AS grade_zh
	FROM scheme s
	CROSS JOIN LATERAL jsonb_each(s.document -> 'labels') l
	WHERE jsonb_typeof(s.document -> 'labels') = 'object'
	GROUP BY s.scheme_id, l.key;

COMMENT ON VIEW scheme_grade IS
'What the grades and levels of schemes are called, as far as their documents say so.';

CREATE FUNCTION most_points(indicator jsonb)
RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT greatest(least(shape.most, (indicator #>> '{cap,1}')::numeric), (indicator #>> '{cap,0}')::numeric)
	FROM (SELECT CASE
		WHEN indicator ? 'bands' THEN (SELECT max(btrim(split_part(btrim(entry), ' ', 1), '"')::numeric)
			FROM string_to_table(indicator ->> 'bands', ',') entry)
		WHEN indicator ? 'curve' THEN (SELECT max(ltrim(split_part(knot, ':', 2), '= ')::numeric)
			FROM string_to_table(indicator ->> 'curve', ',') knot)
		WHEN indicator ? 'categories' THEN (SELECT max(c.value::numeric) FROM jsonb_each_text(indicator -> 'categories') c)
	END AS most) shape
$$;

COMMENT ON FUNCTION most_points(jsonb) IS
'The most points that an indicator of a scorecard (an element of its "indicators") can give: of its bands, curve or categories, within its cap; NULL where nothing limits them.';

CREATE VIEW scheme_line WITH (security_invoker) AS
	SELECT s.scheme_id, s.code AS scheme_code, s.version AS scheme_version, n.line::int AS line,
		n.indicator COLLATE "C" AS indicator,
		coalesce(title_in(s.document #> ARRAY['inputs', named.input, 'title'], 'en'), i.value ->> 'title', observed.label_en, n.indicator) AS indicator_en,
		coalesce(title_in(s.document #> ARRAY['inputs', named.input, 'title'], 'zh'), i.value ->> 'title', observed.label_zh, n.indicator) AS indicator_zh,
		named.input COLLATE "C" AS input,
		array_position(credence.input_names(s.scorecard), named.input) AS input_place,
		coalesce(i.value ->> 'unit', s.document #>> ARRAY['inputs', named.input, 'unit']) AS unit,
		i.value ->> 'direction' AS direction,
		i.value ? 'categories' AS is_text,
		texts.categories,
		shown(coalesce((i.value ->> 'weight')::numeric, 1))::numeric(24,6) AS weight,
		shown(most_points(i.value))::numeric(24,6) AS most_points
	FROM scheme s
	CROSS JOIN LATERAL (SELECT s.scorecard::text::jsonb -> 'indicators' AS indicators OFFSET 0) card
	CROSS JOIN LATERAL unnest(credence.indicator_names(s.scorecard)) WITH ORDINALITY n (indicator, line)
	CROSS JOIN LATERAL (SELECT card.indicators -> (n.line - 1)::int AS value OFFSET 0) i
	CROSS JOIN LATERAL (SELECT coalesce(i.value ->> 'input', n.indicator) AS input) named
	-- the codes of a text input are the places of its texts in order of first mention
	CROSS JOIN LATERAL (SELECT CASE WHEN i.value ? 'categories' THEN (
		SELECT array_agg(m.key ORDER BY m.first) FROM (
			SELECT c.key, min(j.place * 10000 + c.place) AS first
			FROM json_array_elements(s.scorecard::text::json -> 'indicators') WITH ORDINALITY j (value, place)
			CROSS JOIN LATERAL json_object_keys(j.value -> 'categories') WITH ORDINALITY c (key, place)
			WHERE coalesce(j.value ->> 'input', j.value ->> 'name') = named.input
			GROUP BY c.key) m) END AS categories) texts
	LEFT JOIN code_list observed ON observed.domain = 'indicator' AND observed.code = s.document #>> ARRAY['inputs', named.input, 'observation'];

COMMENT ON VIEW scheme_line IS
'The lines of every scorecard, as they stand in results: one row for each indicator, in card order.';
