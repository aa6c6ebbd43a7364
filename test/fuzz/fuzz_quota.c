/*
 * test/fuzz/fuzz_quota.c
 *
 * Any bytes as quotas: refused with a message, or shares that ascend to at most
 * the whole, whose canonical writing is read back the same; and boundaries that
 * stay in order through rounding and ties.
 */
#include "scoring/quota.h"
#include "test/fuzz/fuzz.h"

#define ROWS 50

/* Writes quotas so that they read back the same. */
static void
print(const Quotas *quotas, TextBuffer *buffer)
{
	int64_t		before = 0;

	for (uint32_t i = 0; i < quotas->count; i++)
	{
		const Quota *grade = &quotas->grade[i];
		char		share[32];

		if (i > 0)
			buffer_append_character(buffer, ',');
		buffer_append_label(buffer, grade->label, true);
		if (i + 1 < quotas->count || grade->cumulative < QUOTA_WHOLE)
		{
			int64_t		part = grade->cumulative - before;

			snprintf(share, sizeof(share), " %d.%06d%%", (int) (part / 1000000), (int) (part % 1000000));
			buffer_append_string(buffer, share);
		}
		before = grade->cumulative;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Text		text = {(const char *) data, (uint32_t) size};
	Problem		problem;
	Quotas	   *quotas;
	Quotas	   *again;
	TextBuffer	printed;
	bool		tied[ROWS];
	int			boundaries[LIMIT_BANDS];

	if (!quotas_parse(text, &fuzz_arena, &quotas, &problem))
		return fuzz_refused(&problem);

	FUZZ_CHECK(quotas->count >= 1 && quotas->count <= LIMIT_BANDS);
	buffer_init(&printed, &fuzz_arena);
	print(quotas, &printed);
	FUZZ_CHECK(quotas_parse(buffer_text(&printed), &fuzz_arena, &again, &problem));
	FUZZ_CHECK(again->count == quotas->count);
	for (uint32_t i = 0; i < quotas->count; i++)
	{
		const Quota *grade = &quotas->grade[i];

		FUZZ_CHECK(grade->label.length >= 1 && grade->label.length <= LIMIT_LABEL);
		FUZZ_CHECK(grade->cumulative <= QUOTA_WHOLE);
		FUZZ_CHECK(grade->cumulative > (i == 0 ? 0 : grade[-1].cumulative) || i + 1 == quotas->count);
		FUZZ_CHECK(text_equal(grade->label, again->grade[i].label));
		FUZZ_CHECK(grade->cumulative == again->grade[i].cumulative);
	}

	/* ties as the first bytes say */
	for (int i = 0; i < ROWS; i++)
		tied[i] = i > 0 && (size_t) i < size && (data[i] & 1) != 0;
	for (int ties = QUOTA_KEEP; ties <= QUOTA_ORDER; ties++)
		for (int rounding = QUOTA_ROUND; rounding <= QUOTA_CEIL; rounding++)
		{
			for (uint32_t i = 0; i < quotas->count; i++)
				boundaries[i] = (int) quota_rows(ROWS, quotas->grade[i].cumulative, (QuotaRounding) rounding);
			if (!quota_settle(quotas, boundaries, tied, ROWS, (QuotaTies) ties, &problem))
			{
				FUZZ_CHECK(ties == QUOTA_ORDER && problem.kind == PROBLEM_DATA);
				continue;
			}
			for (uint32_t i = 0; i < quotas->count; i++)
			{
				FUZZ_CHECK(boundaries[i] >= (i == 0 ? 0 : boundaries[i - 1]) && boundaries[i] <= ROWS);
				FUZZ_CHECK(boundaries[i] == 0 || boundaries[i] == ROWS || !tied[boundaries[i]]);
			}
		}
	return fuzz_done();
}
