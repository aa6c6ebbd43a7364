/*
 * client/verify_scheme.c
 *
 * Reading a scheme; see verify_scheme.h. Its document has been checked when it
 * was imported; one that somebody changed must do no harm.
 */
#include <stdlib.h>
#include <string.h>

#include "client/json_text.h"
#include "client/output.h"
#include "client/verify_scheme.h"
#include "scoring/quota.h"

/* A block of the arena, or a large piece. */
typedef struct Block
{
	struct Block *next;
	char		bytes[] __attribute__((aligned(16)));
} Block;

#define BLOCK_SIZE (64 * 1024)

static Block *blocks;
static char *block_place;
static size_t block_left;

/* A new block. */
static char *
add_block(size_t size)
{
	Block	   *block = allocate(sizeof(Block) + size);

	block->next = blocks;
	blocks = block;
	return block->bytes;
}

/* Small pieces come from blocks, large ones have their own. */
static void *
arena_take(void *context, size_t size)
{
	void	   *taken;

	size = (size + 15) & ~(size_t) 15;
	if (size > BLOCK_SIZE / 4)
		return add_block(size);
	if (size > block_left)
	{
		block_place = add_block(BLOCK_SIZE);
		block_left = BLOCK_SIZE;
	}
	taken = block_place;
	block_place += size;
	block_left -= size;
	return taken;
}

void
verify_arena_release(void)
{
	for (Block *block = blocks, *next; block != NULL; block = next)
	{
		next = block->next;
		free(block);
	}
	blocks = NULL;
	block_left = 0;
}

const Arena *
verify_arena(void)
{
	static const Arena arena = {.allocate = arena_take};

	return &arena;
}

/* The text of a member that is a string; without bytes where there is none. */
static Text
member_text(const JsonNode *object, const char *name)
{
	const JsonNode *node = object != NULL && object->kind == NODE_OBJECT ? node_member(object, name) : NULL;
	Text		none = {NULL, 0};

	return node != NULL && node->kind == NODE_STRING ? node->text : none;
}

/* A member of that kind, or NULL. */
static const JsonNode *
member_of_kind(const JsonNode *object, const char *name, NodeKind kind)
{
	const JsonNode *node = object != NULL && object->kind == NODE_OBJECT ? node_member(object, name) : NULL;

	return node != NULL && node->kind == kind ? node : NULL;
}

/* A title in a language: the text itself, or that of the language, or of the other where only that is there. */
static Text
title_in(const JsonNode *title, const char *language)
{
	static const char *const others[] = {"en", "zh"};
	Text		text = {NULL, 0};

	if (title == NULL)
		return text;
	if (title->kind == NODE_STRING)
		return title->text;
	text = member_text(title, language);
	for (int i = 0; i < 2 && text.bytes == NULL; i++)
		text = member_text(title, others[i]);
	return text;
}

/* A whole number of a member, or the default; what is beyond counts as the nearest that a step can be. */
static int
member_integer(const JsonNode *object, const char *name, int otherwise)
{
	const JsonNode *node = member_of_kind(object, name, NODE_NUMBER);

	if (node == NULL)
		return otherwise;
	return node->number > 100000 ? 100000 : node->number < -100000 ? -100000 : (int) node->number;
}

/* Reads a label of an effect. */
static EffectLabel
read_label(const JsonNode *object, const char *name)
{
	const JsonNode *node = node_member(object, name);
	EffectLabel label = {false};

	if (node == NULL)
		return label;
	label.given = true;
	if (node->kind == NODE_OBJECT)
	{
		label.of_input = true;
		label.label = member_text(node, "input");
		label.worse = member_integer(node, "worse", 0) - member_integer(node, "better", 0);
	}
	else
		label.label = node->text;
	return label;
}

/* Reads a step of adjust or linkage. */
static bool
read_step(SchemeStep *step, const JsonNode *object, const char *kind, int number, bool conditional, const Arena *arena, Problem *problem)
{
	const JsonNode *node;
	Text		when = member_text(object, "when");

	memset(step, 0, sizeof(*step));
	if (object->kind != NODE_OBJECT || when.bytes == NULL)
		return problem_set(problem, PROBLEM_VALUE, "%s %d has no condition", kind, number);
	if (conditional && !scheme_condition_read(when, arena, &step->when, problem))
		return false;
	step->name = member_text(object, "name");
	if (step->name.bytes == NULL)
	{
		TextBuffer	buffer;
		char		text[40];

		snprintf(text, sizeof(text), "%s %d", kind, number);
		buffer_init(&buffer, arena);
		buffer_append_string(&buffer, text);
		step->name = buffer_text(&buffer);
	}
	step->reason_en = title_in(node_member(object, "reason"), "en");
	step->reason_zh = title_in(node_member(object, "reason"), "zh");
	if (step->reason_en.bytes == NULL)
		step->reason_en = when;
	if (step->reason_zh.bytes == NULL)
		step->reason_zh = when;
	node = member_of_kind(object, "score", NODE_NUMBER);
	step->has_score = node != NULL;
	step->score = node != NULL ? node->number : 0;
	node = member_of_kind(object, "add", NODE_NUMBER);
	step->has_add = node != NULL;
	step->add = node != NULL ? node->number : 0;
	step->grade = read_label(object, "grade");
	step->cap = read_label(object, "cap");
	step->least = read_label(object, "least");
	step->demote = member_integer(object, "demote", 0);
	step->promote = member_integer(object, "promote", 0);
	node = member_of_kind(object, "unrate", NODE_BOOLEAN);
	step->unrate = node != NULL && node->number != 0;
	step->rounds = member_integer(object, "rounds", 1);
	return true;
}

/* Reads a list of steps. */
static bool
read_steps(const JsonNode *document, const char *kind, bool conditional, SchemeStep **steps, int *count, const Arena *arena, Problem *problem)
{
	const JsonNode *list = member_of_kind(document, kind, NODE_ARRAY);

	*count = 0;
	if (list == NULL)
		return true;
	*steps = arena_allocate(arena, sizeof(SchemeStep) * (list->count + 1));
	for (const JsonNode *node = list->first; node != NULL; node = node->next)
	{
		if (!read_step(&(*steps)[*count], node, kind, *count + 1, conditional, arena, problem))
			return false;
		(*count)++;
	}
	return true;
}

/* Adds a grade to the list. */
static void
add_grade(Scheme *scheme, Text grade)
{
	scheme->grades[scheme->grades_count++] = grade;
}

/* Reads how the grade comes about, and the grades. */
static bool
read_grading(Scheme *scheme, Problem *problem)
{
	static const char *const names[] = {"bands", "quota", "clusters", "cases"};
	const JsonNode *grading = member_of_kind(scheme->document, "grading", NODE_OBJECT);
	const Bands *bands = card_grades(scheme->card);
	const JsonNode *list;
	Quotas	   *quotas;

	scheme->method_name = member_text(grading, "method");
	if (scheme->method_name.bytes == NULL)
		scheme->method_name = text_of("bands");
	for (int i = 0; i < 4; i++)
	{
		if (text_equal(scheme->method_name, text_of(names[i])))
			scheme->method = (GradingMethod) i;
	}
	switch (scheme->method)
	{
		case GRADING_BANDS:
			scheme->grades = arena_allocate(scheme->arena, sizeof(Text) * (bands != NULL ? bands->count + 1 : 1));
			for (uint32_t i = 0; bands != NULL && i < bands->count; i++)
				add_grade(scheme, bands_label(bands, (int) i));
			scheme->bands = bands;
			break;
		case GRADING_QUOTA:
			if (!quotas_parse(member_text(grading, "quotas"), scheme->arena, &quotas, problem))
				return false;
			scheme->grades = arena_allocate(scheme->arena, sizeof(Text) * (quotas->count + 1));
			for (uint32_t i = 0; i < quotas->count; i++)
				add_grade(scheme, quotas->grade[i].label);
			break;
		case GRADING_CLUSTERS:
			list = member_of_kind(grading, "labels", NODE_ARRAY);
			if (list == NULL)
				return problem_set(problem, PROBLEM_VALUE, "grading has no labels");
			/* worst first there */
			scheme->grades = arena_allocate(scheme->arena, sizeof(Text) * (list->count + 1));
			scheme->grades_count = (int) list->count;
			for (const JsonNode *node = list->first; node != NULL; node = node->next)
				scheme->grades[list->count - 1 - node->index] = node->text;
			break;
		case GRADING_CASES:
			list = member_of_kind(grading, "order", NODE_ARRAY);
			if (list == NULL)
				return problem_set(problem, PROBLEM_VALUE, "grading has no order");
			scheme->grades = arena_allocate(scheme->arena, sizeof(Text) * (list->count + 1));
			for (const JsonNode *node = list->first; node != NULL; node = node->next)
				add_grade(scheme, node->text);
			list = member_of_kind(grading, "cases", NODE_ARRAY);
			if (list == NULL)
				return problem_set(problem, PROBLEM_VALUE, "grading has no cases");
			scheme->cases = arena_allocate(scheme->arena, sizeof(GradingCase) * (list->count + 1));
			for (const JsonNode *node = list->first; node != NULL; node = node->next)
			{
				GradingCase *one = &scheme->cases[scheme->cases_count++];
				Text		when = member_text(node, "when");

				one->grade = member_text(node, "grade");
				one->always = when.bytes == NULL;
				if (!one->always && !scheme_condition_read(when, scheme->arena, &one->when, problem))
					return false;
			}
			break;
	}
	return true;
}

bool
scheme_read(Scheme *scheme, const char *text, size_t length, const Arena *arena, Problem *problem)
{
	JsonNode   *root;
	JsonNode   *node;
	Scorecard  *card;

	memset(scheme, 0, sizeof(*scheme));
	scheme->arena = arena;
	if (!json_read(text, length, arena, &root, problem))
		return false;
	if (root->kind != NODE_OBJECT)
		return problem_set(problem, PROBLEM_VALUE, "the scheme is no object");
	scheme->document = root;
	node = node_member(root, "scorecard");
	if (node == NULL)
		return problem_set(problem, PROBLEM_VALUE, "the scheme has no scorecard");
	/* paths in messages begin at the card, as everywhere */
	node->parent = NULL;
	if (!card_build(node, arena, &card, problem))
		return false;
	node->parent = root;
	scheme->card = card;
	scheme->decimals = card->decimals;
	if (card->norms_items == 0)
		scheme->workspace = workspace_create(card, arena);
	node = node_member(root, "standardise_within");
	scheme->within_peers = node != NULL && text_equal(node->text, text_of("peers")) && node_member(root, "peers") != NULL;
	return read_grading(scheme, problem) &&
		read_steps(root, "adjust", true, &scheme->adjust, &scheme->adjust_count, arena, problem) &&
		read_steps(root, "linkage", false, &scheme->linkage, &scheme->linkage_count, arena, problem);
}

bool
scheme_add_norms(Scheme *scheme, const char *peer, size_t peer_length, const char *text, size_t length, Problem *problem)
{
	JsonNode   *root;
	Norms	   *norms;
	SchemeNorms *added;
	Text		name = {peer, (uint32_t) peer_length};

	if (!json_read(text, length, scheme->arena, &root, problem) || !norms_build(root, scheme->arena, &norms, problem)
		|| !norms_fit_card(norms, scheme->card, problem) || !norms_check_figures(norms, problem))
		return false;
	scheme->norms = reallocate(scheme->norms, sizeof(SchemeNorms) * (size_t) (scheme->norms_count + 1));
	added = &scheme->norms[scheme->norms_count++];
	added->peer = peer != NULL ? text_copy(scheme->arena, name) : (Text) {NULL, 0};
	added->workspace = workspace_create(scheme->card, scheme->arena);
	return workspace_use_norms(added->workspace, norms, problem);
}

/* Peer groups that are too small have no norms of their own, and take those of all. */
Workspace *
scheme_workspace(const Scheme *scheme, RecordField peer)
{
	Text		name = {peer.text, (uint32_t) peer.length};
	Workspace  *of_all = NULL;

	if (scheme->workspace != NULL)
		return scheme->workspace;
	for (int i = 0; i < scheme->norms_count; i++)
	{
		const SchemeNorms *norms = &scheme->norms[i];

		if (norms->peer.bytes == NULL)
			of_all = norms->workspace;
		else if (scheme->within_peers && peer.text != NULL && text_equal(norms->peer, name))
			return norms->workspace;
	}
	return of_all;
}

int
scheme_notch(const Scheme *scheme, Text grade)
{
	if (grade.bytes == NULL)
		return 0;
	for (int i = 0; i < scheme->grades_count; i++)
	{
		if (text_equal(scheme->grades[i], grade))
			return i + 1;
	}
	return 0;
}
