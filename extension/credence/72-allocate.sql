-- allocate: dividing a total so that the parts add up

CREATE FUNCTION allocate(total numeric, weight numeric, decimals integer DEFAULT 2)
RETURNS numeric
AS 'MODULE_PATHNAME', 'credence_allocate'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION allocate(numeric, numeric, integer) IS
'Part of the total that a row gets by its weight; the parts of the partition add up to the total exactly. Method of largest remainders (Hamilton): total x weight / sum of weights is rounded down to the given decimals (0 to 20), and what is left goes, one unit of the last decimal each, to the rows with the largest remainders, of equal ones to the first in the ORDER BY of the window. Arithmetic is exact; a negative total gives the negated parts of the positive one.
A row whose weight is NULL or NaN does not take part and gets NULL; a total of NULL gives NULL. Errors: a negative or infinite weight, a total with more decimals than asked for, a total other than zero without any weight greater than zero, and rows with equal remainders that the ORDER BY of the window does not tell apart where one of them gets a unit and another not. total and decimals must be the same on all rows of the partition. The frame does not matter.';

CREATE FUNCTION allocate(total numeric, weight float8, decimals integer DEFAULT 2)
RETURNS numeric
AS 'MODULE_PATHNAME', 'credence_allocate'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION allocate(numeric, float8, integer) IS
'As allocate(numeric, numeric, integer), the weight taken by the shortest digits that are read back as the same float8, so that 0.1 is a tenth.';

CREATE FUNCTION allocate(total numeric, weight bigint, decimals integer DEFAULT 2)
RETURNS numeric
AS 'MODULE_PATHNAME', 'credence_allocate'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION allocate(numeric, bigint, integer) IS
'As allocate(numeric, numeric, integer), for whole weights of any size.';
