/*
 * functions/json.h
 *
 * PostgreSQL's JSON parser in front of the core's documents.
 */
#ifndef CREDENCE_JSON_H
#define CREDENCE_JSON_H

#include "functions/report.h"
#include "scoring/document.h"

extern JsonNode *parse_json(Text text, const char *type_name, struct Node *escontext);

#endif							/* CREDENCE_JSON_H */
