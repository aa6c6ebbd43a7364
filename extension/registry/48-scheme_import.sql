-- importing and exporting schemes

-- What a title is in a language ('en' or 'zh'); one that is given in another language alone stands for it too.
CREATE FUNCTION title_in(title jsonb, language text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE jsonb_typeof(title) WHEN 'string' THEN title #>> '{}' ELSE coalesce(title ->> language, title ->> 'en', title ->> 'zh') END;

COMMENT ON FUNCTION title_in(jsonb, text) IS
'A title of a scheme document in a language, en or zh: the text itself, or that of the language, or of the other where only that is there; NULL for NULL.';

-- The rules of a document as rows of the catalogue.
CREATE FUNCTION scheme_rules(document jsonb)
RETURNS SETOF event_rule
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
SELECT rule.*
FROM jsonb_array_elements(coalesce(document -> 'rules', '[]')) AS r, jsonb_populate_record(NULL::credence_registry.event_rule, jsonb_build_object(
	'code', r -> 'code', 'effective_from', r -> 'from', 'effective_to', r -> 'to', 'category', r -> 'category',
	'title_en', coalesce(title_in(r -> 'title', 'en'), r ->> 'code'), 'title_zh', coalesce(title_in(r -> 'title', 'zh'), r ->> 'code'),
	'points_min', coalesce(r #> '{points,0}', r -> 'points'), 'points_max', coalesce(r #> '{points,1}', r -> 'points'),
	'degrees', (SELECT jsonb_object_agg(d.key, CASE jsonb_typeof(d.value) WHEN 'array' THEN d.value ELSE jsonb_build_array(d.value, d.value) END)
		FROM jsonb_each(r -> 'degrees') AS d),
	'ladder', (r ->> 'ladder')::bands::text, 'validity_months', r -> 'valid_months', 'repairs', r -> 'repairs', 'measures', r -> 'measures',
	'judged_by', coalesce(r -> 'judged_by', '"occurred"'), 'basis', r -> 'basis')) AS rule
$$;

COMMENT ON FUNCTION scheme_rules(jsonb) IS
'The rules that a scheme document brings, as rows of event_rule; numbers and times of recording are NULL. A rule without title is called by its code.';

CREATE FUNCTION import_rules(document jsonb)
RETURNS int
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	others text;
	landed int;
BEGIN
	SELECT string_agg(format('"%s" from %s', r.code, to_char(r.effective_from, 'YYYY-MM-DD')), ', ' ORDER BY r.code, r.effective_from) INTO others
	FROM scheme_rules(document) AS r
	JOIN LATERAL (SELECT e.* FROM event_rule AS e WHERE e.code = r.code AND e.effective_from = r.effective_from
		ORDER BY e.recorded_at DESC, e.rule_id DESC LIMIT 1) AS there
		ON (there.effective_to, there.category, there.title_en, there.title_zh, there.points_min, there.points_max, there.degrees, there.ladder,
				there.judged_by, there.validity_months, there.repairs, there.measures, there.basis)
			IS DISTINCT FROM (r.effective_to, r.category, r.title_en, r.title_zh, r.points_min, r.points_max, r.degrees, r.ladder,
				r.judged_by, r.validity_months, r.repairs, r.measures, r.basis);
	IF others IS NOT NULL THEN
		RAISE EXCEPTION 'rules are in the catalogue already with another content: %', others
			USING ERRCODE = 'unique_violation', HINT = 'Give the changed rule another date in "from", or leave out what the catalogue has.';
	END IF;
	INSERT INTO event_rule (code, effective_from, effective_to, category, title_en, title_zh, points_min, points_max, degrees, ladder,
			judged_by, validity_months, repairs, measures, basis)
		SELECT r.code, r.effective_from, r.effective_to, r.category, r.title_en, r.title_zh, r.points_min, r.points_max, r.degrees, r.ladder,
			r.judged_by, r.validity_months, r.repairs, r.measures, r.basis
		FROM scheme_rules(document) AS r
		WHERE NOT EXISTS (SELECT FROM event_rule AS e WHERE e.code = r.code AND e.effective_from = r.effective_from);
	GET DIAGNOSTICS landed = ROW_COUNT;
	PERFORM require_one_judged_by();
	RETURN landed;
END $$;

COMMENT ON FUNCTION import_rules(jsonb) IS
'Part of scheme_import, which holds the locks: lands the rules of a document in event_rule, shared by all schemes, and returns how many were new. Error 23505 names rules that are there with another content.';

REVOKE ALL ON FUNCTION import_rules(jsonb) FROM PUBLIC;

-- Observations and commitments are of codes that code_list has: a scheme brings those that it asks for.
CREATE FUNCTION import_codes(document jsonb)
RETURNS int
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	landed int;
BEGIN
	INSERT INTO code_list (domain, code, label_en, label_zh, sort_order)
		SELECT n.domain, n.code, n.label_en, n.label_zh,
			(SELECT coalesce(max(c.sort_order), 0) FROM code_list AS c WHERE c.domain = n.domain) + row_number() OVER (PARTITION BY n.domain ORDER BY n.code COLLATE "C")
		FROM (SELECT DISTINCT ON (d.domain, d.code) d.domain, d.code, coalesce(title_in(i.value -> 'title', 'en'), d.code) AS label_en,
					coalesce(title_in(i.value -> 'title', 'zh'), d.code) AS label_zh
				FROM jsonb_each(document -> 'inputs') AS i,
					LATERAL (VALUES ('indicator', i.value ->> 'observation'), ('commitment', i.value ->> 'commitment')) AS d (domain, code)
				WHERE d.code IS NOT NULL
				ORDER BY d.domain, d.code, i.value -> 'title' IS NULL, i.key COLLATE "C") AS n
		WHERE NOT EXISTS (SELECT FROM code_list AS c WHERE c.domain = n.domain AND c.code = n.code);
	GET DIAGNOSTICS landed = ROW_COUNT;
	RETURN landed;
END $$;

COMMENT ON FUNCTION import_codes(jsonb) IS
'Part of scheme_import: lands the indicators and commitments that the inputs of a document name in code_list, called as the first input with a title that asks for each, and returns how many were new. A code that is there stays as it is.';

REVOKE ALL ON FUNCTION import_codes(jsonb) FROM PUBLIC;

-- Raises what scheme_check or another check says against a document.
CREATE FUNCTION refuse_scheme(primary_message text, problems text[])
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	shown CONSTANT int := 50;		-- a message is for reading; scheme_check lists all
BEGIN
	IF cardinality(problems) > 0 THEN
		RAISE EXCEPTION '%: % error%', primary_message, cardinality(problems), CASE WHEN cardinality(problems) > 1 THEN 's' ELSE '' END
			USING ERRCODE = 'invalid_parameter_value', DETAIL = array_to_string(problems[:shown], E'\n')
				|| CASE WHEN cardinality(problems) > shown THEN format(E'\nand %s more, which scheme_check lists', cardinality(problems) - shown) ELSE '' END;
	END IF;
END $$;

COMMENT ON FUNCTION refuse_scheme(text, text[]) IS
'Raises error 22023 with the problems as its detail, at most 50 of them; nothing happens without problems.';

-- SECURITY DEFINER: schemes are written by functions alone.
CREATE FUNCTION scheme_import(document jsonb)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	bytes_limit CONSTANT int := 4 * 1024 * 1024;		-- four of the largest scorecards
	there scheme;
	id bigint;
BEGIN
	PERFORM require_admin();
	IF document IS NULL THEN
		RAISE EXCEPTION 'a scheme document must not be NULL' USING ERRCODE = 'null_value_not_allowed';
	ELSIF octet_length(document::text) > bytes_limit THEN
		RAISE EXCEPTION 'a scheme document has % bytes, more than %', octet_length(document::text), bytes_limit
			USING ERRCODE = 'program_limit_exceeded';
	END IF;
	PERFORM refuse_scheme(concat_ws(' ', 'scheme document cannot be imported', '"' || (document ->> 'code') || '"'),
		(SELECT array_agg(concat_ws(': ', nullif(c.path, ''), c.problem)) FROM scheme_check(document) AS c));

	-- one at a time, and none while a rule is put: each sees the schemes and rules of the one before
	PERFORM lock_for_writing();
	LOCK TABLE event_rule IN SHARE ROW EXCLUSIVE MODE;
	SELECT * INTO there FROM scheme AS s WHERE s.code = document ->> 'code' AND s.version = document ->> 'version' FOR UPDATE;
	IF there.document = document THEN
		RETURN there.scheme_id;
	ELSIF there.state <> 'draft' THEN
		RAISE EXCEPTION 'version % of scheme "%" is % and cannot be changed', there.version, there.code, there.state
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Give the changed document another "version".';
	ELSIF there.scheme_id IS NOT NULL THEN
		UPDATE scheme AS s
			SET title_en = title_in(document -> 'title', 'en'), title_zh = title_in(document -> 'title', 'zh'),
				effective_from = (document ->> 'from')::date, effective_to = (document ->> 'to')::date,
				document = document, scorecard = (document -> 'scorecard')::scorecard, changed_at = clock_timestamp()
			WHERE s.scheme_id = there.scheme_id;
		id := there.scheme_id;
	ELSE
		INSERT INTO scheme AS s (code, version, title_en, title_zh, effective_from, effective_to, document, scorecard)
			VALUES (document ->> 'code', document ->> 'version', title_in(document -> 'title', 'en'), title_in(document -> 'title', 'zh'),
				(document ->> 'from')::date, (document ->> 'to')::date, document, (document -> 'scorecard')::scorecard)
			RETURNING s.scheme_id INTO id;
	END IF;
	PERFORM import_rules(document);
	PERFORM import_codes(document);
	RETURN id;
END $$;

COMMENT ON FUNCTION scheme_import(jsonb) IS
'Takes a scheme document (doc/scheme.md) in as a draft, lands its rules in event_rule and its indicators and commitments in code_list, and returns scheme_id. A draft of the same code and version is replaced; the same document again changes nothing. Error 22023 with every error of the document in its detail, 55000 if the version was active once and the document differs, 23505 if the catalogue has a rule of the same code and date with another content, 42501 unless the login is a member of credence_admin.';

CREATE FUNCTION scheme_import(document text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	PERFORM refuse_scheme('scheme document cannot be imported',
		(SELECT array_agg(concat_ws(': ', nullif(d.path, ''), d.problem)) FROM json_duplicates(document::json) AS d));
	RETURN scheme_import(document::jsonb);
END $$;

COMMENT ON FUNCTION scheme_import(text) IS
'scheme_import of the text of a document, as of a file; it also refuses keys that stand twice in one object. Error 22P02 if the text is not JSON.';

CREATE FUNCTION scheme_export(code text, version text)
RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	document jsonb := (SELECT s.document FROM scheme AS s WHERE s.code = scheme_export.code AND s.version = scheme_export.version);
BEGIN
	IF document IS NULL THEN
		RAISE EXCEPTION 'there is no version % of scheme "%"', version, code USING ERRCODE = 'undefined_object';
	END IF;
	RETURN document;
END $$;

COMMENT ON FUNCTION scheme_export(text, text) IS
'The document of a version of a scheme, equal to what was imported. Error 42704 if there is none.';
