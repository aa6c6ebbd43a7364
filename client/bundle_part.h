/*
 * client/bundle_part.h
 *
 * The directory in which a bundle grows. Its files are its parts: each is
 * written, brought to the disk, and noted in a journal with its sum, so that
 * an export that was cut off goes on from there. Only the whole gets the name
 * that was asked for. A lock keeps a second export out.
 */
#ifndef CREDENCE_BUNDLE_PART_H
#define CREDENCE_BUNDLE_PART_H

#include "client/bundle.h"

/* A file that is there as a whole. */
typedef struct Part
{
	char	   *name;
	unsigned char hash[HASH_SIZE];
	uint64_t	bytes;
	bool		used;			/* by this export; what is not is removed */
} Part;

typedef struct GrowingBundle
{
	char	   *path;			/* that was asked for */
	char	   *partial;		/* where it grows */
	int			directory;		/* of partial, locked */
	int			journal;
	Part	   *parts;
	int			count;
	int			kept;			/* from an export that was cut off */
	Sum		   *sum;
} GrowingBundle;

/* A part that is being written. */
typedef struct PartWriter
{
	GrowingBundle *bundle;
	const char *name;
	int			file;
	Sum		   *sum;
	uint64_t	bytes;
	char	   *buffer;
	size_t		filled;
} PartWriter;

/* Refuses with a message where the path cannot take the bundle: there already, not a bundle, no directory above it. */
extern void bundle_check_path(const char *path, bool replace);

/*
 * Opens the directory and takes its lock; what is there of the same state
 * (a line without blanks at its ends, which tells bundles apart) and whole is kept.
 */
extern void bundle_begin(GrowingBundle *bundle, const char *path, const char *state);

/* Returns the part of that name if it is whole already, and marks it as used; else NULL. */
extern const Part *bundle_find(GrowingBundle *bundle, const char *name);

/* Says what went wrong with a file of a bundle, and what to do; exits. */
extern void file_trouble(const GrowingBundle *bundle, const char *name, const char *what) __attribute__((noreturn));

/* Notes a part that is whole and on the disk. */
extern void note_part(GrowingBundle *bundle, const char *name, const unsigned char *hash, uint64_t bytes);

extern void part_begin(PartWriter *writer, GrowingBundle *bundle, const char *name);
extern void part_write(PartWriter *writer, const void *bytes, size_t length);
extern void part_puts(PartWriter *writer, const char *text);
extern void part_printf(PartWriter *writer, const char *format,...) __attribute__((format(printf, 2, 3)));
extern void part_end(PartWriter *writer);

/* Makes a part of a file that something else has written there. */
extern void part_adopt(GrowingBundle *bundle, const char *name);

/* Computes the sum of a file in the bundle; false where it cannot be read. */
extern bool part_sum(const GrowingBundle *bundle, const char *name, unsigned char *hash, uint64_t *bytes);

/* Takes a part that was kept for one that is not there. */
extern void part_drop(GrowingBundle *bundle, const char *name);

/* Path of a file beside the parts, allocated. */
extern char *bundle_file(const GrowingBundle *bundle, const char *name);

/* Writes the manifest and gives the bundle its name, in one instant; an old bundle of that name goes. */
extern void bundle_finish(GrowingBundle *bundle);

#endif							/* CREDENCE_BUNDLE_PART_H */
