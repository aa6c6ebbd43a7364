-- The cases of `make bench` that measure bundles, in the manner of cases.sql. Programs print seconds and a number of rows or cells.

-- case export: export of a bulletin to CSV, with sums, on the disk | COPY ... TO STDOUT of the same rows, thrown away
-- reach at most 1.3
-- measured program bench/bundle_export.py
-- against program bench/bundle_copy.py

-- case verify: verify of that bundle: every hash, record, score and grade | reading the same rows back from the server
-- reach at most 1
-- measured program bench/bundle_verify.py
-- against program bench/bundle_copy.py

-- case verify-cells: the same | its cells at five million a second
-- reach at most 1
-- measured program bench/bundle_verify.py
-- against program bench/bundle_cells.py
