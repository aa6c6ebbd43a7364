/*
 * test/core/events.h
 *
 * Cards from events fed by hand, as a JSON parser would feed them, and their
 * workspaces. A test begins a document, feeds it, and builds.
 */
#ifndef CREDENCE_TEST_EVENTS_H
#define CREDENCE_TEST_EVENTS_H

#include <math.h>

#include "scoring/appraise.h"
#include "scoring/document.h"
#include "test/core/tap.h"

static DocumentBuilder events_builder;
static Problem events_problem;
static bool events_taken;		/* every event so far was */

/* Begins a document: an object. */
static void __attribute__((unused))
begin_object(void)
{
	memset(&events_problem, 0, sizeof(events_problem));
	document_begin(&events_builder, &tap_arena, &events_problem);
	events_taken = document_open(&events_builder, NODE_OBJECT);
}

/* An object or array begins, as the value of a key or, without one, as an element. */
static void __attribute__((unused))
open_value(const char *key, NodeKind kind)
{
	events_taken = events_taken && (key == NULL || document_key(&events_builder, key)) &&
		document_open(&events_builder, kind);
}

/* It ends. */
static void __attribute__((unused))
close_value(void)
{
	if (events_taken)
		document_close(&events_builder);
}

/* A string. */
static void __attribute__((unused))
put_string(const char *key, const char *string)
{
	events_taken = events_taken && (key == NULL || document_key(&events_builder, key)) &&
		document_scalar(&events_builder, NODE_STRING, string);
}

/* A number as it is written. */
static void __attribute__((unused))
put_token(const char *key, const char *token)
{
	events_taken = events_taken && (key == NULL || document_key(&events_builder, key)) &&
		document_scalar(&events_builder, NODE_NUMBER, token);
}

/* A number. */
static void __attribute__((unused))
put_number(const char *key, double number)
{
	char		token[NUMBER_TEXT_SIZE];

	put_token(key, number_text(number, token));
}

/* A boolean. */
static void __attribute__((unused))
put_boolean(const char *key, bool boolean)
{
	events_taken = events_taken && document_key(&events_builder, key) &&
		document_scalar(&events_builder, NODE_BOOLEAN, boolean ? "true" : "false");
}

/* Returns the card of the document, whose outermost object is ended here; or NULL. */
static __attribute__((unused)) Scorecard *
build_card(void)
{
	Scorecard  *card;

	close_value();
	if (!events_taken || !card_build(events_builder.root, &tap_arena, &card, &events_problem))
		return NULL;
	return card;
}

/* Returns the text form of a card. */
static __attribute__((unused)) const char *
card_json(const Scorecard *card)
{
	return card == NULL ? NULL : card_text(card, card->json).bytes;
}

/* Returns the score that a card gives to a row; NaN where there is none, or it is refused. */
static double __attribute__((unused))
score_of(const Scorecard *card, const double *x)
{
	double		score;

	if (!card_score(workspace_create(card, &tap_arena), x, &score, &events_problem))
		return NAN;
	return score;
}

#endif							/* CREDENCE_TEST_EVENTS_H */
