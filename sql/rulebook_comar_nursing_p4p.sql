-- Rulebook comar-nursing-p4p: its published examples.
\getenv top PG_ABS_SRCDIR
\cd :top
SET search_path = public, credence;

\set card `cat rulebooks/comar-nursing-p4p/card.json`

-- highest 90, weighted median 70
SELECT weighted_median(value, days) FROM (VALUES (60, 100), (70, 300), (90, 100)) AS v (value, days);
CREATE TABLE facility (name text, quality float8, days int);
INSERT INTO facility SELECT format('%s, %s days', quality, days), quality, days
FROM (VALUES (90, 100), (80, 1), (70, 300), (60, 100), (50, 1), (45, 1), (49.9, 1), (85, 0), (NULL, 1000)) AS f (quality, days);
\set ECHO none
\i rulebooks/comar-nursing-p4p/score.sql
\set ECHO all

-- exactly half of the days: median between two facilities
TRUNCATE facility;
INSERT INTO facility VALUES ('a', 60, 100), ('b', 80, 50), ('c', 90, 50);
\set ECHO none
\i rulebooks/comar-nursing-p4p/score.sql
\set ECHO all

-- the highest is the median too
TRUNCATE facility;
INSERT INTO facility VALUES ('a', 90, 300), ('b', 90, 1), ('c', 89, 100);
\set ECHO none
\i rulebooks/comar-nursing-p4p/score.sql
\set ECHO all

-- one facility, and none
TRUNCATE facility;
INSERT INTO facility VALUES ('a', 50, 1);
\set ECHO none
\i rulebooks/comar-nursing-p4p/score.sql
\set ECHO all
TRUNCATE facility;
INSERT INTO facility VALUES ('a', NULL, 1);
\set ECHO none
\i rulebooks/comar-nursing-p4p/score.sql
\set ECHO all
DROP TABLE facility;
