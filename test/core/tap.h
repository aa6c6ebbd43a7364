/*
 * test/core/tap.h
 *
 * What a unit test of the core needs: TAP output and an arena on malloc. A
 * test program calls ok(), is_text() and is_bits() and ends with
 * "return done_testing();".
 */
#ifndef CREDENCE_TEST_TAP_H
#define CREDENCE_TEST_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scoring/arena.h"

static int	tap_run = 0;
static int	tap_failed = 0;

/* One test; the name is a format. Returns whether it passed. */
static bool __attribute__((format(printf, 2, 3), unused))
ok(bool passed, const char *name,...)
{
	va_list		arguments;

	tap_run++;
	if (!passed)
		tap_failed++;
	printf("%sok %d - ", passed ? "" : "not ", tap_run);
	va_start(arguments, name);
	vprintf(name, arguments);
	va_end(arguments);
	printf("\n");
	fflush(stdout);
	return passed;
}

/* The texts are the same; both may be NULL. */
static bool __attribute__((unused))
is_text(const char *got, const char *expected, const char *name)
{
	bool		same = got == NULL || expected == NULL ? got == expected : strcmp(got, expected) == 0;

	ok(same, "%s", name);
	if (!same)
		printf("#      got: %s\n# expected: %s\n", got ? got : "(null)", expected ? expected : "(null)");
	return same;
}

/* The numbers are the same bits. */
static bool __attribute__((unused))
is_bits(double got, double expected, const char *name)
{
	uint64_t	got_bits;
	uint64_t	expected_bits;
	bool		same;

	memcpy(&got_bits, &got, sizeof(got_bits));
	memcpy(&expected_bits, &expected, sizeof(expected_bits));
	same = got_bits == expected_bits;
	ok(same, "%s", name);
	if (!same)
		printf("#      got: %.17g (%016" PRIx64 ")\n# expected: %.17g (%016" PRIx64 ")\n",
			   got, got_bits, expected, expected_bits);
	return same;
}

/* Prints the plan; the program's exit status. */
static int __attribute__((unused))
done_testing(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed == 0 ? 0 : 1;
}

static void *
tap_allocate(void *context, size_t size)
{
	void	   *memory = malloc(size > 0 ? size : 1);

	(void) context;
	if (memory == NULL)
		abort();
	return memory;
}

/* Memory that is never freed: a test program is short. */
static const Arena tap_arena __attribute__((unused)) = {tap_allocate, NULL};

#endif							/* CREDENCE_TEST_TAP_H */
