/*
 * client/verify_heading.h
 *
 * The heading of a bundle, which vouches for all that is in it, and the chain
 * of headings, which vouches for this one.
 */
#ifndef CREDENCE_VERIFY_HEADING_H
#define CREDENCE_VERIFY_HEADING_H

#include "client/bundle_item.h"
#include "client/verify_bundle.h"
#include "client/verify_manifest.h"

/* Bytes of a heading or a scheme that nobody has. */
#define LIMIT_DOCUMENT (64 * 1024 * 1024)

/* What the heading says. */
typedef struct Heading
{
	char	   *text;
	size_t		length;
	Members		members;
	Bytes		room;
	int			bulletin;
	uint64_t	items;
	unsigned char items_hash[HASH_SIZE];
	bool		has_items_hash;
} Heading;

#define HEADING_PLACE ((Place) {HEADING_NAME, 0, NULL})

/* A whole number that a member is, or -1. */
extern int64_t member_integer(const Members *members, const char *name);

/* Reads the heading; false where there is nothing to go on with. known is the hash that the bulletin should have, or NULL. */
extern bool heading_read(Heading *heading, Manifest *manifest, Sum *sum, const char *known, Report *report, VerifiedBulletin *bulletin);

/* Does a member of the heading hold that hash? */
extern bool heading_vouches(const ItemValue *value, const unsigned char *hash);

/* The chain: every heading with its hash, each of them naming the hash before it. */
extern void chain_check(const Heading *heading, Manifest *manifest, Sum *sum, const char *own_hash, Report *report);

#endif							/* CREDENCE_VERIFY_HEADING_H */
