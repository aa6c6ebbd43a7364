-- Assesses the city from its files, which facts.sql landed, and shows a year in the life of the registry:
-- psql -f registry-report.sql, from the top of the project.

\ir show.sql
SET search_path = public, credence, credence_registry;
SET jit = off;		-- each of these statements runs once

-- the run that stands for a scheme and a period
CREATE FUNCTION run_of(scheme text, year text) RETURNS bigint LANGUAGE sql STABLE
RETURN (SELECT run_id FROM credence_registry.evaluation WHERE scheme_code = scheme AND period = year AND standing);

SELECT to_char((SELECT count(*) FROM subject WHERE kind <> 'physician'), 'FM999,999') AS providers,
	to_char((SELECT count(*) FROM subject WHERE kind = 'physician'), 'FM999,999') AS physicians,
	to_char((SELECT count(*) FROM tie), 'FM999,999') AS ties, to_char((SELECT count(*) FROM agreement), 'FM999,999') AS agreements,
	to_char((SELECT count(*) FROM event), 'FM999,999') AS events, to_char((SELECT count(*) FROM observation), 'FM999,999') AS observations \gset
\qecho
\qecho '==== The registry: the same city, from the files of two years to final grades and what follows from them'
\qecho
\qecho 'Kept of it are' :providers 'providers,' :physicians 'physicians,' :ties 'ties,' :agreements 'agreements,' :events 'events and'
\qecho :observations 'observations (demo/facts.sql). They are assessed by two schemes: the points of physicians'
\qecho '(demo/scheme-physicians.json), and the agreements of providers (demo/scheme-agreement.json), which look at those.'
\qecho

\qecho '== A file with mistakes is refused whole, and every bad line named'
\qecho '   COPY event_load FROM ...; SELECT * FROM load_events()'
INSERT INTO event_load (subject_kind, subject_code, rule_code, occurred_on, found_on, decided_on, points, source, event_code) VALUES
	('pharmacy', '000001', 'conduct.records', '2025-03-01', '2025-03-05', '2025-03-20', '-1', 'complaint', 'N1'),
	('pharmacy', '999999', 'conduct.records', '2025-03-01', '2025-03-05', '2025-03-20', '-1', 'complaint', 'N2'),
	('pharmacy', '000001', 'conduct.records', '2025-03-01', '2025-03-05', '2025-02-30', '-1', 'complaint', 'N3'),
	('pharmacy', '000001', 'conduct.records', '2025-03-01', '2025-03-05', '2025-03-20', '-9', 'complaint', 'N5'),
	('pharmacy', '000001', 'conduct.bribery', '2025-03-01', '2025-03-05', '2025-03-20', '-1', 'gossip', 'N4');
UPDATE event_load SET subject_kind = s.kind FROM subject s WHERE subject_code = '000001' AND s.code = '000001' AND s.kind <> 'physician';
SELECT * FROM load_events() ORDER BY line, reason;
SELECT discard_batch() \g /dev/null

-- the year before, which is settled
SELECT scheme_activate('physician-points', '2024'), scheme_activate('agreement', '2024') \g /dev/null
CALL evaluate('physician-points', '2024') \g /dev/null
SELECT prerate(run_of('physician-points', '2024')) \g /dev/null
SELECT finalise(run_of('physician-points', '2024'), '2025-01-10') \g /dev/null
CALL evaluate('agreement', '2024') \g /dev/null
SELECT prerate(run_of('agreement', '2024')) \g /dev/null
SELECT put_on_notice(run_of('agreement', '2024'), '2025-01-13') \g /dev/null
SELECT finalise(run_of('agreement', '2024'), '2025-02-10') \g /dev/null

-- this year
CALL evaluate('physician-points', '2025') \g /dev/null
CALL evaluate('agreement', '2025') \g /dev/null
SELECT run_of('physician-points', '2025') AS physicians_run, run_of('agreement', '2025') AS run, run_of('agreement', '2024') AS run_before \gset

\qecho '== Both years are evaluated, 2024 is final'
\qecho '   CALL evaluate(''agreement'', ''2025''); one statement a run, whatever the number of subjects'
SELECT scheme_en AS scheme, e.period, run_state_en AS state, r.subjects, round(extract(epoch FROM r.finished_at - r.started_at), 1) AS seconds,
	round(r.subjects / extract(epoch FROM r.finished_at - r.started_at)) AS "subjects a second"
FROM evaluation e JOIN run r USING (run_id) ORDER BY e.scheme_code DESC, e.period;

\qecho '== A new event, and what it changes'
-- the best of the hospitals
SELECT subject_id, subject_code AS code, subject_name AS name, r.region FROM ranking r JOIN subject USING (subject_id)
WHERE run_id = :run ORDER BY peer_class = 'secondary hospital' DESC, rank, subject_code LIMIT 1 \gset fallen_
\qecho '   It is found that' :fallen_name 'claimed 240,000 yuan for what was never provided.'
\qecho '   SELECT record_event(...); CALL refresh(''agreement'', ''2025''): only whom it touches is evaluated anew'
CREATE TABLE before_refresh AS SELECT * FROM result WHERE run_id = :run;
SELECT record_event(subject_id => :fallen_subject_id, rule_code => 'conduct.fraud', occurred_on => '2025-11-03', found_on => '2025-12-01', decided_on => '2025-12-22', amount => 240000, points => -20,
	source => 'unannounced_inspection', event_code => '2025-late-1') \g /dev/null
CALL refresh('agreement', '2025') \g /dev/null
SELECT b.name, o.score::numeric AS "score before", o.grade AS "grade before", n.score::numeric AS score, n.grade, array_to_string(n.reasons, '; ') AS because
FROM before_refresh o JOIN result n ON n.run_id = :run AND n.subject_id = o.subject_id JOIN subject b ON b.subject_id = n.subject_id
WHERE (o.score, o.grade) IS DISTINCT FROM (n.score, n.grade);
DROP TABLE before_refresh;

\qecho '== The pre-ratings are put on notice'
\qecho '   SELECT put_on_notice(run, ''2026-01-12''); the clocks are those of the scheme, in working days'
SELECT prerate(:run) \g /dev/null
SELECT * FROM put_on_notice(:run, '2026-01-12');

-- two officers, and who is to inspect; the seed of the draw is promised before anybody knows the list
CREATE ROLE officer_li LOGIN IN ROLE credence_officer;
CREATE ROLE officer_wu LOGIN IN ROLE credence_officer;
SELECT map_officer('officer_li', :'fallen_region'), map_officer('officer_wu', '990100') \g /dev/null
\set secret 'the numbers of the lottery of 14 February 2026: 4 8 15 16 23 42'
SELECT commit_seed(:run, 'inspect-' || grade, encode(sha256(convert_to(:'secret', 'UTF8')), 'hex')) FROM unnest('{b,c,d}'::text[]) AS grade \g /dev/null

-- one that a single finding keeps from a B
SELECT r.subject_id, r.subject_name AS name, r.region, e.event_id
FROM ranking r JOIN event e ON e.subject_id = r.subject_id AND e.rule_code = 'conduct.charges' AND e.decided_on BETWEEN '2025-01-01' AND '2025-12-31'
	JOIN result b ON b.run_id = :run_before AND b.subject_id = r.subject_id
WHERE r.run_id = :run AND r.subject_id <> :fallen_subject_id
ORDER BY (r.grade = 'C' AND r.grade_card = 'C' AND b.notch <= 3) DESC, (e.points <= -4 AND r.score BETWEEN 78.5 AND 79.8) DESC, r.score DESC, r.subject_code LIMIT 1 \gset appeal_
SELECT map_officer('officer_li', :'appeal_region') \g /dev/null
\qecho '==' :appeal_name 'appeals against its points for violations'
\qecho '   officer_li enters it: SELECT file_appeal(...); another officer decides: SELECT * FROM decide_appeal(...)'
SET SESSION AUTHORIZATION officer_li;
SELECT file_appeal(:run, :appeal_subject_id, 'deducted', 'the price was the one that the bureau had allowed', '2026-01-15') AS appeal \gset
SET SESSION AUTHORIZATION officer_wu;
SELECT accept_appeal(:appeal) \g /dev/null
SELECT score_before::numeric, grade_before, score_after::numeric, grade_after
FROM decide_appeal(:appeal, 'upheld', 'the letter of the bureau was found', jsonb_build_object('leave_out', jsonb_build_array(:appeal_event_id)));
RESET SESSION AUTHORIZATION;

\qecho '== Final'
\qecho '   SELECT finalise(run, ''2026-02-02''): from now on nothing of it changes, for whomever'
SELECT prerate(:physicians_run), finalise(:physicians_run, '2026-02-02') \g /dev/null
SELECT finalise(:run, '2026-02-02') \g /dev/null
SELECT from_state, to_state, on_date, by FROM run_step WHERE run_id = :run ORDER BY step_id;

SELECT region, label_en AS name FROM region WHERE region = :'fallen_region' \gset region_
CREATE VIEW shown_ranking AS
SELECT r.rank, r.rank_ties, r.subject_name AS name, r.peer AS class, r.score::numeric(6, 2), r.grade, r.peer_rank || ' of ' || r.peer_of AS "among peers", r.region,
	concat_ws('; ', nullif(r.reasons, ''), (SELECT string_agg(a.reason, '; ' ORDER BY a.step) FROM adjustment a
		WHERE a.run_id = r.run_id AND a.subject_id = r.subject_id AND a.grade_before IS DISTINCT FROM a.grade_after)) AS because
FROM ranking r WHERE r.scheme_code = 'agreement' AND r.period = '2025';
\qecho '== The ranking of' :region_name': its ten best, its five last, and some whose grade is not that of their score'
\qecho '   SELECT ... FROM ranking WHERE scheme_code = ''agreement'' AND period = ''2025'' AND region =' :'fallen_region' 'ORDER BY rank'
SELECT rank, name, class, score, grade, "among peers", because FROM (
	SELECT *, row_number() OVER (ORDER BY rank, name) AS n, count(*) OVER () AS of, count(*) FILTER (WHERE because <> '') OVER (ORDER BY rank, name) AS nth
	FROM shown_ranking WHERE region = :'fallen_region') r
WHERE n <= 10 OR n > of - 5 OR because <> '' AND nth <= 10 ORDER BY n;

\qecho '== How the grades are distributed'
\qecho '   SELECT ... FROM grade_distribution WHERE scheme_code = ''agreement'' AND period = ''2025'''
SELECT coalesce(peer, 'all') AS class, coalesce(grade_en, 'excluded') AS grade, sum(subjects) AS subjects, min(coalesce(grade_order, CASE WHEN grade IS NULL THEN 99 ELSE 98 END)) AS place
FROM grade_distribution WHERE run_id = :run
GROUP BY GROUPING SETS ((peer, grade_en), (grade_en)) ORDER BY grouping(peer), sum(sum(subjects)) OVER (PARTITION BY peer)
\crosstabview class grade subjects place

\qecho '== How they moved: from the grade of 2024 (left) to that of 2025 (above)'
\qecho '   SELECT ... FROM grade_migration WHERE run_to = ...'
SELECT coalesce(grade_from_en, CASE move WHEN 'entered' THEN 'new' ELSE 'not rated' END) AS "2024", coalesce(grade_to_en, CASE move WHEN 'left' THEN 'gone' ELSE 'excluded' END) AS grade, sum(subjects) AS subjects, min(coalesce(grade_to_order, 99)) AS place
FROM grade_migration WHERE run_to = :run
GROUP BY 1, grade_from_order, 2 ORDER BY coalesce(grade_from_order, 99), 1
\crosstabview "2024" grade subjects place

\qecho '== Money: the payouts, and an incentive pool of 20,000,000 yuan divided to the cent'
\qecho '   SELECT ... FROM consequence WHERE run_id = ...'
SELECT coalesce(r.peer, 'all') AS class, count(*) FILTER (WHERE c.code = 'retention') AS "paid out to", sum(c.base) FILTER (WHERE c.code = 'retention') AS retained,
	sum(c.amount) FILTER (WHERE c.code = 'retention') AS "paid out", count(*) FILTER (WHERE c.code = 'pool') AS "share the pool",
	sum(c.amount) FILTER (WHERE c.code = 'pool') AS "of the pool", 20000000 - CASE WHEN grouping(r.peer) = 1 THEN sum(c.amount) FILTER (WHERE c.code = 'pool') END AS "left over"
FROM consequence c JOIN result r USING (run_id, subject_id)
WHERE c.run_id = :run AND c.code IN ('retention', 'pool')
GROUP BY GROUPING SETS ((r.peer), ()) ORDER BY grouping(r.peer), sum(c.amount);

\qecho '== What else follows, for providers and physicians'
SELECT scheme_code AS scheme, code, c.kind, count(*), min(valid_from) AS "first day", max(months_most) AS "months at most", max(due_on) AS due
FROM consequence c JOIN run USING (run_id) WHERE run_id IN (:run, :physicians_run) AND c.kind NOT IN ('payout', 'allocate')
GROUP BY 1, 2, 3 ORDER BY 1, 2;

\qecho '== How many are to be inspected, by grade'
\qecho '   SELECT * FROM inspection_plan(run)'
SELECT code, title_en AS title, subjects, least_percent || ' to ' || most_percent || ' %' AS percent, least_number AS least, most_number AS most, per_year AS "times a year"
FROM inspection_plan(:run);

SELECT put_inspector('I' || n, 'Inspector ' || n) FROM generate_series(1, 5) n \g /dev/null
SELECT draw(:run, code, least_number, :'secret') AS draw, least_number AS number, code, upper(right(code, 1)) AS grade
FROM inspection_plan(:run) WHERE least_number > 0 ORDER BY code DESC LIMIT 1 \gset drawn_
SELECT assign_inspectors(:drawn_draw) \g /dev/null
\qecho '== Of grade' :drawn_grade 'as many as' :drawn_number 'are drawn by lot, each with two inspectors; the seed, promised before the list was known, is'
\qecho '  ' :secret
\qecho '   SELECT draw(run,' :'drawn_code'',' :drawn_number', seed); SELECT assign_inspectors(draw); the first five:'
SELECT p.place, b.code, b.name, left(p.digest, 16) || '...' AS "SHA-256 of seed and code",
	(SELECT string_agg(i.inspector, ', ' ORDER BY i.inspector) FROM inspection i WHERE i.draw_id = p.draw_id AND i.place = p.place) AS inspectors
FROM draw_pick p JOIN subject b USING (subject_id) WHERE p.draw_id = :drawn_draw ORDER BY p.place LIMIT 5;
\qecho '== Anyone can repeat the draw'
\qecho '   SELECT * FROM verify_draw(draw)'
SELECT * FROM verify_draw(:drawn_draw);

-- a hospital that is short of the next grade
SELECT subject_id, subject_name AS name FROM ranking WHERE run_id = :run
ORDER BY (grade = 'B' AND grade_card = 'B' AND peer LIKE '%hospital') DESC, score DESC, subject_code LIMIT 1 \gset chosen_
\qecho '== The report on' :chosen_name', in both languages'
\qecho '   SELECT subject_report_text(run, subject, ''en'')'
\pset tuples_only on
\pset format unaligned
SELECT subject_report_text(:run, :chosen_subject_id, 'en'), subject_report_text(:run, :chosen_subject_id, 'zh') \g (recordsep=`printf '\n'` fieldsep=`printf '\n'`)
\pset format aligned
\pset tuples_only off

\qecho '== Why it is another grade than in 2024, or another score'
\qecho '   SELECT ... FROM why_changed(run of 2024, run of 2025)'
SELECT subject_name AS name, grade_from, grade_to, cause_en AS cause, coalesce(item_en, item) AS what, value_from AS "2024", value_to AS "2025", points_from AS "points 2024", points_to AS "points 2025"
FROM why_changed(:run_before, :run) WHERE subject_id = :chosen_subject_id ORDER BY cause_order, abs(points_to - points_from) DESC NULLS LAST;

\qecho '== The file of the physician with the most points'
\qecho '   SELECT ... FROM credit_history(subject)'
SELECT subject_id, subject_code AS code FROM current_grade WHERE scheme_code = 'physician-points' ORDER BY grade <> 'active' DESC, score DESC, subject_code LIMIT 1 \gset physician_
SELECT on_date, what_en AS what, item_en AS item, points, score, grade, status FROM credit_history(:physician_subject_id);

\qecho '== What officer_li sees of the current grades: the regions that are hers, nothing else'
SET SESSION AUTHORIZATION officer_li;
SELECT region_en AS region, count(*) AS providers, count(*) FILTER (WHERE grade = 'A') AS "grade A", max(score)::numeric(6, 2) AS best
FROM current_grade WHERE scheme_code = 'agreement' GROUP BY 1 ORDER BY 1;
RESET SESSION AUTHORIZATION;
