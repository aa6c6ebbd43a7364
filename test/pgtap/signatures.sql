-- The public functions, exactly: names, arguments and their names, results, volatility. A
-- change here is a change that users see, and goes into the change log.

\set QUIET 1
BEGIN;
SET search_path = credence, public;
SELECT plan(2);

CREATE TEMPORARY TABLE expected (signature text, result text, label text);
INSERT INTO expected VALUES
	('allocate(total numeric, weight bigint, decimals integer DEFAULT 2)', 'numeric', 'window immutable'),
	('allocate(total numeric, weight double precision, decimals integer DEFAULT 2)', 'numeric', 'window immutable'),
	('allocate(total numeric, weight numeric, decimals integer DEFAULT 2)', 'numeric', 'window immutable'),
	('appraise(card scorecard, inputs double precision[])', 'appraisal', 'immutable strict'),
	('appraise(card scorecard, inputs double precision[], norms norms)', 'appraisal', 'immutable strict'),
	('appraise(card scorecard, row_values record)', 'appraisal', 'stable strict'),
	('appraise(card scorecard, row_values record, norms norms)', 'appraisal', 'stable strict'),
	('appraise_columns(card scorecard, names text[], VARIADIC columns "any")', 'appraisal', 'immutable'),
	('appraise_columns(card scorecard, norms norms, names text[], VARIADIC columns "any")', 'appraisal', 'immutable'),
	('balance(points double precision, start double precision, floor double precision, ceiling double precision)', 'double precision', 'aggregate immutable'),
	('balance(points numeric, start numeric, floor numeric, ceiling numeric)', 'numeric', 'aggregate immutable'),
	('bands(cuts double precision[], labels text[])', 'bands', 'immutable strict'),
	('curve(x double precision[], y double precision[])', 'curve', 'immutable strict'),
	('explain_score(card scorecard, inputs double precision[])', 'TABLE(line integer, kind text, group_name text, indicator text, input double precision, standardised double precision, points double precision, weight double precision, contribution numeric, lost numeric, reason text)', 'immutable strict'),
	('explain_score(card scorecard, inputs double precision[], norms norms)', 'TABLE(line integer, kind text, group_name text, indicator text, input double precision, standardised double precision, points double precision, weight double precision, contribution numeric, lost numeric, reason text)', 'immutable strict'),
	('explain_score(card scorecard, row_values record)', 'TABLE(line integer, kind text, group_name text, indicator text, input double precision, standardised double precision, points double precision, weight double precision, contribution numeric, lost numeric, reason text)', 'stable strict'),
	('explain_score(card scorecard, row_values record, norms norms)', 'TABLE(line integer, kind text, group_name text, indicator text, input double precision, standardised double precision, points double precision, weight double precision, contribution numeric, lost numeric, reason text)', 'stable strict'),
	('grade(bands bands, x double precision)', 'text', 'immutable strict'),
	('grade(card scorecard, inputs double precision[])', 'text', 'immutable strict'),
	('grade(card scorecard, inputs double precision[], norms norms)', 'text', 'immutable strict'),
	('grade(card scorecard, row_values record)', 'text', 'stable strict'),
	('grade(card scorecard, row_values record, norms norms)', 'text', 'stable strict'),
	('grade_columns(card scorecard, names text[], VARIADIC columns "any")', 'text', 'immutable'),
	('grade_columns(card scorecard, norms norms, names text[], VARIADIC columns "any")', 'text', 'immutable'),
	('group_names(card scorecard)', 'text[]', 'immutable strict'),
	('improve(card scorecard, inputs double precision[])', 'TABLE(indicator text, value_from double precision, value_to double precision, score_after double precision, grade_after text, input text, category text)', 'immutable strict'),
	('improve(card scorecard, inputs double precision[], norms norms)', 'TABLE(indicator text, value_from double precision, value_to double precision, score_after double precision, grade_after text, input text, category text)', 'immutable strict'),
	('improve(card scorecard, row_values record)', 'TABLE(indicator text, value_from double precision, value_to double precision, score_after double precision, grade_after text, input text, category text)', 'stable strict'),
	('improve(card scorecard, row_values record, norms norms)', 'TABLE(indicator text, value_from double precision, value_to double precision, score_after double precision, grade_after text, input text, category text)', 'stable strict'),
	('indicator_names(card scorecard)', 'text[]', 'immutable strict'),
	('input_names(card scorecard)', 'text[]', 'immutable strict'),
	('inputs(card scorecard, row_values record)', 'double precision[]', 'stable strict'),
	('inputs_columns(card scorecard, names text[], VARIADIC columns "any")', 'double precision[]', 'immutable'),
	('norms(card scorecard, inputs double precision[])', 'norms', 'aggregate immutable'),
	('norms(card scorecard, inputs double precision[], first norms)', 'norms', 'aggregate immutable'),
	('norms(card scorecard, row_values record)', 'norms', 'aggregate immutable'),
	('norms(card scorecard, row_values record, first norms)', 'norms', 'aggregate immutable'),
	('norms_summary(norms norms, OUT kind text, OUT name text, OUT rows bigint, OUT count bigint, OUT mean double precision, OUT deviation double precision, OUT minimum double precision, OUT median double precision, OUT median_deviation double precision, OUT maximum double precision)', 'SETOF record', 'immutable strict'),
	('notch(bands bands, label text)', 'integer', 'immutable strict'),
	('points(bands bands, x double precision)', 'double precision', 'immutable strict'),
	('quota_grade(score double precision, quotas text, rounding text DEFAULT ''round''::text, ties text DEFAULT ''keep''::text)', 'text', 'window immutable'),
	('rollup(norms)', 'norms', 'aggregate immutable'),
	('score(card scorecard, inputs double precision[])', 'double precision', 'immutable strict'),
	('score(card scorecard, inputs double precision[], norms norms)', 'double precision', 'immutable strict'),
	('score(card scorecard, row_values record)', 'double precision', 'stable strict'),
	('score(card scorecard, row_values record, norms norms)', 'double precision', 'stable strict'),
	('score_columns(card scorecard, names text[], VARIADIC columns "any")', 'double precision', 'immutable'),
	('score_columns(card scorecard, norms norms, names text[], VARIADIC columns "any")', 'double precision', 'immutable'),
	('star_clusters(x double precision, k integer, method text DEFAULT ''fastclus''::text, strict double precision DEFAULT 1)', 'integer', 'window immutable'),
	('value(curve curve, x double precision)', 'double precision', 'immutable strict'),
	('weighted_median(x double precision, w double precision)', 'double precision', 'aggregate immutable');

-- what is called by SQL itself, and not what stands behind types, operators and aggregates
CREATE TEMPORARY VIEW found AS
SELECT format('%s(%s)', proname, pg_get_function_arguments(p.oid)) AS signature, pg_get_function_result(p.oid) AS result,
	concat_ws(' ', CASE prokind WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window' END,
		CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
		CASE WHEN proisstrict AND prokind <> 'a' THEN 'strict' END) AS label
FROM pg_proc p
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'credence'
WHERE NOT EXISTS (SELECT FROM pg_type WHERE p.oid IN (typinput, typoutput, typreceive, typsend))
AND NOT EXISTS (SELECT FROM pg_operator WHERE oprcode = p.oid)
AND NOT EXISTS (SELECT FROM pg_amproc WHERE amproc = p.oid)
AND NOT EXISTS (SELECT FROM pg_proc WHERE prosupport = p.oid)
AND NOT EXISTS (SELECT FROM pg_aggregate
				WHERE p.oid IN (aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn, aggminvtransfn, aggmfinalfn));

SELECT is_empty('TABLE expected EXCEPT TABLE found', 'every promised function is there');
SELECT is_empty('TABLE found EXCEPT TABLE expected', 'no function is there that is not promised');

SELECT * FROM finish();
ROLLBACK;
