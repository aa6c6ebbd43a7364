
-- norms of a population

CREATE FUNCTION norms_accum(norms, card scorecard, inputs double precision[]) RETURNS norms
    AS 'MODULE_PATHNAME', 'credence_norms_accum_array' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION norms_accum(norms, card scorecard, row_values record) RETURNS norms
    AS 'MODULE_PATHNAME', 'credence_norms_accum_record' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION norms_accum(norms, card scorecard, inputs double precision[], first norms) RETURNS norms
    AS 'MODULE_PATHNAME', 'credence_norms_accum_array_norms' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION norms_accum(norms, card scorecard, row_values record, first norms) RETURNS norms
    AS 'MODULE_PATHNAME', 'credence_norms_accum_record_norms' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION norms_combine(norms, norms) RETURNS norms
    AS 'MODULE_PATHNAME', 'credence_norms_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION norms_final(norms) RETURNS norms
    AS 'MODULE_PATHNAME', 'credence_norms_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION norms_accum(norms, scorecard, double precision[]) IS 'Transition function of norms(card, inputs).';
COMMENT ON FUNCTION norms_accum(norms, scorecard, record) IS 'Transition function of norms(card, row).';
COMMENT ON FUNCTION norms_accum(norms, scorecard, double precision[], norms) IS 'Transition function of norms(card, inputs, norms).';
COMMENT ON FUNCTION norms_accum(norms, scorecard, record, norms) IS 'Transition function of norms(card, row, norms).';
COMMENT ON FUNCTION norms_combine(norms, norms) IS
'Combine function of the aggregates norms(), and transition function of rollup(): joins the populations of two norms; error 22000 where they are of different cards.';
COMMENT ON FUNCTION norms_final(norms) IS
'Final function of the aggregates norms() and rollup(); error 22003 where values are too large for their mean or deviation.';

CREATE AGGREGATE norms(card scorecard, inputs double precision[]) (
    SFUNC = norms_accum, STYPE = norms, SSPACE = 8192,
    FINALFUNC = norms_final, COMBINEFUNC = norms_combine, PARALLEL = SAFE
);
CREATE AGGREGATE norms(card scorecard, row_values record) (
    SFUNC = norms_accum, STYPE = norms, SSPACE = 8192,
    FINALFUNC = norms_final, COMBINEFUNC = norms_combine, PARALLEL = SAFE
);
CREATE AGGREGATE norms(card scorecard, inputs double precision[], first norms) (
    SFUNC = norms_accum, STYPE = norms, SSPACE = 8192,
    FINALFUNC = norms_final, COMBINEFUNC = norms_combine, PARALLEL = SAFE
);
CREATE AGGREGATE norms(card scorecard, row_values record, first norms) (
    SFUNC = norms_accum, STYPE = norms, SSPACE = 8192,
    FINALFUNC = norms_final, COMBINEFUNC = norms_combine, PARALLEL = SAFE
);
CREATE AGGREGATE rollup(norms) (
    SFUNC = norms_combine, STYPE = norms, SSPACE = 8192,
    FINALFUNC = norms_final, COMBINEFUNC = norms_combine, PARALLEL = SAFE
);

COMMENT ON AGGREGATE norms(scorecard, double precision[]) IS
'Norms of a population for the card: what its standardised indicators need to know of all rows. Takes input vectors as inputs(card, row) makes them. Sums are exact, so that the order of rows, parallel plans and partitions make no difference. NULL and NaN inputs are missing and do not count, nor do rows where the indicator does not apply; rows where the card or the vector is NULL are passed over; no row at all gives NULL. Errors: 22003 for an infinite input or values too large for their mean, 54000 for more than 10,000,000 different values.';
COMMENT ON AGGREGATE norms(scorecard, record) IS
'Norms of a population for the card: what its standardised indicators need to know of all rows. The columns of the row are bound by name. Cannot be split among the nodes of a distributed database: there, use norms(card, inputs(card, row)). Otherwise as norms(scorecard, double precision[]).';
COMMENT ON AGGREGATE norms(scorecard, double precision[], norms) IS
'Second step of norms, for cards that standardise groups: the groups of each row, its indicators seen against the norms of the first step, which the result holds too. They must be the same for all rows (error 22000). Otherwise as norms(scorecard, double precision[]); errors of scoring a row can come up as well.';
COMMENT ON AGGREGATE norms(scorecard, record, norms) IS
'Second step of norms, for cards that standardise groups, on rows whose columns are bound by name. Otherwise as norms(scorecard, double precision[], norms).';
COMMENT ON AGGREGATE rollup(norms) IS
'Joins norms of parts of a population to those of the whole, bit for bit what norms() gives of all rows at once. NULL is passed over. Error 22000 where they are of different cards or, in norms of two steps, rest on different norms of the first.';
