-- rights to what stands above: nobody writes to a table, and nothing is for everybody

DO $$
DECLARE
	member regprocedure;
BEGIN
	FOR member IN
		SELECT d.objid FROM pg_catalog.pg_depend d
		WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
			AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
			AND d.refobjid OPERATOR(pg_catalog.=) (SELECT e.oid FROM pg_catalog.pg_extension e WHERE e.extname OPERATOR(pg_catalog.=) 'credence_registry')
	LOOP
		EXECUTE pg_catalog.format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', member);
	END LOOP;
END $$;

-- everyone of the registry reads, what row security lets them see
GRANT SELECT ON code_list, region, subject, subject_version, tie, agreement, holiday, calendar, event_rule, event, observation, commitment, repair,
	fact_retention TO credence_reader, credence_officer, credence_publisher, credence_admin;
GRANT EXECUTE ON FUNCTION visible_regions(), may_see_region(text), writers_key(), time_zone(), calendar_day(timestamptz), today(), is_working_day(date), add_days(date, int, boolean),
	subjects_at(timestamptz), ties_at(timestamptz), agreements_at(timestamptz), rules_at(timestamptz), rule_at(text, date, timestamptz),
	judged_on(text, date, date, date, date), rule_of_event(text, date, date, date, date, timestamptz),
	events_at(timestamptz), case_amounts(date, timestamptz), observations_at(timestamptz), commitments_at(timestamptz), subject_id(text, text), known_codes(text)
	TO credence_reader, credence_officer, credence_publisher, credence_admin;

-- officers know persons, and record; administrators do too
GRANT SELECT ON person_identity TO credence_officer, credence_admin;
GRANT INSERT (batch, kind, code, name, region, level, peer_class, attributes, valid_from, valid_to, person_name, id_number, phone, address)
	ON subject_load TO credence_officer, credence_admin;
GRANT INSERT (batch, kind, from_kind, from_code, to_kind, to_code, weight, valid_from, valid_to)
	ON tie_load TO credence_officer, credence_admin;
GRANT INSERT (batch, subject_kind, subject_code, agreement_number, year, retention_amount, decision, valid_from, valid_to)
	ON agreement_load TO credence_officer, credence_admin;
GRANT INSERT (batch, subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, effective_on, case_code, amount, points,
	responsibility, level, place_kind, place_code, source, event_code, details)
	ON event_load TO credence_officer, credence_admin;
GRANT INSERT (batch, subject_kind, subject_code, indicator, period_start, period_end, value, value_text, numerator, denominator, qualifier,
	source, evaluator)
	ON observation_load TO credence_officer, credence_admin;
GRANT EXECUTE ON FUNCTION current_batch(), discard_batch(text), load_subjects(text), load_ties(text), load_agreements(text), load_events(text),
	load_observations(text),
	put_subject(text, text, text, text, date, text, text, jsonb, date),
	put_identity(bigint, text, text, text, text), erase_identity(bigint),
	record_tie(text, bigint, bigint, date, date, numeric, bigint), end_tie(bigint, date),
	record_agreement(bigint, text, int, date, date, numeric, text),
	record_event(bigint, text, date, date, numeric, numeric, text, text, date, date, text, bigint, text, text, jsonb),
	revoke_event(bigint, text, date),
	record_observation(bigint, text, date, date, numeric, numeric, numeric, text, text, text, text),
	record_commitment(bigint, text, date, date),
	record_repair(bigint, date, text[], numeric, numeric, numeric, text),
	may_act_in(text, text[]), require_officer(), require_region(text), require_subject(bigint), lock_for_writing()
	TO credence_officer, credence_admin;

-- administrators keep the codes, the regions and who is responsible for them, the calendar and the rules
GRANT SELECT ON officer_region TO credence_admin;
GRANT EXECUTE ON FUNCTION put_code(text, text, text, text, int, text), put_region(text, text, text, text),
	map_officer(name, text), unmap_officer(name, text), put_holiday(date, boolean, text), put_time_zone(text),
	put_rule(text, date, text, text, numeric, numeric, text, date, jsonb, text, text, int, jsonb, jsonb, text, text), require_admin()
	TO credence_admin;

