/*
 * functions/scorer.h
 *
 * What a call of score() and its like keeps from row to row: the card and the
 * norms ready for use, memory for scoring, and where the inputs come from.
 */
#ifndef CREDENCE_SCORER_H
#define CREDENCE_SCORER_H

#include "functions/report.h"

#include "access/tupdesc.h"
#include "scoring/appraise.h"

/* An argument that is the same for many rows, detoasted once. */
typedef struct KeptValue
{
	struct varlena *raw;		/* a copy of the argument as it came */
	Size		raw_size;
	Size		compared;		/* bytes of raw that tell it from others of its size */
	bool		constant;		/* no need to look whether it changed */
	void	   *value;			/* detoasted */
} KeptValue;

/* How a column becomes a number of the input vector. */
typedef enum ColumnKind
{
	COLUMN_FLOAT8,
	COLUMN_FLOAT4,
	COLUMN_INT2,
	COLUMN_INT4,
	COLUMN_INT8,
	COLUMN_NUMERIC,
	COLUMN_BOOLEAN,
	COLUMN_TEXT,				/* text for a text input, the code of the text */
	COLUMN_PADDED_TEXT,			/* char(n): trailing blanks do not count */
	COLUMN_OUTPUT				/* a text input: by the type's output function */
} ColumnKind;

/* Where an input comes from: a column of the record or an argument. */
typedef struct ColumnBinding
{
	int			column;			/* counted from 0 */
	ColumnKind	kind;
	FmgrInfo	output;			/* of COLUMN_OUTPUT */
} ColumnBinding;

/* A column that a row offers. */
typedef struct OfferedColumn
{
	const char *name;
	Oid			type;			/* InvalidOid: dropped */
} OfferedColumn;

typedef struct Scorer
{
	MemoryContext context;		/* of all that hangs off the scorer */
	KeptValue	card_value;
	KeptValue	norms_value;
	const Scorecard *card;
	Workspace  *workspace;
	double	   *x;				/* the input vector of the row */
	Text	   *unknown_text;	/* of each input: a text that the card does not know */
	bool		has_unknown_text;	/* some is set and has to be cleared */
	/* binding of a record's columns or of arguments; none for float8[] */
	ColumnBinding *binding;
	bool		all_float8;		/* every input is a float8 column */
	bool		in_card_order;	/* every input has the same place as its column */
	bool		scores_complete_rows;	/* and the fast path fits card and binding */
	const struct Increments *increments;	/* for the same, if the card is one for them */
	const struct Increments *constant_increments;	/* and card and names are constants */
	uint64		record_identifier;	/* of the type that is bound, see typcache.h */
	TupleDesc	record_desc;
	Datum	   *column_value;
	bool	   *column_isnull;
	struct AppraisalParts *appraisal_parts;	/* see appraise.c */
	struct Scorer *next;		/* the next that the same call keeps, see scorer_find() */
} Scorer;

extern void keep_value(KeptValue *kept, Datum argument, bool constant);
extern void keep_norms(KeptValue *kept, Datum argument, bool constant);
extern Scorer *scorer_for_card(MemoryContext context, const Scorecard *card);
extern Scorer *scorer_find(FunctionCallInfo fcinfo, int card_argument, int norms_argument);
extern void scorer_bind_arguments(Scorer *scorer, FunctionCallInfo fcinfo,
								  int names_argument);
extern void scorer_read_array(Scorer *scorer, Datum array);
extern void scorer_read_record(Scorer *scorer, Datum record);
extern bool scorer_read_arguments(Scorer *scorer, FunctionCallInfo fcinfo,
								  int names_argument);

/* bind.c */
extern void bind_columns(Scorer *scorer, const OfferedColumn *offered, int count);
extern double column_number(Scorer *scorer, int input, Datum value);

/* numeric.c */
extern double numeric_to_double(Datum numeric);

/* Returns whether an argument is the one that was kept. */
static inline bool
kept_value_matches(const KeptValue *kept, Datum argument)
{
	struct varlena *raw = (struct varlena *) DatumGetPointer(argument);

	if (likely(kept->constant))
		return true;
	return kept->raw_size == VARSIZE_ANY(raw) &&
		memcmp(kept->raw, raw, kept->compared) == 0;
}

/* Returns whether a scorer is for the card and norms of this row. */
static inline bool
scorer_matches(const Scorer *scorer, FunctionCallInfo fcinfo, int card_argument,
			   int norms_argument)
{
	return kept_value_matches(&scorer->card_value, PG_GETARG_DATUM(card_argument)) &&
		(norms_argument < 0 ||
		 kept_value_matches(&scorer->norms_value, PG_GETARG_DATUM(norms_argument)));
}

/*
 * Returns the scorer of this call, another where the card or the norms are not
 * those of the row before. The norms argument is -1 where there is none.
 */
static inline Scorer *
scorer_get(FunctionCallInfo fcinfo, int card_argument, int norms_argument)
{
	Scorer	   *scorer = fcinfo->flinfo->fn_extra;

	if (likely(scorer != NULL) &&
		likely(scorer_matches(scorer, fcinfo, card_argument, norms_argument)))
		return scorer;
	return scorer_find(fcinfo, card_argument, norms_argument);
}

#endif							/* CREDENCE_SCORER_H */
