
-- scoring a row
--
-- COST: a card of a dozen indicators takes about as long as fifty operators. At 1 the planner would think a pass over
-- millions of rows too cheap to compile as it compiles the same sum written out by hand.

CREATE FUNCTION columns_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'credence_columns_support' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION columns_support(internal) IS
'Planner support: turns scoring of a whole row into scoring of its columns, so that no row has to be formed.';

CREATE FUNCTION inputs_columns(card scorecard, names text[], VARIADIC columns "any") RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'credence_inputs_columns' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION inputs(card scorecard, row_values record) RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'credence_inputs_record' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT columns_support;

COMMENT ON FUNCTION inputs(scorecard, record) IS
'The row as the card sees it: the columns that it reads, in card order; NULL where missing, booleans 1 and 0, texts their code in the card (0: a text that it does not know). Error 42703 for a missing column, 42804 for one of an unusable type.';
COMMENT ON FUNCTION inputs_columns(scorecard, text[], "any") IS
'inputs() on single columns with their names; the planner makes it of inputs(card, row) where it can see the columns.';

CREATE FUNCTION score_columns(card scorecard, names text[], VARIADIC columns "any") RETURNS double precision
    AS 'MODULE_PATHNAME', 'credence_score_columns' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
CREATE FUNCTION score_columns(card scorecard, norms norms, names text[], VARIADIC columns "any") RETURNS double precision
    AS 'MODULE_PATHNAME', 'credence_score_columns_norms' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
CREATE FUNCTION score(card scorecard, row_values record) RETURNS double precision
    AS 'MODULE_PATHNAME', 'credence_score_record' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT columns_support;
CREATE FUNCTION score(card scorecard, row_values record, norms norms) RETURNS double precision
    AS 'MODULE_PATHNAME', 'credence_score_record_norms' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT columns_support;
CREATE FUNCTION score(card scorecard, inputs double precision[]) RETURNS double precision
    AS 'MODULE_PATHNAME', 'credence_score_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION score(card scorecard, inputs double precision[], norms norms) RETURNS double precision
    AS 'MODULE_PATHNAME', 'credence_score_array_norms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION score(scorecard, record) IS
'Score of the row by the card, after vetoes, rounded to the decimals of the card; NULL where nothing is present. Errors: 22003 for an infinite input or a score out of range, 22023 for an unknown category, 55000 for a card that standardises without norms. The columns of the row are bound by name.';
COMMENT ON FUNCTION score(scorecard, record, norms) IS
'Score of the row by the card, after vetoes, rounded to the decimals of the card; NULL where nothing is present. Errors: 22003 for an infinite input or a score out of range, 22023 for an unknown category, 55000 for a card that standardises without norms. The columns of the row are bound by name; standardised against the norms.';
COMMENT ON FUNCTION score(scorecard, double precision[]) IS
'Score of the row by the card, after vetoes, rounded to the decimals of the card; NULL where nothing is present. Errors: 22003 for an infinite input or a score out of range, 22023 for an unknown category, 55000 for a card that standardises without norms. The inputs are in the order of inputs(card, row).';
COMMENT ON FUNCTION score(scorecard, double precision[], norms) IS
'Score of the row by the card, after vetoes, rounded to the decimals of the card; NULL where nothing is present. Errors: 22003 for an infinite input or a score out of range, 22023 for an unknown category, 55000 for a card that standardises without norms. The inputs are in the order of inputs(card, row); standardised against the norms.';
COMMENT ON FUNCTION score_columns(scorecard, text[], "any") IS
'score() on single columns with their names; the planner makes it of score(card, row) where it can see the columns.';
COMMENT ON FUNCTION score_columns(scorecard, norms, text[], "any") IS
'score() on single columns with their names and with norms; the planner makes it of score(card, row, norms) where it can see the columns.';

CREATE FUNCTION grade_columns(card scorecard, names text[], VARIADIC columns "any") RETURNS text
    AS 'MODULE_PATHNAME', 'credence_grade_columns' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
CREATE FUNCTION grade_columns(card scorecard, norms norms, names text[], VARIADIC columns "any") RETURNS text
    AS 'MODULE_PATHNAME', 'credence_grade_columns_norms' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
CREATE FUNCTION grade(card scorecard, row_values record) RETURNS text
    AS 'MODULE_PATHNAME', 'credence_grade_record' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT columns_support;
CREATE FUNCTION grade(card scorecard, row_values record, norms norms) RETURNS text
    AS 'MODULE_PATHNAME', 'credence_grade_record_norms' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT columns_support;
CREATE FUNCTION grade(card scorecard, inputs double precision[]) RETURNS text
    AS 'MODULE_PATHNAME', 'credence_grade_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION grade(card scorecard, inputs double precision[], norms norms) RETURNS text
    AS 'MODULE_PATHNAME', 'credence_grade_array_norms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION grade(scorecard, record) IS
'Grade of the row by the card, after vetoes; the grade of the unrated where it is not rated, NULL where no band matches. The columns of the row are bound by name.';
COMMENT ON FUNCTION grade(scorecard, record, norms) IS
'Grade of the row by the card, after vetoes; the grade of the unrated where it is not rated, NULL where no band matches. The columns of the row are bound by name; standardised against the norms.';
COMMENT ON FUNCTION grade(scorecard, double precision[]) IS
'Grade of the row by the card, after vetoes; the grade of the unrated where it is not rated, NULL where no band matches. The inputs are in the order of inputs(card, row).';
COMMENT ON FUNCTION grade(scorecard, double precision[], norms) IS
'Grade of the row by the card, after vetoes; the grade of the unrated where it is not rated, NULL where no band matches. The inputs are in the order of inputs(card, row); standardised against the norms.';
COMMENT ON FUNCTION grade_columns(scorecard, text[], "any") IS
'grade() on single columns with their names; the planner makes it of grade(card, row) where it can see the columns.';
COMMENT ON FUNCTION grade_columns(scorecard, norms, text[], "any") IS
'grade() on single columns with their names and with norms; the planner makes it of grade(card, row, norms) where it can see the columns.';

CREATE FUNCTION appraise_columns(card scorecard, names text[], VARIADIC columns "any") RETURNS appraisal
    AS 'MODULE_PATHNAME', 'credence_appraise_columns' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 60;
CREATE FUNCTION appraise_columns(card scorecard, norms norms, names text[], VARIADIC columns "any") RETURNS appraisal
    AS 'MODULE_PATHNAME', 'credence_appraise_columns_norms' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 60;
CREATE FUNCTION appraise(card scorecard, row_values record) RETURNS appraisal
    AS 'MODULE_PATHNAME', 'credence_appraise_record' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT columns_support;
CREATE FUNCTION appraise(card scorecard, row_values record, norms norms) RETURNS appraisal
    AS 'MODULE_PATHNAME', 'credence_appraise_record_norms' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT columns_support;
CREATE FUNCTION appraise(card scorecard, inputs double precision[]) RETURNS appraisal
    AS 'MODULE_PATHNAME', 'credence_appraise_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION appraise(card scorecard, inputs double precision[], norms norms) RETURNS appraisal
    AS 'MODULE_PATHNAME', 'credence_appraise_array_norms' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION appraise(scorecard, record) IS
'Everything about the row by the card: score, grade, rating conditions, points, group scores, vetoes and reasons. The columns of the row are bound by name.';
COMMENT ON FUNCTION appraise(scorecard, record, norms) IS
'Everything about the row by the card: score, grade, rating conditions, points, group scores, vetoes and reasons. The columns of the row are bound by name; standardised against the norms.';
COMMENT ON FUNCTION appraise(scorecard, double precision[]) IS
'Everything about the row by the card: score, grade, rating conditions, points, group scores, vetoes and reasons. The inputs are in the order of inputs(card, row).';
COMMENT ON FUNCTION appraise(scorecard, double precision[], norms) IS
'Everything about the row by the card: score, grade, rating conditions, points, group scores, vetoes and reasons. The inputs are in the order of inputs(card, row); standardised against the norms.';
COMMENT ON FUNCTION appraise_columns(scorecard, text[], "any") IS
'appraise() on single columns with their names; the planner makes it of appraise(card, row) where it can see the columns.';
COMMENT ON FUNCTION appraise_columns(scorecard, norms, text[], "any") IS
'appraise() on single columns with their names and with norms; the planner makes it of appraise(card, row, norms) where it can see the columns.';
