/*
 * client/bundle_item.c
 *
 * Reading items; see bundle_item.h.
 */
#include <stdlib.h>
#include <string.h>

#include "client/bundle_item.h"
#include "client/json_text.h"
#include "client/output.h"

/* Levels of objects and lists within an item: it has three. */
#define LIMIT_DEPTH 16

/* Returns where a value ends, or NULL where it is not canonical. */
static const char *
value_end(const char *place, const char *end, int depth, ItemValue *value)
{
	char		close;

	value->text = place;
	value->escaped = false;
	if (place >= end || depth > LIMIT_DEPTH)
		return NULL;
	switch (*place)
	{
		case '"':
			value->kind = VALUE_STRING;
			place = json_string_end(place, end, &value->escaped);
			if (place == NULL)
				return NULL;
			value->text++;
			value->length = (size_t) (place - value->text) - 1;
			return place;
		case 'n':
		case 't':
		case 'f':
			{
				const char *word = *place == 'n' ? "null" : *place == 't' ? "true" : "false";

				value->kind = *place == 'n' ? VALUE_NULL : *place == 't' ? VALUE_TRUE : VALUE_FALSE;
				value->length = strlen(word);
				if ((size_t) (end - place) < value->length || memcmp(place, word, value->length) != 0)
					return NULL;
				return place + value->length;
			}
		case '{':
		case '[':
			break;
		default:
			value->kind = VALUE_NUMBER;
			place = json_number_end(place, end);
			if (place == NULL)
				return NULL;
			value->length = (size_t) (place - value->text);
			if (memchr(value->text, 'e', value->length) != NULL || memchr(value->text, 'E', value->length) != NULL)
				return NULL;
			return place;
	}
	value->kind = *place == '{' ? VALUE_OBJECT : VALUE_ARRAY;
	close = *place == '{' ? '}' : ']';
	place++;
	if (place < end && *place == close)
		place++;
	else
	{
		for (;;)
		{
			ItemValue	inner;

			if (value->kind == VALUE_OBJECT)
			{
				bool		escaped;

				place = json_string_end(place, end, &escaped);
				if (place == NULL || place >= end || *place++ != ':')
					return NULL;
			}
			place = value_end(place, end, depth + 1, &inner);
			if (place == NULL || place >= end || (*place != ',' && *place != close))
				return NULL;
			if (*place++ == close)
				break;
		}
	}
	value->length = (size_t) (place - value->text);
	return place;
}

/* Compares keys as the canonical form orders them: by their bytes, unescaped. */
static int
compare_keys(const char *one, size_t one_length, const char *other, size_t other_length)
{
	size_t		common = one_length < other_length ? one_length : other_length;
	int			difference;

	if (memchr(one, '\\', one_length) != NULL || memchr(other, '\\', other_length) != NULL)
	{
		char	   *a = allocate(one_length + other_length);
		char	   *b;
		size_t		a_length = json_unescape(one, one_length, a);
		size_t		b_length;

		b = a + a_length;
		b_length = json_unescape(other, other_length, b);
		common = a_length < b_length ? a_length : b_length;
		difference = memcmp(a, b, common);
		free(a);
		return difference != 0 ? difference : (a_length > b_length) - (a_length < b_length);
	}
	difference = memcmp(one, other, common);
	return difference != 0 ? difference : (one_length > other_length) - (one_length < other_length);
}

bool
members_read(Members *members, const char *text, size_t length, const char **problem)
{
	const char *place = text;
	const char *end = text + length;

	members->count = 0;
	*problem = "it is not a JSON object in canonical form";
	if (length < 2 || *place++ != '{')
		return false;
	if (*place == '}')
		return place + 1 == end;
	for (;;)
	{
		Member	   *member;
		bool		escaped;
		const char *key = place;

		if (members->count == members->room)
		{
			members->room = members->room == 0 ? 64 : 2 * members->room;
			members->members = reallocate(members->members, sizeof(Member) * (size_t) members->room);
		}
		member = &members->members[members->count];
		place = json_string_end(place, end, &escaped);
		if (place == NULL || place >= end)
			return false;
		member->key = key + 1;
		member->key_length = (size_t) (place - key) - 2;
		if (*place++ != ':')
			return false;
		place = value_end(place, end, 1, &member->value);
		if (place == NULL || place >= end)
			return false;
		if (members->count > 0 && compare_keys(member[-1].key, member[-1].key_length, member->key, member->key_length) >= 0)
		{
			*problem = "its keys are not in ascending order";
			return false;
		}
		members->count++;
		if (*place == '}')
			return place + 1 == end;
		if (*place++ != ',')
			return false;
	}
}

const ItemValue *
member_find(const Members *members, const char *name)
{
	static const ItemValue absent = {NULL, 0, VALUE_ABSENT, false};
	size_t		length = strlen(name);

	for (int i = 0; i < members->count; i++)
	{
		if (members->members[i].key_length == length && memcmp(members->members[i].key, name, length) == 0)
			return &members->members[i].value;
	}
	return &absent;
}

const char *
element_next(const ItemValue *list, const char *place, ItemValue *element)
{
	const char *end = list->text + list->length;

	if (list->kind != VALUE_ARRAY)
		return NULL;
	if (place == NULL)
		place = list->text + 1;
	else if (*place == ',')
		place++;
	if (*place == ']')
		return NULL;
	return value_end(place, end, 1, element);
}

RecordField
value_text(const ItemValue *value, Bytes *room)
{
	RecordField field = {NULL, 0};

	switch (value->kind)
	{
		case VALUE_ABSENT:
		case VALUE_NULL:
			break;
		case VALUE_STRING:
			if (value->escaped)
			{
				room->length = 0;
				bytes_add(room, value->text, value->length);
				room->length = json_unescape(value->text, value->length, room->bytes);
				field.text = room->bytes;
				field.length = room->length;
				break;
			}
			/* FALLTHROUGH */
		default:
			field.text = value->text;
			field.length = value->length;
	}
	return field;
}

bool
value_is(const ItemValue *value, const char *text)
{
	return value->kind == VALUE_STRING && value->length == strlen(text) && memcmp(value->text, text, value->length) == 0;
}

/* Half away from zero, digit by digit. */
bool
put_number(Bytes *to, const char *digits, size_t length, size_t decimals)
{
	bool		negative = length > 0 && digits[0] == '-';
	const char *point;
	size_t		whole;
	size_t		there;			/* decimals that there are */
	char		text[32];		/* a carry, 18 digits, a point, 6 digits */
	char	   *place = text + 1;
	bool		zero = true;

	if (negative)
	{
		digits++;
		length--;
	}
	point = memchr(digits, '.', length);
	whole = point != NULL ? (size_t) (point - digits) : length;
	there = point != NULL ? length - whole - 1 : 0;
	if (whole > 18)
		return false;
	text[0] = '0';
	memcpy(place, digits, whole);
	place += whole;
	*place++ = '.';
	for (size_t i = 0; i < decimals; i++)
		*place++ = i < there ? point[1 + i] : '0';
	if (there > decimals && point[1 + decimals] >= '5')
	{
		char	   *carry = place - 1;

		while (*carry == '9' || *carry == '.')
		{
			if (*carry == '9')
				*carry = '0';
			carry--;
		}
		(*carry)++;
	}
	for (char *c = text; c < place; c++)
		zero = zero && (*c == '0' || *c == '.');
	if (negative && !zero)
		bytes_add(to, "-", 1);
	if (text[0] != '0')
		bytes_add(to, text, (size_t) (place - text));
	else
		bytes_add(to, text + 1, (size_t) (place - text) - 1);
	return true;
}
