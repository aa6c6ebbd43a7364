/*
 * client/verify_bundle.h
 *
 * Verifying a bundle, from its manifest to its scores.
 */
#ifndef CREDENCE_VERIFY_BUNDLE_H
#define CREDENCE_VERIFY_BUNDLE_H

#include "client/verify_report.h"

typedef struct VerifiedBulletin
{
	long		number;			/* as its heading says */
	char		hash[HASH_TEXT_SIZE];	/* of its heading */
} VerifiedBulletin;

/* Verifies; what differs is in the report. Exits with 4 where there is no bundle. known is the hash that the bulletin should have, or NULL. */
extern void verify_bundle(const char *path, const char *known, bool quiet, Report *report, VerifiedBulletin *bulletin);

#endif							/* CREDENCE_VERIFY_BUNDLE_H */
