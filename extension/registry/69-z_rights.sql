-- rights on the life of a result and its consequences: everybody reads, by row security; who acts does so by functions,
-- each of which asks for the role and the region of the login itself

GRANT SELECT ON run_transition, run_step, run_clock, appeal, override, consequence, consequence_step, consequence_now, person_effect,
	draw_seed, draw, draw_pick, due_today TO credence_reader, credence_officer, credence_publisher, credence_admin;
-- what these views and the row security of these tables look at
GRANT SELECT ON subject, tie, commitment, run, result, adjustment TO credence_reader, credence_officer, credence_publisher, credence_admin;
GRANT SELECT ON inspector, inspector_conflict, conflict_of_interest, inspection TO credence_officer, credence_admin;

-- those of this part that nobody calls but its own functions
REVOKE ALL ON FUNCTION step_run(bigint, text, date, text), lock_run(bigint), lock_result(bigint, bigint, text[]),
	adjust_result(result, result, text, text, text), lock_appeal(bigint, text[]), check_outcome(jsonb, text, jsonb, timestamptz),
	lock_override(bigint), overridden(result, override), scheme_with(jsonb, bigint, result, jsonb), reappraise_sql(run, scheme, jsonb, jsonb),
	evaluate_as_if(text, run, result, bigint[], jsonb), reappraise(bigint, bigint), rank_results(bigint), relink(bigint, bigint, text, text), lock_consequence(bigint), apply_consequences(bigint), consequence_sql(jsonb, jsonb),
	required_measures(bigint), draw_candidates(bigint, text, text, date), sample_of(bigint, text), sample_frequency(jsonb),
	check_run_change(), log_run_step(), refuse_change_of_final(), seal_when_final(regclass),
	even_out(int[], int[], int[], int[], int) FROM PUBLIC;

-- steps of a run: a publisher or an administrator
REVOKE ALL ON FUNCTION prerate(bigint, text), abandon(bigint, text), put_on_notice(bigint, date, text), finalise(bigint, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prerate(bigint, text), abandon(bigint, text), put_on_notice(bigint, date, text), finalise(bigint, date, text)
	TO credence_publisher, credence_admin;

REVOKE ALL ON FUNCTION correct_run(bigint, timestamptz, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION correct_run(bigint, timestamptz, text) TO credence_admin;

-- single cases: an officer of the region or an administrator
REVOKE ALL ON FUNCTION file_appeal(bigint, bigint, text, text, date), accept_appeal(bigint), refuse_appeal(bigint, text),
	withdraw_appeal(bigint, text), decide_appeal(bigint, text, text, jsonb),
	request_override(bigint, bigint, text, text, float8), confirm_override(bigint, text), refuse_override(bigint, text),
	choose_suspension(bigint, int, text), settle_consequence(bigint, text, text, date),
	commit_seed(bigint, text, text, text), draw(bigint, text, int, text, text), assign_inspectors(bigint),
	put_inspector(text, text, text, bigint, date, date), record_conflict(text, bigint, text, date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION file_appeal(bigint, bigint, text, text, date), accept_appeal(bigint), refuse_appeal(bigint, text),
	withdraw_appeal(bigint, text), decide_appeal(bigint, text, text, jsonb),
	request_override(bigint, bigint, text, text, float8), confirm_override(bigint, text), refuse_override(bigint, text),
	choose_suspension(bigint, int, text), settle_consequence(bigint, text, text, date),
	commit_seed(bigint, text, text, text), draw(bigint, text, int, text, text), assign_inspectors(bigint),
	put_inspector(text, text, text, bigint, date, date), record_conflict(text, bigint, text, date, date)
	TO credence_officer, credence_admin;

-- what only reads
REVOKE ALL ON FUNCTION inspection_plan(bigint, text, date), verify_draw(bigint), draw_order(text, text), digest_of(text), region_tree(text),
	finalise_obstacles(bigint, date), appeal_lines(bigint), line_inputs(jsonb, text), clock_until(jsonb, date), months_until(date, int),
	run_notch(bigint, text), run_round(bigint, float8), run_band(bigint, float8), run_operands(bigint), exact(float8, int),
	quote_name(text), consequence_kind(jsonb), require_role(text[]), require_sight(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION inspection_plan(bigint, text, date), verify_draw(bigint), draw_order(text, text), digest_of(text), region_tree(text),
	finalise_obstacles(bigint, date), appeal_lines(bigint), line_inputs(jsonb, text), clock_until(jsonb, date), months_until(date, int),
	run_notch(bigint, text), run_round(bigint, float8), run_band(bigint, float8), run_operands(bigint), exact(float8, int),
	quote_name(text), consequence_kind(jsonb), require_role(text[]), require_sight(text)
	TO credence_reader, credence_officer, credence_publisher, credence_admin;
