-- what follows from a final result: the rows, and what became of each

-- No foreign keys to run, subject and consequence: a million look-ups a run, for rows that one function writes.
CREATE TABLE consequence (
	consequence_id	bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	run_id			bigint NOT NULL,
	subject_id		bigint NOT NULL,
	region			text,
	code			text NOT NULL,
	kind			text NOT NULL,
	base			numeric,
	share			numeric,
	amount			numeric,
	months_least	int,
	months_most		int,
	target			text,
	valid_from		date NOT NULL,
	valid_to		date,
	due_on			date,
	scope			text,
	reason			text,
	replaces		bigint,
	made_at			timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	made_by			text NOT NULL DEFAULT session_user,
	UNIQUE NULLS NOT DISTINCT (run_id, subject_id, code, target),
	CONSTRAINT consequence_validity CHECK (valid_to >= valid_from)
);

COMMENT ON TABLE consequence IS
'What follows from the results of final runs, as the scheme gives it. Append-only; what became of each is in consequence_step, and the view consequence_now has both together. Written by finalise.';
COMMENT ON COLUMN consequence.consequence_id IS 'Number of the consequence.';
COMMENT ON COLUMN consequence.run_id IS 'The run from which it follows.';
COMMENT ON COLUMN consequence.subject_id IS 'Whom it concerns.';
COMMENT ON COLUMN consequence.region IS 'Region of the subject in the run.';
COMMENT ON COLUMN consequence.code IS 'Code of the consequence in the scheme.';
COMMENT ON COLUMN consequence.kind IS 'What kind it is: payout, allocate, factor, suspend, ban, stop_line, list, sample, action, measures; codes of the domain consequence_kind.';
COMMENT ON COLUMN consequence.base IS 'Payout: the amount out of which is paid; allocate: the total that was divided. In yuan.';
COMMENT ON COLUMN consequence.share IS 'Payout: the part of the base that is paid (0.96 = 96 %); allocate: the weight by which it was divided; factor: the factor.';
COMMENT ON COLUMN consequence.amount IS 'Money, in yuan: what is paid out, or the part of the total. The parts of an allocation add up to the total.';
COMMENT ON COLUMN consequence.months_least IS 'Suspend: the least months that may be chosen; ban and list: its months; NULL = open.';
COMMENT ON COLUMN consequence.months_most IS 'Suspend: the most months that may be chosen; ban and list: its months; NULL = open.';
COMMENT ON COLUMN consequence.target IS 'Stop_line: the service line; list: red or black; action: its code; measures: the measure that is required.';
COMMENT ON COLUMN consequence.valid_from IS 'First day on which it holds.';
COMMENT ON COLUMN consequence.valid_to IS 'Last day on which it holds as the scheme gives it (of a suspension, the least months); NULL = open.';
COMMENT ON COLUMN consequence.due_on IS 'Last day for an action that has a deadline, by the calendar as it was then.';
COMMENT ON COLUMN consequence.scope IS 'What it extends to, in the words of the scheme, or NULL.';
COMMENT ON COLUMN consequence.reason IS 'The condition of the scheme that held, with score and grade; of a measure, the rule that requires it.';
COMMENT ON COLUMN consequence.replaces IS 'In a correction run: the same consequence in the run that it supersedes, or NULL.';
COMMENT ON COLUMN consequence.made_at IS 'When it was made.';
COMMENT ON COLUMN consequence.made_by IS 'Who finalised the run (login).';

CREATE INDEX consequence_subject_idx ON consequence (subject_id, run_id);
CREATE INDEX consequence_run_idx ON consequence (run_id, code, subject_id);
SELECT pg_catalog.pg_extension_config_dump('consequence', '');
SELECT pg_catalog.pg_extension_config_dump('consequence_consequence_id_seq', '');
SELECT make_append_only('consequence', 'Say what became of it with choose_suspension or settle_consequence, or evaluate a correction run.');
SELECT protect('consequence');
-- what was decided about a person is seen wherever the person practises
CREATE POLICY by_practice ON consequence FOR SELECT USING (
	EXISTS (SELECT FROM tie t JOIN subject i ON i.subject_id = t.to_subject
		WHERE t.from_subject = consequence.subject_id AND t.kind = 'practises_at'
			AND i.region = ANY ((SELECT visible_regions())::text[])));

CREATE TABLE consequence_step (
	step_id			bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	consequence_id	bigint NOT NULL,
	status			text NOT NULL,
	months			int,
	valid_from		date,
	valid_to		date,
	on_date			date NOT NULL,
	at				timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	by				text NOT NULL DEFAULT session_user,
	note			text
);

COMMENT ON TABLE consequence_step IS
'What became of a consequence: the months chosen for a suspension, an action done, an early end. Append-only; the last row counts. Written with choose_suspension and settle_consequence.';
COMMENT ON COLUMN consequence_step.step_id IS 'Number of the step, ascending.';
COMMENT ON COLUMN consequence_step.consequence_id IS 'The consequence.';
COMMENT ON COLUMN consequence_step.status IS 'Its status from then on; codes of the domain consequence_status.';
COMMENT ON COLUMN consequence_step.months IS 'Months chosen for a suspension, else NULL.';
COMMENT ON COLUMN consequence_step.valid_from IS 'First day on which it holds from then on.';
COMMENT ON COLUMN consequence_step.valid_to IS 'Last day on which it holds from then on; NULL = open.';
COMMENT ON COLUMN consequence_step.on_date IS 'The date from which the step counts.';
COMMENT ON COLUMN consequence_step.at IS 'When it was taken.';
COMMENT ON COLUMN consequence_step.by IS 'Who took it (login).';
COMMENT ON COLUMN consequence_step.note IS 'Why.';

CREATE INDEX consequence_step_idx ON consequence_step (consequence_id, step_id);
SELECT pg_catalog.pg_extension_config_dump('consequence_step', '');
SELECT pg_catalog.pg_extension_config_dump('consequence_step_step_id_seq', '');
SELECT make_append_only('consequence_step', 'Take another step.');
ALTER TABLE consequence_step ENABLE ROW LEVEL SECURITY;
-- seen by whoever sees the consequence
CREATE POLICY by_consequence ON consequence_step FOR SELECT USING (
	EXISTS (SELECT FROM consequence c WHERE c.consequence_id = consequence_step.consequence_id));

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('consequence_kind', 'payout', 'Payout of retained money', '预留金拨付', 1, true),
	('consequence_kind', 'allocate', 'Share of a budget', '预算分配', 2, true),
	('consequence_kind', 'factor', 'Budget factor', '预算系数', 3, true),
	('consequence_kind', 'suspend', 'Suspension', '暂停', 4, true),
	('consequence_kind', 'ban', 'No re-admission', '禁止准入', 5, true),
	('consequence_kind', 'stop_line', 'Service line stopped', '停止服务项目', 6, true),
	('consequence_kind', 'list', 'Red or black list', '红黑名单', 7, true),
	('consequence_kind', 'sample', 'Inspection by sampling', '抽查', 8, true),
	('consequence_kind', 'action', 'Action with a deadline', '限期措施', 9, true),
	('consequence_kind', 'measures', 'Corrective measure', '纠正措施', 10, true),
	('consequence_status', 'in_force', 'In force', '生效', 1, true),
	('consequence_status', 'done', 'Done', '已完成', 2, true),
	('consequence_status', 'ended', 'Ended early', '提前终止', 3, true),
	('consequence_status', 'expired', 'Expired', '已届满', 4, true),
	('consequence_status', 'superseded', 'Superseded by a correction', '已被更正', 5, true),
	('consequence_target', 'red', 'Red list', '红名单', 1, true),
	('consequence_target', 'black', 'Black list', '黑名单', 2, true);

CREATE VIEW consequence_now WITH (security_invoker) AS
	SELECT c.consequence_id, c.run_id, c.subject_id, c.region, c.code, c.kind, c.base, c.share, c.amount,
		c.months_least, c.months_most, coalesce(s.months, c.months_least) AS months, c.target,
		CASE WHEN s.step_id IS NULL THEN c.valid_from ELSE s.valid_from END AS valid_from,
		CASE WHEN s.step_id IS NULL THEN c.valid_to ELSE s.valid_to END AS valid_to,
		c.due_on, c.scope, c.reason, c.replaces,
		CASE WHEN r.state = 'superseded' THEN 'superseded'
			WHEN coalesce(s.status, 'in_force') = 'in_force'
				AND CASE WHEN s.step_id IS NULL THEN c.valid_to ELSE s.valid_to END < (SELECT today()) THEN 'expired'
			ELSE coalesce(s.status, 'in_force') END AS status,
		coalesce(s.at, c.made_at) AS status_at, coalesce(s.by, c.made_by) AS status_by, s.note AS status_note
	FROM consequence c
	JOIN run r ON r.run_id = c.run_id
	LEFT JOIN LATERAL (SELECT t.* FROM consequence_step t
		WHERE t.consequence_id = c.consequence_id ORDER BY t.step_id DESC LIMIT 1) s ON true;

COMMENT ON VIEW consequence_now IS
'Consequences as they stand today: what the scheme gives, with the last thing that was done about each.';
COMMENT ON COLUMN consequence_now.consequence_id IS 'Number of the consequence.';
COMMENT ON COLUMN consequence_now.run_id IS 'The run from which it follows.';
COMMENT ON COLUMN consequence_now.subject_id IS 'Whom it concerns.';
COMMENT ON COLUMN consequence_now.region IS 'Region of the subject in the run.';
COMMENT ON COLUMN consequence_now.code IS 'Code of the consequence in the scheme.';
COMMENT ON COLUMN consequence_now.kind IS 'What kind it is; codes of the domain consequence_kind.';
COMMENT ON COLUMN consequence_now.base IS 'Payout: the amount out of which is paid; allocate: the total that was divided. In yuan.';
COMMENT ON COLUMN consequence_now.share IS 'Payout: the part of the base that is paid; allocate: the weight; factor: the factor.';
COMMENT ON COLUMN consequence_now.amount IS 'Money, in yuan.';
COMMENT ON COLUMN consequence_now.months_least IS 'The least months that may be chosen.';
COMMENT ON COLUMN consequence_now.months_most IS 'The most months that may be chosen.';
COMMENT ON COLUMN consequence_now.months IS 'The months chosen, by default the least.';
COMMENT ON COLUMN consequence_now.target IS 'Stop_line: the service line; list: red or black; action: its code; measures: the measure.';
COMMENT ON COLUMN consequence_now.valid_from IS 'First day on which it holds.';
COMMENT ON COLUMN consequence_now.valid_to IS 'Last day on which it holds; NULL = open.';
COMMENT ON COLUMN consequence_now.due_on IS 'Last day for an action.';
COMMENT ON COLUMN consequence_now.scope IS 'What it extends to, in the words of the scheme.';
COMMENT ON COLUMN consequence_now.reason IS 'Why it holds.';
COMMENT ON COLUMN consequence_now.replaces IS 'The same consequence in the superseded run, or NULL.';
COMMENT ON COLUMN consequence_now.status IS 'in_force, done, ended, expired or superseded; codes of the domain consequence_status.';
COMMENT ON COLUMN consequence_now.status_at IS 'When the last thing was done about it.';
COMMENT ON COLUMN consequence_now.status_by IS 'Who did it (login).';
COMMENT ON COLUMN consequence_now.status_note IS 'What was said with it, or NULL.';

CREATE VIEW person_effect WITH (security_invoker) AS
	SELECT c.consequence_id, c.run_id, c.code, c.kind, c.target, c.subject_id AS person_id, t.to_subject AS institution_id,
		i.region, greatest(c.valid_from, t.valid_from) AS valid_from, least(c.valid_to, t.valid_to) AS valid_to, c.status
	FROM consequence_now c
	JOIN tie t ON t.from_subject = c.subject_id AND t.kind = 'practises_at'
		AND NOT EXISTS (SELECT FROM tie later WHERE later.replaces = t.tie_id)
	JOIN subject i ON i.subject_id = t.to_subject
	WHERE (c.valid_to IS NULL OR t.valid_from <= c.valid_to)
		AND (t.valid_to IS NULL OR c.valid_from <= t.valid_to)
		AND (t.valid_to IS NULL OR t.valid_from <= t.valid_to);

COMMENT ON VIEW person_effect IS
'Consequences of persons at every institution at which they practise: what one region decided holds at all of them, for as long as both the consequence and the tie last.';
COMMENT ON COLUMN person_effect.consequence_id IS 'The consequence.';
COMMENT ON COLUMN person_effect.run_id IS 'The run from which it follows.';
COMMENT ON COLUMN person_effect.code IS 'Code of the consequence in the scheme.';
COMMENT ON COLUMN person_effect.kind IS 'What kind it is; codes of the domain consequence_kind.';
COMMENT ON COLUMN person_effect.target IS 'As in consequence.';
COMMENT ON COLUMN person_effect.person_id IS 'The person.';
COMMENT ON COLUMN person_effect.institution_id IS 'An institution at which the person practises.';
COMMENT ON COLUMN person_effect.region IS 'Region of the institution.';
COMMENT ON COLUMN person_effect.valid_from IS 'First day on which it holds there.';
COMMENT ON COLUMN person_effect.valid_to IS 'Last day on which it holds there; NULL = open.';
COMMENT ON COLUMN person_effect.status IS 'Status of the consequence; codes of the domain consequence_status.';
