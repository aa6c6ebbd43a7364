-- Small cells: which cells are suppressed beside them, what can be inferred of them from totals and lists, and that none that can be inferred is published.
-- All is rolled back.
\i test/fixtures/disclosure_session.sql
-- one bulletin for each policy, and what is in its way
CREATE FUNCTION pg_temp.ways(policy jsonb, run bigint) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE b bigint;
BEGIN
	PERFORM credence_disclosure.policy_import('{"code": "t", "template": "P1", "schemes": ["dsc"], "audience": "public", "columns": ["code", "grade"], "version": "1"}'::jsonb || policy);
	SET LOCAL SESSION AUTHORIZATION regress_disclosure_one;
	b := credence_disclosure.draw_up(policy ->> 'code', run);
	SET LOCAL SESSION AUTHORIZATION DEFAULT;
	PERFORM credence_disclosure.review(b);
	RETURN QUERY SELECT format('%s / %s: %s%s', a.class_en, a.grade_en, a.reason, coalesce(', from ' || a.lowest, '') || coalesce(' to ' || a.highest, '')) FROM credence_disclosure.audit_cells(b) a;
	RETURN QUERY SELECT '-- ' || o.obstacle FROM credence_disclosure.publication_obstacles(b, '2025-03-01') o;
END $$;
-- nothing suppressed
SELECT * FROM pg_temp.ways('{"code": "t1", "minimum_cell": 1}', :run24);
-- each level has one C; the list names everybody, so that nothing is left to protect with
SELECT * FROM pg_temp.ways('{"code": "t2", "minimum_cell": 2}', :run24);
-- the list names the A: what protects the others is found among the rest
SELECT * FROM pg_temp.ways('{"code": "t3", "minimum_cell": 3, "list": {"grades": ["A"]}}', :run24);
SELECT table_name, class_en, grade, count, suppression_reason FROM preview_cells((SELECT max(bulletin_id) FROM bulletin));
-- a list that names all in a cell, its class and its grade: nothing is secret about that cell any more; without the class nobody can tell, and it stays suppressed
SELECT * FROM pg_temp.ways('{"code": "t4", "minimum_cell": 4, "columns": ["code", "level", "grade"], "list": {"grades": ["A"]}}', :run24);
SELECT * FROM pg_temp.ways('{"code": "t5", "minimum_cell": 4, "list": {"grades": ["A"]}}', :run24);
-- without totals nothing adds up, but the list names who is in the cell, or some of them
SELECT * FROM pg_temp.ways('{"code": "t6", "minimum_cell": 3, "table": {"margins": false}, "list": {"grades": ["A", "C"]}}', :run24);
SELECT * FROM pg_temp.ways('{"code": "t7", "minimum_cell": 5, "table": {"margins": false}, "list": {"order": "rank", "most": 2}}', :run24);
-- each with its own reason: the bounds that the reasons tell are known, too
SELECT * FROM pg_temp.ways('{"code": "t8", "minimum_cell": 3, "reasons": "each", "list": {"grades": ["A"]}}', :run24);
SELECT class_en, grade, count, suppression_reason FROM preview_cells((SELECT max(bulletin_id) FROM bulletin)) WHERE count IS NULL;
-- zeros suppressed as well, in 2023, when nobody has points: all are C; that nobody is A, which the list tells, is no secret
CALL credence_registry.evaluate('dsc', '2023', in_transaction => true) \gset
SELECT credence_registry.prerate(:run_id), credence_registry.finalise(:run_id, '2024-02-03');
SELECT * FROM pg_temp.ways('{"code": "t9", "minimum_cell": 2, "zeros": "suppressed", "list": {"grades": ["A"]}}', :run_id);
-- what a restricted list says is known to its readers, and not to the public: who is named, and that nobody else is
SAVEPOINT restricted;
SELECT policy_import('{"code": "inner", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "restricted", "columns": ["code", "level", "grade"], "list": {"grades": ["A"]}}') > 0 AS imported;
SET SESSION AUTHORIZATION regress_disclosure_one;
SELECT draw_up('inner', :run24) AS some, draw_up('inner', :run_id) AS nobody \gset
RESET SESSION AUTHORIZATION;
SELECT review(:some), publish(:some, '2025-03-01'), review(:nobody), publish(:nobody, '2025-03-01');
SELECT * FROM pg_temp.ways('{"code": "t5r", "audience": "restricted", "minimum_cell": 4, "list": {"grades": ["A"]}}', :run24);
SELECT * FROM pg_temp.ways('{"code": "t5p", "minimum_cell": 4, "list": {"grades": ["A"]}}', :run24);
SELECT * FROM pg_temp.ways('{"code": "t9r", "audience": "restricted", "minimum_cell": 2, "zeros": "suppressed", "list": {"grades": ["B"]}}', :run_id);
SELECT * FROM pg_temp.ways('{"code": "t9p", "minimum_cell": 2, "zeros": "suppressed", "list": {"grades": ["B"]}}', :run_id);
ROLLBACK TO restricted;
-- cells that must be shown
SELECT * FROM pg_temp.ways('{"code": "t10", "minimum_cell": 3, "list": {"grades": ["A"]}, "table": {"show": [{"row": null}, {"column": null}]}}', :run24);
-- a protection that was asked for
SELECT * FROM pg_temp.ways('{"code": "t11", "minimum_cell": 2, "protection": {"in": "units", "upper": 3}, "list": {"grades": ["A"]}}', :run24);
SELECT * FROM pg_temp.ways('{"code": "t12", "minimum_cell": 2, "protection": {"in": "percent", "lower": 50, "upper": 50}, "list": {"grades": ["A"]}}', :run24);
SELECT pg_temp.refused($$SELECT publish((SELECT b.bulletin_id FROM bulletin b JOIN policy p USING (policy_id) WHERE p.code = 't2'), '2025-03-01')$$);

-- what was published before: it is known, and what it suppressed stays so
SELECT publish((SELECT b.bulletin_id FROM bulletin b JOIN policy p USING (policy_id) WHERE p.code = 't3'), '2025-03-01');
SELECT class_en, grade, count, suppression_reason FROM bulletin_cells WHERE suppression_reason IS NOT NULL ORDER BY cell;
SELECT * FROM pg_temp.ways('{"code": "u1", "minimum_cell": 1, "list": {"grades": ["A"]}}', :run24);
SELECT * FROM pg_temp.ways('{"code": "u2", "minimum_cell": 6, "list": {"grades": ["A"]}}', :run24);
-- drawn up before it and published after: a cell that is shown now was suppressed there
SELECT pg_temp.refused($$SELECT publish((SELECT b.bulletin_id FROM bulletin b JOIN policy p USING (policy_id) WHERE p.code = 't1'), '2025-03-02')$$);
-- a list that names everybody gives away what was suppressed
SELECT * FROM pg_temp.ways('{"code": "u3", "template": "P5", "columns": ["code", "level", "grade"]}', :run24);
-- a correction over another run: the same number is the same secret, another is not
SELECT * FROM pg_temp.ways('{"code": "u4", "minimum_cell": 1, "list": {"grades": ["A"]}}', :run25);
ROLLBACK;
