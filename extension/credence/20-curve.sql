
-- type curve

CREATE TYPE curve;

CREATE FUNCTION curve_in(cstring) RETURNS curve
    AS 'MODULE_PATHNAME', 'credence_curve_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_out(curve) RETURNS cstring
    AS 'MODULE_PATHNAME', 'credence_curve_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_recv(internal) RETURNS curve
    AS 'MODULE_PATHNAME', 'credence_curve_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_send(curve) RETURNS bytea
    AS 'MODULE_PATHNAME', 'credence_curve_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE curve (
    INPUT = curve_in,
    OUTPUT = curve_out,
    RECEIVE = curve_recv,
    SEND = curve_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

COMMENT ON TYPE curve IS
'Piecewise-linear function given by its knots, such as 0:0, 60:40, 60:70, 100:100; x ascending, clamped outside. A repeated x is a jump: the value there is the later one, or the one marked :=. At most 1024 knots.';
COMMENT ON FUNCTION curve_in(cstring) IS 'Reads the text form of curve; error 22P02 names the place and what was expected.';
COMMENT ON FUNCTION curve_out(curve) IS 'Writes the canonical text form of curve, which reads back as the same value.';
COMMENT ON FUNCTION curve_recv(internal) IS 'Reads the binary form of curve: a version byte, then the text form.';
COMMENT ON FUNCTION curve_send(curve) IS 'Writes the binary form of curve: a version byte, then the canonical text form.';

-- comparison of curve by canonical text

CREATE FUNCTION curve_eq(curve, curve) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_curve_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_ne(curve, curve) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_curve_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_lt(curve, curve) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_curve_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_le(curve, curve) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_curve_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_gt(curve, curve) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_curve_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_ge(curve, curve) RETURNS boolean
    AS 'MODULE_PATHNAME', 'credence_curve_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_cmp(curve, curve) RETURNS integer
    AS 'MODULE_PATHNAME', 'credence_curve_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_hash(curve) RETURNS integer
    AS 'MODULE_PATHNAME', 'credence_curve_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION curve_hash_extended(curve, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'credence_curve_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR = (
    LEFTARG = curve, RIGHTARG = curve, FUNCTION = curve_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR <> (
    LEFTARG = curve, RIGHTARG = curve, FUNCTION = curve_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR < (
    LEFTARG = curve, RIGHTARG = curve, FUNCTION = curve_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR <= (
    LEFTARG = curve, RIGHTARG = curve, FUNCTION = curve_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR > (
    LEFTARG = curve, RIGHTARG = curve, FUNCTION = curve_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR >= (
    LEFTARG = curve, RIGHTARG = curve, FUNCTION = curve_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);

CREATE OPERATOR CLASS curve_ops DEFAULT FOR TYPE curve USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 curve_cmp(curve, curve);
CREATE OPERATOR CLASS curve_hash_ops DEFAULT FOR TYPE curve USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 curve_hash(curve),
    FUNCTION 2 curve_hash_extended(curve, bigint);

COMMENT ON FUNCTION curve_eq(curve, curve) IS 'Implements operator =: whether the first canonical text is equal to the second, byte by byte.';
COMMENT ON OPERATOR = (curve, curve) IS 'Whether the first canonical text equals the second, byte by byte.';
COMMENT ON FUNCTION curve_ne(curve, curve) IS 'Implements operator <>: whether the first canonical text is not equal to the second, byte by byte.';
COMMENT ON OPERATOR <> (curve, curve) IS 'Whether the first canonical text does not equal the second, byte by byte.';
COMMENT ON FUNCTION curve_lt(curve, curve) IS 'Implements operator <: whether the first canonical text is before the second, byte by byte.';
COMMENT ON OPERATOR < (curve, curve) IS 'Whether the first canonical text is before the second, byte by byte.';
COMMENT ON FUNCTION curve_le(curve, curve) IS 'Implements operator <=: whether the first canonical text is before the second or equal to it, byte by byte.';
COMMENT ON OPERATOR <= (curve, curve) IS 'Whether the first canonical text is before the second or equal to it, byte by byte.';
COMMENT ON FUNCTION curve_gt(curve, curve) IS 'Implements operator >: whether the first canonical text is after the second, byte by byte.';
COMMENT ON OPERATOR > (curve, curve) IS 'Whether the first canonical text is after the second, byte by byte.';
COMMENT ON FUNCTION curve_ge(curve, curve) IS 'Implements operator >=: whether the first canonical text is after the second or equal to it, byte by byte.';
COMMENT ON OPERATOR >= (curve, curve) IS 'Whether the first canonical text is after the second or equal to it, byte by byte.';
COMMENT ON FUNCTION curve_cmp(curve, curve) IS 'Order of two values of curve by canonical text: -1, 0 or 1.';
COMMENT ON FUNCTION curve_hash(curve) IS 'Hash of the canonical text.';
COMMENT ON FUNCTION curve_hash_extended(curve, bigint) IS 'Hash of the canonical text with a seed.';
COMMENT ON OPERATOR CLASS curve_ops USING btree IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR FAMILY curve_ops USING btree IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR CLASS curve_hash_ops USING hash IS 'By canonical text, byte by byte.';
COMMENT ON OPERATOR FAMILY curve_hash_ops USING hash IS 'By canonical text, byte by byte.';

-- functions of curve

CREATE FUNCTION curve(x double precision[], y double precision[]) RETURNS curve
    AS 'MODULE_PATHNAME', 'credence_curve_build' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION value(curve curve, x double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'credence_curve_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION curve(double precision[], double precision[]) IS
'Curve through knots with ascending x; a repeated x is a jump to the later y. NULL elements and unsorted x are errors.';
COMMENT ON FUNCTION value(curve, double precision) IS
'Value of the curve at x: linear between knots, that of the end knots beyond them (infinity included); NULL for NULL and NaN.';
