
-- weighted median

CREATE TYPE weighted_values;

CREATE FUNCTION weighted_values_in(cstring) RETURNS weighted_values
	AS 'MODULE_PATHNAME', 'credence_weighted_values_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION weighted_values_out(weighted_values) RETURNS cstring
	AS 'MODULE_PATHNAME', 'credence_weighted_values_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION weighted_values_recv(internal) RETURNS weighted_values
	AS 'MODULE_PATHNAME', 'credence_weighted_values_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION weighted_values_send(weighted_values) RETURNS bytea
	AS 'MODULE_PATHNAME', 'credence_weighted_values_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE weighted_values (
	INPUT = weighted_values_in,
	OUTPUT = weighted_values_out,
	RECEIVE = weighted_values_recv,
	SEND = weighted_values_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = external
);

CREATE FUNCTION weighted_values_accum(weighted_values, x float8, w float8) RETURNS weighted_values
	AS 'MODULE_PATHNAME', 'credence_weighted_values_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION weighted_values_combine(weighted_values, weighted_values) RETURNS weighted_values
	AS 'MODULE_PATHNAME', 'credence_weighted_values_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION weighted_values_median(weighted_values) RETURNS float8
	AS 'MODULE_PATHNAME', 'credence_weighted_values_median' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE weighted_median(x float8, w float8) (
	SFUNC = weighted_values_accum,
	STYPE = weighted_values,
	SSPACE = 4096,
	FINALFUNC = weighted_values_median,
	COMBINEFUNC = weighted_values_combine,
	PARALLEL = SAFE
);

COMMENT ON TYPE weighted_values IS
'values with weights, as weighted_median collects them: {value:weight, value:weight*count, ...} in ascending order, up to 5,000,000 different pairs';
COMMENT ON FUNCTION weighted_values_in(cstring) IS
'text input of weighted_values; pairs must be finite and ascending, weights greater than zero';
COMMENT ON FUNCTION weighted_values_out(weighted_values) IS
'text output of weighted_values; equal values have equal text, and reading it gives the same bits';
COMMENT ON FUNCTION weighted_values_recv(internal) IS 'binary input of weighted_values; begins with a version byte';
COMMENT ON FUNCTION weighted_values_send(weighted_values) IS 'binary output of weighted_values; begins with a version byte';
COMMENT ON FUNCTION weighted_values_accum(weighted_values, float8, float8) IS
'transition function of weighted_median(x, w)';
COMMENT ON FUNCTION weighted_values_combine(weighted_values, weighted_values) IS
'combine function of weighted_median(x, w)';
COMMENT ON FUNCTION weighted_values_median(weighted_values) IS
'weighted median of collected values, in the unit of the values; NULL where there are none';
COMMENT ON AGGREGATE weighted_median(float8, float8) IS
'the smallest x at which the weights w of all x up to it reach half of all weights, in the unit of x; at exactly half, the mean of it and the next x. Weights are summed exactly, so the order of rows does not matter. Rows with a NULL or NaN x or w, or weight 0, do not count; no rows left gives NULL. An infinite x or w and a negative w are errors; up to 5,000,000 different pairs. Maryland weighs its nursing facilities by days of care so: COMAR 10.09.10.16';
