-- k-anonymity and l-diversity, measured over chosen columns

CREATE TYPE class_counts;

CREATE FUNCTION class_counts_in(cstring) RETURNS class_counts
	AS 'MODULE_PATHNAME', 'credence_class_counts_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION class_counts_out(class_counts) RETURNS cstring
	AS 'MODULE_PATHNAME', 'credence_class_counts_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION class_counts_recv(internal) RETURNS class_counts
	AS 'MODULE_PATHNAME', 'credence_class_counts_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION class_counts_send(class_counts) RETURNS bytea
	AS 'MODULE_PATHNAME', 'credence_class_counts_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE class_counts (
	INPUT = class_counts_in,
	OUTPUT = class_counts_out,
	RECEIVE = class_counts_recv,
	SEND = class_counts_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = external
);

CREATE FUNCTION class_counts_accum(class_counts, class anyelement) RETURNS class_counts
	AS 'MODULE_PATHNAME', 'credence_class_counts_accum' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION class_counts_accum(class_counts, class anyelement, sensitive anycompatible) RETURNS class_counts
	AS 'MODULE_PATHNAME', 'credence_class_counts_accum' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION class_counts_combine(class_counts, class_counts) RETURNS class_counts
	AS 'MODULE_PATHNAME', 'credence_class_counts_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION class_counts_k(class_counts) RETURNS bigint
	AS 'MODULE_PATHNAME', 'credence_class_counts_k' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION class_counts_l(class_counts) RETURNS bigint
	AS 'MODULE_PATHNAME', 'credence_class_counts_l' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE k_anonymity(class anyelement) (
	SFUNC = class_counts_accum,
	STYPE = class_counts,
	SSPACE = 4096,
	FINALFUNC = class_counts_k,
	COMBINEFUNC = class_counts_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE l_diversity(class anyelement, sensitive anycompatible) (
	SFUNC = class_counts_accum,
	STYPE = class_counts,
	SSPACE = 4096,
	FINALFUNC = class_counts_l,
	COMBINEFUNC = class_counts_combine,
	PARALLEL = SAFE
);

COMMENT ON TYPE class_counts IS
'How often classes stand with values, as k_anonymity and l_diversity collect them: {"class":count, "class"="value":count, NULL:count, ...}, in any order; a quote within a text is doubled. Up to 5,000,000 different ones.';
COMMENT ON FUNCTION class_counts_in(cstring) IS 'Text input of class_counts; counts are whole and from 1 to 2^53.';
COMMENT ON FUNCTION class_counts_out(class_counts) IS 'Text output of class_counts, ascending by the bytes of class and value; equal values have equal text.';
COMMENT ON FUNCTION class_counts_recv(internal) IS 'Binary input of class_counts; begins with a version byte.';
COMMENT ON FUNCTION class_counts_send(class_counts) IS 'Binary output of class_counts; begins with a version byte.';
COMMENT ON FUNCTION class_counts_accum(class_counts, anyelement) IS 'Transition function of k_anonymity.';
COMMENT ON FUNCTION class_counts_accum(class_counts, anyelement, anycompatible) IS 'Transition function of l_diversity.';
COMMENT ON FUNCTION class_counts_combine(class_counts, class_counts) IS 'Combine function of k_anonymity and l_diversity.';
COMMENT ON FUNCTION class_counts_k(class_counts) IS 'How many rows the smallest of the collected classes has; NULL where there are none.';
COMMENT ON FUNCTION class_counts_l(class_counts) IS 'The smallest number of different values in one of the collected classes, those without any value left out; NULL where there are none.';
COMMENT ON AGGREGATE k_anonymity(anyelement) IS
'How many rows the smallest class has (k-anonymity): k_anonymity(ROW(level, region, age)) goes by several columns, which together are the class. Two rows are of one class where it is written alike; NULLs are alike, also within a row. 1: somebody is alone in a class. NULL without rows. The order of rows does not matter; up to 5,000,000 classes. After Samarati and Sweeney (1998).';
COMMENT ON AGGREGATE l_diversity(anyelement, anycompatible) IS
'The smallest number of different values of a sensitive column in one class (distinct l-diversity): l_diversity(ROW(level, region), grade). 1: who knows the class of somebody knows the value. Classes are as in k_anonymity. A NULL is no value; a class of NULLs alone tells nothing and does not count. NULL without any value. After Machanavajjhala et al. (2007).';

-- Which classes those are, of any table or view that the caller may read.
CREATE FUNCTION small_classes(relation regclass, columns text[], k bigint, sensitive text DEFAULT NULL, l bigint DEFAULT NULL)
RETURNS TABLE (class jsonb, size bigint, diversity bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	missing text := (SELECT string_agg(format('"%s"', n.name), ', ' ORDER BY n.name) FROM unnest(columns || sensitive) n (name)
		WHERE n.name IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = n.name AND a.attnum > 0 AND NOT a.attisdropped));
	written text;
BEGIN
	IF relation IS NULL OR coalesce(cardinality(columns), 0) = 0 OR array_position(columns, NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'a table and the columns that make the classes must be given' USING ERRCODE = 'null_value_not_allowed';
	ELSIF missing IS NOT NULL THEN
		RAISE EXCEPTION 'relation "%" has no column %', relation, missing USING ERRCODE = 'undefined_column';
	ELSIF (sensitive IS NULL) <> (l IS NULL) THEN
		RAISE EXCEPTION 'the sensitive column and l go together' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT string_agg(format('%I::text AS %I', c.name, c.name), ', ' ORDER BY c.n) INTO written FROM unnest(columns) WITH ORDINALITY c (name, n);
	RETURN QUERY EXECUTE format('SELECT to_jsonb(c), count(*), count(DISTINCT s) FROM (SELECT (SELECT r FROM (SELECT %s) r) AS c, %s AS s FROM %s) q
		GROUP BY c HAVING count(*) < $1 OR count(DISTINCT s) BETWEEN 1 AND $2 - 1 ORDER BY count(*), to_jsonb(c)::text COLLATE "C"',
		written, CASE WHEN sensitive IS NULL THEN 'NULL::text' ELSE format('%I::text', sensitive) END, relation) USING k, l;
END $$;

COMMENT ON FUNCTION small_classes(regclass, text[], bigint, text, bigint) IS
'The classes that columns of a table or view make which have fewer than k rows or, with a sensitive column, fewer than l different values of it: the class as an object of texts, its size, and how many values (0 without a sensitive column). The smallest come first; no rows: k-anonymity and l-diversity hold. Classes and NULLs are those of k_anonymity and l_diversity. With the rights of who asks. Errors: 42703 for a column that is not there, 22004 without columns, 22023 where only one of sensitive and l is given.';
