/*
 * client/json_text.h
 *
 * JSON, read strictly and from bytes at hand: into the trees of the scoring
 * core, and piece by piece where a tree for every row would take too long.
 */
#ifndef CREDENCE_JSON_TEXT_H
#define CREDENCE_JSON_TEXT_H

#include "scoring/document.h"

/* Reads a JSON text whole. UTF-8 has been checked by the caller; U+0000 is refused. */
extern bool json_read(const char *text, size_t length, const Arena *arena, JsonNode **root, Problem *problem);

/* Each returns where what begins at the place ends, or NULL where it does not begin there. */
extern const char *json_string_end(const char *place, const char *end, bool *escaped);
extern const char *json_number_end(const char *place, const char *end);

/* Turns what stands between the quotes of a string that json_string_end found whole into the text; room for length bytes. Returns its length. */
extern size_t json_unescape(const char *bytes, size_t length, char *text);

/* A number as the double nearest to it; false beyond the range of doubles. */
extern bool json_number(const char *text, size_t length, double *number);

#endif							/* CREDENCE_JSON_TEXT_H */
