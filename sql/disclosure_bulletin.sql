-- A bulletin from policy to publication, correction and withdrawal; who takes each step; that nothing published changes. All is rolled back.
\i test/fixtures/disclosure_session.sql
CREATE ROLE regress_disclosure_two LOGIN IN ROLE credence_publisher;
CREATE ROLE regress_disclosure_reader LOGIN IN ROLE credence_reader;
CREATE ROLE regress_disclosure_public LOGIN IN ROLE credence_public;
SELECT policy_import('{"code": "annual", "version": "1", "template": "P1", "schemes": ["dsc"], "audience": "public", "title": {"en": "Credit of the year", "zh": "年度信用"},
	"columns": ["code", "name", "level", "grade"], "masks": {"name": "initial"}, "minimum_cell": 2, "table": {"rows": "level", "margins": false}, "list": {"grades": ["A"]},
	"notice": {"days": 5, "working": true}, "served_after": {"days": 15}}') > 0 AS imported;
-- others, and runs that it is not for
SET SESSION AUTHORIZATION regress_disclosure_reader;
SELECT pg_temp.refused(format('SELECT draw_up(''annual'', %s)', :run24));
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT pg_temp.refused('SELECT policy_import(''{}'')'), pg_temp.refused('SELECT draw_up(''anual'', 1)'), pg_temp.refused('SELECT draw_up(''annual'', 0)');
SELECT draw_up('annual', :run24) AS b \gset
SELECT cell, class_en, class_order, grade, count, suppression_reason FROM preview_cells(:b);
SELECT bulletin, entry, subject_code, subject_name, level_en, level_zh, score, grade_zh, rank, leaves_on, suppression_reason FROM preview_entries(:b);
SELECT * FROM preview_values(:b);
SELECT change, kind, count(*) FROM difference(:b) GROUP BY 1, 2 ORDER BY 1, 2;

-- review by another, notice, objections, service, and what is in the way until then
SELECT pg_temp.refused(format('SELECT review(%s)', :b)), pg_temp.refused(format('SELECT announce(%s)', :b)), pg_temp.refused(format('SELECT publish(%s, ''2025-03-01'')', :b));
SET SESSION AUTHORIZATION regress_disclosure_two;
SELECT review(:b, 'compared with the minutes');
SELECT pg_temp.refused(format('SELECT object_to(%s, ''wrong'')', :b)), pg_temp.refused(format('SELECT announce(%s, today() + 2)', :b)) ~ '^22023' AS not_in_the_future;
SELECT announce(:b, '2025-03-03');
SELECT object_to(:b, 'B clinic was never inspected', 'institution', 'D02', '2025-03-04') AS objection \gset
SELECT pg_temp.refused(format('SELECT object_to(%s, ''late'', filed_on => ''2025-03-11'')', :b)), pg_temp.refused(format('SELECT object_to(%s, ''x'', ''institution'', ''D07'', ''2025-03-04'')', :b));
SELECT serve(:b, '2025-03-01', 'institution', 'D01'), serve(:b, '2025-03-02');
SELECT pg_temp.refused(format('SELECT serve(%s, ''2025-03-02'', ''institution'', ''D01'')', :b));
SELECT regexp_replace(obstacle, 'objection \d+', 'objection N') AS obstacle, until FROM publication_obstacles(:b, '2025-03-05');
SELECT pg_temp.refused(format('SELECT publish(%s, ''2025-03-10'')', :b));
SELECT answer_objection(:objection, false, 'it was, on 1 June'), pg_temp.refused(format('SELECT answer_objection(%s, true, ''no'')', :objection));
SELECT pg_temp.refused(format('SELECT publish(%s, ''2025-03-10'')', :b));
SELECT publish(:b, '2025-03-18') AS number;
SELECT from_state, to_state, by, note, CASE WHEN to_state IN ('notice', 'published') THEN on_date END AS on_date FROM bulletin_step WHERE bulletin_id = :b ORDER BY step_id;

-- what the public sees is what the preview showed
SET SESSION AUTHORIZATION regress_disclosure_public;
SELECT bulletin, title_zh, template, policy, scheme, period, period_end, published_on, state, items, minimum_cell, columns FROM bulletins;
SELECT * FROM bulletin_entries ORDER BY entry LIMIT 2;
SELECT count(*) FROM bulletin_entries;
RESET SESSION AUTHORIZATION;
SELECT (SELECT count(*) FROM (SELECT * FROM preview_entries(:b) EXCEPT TABLE bulletin_entries) x) AS entries, (SELECT count(*) FROM (TABLE bulletin_cells EXCEPT SELECT * FROM preview_cells(:b)) x) AS cells;
SELECT * FROM verify_chain();

-- the next year: what is different, and one that corrects it
SET SESSION AUTHORIZATION regress_disclosure_two;
SELECT draw_up('annual', :run25) AS c \gset
SELECT * FROM difference(:c);
SELECT pg_temp.refused(format('SELECT draw_up(''annual'', %s, corrects => 7)', :run24));
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT review(:c), announce(:c, '2026-03-02'), serve(:c, '2026-03-02');
SELECT object_to(:c, 'the list is wrong', filed_on => '2026-03-02') AS objection \gset
SELECT answer_objection(:objection, true, 'it is');
SELECT pg_temp.refused(format('SELECT publish(%s, ''2026-04-01'')', :c));
SELECT discard(:c, 'objection upheld'), pg_temp.refused(format('SELECT review(%s)', :c));
SELECT draw_up('annual', :run24, corrects => 1) AS d \gset
SET SESSION AUTHORIZATION regress_disclosure_two;
SELECT review(:d), announce(:d, '2026-03-02'), serve(:d, '2026-03-02');
SELECT pg_temp.refused(format('SELECT publish(%s, ''2026-03-09'')', :d)) ~ 'notice lasts until 2026-03-09' AS too_early;
SELECT publish(:d, '2026-04-01') AS number;
SELECT bulletin, state, corrects, corrected_by FROM bulletins ORDER BY 1;
SELECT bulletin, count(*) FROM bulletin_entries GROUP BY 1;
SELECT heading::jsonb -> 'previous' = to_jsonb(previous_hash) AS linked, encode(sha256(convert_to(heading, 'UTF8')), 'hex') = hash AS hashed FROM bulletin_chain ORDER BY bulletin;
SELECT bool_and(encode(sha256(convert_to(canonical, 'UTF8')), 'hex') = hash) AS hashed, count(canonical) AS shown, string_agg(DISTINCT suppression_reason, ', ') AS why FROM bulletin_items;

-- one subject goes at once, then all
SELECT withdraw_subject('institution', 'D03', 'threats against the owner'), pg_temp.refused('SELECT withdraw_subject(''institution'', ''D03'', '''')');
SELECT subject_code FROM bulletin_entries ORDER BY entry;
SELECT item, canonical, suppression_reason FROM bulletin_items WHERE bulletin = 2 AND suppression_reason IS NOT NULL;
SELECT withdraw(2, 'by order of the court'), pg_temp.refused('SELECT withdraw(2, ''again'')'), pg_temp.refused('SELECT withdraw(0, ''none'')'), pg_temp.refused('SELECT withdraw(1, '' '')');
SELECT count(*) AS entries, (SELECT count(*) FROM bulletin_cells) AS cells, (SELECT string_agg(state, ', ' ORDER BY bulletin) FROM bulletins) AS states FROM bulletin_entries;
SELECT * FROM verify_chain();

-- nothing published changes, for whomever
RESET SESSION AUTHORIZATION;
SELECT pg_temp.refused('UPDATE item SET leaves_on = NULL'), pg_temp.refused('DELETE FROM item'), pg_temp.refused('TRUNCATE item');
SELECT pg_temp.refused(format('UPDATE bulletin SET heading = ''{}'' WHERE bulletin_id = %s', :d)), pg_temp.refused('DELETE FROM bulletin'), pg_temp.refused('TRUNCATE bulletin');
SELECT pg_temp.refused('UPDATE policy SET version = ''2'''), pg_temp.refused('DELETE FROM bulletin_step'), pg_temp.refused('DELETE FROM item_withdrawal'), pg_temp.refused('UPDATE service SET until = served_on'), pg_temp.refused('DELETE FROM objection');
SET session_replication_role = replica;
SELECT left(pg_temp.refused('UPDATE item SET leaves_on = NULL'), 5), left(pg_temp.refused('UPDATE bulletin SET state = ''drafted'''), 5);
RESET session_replication_role;
ROLLBACK;
