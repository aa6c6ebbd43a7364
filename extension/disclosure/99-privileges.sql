-- privileges: nothing is for everybody

DO $$
DECLARE
	member record;
BEGIN
	FOR member IN SELECT p.oid::pg_catalog.regprocedure AS signature FROM pg_catalog.pg_proc p
		WHERE p.pronamespace OPERATOR(pg_catalog.=) 'credence_disclosure'::pg_catalog.regnamespace
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', member.signature);
	END LOOP;
END $$;

-- who looks on from outside, and everyone inside
GRANT SELECT ON bulletins, bulletin_entries, bulletin_values, bulletin_cells, bulletin_items, bulletin_chain,
	bulletin_adjustments, bulletin_schemes, bulletin_norms
	TO credence_public, credence_reader, credence_officer, credence_publisher, credence_admin;
GRANT EXECUTE ON FUNCTION left_early() TO credence_public, credence_reader, credence_officer, credence_publisher, credence_admin;

-- masks, generalisation and measures are for everyone inside
GRANT EXECUTE ON FUNCTION plain_text(text), compound_surnames(), mask_name(text), mask_identity(text), mask_phone(text), mask_address(text), mask_code(text),
	mask_initial(text), masked(text, text), generalise_number(numeric, numeric), generalise_date(date, text), generalise_region(text, int),
	class_counts_in(cstring), class_counts_out(class_counts), class_counts_recv(internal), class_counts_send(class_counts),
	class_counts_accum(class_counts, anyelement), class_counts_accum(class_counts, anyelement, anycompatible), class_counts_combine(class_counts, class_counts),
	class_counts_k(class_counts), class_counts_l(class_counts), k_anonymity(anyelement), l_diversity(anyelement, anycompatible), small_classes(regclass, text[], bigint, text, bigint)
	TO credence_reader, credence_officer, credence_publisher, credence_admin;

-- items of bulletins that are not published are of all regions, and for who sees all regions
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY public_views ON item FOR SELECT TO credence_public_owner USING (true);
CREATE POLICY all_regions ON item FOR SELECT TO credence_publisher, credence_admin USING ((SELECT credence_registry.visible_regions()) IS NULL);
GRANT SELECT (bulletin_id, item, kind, subject_id, leaves_on, canonical, hash) ON item TO credence_publisher, credence_admin;
ALTER TABLE objection ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_regions ON objection FOR SELECT TO credence_publisher, credence_admin USING ((SELECT credence_registry.visible_regions()) IS NULL);
GRANT SELECT ON template, policy, bulletin, bulletin_step, bulletin_transition, item_event, item_withdrawal, service, objection, objection_answer, bulletin_document
	TO credence_publisher, credence_admin;

GRANT EXECUTE ON FUNCTION canonical(jsonb), hash_of(text), policy_keys(), policy_shape_problems(jsonb), policy_sense_problems(jsonb), policy_check(jsonb),
	policy_filled(jsonb), texts_of(jsonb), result_columns(), display_window(jsonb, date, text[]), calendar_day(text[], date), period_unit(text),
	table_definitions(jsonb), table_inputs(jsonb), class_columns(), policy_table_problems(jsonb), units_up(numeric, numeric, int), public_reason(text, jsonb), cell_label(jsonb),
	audit_cells(bigint), linked_system(bigint), certify(bigint, jsonb), draw_up_anew(bigint, text[]), verify_chain(), preview_entries(bigint), preview_values(bigint), preview_cells(bigint), difference(bigint),
	publication_obstacles(bigint, date), anonymity(bigint), policy_people_problems(jsonb), given_away_problems(text, jsonb, jsonb), withheld_inputs(jsonb, jsonb), score_is_shown(jsonb), draw_up(text, bigint, text, int, text[]), review(bigint, text), announce(bigint, date, text), discard(bigint, text),
	object_to(bigint, text, text, text, date), answer_objection(bigint, boolean, text), serve(bigint, date, text, text),
	publish(bigint, date, text), withdraw(int, text), withdraw_subject(text, text, text),
	suppress_cells(int[], int[], int[], numeric[], text[], numeric[], numeric[], numeric[], numeric[], numeric[], numeric[], interval),
	inferred_intervals(int[], int[], int[], numeric[], boolean[], numeric[], numeric[]),
	check_certificate(numeric[], boolean[], numeric[], numeric[], int[], int[], int[], int[], numeric[], numeric[], numeric[], int[], text[], int[], numeric[])
	TO credence_publisher, credence_admin;
GRANT EXECUTE ON FUNCTION shown_plainly(jsonb, text), condition_rests_on(jsonb, credence.scorecard, text), steps_rest_on(jsonb, credence.scorecard),
	standardised_inputs(jsonb), preview_adjustments(bigint) TO credence_publisher, credence_admin;
GRANT EXECUTE ON FUNCTION put_template(text, text, text, jsonb, text[]), policy_import(jsonb) TO credence_admin;
