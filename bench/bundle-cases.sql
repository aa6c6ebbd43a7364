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

-- case chain: verify_chain: every hash of that bulletin, its items' order and its seal | the bare sha256 of the same items
-- reach at most 1.5
-- measured
SELECT count(*) FROM credence_disclosure.verify_chain();
-- against
SELECT count(sha256(convert_to(canonical, 'UTF8'))) FROM credence_disclosure.item;
