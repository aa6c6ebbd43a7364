/*
 * scoring/card_draft.h
 *
 * A scorecard while it is built: card_read.c fills it from JSON, card_check.c
 * resolves names and checks what belongs together, card_print.c writes the
 * canonical text, card_image.c lays out the image.
 */
#ifndef CREDENCE_CARD_DRAFT_H
#define CREDENCE_CARD_DRAFT_H

#include "scoring/card.h"

/* The direction where the card does not state one. */
#define DIRECTION_NOT_STATED 2

typedef struct CategoryDraft
{
	const JsonNode *node;
	Text		text;
	double		points;
} CategoryDraft;

typedef struct IndicatorDraft
{
	const JsonNode *node;
	/* as read; a text without bytes is absent */
	Text		name;
	Text		input_name;
	Text		title;
	Text		unit;
	Text		group_name;
	ConditionDraft when;
	double		weight;
	bool		bonus;
	int			stated_direction;
	Standardise standardise;
	Shape		shape;
	Bands	   *bands;
	Curve	   *curve;
	CategoryDraft *category;
	uint32_t	categories;
	bool		capped;
	double		cap_low;
	double		cap_high;
	bool		has_step;
	double		step;
	MissingRule missing;
	double		missing_points;
	/* resolved */
	uint32_t	input;
	uint32_t	group;
	int			norms_item;
	Direction	natural_direction;	/* the one it has where none is stated */
	Direction	direction;		/* the one it has */
	double		maximum;
	double		share;
} IndicatorDraft;

typedef struct GroupDraft
{
	const JsonNode *node;
	/* as read */
	Text		name;
	Text		title;
	Text		parent_name;
	double		weight;
	Aggregate	aggregate;
	bool		has_take;
	int			take;
	bool		has_base;
	double		base;
	Standardise standardise;
	bool		has_floor;
	double		floor;
	bool		has_ceiling;
	double		ceiling;
	/* resolved */
	uint32_t	parent;
	uint32_t	top;
	uint32_t	depth;			/* 0: the card itself */
	int			norms_item;
	double		share;
	double		total_weight;
	bool		has_bonus;
	uint16_t   *child;
	uint32_t	children;
} GroupDraft;

typedef struct VetoDraft
{
	const JsonNode *node;
	ConditionDraft when;
	Text		reason;
	uint8_t		actions;
	Text		grade;
	Text		cap;
	int			demote;
	double		score;
	/* resolved */
	int			grade_notch;
	int			cap_notch;
} VetoDraft;

/* A column, with the texts that are known of it. */
typedef struct InputDraft
{
	Text		name;
	bool		is_text;
	Text	   *text;
	uint32_t	texts;
} InputDraft;

typedef struct CardDraft
{
	const Arena *arena;
	const JsonNode *node;
	Text		name;
	Text		title;
	Text		version;
	int			decimals;
	IndicatorDraft *indicator;
	uint32_t	indicators;
	GroupDraft *group;			/* group[0] is the card itself */
	uint32_t	groups;
	double		coverage;
	int			rated_groups;
	int			indicators_per_group;
	const JsonNode *any_group;		/* array of names, or NULL */
	Bands	   *grades;
	Text		unrated;
	VetoDraft  *veto;
	uint32_t	vetoes;
	/* resolved */
	InputDraft *input;
	uint32_t	inputs;
	uint16_t   *order;
	uint16_t   *any_group_index;
	uint32_t	any_groups;
	uint32_t	indicator_norms_items;
	uint32_t	norms_items;
	double		total_share;
	uint64_t	indicator_fingerprint;
	uint64_t	group_fingerprint;
} CardDraft;

extern bool card_read(const JsonNode *root, CardDraft *draft, Problem *problem);
extern bool card_resolve(CardDraft *draft, Problem *problem);
extern bool card_check(CardDraft *draft, Problem *problem);
extern void card_fingerprint(CardDraft *draft);
extern Text card_print(const CardDraft *draft);
extern void indicator_print(const IndicatorDraft *indicator, bool for_norms,
							TextBuffer *buffer);
extern void group_print(const GroupDraft *group, bool for_norms, TextBuffer *buffer);
extern Scorecard *card_image(const CardDraft *draft);

#endif							/* CREDENCE_CARD_DRAFT_H */
