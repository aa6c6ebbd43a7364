/*
 * scoring/card_read.c
 *
 * From JSON to the draft of a scorecard: keys, types and ranges, one value at a
 * time. What several values have to do with each other is card_check.c's.
 */
#include <string.h>

#include "scoring/card_draft.h"
#include "scoring/limits.h"

static const char *const aggregate_names[] =
{"mean", "sum", "earned", "geometric", "worst", "best"};
static const char *const standardise_names[] =
{"", "zscore", "minmax", "ratio_to_best", "ratio_to_mean", "median_range", "robust_z",
"percentile"};
static const char *const direction_names[] = {"lower", "none", "higher"};

#define COUNT_OF(array) ((int) (sizeof(array) / sizeof((array)[0])))

/* Returns the word that a card uses for the aggregate. */
const char *
aggregate_name(Aggregate aggregate)
{
	return aggregate_names[aggregate];
}

/* Returns the word that a card uses for the method. */
const char *
standardise_name(Standardise standardise)
{
	return standardise_names[standardise];
}

/* Reads a number; found tells whether the key is there, and may be NULL. */
static bool
read_number(const JsonNode *object, const char *key, double *number, bool *found,
			Problem *problem)
{
	const JsonNode *node = node_member(object, key);

	if (found != NULL)
		*found = node != NULL;
	if (node == NULL)
		return true;
	if (!check_kind(node, NODE_NUMBER, problem))
		return false;
	*number = node->number;
	return true;
}

/* Reads a number that must be above zero. */
static bool
read_positive(const JsonNode *object, const char *key, double *number, bool *found,
			  Problem *problem)
{
	if (!read_number(object, key, number, found, problem))
		return false;
	if (!(*number > 0))
	{
		const JsonNode *node = node_member(object, key);

		return node_problem(node, problem, PROBLEM_SYNTAX,
							"must be greater than zero, not %s", node->text.bytes);
	}
	return true;
}

/* Reads a whole number within limits. */
static bool
read_integer(const JsonNode *object, const char *key, int least, int most, int *integer,
			 bool *found, Problem *problem)
{
	double		number = *integer;

	if (!read_number(object, key, &number, found, problem))
		return false;
	if (!(number >= least && number <= most && number == (int) number))
	{
		const JsonNode *node = node_member(object, key);

		return node_problem(node, problem, PROBLEM_SYNTAX,
							"must be a whole number from %d to %d, not %s",
							least, most, node->text.bytes);
	}
	*integer = (int) number;
	return true;
}

/* Reads a boolean. */
static bool
read_boolean(const JsonNode *object, const char *key, bool *boolean, Problem *problem)
{
	const JsonNode *node = node_member(object, key);

	if (node == NULL)
		return true;
	if (!check_kind(node, NODE_BOOLEAN, problem))
		return false;
	*boolean = node->number != 0;
	return true;
}

/* Reads one of the words and gives its place among them. */
static bool
read_word(const JsonNode *object, const char *key, const char *const *words, int count,
		  int *place, Problem *problem)
{
	const JsonNode *node = node_member(object, key);
	char		list[WORD_LIST_SIZE];

	if (node == NULL)
		return true;
	if (!check_kind(node, NODE_STRING, problem))
		return false;
	for (int i = 0; i < count; i++)
		if (words[i][0] != '\0' && text_equal(node->text, text_of(words[i])))
		{
			*place = i;
			return true;
		}
	return node_problem(node, problem, PROBLEM_SYNTAX, "must be one of %s, not \"%.*s\"",
						list_words(words, count, list),
						(int) node->text.length, node->text.bytes);
}

/* Reads a condition and puts the path before what is wrong in it. */
static bool
read_condition(const JsonNode *object, const char *key, const Arena *arena,
			   ConditionDraft *condition, Problem *problem)
{
	const JsonNode *node = node_member(object, key);
	Problem		inner;

	if (node == NULL)
		return true;
	if (!check_kind(node, NODE_STRING, problem))
		return false;
	if (!condition_parse(node->text, arena, condition, &inner))
		return node_problem(node, problem, inner.kind, "%s", inner.message);
	return true;
}

/* Reads bands and puts the path before what is wrong in them. */
static bool
read_bands(const JsonNode *object, const char *key, const Arena *arena, Bands **bands,
		   Problem *problem)
{
	const JsonNode *node = node_member(object, key);
	Problem		inner;

	if (node == NULL)
		return true;
	if (!check_kind(node, NODE_STRING, problem))
		return false;
	if (!bands_parse(node->text, arena, bands, &inner))
		return node_problem(node, problem, inner.kind, "%s", inner.message);
	return true;
}

/* Reads the points of categories. */
static bool
read_categories(const JsonNode *node, const Arena *arena, IndicatorDraft *indicator,
				Problem *problem)
{
	if (!check_kind(node, NODE_OBJECT, problem))
		return false;
	if (node->count == 0)
		return node_problem(node, problem, PROBLEM_SYNTAX, "needs at least one category");
	if (node->count > LIMIT_TEXTS)
		return node_problem(node, problem, PROBLEM_LIMIT, "has more than %d categories",
							LIMIT_TEXTS);
	indicator->category = arena_allocate(arena, node->count * sizeof(CategoryDraft));
	for (const JsonNode *member = node->first; member != NULL; member = member->next)
	{
		CategoryDraft *category = &indicator->category[indicator->categories++];

		if (!check_kind(member, NODE_NUMBER, problem))
			return false;
		if (member->name.length > LIMIT_LABEL)
			return node_problem(node, problem, PROBLEM_LIMIT,
								"a category has %u bytes, more than %d",
								(unsigned) member->name.length, LIMIT_LABEL);
		category->node = member;
		category->text = member->name;
		category->points = member->number;
	}
	return true;
}

/* Reads what turns the value into points: a curve, bands, categories or nothing. */
static bool
read_shape(const Arena *arena, IndicatorDraft *indicator, Problem *problem)
{
	const JsonNode *object = indicator->node;
	const JsonNode *curve = node_member(object, "curve");
	const JsonNode *bands = node_member(object, "bands");
	const JsonNode *categories = node_member(object, "categories");
	Problem		inner;
	Text		offending;

	if ((curve != NULL) + (bands != NULL) + (categories != NULL) > 1)
		return node_problem(object, problem, PROBLEM_SYNTAX,
							"only one of curve, bands and categories can be given");
	if (curve != NULL)
	{
		indicator->shape = SHAPE_CURVE;
		if (!check_kind(curve, NODE_STRING, problem))
			return false;
		if (!curve_parse(curve->text, arena, &indicator->curve, &inner))
			return node_problem(curve, problem, inner.kind, "%s", inner.message);
	}
	else if (bands != NULL)
	{
		indicator->shape = SHAPE_BANDS;
		if (!read_bands(object, "bands", arena, &indicator->bands, problem))
			return false;
		if (!bands_all_numbers(indicator->bands, &offending))
			return node_problem(bands, problem, PROBLEM_SYNTAX,
								"labels must be numbers here, not \"%.*s\"",
								(int) offending.length, offending.bytes);
	}
	else if (categories != NULL)
	{
		indicator->shape = SHAPE_CATEGORIES;
		return read_categories(categories, arena, indicator, problem);
	}
	return true;
}

/* Reads "cap": [low, high]. */
static bool
read_cap(IndicatorDraft *indicator, Problem *problem)
{
	const JsonNode *node = node_member(indicator->node, "cap");

	if (node == NULL)
		return true;
	if (!check_kind(node, NODE_ARRAY, problem))
		return false;
	if (node->count != 2 || node->first->kind != NODE_NUMBER ||
		node->last->kind != NODE_NUMBER)
		return node_problem(node, problem, PROBLEM_SYNTAX, "must be [low, high], two numbers");
	indicator->capped = true;
	indicator->cap_low = node->first->number;
	indicator->cap_high = node->last->number;
	if (indicator->cap_low > indicator->cap_high)
		return node_problem(node, problem, PROBLEM_SYNTAX,
							"low %s must not be above high %s",
							node->first->text.bytes, node->last->text.bytes);
	return true;
}

/* Reads "missing": a word or the points to give. */
static bool
read_missing(IndicatorDraft *indicator, Problem *problem)
{
	static const char expected[] = "must be \"skip\", \"unrated\" or a number";
	const JsonNode *node = node_member(indicator->node, "missing");

	if (node == NULL)
		return true;
	if (node->kind == NODE_NUMBER)
	{
		indicator->missing = MISSING_POINTS;
		indicator->missing_points = node->number;
		return true;
	}
	if (node->kind != NODE_STRING)
		return node_problem(node, problem, PROBLEM_SYNTAX, "%s, not %s", expected,
							node_kind_name(node->kind));
	if (text_equal(node->text, text_of("unrated")))
		indicator->missing = MISSING_UNRATED;
	else if (!text_equal(node->text, text_of("skip")))
		return node_problem(node, problem, PROBLEM_SYNTAX, "%s, not \"%.*s\"", expected,
							(int) node->text.length, node->text.bytes);
	return true;
}

/* Reads one indicator. */
static bool
read_indicator(const JsonNode *node, const Arena *arena, IndicatorDraft *indicator,
			   Problem *problem)
{
	static const char *const keys[] =
	{"name", "input", "when", "title", "unit", "group", "weight", "bonus", "direction",
		"standardise", "curve", "bands", "categories", "cap", "step", "missing"};
	int			direction = DIRECTION_NOT_STATED + 1;
	int			standardise = STANDARDISE_NONE;

	memset(indicator, 0, sizeof(*indicator));
	indicator->node = node;
	indicator->weight = 1;
	indicator->norms_item = -1;
	if (!check_keys(node, keys, COUNT_OF(keys), problem) ||
		!read_name(node, "name", true, &indicator->name, problem))
		return false;
	indicator->input_name = indicator->name;
	if (!read_name(node, "input", false, &indicator->input_name, problem) ||
		!read_condition(node, "when", arena, &indicator->when, problem) ||
		!read_text(node, "title", LIMIT_TITLE, &indicator->title, problem) ||
		!read_text(node, "unit", LIMIT_TITLE, &indicator->unit, problem) ||
		!read_name(node, "group", false, &indicator->group_name, problem) ||
		!read_positive(node, "weight", &indicator->weight, NULL, problem) ||
		!read_boolean(node, "bonus", &indicator->bonus, problem) ||
		!read_word(node, "direction", direction_names, COUNT_OF(direction_names),
				   &direction, problem) ||
		!read_word(node, "standardise", standardise_names, COUNT_OF(standardise_names),
				   &standardise, problem) ||
		!read_shape(arena, indicator, problem) ||
		!read_cap(indicator, problem) ||
		!read_missing(indicator, problem))
		return false;
	/* the words stand in order of the numbers -1, 0 and 1 */
	indicator->stated_direction = direction - 1;
	indicator->standardise = (Standardise) standardise;
	indicator->step = 1;
	return read_positive(node, "step", &indicator->step, &indicator->has_step, problem);
}

/* Reads what groups and the card have in common: how children become a value. */
static bool
read_aggregate(const JsonNode *node, GroupDraft *group, Problem *problem)
{
	int			aggregate = AGGREGATE_MEAN;

	if (!read_word(node, "aggregate", aggregate_names, COUNT_OF(aggregate_names),
				   &aggregate, problem) ||
		!read_integer(node, "take", 1, LIMIT_INDICATORS, &group->take, &group->has_take,
					  problem) ||
		!read_number(node, "base", &group->base, &group->has_base, problem) ||
		!read_number(node, "floor", &group->floor, &group->has_floor, problem) ||
		!read_number(node, "ceiling", &group->ceiling, &group->has_ceiling, problem))
		return false;
	group->aggregate = (Aggregate) aggregate;
	if (group->has_take && group->aggregate != AGGREGATE_BEST)
		return node_problem(node_member(node, "take"), problem, PROBLEM_SYNTAX,
							"goes with the aggregate \"best\" only, not \"%s\"",
							aggregate_names[aggregate]);
	if (group->has_base && group->aggregate != AGGREGATE_SUM)
		return node_problem(node_member(node, "base"), problem, PROBLEM_SYNTAX,
							"goes with the aggregate \"sum\" only, not \"%s\"",
							aggregate_names[aggregate]);
	if (group->has_floor && group->has_ceiling && group->floor > group->ceiling)
		return node_problem(node_member(node, "floor"), problem, PROBLEM_SYNTAX,
							"%s must not be above the ceiling %s",
							node_member(node, "floor")->text.bytes,
							node_member(node, "ceiling")->text.bytes);
	return true;
}

/* Starts a group with its defaults. */
static void
init_group(const JsonNode *node, GroupDraft *group)
{
	memset(group, 0, sizeof(*group));
	group->node = node;
	group->weight = 1;
	group->take = 1;
	group->norms_item = -1;
}

/* Reads one group. */
static bool
read_group(const JsonNode *node, GroupDraft *group, Problem *problem)
{
	static const char *const keys[] =
	{"name", "title", "parent", "weight", "aggregate", "take", "base", "standardise",
	"floor", "ceiling"};
	int			standardise = STANDARDISE_NONE;

	init_group(node, group);
	if (!check_keys(node, keys, COUNT_OF(keys), problem) ||
		!read_name(node, "name", true, &group->name, problem) ||
		!read_text(node, "title", LIMIT_TITLE, &group->title, problem) ||
		!read_name(node, "parent", false, &group->parent_name, problem) ||
		!read_positive(node, "weight", &group->weight, NULL, problem) ||
		!read_aggregate(node, group, problem) ||
		!read_word(node, "standardise", standardise_names, COUNT_OF(standardise_names),
				   &standardise, problem))
		return false;
	group->standardise = (Standardise) standardise;
	return true;
}

/* Reads one veto. */
static bool
read_veto(const JsonNode *node, const Arena *arena, VetoDraft *veto, Problem *problem)
{
	static const char *const keys[] =
	{"when", "reason", "grade", "cap", "demote", "score", "unrate"};
	bool		demotes;
	bool		scores;
	bool		unrates = false;

	memset(veto, 0, sizeof(*veto));
	veto->node = node;
	veto->demote = 1;
	if (!check_keys(node, keys, COUNT_OF(keys), problem))
		return false;
	if (node_member(node, "when") == NULL)
		return node_problem(node, problem, PROBLEM_SYNTAX, "key \"when\" is missing");
	if (!read_condition(node, "when", arena, &veto->when, problem) ||
		!read_text(node, "reason", LIMIT_TITLE, &veto->reason, problem) ||
		!read_name(node, "grade", false, &veto->grade, problem) ||
		!read_name(node, "cap", false, &veto->cap, problem) ||
		!read_integer(node, "demote", 1, LIMIT_BANDS, &veto->demote, &demotes, problem) ||
		!read_number(node, "score", &veto->score, &scores, problem) ||
		!read_boolean(node, "unrate", &unrates, problem))
		return false;
	if (scores)
		veto->actions |= VETO_SCORE;
	if (veto->grade.bytes != NULL)
		veto->actions |= VETO_GRADE;
	if (veto->cap.bytes != NULL)
		veto->actions |= VETO_CAP;
	if (demotes)
		veto->actions |= VETO_DEMOTE;
	if (unrates)
		veto->actions |= VETO_UNRATE;
	if (veto->actions == 0)
		return node_problem(node, problem, PROBLEM_SYNTAX,
							"needs one or more of grade, cap, demote, score, unrate");
	return true;
}

/* Reads the conditions of being rated. */
static bool
read_rated(const JsonNode *node, CardDraft *draft, Problem *problem)
{
	static const char *const keys[] =
	{"coverage", "groups", "indicators_per_group", "any_group"};
	const JsonNode *any_group;

	if (node == NULL)
		return true;
	if (!check_keys(node, keys, COUNT_OF(keys), problem) ||
		!read_number(node, "coverage", &draft->coverage, NULL, problem) ||
		!read_integer(node, "groups", 0, LIMIT_GROUPS, &draft->rated_groups, NULL,
					  problem) ||
		!read_integer(node, "indicators_per_group", 1, LIMIT_INDICATORS,
					  &draft->indicators_per_group, NULL, problem))
		return false;
	if (!(draft->coverage >= 0 && draft->coverage <= 1))
	{
		const JsonNode *coverage = node_member(node, "coverage");

		return node_problem(coverage, problem, PROBLEM_SYNTAX,
							"must be from 0 to 1, not %s", coverage->text.bytes);
	}
	any_group = node_member(node, "any_group");
	if (any_group == NULL)
		return true;
	if (!check_kind(any_group, NODE_ARRAY, problem))
		return false;
	if (any_group->count == 0)
		return node_problem(any_group, problem, PROBLEM_SYNTAX, "needs at least one group");
	for (const JsonNode *name = any_group->first; name != NULL; name = name->next)
		if (!check_kind(name, NODE_STRING, problem))
			return false;
	draft->any_group = any_group;
	return true;
}

/* Finds an array of objects and allocates as many elements; absent means none. */
static bool
read_array(CardDraft *draft, const char *key, int limit, size_t element_size,
		   const JsonNode **array, void **elements, uint32_t *count, Problem *problem)
{
	*array = node_member(draft->node, key);
	*count = 0;
	*elements = NULL;
	if (*array == NULL)
		return true;
	if (!check_kind(*array, NODE_ARRAY, problem))
		return false;
	if ((*array)->count > (uint32_t) limit)
		return node_problem(*array, problem, PROBLEM_LIMIT, "has %u elements, more than %d",
							(unsigned) (*array)->count, limit);
	*count = (*array)->count;
	*elements = arena_allocate(draft->arena, (*count + 1) * element_size);
	return true;
}

/* Reads the groups; the first of the draft is the card itself. */
static bool
read_groups(CardDraft *draft, Problem *problem)
{
	const JsonNode *array;
	void	   *elements;
	uint32_t	place = 1;

	if (!read_array(draft, "groups", LIMIT_GROUPS, sizeof(GroupDraft), &array, &elements,
					&draft->groups, problem))
		return false;
	if (elements == NULL)
		elements = arena_allocate(draft->arena, sizeof(GroupDraft));
	draft->group = elements;
	draft->groups++;
	init_group(draft->node, &draft->group[0]);
	if (!read_aggregate(draft->node, &draft->group[0], problem))
		return false;
	for (const JsonNode *node = array ? array->first : NULL; node != NULL; node = node->next)
		if (!read_group(node, &draft->group[place++], problem))
			return false;
	return true;
}

/* Reads the indicators, of which there must be one. */
static bool
read_indicators(CardDraft *draft, Problem *problem)
{
	const JsonNode *array;
	void	   *elements;
	uint32_t	place = 0;

	if (!read_array(draft, "indicators", LIMIT_INDICATORS, sizeof(IndicatorDraft), &array,
					&elements, &draft->indicators, problem))
		return false;
	if (array == NULL)
		return node_problem(draft->node, problem, PROBLEM_SYNTAX,
							"key \"indicators\" is missing");
	if (array->count == 0)
		return node_problem(array, problem, PROBLEM_SYNTAX, "needs at least one indicator");
	draft->indicator = elements;
	for (const JsonNode *node = array->first; node != NULL; node = node->next)
		if (!read_indicator(node, draft->arena, &draft->indicator[place++], problem))
			return false;
	return true;
}

/* Reads the vetoes. */
static bool
read_vetoes(CardDraft *draft, Problem *problem)
{
	const JsonNode *array;
	void	   *elements;
	uint32_t	place = 0;

	if (!read_array(draft, "vetoes", LIMIT_VETOES, sizeof(VetoDraft), &array, &elements,
					&draft->vetoes, problem))
		return false;
	draft->veto = elements;
	for (const JsonNode *node = array ? array->first : NULL; node != NULL; node = node->next)
		if (!read_veto(node, draft->arena, &draft->veto[place++], problem))
			return false;
	return true;
}

/* Reads a scorecard into the draft, whose arena is set. */
bool
card_read(const JsonNode *root, CardDraft *draft, Problem *problem)
{
	static const char *const keys[] =
	{"name", "title", "version", "aggregate", "take", "base", "floor", "ceiling",
	"decimals", "groups", "indicators", "rated", "grades", "unrated", "vetoes"};

	draft->node = root;
	draft->decimals = 6;
	draft->indicators_per_group = 1;
	return check_keys(root, keys, COUNT_OF(keys), problem) &&
		read_name(root, "name", true, &draft->name, problem) &&
		read_text(root, "title", LIMIT_TITLE, &draft->title, problem) &&
		read_text(root, "version", LIMIT_LABEL, &draft->version, problem) &&
		read_integer(root, "decimals", 0, LIMIT_DECIMALS, &draft->decimals, NULL, problem) &&
		read_groups(draft, problem) &&
		read_indicators(draft, problem) &&
		read_rated(node_member(root, "rated"), draft, problem) &&
		read_bands(root, "grades", draft->arena, &draft->grades, problem) &&
		read_name(root, "unrated", false, &draft->unrated, problem) &&
		read_vetoes(draft, problem);
}
