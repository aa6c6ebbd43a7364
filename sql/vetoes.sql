-- Vetoes: what each kind does, in which order, on what is rated and what is not, what is kept from before. Grades are A to D from 90, 80, 60.
SET client_min_messages = warning;
CREATE SCHEMA test_vetoes;
SET search_path = test_vetoes, credence;

-- the outcome of a score under vetoes on it and a column v
CREATE FUNCTION judged(vetoes text, score float8, v float8 DEFAULT 1) RETURNS text LANGUAGE sql
RETURN (SELECT format('%s %s(%s)%s, was %s %s, hit %s %s', coalesce(a.score::text, 'none'), coalesce(a.grade, 'NULL'), coalesce(a.notch::text, '-'), CASE WHEN a.rated THEN '' ELSE ' not rated' END, coalesce(a.score_before::text, 'none'), coalesce(a.grade_before, 'NULL'), a.vetoes, a.reasons)
	FROM appraise(('{"name": "c", "indicators": [{"name": "s"}], "grades": "A >= 90, B >= 80, C >= 60, D", "unrated": "none", "vetoes": [' || vetoes || ']}')::scorecard, CASE WHEN vetoes LIKE '%v %' THEN ARRAY[score, v] ELSE ARRAY[score] END) AS a);

\pset format unaligned
\pset tuples_only

-- grade: any label; one outside the bands has no notch; the score stays
SELECT judged('{"when": "v = 1", "grade": "D"}', 95);
SELECT judged('{"when": "v = 1", "grade": "A", "reason": "decreed"}', 10);
SELECT judged('{"when": "v = 1", "grade": "banned"}', 95);
SELECT judged('{"when": "v = 1", "grade": "D"}', 95, 2);
-- score: rounded to the decimals, graded anew
SELECT judged('{"when": "v = 1", "score": 59.9999999}', 95);
SELECT judged('{"when": "v = 1", "score": 79.99999949}', 95);
SELECT judged('{"when": "v = 1", "score": -0}', 95);
-- grade wins over score in the same veto, whatever the order of the keys
SELECT judged('{"grade": "B", "score": 0, "when": "v = 1"}', 95);
SELECT judged('{"score": 0, "when": "v = 1", "grade": "B"}', 95);
-- cap: not better than; what is worse stays
SELECT s, judged('{"when": "v = 1", "cap": "B"}', s) FROM unnest('{95,85,70,10}'::float8[]) AS s;
-- demote: steps down, not past the last
SELECT s, judged('{"when": "v = 1", "demote": 2}', s) FROM unnest('{95,85,70,10}'::float8[]) AS s;
SELECT judged('{"when": "v = 1", "demote": 256}', 95);
-- unrate
SELECT judged('{"when": "v = 1", "unrate": true, "reason": "too few cases"}', 95);
-- all in one: score 85 is B, the grade A takes its place, the cap at B takes that, two steps down D
SELECT judged('{"when": "v = 1", "score": 85, "grade": "A", "cap": "B", "demote": 2}', 70);
-- and then not rated at all
SELECT judged('{"when": "v = 1", "score": 85, "grade": "A", "cap": "B", "demote": 2, "unrate": true}', 70);

--
-- one after the other, each on what the one before left
--
-- demoted from A to B, then capped at C; capped at C, then demoted to D
SELECT judged('{"when": "v = 1", "demote": 1}, {"when": "v = 1", "cap": "C"}', 95);
SELECT judged('{"when": "v = 1", "cap": "C"}, {"when": "v = 1", "demote": 1}', 95);
-- "score" in a condition is the score as the vetoes before left it
SELECT judged('{"when": "score >= 90", "score": 50}, {"when": "score < 60", "grade": "fallen"}', 95);
SELECT judged('{"when": "score < 60", "grade": "fallen"}, {"when": "score >= 90", "score": 50}', 95);
-- a chain that stops: 95 becomes 85, 85 becomes 75, nothing is said of 75
SELECT judged('{"when": "score > 90", "score": 85}, {"when": "score > 80", "score": 75}, {"when": "score > 90", "score": 0}', 95);
-- grade, then score: the score is graded anew
SELECT judged('{"when": "v = 1", "grade": "D"}, {"when": "v = 1", "score": 99}', 70);
-- a grade without a notch is neither capped nor demoted, and counts as hit
SELECT judged('{"when": "v = 1", "grade": "banned"}, {"when": "v = 1", "cap": "D"}, {"when": "v = 1", "demote": 1}', 95);
-- a hit that changes nothing is a hit
SELECT judged('{"when": "v = 1", "cap": "A"}, {"when": "v = 1", "grade": "A"}', 95);
-- the second and the third of three
SELECT judged('{"when": "v > 5", "demote": 1}, {"when": "v > 0", "demote": 1, "reason": "first step"}, {"when": "v = 1 and score > 90", "demote": 1}', 95);

--
-- on what is not rated only score and grade act
--
SELECT judged('{"when": "v = 1", "unrate": true}, {"when": "v = 1", "demote": 1}, {"when": "v = 1", "cap": "D"}', 95);
SELECT judged('{"when": "v = 1", "unrate": true}, {"when": "v = 1", "grade": "D"}, {"when": "v = 1", "demote": 1}', 95);
SELECT judged('{"when": "v = 1", "unrate": true}, {"when": "v = 1", "score": 65}, {"when": "v = 1", "cap": "D"}, {"when": "v = 1", "unrate": true}', 95);
SELECT judged('{"when": "v = 1", "cap": "D"}, {"when": "v = 1", "grade": "D", "reason": "closed"}', NULL);
SELECT judged('{"when": "v = 1", "score": 0}', NULL);
-- a score that is missing makes its terms false
SELECT judged('{"when": "score < 60", "grade": "D"}, {"when": "score >= 60", "grade": "D"}, {"when": "score <> 60", "grade": "D"}', NULL);
SELECT judged('{"when": "v = 1", "score": 50}, {"when": "score < 60", "grade": "now there is one"}', NULL);

--
-- what conditions may speak of
--
-- the group after its clamp, the points after their cap or filled in, the column as it is
SELECT v, a.vetoes FROM (VALUES ('{80,3,1}'::float8[]), ('{20,3,1}'), ('{NULL,NULL,NULL}'), ('{50,NULL,0}')) AS t(v), appraise('{"name": "c", "groups": [{"name": "g", "floor": 30, "ceiling": 60}], "indicators": [{"name": "a", "group": "g"}, {"name": "b b", "cap": [0, 2], "missing": 5}], "vetoes": [
	{"when": "group.g >= 60", "unrate": true}, {"when": "group.g <= 30", "unrate": true}, {"when": "group.g = 50", "unrate": true}, {"when": "points.\"b b\" = 2", "unrate": true}, {"when": "points.\"b b\" = 5", "unrate": true}, {"when": "\"b b\" = 3", "unrate": true}, {"when": "c <> 1", "unrate": true}]}'::scorecard, v) AS a;
-- texts and booleans, of rows
CREATE TABLE clinic (s int, kind text, closed boolean);
INSERT INTO clinic VALUES (95, 'clinic', false), (95, 'hospital', true), (95, NULL, NULL), (95, '诊所', true);
SELECT kind, closed, a.grade, a.vetoes, a.reasons FROM clinic c, LATERAL (SELECT (appraise('{"name": "c", "indicators": [{"name": "s"}], "grades": "A >= 90, B", "vetoes": [{"when": "kind = ''clinic''", "grade": "B"}, {"when": "kind <> ''clinic'' and closed = ''true''", "grade": "closed"}, {"when": "kind = ''诊所''", "grade": "小"}, {"when": "closed <> ''true''", "demote": 1}]}', c)).*) AS a;
SELECT kind, closed, (appraise('{"name": "c", "indicators": [{"name": "s"}], "vetoes": [{"when": "closed = 1", "grade": "closed"}, {"when": "closed < 1", "grade": "open"}, {"when": "closed <> 1", "unrate": true}]}', c)).vetoes FROM clinic c;
-- without grades there are still grades by veto, and scores
SELECT a.score, a.grade, a.notch, a.grade_before FROM appraise('{"name": "c", "indicators": [{"name": "s"}], "vetoes": [{"when": "s > 5", "grade": "high"}, {"when": "s > 10", "score": 10}]}'::scorecard, '{7}'::float8[]) AS a;
SELECT a.score, a.grade, a.notch, a.grade_before FROM appraise('{"name": "c", "indicators": [{"name": "s"}], "vetoes": [{"when": "s > 5", "grade": "high"}, {"when": "s > 10", "score": 10}]}'::scorecard, '{17}'::float8[]) AS a;
-- score() gives the score after vetoes, grade() the grade; where no veto sets the score, it does not matter what they do
SELECT s, score(c, ARRAY[s]), grade(c, ARRAY[s]) FROM unnest('{95,40}'::float8[]) AS s, (SELECT '{"name": "c", "indicators": [{"name": "s"}], "grades": "A >= 90, B >= 50, C", "vetoes": [{"when": "s > 90", "score": 55.5}, {"when": "score > 50", "demote": 1}]}'::scorecard AS c) AS t;
SELECT s, score(c, ARRAY[s]), grade(c, ARRAY[s]) FROM unnest('{95,40}'::float8[]) AS s, (SELECT '{"name": "c", "indicators": [{"name": "s"}], "grades": "A >= 90, B >= 50, C", "vetoes": [{"when": "s > 90", "grade": "A+"}, {"when": "score < 50", "unrate": true}]}'::scorecard AS c) AS t;
-- the score of a veto is as it is, beyond floor and ceiling
SELECT score('{"name": "c", "floor": 0, "ceiling": 100, "indicators": [{"name": "s"}], "vetoes": [{"when": "s > 200", "score": -99}]}'::scorecard, '{250}'::float8[]);

\pset format aligned
\pset tuples_only
DROP SCHEMA test_vetoes CASCADE;
