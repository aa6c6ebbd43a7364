\echo Use "CREATE EXTENSION credence_disclosure CASCADE" to load this file. \quit

-- The disclosure: what the public may see of the registry, when and for how long. Files in reading order: roles; the
-- canonical form; templates and policies; clocks; bulletins and their items; drawing up; the life of a bulletin;
-- publication and the chain; the public views; previews; rights.
--
-- The manner is that of the registry: functions write, tables are read; who may act is asked of session_user; every
-- function names its search_path; where one is SECURITY DEFINER, the line above it says why.

