-- commitments and repairs

CREATE TABLE commitment (
	commitment_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	subject_id		bigint NOT NULL,
	code			text COLLATE "C" NOT NULL,
	made_on			date NOT NULL,
	until			date,
	recorded_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by		text NOT NULL DEFAULT session_user,
	CONSTRAINT commitment_validity CHECK (made_on <= until)
);

COMMENT ON TABLE commitment IS
'What subjects have promised. Append-only: of the rows of one subject, code and made_on the last recorded counts. Written with record_commitment.';
COMMENT ON COLUMN commitment.commitment_id IS 'Number of the row.';
COMMENT ON COLUMN commitment.subject_id IS 'Who promised.';
COMMENT ON COLUMN commitment.code IS 'What; codes of the domain commitment.';
COMMENT ON COLUMN commitment.made_on IS 'When.';
COMMENT ON COLUMN commitment.until IS 'Last day on which it binds; NULL if it is open.';
COMMENT ON COLUMN commitment.recorded_at IS 'When the row was recorded.';
COMMENT ON COLUMN commitment.recorded_by IS 'Who recorded it (login).';

CREATE INDEX commitment_subject_idx ON commitment (subject_id, made_on);
SELECT pg_catalog.pg_extension_config_dump('commitment', '');
SELECT pg_catalog.pg_extension_config_dump('commitment_commitment_id_seq', '');
SELECT make_append_only('commitment', 'Record the commitment again with record_commitment: the last recorded row counts.');
SELECT protect('commitment');

CREATE TABLE repair (
	repair_id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	event_id		bigint NOT NULL,
	decided_on		date NOT NULL,
	subject_id		bigint NOT NULL,
	measures		text[] NOT NULL DEFAULT '{}',
	completed_on	date NOT NULL,
	fraction		numeric CHECK (fraction BETWEEN 0 AND 1),
	points			numeric CHECK (points >= 0 AND points < 'Infinity'),
	paid			numeric CHECK (paid >= 0 AND paid < 'Infinity'),
	note			text,
	recorded_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by		text NOT NULL DEFAULT session_user,
	CONSTRAINT repair_one_extent CHECK (fraction IS NULL OR points IS NULL)
);

COMMENT ON TABLE repair IS
'What subjects have done to repair an event: measures taken, and what is given back for them. Append-only; several repairs of one event add up, never to more than was deducted. Written with record_repair.';
COMMENT ON COLUMN repair.repair_id IS 'Number of the row.';
COMMENT ON COLUMN repair.event_id IS 'The event that is repaired.';
COMMENT ON COLUMN repair.decided_on IS 'When that event was decided upon: the other half of its key.';
COMMENT ON COLUMN repair.subject_id IS 'Whose event it is.';
COMMENT ON COLUMN repair.measures IS 'Which measures were taken; codes of the domain measure.';
COMMENT ON COLUMN repair.completed_on IS 'When they were completed, which tells the delay.';
COMMENT ON COLUMN repair.fraction IS 'Share of the deduction that is given back, 0 to 1, where it was decided by hand.';
COMMENT ON COLUMN repair.points IS 'Points that are given back, zero or more, where they were decided by hand; fraction and points NULL: as the rule says.';
COMMENT ON COLUMN repair.paid IS 'Money paid back, in yuan.';
COMMENT ON COLUMN repair.note IS 'Remark.';
COMMENT ON COLUMN repair.recorded_at IS 'When the row was recorded.';
COMMENT ON COLUMN repair.recorded_by IS 'Who recorded it (login).';

CREATE INDEX repair_event_idx ON repair (event_id);
CREATE INDEX repair_subject_idx ON repair (subject_id);
SELECT pg_catalog.pg_extension_config_dump('repair', '');
SELECT pg_catalog.pg_extension_config_dump('repair_repair_id_seq', '');
SELECT make_append_only('repair', 'Record a further repair with record_repair, or revoke the event and record it anew.');
SELECT protect('repair');

