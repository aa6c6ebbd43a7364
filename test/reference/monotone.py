"""Cases for a property: in an indicator that has a direction, better is never worse.

Two vectors that differ in one column only. For "higher" the larger value may not
score less, for "lower" not more, before vetoes; norms are held.
"""

from interpreter import all_lines, appraise, read_vector
from refused import Refused

PAIRS_A_CARD = 3


def steady_columns(card):
    """The columns whose every use has one direction, with that direction."""
    directions = {}
    for indicator in card.indicators:
        # A ratio to a negative mean turns round; a ratio of the least to 0 is given as 1.
        unsteady = (indicator.standardise == "ratio_to_mean"
                    or (indicator.standardise, indicator.direction) == ("ratio_to_best", "lower"))
        if indicator.categories is not None or unsteady:
            directions.setdefault(indicator.input, set()).add("none")
        else:
            directions.setdefault(indicator.input, set()).add(shape_or_sign(indicator))
    for indicator in card.indicators:
        for term in indicator.when:
            directions[term.name] = {"none"}
    return {column: found.pop() for column, found in directions.items()
            if len(found) == 1 and found & {"higher", "lower"}}


def shape_or_sign(indicator):
    """The way in which points follow x; a bare value rises whatever the card calls good."""
    if indicator.standardise or indicator.bands is not None or indicator.curve is not None:
        return indicator.direction
    return "higher"


def missing(card, vector, norms):
    """The names of the indicators that are missing in a row."""
    lines = all_lines(card, read_vector(card, vector), norms)
    return [name for name in lines if lines[name].missing]


def monotone_pairs(rng, drawing, card, norms, vectors):
    """Lines for monotone.tsv: the column, the direction, and two vectors, x ascending."""
    if any(group.standardise == "ratio_to_mean" and norms.groups[group.name].n > 0
           and norms.groups[group.name].mean < 0 for group in card.groups):
        return []                           # dividing by a negative mean turns everything round
    lines = []
    for column, direction in steady_columns(card).items():
        if not vectors or len(lines) == PAIRS_A_CARD:
            break
        vector = rng.choice(vectors)
        low, high = sorted(drawing.value(column) for _ in range(2))
        place = card.columns.index(column)
        first = vector[:place] + [low] + vector[place + 1:]
        second = vector[:place] + [high] + vector[place + 1:]
        try:
            ends = appraise(card, first, norms), appraise(card, second, norms)
        except Refused:
            continue
        if low < high and missing(card, first, norms) == missing(card, second, norms) \
                and ends[0].score_before is not None:
            before, after = (end.score_before for end in ends)
            assert before <= after if direction == "higher" else before >= after, (card, column)
            lines.append([column, direction, first, second])
    return lines
