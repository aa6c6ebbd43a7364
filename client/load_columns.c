/*
 * client/load_columns.c
 *
 * Mapping columns; see load_columns.h.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/connection.h"
#include "client/load_columns.h"
#include "client/output.h"

/* Adds "ours=theirs" to a list of pairs. */
static void
add_pair(ColumnPair **pairs, int *count, const Globals *globals, const char *option, const char *text)
{
	const char *equals = strchr(text, '=');
	ColumnPair *pair;

	if (equals == NULL || equals == text)
		usage_error(globals, "option \"--%s\" needs a column, \"=\" and something after it, not \"%.60s\"", option, text);
	*pairs = reallocate(*pairs, sizeof(ColumnPair) * (size_t) (*count + 1));
	pair = &(*pairs)[(*count)++];
	pair->ours = format_text("%.*s", (int) (equals - text), text);
	pair->theirs = equals + 1;
	if (!valid_utf8(text, strlen(text)))
		usage_error(globals, "the value of option \"--%s\" is not valid UTF-8", option);
}

void
columns_map(LoadColumns *columns, const Globals *globals, const char *pair)
{
	add_pair(&columns->maps, &columns->map_count, globals, "map", pair);
}

void
columns_set(LoadColumns *columns, const Globals *globals, const char *pair)
{
	add_pair(&columns->sets, &columns->set_count, globals, "set", pair);
}

void
columns_ignore(LoadColumns *columns, const char *name)
{
	columns->ignored = reallocate(columns->ignored, sizeof(char *) * (size_t) (columns->ignored_count + 1));
	columns->ignored[columns->ignored_count++] = name;
}

/* Returns the index of a column of the staging table, or -1. */
static int
find_column(const LoadColumns *columns, const char *name)
{
	for (int i = 0; i < columns->count; i++)
	{
		if (strcmp(columns->names[i], name) == 0)
			return i;
	}
	return -1;
}

/* Returns the names of the staging table's columns with commas between them, allocated. */
static char *
column_list(const LoadColumns *columns)
{
	char	   *list = copy_text("");

	for (int i = 0; i < columns->count; i++)
	{
		char	   *longer = format_text("%s%s%s", list, i > 0 ? ", " : "", columns->names[i]);

		free(list);
		list = longer;
	}
	return list;
}

/* Exits with 2 unless each pair names a column, and none is named twice. */
static void
check_pairs(const LoadColumns *columns, const Globals *globals, const char *option, const ColumnPair *pairs, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (find_column(columns, pairs[i].ours) < 0)
		{
			char	   *list = column_list(columns);

			complain("there is no column \"%s\" to be given with --%s", pairs[i].ours, option);
			hint("The columns are: %s.", list);
			free(list);
			exit(EXIT_USAGE);
		}
		for (int j = 0; j < columns->map_count + columns->set_count; j++)
		{
			const ColumnPair *other = j < columns->map_count ? &columns->maps[j] : &columns->sets[j - columns->map_count];

			if (other != &pairs[i] && strcmp(other->ours, pairs[i].ours) == 0)
				usage_error(globals, "column \"%s\" is given twice with --map or --set", pairs[i].ours);
		}
	}
}

void
columns_read(LoadColumns *columns, PGconn *connection, const Globals *globals, const char *table)
{
	PGresult   *rows = query(connection,
							 "SELECT a.attname, pg_catalog.has_column_privilege(session_user, c.oid, a.attnum, 'INSERT'), session_user"
							 " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
							 " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
							 " WHERE n.nspname = 'credence_registry' AND c.relname = $1 AND a.attnum > 0 AND NOT a.attisdropped"
							 " AND a.attname NOT IN ('line', 'loaded_by', 'batch') ORDER BY a.attnum", 1, &table);

	if (PQntuples(rows) == 0)
		die(EXIT_SERVER, "there is no table credence_registry.%s", table);
	if (PQgetvalue(rows, 0, 1)[0] != 't')
	{
		complain("\"%s\" may not load files", PQgetvalue(rows, 0, 2));
		hint("Files are loaded by members of credence_officer, for their regions, and of credence_admin.");
		exit(EXIT_SERVER);
	}
	columns->count = PQntuples(rows);
	columns->names = allocate(sizeof(char *) * (size_t) columns->count);
	columns->fields = allocate(sizeof(int) * (size_t) columns->count);
	columns->constants = allocate(sizeof(char *) * (size_t) columns->count);
	for (int i = 0; i < columns->count; i++)
	{
		columns->names[i] = copy_text(PQgetvalue(rows, i, 0));
		columns->fields[i] = -1;
		columns->constants[i] = NULL;
	}
	PQclear(rows);
	check_pairs(columns, globals, "map", columns->maps, columns->map_count);
	check_pairs(columns, globals, "set", columns->sets, columns->set_count);
	for (int i = 0; i < columns->set_count; i++)
	{
		if (columns->sets[i].theirs[0] != '\0')
			columns->constants[find_column(columns, columns->sets[i].ours)] = columns->sets[i].theirs;
	}
}

/* Returns the index of the field of the header with that name; exits with 4 if there is none, or two. */
static int
find_field(const CsvReader *header, const char *name)
{
	int			found = -1;

	for (int i = 0; i < header->count; i++)
	{
		if (strcmp(header->fields[i].text, name) != 0)
			continue;
		if (found >= 0)
			die(EXIT_FILES, "%s: there are two columns \"%s\" in line %" PRIu64, header->name, name, header->line);
		found = i;
	}
	if (found < 0)
	{
		complain("%s: there is no column \"%s\" in line %" PRIu64, header->name, name, header->line);
		hint("The first line names the columns; --no-header says that it does not.");
		exit(EXIT_FILES);
	}
	return found;
}

/* Is a column given by an option? */
static bool
is_given(const ColumnPair *pairs, int count, const char *name)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(pairs[i].ours, name) == 0)
			return true;
	}
	return false;
}

/* Is the field mapped by an option, or to be ignored? */
static bool
is_accounted_for(const LoadColumns *columns, const char *name)
{
	for (int i = 0; i < columns->map_count; i++)
	{
		if (strcmp(columns->maps[i].theirs, name) == 0)
			return true;
	}
	for (int i = 0; i < columns->ignored_count; i++)
	{
		if (strcmp(columns->ignored[i], name) == 0)
			return true;
	}
	return false;
}

/* Are columns that are not known left out? */
static bool
ignores_unknown(const LoadColumns *columns)
{
	for (int i = 0; i < columns->ignored_count; i++)
	{
		if (strcmp(columns->ignored[i], "*") == 0)
			return true;
	}
	return false;
}

/* Finds the fields by their numbers, which the options give where there is no header. */
static void
resolve_numbers(LoadColumns *columns, const CsvReader *first)
{
	for (int i = 0; i < columns->map_count; i++)
	{
		const char *theirs = columns->maps[i].theirs;
		char	   *end;
		long		number = strtol(theirs, &end, 10);

		if (end == theirs || *end != '\0' || number < 1 || number > first->count)
		{
			complain("%s: there is no field %s in line %" PRIu64 ", which has %d", first->name, theirs, first->line, first->count);
			hint("With --no-header, --map gives the number of a field, from 1.");
			exit(EXIT_FILES);
		}
		columns->fields[find_column(columns, columns->maps[i].ours)] = (int) number - 1;
	}
}

void
columns_resolve(LoadColumns *columns, const CsvReader *header)
{
	for (int i = 0; i < columns->count; i++)
		columns->fields[i] = -1;
	columns->width = header->count;
	if (columns->no_header)
	{
		resolve_numbers(columns, header);
		return;
	}
	for (int i = 0; i < columns->map_count; i++)
		columns->fields[find_column(columns, columns->maps[i].ours)] = find_field(header, columns->maps[i].theirs);
	for (int i = 0; i < header->count; i++)
	{
		const char *name = header->fields[i].text;
		int			column = find_column(columns, name);

		if (is_accounted_for(columns, name) || (column < 0 && ignores_unknown(columns)))
			continue;
		if (column >= 0 && is_given(columns->sets, columns->set_count, name))
		{
			complain("%s: column \"%s\" is in the file and given with --set", header->name, name);
			hint("--ignore=%s leaves out that of the file.", name);
			exit(EXIT_FILES);
		}
		if (column < 0 || columns->fields[column] >= 0)
		{
			char	   *list = column_list(columns);

			complain("%s: column \"%s\" in line %" PRIu64 " is not one to be loaded", header->name, name, header->line);
			hint("--map=OURS=%s says which it is, --ignore=%s leaves it out. There are: %s.", name, name, list);
			free(list);
			exit(EXIT_FILES);
		}
		columns->fields[column] = find_field(header, name);
	}
}

void
columns_free(LoadColumns *columns)
{
	for (int i = 0; i < columns->map_count; i++)
		free(columns->maps[i].ours);
	for (int i = 0; i < columns->set_count; i++)
		free(columns->sets[i].ours);
	for (int i = 0; i < columns->count; i++)
		free(columns->names[i]);
	free(columns->maps);
	free(columns->sets);
	free(columns->ignored);
	free(columns->names);
	free(columns->fields);
	free(columns->constants);
}
