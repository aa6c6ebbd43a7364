-- Privileges

GRANT USAGE ON SCHEMA credence TO PUBLIC;
