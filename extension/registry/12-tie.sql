-- ties between subjects, and agreements with them

CREATE TABLE tie (
	tie_id			bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind			text COLLATE "C" NOT NULL,
	from_subject	bigint NOT NULL,
	to_subject		bigint NOT NULL,
	weight			numeric NOT NULL DEFAULT 1 CHECK (weight >= 0 AND weight < 'Infinity'),
	valid_from		date NOT NULL,
	valid_to		date,
	recorded_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by		text NOT NULL DEFAULT session_user,
	replaces		bigint REFERENCES tie,
	CONSTRAINT tie_of_two CHECK (from_subject <> to_subject),
	CONSTRAINT tie_validity CHECK (valid_from - 1 <= valid_to)
);

COMMENT ON TABLE tie IS
'Ties between subjects: who practises where, whose agent, store or part somebody is. Append-only: a tie is ended or corrected by a row that replaces it; ties_at reads what held as of a time. Written with record_tie, end_tie and load_ties.';
COMMENT ON COLUMN tie.tie_id IS 'Number of the row.';
COMMENT ON COLUMN tie.kind IS 'What the tie says, read from from_subject to to_subject; codes of the domain tie_kind.';
COMMENT ON COLUMN tie.from_subject IS 'The person, agent, store, part or responsible person.';
COMMENT ON COLUMN tie.to_subject IS 'The institution, licence holder, chain, whole or firm.';
COMMENT ON COLUMN tie.weight IS 'How much it counts where ties are weighted, for example by volume.';
COMMENT ON COLUMN tie.valid_from IS 'First day of the tie.';
COMMENT ON COLUMN tie.valid_to IS 'Last day of it, NULL if it lasts; the day before valid_from says that there never was such a tie.';
COMMENT ON COLUMN tie.recorded_at IS 'When the row was recorded.';
COMMENT ON COLUMN tie.recorded_by IS 'Who recorded it (login).';
COMMENT ON COLUMN tie.replaces IS 'The row that this one replaces, or NULL.';

CREATE INDEX tie_from_idx ON tie (from_subject, kind);
CREATE INDEX tie_to_idx ON tie (to_subject, kind);
CREATE UNIQUE INDEX tie_replaces_idx ON tie (replaces) WHERE replaces IS NOT NULL;
SELECT pg_catalog.pg_extension_config_dump('tie', '');
SELECT pg_catalog.pg_extension_config_dump('tie_tie_id_seq', '');
SELECT make_append_only('tie', 'End the tie with end_tie, or replace it with record_tie.');
ALTER TABLE tie ENABLE ROW LEVEL SECURITY;
-- seen from either end
CREATE POLICY by_region ON tie FOR SELECT USING (
	(SELECT visible_regions() IS NULL)
	OR EXISTS (SELECT FROM subject s WHERE s.subject_id IN (tie.from_subject, tie.to_subject)
		AND (s.region IS NULL OR s.region = ANY ((SELECT visible_regions())::text[]))));

CREATE TABLE agreement (
	agreement_id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	subject_id			bigint NOT NULL,
	agreement_number	text COLLATE "C" NOT NULL CHECK (agreement_number <> ''),
	year				int NOT NULL CHECK (year BETWEEN 1900 AND 2199),
	retention_amount	numeric(18,2) CHECK (retention_amount >= 0),
	decision			text COLLATE "C" NOT NULL DEFAULT 'signed',
	valid_from			date NOT NULL,
	valid_to			date,
	recorded_at			timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by			text NOT NULL DEFAULT session_user,
	CONSTRAINT agreement_validity CHECK (valid_from <= valid_to)
);

COMMENT ON TABLE agreement IS
'Agreements with subjects, by year. Append-only: of the rows of one subject, number and year the last recorded counts; agreements_at reads what held as of a time. Written with record_agreement and load_agreements.';
COMMENT ON COLUMN agreement.agreement_id IS 'Number of the row.';
COMMENT ON COLUMN agreement.subject_id IS 'With whom it was made.';
COMMENT ON COLUMN agreement.agreement_number IS 'Number of the agreement.';
COMMENT ON COLUMN agreement.year IS 'The year that it is settled for.';
COMMENT ON COLUMN agreement.retention_amount IS 'Money kept back until the year has been assessed, in yuan; NULL if none is.';
COMMENT ON COLUMN agreement.decision IS 'What was decided about it; codes of the domain agreement_decision.';
COMMENT ON COLUMN agreement.valid_from IS 'First day on which it is in force.';
COMMENT ON COLUMN agreement.valid_to IS 'Last day, NULL if it is open.';
COMMENT ON COLUMN agreement.recorded_at IS 'When the row was recorded.';
COMMENT ON COLUMN agreement.recorded_by IS 'Who recorded it (login).';

CREATE INDEX agreement_subject_idx ON agreement (subject_id, year);
SELECT pg_catalog.pg_extension_config_dump('agreement', '');
SELECT pg_catalog.pg_extension_config_dump('agreement_agreement_id_seq', '');
SELECT make_append_only('agreement', 'Record the agreement again with record_agreement: the last recorded row counts.');
SELECT protect('agreement');

