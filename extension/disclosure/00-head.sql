\echo Use "CREATE EXTENSION credence_disclosure CASCADE" to load this file. \quit

-- The disclosure: what the public may see of the registry, when and for how long. Files in reading order: roles; the
-- canonical form; templates and policies; clocks; bulletins and their items; drawing up; the life of a bulletin;
-- publication and the chain; the public views; previews; rights.
--
-- The manner is that of the registry: functions write, tables are read; who may act is asked of session_user; every
-- function names its search_path; where one is SECURITY DEFINER, the line above it says why.

-- Masks count characters, and the canonical form orders keys by their UTF-8 bytes: in SQL_ASCII neither would be right.
DO $$
BEGIN
	IF pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.<>) 'UTF8' THEN
		RAISE EXCEPTION 'credence_disclosure needs a database in UTF8, and this one is in %', pg_catalog.getdatabaseencoding()
			USING ERRCODE = 'feature_not_supported', HINT = 'Create one with CREATE DATABASE ... ENCODING ''UTF8'' TEMPLATE template0.';
	END IF;
END $$;

