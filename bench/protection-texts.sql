-- What the cases of protection-cases.sql need in each session.

\pset tuples_only on
\pset format unaligned
SET client_min_messages = warning;
