-- How inputs come out of facts: windows, dedupe and caps, repairs, ties, sources. The ids are those of the rule shapes that a
-- scheme must be able to express. Each part makes its own subjects and facts and takes them back.
SET search_path TO public, credence, credence_registry;
SET client_min_messages TO warning;
\set SHOW_CONTEXT never

-- A document around some inputs; the scorecard reads one of them.
CREATE FUNCTION pg_temp.scheme_of(inputs jsonb, scored text, rest jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('code', 't', 'version', '1', 'subjects', '{"kinds": ["institution", "physician", "manufacturer"]}'::jsonb, 'inputs', inputs,
		'scorecard', jsonb_build_object('name', 't', 'aggregate', 'sum', 'base', 100, 'indicators', jsonb_build_array(jsonb_build_object('name', scored)))) || rest
$$;

-- Imports, activates and evaluates a document in this transaction, and shows what came of each subject.
CREATE FUNCTION pg_temp.evaluated(document jsonb, period text, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (subject text, inputs text, score float8, grade text) LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
	number bigint;
	shown text;
BEGIN
	PERFORM credence_registry.scheme_import(document);
	IF EXISTS (SELECT FROM credence_registry.scheme s WHERE s.code = document ->> 'code' AND s.version = document ->> 'version' AND s.state = 'draft') THEN
		PERFORM credence_registry.scheme_activate(document ->> 'code', document ->> 'version');
	END IF;
	number := credence_registry.run_begin(document ->> 'code', document ->> 'version', period, as_of, 'full', NULL);
	PERFORM credence_registry.run_perform(number);
	SELECT string_agg(format('%L || coalesce((%s)::text, ''-'')', c.name || '=', c.sql), ' || '' '' || ' ORDER BY c.name) INTO shown
	FROM credence_registry.run r, credence_registry.run_columns(r.scheme_id) c WHERE r.run_id = number;
	RETURN QUERY EXECUTE format('SELECT s.code, %s, r.score, r.grade FROM credence_registry.result r JOIN credence_registry.subject s USING (subject_id) WHERE r.run_id = $1 ORDER BY s.code COLLATE "C"', shown) USING number;
END $$;

CREATE FUNCTION pg_temp.id(code text) RETURNS bigint LANGUAGE sql AS 'SELECT subject_id FROM credence_registry.subject s WHERE s.code = $1';

CREATE FUNCTION pg_temp.subjects(kind text, VARIADIC codes text[]) RETURNS void LANGUAGE sql AS $$
	WITH s AS (INSERT INTO credence_registry.subject (kind, code, name, valid_from) SELECT kind, c, c, '2020-01-01' FROM unnest(codes) c RETURNING *)
	INSERT INTO credence_registry.subject_version (subject_id, version, kind, code, name, attributes, valid_from) SELECT subject_id, 1, s.kind, code, name, attributes, valid_from FROM s
$$;

CREATE FUNCTION pg_temp.event(subject text, rule text, decided date, points numeric DEFAULT NULL, amount numeric DEFAULT NULL, in_case text DEFAULT NULL,
	occurred date DEFAULT NULL, found date DEFAULT NULL, effective date DEFAULT NULL, degree text DEFAULT NULL, place text DEFAULT NULL, by_hand text DEFAULT NULL)
RETURNS bigint LANGUAGE sql AS $$
	INSERT INTO credence_registry.event (subject_id, rule_code, decided_on, points, amount, case_code, occurred_on, found_on, effective_on, responsibility, place_id, level)
	VALUES (pg_temp.id(subject), rule, decided, points, amount, in_case, coalesce(occurred, decided), found, effective, degree, pg_temp.id(place), by_hand) RETURNING event_id
$$;

CREATE FUNCTION pg_temp.observed(subject text, indicator text, period text, value numeric, source text DEFAULT 'statistics', evaluator text DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO credence_registry.observation (subject_id, indicator, period_start, period_end, value, source, evaluator)
	SELECT pg_temp.id(subject), indicator, b.period_start, b.period_end, value, source, evaluator FROM credence_registry.period_bounds(period) b
$$;

CREATE FUNCTION pg_temp.tied(kind text, from_subject text, to_subject text, since date DEFAULT '2020-01-01', until date DEFAULT NULL, weight numeric DEFAULT 1)
RETURNS void LANGUAGE sql AS $$
	INSERT INTO credence_registry.tie (kind, from_subject, to_subject, valid_from, valid_to, weight) VALUES (kind, pg_temp.id(from_subject), pg_temp.id(to_subject), since, until, weight)
$$;

-- periods
SELECT p, b.*, period_name(b.period_start, b.period_end), s.period_start AS before_start, s.period_end AS before_end
FROM unnest('{2025, 2025H1, 2025H2, 2025Q1, 2025Q4, 2024-02, 2025-07-31, 2025-01-01..2025-06-30, 2025-01-15..2025-02-13}'::text[]) p,
	period_bounds(p) b, period_shift(b.period_start, b.period_end, -1) s;
SELECT period_bounds('2025H3');
SELECT period_bounds('2025-02-30');
SELECT period_bounds('2025-06-30..2025-01-01');
SELECT since, until, completed_months(since, until) FROM (VALUES ('2023-01-01'::date, '2026-01-01'::date), ('2025-01-31', '2025-02-28'), ('2025-01-31', '2025-03-30'), ('2025-03-31', '2025-03-30')) v(since, until);

-- T1: the natural year, by each of the four dates
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B');
SELECT pg_temp.event('A', 't.x', '2026-01-10', 4, occurred => '2025-11-01', found => '2025-12-20', effective => '2026-02-01');
SELECT pg_temp.event('A', 't.x', '2025-05-01', 1);
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"decided": {"events": ["t.*"]}, "occurred": {"events": ["t.*"], "date": "occurred"}, "found": {"events": ["t.x"], "date": "found"}, "effective": {"events": ["*"], "date": "effective"},
	"of_year": {"events": ["t.*"], "window": "year"}}', 'decided', '{"rules": [{"code": "t.x", "from": "2020-01-01", "points": [0, 10]}]}'), '2025');
ROLLBACK;

-- T2: look-back of months, days and years, an earlier period, two dates, everything
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A');
SELECT pg_temp.event('A', 't.x', d, p) FROM (VALUES ('2023-06-30'::date, 1), ('2024-12-31', 10), ('2025-01-01', 100), ('2025-12-31', 1000), ('2026-01-01', 10000)) v(d, p);
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"months": {"events": ["t.x"], "window": {"months": 12}}, "years": {"events": ["t.x"], "window": {"years": 3}}, "days": {"events": ["t.x"], "window": {"days": 1}},
	"earlier": {"events": ["t.x"], "window": {"period": -1}}, "dates": {"events": ["t.x"], "window": {"from": "2024-12-31", "to": "2025-01-01"}}, "whole": {"events": ["t.x"], "window": "all"}}', 'months',
	'{"rules": [{"code": "t.x", "from": "2020-01-01", "points": [0, 10000]}]}'), '2025');
ROLLBACK;

-- T3: events expire by their rule; the running balance is clamped at every step
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B');
SELECT pg_temp.event('A', 't.short', '2025-06-30', -2), pg_temp.event('A', 't.short', '2025-07-01', -3), pg_temp.event('A', 't.long', '2020-02-01', -4);
SELECT pg_temp.event('A', 't.long', '2025-01-01', 5), pg_temp.event('A', 't.long', '2025-01-02', -10);
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"valid": {"events": ["t.short"], "window": "valid"}, "ever": {"events": ["t.long"], "window": "valid"},
	"balance": {"events": ["t.*"], "measure": "balance", "start": 9, "ceiling": 12, "floor": 0}}', 'balance',
	'{"rules": [{"code": "t.short", "from": "2020-01-01", "points": [-10, 10], "valid_months": 6}, {"code": "t.long", "from": "2020-01-01", "points": [-10, 10]}]}'), '2025');
ROLLBACK;

-- T8: tenure, from the subject's own validity, a tie, an agreement
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A');
SELECT pg_temp.subjects('physician', 'P');
SELECT pg_temp.tied('practises_at', 'P', 'A', '2025-02-01');
INSERT INTO agreement (subject_id, agreement_number, year, retention_amount, valid_from) SELECT pg_temp.id('A'), 'N' || y, y, y * 10.01, make_date(y, 1, 1) FROM generate_series(2023, 2025) y;
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"years": {"tenure": "years"}, "months": {"tenure": "months"}, "practising": {"tenure": "months", "since": "practises_at"}, "under_agreement": {"tenure": "years", "since": "agreement"},
	"retention": {"agreement": "retention_amount"}, "number": {"agreement": "number"}, "physicians": {"ties": "practises_at", "end": "from"}}', 'years'), '2025');
ROLLBACK;

-- T9: what is not repaired goes on counting
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B');
SELECT pg_temp.event('A', 't.x', '2024-03-01', 1), pg_temp.event('B', 't.x', '2024-03-01', 1);
INSERT INTO repair (event_id, decided_on, subject_id, completed_on) SELECT event_id, decided_on, subject_id, '2025-02-01' FROM event WHERE subject_id = pg_temp.id('B');
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"carried": {"events": ["t.x"], "carry": true}, "plain": {"events": ["t.x"]}}', 'carried', '{"rules": [{"code": "t.x", "from": "2020-01-01", "points": [0, 10]}]}'), '2025');
ROLLBACK;

-- T10: the version of the rule in force on the day that judges; an event of no rule in force does not count
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A');
SELECT pg_temp.event('A', 't.x', '2025-08-01', occurred => '2025-03-01'), pg_temp.event('A', 't.y', '2025-08-01', occurred => '2025-03-01'), pg_temp.event('A', 't.z', '2025-08-01', occurred => '2025-03-01');
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"by_conduct": {"events": ["t.x"]}, "by_decision": {"events": ["t.y"]}, "not_yet": {"events": ["t.z"]}}', 'by_conduct',
	'{"rules": [{"code": "t.x", "from": "2020-01-01", "points": 1}, {"code": "t.x", "from": "2025-07-01", "points": 2},
		{"code": "t.y", "from": "2020-01-01", "points": 1, "judged_by": "decided"}, {"code": "t.y", "from": "2025-07-01", "points": 2, "judged_by": "decided"},
		{"code": "t.z", "from": "2025-07-01", "points": 1}]}'), '2025');
ROLLBACK;

-- S1: count, cases, amount, largest, since; dedupe, caps per rule, per case and in all; degrees of responsibility; revocation
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B');
SELECT pg_temp.event('A', 't.x', '2025-03-01', -3, 100, 'C1'), pg_temp.event('A', 't.x', '2025-03-02', -5, 50, 'C1'), pg_temp.event('A', 't.y', '2025-03-03', -2, 7, 'C1'),
	pg_temp.event('A', 't.y', '2025-10-31', -4, NULL, 'C2'), pg_temp.event('A', 't.x', '2025-04-01', 6), pg_temp.event('A', 't.z', '2025-04-01', degree => 'primary');
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"points": {"events": ["t.x", "t.y"]}, "count": {"events": ["t.x", "t.y"], "measure": "count"}, "cases": {"events": ["t.*"], "measure": "cases"},
	"amount": {"events": ["t.*"], "measure": "amount"}, "largest": {"events": ["t.x"], "measure": "largest"}, "days": {"events": ["t.*"], "measure": "days_since"}, "months": {"events": ["t.*"], "measure": "months_since"},
	"deduped": {"events": ["t.x", "t.y"], "dedupe": "case"}, "deduped_largest": {"events": ["t.y"], "dedupe": "case", "measure": "largest"}, "deduped_days": {"events": ["t.*"], "dedupe": "case", "measure": "days_since"}, "deduped_count": {"events": ["t.x", "t.y"], "dedupe": "case", "measure": "count"},
	"per_rule": {"events": ["t.x", "t.y"], "cap_per_rule": [-4, null]}, "per_case": {"events": ["t.x", "t.y"], "cap_per_case": [-6, 5]}, "in_all": {"events": ["t.x", "t.y"], "cap": [-1, 0]}, "degree": {"events": ["t.z"]}}', 'points',
	'{"rules": [{"code": "t.x", "from": "2020-01-01", "points": [-30, 10]}, {"code": "t.y", "from": "2020-01-01", "points": [-30, 10]},
		{"code": "t.z", "from": "2020-01-01", "points": [-30, 0], "degrees": {"primary": -12, "general": [-3, -1]}}]}'), '2025');
ROLLBACK;

-- G4, V5: the level of a case by its amount, summed by category; a rule that always is at the top; one decided by hand
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B', 'C', 'D', 'E');
SELECT pg_temp.event('A', 't.x', '2025-03-01', amount => 6000, in_case => 'C1'), pg_temp.event('A', 't.y', '2025-03-01', amount => 4000, in_case => 'C1');	-- together 10000
SELECT pg_temp.event('B', 't.x', '2025-03-01', amount => 6000, in_case => 'C1'), pg_temp.event('B', 't.x', '2025-03-01', amount => 6000, in_case => 'C2');	-- two cases
SELECT pg_temp.event('C', 't.top', '2025-03-01', amount => 1);
SELECT pg_temp.event('D', 't.x', '2025-03-01', amount => 1, by_hand => 'serious');
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"level": {"events": ["t.*"], "measure": "worst", "levels": ["serious", "dishonest", "minor"]}, "n": {"events": ["t.*"], "measure": "count"}}', 'n',
	'{"rules": [{"code": "t.x", "from": "2020-01-01", "category": "fraud", "ladder": "serious >= 500000, dishonest >= 10000, minor"}, {"code": "t.y", "from": "2020-01-01", "category": "fraud", "ladder": "serious >= 500000, dishonest >= 10000, minor"},
		{"code": "t.top", "from": "2020-01-01", "category": "fraud", "ladder": "serious"}]}'), '2025');
ROLLBACK;

-- R1, R6: the share restored by the delay, and in full for small amounts in the year; R4: by hand; never more than was deducted
-- R2: repaired when all measures of the level are done; R5: what counts is also to be had without repairs
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B', 'C', 'D', 'E', 'F', 'G');
SELECT pg_temp.event(s, 't.x', '2025-03-01', -10, a) FROM (VALUES ('A', 5000), ('B', 5000), ('C', 5000), ('D', 500), ('E', 5000), ('F', 5000), ('G', 5000)) v(s, a);
INSERT INTO repair (event_id, decided_on, subject_id, completed_on, measures, fraction, points)
SELECT e.event_id, e.decided_on, e.subject_id, v.d, v.m, v.f, v.p FROM (VALUES ('A', '2025-03-31'::date, '{}'::text[], NULL::numeric, NULL::numeric), ('B', '2025-04-01', '{}', NULL, NULL), ('C', '2026-01-01', '{}', NULL, NULL),
	('D', '2025-12-31', '{}', NULL, NULL), ('E', '2025-12-01', '{}', 0.3, NULL), ('E', '2025-12-02', '{}', NULL, 99), ('F', '2025-12-02', '{}', NULL, 2.5)) v(s, d, m, f, p), event e WHERE e.subject_id = pg_temp.id(v.s);
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"points": {"events": ["t.x"]}, "gross": {"events": ["t.x"], "repairs": "ignore"}, "dropped": {"events": ["t.x"], "repairs": "drop"}, "repaired": {"formula": "present(points) - dropped / -10"}}', 'points',
	'{"rules": [{"code": "t.x", "from": "2020-01-01", "points": [-30, 0], "repairs": [{"same_year": true, "amount_below": 1000, "fraction": 1}, {"within_days": 30, "fraction": 0.8}, {"within_days": 60, "fraction": 0.6}, {"fraction": 0.2}]}]}'), '2025');
ROLLBACK;
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('manufacturer', 'M', 'N');
SELECT pg_temp.event('M', 't.x', '2025-03-01', amount => 20000), pg_temp.event('N', 't.x', '2025-03-01', amount => 20000);
INSERT INTO repair (event_id, decided_on, subject_id, completed_on, measures) SELECT e.event_id, e.decided_on, e.subject_id, v.d, v.m
FROM (VALUES ('M', '2025-04-01'::date, '{stop}'::text[]), ('M', '2025-05-01', '{return,apology}'), ('N', '2025-04-01', '{stop}')) v(s, d, m), event e WHERE e.subject_id = pg_temp.id(v.s);
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"level": {"events": ["t.*"], "measure": "worst", "levels": ["serious", "minor"], "repairs": "drop", "default": "none"}, "n": {"events": ["t.*"], "measure": "count"}}', 'n',
	'{"rules": [{"code": "t.x", "from": "2020-01-01", "ladder": "serious >= 10000, minor", "measures": {"serious": ["stop", "return"], "minor": ["stop"]}}]}'), '2025');
ROLLBACK;

-- R3: a point for each clean month, at most 11; R7: a commitment kept and broken
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B', 'C');
SELECT pg_temp.event('A', 't.x', '2025-08-15'), pg_temp.event('B', 't.x', '2021-01-01'), pg_temp.event('B', 't.breach', '2025-08-15');
INSERT INTO commitment (subject_id, code, made_on) VALUES (pg_temp.id('A'), 'good_faith', '2024-01-01'), (pg_temp.id('B'), 'good_faith', '2024-01-01');
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"since": {"events": ["t.x"], "measure": "months_since", "window": "all", "default": 999}, "clean": {"formula": "min(11, since)"},
	"kept": {"commitment": "good_faith", "broken_by": ["t.breach"]}, "broken": {"commitment": "good_faith", "measure": "broken", "broken_by": ["t.breach"]}, "active": {"commitment": "good_faith", "measure": "active", "broken_by": ["t.breach"]}}', 'clean',
	'{"rules": [{"code": "t.x", "from": "2020-01-01"}, {"code": "t.breach", "from": "2020-01-01"}]}'), '2025');
ROLLBACK;

-- L1: a person's events count wherever they happened; L6: only if the institution was punished first
-- L2: children to parents, while the tie was in force; L3: agents to the licence holder
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'H', 'I', 'ward', 'station');
SELECT pg_temp.subjects('physician', 'P');
SELECT pg_temp.subjects('manufacturer', 'MAH', 'agent');
SELECT pg_temp.event('H', 't.x', '2025-03-01', 1), pg_temp.event('ward', 't.x', '2025-03-01', 10), pg_temp.event('station', 't.x', '2025-03-01', 100), pg_temp.event('station', 't.x', '2025-09-01', 1000);
SELECT pg_temp.event('P', 't.x', '2025-03-01', 1, place => 'H'), pg_temp.event('P', 't.x', '2025-04-01', 2, place => 'I'), pg_temp.event('P', 't.x', '2025-02-28', 4, place => 'H');
SELECT pg_temp.event('agent', 't.x', '2025-03-01', 7), pg_temp.event('MAH', 't.x', '2025-03-01', 30);
SELECT pg_temp.tied('child_of', 'ward', 'H'), pg_temp.tied('child_of', 'station', 'H', until => '2025-06-30'), pg_temp.tied('agent_of', 'agent', 'MAH'), pg_temp.tied('practises_at', 'P', 'H'), pg_temp.tied('practises_at', 'P', 'I');
-- twice tied, from different days on, and still one's event once
SELECT pg_temp.tied('store_of', 'ward', 'H', '2024-01-01');
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"own": {"events": ["t.x"]}, "children": {"events": ["t.x"], "of": "children"}, "children_case": {"events": ["t.x"], "of": "children", "dedupe": "case"}, "parent": {"events": ["t.x"], "of": "parent"}, "chain": {"events": ["t.x"], "of": {"tie": "agent_of", "end": "from", "self": true}},
	"punished_first": {"events": ["t.x"], "after": ["t.x"]}, "staff": {"events": ["t.x"], "of": {"tie": "practises_at", "end": "from"}}, "colleagues": {"events": ["t.x"], "of": {"tie": "practises_at", "end": "shared"}}}', 'own',
	'{"rules": [{"code": "t.x", "from": "2020-01-01", "points": [0, 1000]}]}'), '2025');
-- what is shown of the events behind a sum adds up to it
SELECT count(*) AS sums, count(*) FILTER (WHERE q.value <> 0) AS not_zero, bool_and(q.value = (SELECT coalesce(sum(b.points), 0) FROM events_behind(q.run_id, q.subject_id) b WHERE b.input = q.name)) AS add_up
FROM (SELECT r.run_id, r.subject_id, c.name, (r.inputs || r.numbers)[CASE WHEN c.sql LIKE 'r.inputs%' THEN 0 ELSE cardinality(r.inputs) END + substring(c.sql FROM '[0-9]+')::int] AS value
	FROM result r JOIN run u USING (run_id) CROSS JOIN LATERAL run_columns(u.scheme_id) c WHERE u.scheme_code = 't') q;
-- and is the same for all at once
SELECT count(*) AS events, count(*) FILTER (WHERE one.event_id IS NULL OR each.event_id IS NULL) AS different
FROM (SELECT b.* FROM run u, events_behind_each(u.run_id, ARRAY(SELECT r.subject_id FROM result r WHERE r.run_id = u.run_id) || ARRAY[NULL, -1]) b WHERE u.scheme_code = 't') each
FULL JOIN (SELECT r.subject_id, b.* FROM run u JOIN result r USING (run_id) CROSS JOIN LATERAL events_behind(u.run_id, r.subject_id) b WHERE u.scheme_code = 't') one
	USING (subject_id, input, event_id, decided_on, event_subject_id, points);
ROLLBACK;

-- L2 of observations: each of the others has values of its own, whatever the number of sources
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'H', 'one', 'two', 'three');
SELECT pg_temp.tied('child_of', c, 'H') FROM unnest('{one,two,three}'::text[]) c;
SELECT pg_temp.observed('one', 'visits', '2025', 10), pg_temp.observed('two', 'visits', '2025', 20), pg_temp.observed('three', 'visits', '2025', 30);
\o
\set inputs '{"sum": {"observation": "visits", "of": "children", "statistic": "sum"}, "listed": {"observation": "visits", "of": "children", "statistic": "sum", "sources": ["survey", "statistics"]}, "count": {"observation": "visits", "of": "children", "statistic": "count"}, "latest": {"observation": "visits", "of": "children"}}'
SAVEPOINT s;
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of(:'inputs', 'sum'), '2025') WHERE subject = 'H';
ROLLBACK TO s;
SELECT pg_temp.observed('one', 'visits', '2025', 10, 'survey');
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of(:'inputs', 'sum'), '2025') WHERE subject = 'H';
ROLLBACK;

-- ties: those in force at the end, or on any day of a window
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A');
SELECT pg_temp.subjects('physician', 'P', 'Q', 'R');
SELECT pg_temp.tied('practises_at', 'P', 'A', '2020-01-01', '2025-03-01'), pg_temp.tied('practises_at', 'P', 'A', '2025-12-31'), pg_temp.tied('practises_at', 'Q', 'A', '2020-01-01', '2024-12-31'), pg_temp.tied('practises_at', 'R', 'A', '2026-01-01');
\o
SELECT subject, inputs FROM pg_temp.evaluated(pg_temp.scheme_of('{"valid": {"ties": "practises_at", "end": "from"}, "period": {"ties": "practises_at", "end": "from", "window": "period"}, "all": {"ties": "practises_at", "end": "from", "window": "all"}, "year_before": {"ties": "practises_at", "end": "from", "window": {"period": -1}}, "at": {"ties": "practises_at", "end": "to"}}', 'valid'), '2025') WHERE subject IN ('A', 'P');
ROLLBACK;

-- a level that worst does not list is no absence of levels; a count of what sources contradict is not zero
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B', 'C');
SELECT pg_temp.event('A', 't.x', '2025-03-01', amount => 5, in_case => 'k') AS first, pg_temp.event('A', 't.x', '2025-03-01', amount => 6, in_case => 'k');
SELECT pg_temp.observed('A', 'v', '2025', 1, 'statistics'), pg_temp.observed('A', 'v', '2025', 2, 'survey'), pg_temp.observed('B', 'v', '2025', 2, 'survey'), pg_temp.observed('C', 'w', '2025', 2, 'survey');
\o
\set rules '{"rules": [{"code": "t.x", "from": "2020-01-01", "ladder": "serious >= 10, minor"}]}'
SAVEPOINT s;
\set VERBOSITY sqlstate
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"level": {"events": ["t.*"], "measure": "worst", "levels": ["minor"]}, "n": {"value": 1}}', 'n', :'rules'), '2025');
\set VERBOSITY default
ROLLBACK TO s;
SELECT subject, inputs FROM pg_temp.evaluated(pg_temp.scheme_of('{"level": {"events": ["t.*"], "measure": "worst", "levels": ["serious", "minor"]}, "v": {"observation": "v", "statistic": "count"}, "w": {"observation": "w", "statistic": "count"}}', 'v', :'rules'), '2025');
ROLLBACK;

-- observations: statistics, windows, S11 improvement, S4 ratio with a minimum, A7 evaluators, sources that contradict each other
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B', 'C');
SELECT pg_temp.observed('A', 'wait', q, v) FROM (VALUES ('2024Q4', 30), ('2025Q1', 10), ('2025Q2', 20), ('2025Q4', 5.5)) x(q, v);
SELECT pg_temp.observed('B', 'wait', '2025Q1', 7);
INSERT INTO observation (subject_id, indicator, period_start, period_end, numerator, denominator) SELECT pg_temp.id(s), 'cured', '2025-01-01', d, n, m
FROM (VALUES ('A', '2025-06-30'::date, 1, 3), ('A', '2025-12-31', 2, 3), ('B', '2025-12-31', 1, 2)) v(s, d, n, m);
SELECT pg_temp.observed('A', 'rating', '2025', v, 'survey', e) FROM (VALUES ('self', 100), ('agency', 80)) x(e, v);
SELECT pg_temp.observed('B', 'rating', '2025', 90, 'survey', 'self');
SELECT pg_temp.observed('A', 'control', '2025', 90.96, 'statistics'), pg_temp.observed('A', 'control', '2025', 90.94, 'settlement'), pg_temp.observed('B', 'control', '2025', 80, 'statistics'), pg_temp.observed('B', 'control', '2025', 80.0, 'settlement'),
	pg_temp.observed('C', 'control', '2025', 70, 'settlement');
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"latest": {"observation": "wait"}, "earliest": {"observation": "wait", "statistic": "earliest"}, "sum": {"observation": "wait", "statistic": "sum"}, "mean": {"observation": "wait", "statistic": "mean"}, "min": {"observation": "wait", "statistic": "min"}, "max": {"observation": "wait", "statistic": "max"}, "count": {"observation": "wait", "statistic": "count"},
	"before": {"observation": "wait", "window": {"period": -1}}, "improved": {"formula": "max(before - latest, 0)"}, "enough": {"observation": "wait", "minimum": 2}}', 'latest'), '2025');
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"ratio": {"observation": "cured", "statistic": "ratio"}, "large": {"observation": "cured", "statistic": "ratio", "minimum": 3}, "latest": {"observation": "cured"}, "reached": {"formula": "min(1, ratio / 0.4)"},
	"rating": {"observation": "rating", "evaluators": {"self": 0.4, "agency": 0.6}}, "both": {"observation": "rating", "evaluators": {"self": 0.4, "agency": 0.6}, "evaluators_required": true}, "of_one": {"observation": "rating", "evaluator": "agency"}, "whoever": {"observation": "rating"},
	"control": {"observation": "control"}, "control_sum": {"observation": "control", "statistic": "sum"}, "preferred": {"observation": "control", "sources": ["settlement", "statistics"]}, "defaulted": {"observation": "control", "default": -1}}', 'ratio', '{"code": "u"}'), '2025');
ROLLBACK;

-- A later row that replaces an observation counts from when it was recorded
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A');
SELECT pg_temp.observed('A', 'wait', '2025', 10);
INSERT INTO observation (subject_id, indicator, period_start, period_end, value, source, replaces) SELECT subject_id, indicator, period_start, period_end, 12, source, observation_id FROM observation WHERE subject_id = pg_temp.id('A');
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"wait": {"observation": "wait"}}', 'wait'), '2025');
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"wait": {"observation": "wait"}}', 'wait'), '2025', (SELECT min(recorded_at) FROM observation));
ROLLBACK;

-- attributes, as numbers and as texts; conditions, cases, curves; S3 and S13: knots and benchmarks of the population; S7 ranks
BEGIN;
\o /dev/null
SELECT pg_temp.subjects('institution', 'A', 'B', 'C', 'D', 'E');
UPDATE subject SET attributes = jsonb_build_object('beds', (ascii(code) - 64) * 10, 'owner', CASE WHEN code < 'C' THEN 'public' ELSE 'private' END, 'open', code = 'A', 'floors', '3');
INSERT INTO subject_version (subject_id, version, kind, code, name, attributes, valid_from) SELECT subject_id, 2, kind, code, name, attributes, valid_from FROM subject;
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"beds": {"attribute": "beds"}, "owner": {"attribute": "owner"}, "open": {"attribute": "open"}, "floors": {"attribute": "floors"}, "more": {"formula": "first(open, 0) + floors"},
	"large": {"condition": "beds >= 30 and owner = ''private''"}, "class": {"cases": [{"when": "large = 1", "value": "L"}, {"when": "owner = ''public''", "value": {"input": "owner"}}, {"value": "S"}]},
	"curved": {"curve": [[0, 0], [50, 100]], "of": "beds"}, "median": {"population": "median", "of": "beds"}, "max": {"population": "max", "of": "beds"}, "mean": {"population": "mean", "of": "beds"},
	"between": {"curve": [["median", 0], ["max", 10]], "of": "beds"}, "own_mean": {"population": "mean", "of": "beds", "within": "peers"}, "top": {"population": "top_mean", "of": "beds", "share": 0.3}, "p40": {"population": "percentile", "of": "beds", "share": 0.4},
	"weighted": {"population": "weighted_mean", "of": "beds", "weight": "floors"}, "n": {"population": "count", "of": "beds"}, "total": {"population": "sum", "of": "beds"}}', 'beds',
	'{"peers": {"by": ["owner"]}}'), '2025');
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"beds": {"attribute": "beds"}, "pair": {"formula": "floor((beds + 10) / 20)"}, "high": {"rank": "pair"}, "low": {"rank": "pair", "order": "low"}, "from_last": {"rank": "pair", "as": "from_last"}, "share": {"rank": "pair", "as": "share"},
	"owner": {"attribute": "owner"}, "among": {"rank": "pair", "within": "peers"}}', 'beds', '{"code": "u", "peers": {"by": ["owner"], "minimum": 3}}'), '2025');
ROLLBACK;

-- what is revoked does not count from then on; as of a time before, it did
BEGIN;
\o /dev/null
SELECT put_rule('revoked.rule', '2020-01-01', 'Rule', '规则', -9, 0);
SELECT pg_temp.subjects('institution', 'A', 'B');
SELECT pg_temp.event('A', 'revoked.rule', '2025-03-01', -4), pg_temp.event('A', 'revoked.rule', '2025-04-01', -2), pg_temp.event('B', 'revoked.rule', '2025-03-01', -1);
SELECT clock_timestamp() AS before \gset
INSERT INTO event (subject_id, rule_code, decided_on, occurred_on, revokes)
SELECT subject_id, rule_code, decided_on, occurred_on, event_id FROM event WHERE points = -4 AND rule_code = 'revoked.rule';
\o
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"lost": {"events": ["revoked.*"]}, "n": {"events": ["revoked.*"], "measure": "count"}}', 'lost'), '2025');
SELECT * FROM pg_temp.evaluated(pg_temp.scheme_of('{"lost": {"events": ["revoked.*"]}, "n": {"events": ["revoked.*"], "measure": "count"}}', 'lost', '{"code": "u"}'), '2025', :'before');
ROLLBACK;
