-- type bands

CREATE TYPE bands;

CREATE FUNCTION bands_in(cstring) RETURNS bands
    AS 'MODULE_PATHNAME', 'credence_bands_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_out(bands) RETURNS cstring
    AS 'MODULE_PATHNAME', 'credence_bands_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_recv(internal) RETURNS bands
    AS 'MODULE_PATHNAME', 'credence_bands_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_send(bands) RETURNS bytea
    AS 'MODULE_PATHNAME', 'credence_bands_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE bands (
    INPUT = bands_in,
    OUTPUT = bands_out,
    RECEIVE = bands_recv,
    SEND = bands_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

COMMENT ON TYPE bands IS
'Ordered cut points with labels, such as A >= 90, B >= 80, C >= 60, D. The first entry that matches wins; operators >= > <= < in one direction; a last label without operator means otherwise, without one the rest has no label. At most 256 entries, labels of at most 256 bytes.';
COMMENT ON FUNCTION bands_in(cstring) IS 'Reads the text form of bands; error 22P02 names the place and what was expected.';
COMMENT ON FUNCTION bands_out(bands) IS 'Writes the canonical text form of bands, which reads back as the same value.';
COMMENT ON FUNCTION bands_recv(internal) IS 'Reads the binary form of bands: a version byte, then the text form.';
COMMENT ON FUNCTION bands_send(bands) IS 'Writes the binary form of bands: a version byte, then the canonical text form.';

-- comparison of bands by canonical text

CREATE FUNCTION bands_eq(bands, bands) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_bands_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_ne(bands, bands) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_bands_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_lt(bands, bands) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_bands_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_le(bands, bands) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_bands_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_gt(bands, bands) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_bands_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_ge(bands, bands) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_bands_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_cmp(bands, bands) RETURNS integer
    AS 'MODULE_PATHNAME', 'credence_bands_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_hash(bands) RETURNS integer
    AS 'MODULE_PATHNAME', 'credence_bands_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION bands_hash_extended(bands, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'credence_bands_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR = (
    LEFTARG = bands, RIGHTARG = bands, FUNCTION = bands_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR <> (
    LEFTARG = bands, RIGHTARG = bands, FUNCTION = bands_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR < (
    LEFTARG = bands, RIGHTARG = bands, FUNCTION = bands_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR <= (
    LEFTARG = bands, RIGHTARG = bands, FUNCTION = bands_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR > (
    LEFTARG = bands, RIGHTARG = bands, FUNCTION = bands_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR >= (
    LEFTARG = bands, RIGHTARG = bands, FUNCTION = bands_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR CLASS bands_ops DEFAULT FOR TYPE bands USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 bands_cmp(bands, bands);
CREATE OPERATOR CLASS bands_hash_ops DEFAULT FOR TYPE bands USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 bands_hash(bands),
    FUNCTION 2 bands_hash_extended(bands, bigint);

COMMENT ON FUNCTION bands_eq(bands, bands) IS 'Implements operator =: whether the first canonical text is equal to the second, byte by byte.';
COMMENT ON OPERATOR = (bands, bands) IS 'Whether the first canonical text equals the second, byte by byte.';
COMMENT ON FUNCTION bands_ne(bands, bands) IS 'Implements operator <>: whether the first canonical text is not equal to the second, byte by byte.';
COMMENT ON OPERATOR <> (bands, bands) IS 'Whether the first canonical text does not equal the second, byte by byte.';
COMMENT ON FUNCTION bands_lt(bands, bands) IS 'Implements operator <: whether the first canonical text is before the second, byte by byte.';
COMMENT ON OPERATOR < (bands, bands) IS 'Whether the first canonical text is before the second, byte by byte.';
COMMENT ON FUNCTION bands_le(bands, bands) IS 'Implements operator <=: whether the first canonical text is before the second or equal to it, byte by byte.';
COMMENT ON OPERATOR <= (bands, bands) IS 'Whether the first canonical text is before the second or equal to it, byte by byte.';
COMMENT ON FUNCTION bands_gt(bands, bands) IS 'Implements operator >: whether the first canonical text is after the second, byte by byte.';
COMMENT ON OPERATOR > (bands, bands) IS 'Whether the first canonical text is after the second, byte by byte.';
COMMENT ON FUNCTION bands_ge(bands, bands) IS 'Implements operator >=: whether the first canonical text is after the second or equal to it, byte by byte.';
COMMENT ON OPERATOR >= (bands, bands) IS 'Whether the first canonical text is after the second or equal to it, byte by byte.';
COMMENT ON FUNCTION bands_cmp(bands, bands) IS 'Order of two values of bands by canonical text: -1, 0 or 1.';
COMMENT ON FUNCTION bands_hash(bands) IS 'Hash of the canonical text.';
COMMENT ON FUNCTION bands_hash_extended(bands, bigint) IS 'Hash of the canonical text with a seed.';
COMMENT ON OPERATOR CLASS bands_ops USING btree IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR FAMILY bands_ops USING btree IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR CLASS bands_hash_ops USING hash IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR FAMILY bands_hash_ops USING hash IS 'By canonical text, byte by byte.';

-- functions of bands

CREATE FUNCTION bands(cuts double precision[], labels text[]) RETURNS bands
    AS 'MODULE_PATHNAME', 'credence_bands_build' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION grade(bands bands, x double precision) RETURNS text
    AS 'MODULE_PATHNAME', 'credence_bands_grade' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION points(bands bands, x double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'credence_bands_points' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION notch(bands bands, label text) RETURNS integer
    AS 'MODULE_PATHNAME', 'credence_bands_notch' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION bands(double precision[], text[]) IS
'Bands from cuts and labels: descending cuts mean >=, ascending ones <=. With one label more than cuts, the last is otherwise. NULL elements and unsorted cuts are errors.';
COMMENT ON FUNCTION grade(bands, double precision) IS
'Label of the first entry that x matches; NULL where none does, and for NULL and NaN.';
COMMENT ON FUNCTION points(bands, double precision) IS
'Label of the first entry that x matches, as a number; NULL where none does, and for NULL and NaN. Error 22023 if that label is not a number.';
COMMENT ON FUNCTION notch(bands, text) IS
'Place of a label among the labels, 1 for the best-listed; NULL for a label that is none of them.';
