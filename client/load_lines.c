/*
 * client/load_lines.c
 *
 * Lines of files and rows of batches; see load_lines.h.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "client/load_lines.h"
#include "client/output.h"

/*
 * How the reasons begin that name another line of the batch. No other reason
 * begins like that, whatever the values are that it quotes.
 */
static const char *const line_reasons[] = {
	"the same subject as line ",
	"the same event as line ",
	"the same observation as line ",
	"the same agreement and year as line ",
	"overlaps with the same tie in line ",
	"its validity overlaps with that of line ",
};

void
lines_add(LineMap *map, int file, uint64_t line)
{
	const LineRun *last = map->count > 0 ? &map->runs[map->count - 1] : NULL;

	map->rows++;
	if (last != NULL && last->place.file == file && last->place.line + (map->rows - last->row) == line)
		return;
	if (map->count >= map->room)
	{
		map->room = 2 * map->room + 64;
		map->runs = reallocate(map->runs, sizeof(LineRun) * (size_t) map->room);
	}
	map->runs[map->count++] = (LineRun) {.row = map->rows, .place = {.file = file, .line = line}};
}

FileLine
lines_find(const LineMap *map, uint64_t row)
{
	int			low = 0;
	int			high = map->count;
	FileLine	place;

	if (row < 1 || row > map->rows)
		return (FileLine) {0, 0};
	/* the last run that begins at the row or before it */
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (map->runs[middle].row <= row)
			low = middle;
		else
			high = middle;
	}
	place = map->runs[low].place;
	place.line += row - map->runs[low].row;
	return place;
}

char *
lines_translate(const LineMap *map, const char *reason, int file, char **files)
{
	for (size_t i = 0; i < sizeof(line_reasons) / sizeof(line_reasons[0]); i++)
	{
		size_t		length = strlen(line_reasons[i]);
		char	   *rest;
		FileLine	place;

		if (strncmp(reason, line_reasons[i], length) != 0)
			continue;
		place = lines_find(map, strtoull(reason + length, &rest, 10));
		if (place.line == 0 || rest == reason + length)
			break;
		if (place.file == file)
			return format_text("%s%" PRIu64 "%s", line_reasons[i], place.line, rest);
		return format_text("%s%" PRIu64 " of %s%s", line_reasons[i], place.line, files[place.file], rest);
	}
	return copy_text(reason);
}
