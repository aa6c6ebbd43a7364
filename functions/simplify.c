/*
 * functions/simplify.c
 *
 * The planner's part in scoring at the speed of the scan. Forming a row for
 * every call costs more than scoring it; so score(card, t), on a whole row whose
 * columns the planner can see, becomes score_columns(card, names, column, ...),
 * and likewise inputs, grade and appraise. If the card is a constant, only the
 * columns that it reads are passed, else all of them.
 */
#include "functions/value_io.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/tlist.h"
#include "parser/parse_relation.h"
#include "parser/parsetree.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

/* A row whose columns can be seen: an expression and a name for each. */
typedef struct SeenRow
{
	List	   *expressions;
	List	   *names;			/* of String */
} SeenRow;

#if PG_VERSION_NUM < 160000
/*
 * Returns whether a relation stands where an outer join may leave it without a
 * row; then the whole row must stay NULL. Unknown places count as such.
 */
static bool
is_nullable(Node *jointree, int relation, bool nullable)
{
	ListCell   *cell;

	if (jointree == NULL)
		return true;
	if (IsA(jointree, RangeTblRef))
		return ((RangeTblRef *) jointree)->rtindex != relation || nullable;
	if (IsA(jointree, FromExpr))
	{
		foreach(cell, ((FromExpr *) jointree)->fromlist)
			if (!is_nullable(lfirst(cell), relation, nullable))
				return false;
	}
	else if (IsA(jointree, JoinExpr))
	{
		JoinExpr   *join = (JoinExpr *) jointree;
		bool		left = join->jointype == JOIN_RIGHT || join->jointype == JOIN_FULL;
		bool		right = join->jointype == JOIN_LEFT || join->jointype == JOIN_FULL;

		return is_nullable(join->larg, relation, nullable || left) &&
			is_nullable(join->rarg, relation, nullable || right);
	}
	return true;
}
#endif

/* Returns whether a row of the variable may be missing where it is used. */
static bool
may_be_missing(PlannerInfo *root, Var *variable)
{
#if PG_VERSION_NUM >= 180000
	if (variable->varreturningtype != VAR_RETURNING_DEFAULT)
		return true;
#endif
#if PG_VERSION_NUM >= 160000
	return !bms_is_empty(variable->varnullingrels);
#else
	return is_nullable((Node *) root->parse->jointree, variable->varno, false);
#endif
}

/*
 * Returns the names of a row type's columns, or NIL where they are not as many as
 * the expressions (a dropped column, say).
 */
static List *
row_type_names(Oid type, int count)
{
	/* a function may return a domain over a row type */
	TupleDesc	desc = lookup_rowtype_tupdesc(getBaseType(type), -1);
	List	   *names = NIL;

	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			names = lappend(names, makeString(pstrdup(NameStr(TupleDescAttr(desc, i)->attname))));
	ReleaseTupleDesc(desc);
	return list_length(names) == count ? names : NIL;
}

/* Finds the columns of a relation's whole row. */
static bool
see_variable(PlannerInfo *root, Var *variable, SeenRow *row)
{
	RangeTblEntry *entry;

	if (root == NULL || variable->varattno != InvalidAttrNumber ||
		variable->varlevelsup != 0 || may_be_missing(root, variable))
		return false;
	entry = rt_fetch(variable->varno, root->parse->rtable);
	expandRTE(entry, variable->varno, 0, -1, false, &row->names, &row->expressions);
	/* the names of a named row type are its own, whatever aliases the query gives */
	if (variable->vartype != RECORDOID)
		row->names = row_type_names(variable->vartype, list_length(row->expressions));
	return row->names != NIL;
}

/* Finds the columns of a row constructor. */
static bool
see_constructor(RowExpr *constructor, SeenRow *row)
{
	if (contain_volatile_functions((Node *) constructor) ||
		contain_subplans((Node *) constructor))
		return false;
	row->expressions = constructor->args;
	if (constructor->row_typeid == RECORDOID)
		row->names = constructor->colnames;
	else
		row->names = row_type_names(constructor->row_typeid, list_length(constructor->args));
	return row->names != NIL && list_length(row->names) == list_length(row->expressions);
}

/* Finds the columns of a row, where they can be seen. */
static bool
see_row(PlannerInfo *root, Node *node, SeenRow *row)
{
	if (IsA(node, Var))
		return see_variable(root, (Var *) node, row);
	if (IsA(node, RowExpr))
		return see_constructor((RowExpr *) node, row);
	return false;
}

/*
 * Leaves in the row the columns that the card reads, in the order of its inputs;
 * false where one is not there, or is there twice, or is an enum where the card
 * reads a number, which the call itself will report.
 */
static bool
keep_columns_read(const Scorecard *card, SeenRow *row)
{
	SeenRow		kept = {NIL, NIL};

	for (uint32 i = 0; i < card->inputs; i++)
	{
		const char *name = card_at(card, card_inputs(card)[i].name.at);
		ListCell   *name_cell;
		ListCell   *expression_cell;
		bool		found = false;

		forboth(name_cell, row->names, expression_cell, row->expressions)
		{
			if (strcmp(strVal(lfirst(name_cell)), name) != 0)
				continue;
			if (found)
				return false;
			if (card_inputs(card)[i].texts == 0 &&
				type_is_enum(getBaseType(exprType(lfirst(expression_cell)))))
				return false;
			kept.names = lappend(kept.names, lfirst(name_cell));
			kept.expressions = lappend(kept.expressions, lfirst(expression_cell));
			found = true;
		}
		if (!found)
			return false;
	}
	*row = kept;
	return true;
}

/*
 * Returns whether grouping sets may make NULL of the row or one of its columns.
 * They do so above the grouping, where the row and its columns then differ; what
 * stands in an aggregate, beneath it, looks the same from here.
 */
static bool
grouping_may_null(PlannerInfo *root, const SeenRow *row)
{
	ListCell   *cell;

	if (root == NULL || root->parse->groupingSets == NIL)
		return false;
	foreach(cell, root->parse->groupClause)
	{
		Node	   *expression = get_sortgroupclause_expr(lfirst(cell), root->parse->targetList);

		if (type_is_rowtype(exprType(expression)) ||
			list_member(row->expressions, expression))
			return true;
	}
	return false;
}

/*
 * Turns enums into text. Their labels are catalog data, and only so does the
 * expression stay as stable, and no more than that, as the call on the record.
 */
static void
enums_to_text(SeenRow *row)
{
	ListCell   *cell;

	/* the list may be that of a row constructor, which may yet have to stay as it is */
	row->expressions = list_copy(row->expressions);
	foreach(cell, row->expressions)
	{
		Node	   *expression = lfirst(cell);
		CoerceViaIO *coerce;

		if (!type_is_enum(getBaseType(exprType(expression))))
			continue;
		coerce = makeNode(CoerceViaIO);
		coerce->arg = (Expr *) expression;
		coerce->resulttype = TEXTOID;
		coerce->resultcollid = DEFAULT_COLLATION_OID;
		coerce->coerceformat = COERCE_EXPLICIT_CAST;
		coerce->location = -1;
		lfirst(cell) = coerce;
	}
}

/* Returns a constant text[] of names. */
static Const *
names_constant(List *names)
{
	Datum	   *texts = palloc(sizeof(Datum) * list_length(names));
	ListCell   *cell;
	int			count = 0;

	foreach(cell, names)
		texts[count++] = CStringGetTextDatum(strVal(lfirst(cell)));
	return makeConst(TEXTARRAYOID, -1, DEFAULT_COLLATION_OID, -1,
					 PointerGetDatum(construct_array(texts, count, TEXTOID, -1, false,
													 TYPALIGN_INT)),
					 false, false);
}

/*
 * Returns the function NAME_columns(card [, norms], names, VARIADIC "any") that
 * belongs to a function NAME(card, record [, norms]), or InvalidOid.
 */
static Oid
find_columns_function(FuncExpr *call)
{
	char	   *name = psprintf("%s_columns", get_func_name(call->funcid));
	Oid			types[4];
	int			count = 0;

	types[count++] = exprType(linitial(call->args));
	if (list_length(call->args) == 3)
		types[count++] = exprType(lthird(call->args));
	types[count++] = TEXTARRAYOID;
	types[count++] = ANYOID;
	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
						   PointerGetDatum(buildoidvector(types, count)),
						   ObjectIdGetDatum(get_func_namespace(call->funcid)));
}

/* Returns the call on single columns, or NULL where the call has to stay. */
static Node *
simplify_call(PlannerInfo *root, FuncExpr *call)
{
	Node	   *card = linitial(call->args);
	SeenRow		row;
	Oid			function;
	List	   *arguments;

	if (!see_row(root, lsecond(call->args), &row))
		return NULL;
	if (IsA(card, Const))
	{
		if (((Const *) card)->constisnull ||
			!keep_columns_read((Scorecard *) PG_DETOAST_DATUM(((Const *) card)->constvalue),
							   &row))
			return NULL;
	}
	if (grouping_may_null(root, &row))
		return NULL;
	enums_to_text(&row);
	function = find_columns_function(call);
	arguments = list_make1(card);
	if (list_length(call->args) == 3)
		arguments = lappend(arguments, lthird(call->args));
	arguments = lappend(arguments, names_constant(row.names));
	arguments = list_concat(arguments, row.expressions);
	if (!OidIsValid(function) || list_length(arguments) > FUNC_MAX_ARGS)
		return NULL;
	return (Node *) makeFuncExpr(function, call->funcresulttype, arguments,
								 call->funccollid, call->inputcollid,
								 COERCE_EXPLICIT_CALL);
}

/* Support function of the functions that take a record. */
CREDENCE_FUNCTION(credence_columns_support);
Datum
credence_columns_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Node	   *result = NULL;

	if (IsA(request, SupportRequestSimplify))
	{
		SupportRequestSimplify *simplify = (SupportRequestSimplify *) request;

		result = simplify_call(simplify->root, simplify->fcall);
	}
	PG_RETURN_POINTER(result);
}
