
-- type scorecard

CREATE TYPE scorecard;

CREATE FUNCTION scorecard_in(cstring) RETURNS scorecard
    AS 'MODULE_PATHNAME', 'credence_scorecard_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_out(scorecard) RETURNS cstring
    AS 'MODULE_PATHNAME', 'credence_scorecard_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_recv(internal) RETURNS scorecard
    AS 'MODULE_PATHNAME', 'credence_scorecard_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_send(scorecard) RETURNS bytea
    AS 'MODULE_PATHNAME', 'credence_scorecard_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE scorecard (
    INPUT = scorecard_in,
    OUTPUT = scorecard_out,
    RECEIVE = scorecard_recv,
    SEND = scorecard_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

COMMENT ON TYPE scorecard IS
'A whole scoring scheme as one value: indicators, groups, aggregation, rating conditions, grades and vetoes. The text form is JSON, canonical on output; the format is described in doc/scorecard.md. At most 1 MB of text, 1000 indicators, 200 groups, 100 vetoes.';
COMMENT ON FUNCTION scorecard_in(cstring) IS 'Reads the text form of scorecard; error 22P02 names the place and what was expected.';
COMMENT ON FUNCTION scorecard_out(scorecard) IS 'Writes the canonical text form of scorecard, which reads back as the same value.';
COMMENT ON FUNCTION scorecard_recv(internal) IS 'Reads the binary form of scorecard: a version byte, then the text form.';
COMMENT ON FUNCTION scorecard_send(scorecard) IS 'Writes the binary form of scorecard: a version byte, then the canonical text form.';

-- comparison of scorecard by canonical text

CREATE FUNCTION scorecard_eq(scorecard, scorecard) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_scorecard_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_ne(scorecard, scorecard) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_scorecard_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_lt(scorecard, scorecard) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_scorecard_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_le(scorecard, scorecard) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_scorecard_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_gt(scorecard, scorecard) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_scorecard_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_ge(scorecard, scorecard) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_scorecard_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_cmp(scorecard, scorecard) RETURNS integer
    AS 'MODULE_PATHNAME', 'credence_scorecard_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_hash(scorecard) RETURNS integer
    AS 'MODULE_PATHNAME', 'credence_scorecard_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION scorecard_hash_extended(scorecard, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'credence_scorecard_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR = (
    LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR <> (
    LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR < (
    LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR <= (
    LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR > (
    LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR >= (
    LEFTARG = scorecard, RIGHTARG = scorecard, FUNCTION = scorecard_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR CLASS scorecard_ops DEFAULT FOR TYPE scorecard USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 scorecard_cmp(scorecard, scorecard);
CREATE OPERATOR CLASS scorecard_hash_ops DEFAULT FOR TYPE scorecard USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 scorecard_hash(scorecard),
    FUNCTION 2 scorecard_hash_extended(scorecard, bigint);

COMMENT ON FUNCTION scorecard_eq(scorecard, scorecard) IS 'Implements operator =: whether the first canonical text is equal to the second, byte by byte.';
COMMENT ON OPERATOR = (scorecard, scorecard) IS 'Whether the first canonical text equals the second, byte by byte.';
COMMENT ON FUNCTION scorecard_ne(scorecard, scorecard) IS 'Implements operator <>: whether the first canonical text is not equal to the second, byte by byte.';
COMMENT ON OPERATOR <> (scorecard, scorecard) IS 'Whether the first canonical text does not equal the second, byte by byte.';
COMMENT ON FUNCTION scorecard_lt(scorecard, scorecard) IS 'Implements operator <: whether the first canonical text is before the second, byte by byte.';
COMMENT ON OPERATOR < (scorecard, scorecard) IS 'Whether the first canonical text is before the second, byte by byte.';
COMMENT ON FUNCTION scorecard_le(scorecard, scorecard) IS 'Implements operator <=: whether the first canonical text is before the second or equal to it, byte by byte.';
COMMENT ON OPERATOR <= (scorecard, scorecard) IS 'Whether the first canonical text is before the second or equal to it, byte by byte.';
COMMENT ON FUNCTION scorecard_gt(scorecard, scorecard) IS 'Implements operator >: whether the first canonical text is after the second, byte by byte.';
COMMENT ON OPERATOR > (scorecard, scorecard) IS 'Whether the first canonical text is after the second, byte by byte.';
COMMENT ON FUNCTION scorecard_ge(scorecard, scorecard) IS 'Implements operator >=: whether the first canonical text is after the second or equal to it, byte by byte.';
COMMENT ON OPERATOR >= (scorecard, scorecard) IS 'Whether the first canonical text is after the second or equal to it, byte by byte.';
COMMENT ON FUNCTION scorecard_cmp(scorecard, scorecard) IS 'Order of two values of scorecard by canonical text: -1, 0 or 1.';
COMMENT ON FUNCTION scorecard_hash(scorecard) IS 'Hash of the canonical text.';
COMMENT ON FUNCTION scorecard_hash_extended(scorecard, bigint) IS 'Hash of the canonical text with a seed.';
COMMENT ON OPERATOR CLASS scorecard_ops USING btree IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR FAMILY scorecard_ops USING btree IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR CLASS scorecard_hash_ops USING hash IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR FAMILY scorecard_hash_ops USING hash IS 'By canonical text, byte by byte.';

CREATE CAST (jsonb AS scorecard) WITH INOUT;
CREATE CAST (json AS scorecard) WITH INOUT;
CREATE CAST (scorecard AS jsonb) WITH INOUT;
CREATE CAST (scorecard AS json) WITH INOUT;

COMMENT ON CAST (jsonb AS scorecard) IS 'Reads the JSON as the text form of a scorecard.';
COMMENT ON CAST (json AS scorecard) IS 'Reads the JSON as the text form of a scorecard.';
COMMENT ON CAST (scorecard AS jsonb) IS 'The canonical text of the scorecard as jsonb.';
COMMENT ON CAST (scorecard AS json) IS 'The canonical text of the scorecard as json.';

-- what stands where in the vectors of a card

CREATE FUNCTION input_names(card scorecard) RETURNS text[]
    AS 'MODULE_PATHNAME', 'credence_input_names' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION indicator_names(card scorecard) RETURNS text[]
    AS 'MODULE_PATHNAME', 'credence_indicator_names' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION group_names(card scorecard) RETURNS text[]
    AS 'MODULE_PATHNAME', 'credence_group_names' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION input_names(scorecard) IS
'The columns that the card reads, in the order of inputs(card, row): those of its indicators by first mention, then those that only conditions name.';
COMMENT ON FUNCTION indicator_names(scorecard) IS
'The indicators of the card, in the order of the points of an appraisal.';
COMMENT ON FUNCTION group_names(scorecard) IS
'The groups of the card, in the order of the group scores of an appraisal; empty where it has none.';
