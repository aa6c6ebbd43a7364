/*
 * scoring/exactnumber.c
 *
 * Exact binary numbers; see exactnumber.h. Plain schoolbook arithmetic on
 * 32-bit limbs: these run once per figure, not once per row.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scoring/exactnumber.h"

/* A magnitude that may be as long as a product; limbs beyond count are not set. */
typedef struct Magnitude
{
	int32_t		exponent;
	int32_t		limbs;
	uint32_t	limb[2 * EXACT_LIMBS + 4];
} Magnitude;

/* The number of bits of a limb that is not 0, from 1 to 32. */
static int
bit_length(uint32_t limb)
{
	int			length = 0;

	while (limb != 0)
	{
		limb >>= 1;
		length++;
	}
	return length;
}

/* Drops zero limbs from the top and returns how many limbs are left. */
static int
trim(const uint32_t *limb, int limbs)
{
	while (limbs > 0 && limb[limbs - 1] == 0)
		limbs--;
	return limbs;
}

/* Brings a number with any limbs and exponent into its one form. */
void
exactnumber_normalise(ExactNumber *number)
{
	int			zeros = 0;
	int			shift = 0;
	int			i;

	number->limbs = trim(number->limb, number->limbs);
	if (number->limbs == 0)
	{
		number->negative = false;
		number->exponent = 0;
		return;
	}
	while (number->limb[zeros] == 0)
		zeros++;
	while ((number->limb[zeros] >> shift & 1) == 0)
		shift++;
	if (zeros > 0)
	{
		number->limbs -= zeros;
		memmove(number->limb, number->limb + zeros, number->limbs * sizeof(uint32_t));
	}
	if (shift > 0)
	{
		for (i = 0; i < number->limbs - 1; i++)
			number->limb[i] = number->limb[i] >> shift | number->limb[i + 1] << (32 - shift);
		number->limb[i] >>= shift;
		number->limbs = trim(number->limb, number->limbs);
	}
	number->exponent += 32 * zeros + shift;
}

/* Whether all bits of the number have weights from 2^lowest to below 2^end. */
bool
exactnumber_within(const ExactNumber *number, int lowest, int end)
{
	if (number->limbs == 0)
		return true;
	return number->exponent >= lowest &&
		number->exponent + 32 * (number->limbs - 1) +
		bit_length(number->limb[number->limbs - 1]) <= end;
}

/* Whether the magnitude has a bit below the given position, counted from its lowest. */
static bool
any_bit_below(const uint32_t *limb, int position)
{
	int			whole = position / 32;
	int			i;

	for (i = 0; i < whole; i++)
		if (limb[i] != 0)
			return true;
	return position % 32 != 0 && (limb[whole] & ((1u << position % 32) - 1)) != 0;
}

/* The double nearest to limb * 2^exponent, ties to even. The last limb is not 0. */
static double
round_magnitude(const uint32_t *limb, int limbs, int exponent)
{
	int			length = 32 * (limbs - 1) + bit_length(limb[limbs - 1]);
	int			drop = length - 53; /* how many low bits do not fit */
	uint64_t	kept = 0;
	int			i;

	if (exponent + length > 1024)
		return HUGE_VAL;
	if (drop < -1074 - exponent)
		drop = -1074 - exponent;	/* subnormal: fewer bits fit */
	if (drop < 0)
		drop = 0;
	if (drop > length)
		return 0;				/* less than half of the smallest double */

	for (i = limbs - 1; i >= drop / 32; i--)
	{
		int			shift = 32 * i - drop;

		kept |= shift >= 0 ? (uint64_t) limb[i] << shift : limb[i] >> -shift;
	}
	if (drop > 0 && (limb[(drop - 1) / 32] >> (drop - 1) % 32 & 1) != 0 &&
		((kept & 1) != 0 || any_bit_below(limb, drop - 1)))
		kept++;					/* at most 2^53, still exact as a double */
	return ldexp((double) kept, exponent + drop);
}

/* The double nearest to the number, ties to even; an infinity where that is too large. */
double
exactnumber_value(const ExactNumber *number)
{
	double		value;

	if (number->limbs == 0)
		return 0;
	value = round_magnitude(number->limb, number->limbs, number->exponent);
	return number->negative ? -value : value;
}

/* Writes the number as text, e.g. "-1a2b3cp-60" or "0", and returns its length. */
int
exactnumber_print(const ExactNumber *number, char text[EXACT_TEXT_SIZE])
{
	char	   *end = text;
	int			i;

	if (number->limbs == 0)
	{
		strcpy(text, "0");
		return 1;
	}
	if (number->negative)
		*end++ = '-';
	end += sprintf(end, "%x", number->limb[number->limbs - 1]);
	for (i = number->limbs - 2; i >= 0; i--)
		end += sprintf(end, "%08x", number->limb[i]);
	end += sprintf(end, "p%d", number->exponent);
	return (int) (end - text);
}

/* The value of a hexadecimal digit in lower case, or -1. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Reads a number from a text of the given length; false where it is not one or is out of range. */
bool
exactnumber_parse(const char *text, size_t length, ExactNumber *number)
{
	const char *end = text + length;
	const char *digit;
	const char *digits_end;
	bool		negative = false;
	bool		negative_exponent = false;
	int			exponent = 0;
	int			nibble = 0;

	if (length == 1 && text[0] == '0')
	{
		number->negative = false;
		number->exponent = 0;
		number->limbs = 0;
		return true;
	}
	if (text < end && *text == '-')
	{
		negative = true;
		text++;
	}
	for (digits_end = text; digits_end < end && hex_digit(*digits_end) >= 0; digits_end++)
		;
	if (digits_end == text || *text == '0' || digits_end - text > 8 * EXACT_LIMBS ||
		digits_end == end || *digits_end != 'p')
		return false;

	memset(number->limb, 0, sizeof(number->limb));
	for (digit = digits_end - 1; digit >= text; digit--, nibble++)
		number->limb[nibble / 8] |= (uint32_t) hex_digit(*digit) << 4 * (nibble % 8);

	text = digits_end + 1;
	if (text < end && *text == '-')
	{
		negative_exponent = true;
		text++;
	}
	if (text == end || end - text > 4)
		return false;
	for (; text < end; text++)
	{
		if (*text < '0' || *text > '9')
			return false;
		exponent = 10 * exponent + (*text - '0');
	}

	number->negative = negative;
	number->exponent = negative_exponent ? -exponent : exponent;
	number->limbs = (nibble + 7) / 8;
	exactnumber_normalise(number);
	return exactnumber_within(number, EXACT_EXPONENT_MIN, EXACT_EXPONENT_END);
}

/* result = a * b */
static void
multiply(const uint32_t *a, int a_limbs, const uint32_t *b, int b_limbs, Magnitude *result)
{
	int			i;
	int			j;

	memset(result->limb, 0, (a_limbs + b_limbs) * sizeof(uint32_t));
	for (i = 0; i < a_limbs; i++)
	{
		uint64_t	carry = 0;

		for (j = 0; j < b_limbs; j++)
		{
			carry += (uint64_t) a[i] * b[j] + result->limb[i + j];
			result->limb[i + j] = (uint32_t) carry;
			carry >>= 32;
		}
		result->limb[i + b_limbs] = (uint32_t) carry;
	}
	result->limbs = trim(result->limb, a_limbs + b_limbs);
}

/* Lowers the exponent of a magnitude to the one given, its value kept. */
static void
lower_exponent(Magnitude *magnitude, int exponent)
{
	int			whole = (magnitude->exponent - exponent) / 32;
	int			shift = (magnitude->exponent - exponent) % 32;
	uint32_t   *limb = magnitude->limb;
	int			i;

	limb[magnitude->limbs] = 0;
	for (i = magnitude->limbs; i > 0; i--)
		limb[i + whole] = limb[i] << shift | (uint32_t) ((uint64_t) limb[i - 1] << shift >> 32);
	limb[whole] = limb[0] << shift;
	memset(limb, 0, whole * sizeof(uint32_t));
	magnitude->limbs = trim(limb, magnitude->limbs + 1 + whole);
	magnitude->exponent = exponent;
}

/* Whether a < b, for magnitudes of one exponent. */
static bool
is_less(const Magnitude *a, const Magnitude *b)
{
	int			i;

	if (a->limbs != b->limbs)
		return a->limbs < b->limbs;
	for (i = a->limbs - 1; i >= 0; i--)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i];
	return false;
}

/* a -= b, for magnitudes of one exponent with a >= b. */
static void
subtract(Magnitude *a, const Magnitude *b)
{
	int64_t		borrow = 0;
	int			i;

	for (i = 0; i < a->limbs; i++)
	{
		borrow += (int64_t) a->limb[i] - (i < b->limbs ? b->limb[i] : 0);
		a->limb[i] = (uint32_t) borrow;
		borrow >>= 32;
	}
	a->limbs = trim(a->limb, a->limbs);
}

/*
 * count * squares - sum * sum, exactly, rounded once. Negative where the three
 * cannot come from one set of values.
 */
double
exactnumber_spread(int64_t count, const ExactNumber *sum, const ExactNumber *squares)
{
	Magnitude	minuend;
	Magnitude	subtrahend;
	uint32_t	factor[2];
	int			exponent;

	/* what count doubles can come to; it also bounds the magnitudes here */
	if (count < 0 || squares->negative ||
		!exactnumber_within(sum, -1074, 1024 + 63) ||
		!exactnumber_within(squares, -2148, 2048 + 63))
		return -1;

	factor[0] = (uint32_t) count;
	factor[1] = (uint32_t) ((uint64_t) count >> 32);
	multiply(squares->limb, squares->limbs, factor, 2, &minuend);
	multiply(sum->limb, sum->limbs, sum->limb, sum->limbs, &subtrahend);
	minuend.exponent = squares->exponent;
	subtrahend.exponent = 2 * sum->exponent;

	if (minuend.limbs > 0 && subtrahend.limbs > 0)
	{
		exponent = minuend.exponent < subtrahend.exponent ?
			minuend.exponent : subtrahend.exponent;
		lower_exponent(&minuend, exponent);
		lower_exponent(&subtrahend, exponent);
	}
	if (is_less(&minuend, &subtrahend))
		return -1;
	subtract(&minuend, &subtrahend);
	if (minuend.limbs == 0)
		return 0;
	return round_magnitude(minuend.limb, minuend.limbs, minuend.exponent);
}
