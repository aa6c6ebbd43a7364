-- subjects

CREATE TABLE subject (
	subject_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind		text COLLATE "C" NOT NULL,
	code		text COLLATE "C" NOT NULL CHECK (code <> ''),
	name		text NOT NULL,
	region		text COLLATE "C",
	level		text COLLATE "C",
	peer_class	text COLLATE "C",
	attributes	jsonb NOT NULL DEFAULT '{}' CHECK (pg_catalog.jsonb_typeof(attributes) = 'object'),
	valid_from	date NOT NULL,
	valid_to	date,
	recorded_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	UNIQUE (kind, code),
	CONSTRAINT subject_validity CHECK (valid_from <= valid_to)
);

COMMENT ON TABLE subject IS
'Whom credit files are kept of, each as it was last recorded; subject_version has what was recorded before. Written with put_subject and load_subjects.';
COMMENT ON COLUMN subject.subject_id IS 'Number of the subject within this registry.';
COMMENT ON COLUMN subject.kind IS 'What kind of subject it is; codes of the domain subject_kind.';
COMMENT ON COLUMN subject.code IS 'The code by which it is known outside, unique within its kind.';
COMMENT ON COLUMN subject.name IS 'Its name; of a person only what everybody may see, see person_identity.';
COMMENT ON COLUMN subject.region IS 'The region that is responsible for it; NULL if none is.';
COMMENT ON COLUMN subject.level IS 'Level of an institution; codes of the domain subject_level.';
COMMENT ON COLUMN subject.peer_class IS 'The class of peers that it is compared with, if it does not follow from the rest; codes of the domain peer_class.';
COMMENT ON COLUMN subject.attributes IS 'Whatever else schemes ask for, one JSON object of plain values.';
COMMENT ON COLUMN subject.valid_from IS 'First day on which it was a subject.';
COMMENT ON COLUMN subject.valid_to IS 'Last day on which it was one; NULL if it still is.';
COMMENT ON COLUMN subject.recorded_at IS 'When this version was recorded.';

CREATE INDEX subject_region_idx ON subject (region, kind);
SELECT pg_catalog.pg_extension_config_dump('subject', '');
SELECT pg_catalog.pg_extension_config_dump('subject_subject_id_seq', '');
SELECT protect('subject');

-- a subject changes, but it does not go: facts name it
CREATE TRIGGER append_only BEFORE DELETE ON subject
	FOR EACH ROW EXECUTE FUNCTION refuse_change('A subject that is none any more gets a valid_to.');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON subject
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('A subject that is none any more gets a valid_to.');
ALTER TABLE subject ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE subject ENABLE ALWAYS TRIGGER append_only_truncate;

CREATE TABLE subject_version (
	subject_id	bigint NOT NULL,
	version		int NOT NULL CHECK (version >= 1),
	kind		text COLLATE "C" NOT NULL,
	code		text COLLATE "C" NOT NULL,
	name		text NOT NULL,
	region		text COLLATE "C",
	level		text COLLATE "C",
	peer_class	text COLLATE "C",
	attributes	jsonb NOT NULL,
	valid_from	date NOT NULL,
	valid_to	date,
	recorded_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by	text NOT NULL DEFAULT session_user,
	PRIMARY KEY (subject_id, version)
);

COMMENT ON TABLE subject_version IS
'Everything that was ever recorded of the subjects themselves, the current version included; subjects_at reads it as of a time. Append-only.';
COMMENT ON COLUMN subject_version.subject_id IS 'The subject.';
COMMENT ON COLUMN subject_version.version IS 'Which version of it, from 1.';
COMMENT ON COLUMN subject_version.kind IS 'As in subject.';
COMMENT ON COLUMN subject_version.code IS 'As in subject.';
COMMENT ON COLUMN subject_version.name IS 'As in subject.';
COMMENT ON COLUMN subject_version.region IS 'As in subject.';
COMMENT ON COLUMN subject_version.level IS 'As in subject.';
COMMENT ON COLUMN subject_version.peer_class IS 'As in subject.';
COMMENT ON COLUMN subject_version.attributes IS 'As in subject.';
COMMENT ON COLUMN subject_version.valid_from IS 'As in subject.';
COMMENT ON COLUMN subject_version.valid_to IS 'As in subject.';
COMMENT ON COLUMN subject_version.recorded_at IS 'When it was recorded; it held until the next version was.';
COMMENT ON COLUMN subject_version.recorded_by IS 'Who recorded it (login).';

SELECT pg_catalog.pg_extension_config_dump('subject_version', '');
SELECT make_append_only('subject_version', 'Record the next version with put_subject or load_subjects.');
SELECT protect('subject_version');

CREATE TABLE person_identity (
	subject_id	bigint PRIMARY KEY,
	name		text,
	id_number	text,
	phone		text,
	address		text,
	recorded_at	timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
);

COMMENT ON TABLE person_identity IS
'Who a subject that is a person really is: for officers of the region and administrators alone, and in no view. Not a fact: it is replaced, without history. Written with put_identity and erase_identity.';
COMMENT ON COLUMN person_identity.subject_id IS 'The subject.';
COMMENT ON COLUMN person_identity.name IS 'Full name.';
COMMENT ON COLUMN person_identity.id_number IS 'Identity number.';
COMMENT ON COLUMN person_identity.phone IS 'Telephone number.';
COMMENT ON COLUMN person_identity.address IS 'Address.';
COMMENT ON COLUMN person_identity.recorded_at IS 'When it was recorded.';

SELECT pg_catalog.pg_extension_config_dump('person_identity', '');
SELECT protect('person_identity');
-- what belongs to no region is seen by everyone, but not who a person is; and a reader's privilege is not enough
CREATE POLICY officers_only ON person_identity AS RESTRICTIVE FOR SELECT USING (
	(SELECT pg_catalog.pg_has_role(session_user, 'credence_admin', 'member'))
	OR (SELECT pg_catalog.pg_has_role(session_user, 'credence_officer', 'member'))
		AND EXISTS (SELECT FROM subject s WHERE s.subject_id = person_identity.subject_id AND s.region IS NOT NULL));

