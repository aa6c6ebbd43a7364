-- what is done about a consequence

-- The consequence as it stands, locked; refused for who does not act on its region or where its run was superseded.
CREATE FUNCTION lock_consequence(consequence bigint)
RETURNS consequence_now
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	current credence_registry.consequence_now;
BEGIN
	PERFORM credence_registry.require_officer();
	PERFORM FROM credence_registry.consequence c WHERE c.consequence_id = lock_consequence.consequence FOR UPDATE;
	SELECT c.* INTO current FROM credence_registry.consequence_now c WHERE c.consequence_id = lock_consequence.consequence;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no consequence %', consequence USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM credence_registry.require_region(current.region);
	IF current.status IN ('superseded', 'done', 'ended') THEN
		RAISE EXCEPTION 'consequence % is %', consequence, replace(current.status, '_', ' ')
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	RETURN current;
END $$;

COMMENT ON FUNCTION lock_consequence(bigint) IS
'For the functions of the registry: the consequence as it stands, locked until the transaction ends.';

-- Last day of so many months that begin on a day: one month from 31 January lasts until 27 or 28 February.
CREATE FUNCTION months_until(starts date, months int)
RETURNS date
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (starts + pg_catalog.make_interval(months => months))::date - 1;

COMMENT ON FUNCTION months_until(date, int) IS
'Last day of so many months that begin on a day: months_until(2026-01-15, 3) = 2026-04-14. A month that lacks the day counts to its last day.';

-- SECURITY DEFINER: officers choose within what the scheme allows, and may not write the table otherwise.
CREATE FUNCTION choose_suspension(consequence bigint, months int, note text DEFAULT NULL)
RETURNS date
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	current credence_registry.consequence_now;
	until date;
BEGIN
	current := credence_registry.lock_consequence(consequence);
	IF current.kind <> 'suspend' THEN
		RAISE EXCEPTION 'consequence % is no suspension but "%"', consequence, current.kind USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF months IS NULL OR months NOT BETWEEN current.months_least AND current.months_most THEN
		RAISE EXCEPTION '% months are not within % to %', coalesce(months::text, 'NULL'), current.months_least, current.months_most
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	until := credence_registry.months_until(current.valid_from, months);
	INSERT INTO credence_registry.consequence_step (consequence_id, status, months, valid_from, valid_to, on_date, note)
	VALUES (consequence, 'in_force', choose_suspension.months, current.valid_from, until, credence_registry.today(), choose_suspension.note);
	RETURN until;
END $$;

COMMENT ON FUNCTION choose_suspension(bigint, int, text) IS
'Chooses the months of a suspension within what the scheme allows, and returns its last day. It begins when the result became final. By an officer of the region or an administrator. Errors: 22023 for months outside the range or another kind of consequence, 55000 for one that is done, ended or superseded.';

-- SECURITY DEFINER: officers may not write the table otherwise.
CREATE FUNCTION settle_consequence(consequence bigint, status text, note text, on_date date DEFAULT credence_registry.today())
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	current credence_registry.consequence_now;
BEGIN
	current := credence_registry.lock_consequence(consequence);
	IF status IS NULL OR status NOT IN ('done', 'ended') THEN
		RAISE EXCEPTION 'status "%" cannot be given by hand', coalesce(status, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is "done" or "ended".';
	END IF;
	IF status = 'ended' AND coalesce(btrim(note), '') = '' THEN
		RAISE EXCEPTION 'a consequence is not ended early without saying why' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF on_date IS NULL OR on_date < current.valid_from OR on_date > credence_registry.today() THEN
		RAISE EXCEPTION 'consequence % cannot be settled on %: it holds from %, and today is %',
			consequence, coalesce(on_date::text, 'NULL'), current.valid_from, credence_registry.today() USING ERRCODE = 'invalid_parameter_value';
	END IF;
	INSERT INTO credence_registry.consequence_step (consequence_id, status, months, valid_from, valid_to, on_date, note)
	VALUES (consequence, settle_consequence.status,
		CASE WHEN current.kind = 'suspend' THEN current.months END, current.valid_from,
		CASE WHEN settle_consequence.status = 'ended' THEN settle_consequence.on_date ELSE current.valid_to END,
		settle_consequence.on_date, settle_consequence.note);
END $$;

COMMENT ON FUNCTION settle_consequence(bigint, text, text, date) IS
'Says that a consequence is done (an action taken, money paid, a measure carried out) or ended early on a day, with the reason. By an officer of the region or an administrator. Errors: 22023 for another status or a day before it began or in the future, 22004 for an early end without a reason, 55000 for one that is settled or superseded.';
