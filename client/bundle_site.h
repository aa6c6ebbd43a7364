/*
 * client/bundle_site.h
 *
 * The web bulletin within a bundle: its data, and the files of web/ as they
 * were when the program was built.
 */
#ifndef CREDENCE_BUNDLE_SITE_H
#define CREDENCE_BUNDLE_SITE_H

#include "client/bundle_data.h"

/* A file of web/: its path from there, and its bytes. Made at build time by client/embed; ended by one without a path. */
typedef struct SiteFile
{
	const char *path;
	const unsigned char *bytes;
	const unsigned char *end;
} SiteFile;

extern const SiteFile site_files[];

/* Writes site/data.js and the files of the site; nothing where the program was built without them. */
extern void site_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, Progress *progress);

/* site/data.js alone. */
extern void site_data_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, Progress *progress);

#endif							/* CREDENCE_BUNDLE_SITE_H */
