/*
 * scoring/reasons.c
 *
 * Why a row is not rated, in words.
 */
#include <stdio.h>

#include "scoring/appraise.h"

/* Room for the words around the numbers of a reason. */
#define WORDS_SIZE 80

/* Returns that an indicator is missing. */
static const char *
indicator_reason(const Scorecard *card, uint32_t index, const Arena *arena)
{
	TextBuffer	buffer;

	buffer_init(&buffer, arena);
	buffer_append_string(&buffer, "indicator ");
	buffer_append_label(&buffer, card_text(card, card_indicators(card)[index].name), true);
	buffer_append_string(&buffer, " is missing");
	return buffer.bytes;
}

/* Returns that too little is covered. */
static const char *
coverage_reason(const Scorecard *card, const Appraisal *appraisal, const Arena *arena)
{
	TextBuffer	buffer;

	buffer_init(&buffer, arena);
	buffer_append_string(&buffer, "coverage ");
	buffer_append_number(&buffer, appraisal->coverage);
	buffer_append_string(&buffer, " is below ");
	buffer_append_number(&buffer, card->coverage);
	return buffer.bytes;
}

/* Returns that too few groups have the indicators they need. */
static const char *
groups_reason(const Scorecard *card, const Appraisal *appraisal, const Arena *arena)
{
	char	   *words = arena_allocate(arena, WORDS_SIZE);

	snprintf(words, WORDS_SIZE, "%u of %u groups have %u or more indicators",
			 (unsigned) appraisal->groups_present, (unsigned) card->rated_groups,
			 (unsigned) card->indicators_per_group);
	return words;
}

/* Returns that none of the groups of which one is needed has enough indicators. */
static const char *
any_group_reason(const Scorecard *card, const Arena *arena)
{
	const uint16_t *group = card_at(card, card->any_group_at);
	char		words[WORDS_SIZE];
	TextBuffer	buffer;

	buffer_init(&buffer, arena);
	buffer_append_string(&buffer, "none of the groups ");
	for (uint32_t i = 0; i < card->any_groups; i++)
	{
		if (i > 0)
			buffer_append_string(&buffer, ", ");
		buffer_append_label(&buffer, card_text(card, card_groups(card)[group[i]].name), true);
	}
	snprintf(words, sizeof(words), " has %u or more indicators",
			 (unsigned) card->indicators_per_group);
	buffer_append_string(&buffer, words);
	return buffer.bytes;
}

/*
 * Fills in why a row is not rated and returns the number of reasons, which is at
 * most UNRATED_REASON_COUNT and the card's indicators together.
 */
uint32_t
unrated_reasons(const Workspace *workspace, const Appraisal *appraisal, const Arena *arena,
				const char **reason)
{
	const Scorecard *card = workspace->card;
	uint32_t	count = 0;

	if (appraisal->unrated_reason[UNRATED_NOTHING_PRESENT])
		reason[count++] = "nothing to score";
	if (appraisal->unrated_reason[UNRATED_INDICATOR_MISSING])
		for (uint32_t i = 0; i < card->indicators; i++)
			if (indicator_sorely_missing(workspace, i))
				reason[count++] = indicator_reason(card, i, arena);
	if (appraisal->unrated_reason[UNRATED_COVERAGE])
		reason[count++] = coverage_reason(card, appraisal, arena);
	if (appraisal->unrated_reason[UNRATED_GROUPS])
		reason[count++] = groups_reason(card, appraisal, arena);
	if (appraisal->unrated_reason[UNRATED_ANY_GROUP])
		reason[count++] = any_group_reason(card, arena);
	return count;
}
