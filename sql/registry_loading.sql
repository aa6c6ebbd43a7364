-- loading: whole or not at all, and every bad row named
SET search_path = credence_registry, credence, public;
SET datestyle = sql, dmy;		-- must not matter
\set SHOW_CONTEXT never
BEGIN;
ALTER TABLE tie ALTER tie_id RESTART WITH 900001;
-- where a domain has no codes yet, none is still none
INSERT INTO subject_load (kind, code, name, valid_from) VALUES ('policy', 'P0', 'Policy', '2020-01-01');
SELECT * FROM load_subjects();
SELECT put_region('32', NULL, 'Jiangsu', '江苏省'), put_region('3205', '32', 'Suzhou', '苏州市'), put_code('indicator', 'cost', 'Average cost', '次均费用'),
	put_code('peer_class', 'general', 'General hospital', '综合医院');
SELECT put_rule('R1', '2020-01-01', 'False billing', '虚假计费', -3, -1, degrees => '{"general": [-1, -1], "primary": [-3, -2]}') > 0 AS put,
	put_rule('R2', '2020-01-01', 'Late report', '迟报', -1) > 0 AS put,
	put_rule('R3', '2020-01-01', 'Bribery', '商业贿赂', ladder => '"失信" < 500000, "严重失信"') > 0 AS put;

-- subjects: new ones, then versions
\copy subject_load (kind, code, name, region, level, peer_class, attributes, valid_from, valid_to, person_name, id_number) FROM stdin CSV
institution,L1,First,3205,3,general,"{""beds"": 100}",2015-01-01,,,
institution,L2,Second,3205,,,,2015-01-01,2030-12-31,,
physician,L3,L3,3205,,,,2016-07-01,,王某,3205001990
physician,L4,L4,3205,,,,2016-07-01,,,
\.
SELECT * FROM load_subjects();
SELECT kind, code, name, region, level, peer_class, attributes, valid_from, valid_to FROM subject WHERE code LIKE 'L_' ORDER BY code;
SELECT person_identity.name, id_number FROM person_identity JOIN subject s USING (subject_id) WHERE s.code = 'L3';
\copy subject_load (kind, code, name, region, level, peer_class, attributes, valid_from, valid_to, person_name, id_number) FROM stdin CSV
institution,L1,First,3205,3,general,"{""beds"": 100}",2015-01-01,,,
institution,L2,Second,3205,2,,,2015-01-01,,,
\.
SELECT * FROM load_subjects();
SELECT code, version, level, valid_to FROM subject_version WHERE code LIKE 'L_' ORDER BY code, version;
\copy subject_load (kind, code, name, region, level, peer_class, attributes, valid_from, valid_to) FROM stdin CSV
institution,L5,Fifth,3205,,,,2015-01-01,
hospital,L6,Sixth,3299,7,none,[1],2015-02-30,
institution,L5,Fifth,3205,,,,2015-01-01,2014-12-31
,,,,,,{,,31/12/2015
\.
SELECT * FROM load_subjects();
SELECT count(*) FROM subject WHERE code IN ('L5', 'L6');
SAVEPOINT s; SELECT * FROM load_subjects(); ROLLBACK TO s;

-- ties
\copy tie_load (kind, from_kind, from_code, to_kind, to_code, weight, valid_from, valid_to) FROM stdin CSV
practises_at,physician,L3,institution,L1,0.5,2020-01-01,2020-12-31
practises_at,physician,L3,institution,L1,,2021-01-01,
practises_at,physician,L3,institution,L2,,2020-01-01,
\.
SELECT * FROM load_ties();
SELECT f.code AS "from", t.code AS "to", weight, ties.valid_from, ties.valid_to
FROM ties_at(NULL) ties JOIN subject f ON f.subject_id = from_subject JOIN subject t ON t.subject_id = to_subject WHERE f.code = 'L3' ORDER BY tie_id;
\copy tie_load (kind, from_kind, from_code, to_kind, to_code, weight, valid_from, valid_to) FROM stdin CSV
practises_at,physician,L4,institution,L1,1,2020-01-01,2020-12-31
practises_at,physician,L4,institution,L1,1,2020-12-31,
practises_at,physician,L3,institution,L2,1,2019-01-01,2020-01-01
works_at,physician,L9,physician,L3,heavy,2020,2019-01-01
child_of,institution,L1,institution,L1,-1,2020-01-01,2019-01-01
\.
SELECT * FROM load_ties();

-- agreements
\copy agreement_load (subject_kind, subject_code, agreement_number, year, retention_amount, decision, valid_from, valid_to) FROM stdin CSV
institution,L1,A1,2024,1000.50,,2024-01-01,2024-12-31
institution,L1,A1,2025,2000,renewed,2025-01-01,2025-12-31
\.
SELECT * FROM load_agreements();
SELECT agreement_number, year, retention_amount, decision, a.valid_from, a.valid_to FROM agreement a JOIN subject s USING (subject_id) WHERE s.code = 'L1' ORDER BY year;
\copy agreement_load (subject_kind, subject_code, agreement_number, year, retention_amount, decision, valid_from, valid_to) FROM stdin CSV
institution,L1,A1,2026,1000,,2025-12-31,
institution,L2,A2,2024,1000,,2024-01-01,2024-12-31
institution,L2,A2,2024,1000,,2024-01-01,2024-12-31
institution,L2,A2,2025,1000,,2024-12-31,2025-12-31
institution,L9,,24,much,broken,2024-13-01,
\.
SELECT * FROM load_agreements();

-- events
SET credence_registry.batch = 'july';
\copy event_load (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, effective_on, case_code, amount, points, responsibility, level, place_kind, place_code, source, event_code, details) FROM stdin CSV
physician,L3,R1,2025-03-01,,2025-04-10,,,,,general,,,,monitoring,M2,
physician,L3,R1,2025-03-01,2025-03-20,2025-04-10,2025-04-25,C1,1e3,-2.5,primary,,institution,L1,monitoring,M1,"{""items"": 3}"
institution,L1,R2,2025/03/01,,2025-04-10,,,,,,,,,penalty,M1,
institution,L1,R3,2025-03-01,,2025-04-10,,,600000.25,,,严重失信,,,court,M1,
institution,L2,R2,2024-12-31,2024-12-31,2024-12-31,2024-12-31,,0,-1,,,,,court,M1,{}
\.
SELECT * FROM load_events();
SELECT s.code, rule_code, occurred_on, found_on, decided_on, effective_on, case_code, amount, points, responsibility, e.level, p.code AS place, source, event_code, details, recorded_by = session_user AS mine
FROM event e JOIN subject s USING (subject_id) LEFT JOIN subject p ON p.subject_id = place_id WHERE s.code LIKE 'L_' ORDER BY s.code, rule_code, e.found_on NULLS LAST, occurred_on;
SELECT count(*) FROM event_load;
-- every kind of bad row, beside good ones: none lands
\copy event_load (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, effective_on, case_code, amount, points, responsibility, level, place_kind, place_code, source, event_code, details) FROM stdin CSV
physician,L3,R1,2025-03-01,2025-03-20,2025-04-10,2025-04-25,C1,1000,-2.5,primary,,institution,L1,monitoring,N1,
physician,L9,R1,2025-03-01,,2025-04-10,,,,-2,,,,,monitoring,N2,
physician,L3,R9,2025-03-01,,2025-04-10,,,,-2,,,,,monitoring,N3,
physician,L3,R1,2019-03-01,,2019-04-10,,,,-2,,,,,monitoring,N4,
physician,L3,R1,2025-03-01,,2025-04-10,,,,-4,,,,,monitoring,N5,
physician,L3,R1,2025-03-01,,2025-04-10,,,,-1,primary,,,,monitoring,N6,
physician,L3,R1,2025-03-01,,2025-04-10,,,,-2,important,,,,monitoring,N7,
physician,L3,R1,2025-03-01,,2025-04-10,,,,,,,,,monitoring,N8,
physician,L3,R3,2025-03-01,,2025-04-10,,,,-1,,,,,monitoring,N9,
physician,L3,R2,2025-05-01,2025-04-30,2025-04-10,2025-04-09,,,,,,,,monitoring,N10,
physician,L3,R2,2025-02-29,yesterday,,infinity,,,,,,,,monitoring,N11,
physician,L3,R2,01/03/2025,,2025-04-10,,,,,,,,,monitoring,N12,
physician,L3,R2,2025-03-01,,2025-04-10,,,-1,,,,,,monitoring,N13,
physician,L3,R2,2025-03-01,,2025-04-10,,,many,few,,,,,monitoring,N14,
physician,L3,R2,2025-03-01,,2025-04-10,,,NaN,Infinity,,,,,monitoring,N15,
physician,L3,R3,2025-03-01,,2025-04-10,,,1e18,,,太坏,,,monitoring,N16,
physician,L3,R2,2025-03-01,,2025-04-10,,,,,,,institution,L9,monitoring,N17,
physician,L3,R2,2025-03-01,,2025-04-10,,,,,,,,,rumour,N18,[]
physician,L3,R2,2025-03-01,,2025-04-10,,,,,,,,,,,{
physician,L3,R2,2025-03-01,,2025-04-10,,,,,,,,,monitoring,M2,
physician,L3,R1,2025-03-01,,2025-04-10,,,,-2,,,,,monitoring,N1,
physician,L3,R2,2199-03-01,,2199-04-10,2200-01-01,,,,,,,,monitoring,N22,
,,,,,,,,,,,,,,,,
\.
SELECT * FROM load_events();
SELECT count(*) FROM event e JOIN subject s USING (subject_id) WHERE s.code LIKE 'L_' AND event_code LIKE 'N%';
SELECT count(*) FROM event_load;
-- the file that landed, once more
\copy event_load (subject_kind, subject_code, rule_code, occurred_on, decided_on, source, event_code) FROM stdin CSV
institution,L1,R2,2025-03-01,2025-04-10,penalty,M2
institution,L1,R2,2025-03-01,2025-04-10,penalty,M1
\.
SELECT * FROM load_events('july');
-- each of the bad rows alone is refused too: the quick check and the slow one agree
CREATE TEMPORARY TABLE bad AS SELECT * FROM (VALUES
	('physician', 'L9', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', NULL, 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R9', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', NULL, '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2019-03-01', NULL, '2019-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', NULL, NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '1899-12-31', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '25-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '01-03-2025', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', '20250302', '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', '2025-02-28', '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', '2025-04-11', '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-04-11', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', '2025-04-09', NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', '2200-01-01', NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2199-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, 'x', NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, '-0.01', NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, 'NaN', NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, '1e18', NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, '-2', NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, 'NaN', NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R1', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R1', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, 'primary', NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R1', '2025-03-01', NULL, '2025-04-10', NULL, NULL, '-1', 'primary', NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R1', '2025-03-01', NULL, '2025-04-10', NULL, NULL, '-2', 'important', NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R1', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, 'important', NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R3', '2025-03-01', NULL, '2025-04-10', NULL, NULL, '-2', NULL, NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, 'nobody', NULL, NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R3', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, 'bad', NULL, NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, 'institution', NULL, 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, 'L1', 'monitoring', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'hearsay', 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'B', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', NULL, NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', '', NULL),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', '1'),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'B', 'x'),
	('physician', 'L3', 'R2', '2025-03-01', NULL, '2025-04-10', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'monitoring', 'M2', NULL)
	) b (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, effective_on, amount, points, responsibility, level,
		place_kind, place_code, source, event_code, details);
DO $$
DECLARE
	b record;
	reasons text;
	n int := 0;
BEGIN
	FOR b IN SELECT ctid FROM bad
	LOOP
		INSERT INTO credence_registry.event_load (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, effective_on, amount, points,
			responsibility, level, place_kind, place_code, source, event_code, details)
		SELECT x.* FROM bad x WHERE x.ctid = b.ctid;
		SELECT string_agg(l.line || ': ' || l.reason, '; ') INTO reasons FROM credence_registry.load_events() l;
		n := n + 1;
		RAISE INFO '% %', n, coalesce(reasons, 'landed!');
	END LOOP;
END $$;
-- batches of one login are apart, and can be thrown away
\copy event_load (batch, subject_kind, subject_code) FROM stdin CSV
august,institution,L1
september,institution,L1
\.
SELECT line, reason FROM load_events('august') WHERE reason LIKE 'rule%';
SELECT discard_batch('september'), discard_batch('september');
SAVEPOINT s; SELECT * FROM load_events('september'); ROLLBACK TO s;

-- observations
\copy observation_load (subject_kind, subject_code, indicator, period_start, period_end, value, value_text, numerator, denominator, qualifier, source, evaluator) FROM stdin CSV
institution,L1,cost,2025-01-01,2025-12-31,812.5,,,,,settlement,
institution,L1,cost,2025-01-01,2025-12-31,,,8125,10,,settlement,agency
institution,L2,cost,2024-01-01,2024-12-31,98,,,,>,statistics,
institution,L2,cost,2025-01-01,2025-12-31,,high,,,,statistics,
\.
SELECT * FROM load_observations();
-- another value replaces
\copy observation_load (subject_kind, subject_code, indicator, period_start, period_end, value, source) FROM stdin CSV
institution,L1,cost,2025-01-01,2025-12-31,815,settlement
\.
SELECT * FROM load_observations();
SELECT s.code, indicator, period_start, period_end, value, value_text, numerator, denominator, qualifier, source, evaluator
FROM observations_at(NULL) JOIN subject s USING (subject_id) WHERE s.code LIKE 'L_' ORDER BY s.code, period_end, evaluator;
\copy observation_load (subject_kind, subject_code, indicator, period_start, period_end, value, value_text, numerator, denominator, qualifier, source, evaluator) FROM stdin CSV
institution,L1,cost,2024-01-01,2024-12-31,812.5,,,,,settlement,
institution,L1,cost,2025-01-01,2025-12-31,815,,,,,settlement,
institution,L1,cost,2024-01-01,2024-12-31,813,,,,,settlement,
institution,L9,price,2025-12-31,2025-01-01,1,x,1,0,=,rumour,friend
institution,L1,cost,2023-01-01,2023-12-31,,,1,,,settlement,
institution,L1,cost,2023-01-01,2023-12-31,,,,1,,survey,
institution,L1,cost,2022-01-01,2022-12-31,many,,,,,settlement,
institution,L1,cost,2021-01-01,2021-12-31,,,1,-1,,settlement,
institution,L1,cost,2020,2020-12-32,,,,,,,
\.
SELECT * FROM load_observations();
SELECT count(*) FROM observation JOIN subject s USING (subject_id) WHERE s.code LIKE 'L_';
-- doubles alone are found as well, within the batch and against the table
\copy observation_load (subject_kind, subject_code, indicator, period_start, period_end, value, source) FROM stdin CSV
institution,L1,cost,2024-01-01,2024-12-31,1,settlement
institution,L1,cost,2024-01-01,2024-12-31,2,settlement
\.
SELECT * FROM load_observations();
\copy observation_load (subject_kind, subject_code, indicator, period_start, period_end, value, source) FROM stdin CSV
institution,L1,cost,2025-01-01,2025-12-31,815.00,settlement
\.
SELECT * FROM load_observations();
-- a number that float8 does not hold would stop every run
\copy observation_load (subject_kind, subject_code, indicator, period_start, period_end, value, source) FROM stdin CSV
institution,L1,cost,2023-01-01,2023-12-31,1e-101,settlement
institution,L1,cost,2022-01-01,2022-12-31,1e-100,settlement
\.
SELECT * FROM load_observations();
ROLLBACK;
