-- observations

CREATE TABLE observation (
	observation_id	bigint GENERATED ALWAYS AS IDENTITY (CACHE 20),
	period_end		date NOT NULL,
	period_start	date NOT NULL,
	subject_id		bigint NOT NULL,
	indicator		text COLLATE "C" NOT NULL,
	value			numeric,
	value_text		text,
	numerator		numeric,
	denominator		numeric,
	qualifier		text COLLATE "C",
	source			text COLLATE "C" NOT NULL DEFAULT 'manual',
	evaluator		text COLLATE "C",
	replaces		bigint,
	recorded_at		timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	recorded_by		text NOT NULL DEFAULT session_user,
	PRIMARY KEY (observation_id, period_end),
	-- one first row, and one that replaces each: whoever comes second waits for the other, and is refused
	CONSTRAINT observation_key UNIQUE NULLS NOT DISTINCT (subject_id, indicator, period_end, period_start, source, evaluator, replaces),
	CONSTRAINT observation_period CHECK (period_start <= period_end),
	CONSTRAINT observation_one_value CHECK (pg_catalog.num_nonnulls(value, value_text, numerator) = 1
		AND (numerator IS NULL) = (denominator IS NULL)),
	CONSTRAINT observation_denominator CHECK (denominator > 0)
) PARTITION BY RANGE (period_end);

COMMENT ON TABLE observation IS
'What was measured: one value, or numerator and denominator, of an indicator of a subject in a period. Append-only and partitioned by the year of period_end: a row that replaces another says so in replaces, and there is no other way to have a second one of a subject, indicator, period, source and evaluator; observations_at reads what held as of a time. Written with record_observation and load_observations.';
COMMENT ON COLUMN observation.observation_id IS 'Number of the row.';
COMMENT ON COLUMN observation.period_end IS 'Last day of the period; the year is its partition.';
COMMENT ON COLUMN observation.period_start IS 'First day of the period.';
COMMENT ON COLUMN observation.subject_id IS 'Of whom it is.';
COMMENT ON COLUMN observation.indicator IS 'What was measured; codes of the domain indicator.';
COMMENT ON COLUMN observation.value IS 'The value, in the unit of the indicator; NULL where it is a text or a ratio.';
COMMENT ON COLUMN observation.value_text IS 'The value of an indicator whose values are texts.';
COMMENT ON COLUMN observation.numerator IS 'Numerator of a ratio.';
COMMENT ON COLUMN observation.denominator IS 'Denominator of it, greater than zero.';
COMMENT ON COLUMN observation.qualifier IS 'What a published value says beside its number: > or < (not equal to it), ~ (about); NULL: exactly.';
COMMENT ON COLUMN observation.source IS 'Where it comes from; codes of the domain source. Sources that contradict one another are kept side by side.';
COMMENT ON COLUMN observation.evaluator IS 'Who judged, where several do; codes of the domain evaluator.';
COMMENT ON COLUMN observation.replaces IS 'The row that this one corrects, of the same subject, indicator, period, source and evaluator; NULL for the first.';
COMMENT ON COLUMN observation.recorded_at IS 'When it was recorded.';
COMMENT ON COLUMN observation.recorded_by IS 'Who recorded it (login).';

CREATE INDEX observation_replaces_idx ON observation (replaces, period_end) WHERE replaces IS NOT NULL;
CREATE INDEX observation_recorded_idx ON observation USING brin (recorded_at);
SELECT make_years('observation');
SELECT pg_catalog.pg_extension_config_dump('observation_observation_id_seq', '');
SELECT make_append_only('observation', 'Record the observation again with record_observation: the new row replaces the old one.');
SELECT protect('observation');

