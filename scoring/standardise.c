/*
 * scoring/standardise.c
 *
 * A value seen against its population; see standardise.h.
 */
#include "scoring/standardise.h"

bool
standardise_indicator(const Workspace *workspace, const CardIndicator *indicator,
					  double x, double *standardised, Problem *problem)
{
	return problem_set(problem, PROBLEM_STATE, "card \"%s\" standardises and needs norms",
					   (const char *) card_at(workspace->card, workspace->card->name.at));
}

bool
standardise_group(const Workspace *workspace, const CardGroup *group,
				  double value, double *standardised, Problem *problem)
{
	return problem_set(problem, PROBLEM_STATE, "card \"%s\" standardises and needs norms",
					   (const char *) card_at(workspace->card, workspace->card->name.at));
}

bool
workspace_use_norms(Workspace *workspace, const Norms *norms, Problem *problem)
{
	workspace->norms = norms;
	return true;
}

double
standardise_slope(const Workspace *workspace, const CardGroup *group,
				  double value, double standardised)
{
	return 1;
}

double
unstandardise(const Workspace *workspace, const CardIndicator *indicator,
			  double standardised)
{
	return standardised;
}
