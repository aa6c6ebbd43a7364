-- rules for events

CREATE TABLE event_rule (
	rule_id			bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code			text COLLATE "C" NOT NULL CHECK (code <> ''),
	effective_from	date NOT NULL,
	effective_to	date,
	category		text COLLATE "C",
	title_en		text NOT NULL,
	title_zh		text NOT NULL,
	points_min		numeric,
	points_max		numeric,
	degrees			jsonb,
	ladder			text,
	judged_by		text COLLATE "C" NOT NULL DEFAULT 'occurred' CHECK (judged_by IN ('occurred', 'found', 'decided', 'effective')),
	validity_months	int CHECK (validity_months > 0),
	repairs			jsonb,
	measures		jsonb,
	basis			text,
	scheme_code		text COLLATE "C",
	recorded_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by		text NOT NULL DEFAULT session_user,
	CONSTRAINT event_rule_validity CHECK (effective_from <= effective_to),
	CONSTRAINT event_rule_points CHECK (points_min <= points_max AND points_min > '-Infinity' AND points_max < 'Infinity'
		OR points_min IS NULL AND points_max IS NULL)
);

COMMENT ON TABLE event_rule IS
'The catalogue of findings, by effective date. Append-only: a row of the same code and effective_from recorded later replaces the earlier; rule_at and rules_at read what held. Written with put_rule.';
COMMENT ON COLUMN event_rule.rule_id IS 'Number of the row.';
COMMENT ON COLUMN event_rule.code IS 'Code of the finding.';
COMMENT ON COLUMN event_rule.effective_from IS 'First day on which this version of the rule is in force.';
COMMENT ON COLUMN event_rule.effective_to IS 'Last day of it; NULL: until the next version.';
COMMENT ON COLUMN event_rule.category IS 'What group of findings it belongs to, or NULL.';
COMMENT ON COLUMN event_rule.title_en IS 'The finding in English.';
COMMENT ON COLUMN event_rule.title_zh IS 'The finding in Chinese.';
COMMENT ON COLUMN event_rule.points_min IS 'Least points of an event, signed: negative points deduct; NULL if the rule gives no points.';
COMMENT ON COLUMN event_rule.points_max IS 'Greatest points of an event; equal to points_min where there is no discretion.';
COMMENT ON COLUMN event_rule.degrees IS 'Points by degree of responsibility: a JSON object from code (domain responsibility) to [min, max], within points_min and points_max; NULL if they do not differ.';
COMMENT ON COLUMN event_rule.ladder IS 'Severity by amount of a case: credence.bands in text form whose labels are levels; NULL if there is none.';
COMMENT ON COLUMN event_rule.judged_by IS 'Which date of an event decides the version of the rule: occurred, found, decided or effective; the same in all versions of a rule.';
COMMENT ON COLUMN event_rule.validity_months IS 'For how many months an event counts where an input asks for the window "valid", from the date of the event that this input goes by; NULL without limit.';
COMMENT ON COLUMN event_rule.repairs IS 'How much a repair gives back by its delay, as doc/scheme.md describes it; NULL if it cannot be repaired.';
COMMENT ON COLUMN event_rule.measures IS 'Which measures repair needs by level: a JSON object from level to an array of codes (domain measure); NULL if none are asked.';
COMMENT ON COLUMN event_rule.basis IS 'Where the rule comes from.';
COMMENT ON COLUMN event_rule.scheme_code IS 'The scheme whose document brought it; NULL if it is shared.';
COMMENT ON COLUMN event_rule.recorded_at IS 'When the row was recorded.';
COMMENT ON COLUMN event_rule.recorded_by IS 'Who recorded it (login).';

CREATE INDEX event_rule_code_idx ON event_rule (code, effective_from, recorded_at);
SELECT pg_catalog.pg_extension_config_dump('event_rule', '');
SELECT pg_catalog.pg_extension_config_dump('event_rule_rule_id_seq', '');
SELECT make_append_only('event_rule', 'Record the rule again with put_rule: the last recorded row of a code and effective date counts.');

