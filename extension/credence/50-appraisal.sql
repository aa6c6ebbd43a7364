
-- type appraisal

CREATE TYPE appraisal AS (
    score double precision,
    grade text,
    notch integer,
    rated boolean,
    coverage double precision,
    points double precision[],
    group_scores double precision[],
    vetoes integer[],
    reasons text[],
    score_before double precision,
    grade_before text
);

COMMENT ON TYPE appraisal IS 'What a scorecard says of a row; made by appraise().';
COMMENT ON COLUMN appraisal.score IS 'Score after vetoes, rounded to the decimals of the card; NULL where nothing is present.';
COMMENT ON COLUMN appraisal.grade IS 'Grade after vetoes; of the unrated where not rated, NULL where no band matches.';
COMMENT ON COLUMN appraisal.notch IS 'Place of the grade among the grades of the card, 1 for the best-listed; NULL for a grade that is none of them.';
COMMENT ON COLUMN appraisal.rated IS 'Whether the conditions of being rated hold and no veto took the rating away.';
COMMENT ON COLUMN appraisal.coverage IS 'Share of the effective weight that is present, 0 to 1; bonuses do not count.';
COMMENT ON COLUMN appraisal.points IS 'Points of each indicator in card order; NULL where it gives none.';
COMMENT ON COLUMN appraisal.group_scores IS 'Value of each group in card order; NULL where nothing in it is present.';
COMMENT ON COLUMN appraisal.vetoes IS 'Vetoes whose condition holds: their places in the card, counted from 1.';
COMMENT ON COLUMN appraisal.reasons IS 'Why the row is not rated, then the reason of each veto hit (its condition where it gives none).';
COMMENT ON COLUMN appraisal.score_before IS 'Score before vetoes.';
COMMENT ON COLUMN appraisal.grade_before IS 'Grade before vetoes.';
