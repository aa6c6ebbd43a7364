\echo Use "CREATE EXTENSION credence_registry CASCADE" to load this file. \quit

-- The registry: the credit file of every subject. Files in reading order: codes, regions and who sees what; subjects;
-- rules and facts; loading; schemes; evaluation; the life of a result; consequences; views; rights.
--
-- Every function names its search_path or qualifies its names. Who may write is asked of session_user, the login
-- role, not of current_user: that stays right behind a pooler that resets roles, and inside SECURITY DEFINER.
-- Where a function is SECURITY DEFINER, the line above it says why.

