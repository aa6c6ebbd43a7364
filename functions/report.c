/*
 * functions/report.c
 *
 * Between the core and the server; see report.h.
 */
#include "functions/report.h"

#include "miscadmin.h"

/* The SQLSTATE of each kind of problem. */
static int
problem_sqlstate(ProblemKind kind)
{
	switch (kind)
	{
		case PROBLEM_SYNTAX:
			return ERRCODE_INVALID_TEXT_REPRESENTATION;
		case PROBLEM_BINARY:
			return ERRCODE_INVALID_BINARY_REPRESENTATION;
		case PROBLEM_VALUE:
			return ERRCODE_INVALID_PARAMETER_VALUE;
		case PROBLEM_RANGE:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		case PROBLEM_DATA:
			return ERRCODE_DATA_EXCEPTION;
		case PROBLEM_LIMIT:
			return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		case PROBLEM_STATE:
			return ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
		case PROBLEM_NONE:
			break;
	}
	return ERRCODE_INTERNAL_ERROR;
}

/* Reports the problem as an error; a soft one where the context allows it. */
void
report_problem(const Problem *problem, struct Node *escontext)
{
	errsave(escontext,
			(errcode(problem_sqlstate(problem->kind)),
			 errmsg("%s", problem->message),
			 problem->hint[0] != '\0' ? errhint("%s", problem->hint) : 0));
}

/* palloc, in the form that an arena wants. */
static void *
server_allocate(void *context, size_t size)
{
	return palloc(size);
}

/* CHECK_FOR_INTERRUPTS, in the form that an arena wants. */
void
server_pause(void)
{
	CHECK_FOR_INTERRUPTS();
}

const Arena server_arena = {server_allocate, NULL, NULL, server_pause};
