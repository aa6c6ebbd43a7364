-- Type scorecard: canonical output of every key, binary form, order, casts.
SET client_min_messages = warning;
CREATE SCHEMA test_scorecard;
SET search_path = test_scorecard, credence;

--
-- canonical output: keys in the order of the format, defaults left out, shortest numbers
--
-- everything at once, in another order and with every default written out that is one
\pset format unaligned
SELECT replace(replace(($$ {
	"vetoes": [
		{"unrate": true, "when": "cases<10"},
		{"score": 0, "grade": "D", "reason": "fraud", "when": "fraud = 1 and score>=0"},
		{"cap": "B", "when": "\"group\" <> 'x' and group.safety < 50.0 and points.wait > 1e1"},
		{"demote": 1, "unrate": false, "when": "late > 0 and kind = 'it''s'"},
		{"demote": 2, "when": "late > 1"}],
	"unrated": "N/A",
	"grades": "A>=90,B>=80,C>=60,D",
	"rated": {"any_group": ["safety"], "indicators_per_group": 2, "groups": 1, "coverage": 0.50},
	"indicators": [
		{"missing": "skip", "step": 0.5, "cap": [0, 100.0], "curve": "0:0,100:100", "direction": "higher",
			"bonus": false, "weight": 1, "group": "safety", "unit": "%", "title": "Falls", "when": "beds>=20", "input": "falls_rate", "name": "falls"},
		{"missing": "unrated", "bands": "5<=8,3<=15,0", "weight": 2.50, "group": "wait", "name": "wait"},
		{"missing": 5, "categories": {"good": 10, "bad": -1e0}, "bonus": true, "direction": "none", "name": "audit"},
		{"name": "cost", "standardise": "zscore", "direction": "lower", "cap": [-3, 3]},
		{"name": "plain", "input": "plain", "direction": "higher"}],
	"groups": [
		{"ceiling": 100, "floor": 0, "aggregate": "mean", "weight": 1.0, "title": "Safety", "name": "safety"},
		{"take": 2, "aggregate": "best", "name": "access"},
		{"name": "wait", "parent": "access", "weight": 3, "aggregate": "sum", "base": 10}],
	"decimals": 2, "ceiling": 110, "floor": -1e1, "base": 5, "aggregate": "sum",
	"version": "2026.1", "title": "Everything \"quoted\" \u00e9\u4e2d \t\\", "name": "all"
} $$::scorecard)::text, ', {', E',\n{'), ', "', E',\n"') AS canonical;
\pset format aligned

-- defaults leave no trace
SELECT $$ {"name": "x", "aggregate": "mean", "decimals": 6, "groups": [], "vetoes": [], "rated": {"coverage": 0, "groups": 0, "indicators_per_group": 1},
	"indicators": [{"name": "a", "input": "a", "weight": 1, "bonus": false, "direction": "higher", "missing": "skip"}]} $$::scorecard;

-- what is said is kept where it differs from the default: each key alone
SELECT split_part((format('{"name": "x"%s, "indicators": [{"name": "a"}]}', key))::scorecard::text, ', "indicators"', 1) AS card FROM (VALUES
	(', "title": "T"'), (', "title": ""'), (', "version": "1"'), (', "version": ""'), (', "aggregate": "sum"'), (', "aggregate": "geometric"'),
	(', "aggregate": "worst"'), (', "aggregate": "best"'), (', "aggregate": "best", "take": 1'), (', "aggregate": "best", "take": 3'),
	(', "aggregate": "sum", "base": 0'), (', "aggregate": "sum", "base": -0.50'), (', "floor": 0'), (', "ceiling": 0'), (', "floor": -1, "ceiling": 1'),
	(', "decimals": 0'), (', "decimals": 9'), (', "decimals": 6'))
	AS t(key);
SELECT substr((format('{"name": "x", "indicators": [{"name": "a"%s}]}', key))::scorecard::text, 30) AS indicator FROM (VALUES
	(', "input": "b"'), (', "when": "c  >=  1.0   and d<>''x'' "'), (', "title": "T"'), (', "unit": "days"'), (', "weight": 0.1'), (', "bonus": true'),
	(', "direction": "lower"'), (', "direction": "none"'),
	(', "standardise": "zscore"'), (', "standardise": "minmax"'), (', "standardise": "ratio_to_best"'), (', "standardise": "ratio_to_mean"'),
	(', "standardise": "median_range"'), (', "standardise": "robust_z"'), (', "standardise": "percentile"'),
	(', "curve": "0:0,1:1"'), (', "bands": "1 > 0,0"'), (', "categories": {"b": 1, "a": 2}'), (', "categories": {"": 0, "优": 1e2}'),
	(', "cap": [1, 1]'), (', "step": 1'), (', "step": 0.000001'), (', "missing": "unrated"'), (', "missing": 0'), (', "missing": -5.5'))
	AS t(key);

-- the direction is left out where the shape says it, and kept where it does not
SELECT t.shape, split_part((format('{"name": "x", "indicators": [{"name": "a", %s%s}]}', t.shape, d.direction))::scorecard::text, '"name": "a", ', 2) AS canonical
FROM (VALUES ('"curve": "0:0, 1:1"'), ('"curve": "0:1, 1:0"'), ('"curve": "0:0, 1:1, 2:0"'), ('"curve": "5:5"'), ('"bands": "2 >= 5, 1"'), ('"bands": "2 <= 5, 1"'),
	('"bands": "1 >= 5, 2"'), ('"bands": "1 >= 5, 1"'), ('"categories": {"b": 1}')) AS t(shape),
	LATERAL (SELECT CASE t.shape
		WHEN '"curve": "0:0, 1:1"' THEN ', "direction": "higher"'
		WHEN '"curve": "0:1, 1:0"' THEN ', "direction": "lower"'
		WHEN '"curve": "0:0, 1:1, 2:0"' THEN ', "direction": "none"'
		WHEN '"curve": "5:5"' THEN ', "direction": "lower"'
		WHEN '"bands": "2 >= 5, 1"' THEN ', "direction": "higher"'
		WHEN '"bands": "2 <= 5, 1"' THEN ', "direction": "lower"'
		WHEN '"bands": "1 >= 5, 2"' THEN ', "direction": "lower"'
		WHEN '"bands": "1 >= 5, 1"' THEN ', "direction": "none"'
		ELSE ', "direction": "lower"' END) AS d(direction);

-- conditions: every operator, every operand, quoting
SELECT split_part(split_part((format('{"name": "x", "groups": [{"name": "g"}, {"name": "h h"}], "indicators": [{"name": "i"}, {"name": "p q"}], "vetoes": [{"when": %s, "unrate": true}]}',
	to_json(condition)))::scorecard::text, '"when": ', 2), ', "unrate"', 1) AS canonical FROM (VALUES
	('a>=1'), ('a > 1'), ('a<=1'), ('a <1'), ('a= 1'), ('a<>1'), ('a = ''t'''), ('a <> ''it''''s'''), ('a = '''''), ('score >= 60'), ('group.g < 1'), ('group."h h" < 1'), ('points.i = 0'),
	('points."p q" = 0'), ('"a" = 1'), ('"score" = 1'), ('"and" = 1'), ('"group.g" = 1'), ('"points.a" = 1'), ('"x y" = 1'), ('"q""q" = 1'), ('"=" = 1'),
	('科室=''甲'''), ('a=''x''and b=2'), ('a = 1 and"x y" = 2'), (E'a\t=\n1 \r\nand b=-1.50e1'), ('Score=1'), ('scores=1'), ('group=1'), ('And=1'), ('a.b=1'))
	AS t(condition);

--
-- reading twice is reading once: text, jsonb, json
--
CREATE TABLE card (code int PRIMARY KEY, value scorecard);
INSERT INTO card VALUES
	(1, '{"name": "一", "indicators": [{"name": "床位", "bands": "5 >= 100, 0"}]}'),
	(2, '{"name": "b", "indicators": [{"name": "a", "categories": {"x": 1, "w": 0}}], "vetoes": [{"when": "score < 1 and a = ''w''", "score": 0.30000000000000004}]}'),
	(3, '{"name": "c", "aggregate": "geometric", "groups": [{"name": "g", "standardise": "zscore", "floor": 0}], "indicators": [{"name": "a", "group": "g", "when": "b <> 0"}], "rated": {"groups": 1, "any_group": ["g"]}}');
INSERT INTO card SELECT 4, format('{"name": "long", "indicators": [%s]}', string_agg(format('{"name": "i%s", "title": %s, "curve": "0:0, 1:%s"}', i, to_json(md5(i::text)), i), ', '))::scorecard
FROM generate_series(1, 300) AS i;
SELECT code, value::text::scorecard::text = value::text AS text, value::json::scorecard = value AS json FROM card ORDER BY code;
-- jsonb has an order of its own for keys, and so for categories, whose order is that of their codes
SELECT code, value::jsonb::scorecard = value AS same FROM card ORDER BY code;
SELECT value::jsonb::scorecard FROM card WHERE code = 2;
SELECT value::jsonb -> 'indicators' -> 0 ->> 'name' FROM card ORDER BY code;
SELECT jsonb_build_object('name', 'x', 'indicators', jsonb_build_array(jsonb_build_object('name', 'a')))::scorecard;

--
-- order and equality: by canonical text
--
SELECT a = b AS same, a <> b AS different, a < b AS before, a <= b AS at_most, a > b AS after, a >= b AS at_least, scorecard_cmp(a, b)
FROM (VALUES
	('{"name":"x","indicators":[{"name":"a","weight":1.0}]}'::scorecard, '{"indicators":[{"name":"a"}],"name":"x"}'::scorecard),
	('{"name":"x","indicators":[{"name":"a"}]}', '{"name":"y","indicators":[{"name":"a"}]}'),
	('{"name":"y","indicators":[{"name":"a"}]}', '{"name":"x","indicators":[{"name":"a"}]}')) AS t(a, b);
SELECT value::text = (SELECT value::text FROM card WHERE code = 2) AS found FROM card WHERE value = (SELECT value FROM card WHERE code = 2);
CREATE UNIQUE INDEX card_btree ON card USING btree (value) WHERE code < 4;
CREATE INDEX card_hash ON card USING hash (value);
SET enable_seqscan = off;
SELECT code FROM card WHERE value = '{"name": "一", "indicators": [{"name": "床位", "bands": "5>=100,0"}]}';
RESET enable_seqscan;
INSERT INTO card SELECT -code, value FROM card WHERE code = 1;
SELECT count(DISTINCT value) FROM (SELECT value FROM card UNION ALL SELECT value FROM card) AS twice;
SELECT scorecard_hash(value) = scorecard_hash(value::text::scorecard) AS hash, scorecard_hash_extended(value, 1) <> scorecard_hash_extended(value, 2) AS seeded FROM card ORDER BY code;

--
-- binary form: a version byte, then the canonical text
--
SELECT encode(scorecard_send('{"name":"x","indicators":[{"name":"a"}]}'), 'escape');
CREATE TABLE copied (LIKE card);
\copy card TO 'results/scorecard.copy' WITH (FORMAT binary)
\copy copied FROM 'results/scorecard.copy' WITH (FORMAT binary)
SELECT count(*) AS rows, count(*) FILTER (WHERE a.value::text = b.value::text) AS same FROM card a JOIN copied b USING (code);
\copy card TO 'results/scorecard.copy'
\copy copied FROM 'results/scorecard.copy'
SELECT count(*) AS rows, count(*) FILTER (WHERE a.value::text = b.value::text) AS same FROM card a JOIN copied b USING (code);

-- hostile: another version, no text, JSON that is none, a card that is none
CREATE TABLE received (card scorecard);
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\3\377{}\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\1\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\2\1{\377\377"' WITH (FORMAT binary)
\copy received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\1\0\0\0\3\1{}\377\377"' WITH (FORMAT binary)
SELECT count(*) FROM received;

-- a card that is stored out of line is the same card
SELECT pg_column_size(value) > 2000 AS large, length(value::text) > 20000 AS long_text, value = value::text::scorecard AS same FROM card WHERE code = 4;
ALTER TABLE copied ALTER COLUMN value SET STORAGE external;
TRUNCATE copied;
INSERT INTO copied SELECT * FROM card;
SELECT count(*) AS rows, count(*) FILTER (WHERE a.value = b.value) AS same FROM card a JOIN copied b USING (code);

DROP SCHEMA test_scorecard CASCADE;
