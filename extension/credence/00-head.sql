\echo Use "CREATE EXTENSION credence" to load this file. \quit

-- everyone may call the functions; what they read is the caller's own
GRANT USAGE ON SCHEMA credence TO PUBLIC;

