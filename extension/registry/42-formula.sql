-- formulas: arithmetic over inputs, compiled to SQL

CREATE TYPE formula_token AS (kind text, token text, place int);

COMMENT ON TYPE formula_token IS 'A part of a formula.';
COMMENT ON COLUMN formula_token.kind IS 'number, name, function (a name before a parenthesis), sign, or end.';
COMMENT ON COLUMN formula_token.token IS 'The number or sign as it stands, the name without its quotes.';
COMMENT ON COLUMN formula_token.place IS 'The character at which it begins, from 1.';

CREATE FUNCTION formula_tokens(formula text)
RETURNS formula_token[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	tokens_limit CONSTANT int := 500;		-- their expression, nested to the left, must not exhaust the server's stack
	length_limit CONSTANT int := 10000;		-- 500 parts of middling length
	tokens formula_token[] := '{}';
	position int := 1;
	rest text;
	part text;
	kind text;
BEGIN
	IF length(formula) > length_limit THEN
		RAISE EXCEPTION 'a formula has % characters, more than %', length(formula), length_limit
			USING ERRCODE = 'program_limit_exceeded';
	END IF;
	LOOP
		position := position + length(coalesce(substring(substr(formula, position) FROM expression_pattern('blanks')), ''));
		rest := substr(formula, position);
		IF rest = '' THEN
			RETURN tokens || row('end', '', position)::formula_token;
		ELSIF cardinality(tokens) >= tokens_limit THEN
			RAISE EXCEPTION 'a formula has more than % parts', tokens_limit USING ERRCODE = 'program_limit_exceeded';
		END IF;
		kind := CASE WHEN rest ~ expression_pattern('sign') THEN 'sign'
			WHEN rest ~ expression_pattern('number') THEN 'number'
			WHEN rest ~ expression_pattern('quoted name') THEN 'quoted name'
			WHEN rest ~ expression_pattern('name in a formula') THEN 'name in a formula' END;
		part := substring(rest FROM expression_pattern(kind));
		IF part IS NULL THEN
			PERFORM refuse_expression('formula', formula, position, 'expected a number, a name or one of + - * / ( ) ,');
		ELSIF kind = 'number' AND substr(rest, length(part) + 1) ~ expression_pattern('name in a formula') THEN
			PERFORM refuse_expression('formula', formula, position + length(part), 'expected a sign or a blank after the number');
		ELSIF kind LIKE '%name%' AND expression_name(part) IN ('', 'points.', 'group.') THEN
			PERFORM refuse_expression('formula', formula, position, 'expected a name');
		END IF;
		tokens := tokens || row(CASE
				WHEN kind = 'name in a formula' AND substr(rest, length(part) + 1) ~ '^[ \t\r\n\v\f]*\(' THEN 'function'
				WHEN kind LIKE '%name%' THEN 'name' ELSE kind END,
			expression_name(part), position)::formula_token;
		position := position + length(part);
	END LOOP;
END $$;

COMMENT ON FUNCTION formula_tokens(text) IS
'The parts of a formula in order, the last being its end. Error 22P02 names the character and what was expected; 54000 beyond 500 parts or 10000 characters.';

-- The scorecard that rounds its one input, so that a formula rounds as scores are rounded: half away from zero on the
-- number as one reads it.
CREATE FUNCTION rounding_card(decimals int)
RETURNS scorecard
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.format('{"name": "round", "decimals": %s, "indicators": [{"name": "x"}]}', decimals)::credence.scorecard;

COMMENT ON FUNCTION rounding_card(int) IS
'A scorecard whose score is its one input, rounded to so many decimals (0 to 9), half away from zero.';

-- Compiles the operand of a formula at a place among its parts, and the operators behind it that bind at least so
-- strongly: 1 + and -, 2 * and /, 3 none. Returns the SQL, whether it is a text (a name only), and the place behind it.
CREATE FUNCTION formula_part(formula text, tokens formula_token[], operands jsonb, strength int, depth int,
	INOUT next int, OUT sql text, OUT type text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	depth_limit CONSTANT int := 40;		-- a formula is read by recursion
	t formula_token := tokens[next];
	operator text;
	binds int;
	other record;
BEGIN
	IF depth > depth_limit THEN
		RAISE EXCEPTION 'a formula is nested more than % deep', depth_limit USING ERRCODE = 'program_limit_exceeded';
	END IF;

	-- the operand
	next := next + 1;
	type := 'number';
	IF t.kind = 'number' THEN
		sql := expression_number(t.token);
	ELSIF t.kind = 'name' THEN
		type := operand_type('formula', formula, t.token, t.place, operands);
		sql := '(' || (operands #>> ARRAY[t.token, 'sql']) || ')';
	ELSIF t.kind = 'function' THEN
		SELECT f.next, f.sql INTO next, sql FROM formula_call(formula, tokens, operands, depth, next) AS f;
	ELSIF t.kind = 'sign' AND t.token = '(' THEN
		SELECT p.next, p.sql, p.type INTO next, sql, type FROM formula_part(formula, tokens, operands, 1, depth + 1, next) AS p;
		IF tokens[next].token <> ')' OR tokens[next].kind <> 'sign' THEN
			PERFORM refuse_expression('formula', formula, tokens[next].place, 'expected an operator or )');
		END IF;
		next := next + 1;
	ELSIF t.kind = 'sign' AND t.token = '-' THEN
		SELECT p.next, p.sql, p.type INTO next, sql, type FROM formula_part(formula, tokens, operands, 3, depth + 1, next) AS p;
		PERFORM refuse_text(formula, t, type);
		sql := '(- ' || sql || ')';
	ELSE
		PERFORM refuse_expression('formula', formula, t.place, 'expected a number, a name or (');
	END IF;

	-- the operators behind it, from left to right
	LOOP
		operator := CASE WHEN tokens[next].kind = 'sign' THEN tokens[next].token END;
		binds := CASE WHEN operator IN ('+', '-') THEN 1 WHEN operator IN ('*', '/') THEN 2 ELSE 0 END;
		IF binds < strength OR binds = 0 THEN
			RETURN;
		END IF;
		PERFORM refuse_text(formula, t, type);
		t := tokens[next + 1];
		SELECT * INTO other FROM formula_part(formula, tokens, operands, binds + 1, depth + 1, next + 1) AS p;
		PERFORM refuse_text(formula, t, other.type);
		-- division by zero makes the outcome missing
		sql := format(CASE operator WHEN '/' THEN '(%s %s nullif(%s, 0))' ELSE '(%s %s %s)' END, sql, operator, other.sql);
		next := other.next;
	END LOOP;
END $$;

COMMENT ON FUNCTION formula_part(text, formula_token[], jsonb, int, int, int) IS
'Part of formula_sql: compiles one operand of a formula and the operators behind it that bind at least as strongly as asked.';

-- Compiles the call whose parenthesis is the next token.
CREATE FUNCTION formula_call(formula text, tokens formula_token[], operands jsonb, depth int, INOUT next int, OUT sql text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	arguments_limit CONSTANT int := 99;		-- a call of PostgreSQL has at most 100
	name formula_token := tokens[next - 1];
	first formula_token;
	part record;
	arguments text[] := '{}';
BEGIN
	IF name.token NOT IN ('min', 'max', 'abs', 'floor', 'ceil', 'round', 'first', 'present') THEN
		PERFORM refuse_expression('formula', formula, name.place, 'expected one of the functions min, max, abs, floor, ceil, round, first, present');
	END IF;
	LOOP
		next := next + 1;
		first := tokens[next];
		IF name.token = 'round' AND cardinality(arguments) = 1 THEN
			IF first.kind <> 'number' OR first.token !~ '^[0-9]$' THEN
				PERFORM refuse_expression('formula', formula, first.place, 'expected the decimals, 0 to 9,');
			END IF;
			arguments := arguments || first.token;
			next := next + 1;
		ELSE
			SELECT * INTO part FROM formula_part(formula, tokens, operands, 1, depth + 1, next) AS p;
			IF name.token <> 'present' THEN
				PERFORM refuse_text(formula, first, part.type);
			END IF;
			arguments := arguments || part.sql;
			next := part.next;
		END IF;
		EXIT WHEN tokens[next].kind <> 'sign' OR tokens[next].token <> ',';
		IF name.token IN ('abs', 'floor', 'ceil') OR name.token = 'round' AND cardinality(arguments) = 2 THEN
			PERFORM refuse_expression('formula', formula, tokens[next].place, format('expected ) behind the last argument of %s', name.token));
		ELSIF cardinality(arguments) >= arguments_limit THEN
			RAISE EXCEPTION '% has more than % arguments', name.token, arguments_limit USING ERRCODE = 'program_limit_exceeded';
		END IF;
	END LOOP;
	IF name.token = 'round' AND cardinality(arguments) = 1 THEN
		PERFORM refuse_expression('formula', formula, tokens[next].place, 'expected , and the decimals of round');
	ELSIF tokens[next].kind <> 'sign' OR tokens[next].token <> ')' THEN
		PERFORM refuse_expression('formula', formula, tokens[next].place, 'expected an operator, a comma or )');
	END IF;
	next := next + 1;
	sql := CASE name.token
		WHEN 'min' THEN format('least(%s)', array_to_string(arguments, ', '))
		WHEN 'max' THEN format('greatest(%s)', array_to_string(arguments, ', '))
		WHEN 'first' THEN format('coalesce(%s)', array_to_string(arguments, ', '))
		WHEN 'present' THEN format('pg_catalog.num_nonnulls(%s)::float8', array_to_string(arguments, ', '))
		WHEN 'round' THEN format('credence.score(credence_registry.rounding_card(%s), ARRAY[%s])', arguments[2], arguments[1])
		ELSE format('pg_catalog.%s(%s)', name.token, arguments[1]) END;
END $$;

COMMENT ON FUNCTION formula_call(text, formula_token[], jsonb, int, int) IS
'Part of formula_sql: compiles a call of one of the functions of formulas.';

-- Refuses a text where arithmetic needs a number.
CREATE FUNCTION refuse_text(formula text, operand formula_token, type text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF type = 'text' THEN
		PERFORM refuse_expression('formula', formula, operand.place, 'arithmetic needs a number, not a text,');
	END IF;
END $$;

COMMENT ON FUNCTION refuse_text(text, formula_token, text) IS 'Part of formula_sql: raises error 22P02 for an operand of type text.';

CREATE FUNCTION formula_sql(formula text, operands jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	tokens formula_token[] := formula_tokens(formula);
	part record;
BEGIN
	SELECT * INTO part FROM formula_part(formula, tokens, operands, 1, 1, 1) AS p;
	IF tokens[part.next].kind <> 'end' THEN
		PERFORM refuse_expression('formula', formula, tokens[part.next].place, 'expected an operator or the end');
	END IF;
	PERFORM refuse_text(formula, tokens[1], part.type);
	RETURN part.sql;
END $$;

COMMENT ON FUNCTION formula_sql(text, jsonb) IS
'SQL of a formula: an expression of type float8. operands is as in condition_sql. Only sql of operands reaches the outcome as it is. Overflow is error 22003 when it is computed, division by zero gives NULL. Error 22P02 names the character and what was expected, 54000 beyond a limit.';

CREATE FUNCTION formula_operands(formula text)
RETURNS TABLE (operand text, counted boolean)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	tokens formula_token[] := formula_tokens(formula);
	called text[] := '{}';		-- the function of each parenthesis that is open
	closes CONSTANT text[] := ARRAY[',', ')'];
BEGIN
	FOR i IN 1 .. cardinality(tokens) - 1
	LOOP
		IF tokens[i].kind = 'sign' AND tokens[i].token = '(' THEN
			called := called || CASE WHEN tokens[i - 1].kind = 'function' THEN tokens[i - 1].token ELSE '' END;
		ELSIF tokens[i].kind = 'sign' AND tokens[i].token = ')' THEN
			called := trim_array(called, least(1, cardinality(called)));
		ELSIF tokens[i].kind = 'name' THEN
			operand := tokens[i].token;
			counted := coalesce(called[cardinality(called)] = 'present' AND tokens[i + 1].token = ANY (closes)
				AND tokens[i - 1].token IN ('(', ','), false);
			RETURN NEXT;
		END IF;
	END LOOP;
END $$;

COMMENT ON FUNCTION formula_operands(text) IS
'The names in a formula, and whether each stands alone in present(), where it may be a text.';
