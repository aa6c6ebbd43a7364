-- privileges: nothing is for everybody
--
-- Tables are read under row security and written by functions alone. Who may call a function that writes is granted by
-- name, here or at the end of its part (39-facts_rights.sql, 69-z_rights.sql), and asked once more inside, of the login.

-- What nobody restricted so far and only reads is for all four roles; a function calls others with the rights of the caller.
DO $$
DECLARE
	member record;
BEGIN
	FOR member IN
		SELECT p.oid::pg_catalog.regprocedure AS signature, p.prokind,
			p.provolatile <> 'v' AND p.prorettype <> 'trigger'::pg_catalog.regtype
				AND p.proname <> ALL ('{check,invariants}'::name[]) AS for_readers
		FROM pg_catalog.pg_proc p
		WHERE p.pronamespace = 'credence_registry'::pg_catalog.regnamespace AND pg_catalog.has_function_privilege('public', p.oid, 'EXECUTE')
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', member.signature);
		IF member.for_readers THEN
			EXECUTE pg_catalog.format('GRANT EXECUTE ON ROUTINE %s TO credence_reader, credence_officer, credence_publisher, credence_admin', member.signature);
		END IF;
	END LOOP;
END $$;

-- schemes, evaluations, plans, thresholds and the check are the administrators'
GRANT EXECUTE ON FUNCTION scheme_import(jsonb), scheme_import(text), scheme_activate(text, text), scheme_retire(text, text, date),
	run_begin(text, text, text, timestamptz, text, bigint), run_gather(bigint), run_link(bigint), run_finish(bigint), run_abandon(bigint),
	run_perform(bigint), refresh_run(bigint), rerank(bigint), raise_again(text, text, text, text),
	put_plan_target(text, int, bigint, text, text, text, text, numeric, text, date, numeric, numeric, text, text, text, boolean),
	put_warning_threshold(text, bands, text), "check"(), invariants()
	TO credence_admin;
GRANT EXECUTE ON PROCEDURE evaluate(text, text, timestamptz, boolean, text, boolean, bigint),
	refresh(text, text, boolean, bigint, bigint) TO credence_admin;

-- what the views read
GRANT SELECT ON run, run_norms, result, adjustment, run_progress, plan_target, warning_threshold,
	scheme_grade, scheme_line, evaluation, run_result, current_grade, grade_history, ranking, grade_distribution, grade_migration,
	line_breakdown, event_ledger, repair_status, appeals, consequences, plan_progress, plan_overall, threshold_in_force, fund_balance,
	agency_evaluation, data_quality
	TO credence_reader, credence_officer, credence_publisher, credence_admin;
