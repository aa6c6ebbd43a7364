-- the life of a run: which state may follow which, who took each step and when, and that nothing final changes

-- Refuses with 42501 unless the login is a member of one of the roles. session_user: it stays right behind a pooler that
-- resets roles, and inside SECURITY DEFINER.
CREATE FUNCTION require_role(VARIADIC roles text[])
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM unnest(roles) r WHERE pg_catalog.pg_has_role(session_user, r, 'member')) THEN
		RAISE EXCEPTION 'permission denied: "%" is not a member of %', session_user, array_to_string(roles, ' or ')
			USING ERRCODE = 'insufficient_privilege';
	END IF;
END $$;

COMMENT ON FUNCTION require_role(text[]) IS
'Refuses (42501) unless the login (session_user) is a member of one of the roles.';

-- Refuses with 42501 unless the login sees the region, or, where it is empty, all regions. For what only reads;
-- require_region is for what acts.
CREATE FUNCTION require_sight(region text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF credence_registry.visible_regions() IS NOT NULL
		AND (region IS NULL OR region = '' OR NOT credence_registry.may_see_region(require_sight.region)) THEN
		RAISE EXCEPTION 'permission denied: "%" does not see %', session_user,
				CASE WHEN region <> '' THEN format('region "%s"', region) ELSE 'all regions' END
			USING ERRCODE = 'insufficient_privilege';
	END IF;
END $$;

COMMENT ON FUNCTION require_sight(text) IS
'Refuses (42501) unless the login (session_user) sees the region; empty stands for all regions, which only those see who see everything.';

CREATE TABLE run_transition (
	from_state	text NOT NULL,
	to_state	text NOT NULL,
	PRIMARY KEY (from_state, to_state)
);

COMMENT ON TABLE run_transition IS 'Which state of a run may follow which.';
COMMENT ON COLUMN run_transition.from_state IS 'The state that the run is in.';
COMMENT ON COLUMN run_transition.to_state IS 'A state that may follow.';

INSERT INTO run_transition (from_state, to_state) VALUES
	('gathering', 'scored'),
	('scored', 'prerating'),
	('prerating', 'notice'),
	('prerating', 'final'),		-- schemes that know neither notice nor appeal; finalise checks
	('notice', 'final'),
	('final', 'superseded'),
	('gathering', 'abandoned'),
	('scored', 'abandoned'),
	('prerating', 'abandoned');

CREATE TABLE run_step (
	step_id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	run_id		bigint NOT NULL,
	from_state	text NOT NULL,
	to_state	text NOT NULL,
	on_date		date NOT NULL,
	at			timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	by			text NOT NULL DEFAULT session_user,
	note		text
);

COMMENT ON TABLE run_step IS
'Every step of every run: from which state to which, who took it and when. Append-only, written with each change of run.state.';
COMMENT ON COLUMN run_step.step_id IS 'Number of the step, ascending in the order in which steps were taken.';
COMMENT ON COLUMN run_step.run_id IS 'The run.';
COMMENT ON COLUMN run_step.from_state IS 'State before; codes of the domain run_state.';
COMMENT ON COLUMN run_step.to_state IS 'State after; codes of the domain run_state.';
COMMENT ON COLUMN run_step.on_date IS 'The date from which the step counts, as stated by who took it.';
COMMENT ON COLUMN run_step.at IS 'When it was taken.';
COMMENT ON COLUMN run_step.by IS 'Who took it (login).';
COMMENT ON COLUMN run_step.note IS 'What was said with it, or NULL.';

CREATE INDEX run_step_run_idx ON run_step (run_id, step_id);
SELECT pg_catalog.pg_extension_config_dump('run_step', '');
SELECT pg_catalog.pg_extension_config_dump('run_step_step_id_seq', '');
SELECT make_append_only('run_step', 'Steps are taken, not changed.');

CREATE TABLE run_clock (
	run_id			bigint PRIMARY KEY,
	notice_from		date NOT NULL,
	notice_until	date CHECK (notice_until >= notice_from),
	appeal_until	date CHECK (appeal_until >= notice_from)
);

COMMENT ON TABLE run_clock IS
'The clocks of a run that was put on notice, as they ran out by the calendar that was known then. Append-only.';
COMMENT ON COLUMN run_clock.run_id IS 'The run.';
COMMENT ON COLUMN run_clock.notice_from IS 'The day on which the pre-ratings were made known; day 0 of the clocks.';
COMMENT ON COLUMN run_clock.notice_until IS 'Last day of the notice; NULL where the scheme has none.';
COMMENT ON COLUMN run_clock.appeal_until IS 'Last day on which an appeal may be filed; NULL where the scheme knows no appeal.';

SELECT pg_catalog.pg_extension_config_dump('run_clock', '');
SELECT make_append_only('run_clock', 'A notice that went wrong is mended by a correction run.');

-- Trigger of run: refuses a change of state that run_transition does not know, and any other change of what is final.
-- Fires on UPDATE and DELETE only, so that a dump restores.
CREATE FUNCTION check_run_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	IF OLD.state IN ('final', 'superseded') THEN
		IF TG_OP = 'UPDATE' AND OLD.state = 'final' AND NEW.state = 'superseded'
			AND to_jsonb(OLD) - ARRAY['state', 'superseded_at'] = to_jsonb(NEW) - ARRAY['state', 'superseded_at'] THEN
			RETURN NEW;
		END IF;
		RAISE EXCEPTION '% on "run" is refused: run % is %', TG_OP, OLD.run_id, OLD.state
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'Nothing final changes. Evaluate a correction run that points at it.';
	END IF;
	IF TG_OP = 'DELETE' THEN
		IF OLD.state = 'notice' THEN
			RAISE EXCEPTION 'DELETE on "run" is refused: run % is on notice', OLD.run_id
				USING ERRCODE = 'object_not_in_prerequisite_state';
		END IF;
		RETURN OLD;
	END IF;
	IF NEW.state <> OLD.state THEN
		IF NOT EXISTS (SELECT FROM credence_registry.run_transition t
			WHERE t.from_state = OLD.state AND t.to_state = NEW.state) THEN
			RAISE EXCEPTION 'run % cannot go from "%" to "%"', OLD.run_id, OLD.state, NEW.state
				USING ERRCODE = 'object_not_in_prerequisite_state',
					DETAIL = format('From "%s" it can go to: %s.', OLD.state, coalesce(
						(SELECT string_agg(t.to_state, ', ' ORDER BY t.to_state)
						FROM credence_registry.run_transition t WHERE t.from_state = OLD.state), 'nothing'));
		END IF;
		IF OLD.kind = 'dry' AND NEW.state IN ('prerating', 'notice', 'final') THEN
			RAISE EXCEPTION 'run % is a dry run', OLD.run_id
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Evaluate the scheme in earnest.';
		END IF;
	END IF;
	RETURN NEW;
END $$;

COMMENT ON FUNCTION check_run_change() IS
'Trigger of run: refuses states out of order, and any change of a final run but that it is superseded.';

CREATE TRIGGER check_change BEFORE UPDATE OR DELETE ON run FOR EACH ROW EXECUTE FUNCTION check_run_change();
ALTER TABLE run ENABLE ALWAYS TRIGGER check_change;

-- SECURITY DEFINER: whoever may take a step has no right to write into the log by hand.
CREATE FUNCTION log_run_step()
RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
BEGIN
	INSERT INTO credence_registry.run_step (run_id, from_state, to_state, on_date, note)
	VALUES (NEW.run_id, OLD.state, NEW.state,
		coalesce(nullif(current_setting('credence_registry.step_date', true), '')::date, credence_registry.today()),
		nullif(current_setting('credence_registry.step_note', true), ''));
	RETURN NULL;
END $$;

COMMENT ON FUNCTION log_run_step() IS
'Trigger of run: writes each change of state into run_step.';

CREATE TRIGGER log_step AFTER UPDATE OF state ON run FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
	EXECUTE FUNCTION log_run_step();
ALTER TABLE run ENABLE ALWAYS TRIGGER log_step;

-- Trigger of what belongs to a run by run_id: refuses changes of rows of a final run. Not of INSERT, since a dump must
-- restore: who may insert is a matter of privileges.
CREATE FUNCTION refuse_change_of_final()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	final_run bigint;
BEGIN
	IF TG_OP = 'UPDATE' THEN
		SELECT min(r.run_id) INTO final_run FROM credence_registry.run r
		WHERE r.run_id IN (SELECT o.run_id FROM old_rows o UNION SELECT n.run_id FROM new_rows n) AND r.state IN ('final', 'superseded');
	ELSE
		SELECT min(r.run_id) INTO final_run FROM credence_registry.run r
		WHERE r.run_id IN (SELECT o.run_id FROM old_rows o) AND r.state IN ('final', 'superseded');
	END IF;
	IF final_run IS NOT NULL THEN
		RAISE EXCEPTION '% on "%" is refused: run % is final', TG_OP, TG_TABLE_NAME, final_run
			USING ERRCODE = 'object_not_in_prerequisite_state', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
				HINT = 'Nothing final changes. Evaluate a correction run that points at it.';
	END IF;
	RETURN NULL;
END $$;

COMMENT ON FUNCTION refuse_change_of_final() IS
'Trigger of result, adjustment, appeal and override: refuses UPDATE and DELETE of what belongs to a final run, for whomever.';

-- Seals a table of what belongs to runs: no change of what is final, no TRUNCATE.
CREATE FUNCTION seal_when_final(sealed regclass)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
DECLARE
	part regclass;
BEGIN
	-- by statement: asked of each row, the state of the run took half of the time of an update
	EXECUTE format('CREATE TRIGGER final_stays AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
		FOR EACH STATEMENT EXECUTE FUNCTION credence_registry.refuse_change_of_final()', sealed);
	EXECUTE format('CREATE TRIGGER final_stays_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
		FOR EACH STATEMENT EXECUTE FUNCTION credence_registry.refuse_change_of_final()', sealed);
	FOR part IN SELECT sealed UNION SELECT t.relid FROM pg_catalog.pg_partition_tree(sealed) t
	LOOP
		EXECUTE format('CREATE TRIGGER final_stays_truncate BEFORE TRUNCATE ON %s
			FOR EACH STATEMENT EXECUTE FUNCTION credence_registry.refuse_change(%L)', part, 'Delete the runs that are not needed.');
		EXECUTE format('ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER final_stays_truncate', part);
	END LOOP;
	EXECUTE format('ALTER TABLE %1$s ENABLE ALWAYS TRIGGER final_stays, ENABLE ALWAYS TRIGGER final_stays_delete', sealed);
END $$;

COMMENT ON FUNCTION seal_when_final(regclass) IS
'For the scripts of the extension: refuses changes of the rows of final runs in a table with a column run_id.';

REVOKE ALL ON FUNCTION seal_when_final(regclass) FROM PUBLIC;

SELECT seal_when_final('result');
SELECT seal_when_final('adjustment');
CREATE TRIGGER run_stays_truncate BEFORE TRUNCATE ON run
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('Delete the runs that are not needed.');
ALTER TABLE run ENABLE ALWAYS TRIGGER run_stays_truncate;

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('run_state', 'gathering', 'Gathering', '采集中', 1, true),
	('run_state', 'scored', 'Scored', '已评分', 2, true),
	('run_state', 'prerating', 'Pre-rating', '预评', 3, true),
	('run_state', 'notice', 'On notice', '公示中', 4, true),
	('run_state', 'final', 'Final', '终评', 5, true),
	('run_state', 'superseded', 'Superseded', '已被更正', 6, true),
	('run_state', 'abandoned', 'Abandoned', '已放弃', 7, true),
	('run_kind', 'full', 'Evaluation', '正式评价', 1, true),
	('run_kind', 'dry', 'Dry run', '试算', 2, true),
	('run_kind', 'correction', 'Correction', '更正', 3, true),
	('adjustment_kind', 'grading', 'Grading', '定级', 1, true),
	('adjustment_kind', 'adjust', 'Adjustment', '调整', 2, true),
	('adjustment_kind', 'linkage', 'Linkage', '联动', 3, true),
	('adjustment_kind', 'appeal', 'Appeal', '申诉', 4, true),
	('adjustment_kind', 'override', 'Manual override', '人工调整', 5, true);
