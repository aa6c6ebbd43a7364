-- Rulebooks retention-taiyuan and retention-fujian: their published examples.
\getenv top PG_ABS_SRCDIR
\cd :top
SET search_path = public, credence;

-- Taiyuan
\set assessment `cat rulebooks/retention-taiyuan/assessment.json`
\set payout `cat rulebooks/retention-taiyuan/payout.json`

CREATE TABLE provider (name text, deposit numeric, daily float8, year_end float8, annual_check text);
INSERT INTO provider VALUES
	('a: example of 91.0', 1000000, 85, 95, 'passed'),
	('b: nothing to deduct', 1000000, 95, 95, 'passed'),
	('c: better than needed', 500000, 100, 98, 'passed'),
	('d: check failed', 1000000, 96, 96, 'failed'),
	('e: third from the bottom', 1000000, 89, 89, 'passed'),
	('f: second from the bottom', 1000000, 88.5, 88.5, 'passed'),
	('g: last', 1000000, 88, 88, 'passed'),
	('h: not assessed', 1000000, 70, NULL, 'passed');
\set ECHO none
\i rulebooks/retention-taiyuan/payout.sql
\set ECHO all

-- the boundary of cancellation, away from the bottom ranks
TRUNCATE provider;
INSERT INTO provider VALUES
	('a: 60', 1000000, 60, 60, 'passed'), ('b: 59.9', 1000000, 59.9, 59.9, 'passed'),
	('c: tied last', 1000000, 10, 10, 'passed'), ('d: tied last', 1000000, 10, 10, 'passed'), ('e: below 60', 1000000, 10.5, 10.5, 'passed');
\set ECHO none
\i rulebooks/retention-taiyuan/payout.sql
\set ECHO all
DROP TABLE provider;

-- Fujian, of 500,000 kept
\set card `cat rulebooks/retention-fujian/card.json`
CREATE TABLE provider (name text, retention numeric, assessment numeric);
INSERT INTO provider SELECT lpad(n::text, 2, '0'), 500000, assessment
	FROM unnest('{92, 90, 85, 80, 79.999, 79, 74, 60, 59.9, 0, NULL}'::numeric[]) WITH ORDINALITY AS t (assessment, n);
\set ECHO none
\i rulebooks/retention-fujian/payout.sql
\set ECHO all
DROP TABLE provider;
