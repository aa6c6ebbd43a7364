
-- type norms

CREATE TYPE norms;

CREATE FUNCTION norms_in(cstring) RETURNS norms
    AS 'MODULE_PATHNAME', 'credence_norms_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION norms_out(norms) RETURNS cstring
    AS 'MODULE_PATHNAME', 'credence_norms_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION norms_recv(internal) RETURNS norms
    AS 'MODULE_PATHNAME', 'credence_norms_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION norms_send(norms) RETURNS bytea
    AS 'MODULE_PATHNAME', 'credence_norms_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE norms (
    INPUT = norms_in,
    OUTPUT = norms_out,
    RECEIVE = norms_recv,
    SEND = norms_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = external
);

COMMENT ON TYPE norms IS
'What a population looks like to a scorecard: for each standardised indicator (and group) the count of values and, as far as its method needs them, their exact sum and sum of squares, their range, or the different values with their counts. Made by the aggregate norms(), joined by rollup(). The text form is JSON; equal populations have equal text, whatever the order of their rows. At most 10,000,000 different values.';
COMMENT ON FUNCTION norms_in(cstring) IS 'Reads the text form of norms; error 22P02 names the place and what was expected.';
COMMENT ON FUNCTION norms_out(norms) IS 'Writes the canonical text form of norms, which reads back as the same bytes.';
COMMENT ON FUNCTION norms_recv(internal) IS 'Reads the binary form of norms, which begins with a version byte; error 22P03 says what is wrong.';
COMMENT ON FUNCTION norms_send(norms) IS 'Writes the binary form of norms, which begins with a version byte.';

-- equality of norms

CREATE FUNCTION norms_eq(norms, norms) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_norms_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION norms_ne(norms, norms) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_norms_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION norms_hash(norms) RETURNS integer
    AS 'MODULE_PATHNAME', 'credence_norms_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION norms_hash_extended(norms, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'credence_norms_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR = (
    LEFTARG = norms, RIGHTARG = norms, FUNCTION = norms_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES
);
CREATE OPERATOR <> (
    LEFTARG = norms, RIGHTARG = norms, FUNCTION = norms_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR CLASS norms_hash_ops DEFAULT FOR TYPE norms USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 norms_hash(norms),
    FUNCTION 2 norms_hash_extended(norms, bigint);

COMMENT ON FUNCTION norms_eq(norms, norms) IS 'Whether two norms are the same, bit for bit.';
COMMENT ON FUNCTION norms_ne(norms, norms) IS 'Whether two norms differ.';
COMMENT ON FUNCTION norms_hash(norms) IS 'Hash of norms.';
COMMENT ON FUNCTION norms_hash_extended(norms, bigint) IS 'Hash of norms with a seed.';
COMMENT ON OPERATOR = (norms, norms) IS 'the same norms, bit for bit';
COMMENT ON OPERATOR <> (norms, norms) IS 'different norms';
COMMENT ON OPERATOR FAMILY norms_hash_ops USING hash IS 'hashing of norms';
COMMENT ON OPERATOR CLASS norms_hash_ops USING hash IS 'hashing of norms: grouping, hash joins, distribution';

-- a look inside norms

CREATE FUNCTION norms_summary(norms norms,
    OUT kind text, OUT name text, OUT rows bigint, OUT count bigint,
    OUT mean double precision, OUT deviation double precision,
    OUT minimum double precision, OUT median double precision,
    OUT median_deviation double precision, OUT maximum double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'credence_norms_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 12;

COMMENT ON FUNCTION norms_summary(norms) IS
'The figures of norms, one row for each standardised indicator and then group, in card order and in the unit of its values: kind (indicator or group), name, rows of the population, count of those where it was not missing, mean, sample standard deviation, minimum, median, median distance from the median, maximum. NULL where its method does not need the figure, or too few values stand behind it.';
