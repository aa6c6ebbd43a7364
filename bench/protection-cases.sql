-- The cases of `make bench` that measure the protection of cells, in the manner of cases.sql; against the clock, since nothing
-- else in the database does the same.

-- case suppression: secondary suppression of 200 x 50 cells with one hierarchy, 2,114 of them primary, to the end of the search | one second
-- reach at most 10
-- measured
SELECT count(*) FROM protection_case, credence_disclosure.suppress_cells(parents, rows, columns, counts, states, sliding_protection => widths, time_limit => NULL);
-- against
SELECT count(*) FROM (SELECT pg_sleep(1)) second;

-- case audit: exact intervals of all suppressed cells of that table | one second
-- reach at most 3
-- measured
SELECT count(*) FROM protection_case, credence_disclosure.inferred_intervals(parents, rows, columns, counts, suppressed);
-- against
SELECT count(*) FROM (SELECT pg_sleep(1)) second;
