-- Policy documents: every error with its path; templates; windows (W25), calendars; the canonical form. All is rolled back.
\i test/fixtures/disclosure_session.sql

-- every error at once, each with its path
SELECT * FROM policy_check('{}');
SELECT * FROM policy_check('[]');
SELECT count(*) FROM policy_check(NULL);
SELECT * FROM policy_check('{"code": "", "version": 1, "template": "P77", "schemes": ["dsc", "nowhere"], "audience": "everybody", "colums": ["code"],
	"columns": ["code", "code", "phone", "fund", 7], "masks": {"code": "initial", "level": "hidden", "name": "half"}, "band_only": true, "minimum_cell": 0,
	"list": {"most": 5, "kinds": ["clinics"]}, "table": {"rows": "fund", "margins": "no"}, "time_zone": "Mars/Olympus",
	"window": {"least_months": 12, "most_months": 3, "early_end": "paid", "kinds": {"fire": {"least_months": 40, "most_months": 36}}},
	"calendar": ["02-30"], "notice": {"days": -1, "hours": 2}}');
SELECT * FROM policy_check('{"code": "x", "version": "1", "template": "P2", "schemes": ["dsc"], "audience": "public", "columns": ["code"], "window": {"early_end": "repaired", "kinds": {"fire": {"most_months": 12}}}}');
SELECT * FROM policy_check('{"code": "x", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code", "fund"], "minimum_cell": 3}');
SELECT * FROM policy_check('{"code": "x", "version": "1", "template": "P1", "schemes": ["dsc"], "audience": "public", "internal": true}');
SELECT * FROM policy_check('{"code": "x", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code"], "list": {"grades": ["A", "Z"]}}');
-- of an internal scheme nothing is published; a policy may say so
SELECT scheme_import('{"code": "dsi", "version": "1", "subjects": {"kinds": ["institution"]}, "inputs": {"x": {"observation": "dsc_score"}}, "scorecard": {"name": "dsi", "indicators": [{"name": "x"}]}, "publication": {"internal": true}}') > 0 AS imported, scheme_activate('dsi', '1');
SELECT * FROM policy_check('{"code": "x", "version": "1", "template": "P5", "schemes": ["dsi"], "audience": "public", "columns": ["code"]}');
SELECT * FROM policy_check('{"code": "x", "version": "1", "template": "P5", "schemes": ["dsi"], "audience": "public", "internal": true}');
SELECT pg_temp.refused($$SELECT policy_import('{"code": "x", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public"}')$$);
SELECT pg_temp.refused('SELECT policy_import(NULL)');

-- one document for each code and version, never changed
SELECT policy_import('{"code": "fund", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code", "name", "grade", "fund"]}') AS first \gset
SELECT policy_import('{"version": "1", "code": "fund", "template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code", "name", "grade", "fund"]}') = :first AS same;
SELECT pg_temp.refused($$SELECT policy_import('{"code": "fund", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code"]}')$$);
SELECT filled - 'columns' AS filled FROM policy WHERE policy_id = :first;

-- a template is data
SELECT pg_temp.refused($$SELECT put_template('P1', 'x', 'x')$$), pg_temp.refused($$SELECT put_template('mine', 'x', 'x', '{"list": {"order": "luck"}, "colour": "red"}')$$);
SELECT put_template('mine', 'Best of the half-year', '半年先进', '{"period": "half", "list": {"order": "rank", "most": 3}, "calendar": ["02-01", "08-01"]}', '{columns}');
SELECT policy_filled('{"template": "mine", "list": {"most": 5}}');

-- W25: ordinary, and fire safety as well; the longest of each bound
\set window '''{"least_months": 3, "most_months": 36, "early_end": "repaired", "kinds": {"fire": {"least_months": 12, "most_months": 36}, "minor.*": {"most_months": 6}}}'''
SELECT * FROM display_window(:window, '2024-01-10');
SELECT * FROM display_window(:window, '2024-01-10', '{billing,fire}');
SELECT * FROM display_window(:window, '2024-01-10', '{minor.late}');
SELECT * FROM display_window('{"least_months": 6, "most_months": 1, "early_end": "repaired"}', '2024-08-31');
SELECT * FROM display_window('{"most_months": 12}', '2024-02-29');
SELECT calendar_day('{02-01,08-01}', '2024-12-31') AS half, calendar_day('{02-01,08-01}', '2025-02-01') AS after, calendar_day('{02-29}', '2024-03-01') AS leap, calendar_day('{02-29}', '2096-03-01') AS century, calendar_day(NULL, '2025-01-01') AS none;

-- the canonical form, byte for byte
SELECT canonical('{"b": [1.50, -0, 1e3, 0.000001, true, null], "a": {"é": "x", "z": "\"\\\b\f\n\r\t\u0001\u007f/"}, "aa": {}, "B": [], "中": "文"}');
SELECT encode(hash_of('中'), 'hex') = encode(sha256('\xe4b8ad'), 'hex') AS utf8;
SELECT canonical(canonical(d)::jsonb) = canonical(d) AS once FROM (VALUES ('{"a": {"b": [{"c": "\u00e9"}]}}'::jsonb)) v (d);

-- what a run, its scheme or its period do not allow
SELECT policy_import('{"code": "inner", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public", "internal": true}') > 0 AS internal,
	policy_import('{"code": "monthly", "version": "1", "template": "P10", "schemes": ["dsc"], "audience": "public", "columns": ["code", "rank"]}') > 0 AS monthly;
CALL credence_registry.evaluate('dsc', '2023', in_transaction => true) \gset
SELECT pg_temp.refused(format('SELECT draw_up(''inner'', %s)', :run24)), pg_temp.refused(format('SELECT draw_up(''monthly'', %s)', :run24)), pg_temp.refused(format('SELECT draw_up(''fund'', %s)', :run_id));
SELECT scheme_import(document || '{"version": "2", "publication": {"columns": ["code", "grade"], "band_only": true}}') > 0 AS imported FROM scheme WHERE code = 'dsc';
SELECT scheme_retire('dsc', '1', '2026-06-30');
SELECT * FROM policy_check('{"code": "x", "version": "1", "template": "P5", "schemes": ["dsc"], "audience": "public", "columns": ["code", "fund"]}');
-- persons: what is done with name and code must be said
SELECT put_subject('physician', 'DP', 'W', 'dsc', '2015-01-01') > 0 AS person;
SELECT scheme_import('{"code": "dsp", "version": "1", "subjects": {"kinds": ["physician"]}, "inputs": {"one": {"value": 95}}, "scorecard": {"name": "dsp", "indicators": [{"name": "one"}], "grades": "A >= 90, B"}}') > 0 AS imported;
SELECT scheme_activate('dsp', '1');
SELECT NULL AS run_id \gset
CALL credence_registry.evaluate('dsp', '2026', in_transaction => true) \gset
SELECT prerate(:run_id), finalise(:run_id);
SELECT policy_import(('{"code": "persons", "template": "P5", "schemes": ["dsp"], "audience": "public", "columns": ["code", "name", "grade"], "band_only": true}'::jsonb || more)) > 0 AS imported
FROM (VALUES ('{"version": "1"}'::jsonb), ('{"version": "2", "masks": {"code": "hidden", "name": "none"}}')) v (more);
SELECT pg_temp.refused(format('SELECT draw_up(''persons'', %s, ''1'')', :run_id));
SELECT draw_up('persons', :run_id) AS b \gset
SELECT entry, subject_code, subject_name, grade, score, suppression_reason FROM preview_entries(:b);
ROLLBACK;
