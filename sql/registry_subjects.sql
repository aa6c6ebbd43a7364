-- subjects, their versions, ties and agreements
SET search_path = credence_registry, credence, public;
SET datestyle = iso, ymd;
\set SHOW_CONTEXT never
BEGIN;
-- numbers that messages tell
ALTER TABLE subject ALTER subject_id RESTART WITH 900001;
ALTER TABLE tie ALTER tie_id RESTART WITH 900001;
ALTER TABLE event ALTER event_id RESTART WITH 900001;
SELECT put_region('32', NULL, 'Jiangsu', '江苏省');
SELECT put_region('3205', '32', 'Suzhou', '苏州市');
SELECT put_region('320505', '3205', 'Huqiu', '虎丘区');
SELECT put_code('peer_class', 'general', 'General hospital', '综合医院');

-- a region cannot be part of itself, nor of one that is not there
SAVEPOINT s; SELECT put_region('32', '320505', 'Jiangsu', '江苏省'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_region('32', '32', 'Jiangsu', '江苏省'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_region('33', '3', 'Zhejiang', '浙江省'); ROLLBACK TO s;
-- codes of the extension are not changed, own ones are
SAVEPOINT s; SELECT put_code('subject_kind', 'institution', 'Hospital', '医院'); ROLLBACK TO s;
SELECT put_code('peer_class', 'clinic', 'Clinic', '诊所');
SELECT put_code('peer_class', 'clinic', 'Outpatient clinic', '门诊部');
SELECT domain, code, label_en, label_zh, sort_order, shipped FROM code_list WHERE domain = 'peer_class' ORDER BY sort_order;
SELECT domain, count(*), count(DISTINCT sort_order), count(national_code) FROM code_list WHERE shipped AND domain IN ('agreement_decision', 'commitment', 'evaluator', 'measure', 'qualifier', 'responsibility', 'source', 'subject_kind', 'subject_level', 'tie_kind') GROUP BY domain ORDER BY domain;

-- a subject and its versions
SELECT put_subject('institution', 'H001', 'First Hospital', '3205', '2015-01-01', level => '3', peer_class => 'general',
	attributes => '{"beds": 1200}') AS h1 \gset
SELECT put_subject('institution', 'H001', 'First Hospital', '3205', '2015-01-01', level => '3', peer_class => 'general',
	attributes => '{"beds": 1200}') = :h1 AS same;
SELECT put_subject('institution', 'H001', 'First People''s Hospital', '320505', '2015-01-01', level => '3', attributes => '{"beds": 1300}') = :h1 AS same;
SELECT kind, code, name, region, level, peer_class, attributes, valid_from, valid_to FROM subject WHERE subject_id = :h1;
SELECT version, name, region, peer_class, attributes FROM subject_version WHERE subject_id = :h1 ORDER BY version;
SELECT recorded_at AS first_at FROM subject_version WHERE subject_id = :h1 AND version = 1 \gset
SELECT version, name FROM subjects_at(:'first_at') WHERE subject_id = :h1;
SELECT version, name FROM subjects_at(NULL) WHERE subject_id = :h1;
SELECT version, name FROM subjects_at('2000-01-01') WHERE subject_id = :h1;
SELECT subject_id('institution', 'H001') = :h1 AS found;
SAVEPOINT s; SELECT subject_id('institution', 'H999'); ROLLBACK TO s;
-- everything that is wrong is said at once
SAVEPOINT s; SELECT put_subject('hospital', '', 'x', '3299', '2020-01-01', '7', 'none', '[1]', '2019-12-31'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_subject('institution', 'H002', NULL, NULL, NULL); ROLLBACK TO s;

-- persons
SELECT put_subject('physician', 'D001', 'D001', '3205', '2016-07-01') AS d1 \gset
SELECT put_identity(:d1, '王某', '320500199001011234', '13900000000');
SELECT put_identity(:d1, '王某某', '320500199001011234');
SELECT name, id_number, phone, address FROM person_identity WHERE subject_id = :d1;
SELECT erase_identity(:d1);
SELECT count(*) FROM person_identity WHERE subject_id = :d1;
SAVEPOINT s; SELECT put_identity(-1, 'nobody'); ROLLBACK TO s;

-- ties
SELECT record_tie('practises_at', :d1, :h1, '2016-07-01', weight => 0.5) AS t1 \gset
SAVEPOINT s; SELECT record_tie('practises_at', :d1, :h1, '2020-01-01') = 0; ROLLBACK TO s;
SAVEPOINT s; SELECT record_tie('works_at', :d1, :d1, NULL, weight => 'NaN'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_tie('practises_at', :d1, -1, '2020-01-01'); ROLLBACK TO s;
SELECT end_tie(:t1, '2020-06-30') AS t2 \gset
SAVEPOINT s; SELECT end_tie(:t1, '2020-06-30'); ROLLBACK TO s;
SELECT record_tie('practises_at', :d1, :h1, '2020-07-01') AS t3 \gset
SELECT kind, weight, valid_from, valid_to, replaces = :t1 AS replaces FROM ties_at(NULL) WHERE from_subject = :d1 ORDER BY valid_from;
SELECT recorded_at AS tied_at FROM tie WHERE tie_id = :t1 \gset
SELECT kind, weight, valid_from, valid_to FROM ties_at(:'tied_at') WHERE from_subject = :d1;
-- never was: withdrawn by an empty validity
SELECT end_tie(:t3, '2020-06-30') > 0 AS withdrawn;
SELECT valid_from, valid_to FROM ties_at(NULL) WHERE from_subject = :d1 ORDER BY valid_from;
SELECT record_tie('practises_at', :d1, :h1, '2020-07-01') > 0 AS again;
SAVEPOINT s; SELECT record_tie('practises_at', :h1, :d1, '2020-07-01', replaces => :t1); ROLLBACK TO s;

-- agreements: the last recorded row of a year counts
SELECT record_agreement(:h1, 'A-1', 2024, '2024-01-01', '2024-12-31', 120000.50) > 0 AS recorded;
SELECT recorded_at AS agreed_at FROM agreement WHERE subject_id = :h1 \gset
SELECT record_agreement(:h1, 'A-1', 2024, '2024-01-01', '2024-12-31', 130000, 'renewed') > 0 AS recorded;
SELECT record_agreement(:h1, 'A-2', 2024, '2024-01-01') > 0 AS recorded;
SELECT record_agreement(:h1, 'A-1', 2025, '2025-01-01') > 0 AS recorded;
SELECT agreement_number, year, retention_amount, decision, valid_from, valid_to FROM agreements_at(NULL) WHERE subject_id = :h1 ORDER BY 1, 2;
SELECT agreement_number, year, retention_amount, decision FROM agreements_at(:'agreed_at') WHERE subject_id = :h1 ORDER BY 1, 2;
SAVEPOINT s; SELECT record_agreement(:h1, 'A-1', 2026, '2026-01-01'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_agreement(:h1, '', 26, '2026-01-01', '2025-01-01', 0.005, 'agreed'); ROLLBACK TO s;

-- neither infinite dates, which nothing can be counted from, nor codes that would be two lines of a list
SAVEPOINT s; SELECT put_subject('institution', E'H9\tinstitution\nH1', 'x', NULL, '2020-01-01', valid_to => 'infinity'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_tie('practises_at', :d1, :h1, '-infinity', '2010-01-01'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_agreement(:h1, 'A-9', 2024, '2024-01-01', 'infinity'); ROLLBACK TO s;
SAVEPOINT s; SELECT record_commitment(:h1, 'good_faith', '-infinity'); ROLLBACK TO s;
ROLLBACK;
