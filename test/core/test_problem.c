/*
 * test/core/test_problem.c
 *
 * Problems: the kind, the message, the hint, and where a long message is cut.
 */
#include "scoring/problem.h"
#include "test/core/tap.h"

int
main(void)
{
	Problem		problem;
	char		text[PROBLEM_MESSAGE_SIZE + 8];
	size_t		length;

	memset(&problem, 'x', sizeof(problem));
	ok(!problem_set(&problem, PROBLEM_VALUE, "weight %d: must be greater than zero", -1), "setting a problem returns false");
	ok(problem.kind == PROBLEM_VALUE, "the kind is kept");
	is_text(problem.message, "weight -1: must be greater than zero", "the message is formatted");
	is_text(problem.hint, "", "there is no hint until one is given");
	ok(!problem_hint(&problem, "Give a weight such as %g.", 0.5), "giving a hint returns false");
	is_text(problem.hint, "Give a weight such as 0.5.", "the hint is formatted");
	is_text(problem.message, "weight -1: must be greater than zero", "a hint leaves the message alone");

	/* 1023 bytes fit; what does not is cut where a character begins */
	memset(text, 'a', sizeof(text));
	text[PROBLEM_MESSAGE_SIZE - 1] = '\0';
	problem_set(&problem, PROBLEM_DATA, "%s", text);
	is_text(problem.message, text, "the longest message is kept whole");
	for (int bytes = 1; bytes <= 4; bytes++)
	{
		static const char *const characters[] = {"e", "\xC3\xA9", "\xE7\xAD\x89", "\xF0\x9F\x8F\xA5"};

		/* one byte of the character is left over */
		length = PROBLEM_MESSAGE_SIZE - bytes;
		memset(text, 'a', length);
		strcpy(text + length, characters[bytes - 1]);
		problem_set(&problem, PROBLEM_DATA, "%s", text);
		text[length] = '\0';
		is_text(problem.message, text, "a message is cut before a character that does not fit");

		/* the character ends with the buffer */
		length = PROBLEM_MESSAGE_SIZE - 1 - bytes;
		memset(text, 'a', length);
		strcpy(text + length, characters[bytes - 1]);
		strcat(text, "bb");
		problem_set(&problem, PROBLEM_DATA, "%s", text);
		text[length + bytes] = '\0';
		is_text(problem.message, text, "a character that just fits is kept");
	}
	return done_testing();
}
