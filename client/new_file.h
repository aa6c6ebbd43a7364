/*
 * client/new_file.h
 *
 * A file that appears under its name when it is whole, and not before: until
 * then it has a name of its own, and goes away if the program ends early.
 */
#ifndef CREDENCE_NEW_FILE_H
#define CREDENCE_NEW_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct NewFile
{
	FILE	   *out;
	const char *path;
	char	   *partial;		/* its name until then; NULL for a device or pipe, which is written to as it is */
} NewFile;

/* Opens it with those permissions; false where it cannot be: errno says why. One at a time. */
extern bool new_file_begin(NewFile *file, const char *path, mode_t mode);

/* Puts it into its place; false where it could not be written whole: errno says why, and it is gone. */
extern bool new_file_finish(NewFile *file);

#endif							/* CREDENCE_NEW_FILE_H */
