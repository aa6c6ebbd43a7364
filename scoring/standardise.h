/*
 * scoring/standardise.h
 *
 * A value seen against its population: how the statistics of norms turn an input,
 * or the value of a group, into a standardised one.
 */
#ifndef CREDENCE_STANDARDISE_H
#define CREDENCE_STANDARDISE_H

#include "scoring/appraise.h"

extern bool standardise_indicator(const Workspace *workspace, const CardIndicator *indicator,
								  double x, double *standardised, Problem *problem);
extern bool standardise_group(const Workspace *workspace, const CardGroup *group,
							  double value, double *standardised, Problem *problem);
extern double standardise_slope(const Workspace *workspace, const CardGroup *group,
								double value, double standardised);
extern double unstandardise(const Workspace *workspace, const CardIndicator *indicator,
							double standardised);

#endif							/* CREDENCE_STANDARDISE_H */
