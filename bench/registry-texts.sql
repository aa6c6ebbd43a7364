-- The texts that the cases of the registry use, in each session of the bench.

\pset tuples_only on
\pset format unaligned
SET search_path = public, credence, credence_registry;
SET client_min_messages = error;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;

SELECT quote_literal(file) AS file, quote_literal(format($$BEGIN
	COPY credence_registry.event_load (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, case_code, amount, points, source, event_code)
		FROM %L (FORMAT csv);
	IF EXISTS (SELECT FROM credence_registry.load_events()) THEN
		RAISE 'the file of the bench has bad rows';
	END IF;
END$$, file)) AS load_events
FROM (SELECT current_setting('data_directory') || '/bench-events.csv' AS file) f \gset

-- what somebody would write by hand who only wants the inputs
SELECT format($$%s, count(deducted)
FROM credence_registry.subject s
LEFT JOIN (SELECT subject_id, %s FROM credence_registry.observation
	WHERE period_end BETWEEN '2025-01-01' AND '2025-12-31' GROUP BY subject_id) o USING (subject_id)
LEFT JOIN (SELECT subject_id, sum(points)::float8 AS deducted FROM credence_registry.event
	WHERE decided_on BETWEEN '2025-01-01' AND '2025-12-31' GROUP BY subject_id) e USING (subject_id)$$,
	string_agg(format('count(x%s)', i), ', ' ORDER BY i),
	string_agg(format('max(value) FILTER (WHERE indicator = ''x%s'')::float8 AS x%1$s', i), ', ' ORDER BY i)) AS pivot
FROM generate_series(1, 12) i \gset

SELECT max(run_id) FILTER (WHERE scheme_code = 'bench' AND kind = 'full') AS run,
	max(run_id) FILTER (WHERE scheme_code = 'bench-final') AS final_run FROM credence_registry.run \gset
SELECT format($$(SELECT score FROM credence_registry.result WHERE run_id = %s AND subject_id = ANY ('%s')) r$$, :final_run,
	(SELECT array_agg(subject_id) FROM credence_registry.subject WHERE region = 'R0000')) AS by_key \gset

-- one event of one subject, and one of each of every hundredth subject, always of others
CREATE SEQUENCE IF NOT EXISTS bench_number;
\set record_one 'record_event(subject_id => (SELECT subject_id FROM (SELECT nextval(''bench_number'') * 37 % 1000 AS number OFFSET 0) n JOIN credence_registry.subject ON kind = ''institution'' AND code = ''S'' || lpad(number::text, 7, ''0'')), rule_code => ''bench.light'', occurred_on => ''2025-12-01'', decided_on => ''2025-12-02'', points => -1, source => ''monitoring'', event_code => ''B'' || nextval(''bench_number''))'
\set record_percent 'INSERT INTO credence_registry.event (decided_on, occurred_on, subject_id, rule_code, points, source, event_code) SELECT ''2025-12-02'', ''2025-12-01'', subject_id, ''bench.light'', -1, ''monitoring'', ''P'' || subject_id || ''/'' || number FROM (SELECT nextval(''bench_number'') AS number) n, credence_registry.subject WHERE subject_id % 100 = number % 100'
