/*
 * functions/scorer.c
 *
 * What a call of score() and its like keeps from row to row; see scorer.h.
 */
#include "functions/scorer.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "functions/arrays.h"
#include "nodes/primnodes.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

/*
 * Keeps an argument in the current context. A value stored out of line is known
 * by its toast pointer, without being fetched again; any other by its bytes.
 */
void
keep_value(KeptValue *kept, Datum argument, bool constant)
{
	struct varlena *raw = (struct varlena *) DatumGetPointer(argument);

	kept->constant = constant;
	kept->raw_size = kept->compared = VARSIZE_ANY(raw);
	kept->raw = palloc(kept->raw_size);
	memcpy(kept->raw, raw, kept->raw_size);
	kept->value = VARATT_IS_EXTENDED(raw) ? PG_DETOAST_DATUM_COPY(argument) : kept->raw;
	/* pointers into memory may point to something else by the next row */
	if (VARATT_IS_EXTERNAL(raw) && !VARATT_IS_EXTERNAL_ONDISK(raw))
		kept->raw_size = 0;
}

/*
 * The same for norms, which can be very large: where the argument is the image
 * itself, its head is enough, since that has a digest of the rest.
 */
void
keep_norms(KeptValue *kept, Datum argument, bool constant)
{
	keep_value(kept, argument, constant);
	if (!VARATT_IS_EXTENDED(kept->raw))
		kept->compared = sizeof(Norms);
}

/*
 * So many cards in turn, say one for each class of providers, are scored without
 * preparing one twice, as long as they and their norms stay within the bytes.
 */
#define SCORERS_KEPT 16
#define SCORERS_KEPT_BYTES ((Size) 16 * 1024 * 1024)

/* Returns a new scorer for a card, which must live as long as the context. */
Scorer *
scorer_for_card(MemoryContext context, const Scorecard *card)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Scorer	   *scorer = palloc0(sizeof(Scorer));

	scorer->context = context;
	scorer->card = card;
	scorer->workspace = workspace_create(card, &server_arena);
	scorer->x = palloc(sizeof(double) * card->inputs);
	scorer->unknown_text = palloc0(sizeof(Text) * card->inputs);
	scorer->workspace->unknown_text = scorer->unknown_text;
	MemoryContextSwitchTo(old);
	return scorer;
}

/*
 * Returns whether an argument is written into the query as a constant. A
 * parameter does not count: PL/pgSQL evaluates one expression, with what it
 * keeps here, for many values of its variables.
 */
static bool
argument_is_constant(FmgrInfo *flinfo, int argument)
{
	Node	   *call = flinfo->fn_expr;

	if (call == NULL || !IsA(call, FuncExpr))
		return false;
	return IsA(list_nth(((FuncExpr *) call)->args, argument), Const);
}

/* Returns a new scorer for the card and norms of this call. */
static Scorer *
scorer_create(FunctionCallInfo fcinfo, int card_argument, int norms_argument)
{
	FmgrInfo   *flinfo = fcinfo->flinfo;
	MemoryContext context = AllocSetContextCreate(flinfo->fn_mcxt, "credence scorer",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	KeptValue	card_value;
	Scorer	   *scorer;
	Problem		problem;

	keep_value(&card_value, PG_GETARG_DATUM(card_argument),
			   argument_is_constant(flinfo, card_argument));
	scorer = scorer_for_card(context, card_value.value);
	scorer->card_value = card_value;
	if (norms_argument >= 0)
	{
		keep_norms(&scorer->norms_value, PG_GETARG_DATUM(norms_argument),
				   argument_is_constant(flinfo, norms_argument));
		if (!workspace_use_norms(scorer->workspace, scorer->norms_value.value, &problem))
		{
			MemoryContextSwitchTo(old);
			MemoryContextDelete(context);
			report_problem(&problem, NULL);
		}
	}
	MemoryContextSwitchTo(old);
	return scorer;
}

/* Returns the bytes of a value that is kept, detoasted; 0 where there is none. */
static inline Size
kept_bytes(const KeptValue *kept)
{
	return kept->value == NULL ? 0 : VARSIZE_ANY(kept->value);
}

/*
 * Makes room for another scorer: keeps the ones used last, within the limits.
 * Norms with all their values can be large.
 */
static void
drop_surplus(Scorer **link)
{
	int			kept = 1;
	Size		bytes = 0;

	for (; *link != NULL && kept < SCORERS_KEPT && bytes < SCORERS_KEPT_BYTES;
		 link = &(*link)->next, kept++)
		bytes += kept_bytes(&(*link)->card_value) + kept_bytes(&(*link)->norms_value);
	while (*link != NULL)
	{
		Scorer	   *surplus = *link;

		*link = surplus->next;
		MemoryContextDelete(surplus->context);
	}
}

/*
 * Returns the scorer for this row where it is not that of the row before: one
 * of those that are kept, or a new one. It becomes the first that is tried.
 */
Scorer *
scorer_find(FunctionCallInfo fcinfo, int card_argument, int norms_argument)
{
	Scorer	   *first = fcinfo->flinfo->fn_extra;
	Scorer	  **link = &first;
	Scorer	   *scorer;

	while (*link != NULL && !scorer_matches(*link, fcinfo, card_argument, norms_argument))
		link = &(*link)->next;
	scorer = *link;
	if (scorer != NULL)
		*link = scorer->next;
	else
	{
		drop_surplus(&first);
		/* should the card or the norms be wrong, what is kept is whole */
		fcinfo->flinfo->fn_extra = first;
		scorer = scorer_create(fcinfo, card_argument, norms_argument);
	}
	scorer->next = first;
	fcinfo->flinfo->fn_extra = scorer;
	return scorer;
}

/* Forgets the unknown texts of the row before. */
static inline void
clear_unknown_texts(Scorer *scorer)
{
	if (unlikely(scorer->has_unknown_text))
	{
		memset(scorer->unknown_text, 0, sizeof(Text) * scorer->card->inputs);
		scorer->has_unknown_text = false;
	}
}

/* Reads the input vector from a float8[]. */
void
scorer_read_array(Scorer *scorer, Datum array)
{
	clear_unknown_texts(scorer);
	vector_of_array(DatumGetArrayTypeP(array), scorer->x, scorer->card->inputs,
					card_at(scorer->card, scorer->card->name.at));
}

/* Binds the columns of a record type. */
static void
bind_record(Scorer *scorer, Oid type, int32 typmod)
{
	MemoryContext old = MemoryContextSwitchTo(scorer->context);
	TupleDesc	desc = lookup_rowtype_tupdesc_copy(type, typmod);
	OfferedColumn *offered = palloc(sizeof(OfferedColumn) * Max(desc->natts, 1));

	scorer->record_identifier = INVALID_TUPLEDESC_IDENTIFIER;
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		offered[i].name = NameStr(attribute->attname);
		offered[i].type = attribute->attisdropped ? InvalidOid : attribute->atttypid;
	}
	bind_columns(scorer, offered, desc->natts);
	scorer->record_desc = desc;
	scorer->column_value = palloc(sizeof(Datum) * Max(desc->natts, 1));
	scorer->column_isnull = palloc(sizeof(bool) * Max(desc->natts, 1));
	scorer->record_identifier = assign_record_type_identifier(type, typmod);
	MemoryContextSwitchTo(old);
}

/* Reads the input vector from a record, by the names of its columns. */
void
scorer_read_record(Scorer *scorer, Datum record)
{
	HeapTupleHeader header = DatumGetHeapTupleHeader(record);
	Oid			type = HeapTupleHeaderGetTypeId(header);
	int32		typmod = HeapTupleHeaderGetTypMod(header);
	HeapTupleData tuple;

	clear_unknown_texts(scorer);
	/* the identifier changes with the type, also where only its columns change */
	if (scorer->record_identifier != assign_record_type_identifier(type, typmod))
		bind_record(scorer, type, typmod);
	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = header;
	heap_deform_tuple(&tuple, scorer->record_desc, scorer->column_value,
					  scorer->column_isnull);
	for (uint32 i = 0; i < scorer->card->inputs; i++)
	{
		int			column = scorer->binding[i].column;

		scorer->x[i] = scorer->column_isnull[column] ? NAN :
			column_number(scorer, i, scorer->column_value[column]);
	}
}

/* Binds the arguments behind the one that lists their names. */
void
scorer_bind_arguments(Scorer *scorer, FunctionCallInfo fcinfo, int names_argument)
{
	MemoryContext old = MemoryContextSwitchTo(scorer->context);
	int			first = names_argument + 1;
	int			count = PG_NARGS() - first;
	uint32		names;
	Text	   *name;
	OfferedColumn *offered = palloc(sizeof(OfferedColumn) * Max(count, 1));

	if (get_fn_expr_variadic(fcinfo->flinfo))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("columns must be given one by one, not as a VARIADIC array"),
				 errhint("For an array of inputs, use the form that takes float8[].")));
	name = texts_of_array(PG_GETARG_ARRAYTYPE_P(names_argument), "names", &names);
	if (names != (uint32) count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%u names go with as many columns, not with %d", names, count)));
	for (int i = 0; i < count; i++)
	{
		offered[i].name = text_copy(&server_arena, name[i]).bytes;
		offered[i].type = get_fn_expr_argtype(fcinfo->flinfo, first + i);
	}
	bind_columns(scorer, offered, count);
	if (scorer->card_value.constant && argument_is_constant(fcinfo->flinfo, names_argument))
		scorer->constant_increments = scorer->increments;
	MemoryContextSwitchTo(old);
}

/* Returns the bits of a float8 argument, those of NaN where it is NULL. */
static inline uint64
argument_bits(const NullableDatum *argument)
{
	return argument->isnull ? UINT64CONST(0x7ff8000000000000) : (uint64) argument->value;
}

/*
 * Reads the input vector from arguments and returns whether all are finite or
 * missing. The common case has no branch that depends on the data.
 */
bool
scorer_read_arguments(Scorer *scorer, FunctionCallInfo fcinfo, int names_argument)
{
	const NullableDatum *arguments = &fcinfo->args[names_argument + 1];
	uint32		inputs = scorer->card->inputs;
	double	   *x = scorer->x;
	bool		infinite = false;

	if (unlikely(scorer->binding == NULL))
		scorer_bind_arguments(scorer, fcinfo, names_argument);
	if (likely(scorer->all_float8))
	{
		const ColumnBinding *binding = scorer->binding;
		bool		in_card_order = scorer->in_card_order;

		for (uint32 i = 0; i < inputs; i++)
		{
			uint64		bits = argument_bits(&arguments[in_card_order ? i : binding[i].column]);

			/* shifted left, the sign is gone */
			infinite |= (bits << 1) == UINT64CONST(0xffe0000000000000);
			memcpy(&x[i], &bits, sizeof(bits));
		}
		return !infinite;
	}
	clear_unknown_texts(scorer);
	for (uint32 i = 0; i < inputs; i++)
	{
		const NullableDatum *argument = &arguments[scorer->binding[i].column];

		x[i] = argument->isnull ? NAN : column_number(scorer, i, argument->value);
		infinite |= isinf(x[i]) != 0;
	}
	return !infinite;
}
