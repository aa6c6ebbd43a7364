/*
 * client/bundle.c
 *
 * The files of a bundle and their columns, hashes; see bundle.h.
 */
#include <openssl/evp.h>
#include <string.h>

#include "client/bundle.h"
#include "client/command.h"
#include "client/output.h"

static const BundleColumn chain_columns[] = {
	{"bulletin", COLUMN_INTEGER}, {"heading", COLUMN_TEXT}, {"previous_hash", COLUMN_TEXT}, {"hash", COLUMN_TEXT},
	{"suppression_reason", COLUMN_TEXT}, {NULL}
};

static const BundleColumn items_columns[] = {
	{"item", COLUMN_INTEGER}, {"kind", COLUMN_TEXT}, {"canonical", COLUMN_TEXT}, {"hash", COLUMN_TEXT},
	{"suppression_reason", COLUMN_TEXT}, {NULL}
};

static const BundleColumn entries_columns[] = {
	{"bulletin", COLUMN_INTEGER}, {"entry", COLUMN_INTEGER}, {"subject_code", COLUMN_TEXT}, {"subject_name", COLUMN_TEXT},
	{"subject_kind", COLUMN_TEXT}, {"subject_kind_en", COLUMN_TEXT}, {"subject_kind_zh", COLUMN_TEXT},
	{"region", COLUMN_TEXT}, {"region_en", COLUMN_TEXT}, {"region_zh", COLUMN_TEXT},
	{"level", COLUMN_TEXT}, {"level_en", COLUMN_TEXT}, {"level_zh", COLUMN_TEXT}, {"level_order", COLUMN_INTEGER},
	{"peer", COLUMN_TEXT}, {"score", COLUMN_NUMBER},
	{"grade", COLUMN_TEXT}, {"grade_en", COLUMN_TEXT}, {"grade_zh", COLUMN_TEXT}, {"grade_order", COLUMN_INTEGER},
	{"rank", COLUMN_INTEGER}, {"peer_rank", COLUMN_INTEGER}, {"basis", COLUMN_TEXT}, {"leaves_on", COLUMN_DATE},
	{"suppression_reason", COLUMN_TEXT}, {NULL}
};

static const BundleColumn values_columns[] = {
	{"bulletin", COLUMN_INTEGER}, {"entry", COLUMN_INTEGER}, {"input", COLUMN_TEXT}, {"value", COLUMN_NUMBER},
	{"value_text", COLUMN_TEXT}, {"suppression_reason", COLUMN_TEXT}, {NULL}
};

static const BundleColumn cells_columns[] = {
	{"bulletin", COLUMN_INTEGER}, {"cell", COLUMN_INTEGER}, {"table_name", COLUMN_TEXT}, {"table_en", COLUMN_TEXT}, {"table_zh", COLUMN_TEXT},
	{"measure", COLUMN_TEXT}, {"class", COLUMN_TEXT}, {"class_en", COLUMN_TEXT}, {"class_zh", COLUMN_TEXT}, {"class_order", COLUMN_INTEGER},
	{"class_parent", COLUMN_INTEGER}, {"grade", COLUMN_TEXT}, {"grade_en", COLUMN_TEXT}, {"grade_zh", COLUMN_TEXT}, {"grade_order", COLUMN_INTEGER},
	{"total_flag", COLUMN_TEXT}, {"count", COLUMN_INTEGER}, {"value", COLUMN_NUMBER}, {"percent", COLUMN_NUMBER}, {"suppression_reason", COLUMN_TEXT}, {NULL}
};

static const BundleColumn adjustments_columns[] = {
	{"bulletin", COLUMN_INTEGER}, {"entry", COLUMN_INTEGER}, {"adjustment", COLUMN_INTEGER}, {"step", COLUMN_INTEGER},
	{"kind", COLUMN_TEXT}, {"rule", COLUMN_TEXT}, {"score_before", COLUMN_NUMBER}, {"score_after", COLUMN_NUMBER},
	{"grade_before", COLUMN_TEXT}, {"grade_after", COLUMN_TEXT}, {"rated_before_flag", COLUMN_TEXT}, {"rated_after_flag", COLUMN_TEXT},
	{"reason_en", COLUMN_TEXT}, {"reason_zh", COLUMN_TEXT}, {"suppression_reason", COLUMN_TEXT}, {NULL}
};

static const BundleColumn norms_columns[] = {
	{"bulletin", COLUMN_INTEGER}, {"place", COLUMN_INTEGER}, {"peer", COLUMN_TEXT}, {"document", COLUMN_TEXT}, {"hash", COLUMN_TEXT},
	{"suppression_reason", COLUMN_TEXT}, {NULL}
};

const TableFormat bundle_tables[TABLE_COUNT] = {
	[TABLE_CHAIN] = {"chain.csv", "chain", "bulletin_chain", "bulletin", "bulletin", chain_columns, false, false},
	[TABLE_ITEMS] = {"items.csv", "items", "bulletin_items", "item", "item", items_columns, false, false},
	[TABLE_ENTRIES] = {"entries.csv", "entries", "bulletin_entries", "entry", "entry", entries_columns, true, false},
	[TABLE_VALUES] = {"values.csv", "values", "bulletin_values", "entry, input COLLATE \"C\"", "entry,input", values_columns, true, false},
	[TABLE_CELLS] = {"cells.csv", "cells", "bulletin_cells", "cell", "cell", cells_columns, true, false},
	[TABLE_ADJUSTMENTS] = {"adjustments.csv", "adjustments", "bulletin_adjustments", "entry, adjustment", "entry,adjustment", adjustments_columns, true, false},
	[TABLE_NORMS] = {"norms.csv", "norms", "bulletin_norms", "place", "place", norms_columns, false, true},
};

const BundleColumn bulletin_columns[] = {
	{"bulletin", COLUMN_INTEGER}, {"title_en", COLUMN_TEXT}, {"title_zh", COLUMN_TEXT}, {"notes_en", COLUMN_TEXT}, {"notes_zh", COLUMN_TEXT},
	{"template", COLUMN_TEXT}, {"policy", COLUMN_TEXT}, {"policy_version", COLUMN_TEXT}, {"scheme", COLUMN_TEXT}, {"scheme_version", COLUMN_TEXT},
	{"period", COLUMN_TEXT}, {"period_start", COLUMN_DATE}, {"period_end", COLUMN_DATE}, {"published_on", COLUMN_DATE},
	{"deemed_served_on", COLUMN_DATE}, {"state", COLUMN_TEXT},
	{"corrects", COLUMN_INTEGER}, {"corrected_by", COLUMN_INTEGER}, {"items", COLUMN_INTEGER}, {"minimum_cell", COLUMN_INTEGER},
	{"columns", COLUMN_TEXT}, {NULL}
};

int
table_columns(const TableFormat *table)
{
	int			count = 0;

	while (table->columns[count].name != NULL)
		count++;
	return count;
}

/* After OWASP's "CSV injection": = + - @ tab CR, and LF and the full-width forms, which some spreadsheets take for the same. */
bool
needs_apostrophe(const char *text, size_t length)
{
	if (length == 0)
		return false;
	switch (text[0])
	{
		case '=':
		case '+':
		case '-':
		case '@':
		case '\t':
		case '\r':
		case '\n':
		case '\'':
			return true;
		case '\xef':			/* U+FF0B, U+FF0D, U+FF1D, U+FF20 */
			return length >= 3 && text[1] == '\xbc' &&
				(text[2] == '\x8b' || text[2] == '\x8d' || text[2] == '\x9d' || text[2] == '\xa0');
		default:
			return false;
	}
}

void
hash_text(const unsigned char *hash, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < HASH_SIZE; i++)
	{
		text[2 * i] = digits[hash[i] >> 4];
		text[2 * i + 1] = digits[hash[i] & 15];
	}
	text[2 * HASH_SIZE] = '\0';
}

/* The value of a small hexadecimal digit, or -1. */
static int
digit_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
hash_read(const char *text, size_t length, unsigned char *hash)
{
	if (length != 2 * HASH_SIZE)
		return false;
	for (int i = 0; i < HASH_SIZE; i++)
	{
		int			high = digit_value(text[2 * i]);
		int			low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		hash[i] = (unsigned char) (high * 16 + low);
	}
	return true;
}

/* Looking the algorithm up anew for every hash would take longer than a short hash itself. */
struct Sum
{
	EVP_MD_CTX *context;
	EVP_MD	   *algorithm;
};

Sum *
sum_create(void)
{
	Sum		   *sum = allocate(sizeof(Sum));

	sum->context = EVP_MD_CTX_new();
	sum->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (sum->context == NULL || sum->algorithm == NULL)
		die(EXIT_FILES, "OpenSSL has no SHA-256");
	return sum;
}

void
sum_begin(Sum *sum)
{
	if (EVP_DigestInit_ex(sum->context, sum->algorithm, NULL) != 1)
		die(EXIT_FILES, "OpenSSL cannot compute SHA-256");
}

void
sum_add(Sum *sum, const void *bytes, size_t length)
{
	if (EVP_DigestUpdate(sum->context, bytes, length) != 1)
		die(EXIT_FILES, "OpenSSL cannot compute SHA-256");
}

void
sum_end(Sum *sum, unsigned char *hash)
{
	if (EVP_DigestFinal_ex(sum->context, hash, NULL) != 1)
		die(EXIT_FILES, "OpenSSL cannot compute SHA-256");
}

void
sum_of(Sum *sum, const void *bytes, size_t length, unsigned char *hash)
{
	sum_begin(sum);
	sum_add(sum, bytes, length);
	sum_end(sum, hash);
}

void
sum_free(Sum *sum)
{
	EVP_MD_CTX_free(sum->context);
	EVP_MD_free(sum->algorithm);
	free(sum);
}

const char *
path_problem(const char *path, size_t length)
{
	bool		begins = true;	/* a part of the path */

	if (length == 0)
		return "is empty";
	if (length > 250)
		return "is too long";
	for (size_t i = 0; i < length; i++)
	{
		char		c = path[i];

		if (c == '/')
		{
			if (begins)
				return "has an empty part";
			begins = true;
			continue;
		}
		if (begins && (c == '.' || c == '-'))
			return "has a part that begins with a point or a dash";
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'))
			return "has characters other than letters, digits and . _ -";
		begins = false;
	}
	return begins ? "has an empty part" : NULL;
}
