/*
 * client/command_verify.c
 *
 * credence verify: check a bundle offline: sums, hashes, and every score and
 * grade computed again.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/command.h"
#include "client/connection.h"
#include "client/output.h"
#include "client/verify_bundle.h"

enum
{
	VERIFY_HASH,
	VERIFY_VERBOSE
};

static const Option verify_options[] = {
	[VERIFY_HASH] = {"hash", 0, "SHA-256", "of the bulletin, as known from elsewhere"},
	[VERIFY_VERBOSE] = {"verbose", 'v', NULL, "list every difference, and the entries that could not\nbe recomputed"},
	{NULL}
};

/* Prints what was found as text. */
static void
print_report(const Report *report, const VerifiedBulletin *bulletin, const char *path)
{
	const char *reason;
	json_t	   *found;

	printf("%s: bulletin %ld, SHA-256 %s\n", path, bulletin->number, bulletin->hash);
	printf("%" PRIu64 " files with %" PRIu64 " bytes, %" PRIu64 " items", report->files, report->bytes, report->items);
	if (report->hidden > 0)
		printf(" (%" PRIu64 " of them no more shown: by their hashes alone)", report->hidden);
	printf(", %" PRIu64 " cells compared\n", report->cells);
	printf("recomputed: %" PRIu64 " scores, %" PRIu64 " grades, %" PRIu64 " steps", report->scores, report->grades, report->steps);
	if (report->steps_taken > 0)
		printf(" (%" PRIu64 " of them taken over: what they rest on is not shown)", report->steps_taken);
	if (report->ranks > 0)
		printf(", %" PRIu64 " ranks", report->ranks);
	putchar('\n');
	if (json_object_size(report->unchecked) > 0)
		printf("not recomputable: %" PRIu64 " scores, %" PRIu64 " grades\n", report->scores_unchecked, report->grades_unchecked);
	json_object_foreach(report->unchecked, reason, found)
	{
		json_t	   *listed = json_object_get(found, "listed");
		json_int_t	entries = json_integer_value(json_object_get(found, "entries"));
		size_t		i;
		json_t	   *entry;

		printf("  %" JSON_INTEGER_FORMAT " %s: ", entries, entries == 1 ? "entry" : "entries");
		print_safely(stdout, reason);
		json_array_foreach(listed, i, entry)
			printf("%s%" JSON_INTEGER_FORMAT, i == 0 ? ": " : ", ", json_integer_value(entry));
		putchar('\n');
	}
	if (report->differences > 0)
		printf("%" PRIu64 " difference%s: this is not what was published\n", report->differences, report->differences == 1 ? "" : "s");
	else
		printf("no differences\n");
}

/* The same as JSON. */
static json_t *
report_json(const Report *report, const VerifiedBulletin *bulletin)
{
	return json_pack("{s:b, s:I, s:s, s:I, s:I, s:I, s:I, s:I, s:{s:I, s:I, s:I, s:I, s:I}, s:{s:I, s:I, s:O}, s:I, s:O}",
					 "verified", report->differences == 0, "bulletin", (json_int_t) bulletin->number, "hash", bulletin->hash,
					 "files", (json_int_t) report->files, "bytes", (json_int_t) report->bytes, "items", (json_int_t) report->items,
					 "hidden_items", (json_int_t) report->hidden, "cells", (json_int_t) report->cells,
					 "recomputed", "scores", (json_int_t) report->scores, "grades", (json_int_t) report->grades,
					 "steps", (json_int_t) report->steps, "steps_taken_over", (json_int_t) report->steps_taken, "ranks", (json_int_t) report->ranks,
					 "not_recomputable", "scores", (json_int_t) report->scores_unchecked, "grades", (json_int_t) report->grades_unchecked,
					 "reasons", report->unchecked,
					 "differences", (json_int_t) report->differences, "listed", report->listed);
}

/* Returns the exit status. */
static int
command_verify(int argc, char **argv, const Globals *globals)
{
	OptionReader reader;
	Report		report = {.json = globals->json};
	VerifiedBulletin bulletin;
	const char *path = NULL;
	const char *hash = NULL;
	unsigned char known[HASH_SIZE];
	int			option;

	options_begin(&reader, argc, argv, verify_options);
	while ((option = option_next(&reader)) != OPTION_END)
	{
		switch (option)
		{
			case VERIFY_HASH:
				hash = reader.value;
				break;
			case VERIFY_VERBOSE:
				report.verbose = true;
				break;
			case OPTION_OPERAND:
				if (path != NULL)
					usage_error(globals, "one bundle at a time, not \"%s\" as well", reader.value);
				path = reader.value;
				break;
			default:
				usage_error(globals, "%s", reader.problem);
		}
	}
	if (path == NULL)
		usage_error(globals, "which bundle?");
	if (hash != NULL && !hash_read(hash, strlen(hash), known))
		usage_error(globals, "--hash takes 64 small hexadecimal digits");

	report.listed = json_array();
	report.unchecked = json_object();
	verify_bundle(path, hash, globals->quiet, &report, &bulletin);
	if (globals->json)
		print_json(report_json(&report, &bulletin));
	else
		print_report(&report, &bulletin, path);
	json_decref(report.listed);
	json_decref(report.unchecked);
	return report.differences > 0 ? EXIT_DIFFERS : EXIT_FINE;
}

const Command verify_command = {
	.name = "verify",
	.arguments = "DIRECTORY",
	.summary = "check a bundle offline: sums, hashes, every score and grade",
	.description =
	"Needs no database. Says exactly what differs: the file, the line, the column and both\n"
	"values. Scores and grades are computed again from the inputs and the scheme in the bundle;\n"
	"what rests on something that the bulletin does not show is counted as not recomputable.\n\n"
	"Whoever forges everything can make a bundle that agrees with itself: compare the SHA-256\n"
	"that is printed with the one that was announced elsewhere, or give that with --hash.\n",
	.options = verify_options,
	.offline = true,
	.run = command_verify,
};
