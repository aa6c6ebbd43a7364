/*
 * client/bundle_site_entries.h
 *
 * What site/data.js says of each entry: its columns, its values, what steps
 * made of it, and what earlier bulletins said.
 */
#ifndef CREDENCE_BUNDLE_SITE_ENTRIES_H
#define CREDENCE_BUNDLE_SITE_ENTRIES_H

#include "client/bundle_data.h"
#include "client/bundle_labels.h"

/* "entries": one pass over the file, an array for each column. */
extern void site_put_entries(PartWriter *writer, GrowingBundle *bundle, const SiteCodes *codes);

/* "values": figures by input; some inputs in each pass. The file has the entries in their order. */
extern void site_put_values(PartWriter *writer, GrowingBundle *bundle, const BulletinLabels *labels);

/* "adjustments": what a step changed; a step that changed nothing, and an appeal, is of no field. */
extern void site_put_adjustments(PartWriter *writer, GrowingBundle *bundle);

/* "history": earlier bulletins, and what they said, by code. */
extern void site_put_history(PartWriter *writer, GrowingBundle *bundle);

#endif							/* CREDENCE_BUNDLE_SITE_ENTRIES_H */
