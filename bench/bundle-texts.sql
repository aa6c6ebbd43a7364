-- What the cases of bundle-cases.sql need in each session: the database of the bulletin.

\connect bundle
\pset tuples_only on
\pset format unaligned
