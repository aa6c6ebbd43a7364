/*
 * client/bundle_workbook.h
 *
 * The tables of a bundle as a workbook.
 */
#ifndef CREDENCE_BUNDLE_WORKBOOK_H
#define CREDENCE_BUNDLE_WORKBOOK_H

#include "client/bundle_data.h"

extern void workbook_write(GrowingBundle *bundle, const ExportedBulletin *bulletin, Progress *progress);

#endif							/* CREDENCE_BUNDLE_WORKBOOK_H */
