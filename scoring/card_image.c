/*
 * scoring/card_image.c
 *
 * From a checked draft to the flat image of a scorecard.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "scoring/card_draft.h"
#include "scoring/round.h"
#include "scoring/steps.h"

/* An image that grows; pieces begin at multiples of eight bytes. */
typedef struct ImageBuffer
{
	TextBuffer	bytes;
} ImageBuffer;

/* Appends a piece and returns its offset. */
static uint32_t
append_piece(ImageBuffer *image, const void *bytes, size_t size)
{
	static const char zeros[8];
	uint32_t	offset;

	buffer_append(&image->bytes, zeros, -image->bytes.length % 8);
	offset = (uint32_t) image->bytes.length;
	buffer_append(&image->bytes, bytes, size);
	return offset;
}

/* Appends a terminated text, if there is one. */
static CardText
append_text(ImageBuffer *image, Text text)
{
	CardText	result = {0, 0};

	if (text.bytes == NULL)
		return result;
	result.at = (uint32_t) image->bytes.length;
	result.length = text.length;
	buffer_append_text(&image->bytes, text);
	buffer_append_character(&image->bytes, '\0');
	return result;
}

/* Returns the code of a text of a column: its place, counted from 1. */
static uint32_t
text_code(const InputDraft *input, Text text)
{
	uint32_t	code = 0;

	while (!text_equal(input->text[code++], text))
		;
	return code;
}

/* Appends the terms of a condition. */
static CardCondition
append_condition(ImageBuffer *image, const CardDraft *draft,
				 const ConditionDraft *condition, Scorecard *card)
{
	Term	   *terms = arena_allocate(draft->arena, (condition->count + 1) * sizeof(Term));
	CardCondition result = {0, condition->count};

	memset(terms, 0, condition->count * sizeof(Term));
	for (uint32_t i = 0; i < condition->count; i++)
	{
		const TermDraft *term = &condition->term[i];

		terms[i].number = term->is_text ?
			text_code(&draft->input[term->index], term->text) : term->number;
		terms[i].index = (uint16_t) term->index;
		terms[i].operand = (uint8_t) term->operand;
		terms[i].comparison = (uint8_t) term->comparison;
	}
	if (condition->count > 0)
		result.term_at = append_piece(image, terms, condition->count * sizeof(Term));
	card->terms += condition->count;
	return result;
}

/* Appends the columns and their texts. */
static uint32_t
append_inputs(ImageBuffer *image, const CardDraft *draft)
{
	CardInput  *inputs = arena_allocate(draft->arena, draft->inputs * sizeof(CardInput));

	memset(inputs, 0, draft->inputs * sizeof(CardInput));
	for (uint32_t i = 0; i < draft->inputs; i++)
	{
		const InputDraft *input = &draft->input[i];
		CardText   *texts;

		inputs[i].name = append_text(image, input->name);
		inputs[i].texts = input->texts;
		if (input->texts == 0)
			continue;
		texts = arena_allocate(draft->arena, input->texts * sizeof(CardText));
		for (uint32_t j = 0; j < input->texts; j++)
			texts[j] = append_text(image, input->text[j]);
		inputs[i].text_at = append_piece(image, texts, input->texts * sizeof(CardText));
	}
	return append_piece(image, inputs, draft->inputs * sizeof(CardInput));
}

/* Appends the points of categories by code of the text. */
static uint32_t
append_categories(ImageBuffer *image, const CardDraft *draft,
				  const IndicatorDraft *indicator)
{
	const InputDraft *input = &draft->input[indicator->input];
	double	   *points = arena_allocate(draft->arena, (input->texts + 1) * sizeof(double));

	for (uint32_t i = 0; i <= input->texts; i++)
		points[i] = NAN;
	for (uint32_t i = 0; i < indicator->categories; i++)
		points[text_code(input, indicator->category[i].text)] = indicator->category[i].points;
	return append_piece(image, points, (input->texts + 1) * sizeof(double));
}

/* Appends the indicators. */
static uint32_t
append_indicators(ImageBuffer *image, const CardDraft *draft, Scorecard *card)
{
	size_t		size = draft->indicators * sizeof(CardIndicator);
	CardIndicator *indicators = arena_allocate(draft->arena, size);

	memset(indicators, 0, size);
	for (uint32_t i = 0; i < draft->indicators; i++)
	{
		const IndicatorDraft *from = &draft->indicator[i];
		CardIndicator *to = &indicators[i];

		to->weight = from->weight;
		to->capped = from->capped;
		to->cap_low = from->cap_low;
		to->cap_high = from->cap_high;
		to->missing = (uint8_t) from->missing;
		to->missing_points = from->missing_points;
		to->maximum = from->maximum;
		to->step = from->has_step ? from->step : 1 / round_scale[draft->decimals];
		to->share = from->share;
		to->name = append_text(image, from->name);
		to->when = append_condition(image, draft, &from->when, card);
		to->shape = (uint8_t) from->shape;
		if (from->shape == SHAPE_BANDS)
			to->shape_at = append_piece(image, from->bands, from->bands->size);
		else if (from->shape == SHAPE_CURVE)
			to->shape_at = append_piece(image, from->curve, from->curve->size);
		else if (from->shape == SHAPE_CATEGORIES)
			to->shape_at = append_categories(image, draft, from);
		to->input = (uint16_t) from->input;
		to->group = (uint16_t) from->group;
		to->norms_item = (int16_t) from->norms_item;
		to->standardise = (uint8_t) from->standardise;
		to->direction = (int8_t) from->direction;
		to->bonus = from->bonus;
	}
	return append_piece(image, indicators, size);
}

/* Appends the groups, the card itself first. */
static uint32_t
append_groups(ImageBuffer *image, const CardDraft *draft)
{
	size_t		size = draft->groups * sizeof(CardGroup);
	CardGroup  *groups = arena_allocate(draft->arena, size);

	memset(groups, 0, size);
	for (uint32_t i = 0; i < draft->groups; i++)
	{
		const GroupDraft *from = &draft->group[i];
		CardGroup  *to = &groups[i];

		to->weight = from->weight;
		to->base = from->base;
		to->floor = from->has_floor ? from->floor : -INFINITY;
		to->ceiling = from->has_ceiling ? from->ceiling : INFINITY;
		to->name = append_text(image, from->name);
		to->child_at = append_piece(image, from->child, from->children * sizeof(uint16_t));
		to->children = from->children;
		to->take = (uint32_t) from->take;
		to->parent = (uint16_t) from->parent;
		to->norms_item = (int16_t) from->norms_item;
		to->top = (uint16_t) from->top;
		to->aggregate = (uint8_t) from->aggregate;
		to->standardise = (uint8_t) from->standardise;
		to->has_bonus = from->has_bonus;
	}
	return append_piece(image, groups, size);
}

/* Returns why a veto acts: the reason given, else its condition. */
static Text
veto_reason(const CardDraft *draft, const VetoDraft *veto)
{
	TextBuffer	buffer;

	if (veto->reason.bytes != NULL)
		return veto->reason;
	buffer_init(&buffer, draft->arena);
	condition_print(&veto->when, &buffer);
	return buffer_text(&buffer);
}

/* Appends the vetoes. */
static uint32_t
append_vetoes(ImageBuffer *image, const CardDraft *draft, Scorecard *card)
{
	size_t		size = draft->vetoes * sizeof(CardVeto);
	CardVeto   *vetoes = arena_allocate(draft->arena, size + 1);

	memset(vetoes, 0, size);
	for (uint32_t i = 0; i < draft->vetoes; i++)
	{
		const VetoDraft *from = &draft->veto[i];
		CardVeto   *to = &vetoes[i];

		to->when = append_condition(image, draft, &from->when, card);
		to->reason = append_text(image, veto_reason(draft, from));
		to->grade = append_text(image, from->grade);
		to->score = round_decimals(from->score, draft->decimals);
		to->grade_notch = from->grade_notch;
		to->cap_notch = from->cap_notch;
		to->demote = from->demote;
		to->actions = from->actions;
		if (from->actions & VETO_SCORE)
			card->scores_by_veto = true;
	}
	return append_piece(image, vetoes, size);
}

/* Returns whether the card is one for the fast path, and how wide its rows are. */
static bool
fits_steps(const CardDraft *draft, const Scorecard *card, uint32_t *width)
{
	uint32_t	most = 0;

	if (draft->groups > 1 || draft->norms_items > 0 || card->scores_by_veto ||
		(draft->group[0].aggregate != AGGREGATE_MEAN &&
		 draft->group[0].aggregate != AGGREGATE_SUM))
		return false;
	for (uint32_t i = 0; i < draft->indicators; i++)
	{
		const IndicatorDraft *indicator = &draft->indicator[i];
		uint32_t	cuts;

		if (indicator->shape != SHAPE_BANDS || indicator->when.count > 0)
			return false;
		cuts = indicator->bands->count -
			indicator->bands->entry[indicator->bands->count - 1].otherwise;
		if (cuts > STEPS_MOST_CUTS)
			return false;
		if (cuts > most)
			most = cuts;
	}
	*width = most <= 2 ? 2 : most <= 4 ? most : most <= 8 ? 8 : 16;
	return true;
}

/* Fills a place of a row: points and weight, or nothing where there are none. */
static void
fill_place(const IndicatorDraft *indicator, bool present, double points, bool is_sum,
		   double *product, double *weight)
{
	if (present && indicator->capped)
		points = fmin(fmax(points, indicator->cap_low), indicator->cap_high);
	if (!present && indicator->missing == MISSING_POINTS)
	{
		present = true;
		points = indicator->missing_points;
	}
	*product = present ? indicator->weight * points : 0;
	*weight = !present || (indicator->bonus && !is_sum) ? 0 : indicator->weight;
}

/* Fills the half of a row that belongs to an indicator; see steps.h. */
static void
fill_half(const IndicatorDraft *indicator, uint32_t width, bool is_sum, int half,
		  StepsRow *row)
{
	const Bands *bands = indicator->bands;
	const Band *last = &bands->entry[bands->count - 1];
	uint32_t	cuts = bands->count - last->otherwise;
	double	   *bound = (double *) (row + 1);
	double	   *product = bound + 2 * width + half * (width + 2);
	double	   *weight = product + 2 * (width + 2);

	row->input[half] = indicator->input;
	row->sign[half] = bands->lower_is_better ? -1 : 1;
	fill_place(indicator, false, 0, is_sum, &product[0], &weight[0]);
	fill_place(indicator, last->otherwise, last->points, is_sum, &product[1], &weight[1]);
	for (uint32_t i = 0; i < width; i++)
	{
		/* the weakest cut first; none is left that a finite value could reach */
		const Band *band = i < cuts ? &bands->entry[cuts - 1 - i] : NULL;
		double		cut = band == NULL ? INFINITY : row->sign[half] * band->cut;

		bound[2 * i + half] = band != NULL && band->strict ? steps_next_above(cut) : cut;
		if (band != NULL)
			fill_place(indicator, true, band->points, is_sum, &product[i + 2],
					   &weight[i + 2]);
	}
}

/* Fills the half of the last row that no indicator is left for. */
static void
fill_empty_half(uint32_t width, StepsRow *row)
{
	double	   *bound = (double *) (row + 1);

	row->input[1] = row->input[0];
	row->sign[1] = 1;
	for (uint32_t i = 0; i < width; i++)
		bound[2 * i + 1] = INFINITY;
}

/* Returns whether a number is whole and small enough for sums of many to be exact. */
static bool
is_whole(double number)
{
	return fabs(number) <= 1e9 && number == (double) (int64_t) number;
}

/* Fills in the products in the half of a row as integers; false where one is none. */
static bool
fill_whole(uint32_t width, int half, StepsRow *row)
{
	const double *product = (double *) (row + 1) + 2 * width + half * (width + 2);
	int64_t    *whole = (int64_t *) (product + 4 * (width + 2));

	for (uint32_t i = 0; i < width + 2; i++)
	{
		if (!is_whole(product[i]))
			return false;
		whole[i] = (int64_t) product[i];
	}
	return true;
}

/* Appends the table of the fast path, if the card is one for it. */
static uint32_t
append_steps(ImageBuffer *image, const CardDraft *draft, const Scorecard *card)
{
	bool		is_sum = draft->group[0].aggregate == AGGREGATE_SUM;
	uint32_t	width;
	size_t		size;
	Steps	   *steps;

	if (!fits_steps(draft, card, &width))
		return 0;
	size = sizeof(Steps) + steps_rows(card) * steps_row_size(width);
	steps = arena_allocate(draft->arena, size);
	memset(steps, 0, size);
	steps->width = width;
	steps->complete = true;
	steps->whole = is_whole(draft->group[0].base);
	steps->base = draft->group[0].base;
	for (uint32_t i = 0; i < draft->indicators; i++)
	{
		const IndicatorDraft *indicator = &draft->indicator[i];
		StepsRow   *row = (StepsRow *) ((char *) (steps + 1) +
										i / 2 * steps_row_size(width));

		fill_half(indicator, width, is_sum, i % 2, row);
		if (i % 2 == 0 && i + 1 == draft->indicators)
			fill_empty_half(width, row);
		steps->whole = steps->whole && fill_whole(width, i % 2, row);
		if (!indicator->bonus)
			steps->total_weight += indicator->weight;
		steps->complete = steps->complete && indicator->input == i &&
			indicator->bands->entry[indicator->bands->count - 1].otherwise;
	}
	/* floor and ceiling come before rounding, and so have to be whole as well */
	steps->rounded = is_sum && steps->whole && is_whole(draft->group[0].floor) &&
		is_whole(draft->group[0].ceiling);
	/* a mean of bonuses alone is missing */
	steps->complete = steps->complete && (is_sum || steps->total_weight > 0);
	return append_piece(image, steps, size);
}

/* Returns the flat image of a draft that has been checked. */
Scorecard *
card_image(const CardDraft *draft)
{
	ImageBuffer image;
	Scorecard	header;
	Scorecard  *card = &header;

	buffer_init(&image.bytes, draft->arena);
	memset(&header, 0, sizeof(header));
	append_piece(&image, &header, sizeof(header));
	card->version = SCORECARD_VERSION;
	card->decimals = (uint8_t) draft->decimals;
	card->inputs = draft->inputs;
	card->indicators = draft->indicators;
	card->groups = draft->groups;
	card->vetoes = draft->vetoes;
	card->norms_items = draft->norms_items;
	card->indicator_norms_items = draft->indicator_norms_items;
	card->has_group_norms = draft->norms_items > draft->indicator_norms_items;
	card->name = append_text(&image, draft->name);
	card->unrated = append_text(&image, draft->unrated);
	card->input_at = append_inputs(&image, draft);
	card->indicator_at = append_indicators(&image, draft, card);
	card->group_at = append_groups(&image, draft);
	card->order_at = append_piece(&image, draft->order, draft->groups * sizeof(uint16_t));
	card->veto_at = append_vetoes(&image, draft, card);
	if (draft->grades != NULL)
		card->grades_at = append_piece(&image, draft->grades, draft->grades->size);
	card->steps_at = append_steps(&image, draft, card);
	card->indicator_fingerprint = draft->indicator_fingerprint;
	card->group_fingerprint = draft->group_fingerprint;
	card->coverage = draft->coverage;
	card->total_share = draft->total_share;
	card->rated_groups = (uint32_t) draft->rated_groups;
	card->indicators_per_group = (uint32_t) draft->indicators_per_group;
	card->any_groups = draft->any_groups;
	if (draft->any_groups > 0)
		card->any_group_at = append_piece(&image, draft->any_group_index,
										  draft->any_groups * sizeof(uint16_t));
	card->json = append_text(&image, card_print(draft));
	card->size = (uint32_t) image.bytes.length;
	memcpy(image.bytes.bytes, &header, sizeof(header));
	return (Scorecard *) image.bytes.bytes;
}

/* Builds the image of a scorecard from its JSON; see card_draft.h for the steps. */
bool
card_build(const JsonNode *root, const Arena *arena, Scorecard **card, Problem *problem)
{
	CardDraft	draft;

	memset(&draft, 0, sizeof(draft));
	draft.arena = arena;
	if (!card_read(root, &draft, problem) ||
		!card_resolve(&draft, problem) ||
		!card_check(&draft, problem))
		return false;
	card_fingerprint(&draft);
	*card = card_image(&draft);
	return true;
}
