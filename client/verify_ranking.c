/*
 * client/verify_ranking.c
 *
 * Ranks, quotas and clusters; see verify_ranking.h. ranked_sql and graded_sql
 * of the registry (57-score.sql) settle what they are.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/json_text.h"
#include "client/output.h"
#include "client/verify_ranking.h"
#include "scoring/cluster.h"
#include "scoring/quota.h"

/* A member of the scheme that is an object, or NULL. */
static const JsonNode *
scheme_part(const Scheme *scheme, const char *name)
{
	const JsonNode *node = node_member(scheme->document, name);

	return node != NULL && node->kind == NODE_OBJECT ? node : NULL;
}

/* Is a member of an object that text? */
static bool
member_says(const JsonNode *object, const char *name, const char *text)
{
	const JsonNode *node = object != NULL ? node_member(object, name) : NULL;

	return node != NULL && node->kind == NODE_STRING && text_equal(node->text, text_of(text));
}

void
ranking_begin(Ranking *ranking, const Scheme *scheme, const Members *heading, Report *report)
{
	const JsonNode *rank;
	const JsonNode *by;

	memset(ranking, 0, sizeof(*ranking));
	if (scheme == NULL || member_find(heading, "all_ranked")->kind != VALUE_TRUE)
		return;
	ranking->scheme = scheme;
	ranking->report = report;
	ranking->has_peers = scheme_part(scheme, "peers") != NULL;
	ranking->small_peers = member_find(heading, "small_peers");
	rank = scheme_part(scheme, "rank");
	ranking->low = member_says(rank, "order", "low");
	ranking->dense = member_says(rank, "ties", "dense");
	by = rank != NULL ? node_member(rank, "by") : NULL;
	for (const JsonNode *node = by != NULL && by->kind == NODE_ARRAY ? by->first : NULL; node != NULL; node = node->next)
	{
		Text		name = node->text;

		if (ranking->breakers == LIMIT_TIE_BREAKERS || node->kind != NODE_STRING)
			return;
		/* higher first, with a dash lower first */
		while (name.length > 0 && name.bytes[0] == '-')
		{
			name.bytes++;
			name.length--;
		}
		ranking->ascending[ranking->breakers] = name.length < node->text.length;
		ranking->breaker[ranking->breakers++] = name;
	}
	ranking->open = true;
}

/* A column of the entry that is a number and shown; NaN otherwise. */
static double
shown_number(const EntryItem *entry, const char *name)
{
	const ItemValue *value = member_find(entry->values, name);
	double		number;

	if (member_find(entry->withheld, name)->kind != VALUE_ABSENT || value->kind != VALUE_NUMBER || !json_number(value->text, value->length, &number))
		return NAN;
	return number;
}

void
ranking_add(Ranking *ranking, Replay *replay, const EntryItem *entry)
{
	RankedEntry *ranked;
	const ItemValue *peer;

	if (!ranking->open)
		return;
	/* one that is not known makes all the others guesses */
	if (!replay->has_card || isnan(replay->by_card.score) || !replay->by_card.rated)
	{
		ranking->open = false;
		return;
	}
	if (ranking->count == ranking->room)
	{
		ranking->room = ranking->room == 0 ? 1024 : 2 * ranking->room;
		ranking->entries = reallocate(ranking->entries, sizeof(RankedEntry) * ranking->room);
	}
	ranked = &ranking->entries[ranking->count++];
	memset(ranked, 0, sizeof(*ranked));
	ranked->number = entry->number;
	ranked->line = entry->line;
	ranked->score = replay->by_card.score;
	ranked->rank = shown_number(entry, "rank");
	ranked->peer_rank = shown_number(entry, "peer_rank");
	ranked->notch = replay->graded.grade_known ? scheme_notch(ranking->scheme, replay->graded.grade) : 0;
	peer = member_find(entry->values, "peer");
	if (ranking->has_peers && peer->kind == VALUE_STRING && member_find(entry->withheld, "peer")->kind == VALUE_ABSENT)
		ranked->peer = peer_group(&ranking->peers, ranking->small_peers, value_text(peer, &replay->room));
	for (int i = 0; i < ranking->breakers; i++)
	{
		OperandValue value = replay_operand(replay, entry, ranking->breaker[i]);

		if (value.state != OPERAND_NUMBER && value.state != OPERAND_MISSING)
		{
			ranking->open = false;
			return;
		}
		ranked->breakers[i] = value.state == OPERAND_NUMBER ? value.number : NAN;
	}
}

/* The population whose entries are sorted; qsort hands nothing on. */
static const Ranking *sorting;

/* The order of ranks: 0 for a tie. */
static int
compare_ranked(const RankedEntry *one, const RankedEntry *other)
{
	if (one->score != other->score)
		return (one->score < other->score) == sorting->low ? -1 : 1;
	for (int i = 0; i < sorting->breakers; i++)
	{
		double		a = one->breakers[i];
		double		b = other->breakers[i];

		if (isnan(a) || isnan(b))
		{
			if (isnan(a) != isnan(b))
				return isnan(a) ? 1 : -1;	/* missing ones last */
			continue;
		}
		if (a != b)
			return (a < b) == sorting->ascending[i] ? -1 : 1;
	}
	return 0;
}

static int
compare_all(const void *one, const void *other)
{
	return compare_ranked(one, other);
}

static int
compare_within_peers(const void *one, const void *other)
{
	const RankedEntry *a = one;
	const RankedEntry *b = other;

	if (a->peer != b->peer)
		return a->peer < b->peer ? -1 : 1;
	return compare_ranked(a, b);
}

/* Does a grade ask for a better score than this one has? */
static bool
below_minimum(const Ranking *ranking, const JsonNode *minimum, int notch, double score)
{
	const Scheme *scheme = ranking->scheme;

	for (const JsonNode *node = minimum != NULL ? minimum->first : NULL; node != NULL; node = node->next)
	{
		if (node->kind == NODE_NUMBER && text_equal(node->name, scheme->grades[notch - 1]))
			return ranking->low ? score > node->number : score < node->number;
	}
	return false;
}

/* Grades entries, sorted, by quota. */
static bool
grade_by_quota(const Ranking *ranking, RankedEntry *entries, size_t count, const bool *tied, Problem *problem)
{
	const JsonNode *grading = scheme_part(ranking->scheme, "grading");
	QuotaRounding rounding = member_says(grading, "rounding", "floor") ? QUOTA_FLOOR : member_says(grading, "rounding", "ceil") ? QUOTA_CEIL : QUOTA_ROUND;
	/* where ties are an error nothing ties at a boundary among those who are graded together */
	QuotaTies	ties = member_says(grading, "ties", "drop") ? QUOTA_DROP : QUOTA_KEEP;
	Quotas	   *quotas;
	int		   *boundaries;

	if (!quotas_parse(node_member(grading, "quotas")->text, ranking->scheme->arena, &quotas, problem))
		return false;
	boundaries = arena_allocate(ranking->scheme->arena, sizeof(int) * quotas->count);
	for (uint32_t i = 0; i < quotas->count; i++)
		boundaries[i] = (int) quota_rows((int64_t) count, quotas->grade[i].cumulative, rounding);
	if (!quota_settle(quotas, boundaries, tied, (int) count, ties, problem))
		return false;
	for (size_t row = 0; row < count; row++)
	{
		entries[row].found = 0;
		for (uint32_t i = 0; i < quotas->count && entries[row].found == 0; i++)
		{
			if ((int) row < boundaries[i])
				entries[row].found = scheme_notch(ranking->scheme, quotas->grade[i].label);
		}
	}
	return true;
}

/* Grades entries by the cluster that their score is in. */
static bool
grade_by_cluster(const Ranking *ranking, RankedEntry *entries, size_t count, Problem *problem)
{
	const JsonNode *grading = scheme_part(ranking->scheme, "grading");
	const JsonNode *strict = node_member(grading, "strict");
	ClusterRequest request = {ranking->scheme->grades_count, CLUSTER_FASTCLUS, 1.0, NULL};
	Clusters	clusters;
	double	   *values;

	if (member_says(grading, "clustering", "optimal"))
		request.method = CLUSTER_OPTIMAL;
	if (strict != NULL)
		request.strict = strict->kind == NODE_NUMBER ? strict->number : INFINITY;
	if (!cluster_check(&request, problem))
		return false;
	values = allocate(sizeof(double) * count);
	for (size_t row = 0; row < count; row++)
		values[row] = ranking->low ? -entries[row].score : entries[row].score;
	if (!cluster_values(values, count, &request, ranking->scheme->arena, &clusters, problem))
	{
		free(values);
		return false;
	}
	free(values);
	/* clusters ascend; of the grades the best is the first */
	for (size_t row = 0; row < count; row++)
		entries[row].found = ranking->scheme->grades_count + 1 - cluster_of(&clusters, ranking->low ? -entries[row].score : entries[row].score);
	return true;
}

/* Ranks and grades entries that are sorted and belong together. */
static bool
rank_group(const Ranking *ranking, RankedEntry *entries, size_t count, bool of_all, bool graded, Problem *problem)
{
	bool	   *tied = allocate(sizeof(bool) * count);
	double		rank = 0;
	bool		right = true;

	sorting = ranking;
	for (size_t row = 0; row < count; row++)
	{
		tied[row] = row > 0 && compare_ranked(&entries[row - 1], &entries[row]) == 0;
		if (!tied[row])
			rank = ranking->dense ? rank + 1 : (double) row + 1;
		if (of_all)
			entries[row].found_rank = rank;
		entries[row].found_peer_rank = rank;
	}
	if (graded)
		right = ranking->scheme->method == GRADING_QUOTA ? grade_by_quota(ranking, entries, count, tied, problem)
			: grade_by_cluster(ranking, entries, count, problem);
	free(tied);
	return right;
}

/* Reports where an entry is not what was found. */
static void
compare_found(Ranking *ranking, const RankedEntry *ranked, bool graded, bool by_peers)
{
	Report	   *report = ranking->report;
	const struct
	{
		const char *column;
		double		said;
		double		found;
		bool		known;
	}			ranks[] = {{"rank", ranked->rank, ranked->found_rank, true}, {"peer_rank", ranked->peer_rank, ranked->found_peer_rank, by_peers}};

	for (int i = 0; i < 2; i++)
	{
		char		digits[2][NUMBER_TEXT_SIZE];
		RecordField said;
		RecordField found;

		if (isnan(ranks[i].said) || !ranks[i].known)
			continue;
		/* whoever is not shown any more may have been before this one, or not */
		if (report->hidden > 0)
		{
			if (ranks[i].said < ranks[i].found || ranks[i].said > ranks[i].found + (double) report->hidden)
				wrong(report, (Place) {"items.csv", ranked->line, ranks[i].column}, "entry %lu: it cannot be, whoever the %" PRIu64 " were that are no more shown",
					  (unsigned long) ranked->number, report->hidden);
			continue;
		}
		if (ranks[i].said == ranks[i].found)
		{
			report->ranks++;
			continue;
		}
		said = field_of(number_text(ranks[i].said, digits[0]));
		found = field_of(number_text(ranks[i].found, digits[1]));
		differs(report, (Place) {"items.csv", ranked->line, ranks[i].column}, &said, &found, "entry %lu", (unsigned long) ranked->number);
	}
	if (graded && ranked->notch != ranked->found)
	{
		const Scheme *scheme = ranking->scheme;
		RecordField said = {NULL, 0};
		RecordField found = {NULL, 0};

		if (ranked->notch > 0)
			said = (RecordField) {scheme->grades[ranked->notch - 1].bytes, scheme->grades[ranked->notch - 1].length};
		if (ranked->found > 0)
			found = (RecordField) {scheme->grades[ranked->found - 1].bytes, scheme->grades[ranked->found - 1].length};
		differs(report, (Place) {"items.csv", ranked->line, "adjustments: grade_after"}, &said, &found, "entry %lu, step 0", (unsigned long) ranked->number);
	}
	else if (graded && report->steps_taken > 0)
		report->steps_taken--;	/* it was taken over, and is right */
}

void
ranking_check(Ranking *ranking)
{
	const Scheme *scheme = ranking->scheme;
	const JsonNode *grading = scheme != NULL ? scheme_part(scheme, "grading") : NULL;
	bool		graded = scheme != NULL && (scheme->method == GRADING_QUOTA || scheme->method == GRADING_CLUSTERS);
	bool		grades_by_peers = ranking->has_peers && !member_says(grading, "within", "all");
	bool		peers_known = true;
	bool		right = ranking->open && ranking->count > 0;
	bool		whole = right && ranking->report->hidden == 0;	/* is everyone still shown? */
	Problem		problem;

	for (size_t i = 0; right && i < ranking->count; i++)
		peers_known = peers_known && (!ranking->has_peers || ranking->entries[i].peer != NULL);
	if (right)
	{
		sorting = ranking;
		qsort(ranking->entries, ranking->count, sizeof(RankedEntry), compare_all);
		right = rank_group(ranking, ranking->entries, ranking->count, true, graded && whole, &problem);
	}
	if (right && ranking->has_peers && peers_known)
	{
		qsort(ranking->entries, ranking->count, sizeof(RankedEntry), compare_within_peers);
		for (size_t begin = 0, end; right && begin < ranking->count; begin = end)
		{
			const Code *peer = ranking->entries[begin].peer;

			end = begin;
			while (end < ranking->count && ranking->entries[end].peer == peer)
				end++;
			/* a group that is too small goes with all, as it stands */
			if (peer->order != 1)
				right = rank_group(ranking, ranking->entries + begin, end - begin, false, graded && whole && grades_by_peers, &problem);
		}
	}
	if (ranking->open && ranking->count > 0 && !right)
		wrong(ranking->report, (Place) {SCHEME_NAME, 0, NULL}, "the population cannot be graded: %s", problem.message);
	/* quotas and clusters of those who are left are others */
	graded = graded && (peers_known || !grades_by_peers) && whole;
	for (size_t i = 0; right && i < ranking->count; i++)
	{
		RankedEntry *ranked = &ranking->entries[i];

		/* who does not reach what a grade asks for takes the next one, and so on */
		for (int notch = 1; graded && notch < scheme->grades_count; notch++)
		{
			if (ranked->found == notch && below_minimum(ranking, node_member(grading, "minimum"), notch, ranked->score))
				ranked->found = notch + 1;
		}
		compare_found(ranking, ranked, graded, peers_known);
	}
	codes_sort(&ranking->peers);
	codes_free(&ranking->peers);
	free(ranking->entries);
}
