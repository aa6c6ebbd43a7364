-- Type scorecard: every limit at its edge, hostile size and depth.
SET client_min_messages = warning;
CREATE SCHEMA test_scorecard_limits;
SET search_path = test_scorecard_limits, credence;

-- what is said of a text, or accepted
CREATE FUNCTION problem(card text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM card::scorecard;
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ' ' || replace(sqlerrm, 'invalid input for type scorecard: ', '... ');
END $$;

-- count elements, made of a format with the number, joined by commas
CREATE FUNCTION list(element text, count int) RETURNS text LANGUAGE sql
RETURN (SELECT string_agg(replace(element, '#', i::text), ', ' ORDER BY i) FROM generate_series(1, count) AS i);

\pset tuples_only
\pset format unaligned

-- 1000 indicators
SELECT problem('{"name": "c", "indicators": [' || list('{"name": "i#"}', n) || ']}') FROM unnest('{1000,1001}'::int[]) AS n;
-- 200 groups
SELECT problem('{"name": "c", "groups": [' || list('{"name": "g#"}', n) || '], "indicators": [{"name": "a"}]}') FROM unnest('{200,201}'::int[]) AS n;
-- 100 vetoes
SELECT problem('{"name": "c", "vetoes": [' || list('{"when": "a = #", "unrate": true}', n) || '], "indicators": [{"name": "a"}]}') FROM unnest('{100,101}'::int[]) AS n;
-- 8 levels of groups
SELECT problem('{"name": "c", "groups": [{"name": "g0"}, ' || (SELECT string_agg(format('{"name": "g%s", "parent": "g%s"}', i, i - 1), ', ') FROM generate_series(1, n - 1) AS i) || '], "indicators": [{"name": "a"}]}')
FROM unnest('{8,9}'::int[]) AS n;
-- the deepest card is evaluated from the inside out, also where it is written from the inside out: 7 x 2^8
SELECT score(('{"name": "c", "aggregate": "sum", "groups": [' || (SELECT string_agg(format('{"name": "g%s", "aggregate": "sum", "weight": 2%s}', i, CASE WHEN i > 1 THEN format(', "parent": "g%s"', i - 1) ELSE '' END), ', ' ORDER BY i DESC)
	FROM generate_series(1, 8) AS i) || '], "indicators": [{"name": "a", "group": "g8"}]}')::scorecard, '{7}'::float8[]);
-- 64 terms of a condition
SELECT problem('{"name": "c", "vetoes": [{"when": "' || replace(list('a<>#', n), ',', ' and') || '", "unrate": true}], "indicators": [{"name": "a"}]}') FROM unnest('{64,65}'::int[]) AS n;
-- 256 bands, 1024 knots: in a card as outside
SELECT problem('{"name": "c", "indicators": [{"name": "a", "bands": "' || list('1 <= #', n) || '"}]}') FROM unnest('{256,257}'::int[]) AS n;
SELECT problem('{"name": "c", "grades": "' || list('G# <= #', n) || '", "indicators": [{"name": "a"}]}') FROM unnest('{256,257}'::int[]) AS n;
SELECT problem('{"name": "c", "indicators": [{"name": "a", "curve": "' || list('#:#', n) || '"}]}') FROM unnest('{1024,1025}'::int[]) AS n;
-- 1024 texts of a column: the categories of one indicator, or of all that read it and the texts it is compared with
SELECT problem('{"name": "c", "indicators": [{"name": "a", "categories": {' || list('"c#": #', n) || '}}]}') FROM unnest('{1024,1025}'::int[]) AS n;
SELECT problem('{"name": "c", "indicators": [{"name": "a", "categories": {' || list('"c#": #', 1023) || '}}, {"name": "b", "input": "a", "categories": {"c1": 0, ' || list('"d#": #', n) || '}}]}')
FROM unnest('{1,2}'::int[]) AS n;
SELECT problem('{"name": "c", "indicators": [{"name": "a", "categories": {' || list('"c#": #', 1024) || '}, "when": "a <> ''' || t || '''"}]}') FROM unnest('{c7,d}'::text[]) AS t;
-- 1600 columns: 1000 of indicators, the rest of conditions
SELECT problem('{"name": "c", "indicators": [' || list('{"name": "i#"}', 1000) || '], "vetoes": [' || (SELECT string_agg(format('{"unrate": true, "when": "%s"}',
	(SELECT string_agg(format('c%s = 0', 60 * v + t), ' and ') FROM generate_series(1, 60) AS t)), ', ') FROM generate_series(1, 10) AS v) || extra || ']}')
FROM unnest(ARRAY['', ', {"unrate": true, "when": "i1 = 0 and another = 0"}']) AS extra;
-- 256 bytes of a name, an input, a category, a label, a compared text, a version; 4096 of a title, a unit, a reason
SELECT key, problem('{"name": "c", "indicators": [{"name": "a"}, {' || replace(card, '#', repeat('x', n)) || '}]}') FROM unnest('{256,257}'::int[]) AS n, (VALUES
	('name', '"name": "#"'), ('input', '"name": "b", "input": "#"'), ('category', '"name": "b", "categories": {"#": 1}'), ('condition', '"name": "b", "when": "# = 1"'),
	('quoted', '"name": "b", "when": "\"#\" = 1"'), ('text', '"name": "b", "when": "c = ''#''"'), ('bands', '"name": "b", "bands": "\"#\" > 1, 5"')) AS t(key, card);
SELECT key, problem('{"name": "c", "indicators": [{"name": "a"}], ' || replace(card, '#', repeat('x', n)) || '}') FROM unnest('{256,257}'::int[]) AS n, (VALUES
	('version', '"version": "#"'), ('unrated', '"unrated": "#"'), ('grades', '"grades": "# > 1"'), ('group', '"groups": [{"name": "#"}]'), ('veto', '"vetoes": [{"when": "a = 1", "grade": "#"}]')) AS t(key, card);
SELECT problem('{"name": "' || repeat('x', n) || '", "indicators": [{"name": "a"}]}') FROM unnest('{256,257}'::int[]) AS n;
SELECT key, problem('{"name": "c", "indicators": [{"name": "a"' || replace(card, '#', repeat('x', n)) || '}') FROM unnest('{4096,4097}'::int[]) AS n, (VALUES
	('title', ', "title": "#"}]'), ('unit', ', "unit": "#"}]'), ('card', '}], "title": "#"'), ('group', '}], "groups": [{"name": "g", "title": "#"}]'), ('reason', '}], "vetoes": [{"when": "a = 1", "unrate": true, "reason": "#"}]')) AS t(key, card);
-- bytes, not characters
SELECT problem('{"name": "' || repeat('甲', n) || '", "indicators": [{"name": "a"}]}') FROM unnest('{85,86}'::int[]) AS n;
-- 1024 keys of an object that knows none of them
SELECT left(problem('{' || list('"k#": 1', n) || '}'), 60) FROM unnest('{1024,1025}'::int[]) AS n;
-- 16 levels of JSON, and a million
SELECT left(problem('{"name": "c", "title": ' || repeat('[', n) || repeat(']', n) || '}'), 200) FROM unnest('{15,16,500000}'::int[]) AS n;
SELECT left(problem(repeat('[', 1000000)), 200), left(problem(repeat('{"a":', 200000)), 200);
-- 1 MB of text; 64 MB of it
SELECT problem('{"name": "c", "indicators": [{"name": "a"}]}' || repeat(' ', 1048576 - 44)), problem('{"name": "c", "indicators": [{"name": "a"}]}' || repeat(' ', 1048577 - 44));
SELECT problem('{"name": "c", "indicators": [{"name": "a"}]}' || repeat(' ', 64 * 1024 * 1024));
-- a text just short of it that holds nothing but trouble
SELECT left(problem('{"name": "c", "indicators": [' || repeat('1,', 524000) || '1]}'), 100);
SELECT left(problem('{"name": "' || repeat('\u4e2d', 170000) || '"}'), 100);
SELECT left(problem('{"' || repeat('甲', 300000) || '": 1}'), 60);
-- a message that had to be cut is whole characters
SELECT octet_length(convert_to(problem('{"x' || repeat('甲', n) || '": 1}'), 'GB18030')) > 0 FROM unnest('{330,331,332,333,334,335,336,337,338,339,340,341,342,343,344,1000}'::int[]) AS n;
SELECT bool_and(octet_length(convert_to(problem('{"name": "c", "indicators": [{"name": "a", "when": "a = ''' || repeat('x', n) || repeat('甲', 100) || '"}]}'), 'GB18030')) > 0) FROM generate_series(0, 3) AS n;
-- a path is cut on the left
SELECT problem('{"name": "c", "indicators": [{"name": "a", "categories": {"' || repeat('键', 300) || '": "x"}}]}');
-- the most that a card can be: 84 000 bands
SELECT length(text) BETWEEN 1000000 AND 1048576, length(text::scorecard::text) = length(text) FROM (SELECT '{"name": "c", "indicators": [' || (SELECT string_agg(format('{"name": "i%s", "bands": "%s"}', i,
	(SELECT string_agg(format('%s >= %s', 256 - b, 256 - b), ', ') FROM generate_series(1, 84) AS b)), ', ') FROM generate_series(1, 1000) AS i) || ']}' AS text) AS widest;

\pset tuples_only
\pset format aligned
DROP SCHEMA test_scorecard_limits CASCADE;
