-- balance: a running sum clamped at every step

CREATE FUNCTION balance_step(state float8[], points float8, start float8, floor float8, ceiling float8)
RETURNS float8[]
AS 'MODULE_PATHNAME', 'credence_balance_step_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION balance_step(float8[], float8, float8, float8, float8) IS
'Transition function of balance(float8, float8, float8, float8); the state is balance, start, floor, ceiling.';

CREATE FUNCTION balance_final(state float8[])
RETURNS float8
AS 'MODULE_PATHNAME', 'credence_balance_final_float8'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION balance_final(float8[]) IS
'Final function of balance(float8, float8, float8, float8): the balance of the state.';

CREATE AGGREGATE balance(points float8, start float8, floor float8, ceiling float8)
(
	SFUNC = balance_step,
	STYPE = float8[],
	SSPACE = 64,
	FINALFUNC = balance_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE balance(float8, float8, float8, float8) IS
'Balance that begins at start, to which the points of each row are added, kept at or above floor and at or below ceiling after every row; NULL is no floor or no ceiling. The result depends on the order of the rows: give balance(... ORDER BY ...) or OVER (ORDER BY ...) columns that leave no ties. There is therefore no combine function.
Points that are NULL or NaN change nothing; infinite ones are an error. start is a finite number between floor and ceiling; start, floor and ceiling must be the same on all rows. Over no rows the balance is NULL. Use the numeric form where cents or tenths have to be exact.';

CREATE FUNCTION balance_step(state numeric[], points numeric, start numeric, floor numeric, ceiling numeric)
RETURNS numeric[]
AS 'MODULE_PATHNAME', 'credence_balance_step'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION balance_step(numeric[], numeric, numeric, numeric, numeric) IS
'Transition function of balance(numeric, numeric, numeric, numeric); the state is balance, start, floor, ceiling.';

CREATE FUNCTION balance_final(state numeric[])
RETURNS numeric
AS 'MODULE_PATHNAME', 'credence_balance_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION balance_final(numeric[]) IS
'Final function of balance(numeric, numeric, numeric, numeric): the balance of the state.';

CREATE AGGREGATE balance(points numeric, start numeric, floor numeric, ceiling numeric)
(
	SFUNC = balance_step,
	STYPE = numeric[],
	SSPACE = 128,
	FINALFUNC = balance_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE balance(numeric, numeric, numeric, numeric) IS
'As balance(float8, float8, float8, float8), in exact decimal arithmetic.';
