-- In a function in SQL a name that is both a column and a parameter is the column, and nobody is told. PL/pgSQL refuses it: each body is
-- compiled as such, and called with NULLs.

\set QUIET 1
BEGIN;
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, public, pg_temp;
SELECT no_plan();

CREATE FUNCTION pg_temp.refusals() RETURNS TABLE (signature text, refusal text) LANGUAGE plpgsql AS $$
DECLARE
	member record;
BEGIN
	FOR member IN
		SELECT p.oid::regprocedure::text AS signature, p.proname AS name, rtrim(p.prosrc, E'; \n') AS body, a.parameters, a.nulls
		FROM pg_proc p
		JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'sql'
		CROSS JOIN LATERAL (SELECT string_agg(format('%I %s', p.proargnames[n], format_type(type, NULL)), ', ' ORDER BY n) AS parameters,
				string_agg(format('NULL::%s', format_type(type, NULL)), ', ' ORDER BY n) AS nulls, count(*) FILTER (WHERE type = 'anyelement'::regtype) AS any
			FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY t (type, n)) a
		WHERE p.pronamespace::regnamespace::text ~ '^credence' AND p.prokind = 'f' AND p.prosrc <> '' AND p.pronargs > 0 AND p.proargnames IS NOT NULL AND a.any = 0
	LOOP
		signature := member.signature;
		refusal := NULL;
		BEGIN
			EXECUTE format('CREATE FUNCTION pg_temp.%I(%s) RETURNS void LANGUAGE plpgsql AS %L', member.name, member.parameters,
				format(CASE WHEN member.body ~ '^\s*(SELECT|WITH)\M' THEN E'#variable_conflict error\nBEGIN\nPERFORM * FROM (%s\n) q;\nEND'
					ELSE E'#variable_conflict error\nBEGIN\n%s;\nEND' END, member.body));
			EXECUTE format('SELECT pg_temp.%I(%s)', member.name, member.nulls);
		EXCEPTION WHEN OTHERS THEN
			refusal := SQLERRM;
		END;
		RETURN NEXT;
	END LOOP;
END $$;

CREATE TEMPORARY TABLE tried AS SELECT * FROM pg_temp.refusals();
SELECT cmp_ok((SELECT count(*) FROM tried), '>', 100::bigint, 'there are functions in SQL');
SELECT is_empty('SELECT * FROM tried WHERE refusal IS NOT NULL', 'in none of them can a name be a column and a parameter');

SELECT * FROM finish();
ROLLBACK;
