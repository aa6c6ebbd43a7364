-- When an event counts as repaired, and what is given back: an evaluation, repair_status and the measures that are still
-- required say the same.
SET client_min_messages = warning;
SET search_path = credence_registry, credence;
BEGIN;
SELECT put_subject('institution', c, c, NULL, '2020-01-01') > 0 AS there FROM unnest('{A,B,C,D,E,F}'::text[]) c;
CREATE FUNCTION pg_temp.id(text) RETURNS bigint LANGUAGE sql AS 'SELECT credence_registry.subject_id(''institution'', $1)';
SELECT scheme_import('{"code": "rep", "version": "1", "subjects": {"kinds": ["institution"]},
	"rules": [
		{"code": "rep.case", "from": "2020-01-01", "points": -5, "category": "money", "ladder": "serious >= 1000, minor", "measures": {"serious": ["stop", "return"], "minor": ["stop"]}},
		{"code": "rep.hand", "from": "2020-01-01", "points": -10, "ladder": "minor", "measures": {"minor": ["stop"]}, "repairs": [{"fraction": 0.5}]},
		{"code": "rep.zero", "from": "2020-01-01", "points": [-5, 0], "ladder": "minor", "measures": {"minor": ["stop"]}},
		{"code": "rep.both", "from": "2020-01-01", "points": -10},
		{"code": "rep.twice", "from": "2020-01-01", "points": [-10, 0]}],
	"inputs": {
		"level": {"events": ["rep.case"], "measure": "worst", "levels": ["serious", "minor"], "default": "none"},
		"credited": {"events": ["rep.*"]},
		"dropped": {"events": ["rep.*"], "measure": "count", "repairs": "drop"},
		"once": {"events": ["rep.*"], "dedupe": "case"},
		"one": {"value": 1}},
	"scorecard": {"name": "rep", "aggregate": "sum", "indicators": [{"name": "one"}]},
	"grading": {"method": "cases", "order": ["none", "minor", "serious"], "cases": [{"when": "level = ''serious''", "grade": "serious"}, {"when": "level = ''minor''", "grade": "minor"}, {"grade": "none"}]},
	"consequences": [{"code": "measures", "title": "Measures", "when": "one = 1", "measures": true}]}') > 0 AS imported;
SELECT scheme_activate('rep', '1');

-- A: one case of 600 and 600 is serious, and only what "minor" asks for was done; B: both measures were
SELECT count(record_event(pg_temp.id(s), 'rep.case', '2025-03-01', '2025-03-01', amount => 600, case_code => 'K', event_code => s || n)) FROM unnest('{A,B}'::text[]) s, generate_series(1, 2) n;
SELECT count(record_repair(event_id, '2025-04-01', CASE WHEN event_code LIKE 'A%' THEN '{stop}'::text[] ELSE '{stop,return}' END)) FROM event WHERE rule_code = 'rep.case';
-- C: points decided by hand take the place of the rule's share
SELECT record_repair(record_event(pg_temp.id('C'), 'rep.hand', '2025-03-01', '2025-03-01'), '2025-04-01', '{stop}', points => 1) > 0 AS repaired;
-- D: nothing to give back, and the measure not done
SELECT record_repair(record_event(pg_temp.id('D'), 'rep.zero', '2025-03-01', '2025-03-01', 0), '2025-04-01') > 0 AS repaired;
-- E: a share and points that restore all of it together
SELECT record_event(pg_temp.id('E'), 'rep.both', '2025-03-01', '2025-03-01') AS event \gset
SELECT record_repair(:event, '2025-04-01', fraction => 0.5) > 0 AS half, record_repair(:event, '2025-04-02', points => 5) > 0 AS points;
-- F: the same twice in one case, the larger of them repaired in part; and one by itself
SELECT record_repair(record_event(pg_temp.id('F'), 'rep.twice', '2025-03-01', '2025-03-01', -8, case_code => 'K', event_code => 'F1'), '2025-04-01', points => 6) > 0 AS repaired;
SELECT count(record_event(pg_temp.id('F'), 'rep.twice', '2025-03-02', '2025-03-02', -5, case_code => c, event_code => 'F' || c)) FROM unnest('{K,L}'::text[]) c;

CALL evaluate('rep', '2025', in_transaction => true, run_id => NULL) \gset
SELECT string_agg(format('%s AS %I', sql, name), ', ' ORDER BY name) AS inputs FROM run r, run_columns(r.scheme_id) WHERE r.run_id = :run_id AND name <> 'one' \gset
SELECT s.code, :inputs, m.measures
FROM result r JOIN subject s USING (subject_id) LEFT JOIN (SELECT subject_id, string_agg(measure, ', ' ORDER BY measure) AS measures FROM required_measures(:run_id) GROUP BY 1) m USING (subject_id)
WHERE r.run_id = :run_id ORDER BY 1;
SELECT subject_code, rule, severity, measures_asked, measures_done, measures_open, restored_points, remaining_points, repair_state FROM repair_status WHERE rule LIKE 'rep.%' ORDER BY event_id;

-- the amounts of a case, all of them and by a day before; without its second event the case is minor
SELECT case_code, category, amount FROM case_amounts('2025-12-31', NULL) WHERE subject_id = pg_temp.id('A');
SELECT count(*) FROM case_amounts('2025-02-28', NULL) WHERE subject_id = pg_temp.id('A');
SELECT revoke_event(event_id, 'wrong') > 0 AS revoked FROM event WHERE event_code = 'A2';
SELECT severity, repair_state FROM repair_status WHERE subject_code = 'A';
ROLLBACK;
