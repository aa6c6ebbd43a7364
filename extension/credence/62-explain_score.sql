
-- the lines of a score

CREATE FUNCTION explain_score(card scorecard, row_values record) RETURNS TABLE (
        line integer,
        kind text,
        group_name text,
        indicator text,
        input double precision,
        standardised double precision,
        points double precision,
        weight double precision,
        contribution numeric,
        lost numeric,
        reason text)
    AS 'MODULE_PATHNAME', 'credence_explain_score_record' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION explain_score(scorecard, record) IS
'The score of the row taken apart. Kinds of lines: indicator, base, shift (of a standardised group or a geometric mean), clamp, rounding, veto; the contributions sum to the score exactly. lost: what the most points would have added, NULL where nothing limits them. Without a score, contributions are NULL. The columns of the row are bound by name.';

CREATE FUNCTION explain_score(card scorecard, row_values record, norms norms) RETURNS TABLE (
        line integer,
        kind text,
        group_name text,
        indicator text,
        input double precision,
        standardised double precision,
        points double precision,
        weight double precision,
        contribution numeric,
        lost numeric,
        reason text)
    AS 'MODULE_PATHNAME', 'credence_explain_score_record' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION explain_score(scorecard, record, norms) IS
'The score of the row taken apart. Kinds of lines: indicator, base, shift (of a standardised group or a geometric mean), clamp, rounding, veto; the contributions sum to the score exactly. lost: what the most points would have added, NULL where nothing limits them. Without a score, contributions are NULL. The columns of the row are bound by name; standardised against the norms.';

CREATE FUNCTION explain_score(card scorecard, inputs double precision[]) RETURNS TABLE (
        line integer,
        kind text,
        group_name text,
        indicator text,
        input double precision,
        standardised double precision,
        points double precision,
        weight double precision,
        contribution numeric,
        lost numeric,
        reason text)
    AS 'MODULE_PATHNAME', 'credence_explain_score_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION explain_score(scorecard, double precision[]) IS
'The score of the row taken apart. Kinds of lines: indicator, base, shift (of a standardised group or a geometric mean), clamp, rounding, veto; the contributions sum to the score exactly. lost: what the most points would have added, NULL where nothing limits them. Without a score, contributions are NULL. The inputs are in the order of inputs(card, row).';

CREATE FUNCTION explain_score(card scorecard, inputs double precision[], norms norms) RETURNS TABLE (
        line integer,
        kind text,
        group_name text,
        indicator text,
        input double precision,
        standardised double precision,
        points double precision,
        weight double precision,
        contribution numeric,
        lost numeric,
        reason text)
    AS 'MODULE_PATHNAME', 'credence_explain_score_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION explain_score(scorecard, double precision[], norms) IS
'The score of the row taken apart. Kinds of lines: indicator, base, shift (of a standardised group or a geometric mean), clamp, rounding, veto; the contributions sum to the score exactly. lost: what the most points would have added, NULL where nothing limits them. Without a score, contributions are NULL. The inputs are in the order of inputs(card, row); standardised against the norms.';
