/*
 * client/verify_entry.c
 *
 * What an entry shows; see verify_entry.h.
 */
#include <math.h>
#include <string.h>

#include "client/json_text.h"
#include "client/verify_entry.h"

#define ITEMS_FILE "items.csv"

Place
entry_place(const EntryItem *entry, const char *column)
{
	return (Place) {ITEMS_FILE, entry->line, column};
}

/* Is it the key of an input of that name? */
static bool
is_input_key(const Member *member, Text name)
{
	return member->key_length == name.length + 6 && memcmp(member->key, "input.", 6) == 0 && memcmp(member->key + 6, name.bytes, name.length) == 0;
}

/* Is a value this text? */
static bool
is_text(const ItemValue *value, const char *text)
{
	return value->kind == VALUE_STRING && value->length == strlen(text) && memcmp(value->text, text, value->length) == 0;
}

/* The value of an input; NULL where the entry does not show it. Names with escapes are none that a scheme can have. */
const ItemValue *
entry_input(const EntryItem *entry, Text name, int *place)
{
	const Members *values = entry->values;

	if (*place >= values->count || !is_input_key(&values->members[*place], name))
	{
		*place = 0;
		while (*place < values->count && !is_input_key(&values->members[*place], name))
			(*place)++;
		if (*place == values->count)
		{
			*place = 0;
			return NULL;
		}
	}
	for (int i = 0; i < entry->withheld->count; i++)
	{
		const Member *member = &entry->withheld->members[i];

		/* what is missing for too few cases is missing to whoever computes, too */
		if (member->key_length == name.length && memcmp(member->key, name.bytes, name.length) == 0
			&& !(values->members[*place].value.kind == VALUE_NULL && is_text(&member->value, "too_few")))
			return NULL;
	}
	return &values->members[*place].value;
}

/* A column of the entry that is shown to be as it is; NULL where it is not. */
const ItemValue *
entry_column(const EntryItem *entry, const char *name)
{
	const ItemValue *value = member_find(entry->values, name);

	return value->kind == VALUE_ABSENT || member_find(entry->withheld, name)->kind != VALUE_ABSENT ? NULL : value;
}

/* Reads the inputs of the card; false where one is not shown. */
bool
entry_read_inputs(Replay *replay, const EntryItem *entry)
{
	const Scorecard *card = replay->scheme->card;

	for (uint32_t i = 0; i < card->inputs; i++)
	{
		const CardInput *input = &card_inputs(card)[i];
		Text		name = card_text(card, input->name);
		const ItemValue *value = entry_input(entry, name, &replay->input_places[i]);
		RecordField text;

		if (value == NULL)
		{
			not_recomputable(replay->report, entry->number, "the input \"%.*s\" is not shown", (int) name.length, name.bytes);
			return false;
		}
		replay->x[i] = NAN;
		if (value->kind == VALUE_NULL)
			continue;
		if (input->texts == 0)
		{
			if (value->kind == VALUE_NUMBER && json_number(value->text, value->length, &replay->x[i]))
				continue;
			wrong(replay->report, entry_place(entry, "values"), "entry %lu: the input \"%.*s\" is no number", (unsigned long) entry->number, (int) name.length, name.bytes);
			return false;
		}
		if (value->kind != VALUE_STRING)
		{
			wrong(replay->report, entry_place(entry, "values"), "entry %lu: the input \"%.*s\" is no text", (unsigned long) entry->number, (int) name.length, name.bytes);
			return false;
		}
		text = value_text(value, &replay->room);
		replay->x[i] = 0;		/* a text that the card does not know */
		for (uint32_t k = 0; k < input->texts; k++)
		{
			Text		known = card_text(card, card_input_texts(card, input)[k]);

			if (known.length == text.length && memcmp(known.bytes, text.text, text.length) == 0)
				replay->x[i] = k + 1;
		}
	}
	return true;
}

/* A number that may be none. */
static OperandValue
number_operand(double number)
{
	OperandValue operand = {isnan(number) ? OPERAND_MISSING : OPERAND_NUMBER, number, {NULL, 0}};

	return operand;
}

static OperandValue
text_operand(Text text)
{
	OperandValue operand = {text.bytes == NULL ? OPERAND_MISSING : OPERAND_TEXT, 0, text};

	return operand;
}

/* A value of the item as an operand; its text lives in the arena. */
OperandValue
value_operand(Replay *replay, const ItemValue *value)
{
	OperandValue unknown = {OPERAND_UNKNOWN, 0, {NULL, 0}};
	OperandValue missing = {OPERAND_MISSING, 0, {NULL, 0}};
	double		number;
	Text		text;

	if (value == NULL)
		return unknown;
	switch (value->kind)
	{
		case VALUE_NULL:
			return missing;
		case VALUE_NUMBER:
			return json_number(value->text, value->length, &number) ? number_operand(number) : unknown;
		case VALUE_STRING:
			text.bytes = value->text;
			text.length = (uint32_t) value->length;
			if (value->escaped)
			{
				char	   *copy = arena_allocate(replay->scheme->arena, value->length + 1);

				text.bytes = copy;
				text.length = (uint32_t) json_unescape(value->text, value->length, copy);
			}
			return text_operand(text);
		default:
			return unknown;
	}
}

OperandValue
replay_operand(Replay *replay, const EntryItem *entry, Text name)
{
	int			place = 0;

	return value_operand(replay, entry_input(entry, name, &place));
}

/* What a name in a condition stands for. */
OperandValue
sight_operand(void *context, Text name)
{
	static const OperandValue unknown = {OPERAND_UNKNOWN, 0, {NULL, 0}};
	const Sight *sight = context;
	const Scheme *scheme = sight->replay->scheme;
	const Standing *standing = sight->standing;

	if (text_equal(name, text_of("score")))
		return standing->score_known ? number_operand(standing->score) : unknown;
	if (text_equal(name, text_of("grade")))
		return standing->grade_known ? text_operand(standing->grade) : unknown;
	if (text_equal(name, text_of("notch")))
	{
		int			notch = scheme_notch(scheme, standing->grade);

		return standing->grade_known ? number_operand(notch > 0 ? notch : NAN) : unknown;
	}
	if (text_equal(name, text_of("rated")))
		return number_operand(standing->rated);
	if (text_equal(name, text_of("coverage")))
		return number_operand(sight->coverage);
	if (text_equal(name, text_of("rank")))
		return value_operand(sight->replay, entry_column(sight->entry, "rank"));
	if (text_equal(name, text_of("peer_rank")))
		return value_operand(sight->replay, entry_column(sight->entry, "peer_rank"));
	if (population_tells(name))
		return population_operand(sight->replay->population, name, value_operand(sight->replay, entry_column(sight->entry, "rank")),
								  value_operand(sight->replay, entry_column(sight->entry, "peer_rank")), value_operand(sight->replay, entry_column(sight->entry, "peer")));
	if (name.length > 7 && memcmp(name.bytes, "points.", 7) == 0)
	{
		Text		own = {name.bytes + 7, name.length - 7};

		for (uint32_t i = 0; i < scheme->card->indicators; i++)
		{
			if (text_equal(card_text(scheme->card, card_indicators(scheme->card)[i].name), own))
				return number_operand(sight->workspace->points[i]);
		}
		return unknown;
	}
	if (name.length > 6 && memcmp(name.bytes, "group.", 6) == 0)
	{
		Text		own = {name.bytes + 6, name.length - 6};

		for (uint32_t i = 1; i < scheme->card->groups; i++)
		{
			if (text_equal(card_text(scheme->card, card_groups(scheme->card)[i].name), own))
				return number_operand(sight->workspace->value[i]);
		}
		return unknown;
	}
	return replay_operand(sight->replay, sight->entry, name);
}
