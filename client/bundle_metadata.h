/*
 * client/bundle_metadata.h
 *
 * What a bundle says of itself to machines and people: Frictionless data
 * package, CSV on the Web, DCAT, README.txt.
 */
#ifndef CREDENCE_BUNDLE_METADATA_H
#define CREDENCE_BUNDLE_METADATA_H

#include <jansson.h>

#include "client/bundle_data.h"

extern void datapackage_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, const TableComments *comments);
extern void csvw_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, const TableComments *comments);
extern void dcat_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, const TableComments *comments);
extern void readme_write(GrowingBundle *bundle, const ExportedBulletin *bulletin);

#endif							/* CREDENCE_BUNDLE_METADATA_H */
