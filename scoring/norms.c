/*
 * scoring/norms.c
 *
 * Reading norms in place: whose they are, and where a value stands in them.
 */
#include <math.h>
#include <string.h>

#include "scoring/norms.h"

/* Reads an exact number of the image. */
void
norms_sum(const Norms *norms, uint32_t offset, ExactNumber *number)
{
	const NormsSum *sum = norms_at(norms, offset);

	number->negative = sum->limbs < 0;
	number->limbs = number->negative ? -sum->limbs : sum->limbs;
	number->exponent = sum->exponent;
	memcpy(number->limb, sum->limb, number->limbs * sizeof(uint32_t));
}

/* Returns the share of values below x, those equal to it counted half; 0 to 1. */
double
norms_percentile(const Norms *norms, const NormsItem *item, double x)
{
	const double *value = norms_values(norms, item);
	const int64_t *upto = norms_upto(norms, item);
	uint32_t	low = 0;
	uint32_t	high = item->values;
	int64_t		below;
	int64_t		equal;

	/* the first value that is not below x */
	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (value[middle] < x)
			low = middle + 1;
		else
			high = middle;
	}
	below = low == 0 ? 0 : upto[low - 1];
	equal = low < item->values && value[low] == x ? upto[low] - below : 0;
	return ((double) below + 0.5 * (double) equal) / (double) item->count;
}

/* Sets the problem of norms that are not those of the card. */
static bool
other_card(const Norms *norms, const Scorecard *card, Problem *problem)
{
	Text		made_for = norms_text(norms, norms->card_name);
	Text		name = card_text(card, card->name);

	problem_set(problem, PROBLEM_DATA, "norms of card \"%s\" are not those of card \"%s\"",
				made_for.bytes, name.bytes);
	if (text_equal(made_for, name))
		problem_hint(problem, "The cards have one name, but do not standardise alike.");
	return false;
}

/* Returns whether an item is of that name and method. */
static bool
same_item(const Norms *norms, uint32_t item, Text name, uint8_t method)
{
	return norms->item[item].method == method &&
		text_equal(norms_text(norms, norms->item[item].name), name);
}

/* Returns whether the norms are those of the card; the problem names both. */
bool
norms_fit_card(const Norms *norms, const Scorecard *card, Problem *problem)
{
	const CardIndicator *indicator = card_indicators(card);
	const CardGroup *group = card_groups(card);
	uint32_t	item = 0;

	if (norms->indicator_fingerprint != card->indicator_fingerprint ||
		norms->indicator_items != card->indicator_norms_items ||
		(norms->has_groups && (norms->group_fingerprint != card->group_fingerprint ||
							   norms->indicator_items + norms->group_items != card->norms_items)))
		return other_card(norms, card, problem);

	/* a fingerprint can be forged, so what follows relies on more than that */
	for (uint32_t i = 0; i < card->indicators; i++)
		if (indicator[i].norms_item >= 0 &&
			!same_item(norms, item++, card_text(card, indicator[i].name),
					   indicator[i].standardise))
			return other_card(norms, card, problem);
	for (uint32_t i = 1; norms->has_groups && i < card->groups; i++)
		if (group[i].norms_item >= 0 &&
			!same_item(norms, item++, card_text(card, group[i].name), group[i].standardise))
			return other_card(norms, card, problem);
	return true;
}

/* Returns whether all figures are finite; the problem names the item that is not. */
bool
norms_check_figures(const Norms *norms, Problem *problem)
{
	for (uint32_t i = 0; i < norms->indicator_items + norms->group_items; i++)
	{
		const NormsItem *item = &norms->item[i];

		if (!isfinite(item->mean) || !isfinite(item->deviation) ||
			!isfinite(item->median) || !isfinite(item->median_deviation))
			return problem_set(problem, PROBLEM_RANGE,
							   "%s \"%s\": its values are too large for their %s",
							   i < norms->indicator_items ? "indicator" : "group",
							   norms_text(norms, item->name).bytes,
							   !isfinite(item->mean) ? "mean" :
							   !isfinite(item->deviation) ? "standard deviation" :
							   "median deviation");
	}
	return true;
}

/* Returns whether two pieces of two images are the same. */
static bool
same_bytes(const Norms *one, uint32_t one_at, const Norms *other, uint32_t other_at,
		   size_t size)
{
	return memcmp(norms_at(one, one_at), norms_at(other, other_at), size) == 0;
}

/* Returns whether two exact numbers of two images are the same; 0 is none. */
static bool
same_sums(const Norms *one, uint32_t one_at, const Norms *other, uint32_t other_at)
{
	const NormsSum *sum = norms_at(one, one_at);
	const NormsSum *other_sum = norms_at(other, other_at);
	int			limbs = sum->limbs < 0 ? -sum->limbs : sum->limbs;

	if (one_at == 0 || other_at == 0)
		return one_at == other_at;
	return sum->limbs == other_sum->limbs &&
		same_bytes(one, one_at, other, other_at, sizeof(NormsSum) + limbs * sizeof(uint32_t));
}

/* Returns whether both were made of the same rows for the same indicators. */
bool
norms_same_indicators(const Norms *one, const Norms *other)
{
	if (one->indicator_fingerprint != other->indicator_fingerprint ||
		one->rows != other->rows ||
		one->indicator_items != other->indicator_items ||
		!text_equal(norms_text(one, one->card_name), norms_text(other, other->card_name)))
		return false;
	for (uint32_t i = 0; i < one->indicator_items; i++)
	{
		const NormsItem *item = &one->item[i];
		const NormsItem *other_item = &other->item[i];

		/* figures follow from the rest, and the range has no other ground */
		if (item->method != other_item->method ||
			!text_equal(norms_text(one, item->name), norms_text(other, other_item->name)) ||
			item->count != other_item->count ||
			item->values != other_item->values ||
			memcmp(&item->minimum, &other_item->minimum, sizeof(double)) != 0 ||
			memcmp(&item->maximum, &other_item->maximum, sizeof(double)) != 0 ||
			!same_sums(one, item->sum_at, other, other_item->sum_at) ||
			!same_sums(one, item->squares_at, other, other_item->squares_at) ||
			!same_bytes(one, item->value_at, other, other_item->value_at,
						item->values * sizeof(double)) ||
			!same_bytes(one, item->upto_at, other, other_item->upto_at,
						item->values * sizeof(int64_t)))
			return false;
	}
	return true;
}
