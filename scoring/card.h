/*
 * scoring/card.h
 *
 * The scorecard as a flat image: what is stored, and what is evaluated in place.
 * Texts and tables are found by their offset from the start of the image. Any
 * change of layout or meaning raises SCORECARD_VERSION; the canonical text in
 * the image lets a later version rebuild it.
 */
#ifndef CREDENCE_CARD_H
#define CREDENCE_CARD_H

#include "scoring/bands.h"
#include "scoring/condition.h"
#include "scoring/curve.h"
#include "scoring/document.h"

#define SCORECARD_VERSION 1

typedef enum Aggregate
{
	AGGREGATE_MEAN,
	AGGREGATE_SUM,
	AGGREGATE_EARNED,
	AGGREGATE_GEOMETRIC,
	AGGREGATE_WORST,
	AGGREGATE_BEST
} Aggregate;

typedef enum Standardise
{
	STANDARDISE_NONE,
	STANDARDISE_ZSCORE,
	STANDARDISE_MINMAX,
	STANDARDISE_RATIO_TO_BEST,
	STANDARDISE_RATIO_TO_MEAN,
	STANDARDISE_MEDIAN_RANGE,
	STANDARDISE_ROBUST_Z,
	STANDARDISE_PERCENTILE
} Standardise;

typedef enum Direction
{
	DIRECTION_LOWER = -1,
	DIRECTION_NONE = 0,
	DIRECTION_HIGHER = 1
} Direction;

typedef enum Shape
{
	SHAPE_VALUE,				/* the points are the value itself */
	SHAPE_BANDS,
	SHAPE_CURVE,
	SHAPE_CATEGORIES
} Shape;

typedef enum MissingRule
{
	MISSING_SKIP,
	MISSING_UNRATED,
	MISSING_POINTS
} MissingRule;

/* A text in the image; it is terminated, but the length does not count that. */
typedef struct CardText
{
	uint32_t	at;				/* offset in bytes from the start; 0: no text */
	uint32_t	length;
} CardText;

/* A column that the card reads: a place in the input vector. */
typedef struct CardInput
{
	CardText	name;
	uint32_t	text_at;		/* CardText of each text that the card knows */
	uint32_t	texts;			/* their number; more than 0 for a text column */
} CardInput;

/* A condition: terms that must all hold. */
typedef struct CardCondition
{
	uint32_t	term_at;		/* Term */
	uint32_t	terms;			/* 0: no condition */
} CardCondition;

typedef struct CardIndicator
{
	double		weight;
	double		cap_low;
	double		cap_high;
	double		missing_points; /* with MISSING_POINTS */
	double		maximum;		/* of its points; NaN where nothing limits them */
	double		step;			/* smallest change of the input that makes sense */
	double		share;			/* effective weight, for the coverage */
	CardText	name;
	CardCondition when;
	uint32_t	shape_at;		/* Bands, Curve, or points by code of the text, NaN
								 * where that text is not a category */
	uint16_t	input;			/* place in the input vector */
	uint16_t	group;			/* 0: the card itself */
	int16_t		norms_item;		/* place among what is standardised, or -1 */
	uint8_t		shape;			/* Shape */
	uint8_t		standardise;	/* Standardise */
	uint8_t		missing;		/* MissingRule */
	int8_t		direction;		/* Direction */
	bool		bonus;
	bool		capped;
	uint8_t		reserved[4];	/* always zero */
} CardIndicator;

/* A group; the first is the card itself. */
typedef struct CardGroup
{
	double		weight;
	double		base;
	double		floor;			/* minus infinity where there is none */
	double		ceiling;		/* infinity where there is none */
	CardText	name;
	uint32_t	child_at;		/* uint16_t: an indicator, or the number of
								 * indicators + a group; in order of evaluation */
	uint32_t	children;
	uint32_t	take;			/* of AGGREGATE_BEST */
	uint16_t	parent;
	int16_t		norms_item;		/* place among what is standardised, or -1 */
	uint16_t	top;			/* the group beneath the card that it belongs to */
	uint8_t		aggregate;		/* Aggregate */
	uint8_t		standardise;	/* Standardise */
	bool		has_bonus;		/* some indicator right in it is a bonus */
	uint8_t		reserved[7];	/* always zero */
} CardGroup;

/* What a veto does; several may be set. */
#define VETO_SCORE	0x01
#define VETO_GRADE	0x02
#define VETO_CAP	0x04
#define VETO_DEMOTE	0x08
#define VETO_UNRATE 0x10

typedef struct CardVeto
{
	CardCondition when;
	CardText	reason;			/* where none is given, the condition */
	CardText	grade;			/* with VETO_GRADE */
	double		score;			/* with VETO_SCORE, rounded */
	int32_t		grade_notch;	/* 0: the grade is none of the bands */
	int32_t		cap_notch;		/* with VETO_CAP */
	int32_t		demote;			/* with VETO_DEMOTE, steps */
	uint8_t		actions;		/* VETO_... */
	uint8_t		reserved[3];	/* always zero */
} CardVeto;

/* The image. */
typedef struct Scorecard
{
	int32_t		length_word;	/* belongs to the caller; the core leaves it alone */
	uint32_t	size;			/* of the whole image in bytes */
	uint8_t		version;		/* SCORECARD_VERSION */
	uint8_t		decimals;
	bool		scores_by_veto; /* some veto sets the score */
	bool		has_group_norms;	/* some group is standardised */
	uint32_t	inputs;
	uint32_t	indicators;
	uint32_t	groups;			/* with the card itself */
	uint32_t	vetoes;
	uint32_t	norms_items;	/* standardised indicators, then groups */
	uint32_t	indicator_norms_items;	/* of them, indicators */
	uint32_t	terms;			/* in all conditions */
	uint32_t	input_at;		/* CardInput */
	uint32_t	indicator_at;	/* CardIndicator */
	uint32_t	group_at;		/* CardGroup */
	uint32_t	order_at;		/* uint16_t: groups, children before parents, the
								 * card last */
	uint32_t	veto_at;		/* CardVeto */
	uint32_t	grades_at;		/* Bands; 0: no grades */
	uint32_t	steps_at;		/* Steps, see steps.h; 0: not a card for them */
	CardText	name;
	CardText	unrated;		/* grade of what is not rated */
	CardText	json;			/* the canonical text form */
	uint64_t	indicator_fingerprint;	/* of all that indicators' norms depend on */
	uint64_t	group_fingerprint;	/* of all that groups' norms depend on */
	double		coverage;		/* least share that must be present */
	double		total_share;	/* of all indicators that are not bonus */
	uint32_t	rated_groups;	/* top-level groups needed */
	uint32_t	indicators_per_group;
	uint32_t	any_group_at;	/* uint16_t: groups of which one is needed */
	uint32_t	any_groups;		/* 0: no such condition */
} Scorecard;

extern bool card_build(const JsonNode *root, const Arena *arena, Scorecard **card,
					   Problem *problem);

extern const char *aggregate_name(Aggregate aggregate);
extern const char *standardise_name(Standardise standardise);

/* Returns what stands at an offset of the image. */
static inline const void *
card_at(const Scorecard *card, uint32_t offset)
{
	return (const char *) card + offset;
}

static inline Text
card_text(const Scorecard *card, CardText text)
{
	Text		result = {text.at == 0 ? NULL : card_at(card, text.at), text.length};

	return result;
}

static inline const CardInput *
card_inputs(const Scorecard *card)
{
	return card_at(card, card->input_at);
}

static inline const CardIndicator *
card_indicators(const Scorecard *card)
{
	return card_at(card, card->indicator_at);
}

static inline const CardGroup *
card_groups(const Scorecard *card)
{
	return card_at(card, card->group_at);
}

static inline const uint16_t *
card_order(const Scorecard *card)
{
	return card_at(card, card->order_at);
}

static inline const CardVeto *
card_vetoes(const Scorecard *card)
{
	return card_at(card, card->veto_at);
}

/* Returns the bands of the grades, or NULL. */
static inline const Bands *
card_grades(const Scorecard *card)
{
	return card->grades_at == 0 ? NULL : card_at(card, card->grades_at);
}

/* Returns the texts that the card knows of a text column, in order of code. */
static inline const CardText *
card_input_texts(const Scorecard *card, const CardInput *input)
{
	return card_at(card, input->text_at);
}

#endif							/* CREDENCE_CARD_H */
