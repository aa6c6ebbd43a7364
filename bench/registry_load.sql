-- bench/registry_load.sql: loading a million events with all checks, against the bare COPY of the same file into a table
-- without any. psql -v rows=1000000 -v file=/tmp/events.csv -v runs=3 -f bench/registry_load.sql
--
-- Needs the extension credence_registry in a database of its own, a superuser, and a file that the server may write. Prints
-- the seconds of each run, alternately in one session, and the ratio of the medians (target: at most 4).
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SET search_path = credence_registry, credence, public;
-- the sort of a million rows in memory; everything else is as it comes
SET work_mem = '256MB';

-- a province: 100,000 subjects in 20 regions, 200 rules
SELECT put_region('32', NULL, 'Province', '省') \g /dev/null
SELECT put_region((3200 + g)::text, '32', 'City ' || g, '市' || g) FROM generate_series(1, 20) g \g /dev/null
COPY subject_load (kind, code, name, region, valid_from) FROM PROGRAM
	'seq 1 100000 | awk ''{ printf "%s\tP%08d\tname\t%d\t2015-01-01\n", $1 <= 12000 ? "institution" : "physician", $1, 3201 + $1 % 20 }''';
SELECT * FROM load_subjects();
SELECT put_rule('R' || g, '2020-01-01', 'rule', '规则', -3, -1) FROM generate_series(1, 200) g \g /dev/null
ANALYZE subject;
ANALYZE event_rule;

-- the file: all four dates, case, amount, points, source, key, details; in the order of the source's keys
COPY (
	SELECT CASE WHEN s <= 12000 THEN 'institution' ELSE 'physician' END, 'P' || lpad(s::text, 8, '0'), 'R' || 1 + g % 200,
		date '2025-01-01' + d, date '2025-01-05' + d, date '2025-01-10' + d, date '2025-01-25' + d,
		'C' || g / 3, round((g * 7919 % 1000003)::numeric / 100, 2), -1 - g % 5 * 0.5, 'monitoring', 'M' || lpad(g::text, 9, '0'),
		'{"batch": ' || g / 1000 || ', "item": "' || g % 97 || '"}'
	FROM (SELECT g, 1 + (g * 104729 + g / 7) % 100000 AS s, (g % 300)::int AS d FROM generate_series(1::bigint, :rows) g) x
) TO :'file' CSV;

CREATE TABLE public.bare (subject_kind text, subject_code text, rule_code text, occurred_on date, found_on date, decided_on date, effective_on date,
	case_code text, amount numeric, points numeric, source text, event_code text, details jsonb);
CREATE TABLE public.seconds (run int, bare numeric, loaded numeric);

CREATE PROCEDURE public.measure(file text, run int) LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz;
	bare numeric;
	loaded numeric;
	bad bigint;
BEGIN
	begun := clock_timestamp();
	EXECUTE format('COPY public.bare FROM %L CSV', file);
	COMMIT;
	bare := extract(epoch FROM clock_timestamp() - begun);
	begun := clock_timestamp();
	EXECUTE format('COPY credence_registry.event_load (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, effective_on,
		case_code, amount, points, source, event_code, details) FROM %L CSV', file);
	SELECT count(*) INTO bad FROM credence_registry.load_events();
	COMMIT;
	loaded := extract(epoch FROM clock_timestamp() - begun);
	IF bad > 0 THEN
		RAISE EXCEPTION '% rows of the file are bad', bad;
	END IF;
	INSERT INTO public.seconds VALUES (run, bare, loaded);
	COMMIT;
	-- the next run finds both empty
	ALTER TABLE credence_registry.event_2025 DISABLE TRIGGER append_only_truncate;
	TRUNCATE public.bare, credence_registry.event_2025;
	ALTER TABLE credence_registry.event_2025 ENABLE ALWAYS TRIGGER append_only_truncate;
	COMMIT;
END $$;

SELECT format('CALL public.measure(%L, %s)', :'file', run) FROM generate_series(1, :runs) run \gexec
SELECT run, round(bare, 2) AS bare_copy, round(loaded, 2) AS copy_and_load, round(loaded / bare, 2) AS ratio FROM public.seconds ORDER BY run;
SELECT :rows AS rows, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY loaded)::numeric
	/ percentile_cont(0.5) WITHIN GROUP (ORDER BY bare)::numeric, 2) AS ratio_of_medians, 4 AS at_most FROM public.seconds;
DROP TABLE public.bare, public.seconds;
DROP PROCEDURE public.measure(text, int);
