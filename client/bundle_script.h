/*
 * client/bundle_script.h
 *
 * Fields as they stand in site/data.js: JSON that is a script too.
 */
#ifndef CREDENCE_BUNDLE_SCRIPT_H
#define CREDENCE_BUNDLE_SCRIPT_H

#include "client/bundle_data.h"

/* JSON that may stand in a script: nothing ends the script or a line of it. */
extern void script_json(Bytes *to, const char *text, size_t length);

/* The same of a text that ends. */
extern void script_text(Bytes *to, const char *text);

/* Digits without zeros at the end: the figure as it was published. */
extern void script_figure(Bytes *to, RecordField field);

/* Text or number without quotes. */
extern void script_number(Bytes *to, RecordField field);

#endif							/* CREDENCE_BUNDLE_SCRIPT_H */
