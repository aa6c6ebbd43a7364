/*
 * client/bundle_labels.c
 *
 * Labels; see bundle_labels.h.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/bundle_labels.h"
#include "client/output.h"

/* Any good spread will do: these lists are short. */
static uint32_t
hash_bytes(const char *text, size_t length)
{
	uint32_t	hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char) text[i]) * 16777619u;
	return hash;
}

static char *
copy_field(const RecordField *field)
{
	return field->text == NULL ? NULL : format_text("%.*s", (int) field->length, field->text);
}

const Code *
codes_find(const CodeList *codes, const char *code, size_t length)
{
	if (codes->count == 0)
		return NULL;
	for (const Code *found = codes->buckets[hash_bytes(code, length) % (uint32_t) codes->buckets_count]; found != NULL; found = found->next)
	{
		if (strlen(found->code) == length && memcmp(found->code, code, length) == 0)
			return found;
	}
	return NULL;
}

/* Makes four times as many buckets. */
static void
spread(CodeList *codes)
{
	int			count = codes->buckets_count == 0 ? 64 : 4 * codes->buckets_count;
	Code	  **buckets = allocate(sizeof(Code *) * (size_t) count);

	memset(buckets, 0, sizeof(Code *) * (size_t) count);
	for (int i = 0; i < codes->buckets_count; i++)
	{
		for (Code *code = codes->buckets[i], *next; code != NULL; code = next)
		{
			Code	  **bucket = &buckets[hash_bytes(code->code, strlen(code->code)) % (uint32_t) count];

			next = code->next;
			code->next = *bucket;
			*bucket = code;
		}
	}
	free(codes->buckets);
	codes->buckets = buckets;
	codes->buckets_count = count;
}

void
codes_add(CodeList *codes, const RecordField *field, const RecordField *order)
{
	Code	   *code;
	Code	  **bucket;

	if (field->text == NULL || codes_find(codes, field->text, field->length) != NULL)
		return;
	if (codes->count >= codes->buckets_count)
		spread(codes);
	bucket = &codes->buckets[hash_bytes(field->text, field->length) % (uint32_t) codes->buckets_count];
	code = allocate(sizeof(Code));
	code->code = copy_field(field);
	code->en = copy_field(field + 1);
	code->zh = copy_field(field + 2);
	code->has_order = order != NULL && order->text != NULL;
	code->order = code->has_order ? strtol(order->text, NULL, 10) : 0;
	code->index = 0;
	code->next = *bucket;
	*bucket = code;
	codes->count++;
}

static int
compare_codes(const void *one, const void *other)
{
	const Code *a = *(const Code *const *) one;
	const Code *b = *(const Code *const *) other;

	if (a->has_order != b->has_order)
		return a->has_order ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return strcmp(a->code, b->code);
}

void
codes_sort(CodeList *codes)
{
	int			count = 0;

	codes->sorted = allocate(sizeof(Code *) * (size_t) (codes->count + 1));
	for (int i = 0; i < codes->buckets_count; i++)
	{
		for (Code *code = codes->buckets[i]; code != NULL; code = code->next)
			codes->sorted[count++] = code;
	}
	qsort(codes->sorted, (size_t) count, sizeof(Code *), compare_codes);
	for (int i = 0; i < count; i++)
		codes->sorted[i]->index = i;
}

void
codes_free(CodeList *codes)
{
	for (int i = 0; i < codes->count; i++)
	{
		free(codes->sorted[i]->code);
		free(codes->sorted[i]->en);
		free(codes->sorted[i]->zh);
		free(codes->sorted[i]);
	}
	free(codes->sorted);
	free(codes->buckets);
}

/* The columns of results, which are no inputs. */
static bool
is_result_column(const char *name)
{
	static const char *const names[] = {"code", "name", "kind", "region", "level", "peer", "score", "grade", "rank", "peer_rank", "reasons"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

/* A text of the document, or NULL. */
static char *
text_of_json(const json_t *value)
{
	return json_is_string(value) ? copy_text(json_string_value(value)) : NULL;
}

/* Which way an input is better by the scorecard: as stated, as its bands or curve run, higher where it stands for its own points. */
static const char *
better_of(const json_t *scheme, const char *name)
{
	const json_t *indicators = json_object_get(json_object_get(scheme, "scorecard"), "indicators");
	size_t		i;
	json_t	   *indicator;

	json_array_foreach(indicators, i, indicator)
	{
		const json_t *input = json_object_get(indicator, "input");
		const char *direction = json_string_value(json_object_get(indicator, "direction"));

		if (input == NULL)
			input = json_object_get(indicator, "name");
		if (!json_is_string(input) || strcmp(json_string_value(input), name) != 0)
			continue;
		if (direction != NULL)
			return strcmp(direction, "lower") == 0 ? "lower" : strcmp(direction, "higher") == 0 ? "higher" : NULL;
		return json_object_get(indicator, "bands") == NULL && json_object_get(indicator, "curve") == NULL && json_object_get(indicator, "categories") == NULL
			? "higher" : NULL;
	}
	return NULL;
}

/* The scheme of the bundle, or NULL. */
static json_t *
read_scheme(GrowingBundle *bundle)
{
	int			file;
	json_t	   *scheme;

	if (bundle_find(bundle, SCHEME_NAME) == NULL)
		return NULL;
	file = openat(bundle->directory, SCHEME_NAME, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return NULL;
	scheme = json_loadfd(file, 0, NULL);
	close(file);
	return scheme;
}

void
labels_read(BulletinLabels *labels, const char *heading, GrowingBundle *bundle)
{
	json_t	   *root = json_loads(heading, 0, NULL);
	json_t	   *scheme = read_scheme(bundle);
	json_t	   *columns = json_object_get(root, "columns");
	size_t		i;
	json_t	   *column;

	memset(labels, 0, sizeof(*labels));
	labels->previous = text_of_json(json_object_get(root, "previous"));
	labels->columns = allocate(sizeof(char *) * (json_array_size(columns) + 1));
	labels->inputs = allocate(sizeof(InputLabel) * (json_array_size(columns) + 1));
	json_array_foreach(columns, i, column)
	{
		const char *name = json_string_value(column);
		const json_t *input = json_object_get(json_object_get(scheme, "inputs"), name != NULL ? name : "");
		const json_t *title = json_object_get(input, "title");
		InputLabel *label = &labels->inputs[labels->inputs_count];

		if (name == NULL)
			continue;
		labels->columns[labels->columns_count++] = copy_text(name);
		if (is_result_column(name))
			continue;
		labels->inputs_count++;
		label->name = copy_text(name);
		/* a title in one language alone stands for both */
		label->en = text_of_json(json_is_string(title) ? title : json_object_get(title, "en"));
		label->zh = text_of_json(json_is_string(title) ? title : json_object_get(title, "zh"));
		label->unit = text_of_json(json_object_get(input, "unit"));
		label->better = better_of(scheme, name);
	}
	json_decref(root);
	json_decref(scheme);
}

void
labels_free(BulletinLabels *labels)
{
	for (int i = 0; i < labels->columns_count; i++)
		free(labels->columns[i]);
	for (int i = 0; i < labels->inputs_count; i++)
	{
		free(labels->inputs[i].name);
		free(labels->inputs[i].en);
		free(labels->inputs[i].zh);
		free(labels->inputs[i].unit);
	}
	free(labels->columns);
	free(labels->inputs);
	free(labels->previous);
}
