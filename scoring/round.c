/*
 * scoring/round.c
 *
 * The slow way of rounding to decimals; see round.h.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/shortest_dec.h"

#include "scoring/round.h"

const double round_scale[ROUND_DECIMALS_MAX + 1] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9
};

/*
 * The digits of a positive value's shortest decimal: value = digits *
 * 10^exponent, at most 17 of them.
 */
static uint64_t
shortest_digits(double value, int *exponent)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	uint64_t	digits = 0;
	bool		after_point = false;
	const char *c;

	double_to_shortest_decimal_buf(value, text);
	*exponent = 0;
	for (c = text; *c != '\0' && *c != 'e'; c++)
	{
		if (*c == '.')
		{
			after_point = true;
			continue;
		}
		digits = 10 * digits + (uint64_t) (*c - '0');
		if (after_point)
			(*exponent)--;
	}
	if (*c == 'e')
		*exponent += atoi(c + 1);
	return digits;
}

/* The same as round_decimals, by way of the shortest decimal text. */
double
round_decimals_by_text(double value, int decimals)
{
	char		text[48];
	uint64_t	digits;
	int			exponent;
	int			last = 0;		/* the last digit dropped */

	/* from 2^52 on doubles are whole, and so are their shortest decimals */
	if (!(fabs(value) < 0x1p52))
		return value;
	digits = shortest_digits(fabs(value), &exponent);
	if (exponent >= -decimals)
		return value + 0.0;
	for (; exponent < -decimals && (digits != 0 || last != 0); exponent++)
	{
		last = (int) (digits % 10);
		digits /= 10;
	}
	if (last >= 5)
		digits++;

	/* written without a point, which a locale might spell otherwise */
	snprintf(text, sizeof(text), "%llue-%d", (unsigned long long) digits, decimals);
	return copysign(strtod(text, NULL), value) + 0.0;
}
