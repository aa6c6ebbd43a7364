-- events

CREATE TABLE event (
	event_id		bigint GENERATED ALWAYS AS IDENTITY (CACHE 20),
	decided_on		date NOT NULL,
	subject_id		bigint NOT NULL,
	rule_code		text COLLATE "C" NOT NULL,
	occurred_on		date NOT NULL,
	found_on		date,
	effective_on	date,
	case_code		text COLLATE "C",
	amount			numeric,
	points			numeric,
	responsibility	text COLLATE "C",
	level			text COLLATE "C",
	place_id		bigint,
	source			text COLLATE "C" NOT NULL DEFAULT 'manual',
	event_code		text COLLATE "C",
	revokes			bigint,
	details			jsonb,
	recorded_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by		text NOT NULL DEFAULT session_user,
	PRIMARY KEY (event_id, decided_on),
	UNIQUE (subject_id, event_code, source, decided_on)
) PARTITION BY RANGE (decided_on);

COMMENT ON TABLE event IS
'What happened: findings, penalties, commendations. Append-only and partitioned by the year of decided_on: an event is corrected by revoking it and recording it anew; events_at reads what held as of a time. No foreign keys: subjects are never deleted, and the loading functions check rows as a set. Written with record_event, revoke_event and load_events.';
COMMENT ON COLUMN event.event_id IS 'Number of the event.';
COMMENT ON COLUMN event.decided_on IS 'When it was decided upon; the year is its partition. Of a revocation: that of the event revoked, so that both are in one partition.';
COMMENT ON COLUMN event.subject_id IS 'Whose event it is.';
COMMENT ON COLUMN event.rule_code IS 'The rule applied: the version of event_rule in force on the date that its judged_by names.';
COMMENT ON COLUMN event.occurred_on IS 'When the conduct took place, its last day if it lasted.';
COMMENT ON COLUMN event.found_on IS 'When it was found; NULL means decided_on.';
COMMENT ON COLUMN event.effective_on IS 'When the decision takes effect; NULL means decided_on. Of a revocation: when that does.';
COMMENT ON COLUMN event.case_code IS 'The case that it is part of; amounts add up within a case.';
COMMENT ON COLUMN event.amount IS 'Money involved, in yuan, zero or more; NULL if none.';
COMMENT ON COLUMN event.points IS 'Points decided, signed, within the range of the rule and of the degree of responsibility; NULL where the rule gives none.';
COMMENT ON COLUMN event.responsibility IS 'Degree of responsibility of a person; codes of the domain responsibility.';
COMMENT ON COLUMN event.level IS 'Severity where it was decided by hand; NULL where it follows from the ladder of the rule.';
COMMENT ON COLUMN event.place_id IS 'The subject at which it happened, for example a physician''s institution.';
COMMENT ON COLUMN event.source IS 'The channel that it came by; codes of the domain source.';
COMMENT ON COLUMN event.event_code IS 'The key of the event at its source: unique there for a subject and a day of decision, one finding may concern several subjects; NULL if it has none.';
COMMENT ON COLUMN event.revokes IS 'The event that this row revokes; a revocation itself has no points and counts for nothing.';
COMMENT ON COLUMN event.details IS 'Whatever else is known, one JSON object.';
COMMENT ON COLUMN event.recorded_at IS 'When it was recorded.';
COMMENT ON COLUMN event.recorded_by IS 'Who recorded it (login).';

-- The unique key begins with the subject, so that it finds the events of a subject too: one index fewer to keep up is what
-- brings loading to its speed.
CREATE INDEX event_recorded_idx ON event USING brin (recorded_at);
CREATE UNIQUE INDEX event_revokes_idx ON event (revokes, decided_on) WHERE revokes IS NOT NULL;
SELECT make_years('event');
SELECT pg_catalog.pg_extension_config_dump('event_event_id_seq', '');
SELECT make_append_only('event', 'Revoke the event with revoke_event, and record it anew if it was only wrong in part.');
SELECT protect('event');

