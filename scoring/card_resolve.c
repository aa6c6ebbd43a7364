/*
 * scoring/card_resolve.c
 *
 * Names in the draft of a scorecard: who is whose child, which column stands
 * where in the input vector, what conditions speak of.
 */
#include <string.h>

#include "scoring/card_draft.h"
#include "scoring/limits.h"

/* Returns the group of that name, or 0, which is the card itself. */
static uint32_t
find_group(const CardDraft *draft, Text name)
{
	for (uint32_t i = 1; i < draft->groups; i++)
		if (text_equal(draft->group[i].name, name))
			return i;
	return 0;
}

/* Checks that no two indicators and no two groups have one name. */
static bool
check_unique_names(const CardDraft *draft, Problem *problem)
{
	for (uint32_t i = 0; i < draft->indicators; i++)
		for (uint32_t j = 0; j < i; j++)
			if (text_equal(draft->indicator[i].name, draft->indicator[j].name))
				return node_problem(draft->indicator[i].node, problem, PROBLEM_SYNTAX,
									"name \"%s\" is taken by indicators[%u]",
									draft->indicator[i].name.bytes, (unsigned) j);
	for (uint32_t i = 1; i < draft->groups; i++)
		if (find_group(draft, draft->group[i].name) != i)
			return node_problem(draft->group[i].node, problem, PROBLEM_SYNTAX,
								"name \"%s\" is taken by another group",
								draft->group[i].name.bytes);
	return true;
}

/* Finds the group that a key names. */
static bool
resolve_group(const CardDraft *draft, const JsonNode *object, const char *key, Text name,
			  uint32_t *group, Problem *problem)
{
	*group = 0;
	if (name.bytes == NULL)
		return true;
	*group = find_group(draft, name);
	if (*group != 0)
		return true;
	return node_problem(node_member(object, key), problem, PROBLEM_SYNTAX,
						"there is no group \"%s\"", name.bytes);
}

/* Finds the parent of each group, and how deep it stands beneath which group. */
static bool
resolve_parents(CardDraft *draft, Problem *problem)
{
	for (uint32_t i = 1; i < draft->groups; i++)
	{
		GroupDraft *group = &draft->group[i];

		if (!resolve_group(draft, group->node, "parent", group->parent_name,
						   &group->parent, problem))
			return false;
	}
	for (uint32_t i = 1; i < draft->groups; i++)
	{
		GroupDraft *group = &draft->group[i];

		/* a circle is deeper than any limit */
		for (uint32_t above = i; above != 0; above = draft->group[above].parent)
		{
			group->top = above;
			if (++group->depth > draft->groups)
				return node_problem(group->node, problem, PROBLEM_SYNTAX,
									"the parents of group \"%s\" go in a circle",
									group->name.bytes);
		}
		if (group->depth > LIMIT_NESTING)
			return node_problem(group->node, problem, PROBLEM_LIMIT,
								"nested deeper than %d groups", LIMIT_NESTING);
	}
	return true;
}

/* Lists the children of a group: its indicators, then its groups, in card order. */
static void
list_children(CardDraft *draft, uint32_t index)
{
	GroupDraft *group = &draft->group[index];

	group->child = arena_allocate(draft->arena,
								  (draft->indicators + draft->groups) * sizeof(uint16_t));
	for (uint32_t i = 0; i < draft->indicators; i++)
		if (draft->indicator[i].group == index)
		{
			group->child[group->children++] = (uint16_t) i;
			group->has_bonus = group->has_bonus || draft->indicator[i].bonus;
		}
	for (uint32_t i = 1; i < draft->groups; i++)
		if (draft->group[i].parent == index)
			group->child[group->children++] = (uint16_t) (draft->indicators + i);
}

/* Lists the groups so that children come before their parents. */
static void
order_groups(CardDraft *draft)
{
	uint32_t	place = 0;

	draft->order = arena_allocate(draft->arena, draft->groups * sizeof(uint16_t));
	for (int depth = LIMIT_NESTING; depth >= 0; depth--)
		for (uint32_t i = 0; i < draft->groups; i++)
			if (draft->group[i].depth == (uint32_t) depth)
				draft->order[place++] = (uint16_t) i;
}

/* Returns the place of a column in the input vector, adding it if it is new. */
static bool
find_input(CardDraft *draft, Text name, const JsonNode *node, uint32_t *index, Problem *problem)
{
	for (*index = 0; *index < draft->inputs; (*index)++)
		if (text_equal(draft->input[*index].name, name))
			return true;
	if (draft->inputs == LIMIT_INPUTS)
		return node_problem(node, problem, PROBLEM_LIMIT,
							"the card reads more than %d columns", LIMIT_INPUTS);
	memset(&draft->input[draft->inputs], 0, sizeof(InputDraft));
	draft->input[draft->inputs++].name = name;
	return true;
}

/* Adds a text to those known of a column, if it is new. */
static bool
add_text(CardDraft *draft, uint32_t input_index, Text text, const JsonNode *node,
		 Problem *problem)
{
	InputDraft *input = &draft->input[input_index];

	if (input->text == NULL)
		input->text = arena_allocate(draft->arena, LIMIT_TEXTS * sizeof(Text));
	input->is_text = true;
	for (uint32_t i = 0; i < input->texts; i++)
		if (text_equal(input->text[i], text))
			return true;
	if (input->texts == LIMIT_TEXTS)
		return node_problem(node, problem, PROBLEM_LIMIT,
							"the card knows more than %d texts of column \"%s\"",
							LIMIT_TEXTS, input->name.bytes);
	input->text[input->texts++] = text;
	return true;
}

/* Finds what a term speaks of; conditions of indicators may name columns only. */
static bool
resolve_term(CardDraft *draft, TermDraft *term, const JsonNode *node, bool columns_only,
			 Problem *problem)
{
	if (columns_only && term->operand != OPERAND_COLUMN)
		return node_problem(node, problem, PROBLEM_SYNTAX,
							"only columns are known before points are given; the score, groups and points are not");
	switch (term->operand)
	{
		case OPERAND_COLUMN:
			term->name = text_copy(draft->arena, term->name);
			if (!find_input(draft, term->name, node, &term->index, problem))
				return false;
			return !term->is_text ||
				add_text(draft, term->index, term->text, node, problem);
		case OPERAND_GROUP:
			term->index = find_group(draft, term->name);
			if (term->index != 0)
				return true;
			return node_problem(node, problem, PROBLEM_SYNTAX, "there is no group \"%.*s\"",
								(int) term->name.length, term->name.bytes);
		case OPERAND_POINTS:
			for (term->index = 0; term->index < draft->indicators; term->index++)
				if (text_equal(draft->indicator[term->index].name, term->name))
					return true;
			return node_problem(node, problem, PROBLEM_SYNTAX,
								"there is no indicator \"%.*s\"",
								(int) term->name.length, term->name.bytes);
		case OPERAND_SCORE:
			break;
	}
	return true;
}

/* Finds what a condition speaks of. */
static bool
resolve_condition(CardDraft *draft, ConditionDraft *condition, const JsonNode *object,
				  bool columns_only, Problem *problem)
{
	const JsonNode *node = node_member(object, "when");

	for (uint32_t i = 0; i < condition->count; i++)
		if (!resolve_term(draft, &condition->term[i], node, columns_only, problem))
			return false;
	return true;
}

/*
 * Makes the input vector: the columns of the indicators in order of first
 * mention, then those that only conditions name; likewise the texts of each.
 */
static bool
resolve_inputs(CardDraft *draft, Problem *problem)
{
	draft->input = arena_allocate(draft->arena, LIMIT_INPUTS * sizeof(InputDraft));
	for (uint32_t i = 0; i < draft->indicators; i++)
	{
		IndicatorDraft *indicator = &draft->indicator[i];

		if (!find_input(draft, indicator->input_name, indicator->node, &indicator->input,
						problem))
			return false;
		for (uint32_t j = 0; j < indicator->categories; j++)
			if (!add_text(draft, indicator->input, indicator->category[j].text,
						  indicator->node, problem))
				return false;
	}
	for (uint32_t i = 0; i < draft->indicators; i++)
		if (!resolve_condition(draft, &draft->indicator[i].when, draft->indicator[i].node,
							   true, problem))
			return false;
	for (uint32_t i = 0; i < draft->vetoes; i++)
		if (!resolve_condition(draft, &draft->veto[i].when, draft->veto[i].node, false,
							   problem))
			return false;
	return true;
}

/* Checks that no condition compares a text column with a number. */
static bool
check_terms(const CardDraft *draft, const ConditionDraft *condition, const JsonNode *object,
			Problem *problem)
{
	for (uint32_t i = 0; i < condition->count; i++)
	{
		const TermDraft *term = &condition->term[i];

		if (term->operand == OPERAND_COLUMN && !term->is_text &&
			draft->input[term->index].is_text)
			return node_problem(node_member(object, "when"), problem, PROBLEM_SYNTAX,
								"column \"%s\" is compared with a number here, but is text elsewhere",
								term->name.bytes);
	}
	return true;
}

/* Checks that no column is text for one and number for another. */
static bool
check_column_kinds(const CardDraft *draft, Problem *problem)
{
	for (uint32_t i = 0; i < draft->indicators; i++)
	{
		const IndicatorDraft *indicator = &draft->indicator[i];

		if (indicator->shape != SHAPE_CATEGORIES && draft->input[indicator->input].is_text)
			return node_problem(indicator->node, problem, PROBLEM_SYNTAX,
								"column \"%s\" is read as a number here, but is text elsewhere",
								indicator->input_name.bytes);
		if (!check_terms(draft, &indicator->when, indicator->node, problem))
			return false;
	}
	for (uint32_t i = 0; i < draft->vetoes; i++)
		if (!check_terms(draft, &draft->veto[i].when, draft->veto[i].node, problem))
			return false;
	return true;
}

/* Finds the groups of which one is needed; they must stand right beneath the card. */
static bool
resolve_any_group(CardDraft *draft, Problem *problem)
{
	if (draft->any_group == NULL)
		return true;
	draft->any_group_index = arena_allocate(draft->arena,
											draft->any_group->count * sizeof(uint16_t));
	for (const JsonNode *node = draft->any_group->first; node != NULL; node = node->next)
	{
		uint32_t	group = find_group(draft, node->text);

		if (group == 0)
			return node_problem(node, problem, PROBLEM_SYNTAX, "there is no group \"%s\"",
								node->text.bytes);
		if (draft->group[group].parent != 0)
			return node_problem(node, problem, PROBLEM_SYNTAX,
								"group \"%s\" is beneath another group, only top-level groups count",
								node->text.bytes);
		for (uint32_t i = 0; i < draft->any_groups; i++)
			if (draft->any_group_index[i] == group)
				return node_problem(node, problem, PROBLEM_SYNTAX,
									"group \"%s\" is named twice", node->text.bytes);
		draft->any_group_index[draft->any_groups++] = (uint16_t) group;
	}
	return true;
}

/* Resolves every name in the draft. */
bool
card_resolve(CardDraft *draft, Problem *problem)
{
	if (!check_unique_names(draft, problem) || !resolve_parents(draft, problem))
		return false;
	for (uint32_t i = 0; i < draft->indicators; i++)
	{
		IndicatorDraft *indicator = &draft->indicator[i];

		if (!resolve_group(draft, indicator->node, "group", indicator->group_name,
						   &indicator->group, problem))
			return false;
	}
	for (uint32_t i = 0; i < draft->groups; i++)
		list_children(draft, i);
	order_groups(draft);
	return resolve_inputs(draft, problem) &&
		check_column_kinds(draft, problem) &&
		resolve_any_group(draft, problem);
}
