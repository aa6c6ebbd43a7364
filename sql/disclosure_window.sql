-- What leaves the public views by itself: what is over, repaired (W25) or revoked; the chain, and that every break of it is named. All is rolled back.
\i test/fixtures/disclosure_session.sql
CREATE ROLE regress_disclosure_public LOGIN IN ROLE credence_public;
-- the longest of the kinds wins: D07 is shown for fire safety; D14 was long ago; the windows are wide so that the test does not age
SELECT policy_import('{"code": "serious", "version": "1", "template": "P2", "period": "year", "schemes": ["dsc"], "audience": "public", "columns": ["code", "name", "grade", "score", "points", "deducted", "fund"],
	"masks": {"fund": "hidden"}, "list": {"grades": ["C"]}, "calendar": ["02-01"],
	"window": {"least_months": 3, "most_months": 36, "early_end": "repaired", "kinds": {"fire": {"least_months": 12, "most_months": 1200}, "dsc.b*": {"most_months": 40}}}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('serious', :run24) AS b \gset
RESET SESSION AUTHORIZATION;
SELECT e.item, v.rule_code, i.decided_on, i.early_from, i.leaves_on FROM item_event i JOIN item e USING (bulletin_id, item) JOIN event v ON v.event_id = i.event_id AND v.decided_on = i.decided_on ORDER BY 1, 2;
SELECT item, leaves_on FROM item WHERE bulletin_id = :b ORDER BY item;
SELECT review(:b);
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT obstacle, until FROM publication_obstacles(:b, '2025-01-31');
SELECT publish(:b, '2025-02-10') AS number;
SET SESSION AUTHORIZATION regress_disclosure_public;
SELECT bulletin, entry, subject_code, subject_name, grade, score, leaves_on, suppression_reason FROM bulletin_entries;
SELECT * FROM bulletin_values ORDER BY entry, input;
SELECT item, canonical IS NULL AS gone, suppression_reason FROM bulletin_items ORDER BY item;
-- whatever time it is where one looks from
SET timezone = 'Pacific/Kiritimati';
SELECT count(*) FROM bulletin_entries;
RESET timezone;

-- one of the two decisions repaired: still shown for the other; both: gone, since their least time is over
RESET SESSION AUTHORIZATION;
INSERT INTO repair (event_id, decided_on, subject_id, completed_on) SELECT event_id, decided_on, subject_id, '2024-02-01' FROM event WHERE event_code = 'dsc1';
SET SESSION AUTHORIZATION regress_disclosure_public;
SELECT count(*) FROM bulletin_entries;
RESET SESSION AUTHORIZATION;
SAVEPOINT one;
INSERT INTO repair (event_id, decided_on, subject_id, completed_on) SELECT event_id, decided_on, subject_id, '2024-02-01' FROM event WHERE event_code = 'dsc2';
SET SESSION AUTHORIZATION regress_disclosure_public;
SELECT count(*) FROM bulletin_entries;
SELECT item, canonical IS NULL AS gone, suppression_reason FROM bulletin_items ORDER BY item;
RESET SESSION AUTHORIZATION;
SELECT count(*) AS chain FROM verify_chain();
ROLLBACK TO one;
-- a repair that is not complete before tomorrow does not end it today
INSERT INTO repair (event_id, decided_on, subject_id, completed_on) SELECT event_id, decided_on, subject_id, today() + 2 FROM event WHERE event_code = 'dsc2';
SELECT count(*) FROM bulletin_entries;
ROLLBACK TO one;
-- a decision that is revoked ends at once
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on, revokes, source, effective_on) SELECT decided_on, subject_id, rule_code, occurred_on, event_id, source, '2025-03-01' FROM event WHERE event_code = 'dsc2';
SELECT count(*) FROM bulletin_entries;
ROLLBACK TO one;

-- points that are counted up against somebody, as for the right to be paid by the fund: the window is that of the decision, and its repair ends it
SELECT scheme_import('{"code": "dsu", "version": "1", "subjects": {"kinds": ["institution"]}, "rules": [{"code": "dsu.found", "from": "2020-01-01", "title": "Found", "points": [1, 12]}, {"code": "dsu.praise", "from": "2020-01-01", "title": "Praise", "points": -1}],
	"inputs": {"counted": {"events": ["dsu.*"], "window": "all"}}, "scorecard": {"name": "dsu", "aggregate": "sum", "indicators": [{"name": "counted", "direction": "lower"}], "grades": "active < 9, suspended < 12, terminated"}}') > 0 AS imported;
SELECT scheme_activate('dsu', '1');
INSERT INTO event (decided_on, subject_id, rule_code, occurred_on, source, event_code, points)
	SELECT v.day::date, s.subject_id, v.rule, v.day::date, 'penalty', v.code, v.points FROM (VALUES ('dsu.found', '2024-03-01', 'dsu1', 10), ('dsu.praise', '2024-05-01', 'dsu2', -1)) v (rule, day, code, points), subject s WHERE s.code = 'D01' AND s.region = 'dsc';
SELECT NULL AS run_id \gset
CALL evaluate('dsu', '2024', in_transaction => true) \gset
SELECT prerate(:run_id), finalise(:run_id, '2025-02-03');
SELECT policy_import('{"code": "counted", "version": "1", "template": "P2", "period": "year", "schemes": ["dsu"], "audience": "public", "columns": ["code", "grade"], "list": {"grades": ["suspended"]}, "window": {"least_months": 3, "most_months": 1200, "early_end": "repaired"}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('counted', :run_id) AS u \gset
SELECT subject_code, grade, leaves_on FROM preview_entries(:u);
RESET SESSION AUTHORIZATION;
SELECT e.event_code, i.decided_on, i.leaves_on FROM item_event i JOIN event e USING (event_id, decided_on) WHERE i.bulletin_id = :u;
INSERT INTO repair (event_id, decided_on, subject_id, completed_on, fraction) SELECT event_id, decided_on, subject_id, '2024-07-01', 1 FROM event WHERE event_code = 'dsu1';
SELECT count(*) AS still_there FROM preview_entries(:u);
-- which way points speak
SELECT n, lower_is_better(jsonb_build_object('scorecard', card::jsonb), 'x') FROM (VALUES (1, '{"indicators": [{"name": "x"}], "grades": "A >= 90, B"}'), (2, '{"indicators": [{"name": "x"}], "grades": "A < 9, B"}'), (3, '{"indicators": [{"name": "x", "curve": "0:100, 12:0"}], "grades": "A >= 90, B"}'),
	(4, '{"indicators": [{"name": "y", "input": "x", "bands": "10 <= 3, 5 <= 6, 0"}], "grades": "A >= 9, B"}'), (5, '{"indicators": [{"name": "x", "direction": "higher"}], "grades": "A < 9, B"}'), (6, '{"indicators": [{"name": "z"}], "grades": "A < 9, B"}'), (7, '{"indicators": [{"name": "x"}]}')) v (n, card) ORDER BY 1;
ROLLBACK TO one;

-- three more, so that there is a chain: the same list under other policies, one of them restricted
SELECT policy_import(document || jsonb_build_object('code', 'serious' || n, 'audience', CASE n WHEN 2 THEN 'restricted' ELSE 'public' END)) > 0 AS imported FROM policy, generate_series(2, 4) n WHERE code = 'serious';
CREATE FUNCTION pg_temp.put_out(policy text, run bigint) RETURNS int LANGUAGE plpgsql AS $$
DECLARE b bigint;
BEGIN
	SET LOCAL SESSION AUTHORIZATION regress_disclosure_one;
	b := credence_disclosure.draw_up(policy, run);
	SET LOCAL SESSION AUTHORIZATION DEFAULT;
	PERFORM credence_disclosure.review(b);
	RETURN credence_disclosure.publish(b, '2025-03-01');
END $$;
SELECT pg_temp.put_out('serious' || n, :run24) FROM generate_series(2, 4) n;
SELECT bulletin FROM bulletins ORDER BY 1;
SELECT bulletin, heading IS NULL AS unseen, suppression_reason, previous_hash = lag(hash) OVER (ORDER BY bulletin) AS linked FROM bulletin_chain ORDER BY bulletin;
SELECT DISTINCT bulletin FROM bulletin_items ORDER BY 1;
SELECT count(*) FROM verify_chain();

-- each break is named; what breaks is done with the triggers off, as the owner could
CREATE FUNCTION pg_temp.broken(VARIADIC statements text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text; statement text;
BEGIN
	BEGIN
		ALTER TABLE credence_disclosure.bulletin DISABLE TRIGGER check_change;
		ALTER TABLE credence_disclosure.item DISABLE TRIGGER append_only;
		FOREACH statement IN ARRAY statements LOOP
			EXECUTE statement;
		END LOOP;
		SELECT string_agg(v::text, '; ') INTO found FROM credence_disclosure.verify_chain() v;
		RAISE EXCEPTION 'undo';
	EXCEPTION WHEN raise_exception THEN
		RETURN found;
	END;
END $$;
SELECT pg_temp.broken($$UPDATE item SET canonical = replace(canonical, 'D14', 'D13') WHERE bulletin_id = (SELECT bulletin_id FROM bulletin WHERE number = 2) AND canonical LIKE '%D14%'$$) AS changed,
	pg_temp.broken($$UPDATE item SET canonical = replace(canonical, 'D14', 'D13'), hash = hash_of(replace(canonical, 'D14', 'D13')) WHERE bulletin_id = (SELECT bulletin_id FROM bulletin WHERE number = 2)$$) AS rehashed;
SELECT pg_temp.broken($$DELETE FROM item WHERE item = 1 AND bulletin_id = (SELECT bulletin_id FROM bulletin WHERE number = 3)$$) AS removed,
	pg_temp.broken($$INSERT INTO item SELECT bulletin_id, 3, kind, subject_id, leaves_on, canonical, hash FROM item WHERE item = 2 AND bulletin_id = (SELECT bulletin_id FROM bulletin WHERE number = 3)$$) AS added,
	pg_temp.broken($$UPDATE item SET item = 7 WHERE item = 2 AND bulletin_id = (SELECT bulletin_id FROM bulletin WHERE number = 3)$$) AS renumbered;
SELECT pg_temp.broken($$UPDATE bulletin SET heading = replace(heading, '2025', '2024') WHERE number = 2$$) AS heading,
	pg_temp.broken($$UPDATE bulletin SET heading = replace(heading, '2025', '2024'), hash = hash_of(replace(heading, '2025', '2024')) WHERE number = 2$$) AS sealed,
	pg_temp.broken($$UPDATE bulletin SET previous_hash = NULL WHERE number = 2$$) AS unlinked;
SELECT pg_temp.broken($$DELETE FROM bulletin WHERE number = 2$$) AS missing,
	pg_temp.broken($$UPDATE bulletin SET number = number + 10 WHERE number = 3$$) AS moved,
	pg_temp.broken($$UPDATE bulletin SET number = 12 WHERE number = 2$$, $$UPDATE bulletin SET number = 2 WHERE number = 3$$, $$UPDATE bulletin SET number = 3 WHERE number = 12$$) AS swapped;
SELECT pg_temp.broken('SELECT') AS whole;
ROLLBACK;
