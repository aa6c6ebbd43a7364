-- conditions: term and term ..., compiled to SQL
--
-- Of the text of a condition nothing reaches SQL but numbers that were checked and texts through %L. What an operand
-- compiles to comes from the caller, by the name of the operand.

-- Raises what is wrong with a condition or a formula at a place in it.
CREATE FUNCTION refuse_expression(kind text, expression text, place int, problem text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	rest text := substr(expression, place);
BEGIN
	RAISE EXCEPTION 'invalid %: % %', kind, problem,
			CASE WHEN rest = '' THEN 'at the end'
				WHEN length(rest) > 30 THEN format('at character %s: %s...', place, left(rest, 30))
				ELSE format('at character %s: %s', place, rest) END
		USING ERRCODE = 'invalid_text_representation';
END $$;

COMMENT ON FUNCTION refuse_expression(text, text, int, text) IS
'Raises error 22P02 for a condition or a formula: what was expected, at which character (from 1), and what stands there.';

-- The patterns of what both languages are made of. Blanks are those of ASCII, whatever the locale says.
CREATE FUNCTION expression_pattern(part text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE part
	WHEN 'blanks' THEN '^[ \t\r\n\v\f]+'
	WHEN 'number' THEN '^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?'
	WHEN 'text' THEN '^''(?:[^'']|'''')*'''
	WHEN 'quoted name' THEN '^(?:(?:points|group)\.)?"(?:[^"]|"")*"'
	WHEN 'name in a condition' THEN '^[^ \t\r\n\v\f<>=''"]+'
	WHEN 'name in a formula' THEN '^[^\x01-\x40\x5b-\x5e\x60\x7b-\x7f][^\x01-\x2d\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]*'
	WHEN 'comparison' THEN '^(?:>=|<=|<>|>|<|=)'
	WHEN 'sign' THEN '^[-+*/(),]'
END;

COMMENT ON FUNCTION expression_pattern(text) IS
'Regular expression of a part of conditions and formulas at the start of a text: blanks, number, text, quoted name, name in a condition, name in a formula, comparison, sign; NULL for any other.';

-- What a name stands for: without its quotes, doubled ones inside made single.
CREATE FUNCTION expression_name(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN right(name, 1) = '"'
	THEN regexp_replace(name, '".*$', '') || replace(substr(name, strpos(name, '"') + 1, length(name) - strpos(name, '"') - 1), '""', '"')
	ELSE name END;

COMMENT ON FUNCTION expression_name(text) IS
'The name that a name in a condition or formula stands for: quotes taken off, doubled ones inside made single; a prefix points. or group. stays.';

-- Refuses a number that float8 does not hold or that is beyond the limit of scorecards.
CREATE FUNCTION expression_number(number text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	-- numeric holds what float8 does not, so that it can be asked first; float8 refuses what is too small
	IF length(number) > 200 OR number ~ '[eE][+-]?0*[0-9]{4}' OR abs(number::numeric) > 1e100 OR number::float8 IS NULL THEN
		RAISE EXCEPTION 'number % is beyond 1e100 or too long', left(number, 50)
			USING ERRCODE = 'program_limit_exceeded';
	END IF;
	RETURN format('%L::float8', number);
END $$;

COMMENT ON FUNCTION expression_number(text) IS
'SQL of a number in a condition or formula, checked: error 54000 beyond 1e100 or of more than 200 characters.';

CREATE FUNCTION condition_terms(condition text)
RETURNS TABLE (term int, operand text, place int, comparison text, kind text, value text, value_place int)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	terms_limit CONSTANT int := 64;			-- that of scorecards
	length_limit CONSTANT int := 10000;		-- 64 terms of long names and texts
	blanks CONSTANT text := expression_pattern('blanks');
	position int := 1;
	rest text := condition;
	found_part text;
BEGIN
	IF length(condition) > length_limit THEN
		RAISE EXCEPTION 'a condition has % characters, more than %', length(condition), length_limit
			USING ERRCODE = 'program_limit_exceeded';
	END IF;
	term := 0;
	LOOP
		term := term + 1;
		IF term > terms_limit THEN
			RAISE EXCEPTION 'a condition has more than % terms', terms_limit USING ERRCODE = 'program_limit_exceeded';
		END IF;

		-- the operand
		position := position + length(coalesce(substring(rest FROM blanks), ''));
		rest := substr(condition, position);
		found_part := coalesce(substring(rest FROM expression_pattern('quoted name')),
			substring(rest FROM expression_pattern('name in a condition')));
		IF found_part IS NULL OR found_part IN ('points.', 'group.') OR expression_name(found_part) IN ('', 'points.', 'group.') THEN
			PERFORM refuse_expression('condition', condition, position, 'expected a name');
		END IF;
		operand := expression_name(found_part);
		place := position;

		-- the comparison
		position := position + length(found_part);
		position := position + length(coalesce(substring(substr(condition, position) FROM blanks), ''));
		rest := substr(condition, position);
		comparison := substring(rest FROM expression_pattern('comparison'));
		IF comparison IS NULL THEN
			PERFORM refuse_expression('condition', condition, position, 'expected one of >= > <= < = <>');
		END IF;

		-- what it is compared with: a number, if it begins like one
		position := position + length(comparison);
		position := position + length(coalesce(substring(substr(condition, position) FROM blanks), ''));
		rest := substr(condition, position);
		value_place := position;
		kind := CASE WHEN rest ~ '^[+-]?\.?[0-9]' THEN 'number' WHEN rest LIKE '''%' THEN 'text' ELSE 'operand' END;
		found_part := CASE kind WHEN 'operand' THEN coalesce(substring(rest FROM expression_pattern('quoted name')),
				substring(rest FROM expression_pattern('name in a condition')))
			ELSE substring(rest FROM expression_pattern(kind)) END;
		IF kind = 'text' AND found_part IS NULL THEN
			PERFORM refuse_expression('condition', condition, position, 'a text is not closed');
		ELSIF found_part IS NULL OR kind = 'operand' AND (found_part ~ '^[-+.]' OR expression_name(found_part) IN ('', 'points.', 'group.')) THEN
			PERFORM refuse_expression('condition', condition, position, 'expected a number, a ''text'' or a name');
		END IF;
		value := CASE kind WHEN 'operand' THEN expression_name(found_part)
			WHEN 'text' THEN replace(substr(found_part, 2, length(found_part) - 2), '''''', '''')
			ELSE found_part END;
		RETURN NEXT;

		-- the end, or the next term; a quote ends a name or a text by itself
		position := position + length(found_part);
		rest := substr(condition, position);
		IF rest ~ '^[ \t\r\n\v\f]*$' THEN
			RETURN;
		ELSIF rest !~ blanks AND right(found_part, 1) NOT IN ('''', '"') THEN
			PERFORM refuse_expression('condition', condition, position, 'expected a blank and "and"');
		END IF;
		position := position + length(coalesce(substring(rest FROM blanks), ''));
		rest := substr(condition, position);
		IF rest !~ '^and[ \t\r\n\v\f"]' THEN
			PERFORM refuse_expression('condition', condition, position, 'expected "and" or the end');
		END IF;
		position := position + 3;
		rest := substr(condition, position);
	END LOOP;
END $$;

COMMENT ON FUNCTION condition_terms(text) IS
'The terms of a condition: its operand and the character where it stands, the comparison, and the value: a number, a text, or another operand (kind). Names come without their quotes. Error 22P02 names the character and what was expected; 54000 beyond 64 terms or 10000 characters.';

CREATE FUNCTION condition_sql(condition text, operands jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	t record;
	left_type text;
	right_type text;
	right_sql text;
	parts text[];
BEGIN
	FOR t IN SELECT * FROM condition_terms(condition)
	LOOP
		left_type := operand_type('condition', condition, t.operand, t.place, operands);
		IF t.kind = 'operand' THEN
			right_type := operand_type('condition', condition, t.value, t.value_place, operands);
			right_sql := '(' || (operands #>> ARRAY[t.value, 'sql']) || ')';
		ELSE
			right_type := t.kind;
			right_sql := CASE t.kind WHEN 'number' THEN expression_number(t.value) ELSE format('%L::text', t.value) END;
		END IF;
		IF left_type <> right_type THEN
			PERFORM refuse_expression('condition', condition, t.value_place,
				format('"%s" is a %s and cannot be compared with a %s', t.operand, left_type, right_type));
		ELSIF left_type = 'text' AND t.comparison NOT IN ('=', '<>') THEN
			PERFORM refuse_expression('condition', condition, t.place, format('texts are compared with = or <> only, not %s,', t.comparison));
		END IF;
		parts := parts || format('coalesce((%s) %s %s, false)', operands #>> ARRAY[t.operand, 'sql'], t.comparison, right_sql);
	END LOOP;
	RETURN '(' || array_to_string(parts, ' AND ') || ')';
END $$;

COMMENT ON FUNCTION condition_sql(text, jsonb) IS
'SQL of a condition: a boolean expression that is never NULL. operands is an object from the name of an operand, or points.NAME and group.NAME, to {"sql": what it compiles to, "type": "number" (float8) or "text"}. Only sql of operands reaches the outcome as it is. Error 22P02 names the character and what was expected, 54000 beyond a limit.';

-- The type of an operand, which must be one of those that there are.
CREATE FUNCTION operand_type(kind text, expression text, operand text, place int, operands jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	type text := operands #>> ARRAY[operand, 'type'];
BEGIN
	IF type IS NULL THEN
		PERFORM refuse_expression(kind, expression, place,
			format('"%s" is none of the names that can stand here (%s),', operand,
				(SELECT coalesce(string_agg(name, ', ' ORDER BY name COLLATE "C"), 'there are none')
					FROM (SELECT jsonb_object_keys(operands) ORDER BY 1 LIMIT 50) AS known(name))));
	END IF;
	RETURN type;
END $$;

COMMENT ON FUNCTION operand_type(text, text, text, int, jsonb) IS
'Type of an operand of a condition or formula, number or text; error 22P02 for a name that operands does not have.';
