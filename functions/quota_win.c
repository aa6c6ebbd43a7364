/*
 * functions/quota_win.c
 *
 * quota_grade() over (... order by ...): grades by rank, so many percent each.
 *
 * On the partition's first row the rows with a score are counted and the last
 * row of each grade is found; every row then finds its grade by its position.
 */
#include <math.h>

#include "functions/report.h"
#include "functions/window.h"
#include "scoring/quota.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* What a partition keeps; zero before its first row. */
typedef struct QuotaState
{
	bool		ready;
	int			count;			/* grades */
	text	  **labels;
	int		   *last;			/* position of the last row that may have each grade, -1 for none */
} QuotaState;

/* The rows that have a score, by rank. */
typedef struct Ranking
{
	int			count;
	int		   *positions;		/* of each rank, the first being 0 */
	bool	   *tied;			/* does this rank tie with the one before? */
} Ranking;

/* Does a row with this score take part? NULL and NaN do not. */
static bool
takes_part(Datum score, bool isnull)
{
	return !isnull && !isnan(DatumGetFloat8(score));
}

/* Ranks the rows of the partition that have a score. */
static Ranking
rank_partition(WindowObject window)
{
	WindowScan	scan = window_scan_begin(window, 0);
	Ranking		ranking = {0};
	Datum		score;
	bool		isnull;

	ranking.positions = arena_allocate(&window_arena, scan.rows * sizeof(int));
	ranking.tied = arena_allocate(&window_arena, scan.rows * sizeof(bool));
	while (window_scan_next(&scan, &score, &isnull))
		if (takes_part(score, isnull))
		{
			/* asked of every row: to go back to a few is slower once the rows are on disk */
			ranking.tied[ranking.count] = ranking.count > 0 &&
				WinRowsArePeers(window, ranking.positions[ranking.count - 1], scan.row);
			ranking.positions[ranking.count++] = scan.row;
		}
	window_scan_end(&scan);
	return ranking;
}

/* Finds the last row of each grade. */
static void
grade_partition(FunctionCallInfo fcinfo, QuotaState *state)
{
	MemoryContext partition = GetMemoryChunkContext(state);
	MemoryContext caller;
	Problem		problem;
	QuotaRounding rounding;
	QuotaTies	ties;
	Quotas	   *quotas;
	Ranking		ranking;

	if (!quotas_parse(text_of(window_constant_text(fcinfo, 1, "quotas")), &server_arena, &quotas, &problem) ||
		!quota_rounding(window_constant_text(fcinfo, 2, "rounding"), &rounding, &problem) ||
		!quota_ties(window_constant_text(fcinfo, 3, "ties"), &ties, &problem))
		report_problem(&problem, NULL);
	ranking = rank_partition(PG_WINDOW_OBJECT());

	caller = MemoryContextSwitchTo(partition);
	state->count = (int) quotas->count;
	state->labels = palloc(quotas->count * sizeof(text *));
	state->last = palloc(quotas->count * sizeof(int));
	for (uint32_t i = 0; i < quotas->count; i++)
	{
		state->labels[i] = cstring_to_text_with_len(quotas->grade[i].label.bytes, (int) quotas->grade[i].label.length);
		state->last[i] = (int) quota_rows(ranking.count, quotas->grade[i].cumulative, rounding);
	}
	MemoryContextSwitchTo(caller);

	if (!quota_settle(quotas, state->last, ranking.tied, ranking.count, ties, &problem))
		report_problem(&problem, NULL);
	for (uint32_t i = 0; i < quotas->count; i++)
		state->last[i] = state->last[i] == 0 ? -1 : ranking.positions[state->last[i] - 1];
	state->ready = true;
}

CREDENCE_FUNCTION(credence_quota_grade);
Datum
credence_quota_grade(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	QuotaState *state = WinGetPartitionLocalMemory(window, sizeof(QuotaState));
	int64		position = WinGetCurrentPosition(window);
	Datum		score;
	bool		isnull;

	if (!state->ready)
		grade_partition(fcinfo, state);
	score = WinGetFuncArgCurrent(window, 0, &isnull);
	if (!takes_part(score, isnull))
		PG_RETURN_NULL();
	for (int i = 0; i < state->count; i++)
		if (position <= state->last[i])
			PG_RETURN_TEXT_P(state->labels[i]);
	PG_RETURN_NULL();
}
