-- bulletins, what they hold, and the steps that they took

CREATE TABLE bulletin (
	bulletin_id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	policy_id		bigint NOT NULL,
	run_id			bigint NOT NULL,
	audience		text COLLATE "C" NOT NULL,
	time_zone		text NOT NULL,
	state			text COLLATE "C" NOT NULL DEFAULT 'drafted',
	corrects		bigint,
	due_on			date,
	items			int NOT NULL,
	items_hash		bytea NOT NULL,
	notice_from		date,
	notice_until	date,
	number			int UNIQUE,
	published_on	date,
	heading			text,
	previous_hash	bytea,
	hash			bytea,
	CONSTRAINT bulletin_state CHECK (state IN ('drafted', 'reviewed', 'notice', 'published', 'corrected', 'withdrawn', 'discarded')),
	CONSTRAINT bulletin_sealed CHECK ((state IN ('published', 'corrected', 'withdrawn'))
		= (number IS NOT NULL AND published_on IS NOT NULL AND heading IS NOT NULL AND hash IS NOT NULL))
);

COMMENT ON TABLE bulletin IS
'Bulletins: one policy applied to one final run. Written by draw_up and the functions that take a bulletin through its life; published, nothing of it changes any more but its state. bulletin_step has who took which step when.';
COMMENT ON COLUMN bulletin.bulletin_id IS 'Number of the row, by which the functions know it.';
COMMENT ON COLUMN bulletin.policy_id IS 'The version of the policy that it follows.';
COMMENT ON COLUMN bulletin.run_id IS 'The run that it is drawn from.';
COMMENT ON COLUMN bulletin.audience IS 'public, or restricted: never in the public views.';
COMMENT ON COLUMN bulletin.time_zone IS 'Where its days begin: what is over is over there, whatever the session of who looks.';
COMMENT ON COLUMN bulletin.state IS 'drafted, reviewed, notice, published, corrected (another took its place), withdrawn, or discarded before it was published.';
COMMENT ON COLUMN bulletin.corrects IS 'The published bulletin (bulletin_id) whose place it takes when it is published; NULL if none.';
COMMENT ON COLUMN bulletin.due_on IS 'The first day of the policy''s calendar after the period: it is not published before; NULL without a calendar.';
COMMENT ON COLUMN bulletin.items IS 'How many items it has.';
COMMENT ON COLUMN bulletin.items_hash IS 'SHA-256 of the hashes of its items, 32 bytes each, one after the other in the order of their numbers.';
COMMENT ON COLUMN bulletin.notice_from IS 'The day on which it was put on notice, day 0 of the clock; NULL if it was not.';
COMMENT ON COLUMN bulletin.notice_until IS 'Last day of the notice, by the calendar as it was known then.';
COMMENT ON COLUMN bulletin.number IS 'Its place in the chain, from 1 without gaps; NULL until it is published.';
COMMENT ON COLUMN bulletin.published_on IS 'From when on it counts as published, as stated by who published it.';
COMMENT ON COLUMN bulletin.heading IS 'What the hash is taken of: a JSON object in canonical form; NULL until it is published.';
COMMENT ON COLUMN bulletin.previous_hash IS 'The hash of the bulletin before it in the chain; NULL for the first.';
COMMENT ON COLUMN bulletin.hash IS 'SHA-256 of the heading, which holds previous_hash and items_hash.';

CREATE INDEX bulletin_run_idx ON bulletin (run_id);
CREATE INDEX bulletin_corrects_idx ON bulletin (corrects) WHERE corrects IS NOT NULL;
SELECT pg_catalog.pg_extension_config_dump('bulletin', '');
SELECT pg_catalog.pg_extension_config_dump('bulletin_bulletin_id_seq', '');

CREATE TABLE item (
	bulletin_id		bigint NOT NULL,
	item			int NOT NULL CHECK (item >= 1),
	kind			text COLLATE "C" NOT NULL,
	subject_id		bigint,
	leaves_on		date,
	canonical		text NOT NULL,
	hash			bytea NOT NULL,
	PRIMARY KEY (bulletin_id, item),
	CONSTRAINT item_kind CHECK (kind IN ('cell', 'entry'))
);

COMMENT ON TABLE item IS
'What bulletins hold, item by item: cells of the tables, entries of the list. Append-only: canonical is what the public gets, the columns before it are what it does not; what a cell really is has cell. Written by draw_up.';
COMMENT ON COLUMN item.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN item.item IS 'Number within it, from 1: first the cells, then the entries, each in the order in which they are shown.';
COMMENT ON COLUMN item.kind IS 'cell of the table, or entry of the list.';
COMMENT ON COLUMN item.subject_id IS 'Of an entry: whom it names. Not public.';
COMMENT ON COLUMN item.leaves_on IS 'First day on which it is not shown any more; NULL if it stays.';
COMMENT ON COLUMN item.canonical IS 'The item itself: a JSON object in canonical form. It holds a random salt, so that what has left the views cannot be guessed from its hash.';
COMMENT ON COLUMN item.hash IS 'SHA-256 of canonical.';

CREATE INDEX item_subject_idx ON item (subject_id) WHERE subject_id IS NOT NULL;
SELECT pg_catalog.pg_extension_config_dump('item', '');
SELECT credence_registry.make_append_only('item', 'Draw the bulletin up anew, or publish a correction.');

CREATE TABLE item_event (
	bulletin_id	bigint NOT NULL,
	item		int NOT NULL,
	event_id	bigint NOT NULL,
	decided_on	date NOT NULL,
	early_from	date,
	leaves_on	date,
	PRIMARY KEY (bulletin_id, item, event_id, decided_on)
);

COMMENT ON TABLE item_event IS
'The decisions for which an entry is shown, each with its own window: the entry leaves when the last of them is over. Not public. Append-only, written by draw_up.';
COMMENT ON COLUMN item_event.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN item_event.item IS 'The entry.';
COMMENT ON COLUMN item_event.event_id IS 'The event of the registry.';
COMMENT ON COLUMN item_event.decided_on IS 'When it was decided upon: the other half of its key, and where its window begins.';
COMMENT ON COLUMN item_event.early_from IS 'First day on which it is over if it is repaired; NULL: repair does not end it.';
COMMENT ON COLUMN item_event.leaves_on IS 'First day on which it is over anyway; NULL: never.';

CREATE INDEX item_event_idx ON item_event (event_id);
SELECT pg_catalog.pg_extension_config_dump('item_event', '');
SELECT credence_registry.make_append_only('item_event', 'Draw the bulletin up anew, or publish a correction.');

CREATE TABLE item_withdrawal (
	bulletin_id	bigint NOT NULL,
	item		int NOT NULL,
	reason		text NOT NULL,
	at			timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	by			text NOT NULL DEFAULT session_user,
	PRIMARY KEY (bulletin_id, item)
);

COMMENT ON TABLE item_withdrawal IS
'Entries that were taken out of the public views before their time. Append-only, written with withdraw_subject.';
COMMENT ON COLUMN item_withdrawal.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN item_withdrawal.item IS 'The entry.';
COMMENT ON COLUMN item_withdrawal.reason IS 'Why. Not public.';
COMMENT ON COLUMN item_withdrawal.at IS 'When.';
COMMENT ON COLUMN item_withdrawal.by IS 'By whom (login). Not public.';

SELECT pg_catalog.pg_extension_config_dump('item_withdrawal', '');
SELECT credence_registry.make_append_only('item_withdrawal', 'An entry that shall be shown again goes into a correction.');

CREATE TABLE service (
	bulletin_id	bigint NOT NULL,
	item		int NOT NULL,
	served_on	date NOT NULL,
	until		date NOT NULL,
	at			timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	by			text NOT NULL DEFAULT session_user,
	PRIMARY KEY (bulletin_id, item),
	CONSTRAINT service_clock CHECK (until >= served_on)
);

COMMENT ON TABLE service IS
'When those who are named were served with the decision, where the policy counts from then. Append-only, written with serve.';
COMMENT ON COLUMN service.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN service.item IS 'The entry.';
COMMENT ON COLUMN service.served_on IS 'The day of service, day 0 of the clock.';
COMMENT ON COLUMN service.until IS 'Last day of the clock, by the calendar as it was known then.';
COMMENT ON COLUMN service.at IS 'When it was recorded.';
COMMENT ON COLUMN service.by IS 'Who recorded it (login).';

SELECT pg_catalog.pg_extension_config_dump('service', '');
SELECT credence_registry.make_append_only('service', 'A service that went wrong: discard the bulletin and draw it up anew.');

CREATE TABLE bulletin_step (
	step_id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	bulletin_id	bigint NOT NULL,
	from_state	text COLLATE "C",
	to_state	text COLLATE "C" NOT NULL,
	on_date		date NOT NULL,
	at			timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	by			text NOT NULL DEFAULT session_user,
	note		text
);

COMMENT ON TABLE bulletin_step IS
'Every step of every bulletin: from which state to which, who took it and when. Append-only, written with each change of bulletin.state.';
COMMENT ON COLUMN bulletin_step.step_id IS 'Number of the step, ascending in the order in which steps were taken.';
COMMENT ON COLUMN bulletin_step.bulletin_id IS 'The bulletin.';
COMMENT ON COLUMN bulletin_step.from_state IS 'State before; NULL when it was drawn up.';
COMMENT ON COLUMN bulletin_step.to_state IS 'State after.';
COMMENT ON COLUMN bulletin_step.on_date IS 'The date from which the step counts, as stated by who took it.';
COMMENT ON COLUMN bulletin_step.at IS 'When it was taken.';
COMMENT ON COLUMN bulletin_step.by IS 'Who took it (login).';
COMMENT ON COLUMN bulletin_step.note IS 'What was said with it, or NULL.';

CREATE INDEX bulletin_step_idx ON bulletin_step (bulletin_id, step_id);
SELECT pg_catalog.pg_extension_config_dump('bulletin_step', '');
SELECT pg_catalog.pg_extension_config_dump('bulletin_step_step_id_seq', '');
SELECT credence_registry.make_append_only('bulletin_step', 'Steps are taken, not changed.');

CREATE TABLE bulletin_transition (
	from_state	text COLLATE "C" NOT NULL,
	to_state	text COLLATE "C" NOT NULL,
	PRIMARY KEY (from_state, to_state)
);

COMMENT ON TABLE bulletin_transition IS 'Which state of a bulletin can follow which. Part of the extension.';
COMMENT ON COLUMN bulletin_transition.from_state IS 'State before.';
COMMENT ON COLUMN bulletin_transition.to_state IS 'State that can follow.';

INSERT INTO bulletin_transition VALUES
	('drafted', 'reviewed'), ('reviewed', 'notice'),
	('reviewed', 'published'),		-- of policies without a notice; publish checks
	('notice', 'published'),
	('published', 'corrected'), ('published', 'withdrawn'),
	('drafted', 'discarded'), ('reviewed', 'discarded'), ('notice', 'discarded');

-- Fires on UPDATE and DELETE only, so that a dump restores.
CREATE FUNCTION check_bulletin_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
DECLARE
	changing text[] := '{state,notice_from,notice_until,number,published_on,heading,previous_hash,hash}';
BEGIN
	IF TG_OP <> 'UPDATE' THEN
		RAISE EXCEPTION '% on "bulletin" is refused: bulletins are never deleted', TG_OP
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'A bulletin that is not to be published is discarded, a published one withdrawn.';
	END IF;
	IF NEW.state = OLD.state OR NOT EXISTS (SELECT FROM credence_disclosure.bulletin_transition t
		WHERE t.from_state = OLD.state AND t.to_state = NEW.state) THEN
		RAISE EXCEPTION 'bulletin % cannot go from "%" to "%"', OLD.bulletin_id, OLD.state, NEW.state
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = format('From "%s" it can go to: %s.', OLD.state, coalesce(
					(SELECT string_agg(t.to_state, ', ' ORDER BY t.to_state)
					FROM credence_disclosure.bulletin_transition t WHERE t.from_state = OLD.state), 'nothing'));
	END IF;
	IF OLD.state = 'published' THEN
		changing := '{state}';
	END IF;
	IF to_jsonb(OLD) - changing IS DISTINCT FROM to_jsonb(NEW) - changing THEN
		RAISE EXCEPTION 'bulletin % is "%" and cannot be changed', OLD.bulletin_id, OLD.state
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Draw it up anew, or publish a correction.';
	END IF;
	RETURN NEW;
END $$;

COMMENT ON FUNCTION check_bulletin_change() IS
'Trigger of bulletin: refuses states out of order, every other change of what is published, and every deletion, for whomever.';

CREATE TRIGGER check_change BEFORE UPDATE OR DELETE ON bulletin FOR EACH ROW EXECUTE FUNCTION check_bulletin_change();
CREATE TRIGGER check_truncate BEFORE TRUNCATE ON bulletin FOR EACH STATEMENT EXECUTE FUNCTION check_bulletin_change();
ALTER TABLE bulletin ENABLE ALWAYS TRIGGER check_change;
ALTER TABLE bulletin ENABLE ALWAYS TRIGGER check_truncate;

-- Moves a locked bulletin to a state, and logs it.
CREATE FUNCTION step_bulletin(bulletin bigint, from_state text, to_state text, on_date date, note text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	UPDATE credence_disclosure.bulletin b SET state = step_bulletin.to_state WHERE b.bulletin_id = step_bulletin.bulletin;
	INSERT INTO credence_disclosure.bulletin_step (bulletin_id, from_state, to_state, on_date, note)
	VALUES (bulletin, from_state, to_state, on_date, note);
END $$;

COMMENT ON FUNCTION step_bulletin(bigint, text, text, date, text) IS
'For the functions of the disclosure: moves a bulletin to a state and logs the step.';

-- What day it is where the days of a bulletin begin: a clock that depended on the session could be set by it.
CREATE FUNCTION today_of(bulletin bigint)
RETURNS date
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT (statement_timestamp() AT TIME ZONE b.time_zone)::date FROM credence_disclosure.bulletin b WHERE b.bulletin_id = today_of.bulletin
$$;

COMMENT ON FUNCTION today_of(bigint) IS
'For the functions of the disclosure: the day that it is in the time zone of a bulletin, whatever that of the session; NULL where there is no such bulletin.';

-- The day on which a run came to say what a bulletin says of it: became final, or was put on notice.
CREATE FUNCTION day_of_run(run bigint, zone text)
RETURNS date
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT coalesce(max(s.on_date), (min(r.final_at) AT TIME ZONE zone)::date)
	FROM credence_registry.run r LEFT JOIN credence_registry.run_step s ON s.run_id = r.run_id AND s.to_state = CASE r.state WHEN 'notice' THEN 'notice' ELSE 'final' END WHERE r.run_id = day_of_run.run
$$;

COMMENT ON FUNCTION day_of_run(bigint, text) IS
'For the functions of the disclosure: the day on which a run became final or, while it is that, was put on notice, as stated by who took that step, else by the clock in a time zone.';

-- The bulletin, locked until the transaction ends, for who may work on bulletins: they are of all regions.
CREATE FUNCTION lock_bulletin(bulletin bigint, on_date date DEFAULT NULL)
RETURNS bulletin
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
SET datestyle = 'ISO'
AS $$
DECLARE
	locked credence_disclosure.bulletin;
	today date;
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	SELECT b.* INTO locked FROM credence_disclosure.bulletin b WHERE b.bulletin_id = lock_bulletin.bulletin FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no bulletin %', coalesce(bulletin::text, 'NULL') USING ERRCODE = 'no_data_found';
	END IF;
	today := credence_disclosure.today_of(bulletin);
	IF on_date > today THEN
		RAISE EXCEPTION 'no step can be taken on %: today is %', on_date, today
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('The days of bulletin %s begin in %s.', bulletin, locked.time_zone);
	ELSIF on_date < credence_disclosure.day_of_run(locked.run_id, locked.time_zone) THEN
		RAISE EXCEPTION 'no step can be taken on %: run % is of %', on_date, locked.run_id, credence_disclosure.day_of_run(locked.run_id, locked.time_zone)
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Before that there was nothing that bulletin %s could say.', bulletin);
	END IF;
	RETURN locked;
END $$;

COMMENT ON FUNCTION lock_bulletin(bigint, date) IS
'For the functions of the disclosure: the bulletin, locked until the transaction ends, if the login may work on bulletins and the day, where one is given, is neither in the future in the time zone of the bulletin nor before its run came to be as it is.';

