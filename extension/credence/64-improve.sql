
-- what would lift a row

CREATE FUNCTION improve(card scorecard, row_values record) RETURNS TABLE (
        indicator text,
        value_from double precision,
        value_to double precision,
        score_after double precision,
        grade_after text,
        input text,
        category text)
    AS 'MODULE_PATHNAME', 'credence_improve_record' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION improve(scorecard, record) IS
'Every change of a single input that lifts the row to a better grade; for a row not rated, to a rating; for a vetoed one, out of the veto. The input moves in its step, and one step less does not reach it. value_from is NULL for a missing input; a text input moves to another of its codes, whose text is category (NULL: a text that the card does not know). input names the column, indicator the first that reads it, NULL where only conditions do. No rows where no single change is enough or nothing better is there. The columns of the row are bound by name.';

CREATE FUNCTION improve(card scorecard, row_values record, norms norms) RETURNS TABLE (
        indicator text,
        value_from double precision,
        value_to double precision,
        score_after double precision,
        grade_after text,
        input text,
        category text)
    AS 'MODULE_PATHNAME', 'credence_improve_record' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION improve(scorecard, record, norms) IS
'Every change of a single input that lifts the row to a better grade; for a row not rated, to a rating; for a vetoed one, out of the veto. The input moves in its step, and one step less does not reach it. value_from is NULL for a missing input; a text input moves to another of its codes, whose text is category (NULL: a text that the card does not know). input names the column, indicator the first that reads it, NULL where only conditions do. No rows where no single change is enough or nothing better is there. The columns of the row are bound by name; the norms are held.';

CREATE FUNCTION improve(card scorecard, inputs double precision[]) RETURNS TABLE (
        indicator text,
        value_from double precision,
        value_to double precision,
        score_after double precision,
        grade_after text,
        input text,
        category text)
    AS 'MODULE_PATHNAME', 'credence_improve_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION improve(scorecard, double precision[]) IS
'Every change of a single input that lifts the row to a better grade; for a row not rated, to a rating; for a vetoed one, out of the veto. The input moves in its step, and one step less does not reach it. value_from is NULL for a missing input; a text input moves to another of its codes, whose text is category (NULL: a text that the card does not know). input names the column, indicator the first that reads it, NULL where only conditions do. No rows where no single change is enough or nothing better is there. The inputs are in the order of inputs(card, row).';

CREATE FUNCTION improve(card scorecard, inputs double precision[], norms norms) RETURNS TABLE (
        indicator text,
        value_from double precision,
        value_to double precision,
        score_after double precision,
        grade_after text,
        input text,
        category text)
    AS 'MODULE_PATHNAME', 'credence_improve_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION improve(scorecard, double precision[], norms) IS
'Every change of a single input that lifts the row to a better grade; for a row not rated, to a rating; for a vetoed one, out of the veto. The input moves in its step, and one step less does not reach it. value_from is NULL for a missing input; a text input moves to another of its codes, whose text is category (NULL: a text that the card does not know). input names the column, indicator the first that reads it, NULL where only conditions do. No rows where no single change is enough or nothing better is there. The inputs are in the order of inputs(card, row); the norms are held.';
