/*
 * client/verify_manifest.h
 *
 * The manifest of a bundle, and the files that are there.
 */
#ifndef CREDENCE_VERIFY_MANIFEST_H
#define CREDENCE_VERIFY_MANIFEST_H

#include "client/verify_report.h"

/* A file that the manifest names. */
typedef struct Listed
{
	char	   *name;
	unsigned char hash[HASH_SIZE];
	uint64_t	line;
	bool		there;
	bool		checked;		/* its sum has been computed */
	uint64_t	bytes;			/* of the file that is there */
} Listed;

typedef struct Manifest
{
	int			directory;
	Listed	   *files;
	int			count;
} Manifest;

/* Reads the manifest and looks what is there: reports what is missing, and what is there and not named. Exits with 4 where it is no bundle. */
extern void manifest_read(Manifest *manifest, const char *path, Report *report);

extern void manifest_free(Manifest *manifest);

/* The file of that name, or NULL where the manifest does not name it or it is not there. */
extern Listed *manifest_find(Manifest *manifest, const char *name);

/* Compares a sum with that of the manifest. */
extern void manifest_check(Listed *file, const unsigned char *hash, Report *report);

/* Computes the sums of all files whose sums were not. */
extern void manifest_check_rest(Manifest *manifest, Sum *sum, Report *report);

/* Reads a file whole and checks its sum; NULL where it cannot be read or has more bytes than the limit. Ended by a NUL that is not counted. */
extern char *manifest_read_file(Manifest *manifest, const char *name, size_t limit, size_t *length, Sum *sum, Report *report);

#endif							/* CREDENCE_VERIFY_MANIFEST_H */
