-- taking back what was published

-- SECURITY DEFINER: see review.
CREATE FUNCTION withdraw(number int, note text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	bulletin bigint := (SELECT b.bulletin_id FROM credence_disclosure.bulletin b WHERE b.number = withdraw.number);
	current credence_disclosure.bulletin;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	IF bulletin IS NULL THEN
		RAISE EXCEPTION 'no bulletin was published as number %', coalesce(number::text, 'NULL') USING ERRCODE = 'no_data_found',
			HINT = 'The number is that which publish returned and the public sees, not the id of draw_up.';
	ELSIF coalesce(btrim(note), '') = '' THEN
		RAISE EXCEPTION 'a bulletin is not withdrawn without saying why' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	current := credence_disclosure.lock_bulletin(bulletin);
	PERFORM credence_disclosure.step_bulletin(bulletin, current.state, 'withdrawn', credence_disclosure.today_of(bulletin), note);
END $$;

COMMENT ON FUNCTION withdraw(int, text) IS
'Withdraws a published bulletin as a whole, at once, by its public number: its heading and hash stay in the chain, its items leave the public views. The note says why. By a publisher or an administrator. Errors: P0002 for a number that was not given, 55000 where it is withdrawn already, 22004 without a note.';

-- SECURITY DEFINER: see review.
CREATE FUNCTION withdraw_subject(subject_kind text, subject_code text, reason text)
RETURNS int
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	whom bigint := credence_registry.subject_id(subject_kind, subject_code);
	withdrawn int;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	IF coalesce(btrim(reason), '') = '' THEN
		RAISE EXCEPTION 'nobody is withdrawn without saying why' USING ERRCODE = 'null_value_not_allowed';
	ELSIF whom IS NULL THEN
		RAISE EXCEPTION 'there is no % "%"', subject_kind, subject_code USING ERRCODE = 'no_data_found';
	END IF;
	INSERT INTO credence_disclosure.item_withdrawal (bulletin_id, item, reason)
	SELECT i.bulletin_id, i.item, withdraw_subject.reason FROM credence_disclosure.item i WHERE i.subject_id = whom
	ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS withdrawn = ROW_COUNT;
	RETURN withdrawn;
END $$;

COMMENT ON FUNCTION withdraw_subject(text, text, text) IS
'In an emergency: takes one subject out of every bulletin, published or not, at once, and returns out of how many items. Hashes stay, so that the chain can be checked; counts in tables stay. What is drawn up later names it again unless the policy or the run does not. By a publisher or an administrator, alone. Errors: P0002 where there is no such subject, 22004 without a reason.';

