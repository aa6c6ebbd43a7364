/*
 * client/load_lines.h
 *
 * From which line of which file each staged row came, and what the reasons
 * that name lines of the batch say in lines of the files.
 */
#ifndef CREDENCE_LOAD_LINES_H
#define CREDENCE_LOAD_LINES_H

#include <stdint.h>

/* A place in the files. */
typedef struct FileLine
{
	int			file;			/* index */
	uint64_t	line;			/* from 1 */
} FileLine;

/* Rows that stand in lines one after another. */
typedef struct LineRun
{
	uint64_t	row;			/* the first, from 1 */
	FileLine	place;
} LineRun;

typedef struct LineMap
{
	LineRun    *runs;
	int			count;
	int			room;
	uint64_t	rows;
} LineMap;

/* The next row comes from there. */
extern void lines_add(LineMap *map, int file, uint64_t line);

/* Where a row came from. */
extern FileLine lines_find(const LineMap *map, uint64_t row);

/* The reason with the lines that it names translated, allocated. */
extern char *lines_translate(const LineMap *map, const char *reason, int file, char **files);

#endif							/* CREDENCE_LOAD_LINES_H */
