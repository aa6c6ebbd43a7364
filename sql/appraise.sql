-- appraise(): every field, coverage, what makes a row rated or not, and the reasons given. Each value is worked out in the comment before it.
SET client_min_messages = warning;
CREATE SCHEMA test_appraise;
SET search_path = test_appraise, credence;

-- whether rated, by which coverage, and what is said of it
CREATE FUNCTION rating(card scorecard, v float8[]) RETURNS text LANGUAGE sql
RETURN (SELECT format('%s, coverage %s, grade %s, score %s%s', CASE WHEN a.rated THEN 'rated' ELSE 'not rated' END, a.coverage, coalesce(a.grade, 'NULL'), coalesce(a.score::text, 'NULL'),
	(SELECT string_agg(' / ' || reason, '' ORDER BY place) FROM unnest(a.reasons) WITH ORDINALITY AS r(reason, place))) FROM appraise(card, v) AS a);

--
-- every field
--
-- a gives 40 of the curve, b the band 30; their group the mean, 35; the card (3 x 10 + 35) / 4 = 16.25, graded C, the third.
-- The veto on b puts it down to D, the fourth.
\set card '''{"name": "all", "groups": [{"name": "g"}], "indicators": [{"name": "a", "group": "g", "curve": "0:0, 10:80"}, {"name": "b", "group": "g", "bands": "50 >= 5, 30 >= 3, 0"}, {"name": "c", "weight": 3}], "grades": "A >= 80, B >= 60, C >= 16, D", "unrated": "-", "vetoes": [{"when": "c > 100", "unrate": true}, {"when": "points.b <= 30", "reason": "b is weak", "demote": 1}]}'''
\x on
SELECT (appraise(:card::scorecard, '{5,3,10}'::float8[])).*;
-- nothing at all
SELECT (appraise(:card::scorecard, '{NULL,NULL,NULL}'::float8[])).*;
-- no groups, no grades, no vetoes
SELECT (appraise('{"name": "plain", "indicators": [{"name": "a"}, {"name": "b"}]}'::scorecard, '{1,NULL}'::float8[])).*;
\x off
-- score, grade and appraise agree, also as columns and rows
SELECT count(*) AS rows, count(*) FILTER (WHERE s IS NOT DISTINCT FROM (a).score AND g IS NOT DISTINCT FROM (a).grade AND a = array_form AND a = row_form) AS agree
FROM (SELECT score(:card, r) AS s, grade(:card, r) AS g, appraise(:card, r) AS a, appraise(:card::scorecard, inputs(:card, r)) AS array_form, appraise(:card, CASE WHEN random() >= 0 THEN r END) AS row_form
	FROM (SELECT nullif(i % 12, 11)::float8 AS a, nullif(i % 7, 6)::float8 AS b, nullif(i % 120, 7)::float8 AS c FROM generate_series(1, 1000) AS i) AS r OFFSET 0) AS q;
-- the fields have the types that the type says, whichever form
SELECT pg_typeof((a).score), pg_typeof((a).grade), pg_typeof((a).notch), pg_typeof((a).rated), pg_typeof((a).coverage), pg_typeof((a).points), pg_typeof((a).group_scores), pg_typeof((a).vetoes), pg_typeof((a).reasons), pg_typeof((a).score_before), pg_typeof((a).grade_before)
FROM (SELECT appraise('{"name": "plain", "indicators": [{"name": "a"}]}'::scorecard, '{1}'::float8[]) AS a) AS q;
-- stored and read back
CREATE TABLE kept AS SELECT i, appraise(:card::scorecard, ARRAY[i, 3, 10]) AS a FROM generate_series(1, 10) AS i;
SELECT count(*) AS rows, count(*) FILTER (WHERE a = a::text::appraisal AND a = appraise(:card::scorecard, ARRAY[i, 3, 10])) AS same FROM kept;

--
-- coverage: effective weight present of that in all
--
-- weights 1, 2, 3: without b 4 of 6, with b alone 2 of 6; what is filled in, without a band or not applicable is not present
SELECT rating('{"name": "c", "indicators": [{"name": "a"}, {"name": "b", "weight": 2}, {"name": "c", "weight": 3}]}', v::float8[]) FROM unnest(ARRAY['{1,1,1}', '{1,NULL,1}', '{NULL,1,NULL}', '{NULL,NULL,NULL}']) AS v;
SELECT rating('{"name": "c", "indicators": [{"name": "a", "missing": 0}, {"name": "b", "bands": "1 >= 5", "missing": 0}, {"name": "c", "when": "a > 0", "missing": 0}, {"name": "d"}]}', v::float8[]) FROM unnest(ARRAY['{1,5,1,1}', '{NULL,4,1,1}', '{NULL,4,1,NULL}', '{0,4,1,1}']) AS v;
-- bonuses do not count, neither present nor missing; with nothing but bonuses all is there
SELECT rating('{"name": "c", "indicators": [{"name": "a"}, {"name": "b"}, {"name": "d", "bonus": true, "weight": 100}]}', v::float8[]) FROM unnest(ARRAY['{1,1,NULL}', '{1,NULL,1}', '{NULL,NULL,1}']) AS v;
SELECT rating('{"name": "c", "aggregate": "sum", "indicators": [{"name": "d", "bonus": true}]}', v::float8[]) FROM unnest(ARRAY['{1}', '{NULL}']) AS v;
-- groups: g has 1 of the 4 at the top, where a is 1 of 4 and b 3 of 4 of it; h has 2 of 4, x and y half of it each; z has 1 of 4.
-- a 1/16, b 3/16, x and y 1/4 each, z 1/4
\set tree '''{"name": "c", "groups": [{"name": "g"}, {"name": "h", "weight": 2}], "indicators": [{"name": "a", "group": "g"}, {"name": "b", "group": "g", "weight": 3}, {"name": "x", "group": "h"}, {"name": "y", "group": "h"}, {"name": "z"}]}'''
SELECT v, (appraise(:tree::scorecard, v::float8[])).coverage FROM unnest(ARRAY['{1,NULL,NULL,NULL,NULL}', '{NULL,1,NULL,NULL,NULL}', '{NULL,NULL,1,NULL,NULL}', '{NULL,NULL,NULL,1,1}', '{1,NULL,1,1,1}', '{1,1,1,1,1}']) AS v;
-- within sums and "earned" the weights themselves: a 1 and b 3 of a group that is half of the card, c and d half of theirs: 0.5, 1.5, 0.25, 0.25 of 2.5
SELECT v, (appraise('{"name": "c", "groups": [{"name": "s", "aggregate": "sum"}, {"name": "w", "aggregate": "worst"}], "indicators": [{"name": "a", "group": "s"}, {"name": "b", "group": "s", "weight": 3}, {"name": "c", "group": "w"}, {"name": "d", "group": "w"}]}'::scorecard, v::float8[])).coverage
FROM unnest(ARRAY['{1,NULL,NULL,NULL}', '{NULL,1,NULL,NULL}', '{NULL,NULL,1,NULL}', '{1,1,NULL,NULL}', '{1,1,1,1}']) AS v;
-- an empty group has its share, which nobody can bring: a is half of the card, and all that there is
SELECT (appraise('{"name": "c", "groups": [{"name": "e"}], "indicators": [{"name": "a"}]}'::scorecard, '{1}'::float8[])).coverage;

--
-- conditions of being rated
--
-- coverage: at the limit and below it
SELECT rating('{"name": "c", "indicators": [{"name": "a"}, {"name": "b"}, {"name": "c"}, {"name": "d"}], "rated": {"coverage": 0.75}, "grades": "A >= 5, B", "unrated": "none"}', v::float8[]) FROM unnest(ARRAY['{1,2,NULL,12}', '{1,2,NULL,NULL}', '{NULL,NULL,NULL,NULL}']) AS v;
-- sums of shares are a little off: six of twelve are half, two of three two thirds, whatever the digits
SELECT n, k, (appraise(format('{"name": "c", "indicators": [%s], "rated": {"coverage": %s}}', (SELECT string_agg(format('{"name": "i%s"}', i), ', ') FROM generate_series(1, n) AS i), round(k::numeric / n, 12))::scorecard,
	(SELECT array_agg(CASE WHEN i <= k THEN 1::float8 END ORDER BY i) FROM generate_series(1, n) AS i))).rated FROM (VALUES (12, 6), (20, 16), (3, 2), (25, 5), (7, 3)) AS t(n, k);
SELECT count(*) AS cards, count(*) FILTER (WHERE a.rated) AS rated FROM (SELECT n, k, appraise(format('{"name": "c", "indicators": [%s], "rated": {"coverage": %s}}', (SELECT string_agg(format('{"name": "i%s"}', i), ', ') FROM generate_series(1, n) AS i), k::numeric / n)::scorecard,
	(SELECT array_agg(CASE WHEN i <= k THEN 1::float8 END ORDER BY i) FROM generate_series(1, n) AS i)) AS a FROM generate_series(1, 60) AS n, generate_series(1, n) AS k) AS q, LATERAL (SELECT (q.a).rated) AS a;
-- a third of the weight is not 0.34 of it
SELECT rating('{"name": "c", "indicators": [{"name": "a"}, {"name": "b"}, {"name": "c"}], "rated": {"coverage": 0.34}, "grades": "A"}', '{1,NULL,NULL}');
-- groups: two of three, each with two indicators anywhere beneath it; the first, two levels deep, counts as a whole
\set three '''{"name": "c", "groups": [{"name": "one"}, {"name": "inner", "parent": "one"}, {"name": "two"}, {"name": "three"}], "indicators": [{"name": "a", "group": "one"}, {"name": "b", "group": "inner"}, {"name": "c", "group": "two"}, {"name": "d", "group": "two"}, {"name": "e", "group": "three"}, {"name": "f", "group": "three"}, {"name": "g"}], "rated": {"groups": 2, "indicators_per_group": 2, "any_group": ["one", "two"]}, "grades": "A"}'''
SELECT v, rating(:three::scorecard, v::float8[]) FROM unnest(ARRAY['{1,1,1,1,1,1,1}', '{1,1,NULL,NULL,1,1,NULL}', '{NULL,1,1,NULL,1,1,1}', '{1,1,1,NULL,1,NULL,1}', '{NULL,NULL,NULL,NULL,1,1,1}', '{1,1,NULL,NULL,NULL,NULL,NULL}']) AS v;
-- any_group and indicators_per_group without groups; a bonus and a filled-in number are not present
SELECT v, rating('{"name": "c", "groups": [{"name": "one \"quoted\""}, {"name": "two"}], "indicators": [{"name": "a", "group": "one \"quoted\""}, {"name": "b", "group": "one \"quoted\"", "bonus": true}, {"name": "c", "group": "two", "missing": 5}, {"name": "d", "group": "two"}], "rated": {"any_group": ["one \"quoted\""]}, "grades": "A"}', v::float8[])
FROM unnest(ARRAY['{1,NULL,NULL,NULL}', '{NULL,1,1,1}']) AS v;
SELECT v, rating('{"name": "c", "groups": [{"name": "one"}], "indicators": [{"name": "c", "group": "one", "missing": 5}, {"name": "d", "group": "one"}], "rated": {"groups": 1, "indicators_per_group": 2}, "grades": "A"}', v::float8[]) FROM unnest(ARRAY['{1,1}', '{NULL,1}']) AS v;
SELECT rating('{"name": "c", "groups": [{"name": "one"}], "indicators": [{"name": "a", "group": "one"}], "rated": {"indicators_per_group": 5}, "grades": "A"}', '{1}');
-- an indicator that must be there: each that is not is named, whether missing, without a band or not applicable
\set must '''{"name": "c", "indicators": [{"name": "a"}, {"name": "b", "missing": "unrated"}, {"name": "c d", "missing": "unrated", "bands": "1 >= 5", "when": "a > 0"}], "grades": "A >= 0, B", "unrated": "n/a"}'''
SELECT v, rating(:must::scorecard, v::float8[]) FROM unnest(ARRAY['{1,1,5}', '{1,NULL,5}', '{1,NULL,NULL}', '{1,1,4}', '{0,1,5}', '{NULL,NULL,NULL}']) AS v;
-- all reasons at once, in their order
SELECT rating('{"name": "c", "groups": [{"name": "g"}], "indicators": [{"name": "a", "group": "g", "missing": "unrated"}], "rated": {"coverage": 1, "groups": 1, "any_group": ["g"]}, "unrated": "none", "vetoes": [{"when": "b = 1", "reason": "and a veto", "unrate": true}, {"when": "b <> 2 and b > 0", "unrate": true}]}', '{NULL,1}');
-- unrated without a word for it is NULL; with one that is a grade, that grade has its notch; without grades there is none
SELECT a.grade, a.notch, a.rated FROM appraise('{"name": "c", "indicators": [{"name": "a"}], "grades": "A >= 5, B"}'::scorecard, '{NULL}'::float8[]) AS a;
SELECT a.grade, a.notch, a.rated FROM appraise('{"name": "c", "indicators": [{"name": "a"}], "grades": "A >= 5, B", "unrated": "B"}'::scorecard, '{NULL}'::float8[]) AS a;
SELECT a.grade, a.notch, a.rated FROM appraise('{"name": "c", "indicators": [{"name": "a"}], "unrated": "B"}'::scorecard, '{NULL}'::float8[]) AS a;
-- a score that no band matches has no grade, but is rated
SELECT a.score, a.grade, a.notch, a.rated FROM appraise('{"name": "c", "indicators": [{"name": "a"}], "grades": "A >= 5, B >= 3", "unrated": "none"}'::scorecard, '{2}'::float8[]) AS a;
-- the score is graded as it is rounded: 4.5 is 5
SELECT a.score, a.grade, a.notch FROM appraise('{"name": "c", "decimals": 0, "indicators": [{"name": "a"}], "grades": "A >= 5, B"}'::scorecard, '{4.5}'::float8[]) AS a;
-- grades where less is better
SELECT v, a.grade, a.notch FROM unnest('{0,8,8.5,15,16}'::float8[]) AS v, appraise('{"name": "c", "indicators": [{"name": "a"}], "grades": "优 <= 8, 良 <= 15, 差"}'::scorecard, ARRAY[v]) AS a;

DROP SCHEMA test_appraise CASCADE;
