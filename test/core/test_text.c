/*
 * test/core/test_text.c
 *
 * Numbers that read back the same, labels with and without quotes, JSON strings,
 * and texts that are cut for messages.
 */
#include <math.h>

#include "scoring/limits.h"
#include "scoring/text.h"
#include "test/core/random.h"
#include "test/core/tap.h"

/* What is read of a number: the number and how much is left. */
static void
reads(const char *text, double expected, const char *left)
{
	Scanner		scanner = scanner_of(text_of(text));
	double		number = -12345;
	char		name[100];

	snprintf(name, sizeof(name), "\"%s\" is read", text);
	if (ok(scan_number(&scanner, &number), "%s", name))
		is_bits(number, expected, name);
	is_text(scanner.position, left, "and this is left");
}

/* No number: nothing is read. */
static void
refuses(const char *text)
{
	Scanner		scanner = scanner_of(text_of(text));
	double		number;

	ok(!scan_number(&scanner, &number) && scanner.position == scanner.start,
	   "\"%s\" is no number", text);
}

/* A label as it is printed, and read back. */
static void
prints_label(const char *label, const char *expected)
{
	TextBuffer	buffer;
	Scanner		scanner;
	Text		read;
	bool		quoted;
	Problem		problem;

	buffer_init(&buffer, &tap_arena);
	buffer_append_label(&buffer, text_of(label), false);
	is_text(buffer.bytes, expected, "a label is printed");
	scanner = scanner_of(buffer_text(&buffer));
	ok(scan_label(&scanner, &tap_arena, ",<>=\"", &read, &quoted, &problem) &&
	   text_equal(read, text_of(label)) && scan_at_end(&scanner) &&
	   quoted == label_needs_quotes(text_of(label)), "and reads back");
}

static void
test_numbers(void)
{
	int			wrong = 0;
	char		text[500];

	reads("0", 0, "");
	reads("-0", 0, "");
	reads("+1.50", 1.5, "");
	reads(".5", 0.5, "");
	reads("5.", 5, "");
	reads("1e2x", 100, "x");
	reads("1e", 1, "e");
	reads("1.5.5", 1.5, ".5");
	reads("0x10", 0, "x10");
	reads("1,5", 1, ",5");
	reads("1e-400", 0, "");
	reads("1.7976931348623157e308", 1.7976931348623157e308, "");
	reads("4.9e-324", 5e-324, "");
	reads("12 34", 12, " 34");
	refuses("");
	refuses("nan");
	refuses("NaN");
	refuses("inf");
	refuses("-Infinity");
	refuses("1e309");
	refuses("--1");
	refuses(" 1");
	refuses("e5");
	refuses(".");
	refuses("+");

	/* nothing is read beyond the end of the text */
	{
		Text		start = {"123456", 3};
		double		number;

		ok(text_to_number(start, &number) && number == 123, "a text that is not terminated");
	}
	/* 399 digits are a number, 400 are not */
	memset(text, '0', sizeof(text));
	strcpy(text + 398, "7");
	reads(text, 7, "");
	memset(text, '0', sizeof(text));
	strcpy(text + 399, "7");
	refuses(text);

	for (int kind = 0; kind < RANDOM_KINDS; kind++)
		for (int i = 0; i < 1000; i++)
		{
			double		number = random_double(kind);
			double		read;

			wrong += !text_to_number(text_of(number_text(number, text)), &read) || read != number ||
				strlen(text) >= NUMBER_TEXT_SIZE;
		}
	ok(wrong == 0, "numbers of every kind read back as they were");
	is_text(number_text(-0.0, text), "0", "-0 is printed as 0");
	is_text(number_text(-2.2250738585072014e-308, text), "-2.2250738585072014e-308", "the longest number");
	is_text(number_text(NAN, text), "NaN", "NaN");
	is_text(number_text(-INFINITY, text), "-Infinity", "an infinity");
}

static void
test_labels(void)
{
	TextBuffer	buffer;
	char		text[40];

	prints_label("A", "A");
	prints_label("B b", "B b");
	prints_label("", "\"\"");
	prints_label(" x", "\" x\"");
	prints_label("x\t", "\"x\t\"");
	prints_label("a, b", "\"a, b\"");
	prints_label("a=b", "\"a=b\"");
	prints_label("<5", "\"<5\"");
	prints_label("say \"hi\"", "\"say \"\"hi\"\"\"");
	prints_label("\"", "\"\"\"\"");
	prints_label("优秀", "优秀");

	buffer_init(&buffer, &tap_arena);
	buffer_append_json(&buffer, text_of("a\"b\\c\n\t\r\x01\x1f/优"));
	is_text(buffer.bytes, "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u001f/优\"", "a JSON string");

	/* a buffer grows and stays terminated */
	buffer_init(&buffer, &tap_arena);
	for (int i = 0; i < 10000; i++)
		buffer_append_character(&buffer, (char) ('a' + i % 26));
	ok(buffer.length == 10000 && strlen(buffer.bytes) == 10000 && buffer.bytes[9999] == 'a' + 9999 % 26, "a buffer grows");

	/* cut where a character begins: 1, 2, 3 and 4 bytes long */
	for (uint32_t most = 0; most <= 12; most++)
	{
		Text		start = text_start(text_of("a\xC3\xA9\xE7\xAD\x89\xF0\x9F\x8F\xA5z"), most);
		uint32_t	expected = most >= 11 ? 11 : most >= 10 ? 10 : most >= 6 ? 6 : most >= 3 ? 3 : most >= 1 ? 1 : 0;

		ok(start.length == expected, "%u of the bytes are %u in whole characters", (unsigned) most, (unsigned) expected);
	}
	ok(text_compare(text_of("a"), text_of("b")) < 0 && text_compare(text_of("b"), text_of("a")) > 0 &&
	   text_compare(text_of("a"), text_of("ab")) < 0 && text_compare(text_of("ab"), text_of("a")) > 0 &&
	   text_compare(text_of("a"), text_of("a")) == 0 && text_compare(text_of("\xFF"), text_of("a")) > 0, "texts are ordered by their bytes");
	snprintf(text, sizeof(text), "%s", "xyz");
	ok(text_copy(&tap_arena, text_of(text)).bytes[3] == '\0' && !text_equal(text_of("xyz"), text_of("xy")), "a copy is terminated");
}

int
main(void)
{
	random_seed(2);
	test_numbers();
	test_labels();
	return done_testing();
}
