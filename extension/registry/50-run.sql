-- runs, their results, and what was adjusted

CREATE TABLE run (
	run_id			bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	scheme_id		bigint NOT NULL,
	scheme_code		text COLLATE "C" NOT NULL,
	period			text COLLATE "C" NOT NULL,
	period_start	date NOT NULL,
	period_end		date NOT NULL,
	as_of			timestamptz NOT NULL,
	kind			text COLLATE "C" NOT NULL DEFAULT 'full',
	state			text COLLATE "C" NOT NULL DEFAULT 'gathering',
	corrects		bigint,
	phase			text COLLATE "C" NOT NULL DEFAULT 'gathering',
	subjects		int,
	done			int NOT NULL DEFAULT 0,
	started_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	finished_at		timestamptz,
	started_by		text NOT NULL DEFAULT session_user,
	final_at		timestamptz,
	superseded_at	timestamptz,
	refreshed_at	timestamptz,
	norms			credence.norms,
	engine			text NOT NULL,
	fingerprint		text,
	CONSTRAINT run_kind CHECK (kind IN ('full', 'dry', 'correction')),
	CONSTRAINT run_state CHECK (state IN ('gathering', 'scored', 'prerating', 'notice', 'final', 'superseded', 'abandoned')),
	CONSTRAINT run_phase CHECK (phase IN ('gathering', 'linking', 'ranking', 'done')),
	CONSTRAINT run_period CHECK (period_start <= period_end),
	CONSTRAINT run_corrects CHECK ((corrects IS NOT NULL) = (kind = 'correction'))
);

COMMENT ON TABLE run IS
'Evaluations: one version of a scheme, one period, one point in time as of which facts are known. Written by evaluate, refresh and what moves a run through its life; nothing else changes it.';
COMMENT ON COLUMN run.run_id IS 'Number of the run.';
COMMENT ON COLUMN run.scheme_id IS 'The version of the scheme that it evaluates.';
COMMENT ON COLUMN run.scheme_code IS 'Code of that scheme, whatever the version.';
COMMENT ON COLUMN run.period IS 'The period in canonical form: 2025, 2025H1, 2025Q3, 2025-07, 2025-07-31 or two dates with two dots between them.';
COMMENT ON COLUMN run.period_start IS 'First day of the period.';
COMMENT ON COLUMN run.period_end IS 'Last day of the period.';
COMMENT ON COLUMN run.as_of IS 'What was recorded until then counts; what was recorded later does not. A refresh moves it.';
COMMENT ON COLUMN run.kind IS 'full; dry: only to see what would come of it; correction: of an earlier run.';
COMMENT ON COLUMN run.state IS 'gathering: not finished; scored: finished, nothing announced; prerating, notice, final: as far as it was taken; superseded: a correction took its place; abandoned: given up.';
COMMENT ON COLUMN run.corrects IS 'Of a correction: the run that it corrects.';
COMMENT ON COLUMN run.phase IS 'How far the evaluation is: gathering (facts, scores, grades, in one statement), linking (what the grades of others do), ranking (only after a refresh), done.';
COMMENT ON COLUMN run.subjects IS 'How many subjects the run is about, the excluded included; NULL until they are counted.';
COMMENT ON COLUMN run.done IS 'For how many of them a result is stored.';
COMMENT ON COLUMN run.started_at IS 'When it was started, or restarted after a crash.';
COMMENT ON COLUMN run.finished_at IS 'When all results were stored; NULL until then.';
COMMENT ON COLUMN run.started_by IS 'Who started it (login).';
COMMENT ON COLUMN run.final_at IS 'When it became final; NULL until then.';
COMMENT ON COLUMN run.superseded_at IS 'When a correction took its place; NULL if none did.';
COMMENT ON COLUMN run.refreshed_at IS 'When it was last refreshed; NULL if never.';
COMMENT ON COLUMN run.norms IS 'What the population of the run looks like to the scorecard, all of it; NULL if the scorecard does not standardise. run_norms has that of each peer group.';
COMMENT ON COLUMN run.engine IS 'Version of the extension credence that scored.';
COMMENT ON COLUMN run.fingerprint IS 'SHA-256 of all results in the order of the codes of the subjects, as run_fingerprint computes it; set when the run becomes final.';

CREATE INDEX run_scheme_idx ON run (scheme_code, period_end, period_start);
CREATE INDEX run_corrects_idx ON run (corrects) WHERE corrects IS NOT NULL;
SELECT pg_catalog.pg_extension_config_dump('run', '');
SELECT pg_catalog.pg_extension_config_dump('run_run_id_seq', '');

CREATE TABLE run_norms (
	run_id	bigint NOT NULL,
	peer	text COLLATE "C" NOT NULL,
	norms	credence.norms NOT NULL,
	PRIMARY KEY (run_id, peer)
);

COMMENT ON TABLE run_norms IS
'What each peer group of a run looks like to the scorecard, where it standardises within peers. Written by evaluate.';
COMMENT ON COLUMN run_norms.run_id IS 'The run.';
COMMENT ON COLUMN run_norms.peer IS 'The peer group, as in result.peer.';
COMMENT ON COLUMN run_norms.norms IS 'Its norms.';

SELECT pg_catalog.pg_extension_config_dump('run_norms', '');

-- No foreign keys (pg_restore fills tables in any order, and a run would look up a million rows): check() compares them.
CREATE TABLE result (
	run_id			bigint NOT NULL,
	subject_id		bigint NOT NULL,
	region			text COLLATE "C",
	kind			text COLLATE "C" NOT NULL,
	peer			text COLLATE "C",
	evaluated_at	timestamptz NOT NULL,
	excluded		text,
	inputs			float8[],
	numbers			float8[],
	texts			text[],
	points			float8[],
	groups			float8[],
	score_card		float8,
	grade_card		text COLLATE "C",
	score			float8,
	grade			text COLLATE "C",
	notch			int,
	coverage		float8,
	rated			boolean NOT NULL,
	reasons			text[],
	vetoes			int[],
	rank			int,
	rank_ties		int,
	rank_of			int,
	peer_rank		int,
	peer_ties		int,
	peer_of			int,
	ranked_at		timestamptz,
	PRIMARY KEY (run_id, subject_id)
);

COMMENT ON TABLE result IS
'What a run says of each subject. Written by evaluate and refresh, and by the decision of an appeal or override; of a final run nothing changes any more.';
COMMENT ON COLUMN result.run_id IS 'The run.';
COMMENT ON COLUMN result.subject_id IS 'The subject.';
COMMENT ON COLUMN result.region IS 'Its region as known then; decides who sees the row.';
COMMENT ON COLUMN result.kind IS 'Its kind.';
COMMENT ON COLUMN result.peer IS 'Its peer group: the values of the inputs that make it, with " | " between them; NULL where the scheme has none. Where peer_of is rank_of although there are others, the group is too small and all subjects are its peers.';
COMMENT ON COLUMN result.evaluated_at IS 'As of when the facts of this subject were looked at: run.as_of, as it was then.';
COMMENT ON COLUMN result.excluded IS 'Why the subject was not evaluated; NULL where it was.';
COMMENT ON COLUMN result.inputs IS 'What the scorecard read, in the order of credence.input_names(scorecard); texts as their codes.';
COMMENT ON COLUMN result.numbers IS 'The numeric inputs of the scheme that the scorecard does not read, in the order of run_columns(scheme_id).';
COMMENT ON COLUMN result.texts IS 'The text inputs of the scheme, in the order of run_columns(scheme_id).';
COMMENT ON COLUMN result.points IS 'Points of each indicator, in the order of credence.indicator_names(scorecard); NULL where it gives none.';
COMMENT ON COLUMN result.groups IS 'Value of each group, in the order of credence.group_names(scorecard).';
COMMENT ON COLUMN result.score_card IS 'The score that the scorecard gives, after its vetoes.';
COMMENT ON COLUMN result.grade_card IS 'The grade that the scorecard gives, after its vetoes.';
COMMENT ON COLUMN result.score IS 'The score after all steps; NULL where there is none.';
COMMENT ON COLUMN result.grade IS 'The grade after all steps; of the unrated that which the scorecard gives them; NULL where there is none.';
COMMENT ON COLUMN result.notch IS 'Place of the grade among the grades, 1 for the best; NULL for a grade that is none of them.';
COMMENT ON COLUMN result.coverage IS 'Share of the scorecard''s weight that is present, 0 to 1.';
COMMENT ON COLUMN result.rated IS 'Whether the subject is rated.';
COMMENT ON COLUMN result.reasons IS 'Why it is not rated, and the reasons of the scorecard''s vetoes; or why it was excluded.';
COMMENT ON COLUMN result.vetoes IS 'Numbers of the scorecard''s vetoes that were hit, from 1.';
COMMENT ON COLUMN result.rank IS 'Place by score among all rated subjects of the run, before any adjustment; NULL for the unrated.';
COMMENT ON COLUMN result.rank_ties IS 'How many share that place, this one included.';
COMMENT ON COLUMN result.rank_of IS 'Among how many.';
COMMENT ON COLUMN result.peer_rank IS 'Place among the rated of the peer group.';
COMMENT ON COLUMN result.peer_ties IS 'How many share that place.';
COMMENT ON COLUMN result.peer_of IS 'Among how many.';
COMMENT ON COLUMN result.ranked_at IS 'As of when the ranks are: after a refresh of the score they are those from before it, until rerank.';

CREATE INDEX result_region_idx ON result (run_id, region);
SELECT pg_catalog.pg_extension_config_dump('result', '');

CREATE TABLE adjustment (
	run_id			bigint NOT NULL,
	subject_id		bigint NOT NULL,
	step			int NOT NULL,
	kind			text COLLATE "C" NOT NULL,
	rule			text NOT NULL,
	score_before	float8,
	score_after		float8,
	grade_before	text COLLATE "C",
	grade_after		text COLLATE "C",
	rated_before	boolean NOT NULL,
	rated_after		boolean NOT NULL,
	reason			text,
	reason_zh		text,
	made_at			timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	made_by			text NOT NULL DEFAULT session_user,
	PRIMARY KEY (run_id, subject_id, step),
	CONSTRAINT adjustment_kind CHECK (kind IN ('grading', 'adjust', 'linkage', 'appeal', 'override'))
);

COMMENT ON TABLE adjustment IS
'What was changed after the scorecard, step by step, with score and grade before and after. Written by evaluate and refresh, appeals and overrides.';
COMMENT ON COLUMN adjustment.run_id IS 'The run.';
COMMENT ON COLUMN adjustment.subject_id IS 'The subject.';
COMMENT ON COLUMN adjustment.step IS 'Which step: 0 what the grading left, kept where an appeal evaluated somebody anew who had been overridden and has no other step of the scheme; 1 to 999 the adjustments of the scheme in its order; 1000 x n + r the n-th linkage in its round r; from 1000000 on appeals and overrides.';
COMMENT ON COLUMN adjustment.kind IS 'grading, adjust, linkage: a step of the scheme; appeal, override: a decision.';
COMMENT ON COLUMN adjustment.rule IS 'Name of the step in the scheme, or what the decision is called.';
COMMENT ON COLUMN adjustment.score_before IS 'The score before the step.';
COMMENT ON COLUMN adjustment.score_after IS 'The score after it.';
COMMENT ON COLUMN adjustment.grade_before IS 'The grade before the step.';
COMMENT ON COLUMN adjustment.grade_after IS 'The grade after it.';
COMMENT ON COLUMN adjustment.rated_before IS 'Whether the subject was rated before the step.';
COMMENT ON COLUMN adjustment.rated_after IS 'Whether it was after it.';
COMMENT ON COLUMN adjustment.reason IS 'Why, in English.';
COMMENT ON COLUMN adjustment.reason_zh IS 'Why, in Chinese.';
COMMENT ON COLUMN adjustment.made_at IS 'When the step was taken.';
COMMENT ON COLUMN adjustment.made_by IS 'Who took it (login).';

SELECT pg_catalog.pg_extension_config_dump('adjustment', '');

SELECT protect('result');
SELECT protect('adjustment');
GRANT SELECT ON run, run_norms, result, adjustment TO credence_reader, credence_officer;

CREATE VIEW run_progress WITH (security_invoker) AS
	SELECT r.run_id, r.scheme_code, r.period, r.kind, r.state, r.phase, r.subjects, r.done, r.as_of, r.started_at, r.started_by,
		pg_catalog.clock_timestamp() - r.started_at AS running_for
	FROM run r
	WHERE r.state = 'gathering';

COMMENT ON VIEW run_progress IS
'Evaluations that are not finished: under way, or cut off by a crash or an error; evaluating the same scheme and period again takes such a run up.';
COMMENT ON COLUMN run_progress.run_id IS 'Number of the run.';
COMMENT ON COLUMN run_progress.scheme_code IS 'Code of the scheme.';
COMMENT ON COLUMN run_progress.period IS 'The period.';
COMMENT ON COLUMN run_progress.kind IS 'full, dry or correction.';
COMMENT ON COLUMN run_progress.state IS 'Always gathering.';
COMMENT ON COLUMN run_progress.phase IS 'gathering or linking.';
COMMENT ON COLUMN run_progress.subjects IS 'How many subjects the run is about; NULL until they are counted.';
COMMENT ON COLUMN run_progress.done IS 'For how many of them a result is stored.';
COMMENT ON COLUMN run_progress.as_of IS 'What was recorded until then counts.';
COMMENT ON COLUMN run_progress.started_at IS 'When it was started, or restarted.';
COMMENT ON COLUMN run_progress.started_by IS 'Who started it (login).';
COMMENT ON COLUMN run_progress.running_for IS 'How long ago that was.';

GRANT SELECT ON run_progress TO credence_reader, credence_officer;
