/*
 * test/core/random.h
 *
 * Numbers drawn for the tests, the same on every machine: splitmix64 (Steele,
 * Lea and Flood, 2014), and doubles of the kinds that make trouble.
 */
#ifndef CREDENCE_TEST_RANDOM_H
#define CREDENCE_TEST_RANDOM_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static uint64_t random_state = 0;

/* Begins a series. */
static void __attribute__((unused))
random_seed(uint64_t seed)
{
	random_state = seed;
}

/* 64 random bits. */
static uint64_t __attribute__((unused))
random_bits(void)
{
	uint64_t	bits = random_state += UINT64_C(0x9E3779B97F4A7C15);

	bits = (bits ^ bits >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	bits = (bits ^ bits >> 27) * UINT64_C(0x94D049BB133111EB);
	return bits ^ bits >> 31;
}

/* A whole number from 0 to limit - 1. */
static uint64_t __attribute__((unused))
random_below(uint64_t limit)
{
	return random_bits() % limit;
}

/* A number from 0 to below 1. */
static double __attribute__((unused))
random_unit(void)
{
	return ldexp((double) (random_bits() >> 11), -53);
}

/* Any finite double, every bit pattern as likely as any other. */
static double __attribute__((unused))
random_pattern(void)
{
	uint64_t	bits;
	double		value;

	do
		bits = random_bits();
	while ((bits >> 52 & 0x7FF) == 0x7FF);
	memcpy(&value, &bits, sizeof(value));
	return value;
}

#define RANDOM_KINDS 8

/* A finite double of the kind: from 0 to RANDOM_KINDS - 1. */
static double __attribute__((unused))
random_double(int kind)
{
	switch (kind)
	{
		case 0:					/* scores */
			return random_unit() * 100;
		case 1:					/* both signs, around 0 */
			return random_unit() - 0.5;
		case 2:					/* anything at all */
			return random_pattern();
		case 3:					/* small whole numbers */
			return (double) random_below(20) - 5;
		case 4:					/* decimals of two places */
			return (double) random_below(10000) / 100;
		case 5:					/* subnormal and nearly so */
			return ldexp(random_unit() - 0.5, -1010 - (int) random_below(70));
		case 6:					/* near the largest */
			return ldexp(random_unit() - 0.5, 1024);
		default:				/* full mantissas of widely different size */
			return ldexp(random_unit() - 0.5, (int) random_below(160) - 80);
	}
}

#endif							/* CREDENCE_TEST_RANDOM_H */
