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
GRANT SELECT ON bulletins, bulletin_entries, bulletin_values, bulletin_cells, bulletin_items, bulletin_chain
	TO credence_public, credence_reader, credence_officer, credence_publisher, credence_admin;
GRANT EXECUTE ON FUNCTION left_early() TO credence_public, credence_reader, credence_officer, credence_publisher, credence_admin;

-- items of bulletins that are not published are of all regions, and for who sees all regions
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY public_views ON item FOR SELECT TO credence_public_owner USING (true);
CREATE POLICY all_regions ON item FOR SELECT TO credence_publisher, credence_admin USING ((SELECT credence_registry.visible_regions()) IS NULL);
GRANT SELECT (bulletin_id, item, kind, subject_id, leaves_on, canonical, hash) ON item TO credence_publisher, credence_admin;
ALTER TABLE objection ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_regions ON objection FOR SELECT TO credence_publisher, credence_admin USING ((SELECT credence_registry.visible_regions()) IS NULL);
GRANT SELECT ON template, policy, bulletin, bulletin_step, bulletin_transition, item_event, item_withdrawal, service, objection, objection_answer
	TO credence_publisher, credence_admin;

GRANT EXECUTE ON FUNCTION canonical(jsonb), hash_of(text), policy_keys(), policy_shape_problems(jsonb), policy_sense_problems(jsonb), policy_check(jsonb),
	policy_filled(jsonb), texts_of(jsonb), result_columns(), display_window(jsonb, date, text[]), calendar_day(text[], date), period_unit(text),
	subtracted(int[], int[]), chain_key(), verify_chain(), preview_entries(bigint), preview_values(bigint), preview_cells(bigint), difference(bigint),
	publication_obstacles(bigint, date), draw_up(text, bigint, text, int), review(bigint, text), announce(bigint, date, text), discard(bigint, text),
	object_to(bigint, text, text, text, date), answer_objection(bigint, boolean, text), serve(bigint, date, text, text),
	publish(bigint, date, text), withdraw(bigint, text), withdraw_subject(text, text, text)
	TO credence_publisher, credence_admin;
GRANT EXECUTE ON FUNCTION put_template(text, text, text, jsonb, text[]), policy_import(jsonb) TO credence_admin;
