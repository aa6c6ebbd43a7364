/*
 * functions/numeric.c
 *
 * numeric to double, correctly rounded, without the detour through text. A
 * numeric of few digits is an integer times or over a power of ten; where both
 * are exact doubles, one multiplication or division rounds once, correctly.
 */
#include "functions/scorer.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/*
 * The format on disk, which PostgreSQL keeps private but has not changed since
 * 9.1 and cannot change without breaking pg_upgrade: a 16-bit header, for long
 * numbers followed by a 16-bit weight, then digits to the base 10000.
 */
#define NUMERIC_KIND_MASK		0xC000
#define NUMERIC_KIND_NEGATIVE	0x4000
#define NUMERIC_KIND_SHORT		0x8000
#define NUMERIC_KIND_SPECIAL	0xC000
#define NUMERIC_SHORT_NEGATIVE	0x2000
#define NUMERIC_SHORT_WEIGHT_SIGN 0x0040
#define NUMERIC_SHORT_WEIGHT	0x003F

/* Four digits to the base 10000 fit a 64-bit integer with ease. */
#define MOST_DIGITS 4

/* Integers up to here are exact doubles. */
#define LARGEST_EXACT_INTEGER (UINT64CONST(1) << 53)

/* Powers of ten up to here are exact doubles. */
#define LARGEST_EXACT_POWER 22

static const double exact_power_of_ten[LARGEST_EXACT_POWER + 1] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

/* Returns a 16-bit unit of a datum that may not be aligned. */
static inline uint16
unit_at(const char *position)
{
	uint16		unit;

	memcpy(&unit, position, sizeof(unit));
	return unit;
}

/* Returns the double nearest to a numeric; too large ones are an error. */
double
numeric_to_double(Datum numeric)
{
	struct varlena *datum = PG_DETOAST_DATUM_PACKED(numeric);
	const char *position = VARDATA_ANY(datum);
	const char *end = position + VARSIZE_ANY_EXHDR(datum);
	uint16		header = unit_at(position);
	uint16		kind = header & NUMERIC_KIND_MASK;
	int			weight;
	int			exponent;
	int			digits;
	bool		negative;
	uint64		integer = 0;
	double		result;

	position += sizeof(uint16);
	if (kind == NUMERIC_KIND_SHORT)
	{
		negative = (header & NUMERIC_SHORT_NEGATIVE) != 0;
		weight = header & NUMERIC_SHORT_WEIGHT;
		if (header & NUMERIC_SHORT_WEIGHT_SIGN)
			weight |= ~NUMERIC_SHORT_WEIGHT;
	}
	else if (kind == NUMERIC_KIND_SPECIAL)
		goto general;
	else
	{
		negative = kind == NUMERIC_KIND_NEGATIVE;
		weight = (int16) unit_at(position);
		position += sizeof(uint16);
	}
	digits = (int) ((end - position) / sizeof(uint16));
	if (digits > MOST_DIGITS)
		goto general;
	for (int i = 0; i < digits; i++)
		integer = integer * 10000 + unit_at(position + i * sizeof(uint16));
	if (integer > LARGEST_EXACT_INTEGER)
		goto general;
	exponent = digits == 0 ? 0 : 4 * (weight - digits + 1);
	if (exponent >= 0 && exponent <= LARGEST_EXACT_POWER)
		result = (double) integer * exact_power_of_ten[exponent];
	else if (exponent < 0 && -exponent <= LARGEST_EXACT_POWER)
		result = (double) integer / exact_power_of_ten[-exponent];
	else
		goto general;
	return negative ? -result : result;

general:
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, numeric));
}
