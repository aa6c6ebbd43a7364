-- test/reference/compare.sql
--
-- Scores the generated rows by every route that the engine offers. Needs table.sql
-- run and its files loaded. Each route fills "results"; "mismatches" lists what
-- differs from the reference, bit for bit.

SET client_min_messages = warning;

INSERT INTO wide SELECT w.* FROM rows r, json_populate_record(NULL::wide, r.row) w WHERE r.row IS NOT NULL;
CREATE UNIQUE INDEX ON wide (case_no, row_no);

CREATE UNLOGGED TABLE results (
	route text,
	case_no int,
	row_no int,
	error text,					-- SQLSTATE
	message text,
	appraisal credence.appraisal,
	score float8,
	grade text
);



-- The population of each card that standardises.

CREATE UNLOGGED TABLE norms_of (
	case_no int PRIMARY KEY,
	norms credence.norms,
	error text,
	message text
);

-- Makes the norms of every card that needs them, in two steps where a group standardises.
CREATE FUNCTION make_norms() RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
	c record;
	made credence.norms;
BEGIN
	FOR c IN SELECT case_no, card::credence.scorecard AS card, card::jsonb -> 'groups' AS groups
		FROM cards WHERE needs_norms
	LOOP
		BEGIN
			SELECT credence.norms(c.card, vector) INTO made FROM populations p WHERE p.case_no = c.case_no;
			IF (SELECT bool_or(g ? 'standardise') FROM jsonb_array_elements(c.groups) g) THEN
				SELECT credence.norms(c.card, vector, made) INTO made FROM populations p WHERE p.case_no = c.case_no;
			END IF;
			INSERT INTO norms_of VALUES (c.case_no, made, NULL, NULL);
		EXCEPTION WHEN OTHERS THEN
			INSERT INTO norms_of VALUES (c.case_no, NULL, SQLSTATE, SQLERRM);
		END;
	END LOOP;
END
$$;


-- The card in each way in which a table can hold it. The filler makes a row long enough
-- that PostgreSQL does something about the card.

CREATE TABLE cards_plain (case_no int PRIMARY KEY, card credence.scorecard);
ALTER TABLE cards_plain ALTER card SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160);	-- plain if it fits a page
CREATE TABLE cards_compressed (case_no int PRIMARY KEY, card credence.scorecard, filler text);
ALTER TABLE cards_compressed ALTER card SET STORAGE MAIN, ALTER filler SET STORAGE PLAIN;
CREATE TABLE cards_external (case_no int PRIMARY KEY, card credence.scorecard, filler text);
ALTER TABLE cards_external ALTER card SET STORAGE EXTERNAL, ALTER filler SET STORAGE PLAIN;
CREATE TABLE cards_extended (case_no int PRIMARY KEY, card credence.scorecard, filler text);
ALTER TABLE cards_extended ALTER card SET STORAGE EXTENDED, ALTER filler SET STORAGE PLAIN;

CREATE FUNCTION store_cards() RETURNS void LANGUAGE sql AS
$$
	INSERT INTO cards_plain SELECT case_no, card::credence.scorecard FROM cards;
	INSERT INTO cards_compressed SELECT case_no, card, repeat('x', 2100) FROM cards_plain;
	INSERT INTO cards_external SELECT case_no, card, repeat('x', 2100) FROM cards_plain;
	INSERT INTO cards_extended SELECT case_no, card, repeat('x', 2100) FROM cards_plain;
	ANALYZE cards_plain, cards_compressed, cards_external, cards_extended, wide, rows, norms_of;
$$;


-- The routes: where the card comes from, what is scored, and what the rows to be scored,
-- which are "rows e", are joined with to get at both.

CREATE TABLE routes (
	route text PRIMARY KEY,
	card text,					-- LITERAL, CANONICAL and $1 need a statement per card
	given text,
	source text,
	every int					-- which cards: all, every fifth ...
);
INSERT INTO routes VALUES
	('card a literal, vector', 'LITERAL', 'e.vector', '', 1),
	('card a parameter, vector', '$1', 'e.vector', '', 5),
	('card in canonical text, vector', 'CANONICAL', 'e.vector', '', 5),
	('card plain, vector', 'k.card', 'e.vector', 'JOIN cards_plain k ON k.case_no = e.case_no', 1),
	('card compressed, vector', 'k.card', 'e.vector', 'JOIN cards_compressed k ON k.case_no = e.case_no', 1),
	('card external, vector', 'k.card', 'e.vector', 'JOIN cards_external k ON k.case_no = e.case_no', 1),
	('card compressed and external, vector', 'k.card', 'e.vector', 'JOIN cards_extended k ON k.case_no = e.case_no', 1),
	('card from a subquery, vector', '(SELECT card FROM cards_extended k WHERE k.case_no = e.case_no)', 'e.vector', '', 5),
	('card a literal, whole row', 'LITERAL', 't', 'JOIN wide t ON t.case_no = e.case_no AND t.row_no = e.row_no', 1),
	('card a literal, whole row or none', 'LITERAL', 't', 'LEFT JOIN wide t ON t.case_no = e.case_no AND t.row_no = e.row_no', 5),
	('card a literal, row of a flattened subquery', 'LITERAL', 't',
		'JOIN (SELECT *, case_no + 1 AS more FROM wide) t ON t.case_no = e.case_no AND t.row_no = e.row_no', 5),
	('card a literal, row of a subquery', 'LITERAL', 't',
		'JOIN LATERAL (SELECT * FROM wide w WHERE w.case_no = e.case_no AND w.row_no = e.row_no OFFSET 0) t ON true', 5),
	('card a parameter, composite value', '$1', 't.value',
		'JOIN LATERAL (SELECT w AS value FROM wide w WHERE w.case_no = e.case_no AND w.row_no = e.row_no OFFSET 0) t ON true', 5),
	('card external, whole row', 'k.card', 't',
		'JOIN cards_external k ON k.case_no = e.case_no JOIN wide t ON t.case_no = e.case_no AND t.row_no = e.row_no', 1),
	('card plain, inputs of a row', 'k.card', 'credence.inputs(k.card, t)',
		'JOIN cards_plain k ON k.case_no = e.case_no JOIN wide t ON t.case_no = e.case_no AND t.row_no = e.row_no', 1);

-- The statement that scores by a route the rows that the condition takes.
CREATE FUNCTION statement(r routes, card text, needs_norms boolean, condition text) RETURNS text LANGUAGE sql AS
$$
	SELECT format(
		'INSERT INTO results SELECT %L, e.case_no, e.row_no, NULL, NULL, credence.appraise%s, credence.score%s, credence.grade%s'
		' FROM rows e%s %s WHERE %s',
		r.route, call, call, call,
		CASE WHEN needs_norms THEN ' JOIN norms_of n ON n.case_no = e.case_no AND n.error IS NULL' ELSE '' END, r.source, condition)
	FROM (SELECT format('(%s, %s%s)',
		CASE r.card
			WHEN 'LITERAL' THEN quote_literal(card) || '::credence.scorecard'
			WHEN 'CANONICAL' THEN quote_literal(card::credence.scorecard) || '::credence.scorecard'
			ELSE r.card END,
		r.given, CASE WHEN needs_norms THEN ', n.norms' ELSE '' END)) AS c(call)
$$;

-- Runs a statement for a case, or one row of it; an error goes to the results instead.
CREATE FUNCTION attempt(route text, statement text, card credence.scorecard, case_no int, row_no int) RETURNS void
LANGUAGE plpgsql AS
$$
BEGIN
	EXECUTE statement USING card;
EXCEPTION WHEN OTHERS THEN
	INSERT INTO results VALUES (route, case_no, row_no, SQLSTATE, SQLERRM);
END
$$;

-- Runs the route for all cards in one statement; false if that ends with an error.
CREATE FUNCTION attempt_all(r routes) RETURNS boolean LANGUAGE plpgsql AS
$$
DECLARE
	needs boolean;
BEGIN
	FOREACH needs IN ARRAY '{f,t}'::boolean[]
	LOOP
		EXECUTE statement(r, NULL, needs, format('e.error IS NULL AND e.case_no IN
			(SELECT case_no FROM cards WHERE needs_norms = %L AND case_no %% %s = 0)', needs, r.every));
	END LOOP;
	RETURN true;
EXCEPTION WHEN OTHERS THEN
	RETURN false;
END
$$;

-- Scores everything by one route: rows that have to score together, rows that have to
-- be refused one by one.
CREATE FUNCTION run_route(name text) RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
	r routes;
	c record;
	e record;
BEGIN
	SELECT * INTO r FROM routes WHERE route = name;
	IF r.card IN ('LITERAL', 'CANONICAL', '$1') OR NOT attempt_all(r) THEN
		FOR c IN SELECT case_no, card, card::credence.scorecard AS value, needs_norms FROM cards WHERE case_no % r.every = 0
		LOOP
			PERFORM attempt(name, statement(r, c.card, c.needs_norms, format('e.case_no = %s AND e.error IS NULL', c.case_no)),
				c.value, c.case_no, NULL);
		END LOOP;
	END IF;

	FOR e IN SELECT * FROM rows JOIN cards USING (case_no)
		WHERE error IS NOT NULL AND norms_error IS NULL AND case_no % r.every = 0 AND (kind = 'record' OR r.given = 'e.vector')
	LOOP
		PERFORM attempt(name, statement(r, e.card, e.needs_norms AND e.kind <> 'bare',
			format('e.case_no = %s AND e.row_no = %s', e.case_no, e.row_no)), e.card::credence.scorecard, e.case_no, e.row_no);
	END LOOP;
END
$$;


-- What differs from the reference.

CREATE FUNCTION same(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT float8send(a) IS NOT DISTINCT FROM float8send(b) $$;
CREATE FUNCTION same(a float8[], b float8[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT array_send(a) IS NOT DISTINCT FROM array_send(b) $$;
CREATE FUNCTION same(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT a IS NOT DISTINCT FROM b $$;

CREATE VIEW mismatches AS
SELECT o.route, e.case_no, e.row_no, e.kind, d.part, d.expected, d.found
FROM routes p
CROSS JOIN rows e
JOIN cards c USING (case_no)
LEFT JOIN results o ON o.route = p.route AND o.case_no = e.case_no AND coalesce(o.row_no, e.row_no) = e.row_no,
LATERAL (VALUES
	('outcome', coalesce(e.error, 'scored'),
		CASE WHEN o.route IS NULL THEN 'nothing' WHEN o.error IS NULL THEN 'scored' ELSE o.error || ' ' || o.message END,
		CASE WHEN o.route IS NULL THEN false ELSE o.error IS NOT DISTINCT FROM e.error OR (e.error = 'error' AND o.error IS NOT NULL) END),
	('score', e.score::text, (o.appraisal).score::text, same(e.score, (o.appraisal).score)),
	('score()', e.score::text, o.score::text, same(e.score, o.score)),
	('grade', e.grade, (o.appraisal).grade, same(e.grade, (o.appraisal).grade)),
	('grade()', e.grade, o.grade, same(e.grade, o.grade)),
	('notch', e.notch::text, (o.appraisal).notch::text, e.notch IS NOT DISTINCT FROM (o.appraisal).notch),
	('rated', e.rated::text, (o.appraisal).rated::text, e.rated IS NOT DISTINCT FROM (o.appraisal).rated),
	('coverage', e.coverage::text, (o.appraisal).coverage::text, same(e.coverage, (o.appraisal).coverage)),
	('points', e.points::text, (o.appraisal).points::text, same(e.points, (o.appraisal).points)),
	('group_scores', e.group_scores::text, (o.appraisal).group_scores::text, same(e.group_scores, (o.appraisal).group_scores)),
	('vetoes', e.vetoes::text, (o.appraisal).vetoes::text, e.vetoes IS NOT DISTINCT FROM (o.appraisal).vetoes),
	('reasons', e.reasons::text, (o.appraisal).reasons::text, e.reasons IS NOT DISTINCT FROM (o.appraisal).reasons),
	('score_before', e.score_before::text, (o.appraisal).score_before::text, same(e.score_before, (o.appraisal).score_before)),
	('grade_before', e.grade_before, (o.appraisal).grade_before, same(e.grade_before, (o.appraisal).grade_before))
) AS d(part, expected, found, agrees)
WHERE NOT d.agrees AND e.case_no % p.every = 0 AND c.norms_error IS NULL AND (e.kind = 'record' OR p.given = 'e.vector')
	AND (d.part = 'outcome' OR (e.error IS NULL AND o.error IS NULL));


-- A row that an outer join did not find stays NULL.
CREATE VIEW null_row_mismatches AS
SELECT o.* FROM results o JOIN rows e USING (case_no, row_no)
WHERE o.route = 'card a literal, whole row or none' AND e.kind <> 'record' AND o.error IS NULL
	AND (o.appraisal IS DISTINCT FROM NULL OR o.score IS NOT NULL OR o.grade IS NOT NULL);

-- The input vector of every record, compared as numbers: -0 and 0 are the same input.
CREATE VIEW input_mismatches AS
SELECT e.case_no, e.row_no, e.vector AS expected, credence.inputs(k.card, t) AS found
FROM wide t JOIN rows e USING (case_no, row_no) JOIN cards_plain k USING (case_no)
WHERE 'Infinity' <> ALL (array_remove(e.vector, NULL)) AND '-Infinity' <> ALL (array_remove(e.vector, NULL))
	AND e.vector IS DISTINCT FROM credence.inputs(k.card, t);

-- The contributions of explain_score add up to the score as it is printed.
CREATE VIEW explanation_mismatches AS
SELECT e.case_no, e.row_no, e.score, x.total
FROM rows e JOIN cards c USING (case_no) JOIN cards_plain k USING (case_no) LEFT JOIN norms_of n USING (case_no)
CROSS JOIN LATERAL (
	SELECT sum(contribution) AS total FROM credence.explain_score(k.card, e.vector) HAVING NOT c.needs_norms
	UNION ALL
	SELECT sum(contribution) FROM credence.explain_score(k.card, e.vector, n.norms) HAVING c.needs_norms) x
WHERE e.error IS NULL AND e.kind <> 'bare' AND n.error IS NULL
	AND e.score IS NOT NULL AND x.total IS DISTINCT FROM e.score::text::numeric;

-- What the engine says of a vector, nothing where it cannot be scored.
CREATE FUNCTION appraise_or_null(card credence.scorecard, vector float8[], norms credence.norms)
RETURNS credence.appraisal LANGUAGE plpgsql AS
$$
BEGIN
	RETURN CASE WHEN norms IS NULL THEN credence.appraise(card, vector) ELSE credence.appraise(card, vector, norms) END;
EXCEPTION WHEN data_exception OR object_not_in_prerequisite_state THEN
	RETURN NULL;
END
$$;

-- The improvements of a vector, none where it cannot be scored.
CREATE FUNCTION improvements(card credence.scorecard, vector float8[], norms credence.norms)
RETURNS TABLE (indicator text, value_from float8, value_to float8, score_after float8, grade_after text, input text, category text)
LANGUAGE plpgsql AS
$$
BEGIN
	IF norms IS NULL THEN
		RETURN QUERY SELECT * FROM credence.improve(card, vector);
	ELSE
		RETURN QUERY SELECT * FROM credence.improve(card, vector, norms);
	END IF;
END
$$;

-- Whether an appraisal is better than the one before, as improve() means it.
CREATE FUNCTION is_better(before credence.appraisal, after credence.appraisal) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$
	SELECT coalesce((after).rated, false)
		AND (NOT (before).rated OR ((after).notch IS NOT NULL AND ((before).notch IS NULL OR (after).notch < (before).notch)))
$$;

-- Every improvement, with the place of its input and the step that it moves in (NULL for texts, and where only
-- conditions read it).
CREATE VIEW improvements_made AS
SELECT e.case_no, e.row_no, k.card, n.norms, e.vector, i.*, s.place, s.step, b.before
FROM rows e JOIN cards c USING (case_no) JOIN cards_plain k USING (case_no) LEFT JOIN norms_of n USING (case_no)
CROSS JOIN LATERAL (
	SELECT appraise_or_null(k.card, e.vector, CASE WHEN c.needs_norms THEN n.norms END) AS before) b
CROSS JOIN LATERAL improvements(k.card, e.vector, CASE WHEN c.needs_norms THEN n.norms END) i
CROSS JOIN LATERAL (
	SELECT array_position(credence.input_names(k.card), i.input) AS place,
		(SELECT CASE WHEN NOT bool_or(j ? 'categories')
			THEN min(coalesce((j ->> 'step')::numeric, 10 ^ (- coalesce((k.card::jsonb ->> 'decimals')::numeric, 6)))) END
			FROM jsonb_array_elements(k.card::jsonb -> 'indicators') j
			WHERE coalesce(j ->> 'input', j ->> 'name') = i.input) AS step) s
WHERE e.error IS NULL AND e.kind <> 'bare' AND n.error IS NULL AND e.row_no <= 3;

-- An improvement reaches what it says, and one step less does not.
CREATE VIEW improvement_mismatches AS
SELECT m.case_no, m.row_no, m.indicator, m.value_from, m.value_to, m.step, x.after, y.less
FROM improvements_made m
CROSS JOIN LATERAL (
	SELECT appraise_or_null(m.card, m.vector[:m.place - 1] || m.value_to || m.vector[m.place + 1:], m.norms) AS after) x
CROSS JOIN LATERAL (
	SELECT CASE WHEN m.value_from IS NOT NULL
			AND abs(m.value_to - m.value_from)::numeric > 1.5 * m.step
			AND greatest(abs(m.value_from), abs(m.value_to))::numeric < 1e12 * m.step THEN	-- beyond some size, doubles do not tell steps apart
		appraise_or_null(m.card, m.vector[:m.place - 1] || b.value || m.vector[m.place + 1:], m.norms) END AS less
	FROM (SELECT (m.value_to::text::numeric - sign(m.value_to - m.value_from)::numeric * m.step)::float8 AS value) b) y
WHERE m.place IS NULL
	OR m.value_from IS DISTINCT FROM m.vector[m.place]
	OR NOT is_better(m.before, x.after)
	OR (x.after).grade IS DISTINCT FROM m.grade_after
	OR (x.after).score IS DISTINCT FROM m.score_after
	OR (y.less IS NOT NULL AND is_better(m.before, y.less));

-- Norms read back from their text, and put together from two halves.
CREATE VIEW norms_mismatches AS
SELECT n.case_no, n.norms::text AS whole, n.norms::text::credence.norms::text AS read_back, h.halves
FROM norms_of n JOIN cards_plain k USING (case_no)
CROSS JOIN LATERAL (
	SELECT credence.rollup(half)::text AS halves
	FROM (SELECT credence.norms(k.card, vector) AS half
		FROM (SELECT vector, row_number() OVER () % 2 AS side FROM populations p WHERE p.case_no = n.case_no) v
		GROUP BY side) s) h
WHERE n.error IS NULL AND (n.norms::text <> n.norms::text::credence.norms::text
	OR (h.halves <> n.norms::text AND NOT EXISTS (
		SELECT FROM cards c, jsonb_array_elements(c.card::jsonb -> 'groups') g WHERE c.case_no = n.case_no AND g ? 'standardise')));

-- More is never worse where the direction is "higher", never better where it is "lower".
CREATE VIEW monotone_mismatches AS
SELECT m.*, a.low, a.high
FROM monotone m JOIN cards c USING (case_no) JOIN cards_plain k USING (case_no) LEFT JOIN norms_of n USING (case_no)
CROSS JOIN LATERAL (
	SELECT (credence.appraise(k.card, m.first)).score_before, (credence.appraise(k.card, m.second)).score_before WHERE NOT c.needs_norms
	UNION ALL
	SELECT (credence.appraise(k.card, m.first, n.norms)).score_before, (credence.appraise(k.card, m.second, n.norms)).score_before
	WHERE c.needs_norms) a(low, high)
WHERE (CASE m.direction WHEN 'higher' THEN a.low <= a.high ELSE a.low >= a.high END) IS NOT TRUE;

-- Norms have to fail where the reference says so, and only there.
CREATE VIEW norms_error_mismatches AS
SELECT c.case_no, c.norms_error AS expected, n.error AS found, n.message
FROM cards c JOIN norms_of n USING (case_no) WHERE c.norms_error IS DISTINCT FROM n.error;

-- What reading a card says: NULL where it is accepted.
CREATE FUNCTION refusal(card text) RETURNS text LANGUAGE plpgsql AS
$$
BEGIN
	PERFORM card::credence.scorecard;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;

CREATE VIEW broken_mismatches AS
SELECT b.rule, b.path, left(b.card, 2000) AS card, r.refusal
FROM broken b CROSS JOIN LATERAL (SELECT refusal(b.card)) r(refusal)
WHERE CASE WHEN b.path IS NULL THEN r.refusal IS NOT NULL
	ELSE coalesce(r.refusal, '') !~ '^(22|54)' OR strpos(r.refusal, b.path) = 0 END;

-- A card that is printed and read again prints the same, and is equal to what it was.
CREATE VIEW round_trip_mismatches AS
SELECT c.case_no, k.card::text AS first, k.card::text::credence.scorecard::text AS second
FROM cards c JOIN cards_plain k USING (case_no)
WHERE k.card::text <> k.card::text::credence.scorecard::text OR k.card OPERATOR(credence.<>) k.card::text::credence.scorecard;

CREATE VIEW refused_cards AS
SELECT case_no, refusal(card) FROM cards WHERE refusal(card) IS NOT NULL;
