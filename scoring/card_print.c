/*
 * scoring/card_print.c
 *
 * The canonical text of a scorecard: keys in the order of the format, defaults
 * left out, shortest numbers that read back the same. Fingerprints are hashes of
 * the parts of it that norms depend on.
 */
#include <string.h>

#include "scoring/card_draft.h"

/* Appends a key, with the comma before it where one is needed. */
static void
print_key(TextBuffer *buffer, const char *key)
{
	if (buffer->length > 0 && buffer->bytes[buffer->length - 1] != '{')
		buffer_append_string(buffer, ", ");
	buffer_append_json(buffer, text_of(key));
	buffer_append_string(buffer, ": ");
}

/* Appends a key with a text, if there is one. */
static void
print_text(TextBuffer *buffer, const char *key, Text text)
{
	if (text.bytes == NULL)
		return;
	print_key(buffer, key);
	buffer_append_json(buffer, text);
}

/* Appends a key with a number, unless it is the default. */
static void
print_number(TextBuffer *buffer, const char *key, double number, double left_out)
{
	if (number == left_out)
		return;
	print_key(buffer, key);
	buffer_append_number(buffer, number);
}

/* Appends a key with a number, if there is one. */
static void
print_optional_number(TextBuffer *buffer, const char *key, bool present, double number)
{
	if (!present)
		return;
	print_key(buffer, key);
	buffer_append_number(buffer, number);
}

/* Appends a key with bands, if there are any. */
static void
print_bands(TextBuffer *buffer, const char *key, const Bands *bands)
{
	TextBuffer	text;

	if (bands == NULL)
		return;
	buffer_init(&text, buffer->arena);
	bands_print(bands, &text);
	print_text(buffer, key, buffer_text(&text));
}

/* Appends "when" with a condition, if there is one. */
static void
print_condition(TextBuffer *buffer, const ConditionDraft *condition)
{
	TextBuffer	text;

	if (condition->count == 0)
		return;
	buffer_init(&text, buffer->arena);
	condition_print(condition, &text);
	print_text(buffer, "when", buffer_text(&text));
}

/* Appends what groups and the card have in common. */
static void
print_aggregate(const GroupDraft *group, TextBuffer *buffer)
{
	if (group->aggregate != AGGREGATE_MEAN)
		print_text(buffer, "aggregate", text_of(aggregate_name(group->aggregate)));
	print_number(buffer, "take", group->take, 1);
	print_number(buffer, "base", group->base, 0);
}

/* Appends the clamp of a group or of the card. */
static void
print_clamp(const GroupDraft *group, TextBuffer *buffer)
{
	print_optional_number(buffer, "floor", group->has_floor, group->floor);
	print_optional_number(buffer, "ceiling", group->has_ceiling, group->ceiling);
}

/* Appends a group; for norms without what only people read. */
void
group_print(const GroupDraft *group, bool for_norms, TextBuffer *buffer)
{
	buffer_append_character(buffer, '{');
	print_text(buffer, "name", group->name);
	if (!for_norms)
		print_text(buffer, "title", group->title);
	print_text(buffer, "parent", group->parent_name);
	print_number(buffer, "weight", group->weight, 1);
	print_aggregate(group, buffer);
	if (group->standardise != STANDARDISE_NONE)
		print_text(buffer, "standardise", text_of(standardise_name(group->standardise)));
	print_clamp(group, buffer);
	buffer_append_character(buffer, '}');
}

/* Appends the curve, bands or categories of an indicator. */
static void
print_shape(const IndicatorDraft *indicator, TextBuffer *buffer)
{
	TextBuffer	text;

	switch (indicator->shape)
	{
		case SHAPE_VALUE:
			break;
		case SHAPE_CURVE:
			buffer_init(&text, buffer->arena);
			curve_print(indicator->curve, &text);
			print_text(buffer, "curve", buffer_text(&text));
			break;
		case SHAPE_BANDS:
			print_bands(buffer, "bands", indicator->bands);
			break;
		case SHAPE_CATEGORIES:
			print_key(buffer, "categories");
			buffer_append_character(buffer, '{');
			for (uint32_t i = 0; i < indicator->categories; i++)
			{
				const CategoryDraft *category = &indicator->category[i];

				if (i > 0)
					buffer_append_string(buffer, ", ");
				buffer_append_json(buffer, category->text);
				buffer_append_string(buffer, ": ");
				buffer_append_number(buffer, category->points);
			}
			buffer_append_character(buffer, '}');
			break;
	}
}

/* Appends the rule for a missing value, unless it is the default. */
static void
print_missing(const IndicatorDraft *indicator, TextBuffer *buffer)
{
	if (indicator->missing == MISSING_UNRATED)
		print_text(buffer, "missing", text_of("unrated"));
	else
		print_optional_number(buffer, "missing", indicator->missing == MISSING_POINTS,
							  indicator->missing_points);
}

/* Appends an indicator; for norms without what only people read. */
void
indicator_print(const IndicatorDraft *indicator, bool for_norms, TextBuffer *buffer)
{
	static const char *const direction_names[] = {"lower", "none", "higher"};

	buffer_append_character(buffer, '{');
	print_text(buffer, "name", indicator->name);
	if (!text_equal(indicator->input_name, indicator->name))
		print_text(buffer, "input", indicator->input_name);
	print_condition(buffer, &indicator->when);
	if (!for_norms)
	{
		print_text(buffer, "title", indicator->title);
		print_text(buffer, "unit", indicator->unit);
	}
	print_text(buffer, "group", indicator->group_name);
	print_number(buffer, "weight", indicator->weight, 1);
	if (indicator->bonus)
	{
		print_key(buffer, "bonus");
		buffer_append_string(buffer, "true");
	}
	if (indicator->direction != indicator->natural_direction)
		print_text(buffer, "direction", text_of(direction_names[indicator->direction + 1]));
	if (indicator->standardise != STANDARDISE_NONE)
		print_text(buffer, "standardise", text_of(standardise_name(indicator->standardise)));
	print_shape(indicator, buffer);
	if (indicator->capped)
	{
		print_key(buffer, "cap");
		buffer_append_character(buffer, '[');
		buffer_append_number(buffer, indicator->cap_low);
		buffer_append_string(buffer, ", ");
		buffer_append_number(buffer, indicator->cap_high);
		buffer_append_character(buffer, ']');
	}
	if (!for_norms)
		print_optional_number(buffer, "step", indicator->has_step, indicator->step);
	print_missing(indicator, buffer);
	buffer_append_character(buffer, '}');
}

/* Appends the conditions of being rated, unless nothing is asked. */
static void
print_rated(const CardDraft *draft, TextBuffer *buffer)
{
	if (draft->coverage == 0 && draft->rated_groups == 0 && draft->any_group == NULL)
		return;
	print_key(buffer, "rated");
	buffer_append_character(buffer, '{');
	print_number(buffer, "coverage", draft->coverage, 0);
	print_number(buffer, "groups", draft->rated_groups, 0);
	print_number(buffer, "indicators_per_group", draft->indicators_per_group, 1);
	if (draft->any_group != NULL)
	{
		print_key(buffer, "any_group");
		buffer_append_character(buffer, '[');
		for (const JsonNode *node = draft->any_group->first; node != NULL; node = node->next)
		{
			if (node != draft->any_group->first)
				buffer_append_string(buffer, ", ");
			buffer_append_json(buffer, node->text);
		}
		buffer_append_character(buffer, ']');
	}
	buffer_append_character(buffer, '}');
}

/* Appends a veto. */
static void
print_veto(const VetoDraft *veto, TextBuffer *buffer)
{
	buffer_append_character(buffer, '{');
	print_condition(buffer, &veto->when);
	print_text(buffer, "reason", veto->reason);
	print_text(buffer, "grade", veto->grade);
	print_text(buffer, "cap", veto->cap);
	print_optional_number(buffer, "demote", (veto->actions & VETO_DEMOTE) != 0, veto->demote);
	print_optional_number(buffer, "score", (veto->actions & VETO_SCORE) != 0, veto->score);
	if (veto->actions & VETO_UNRATE)
	{
		print_key(buffer, "unrate");
		buffer_append_string(buffer, "true");
	}
	buffer_append_character(buffer, '}');
}

/* Opens a list in the card. */
static void
print_list_start(TextBuffer *buffer, const char *key)
{
	print_key(buffer, key);
	buffer_append_character(buffer, '[');
}

/* Returns the canonical text of a draft that has been checked. */
Text
card_print(const CardDraft *draft)
{
	TextBuffer	buffer;

	buffer_init(&buffer, draft->arena);
	buffer_append_character(&buffer, '{');
	print_text(&buffer, "name", draft->name);
	print_text(&buffer, "title", draft->title);
	print_text(&buffer, "version", draft->version);
	print_aggregate(&draft->group[0], &buffer);
	print_clamp(&draft->group[0], &buffer);
	print_number(&buffer, "decimals", draft->decimals, 6);
	if (draft->groups > 1)
	{
		print_list_start(&buffer, "groups");
		for (uint32_t i = 1; i < draft->groups; i++)
		{
			if (i > 1)
				buffer_append_string(&buffer, ", ");
			group_print(&draft->group[i], false, &buffer);
		}
		buffer_append_character(&buffer, ']');
	}
	print_list_start(&buffer, "indicators");
	for (uint32_t i = 0; i < draft->indicators; i++)
	{
		if (i > 0)
			buffer_append_string(&buffer, ", ");
		indicator_print(&draft->indicator[i], false, &buffer);
	}
	buffer_append_character(&buffer, ']');
	print_rated(draft, &buffer);
	print_bands(&buffer, "grades", draft->grades);
	print_text(&buffer, "unrated", draft->unrated);
	if (draft->vetoes > 0)
	{
		print_list_start(&buffer, "vetoes");
		for (uint32_t i = 0; i < draft->vetoes; i++)
		{
			if (i > 0)
				buffer_append_string(&buffer, ", ");
			print_veto(&draft->veto[i], &buffer);
		}
		buffer_append_character(&buffer, ']');
	}
	buffer_append_character(&buffer, '}');
	return buffer_text(&buffer);
}

/* Returns the FNV-1a hash of a text. */
static uint64_t
hash_text(Text text)
{
	uint64_t	hash = UINT64_C(14695981039346656037);

	for (uint32_t i = 0; i < text.length; i++)
	{
		hash ^= (unsigned char) text.bytes[i];
		hash *= UINT64_C(1099511628211);
	}
	return hash;
}

/* Returns whether a group is standardised or stands beneath one that is. */
static bool
in_standardised_group(const CardDraft *draft, uint32_t group)
{
	for (; group != 0; group = draft->group[group].parent)
		if (draft->group[group].standardise != STANDARDISE_NONE)
			return true;
	return false;
}

/*
 * Hashes what norms depend on. Those of indicators: which inputs are taken when,
 * and how they are standardised. Those of groups: that, and all beneath them.
 */
void
card_fingerprint(CardDraft *draft)
{
	TextBuffer	buffer;

	buffer_init(&buffer, draft->arena);
	for (uint32_t i = 0; i < draft->indicators; i++)
	{
		const IndicatorDraft *indicator = &draft->indicator[i];

		if (indicator->standardise == STANDARDISE_NONE)
			continue;
		buffer_append_json(&buffer, indicator->name);
		buffer_append_json(&buffer, indicator->input_name);
		buffer_append_string(&buffer, standardise_name(indicator->standardise));
		print_condition(&buffer, &indicator->when);
	}
	draft->indicator_fingerprint = hash_text(buffer_text(&buffer));
	for (uint32_t i = 0; i < draft->indicators; i++)
		if (in_standardised_group(draft, draft->indicator[i].group))
			indicator_print(&draft->indicator[i], true, &buffer);
	for (uint32_t i = 1; i < draft->groups; i++)
		if (in_standardised_group(draft, i))
			group_print(&draft->group[i], true, &buffer);
	draft->group_fingerprint = hash_text(buffer_text(&buffer));
}
