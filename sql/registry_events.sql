-- rules, events, observations, commitments and repairs, one by one
SET search_path = credence_registry, credence, public;
SET datestyle = iso, ymd;
\set SHOW_CONTEXT never
BEGIN;
-- numbers that messages tell
ALTER TABLE subject ALTER subject_id RESTART WITH 900001;
ALTER TABLE tie ALTER tie_id RESTART WITH 900001;
ALTER TABLE event ALTER event_id RESTART WITH 900001;
SELECT put_region('3205', NULL, 'Suzhou', '苏州市');
SELECT put_subject('institution', 'H001', 'First Hospital', '3205', '2015-01-01') AS h1 \gset
SELECT put_subject('physician', 'D001', 'D001', '3205', '2016-07-01') AS d1 \gset

-- rules: versions by effective date
SELECT put_rule('R1', '2020-01-01', 'Bribery', '商业贿赂', ladder => '"失信" < 500000, "严重失信" < 2000000, "特别严重失信"') AS r1 \gset
SELECT put_rule('R1', '2025-01-01', 'Bribery', '商业贿赂', ladder => '"失信" < 500000, "严重失信" < 1000000, "特别严重失信"', basis => '2025 notice') AS r2 \gset
SELECT put_rule('R2', '2020-01-01', 'False billing', '虚假计费', -6, -4, degrees => '{"general": [-4, -4], "important": [-5, -4], "primary": [-6, -5]}') AS r3 \gset
SELECT put_rule('R3', '2020-01-01', 'Late report', '迟报', -1, effective_to => '2022-12-31', judged_by => 'decided') AS r4 \gset
SELECT (rule_at('R1', '2024-12-31')).rule_id = :r1 AS before, (rule_at('R1', '2025-01-01')).rule_id = :r2 AS after,
	rule_at('R1', '2019-12-31') IS NULL AS earlier, (rule_at('R3', '2022-12-31')).rule_id = :r4 AS last_day, rule_at('R3', '2023-01-01') IS NULL AS ended;
-- the same once more is no new row; a change replaces what was recorded, but not what was known before
SELECT put_rule('R3', '2020-01-01', 'Late report', '迟报', -1, effective_to => '2022-12-31', judged_by => 'decided') = :r4 AS same;
SELECT recorded_at AS ruled_at FROM event_rule WHERE rule_id = :r4 \gset
SELECT put_rule('R3', '2020-01-01', 'Late report', '迟报', -2, judged_by => 'decided') AS r5 \gset
SELECT (rule_at('R3', '2023-01-01')).points_min, (rule_at('R3', '2022-01-01', :'ruled_at')).points_min AS known_before, rule_at('R3', '2023-01-01', :'ruled_at') IS NULL AS not_yet;
SELECT code, effective_from, effective_until, points_min, points_max FROM rules_at(NULL) WHERE code IN ('R1', 'R2', 'R3') ORDER BY 1, 2;
SELECT code, effective_from, effective_until, points_min FROM rules_at(:'ruled_at') WHERE code = 'R3';
SAVEPOINT s; SELECT put_rule('R9', '2025-01-01', 'x', 'x', 3, 1, effective_to => '2024-01-01', degrees => '{"none": 1, "general": [0, 5]}', ladder => 'A > 1, B > 2'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_rule('R9', '2025-01-01', 'x', 'x', 'NaN'); ROLLBACK TO s;

-- events
SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-10', -5.5, responsibility => 'primary', found_on => '2025-03-20', effective_on => '2025-04-25',
	case_code => 'C1', place_id => :h1, source => 'monitoring', event_code => 'M1', details => '{"items": 3}') AS e1 \gset
SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-11', responsibility => 'general') AS e2 \gset
SELECT record_event(:h1, 'R1', '2025-03-01', '2025-05-01', amount => 600000, level => '严重失信') AS e3 \gset
SELECT record_event(:h1, 'R3', '1999-03-01', '2024-05-01') AS e4 \gset
SELECT rule_code, decided_on, occurred_on, found_on, effective_on, case_code, amount, points, responsibility, level, place_id = :h1 AS here, source, event_code, details, recorded_by = session_user AS mine
FROM event WHERE event_id IN (:e1, :e2, :e3, :e4) ORDER BY event_id;
SELECT tableoid::regclass, count(*) FROM event WHERE event_id IN (:e1, :e2, :e3, :e4) GROUP BY 1 ORDER BY 1;
-- what is refused, each by its reason
SAVEPOINT s; SELECT record_event(:d1, 'R0', '2025-03-01', '2025-04-10'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R1', '2019-03-01', '2019-04-10'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-10', -6.5); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-10', -6, responsibility => 'important'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-10'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R1', '2025-03-01', '2025-04-10', -1); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-10', 'NaN'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R1', '2025-03-01', '2025-04-10', amount => -1, level => 'bad', source => 'rumour', responsibility => 'all', place_id => -1, details => '[]'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R3', '2025-03-01', '2025-02-01', found_on => '2025-02-28', effective_on => '2025-01-31'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R3', '2025-03-01', '2199-02-01'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, NULL, NULL, NULL, source => NULL); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(-1, 'R3', '2025-03-01', '2025-04-01'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-10', -5, source => 'monitoring', event_code => 'M1'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-11', responsibility => 'general'); ROLLBACK TO s;

-- revoking: from now on, once
SELECT recorded_at AS known_at FROM event WHERE event_id = :e3 \gset
SELECT revoke_event(:e1, 'wrong person', '2025-06-01') AS v1 \gset
SELECT decided_on, effective_on, points, revokes = :e1 AS revokes, details FROM event WHERE event_id = :v1;
SELECT array_agg(event_id = :e1 ORDER BY event_id) FROM events_at(NULL) WHERE subject_id = :d1;
SELECT array_agg(event_id = :e1 ORDER BY event_id) FROM events_at(:'known_at') WHERE subject_id = :d1;
SAVEPOINT s; SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-10', -5, source => 'monitoring', event_code => 'M1'); ROLLBACK TO s;
SELECT record_event(:d1, 'R2', '2025-03-01', '2025-04-10', -5, source => 'monitoring', event_code => 'M1/2') > :e1 AS anew;
SAVEPOINT s; SELECT revoke_event(:e1, 'again'); ROLLBACK TO s;
SAVEPOINT s; SELECT revoke_event(:v1, 'not so'); ROLLBACK TO s;
SAVEPOINT s; SELECT revoke_event(:e2, ''); ROLLBACK TO s;
SAVEPOINT s; SELECT revoke_event(-1, 'none'); ROLLBACK TO s;

-- observations
SELECT put_code('indicator', 'cost', 'Average cost', '次均费用');
SELECT put_code('indicator', 'direct', 'Direct settlement', '直接结算率');
SELECT record_observation(:h1, 'cost', '2025-01-01', '2025-12-31', 812.5) AS o1 \gset
SELECT record_observation(:h1, 'direct', '2025-01-01', '2025-12-31', numerator => 941, denominator => 1000, evaluator => 'agency', source => 'settlement') AS o2 \gset
SELECT record_observation(:h1, 'direct', '2020-01-01', '2020-12-31', 98, qualifier => '>') AS o3 \gset
SELECT recorded_at AS seen_at FROM observation WHERE observation_id = :o3 \gset
-- a correction replaces; another source stands beside
SELECT record_observation(:h1, 'cost', '2025-01-01', '2025-12-31', 815) AS o4 \gset
SELECT record_observation(:h1, 'cost', '2025-01-01', '2025-12-31', 812.5, source => 'survey') AS o5 \gset
SELECT indicator, period_start, period_end, value, value_text, numerator, denominator, qualifier, source, evaluator FROM observations_at(NULL) WHERE subject_id = :h1 ORDER BY observation_id;
SELECT indicator, value, source FROM observations_at(:'seen_at') WHERE subject_id = :h1 AND indicator = 'cost';
SAVEPOINT s; SELECT record_observation(:h1, 'cost', '2025-01-01', '2025-12-31', 815); ROLLBACK TO s;
SAVEPOINT s; SELECT record_observation(:h1, 'price', '2025-12-31', '2025-01-01', 1, 2, 0, 'x', '=', 'rumour', 'friend'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_observation(:h1, 'cost', '2025-01-01', '2025-12-31', numerator => 1); ROLLBACK TO s;
SAVEPOINT s; SELECT record_observation(:h1, 'cost', '2025-01-01', '2025-12-31', denominator => 1); ROLLBACK TO s;
SAVEPOINT s; SELECT record_observation(:h1, 'cost', '2025-01-01', '2025-12-31', numerator => 1, denominator => -1); ROLLBACK TO s;
SAVEPOINT s; SELECT record_observation(:h1, 'cost', NULL, '2025-12-31'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_observation(:h1, 'cost', '2025-01-01', '2025-12-31', 'Infinity'); ROLLBACK TO s;

-- commitments
SELECT record_commitment(:h1, 'good_faith', '2025-01-01') > 0 AS recorded, record_commitment(:h1, 'good_faith', '2025-01-01', '2026-12-31') > 0 AS replaced;
SELECT code, made_on, until FROM commitments_at(NULL) WHERE subject_id = :h1;
SAVEPOINT s; SELECT record_commitment(:h1, 'bad_faith', '2025-01-01', '2024-01-01'); ROLLBACK TO s;

-- repairs: together no more than was deducted
SELECT record_repair(:e2, '2025-05-01', '{stop,training}', points => 3) > 0 AS recorded;
SAVEPOINT s; SELECT record_repair(:e2, '2025-05-01', points => 1.5); ROLLBACK TO s;
SAVEPOINT s; SELECT record_repair(:e2, '2025-05-01', fraction => 0.5); ROLLBACK TO s;
SELECT record_repair(:e2, '2025-06-01', fraction => 0.25, paid => 100, note => 'paid back') > 0 AS recorded;
SELECT record_repair(:e3, '2025-06-01', '{stop,price,return}') > 0 AS by_the_rule;
SELECT decided_on, subject_id = :d1 AS theirs, measures, completed_on, fraction, points, paid, note FROM repair WHERE subject_id IN (:d1, :h1) ORDER BY repair_id;
SAVEPOINT s; SELECT record_repair(:e2, '2024-05-01', '{stop,pray}', 2, 1, -1); ROLLBACK TO s;
SAVEPOINT s; SELECT record_repair(:e1, '2025-05-01'); ROLLBACK TO s;
ROLLBACK;
