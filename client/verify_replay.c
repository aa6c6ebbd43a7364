/*
 * client/verify_replay.c
 *
 * Computing entries again; see verify_replay.h.
 */
#include <stdlib.h>
#include <string.h>

#include "client/output.h"
#include "client/verify_steps.h"

void
replay_begin(Replay *replay, Report *report, const Scheme *scheme, const char *no_scheme, const Population *population, int steps_before)
{
	memset(replay, 0, sizeof(*replay));
	replay->report = report;
	replay->scheme = scheme;
	replay->no_scheme = no_scheme;
	replay->population = population;
	replay->steps_before = steps_before;
	if (scheme != NULL)
	{
		replay->x = allocate(sizeof(double) * (scheme->card->inputs + 1));
		replay->input_places = allocate(sizeof(int) * (scheme->card->inputs + 1));
		memset(replay->input_places, 0, sizeof(int) * scheme->card->inputs);
	}
}

void
replay_end(Replay *replay)
{
	free(replay->x);
	free(replay->input_places);
	free(replay->room.bytes);
	free(replay->line.members);
}

void
replay_entry(Replay *replay, const EntryItem *entry)
{
	const ItemValue *score = entry_column(entry, "score");
	const ItemValue *grade = entry_column(entry, "grade");
	const ItemValue *peer = entry_column(entry, "peer");
	Report	   *report = replay->report;
	bool		recomputed = false;
	Appraisal	appraisal;
	Standing	standing;
	Workspace  *workspace = NULL;
	Problem		problem;

	replay->has_card = false;
	report->entries++;
	if (replay->scheme == NULL)
		not_recomputable(report, entry->number, "%s", replay->no_scheme);
	else if (replay->scheme->within_peers && peer == NULL)
		not_recomputable(report, entry->number, "it is standardised within peer groups, and these are not shown");
	else if ((workspace = scheme_workspace(replay->scheme, peer != NULL ? value_text(peer, &replay->room) : field_of(NULL))) == NULL)
		not_recomputable(report, entry->number, "it is standardised by norms that are not published");
	else if (entry_read_inputs(replay, entry))
	{
		if (!card_appraise(workspace, replay->x, &appraisal, &problem))
			wrong(report, entry_place(entry, "values"), "entry %lu: the scorecard cannot score it: %s", (unsigned long) entry->number, problem.message);
		else
		{
			Sight		sight = {replay, entry, workspace, appraisal.coverage, &standing};

			standing = (Standing) {appraisal.score, appraisal.grade.label, appraisal.rated, true, true};
			replay->by_card = standing;
			replay->has_card = true;
			if (!replay_lines(replay, entry, &sight, &standing))
				;				/* reported */
			else if (replay->steps_before != ALL_STEPS)
				not_recomputable(report, entry->number, replay->steps_before == 0 ? "the steps after the scorecard are not shown"
								 : "the steps after the scorecard are not shown from step %d on", replay->steps_before);
			else
				recomputed = true;
		}
	}
	if (score != NULL)
	{
		if (!recomputed || !standing.score_known)
			report->scores_unchecked++;
		else if (same_score(standing.score, score))
			report->scores++;
		else
			value_differs(replay, entry, "score", score, true, &standing, "");
	}
	if (grade != NULL)
	{
		if (!recomputed || !standing.grade_known)
			report->grades_unchecked++;
		else if (same_grade(replay, standing.grade, grade))
			report->grades++;
		else
			value_differs(replay, entry, "grade", grade, false, &standing, "");
	}
	if (recomputed && !standing.rated)
		wrong(report, entry_place(entry, "values"), "entry %lu: it is not rated", (unsigned long) entry->number);
}
