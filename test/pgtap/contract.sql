-- What the extension promises of its objects: read from the catalogs, so that an object
-- added later is held to it too. Exceptions are listed here by name.

\set QUIET 1
BEGIN;
SELECT no_plan();

-- everything that belongs to the extension, but array types, which are members of it since PostgreSQL 17 and nobody's to comment on
CREATE TEMPORARY VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, d.objsubid) AS description
FROM pg_depend d
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
WHERE e.extname = 'credence'
	AND NOT (d.classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t WHERE t.typarray = d.objid));

CREATE TEMPORARY VIEW member_function AS
SELECT p.*, p.oid::regprocedure::text AS signature, l.lanname
FROM member m
JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
JOIN pg_language l ON l.oid = p.prolang;

CREATE TEMPORARY VIEW member_aggregate AS
SELECT f.signature, f.proname, a.*
FROM member_function f
JOIN pg_aggregate a ON a.aggfnoid = f.oid;

CREATE TEMPORARY VIEW member_type AS
SELECT t.*
FROM member m
JOIN pg_type t ON m.classid = 'pg_type'::regclass AND m.objid = t.oid;

-- exceptions, each with its reason
CREATE TEMPORARY TABLE exception (rule text, object text, reason text);
INSERT INTO exception VALUES
	('no operator class', 'norms btree', 'norms are the same or not, there is no order of them'),
	('no operator class', 'weighted_values btree', 'a state of aggregation, not to be sorted'),
	('no operator class', 'weighted_values hash', 'a state of aggregation, not to be grouped by'),
	('no combine function', 'balance', 'a balance depends on the order of rows');
INSERT INTO exception VALUES
	('no combine function', 'balance', 'the result depends on the order of all rows');

SELECT is_empty($$
	SELECT rule, object FROM exception
	WHERE object NOT IN (SELECT signature FROM member_function UNION SELECT proname FROM member_function
						 UNION SELECT typname || ' ' || amname FROM member_type, pg_am) $$,
	'every exception is about something');

-- documentation
SELECT is_empty($$
	SELECT description FROM member m
	WHERE NOT EXISTS (SELECT 1 FROM pg_description d
					  WHERE d.classoid = m.classid AND d.objoid = m.objid AND d.objsubid = 0 AND d.description <> '')
	ORDER BY 1 $$,
	'every object has a comment');

-- place and kind
SELECT is_empty($$
	SELECT description FROM member WHERE classid = 'pg_class'::regclass
	AND objid NOT IN (SELECT typrelid FROM member_type) $$,
	'the extension has no tables, views or sequences');
SELECT is_empty($$
	SELECT signature FROM member_function WHERE pronamespace <> 'credence'::regnamespace
	UNION ALL SELECT typname FROM member_type WHERE typnamespace <> 'credence'::regnamespace $$,
	'every function and type is in the schema credence');

-- functions
SELECT is_empty($$
	SELECT signature FROM member_function
	WHERE provolatile = 'v' AND signature NOT IN (SELECT object FROM exception WHERE rule = 'volatile') $$,
	'no function is volatile');
SELECT is_empty($$
	SELECT signature FROM member_function
	WHERE proparallel <> 's' AND signature NOT IN (SELECT object FROM exception WHERE rule = 'not parallel safe') $$,
	'every function is parallel safe');
SELECT is_empty($$ SELECT signature FROM member_function WHERE prosecdef $$,
	'no function runs with the rights of its owner');
SELECT is_empty($$ SELECT signature FROM member_function WHERE proleakproof $$,
	'no function claims to be leakproof');
SELECT is_empty($$
	SELECT signature FROM member_function
	WHERE lanname = 'c' AND (probin <> '$libdir/credence' OR prosrc NOT LIKE 'credence\_%') $$,
	'every C function is one of the module');
SELECT is_empty($$
	SELECT signature FROM member_function
	WHERE lanname NOT IN ('c', 'internal')
	AND prosqlbody IS NULL
	AND NOT EXISTS (SELECT 1 FROM unnest(proconfig) setting WHERE setting LIKE 'search_path=%') $$,
	'every function in SQL or PL/pgSQL has its names bound');
SELECT is_empty($$
	SELECT signature FROM member_function WHERE lanname = 'internal' AND prokind <> 'a' $$,
	'no function is a second name for one of the server');

-- aggregates: what parallel plans and sharding need
SELECT is_empty($$
	SELECT signature FROM member_aggregate a JOIN pg_type t ON t.oid = a.aggtranstype WHERE t.typtype = 'p' $$,
	'no aggregate keeps its state in a pseudo-type such as internal');
SELECT is_empty($$
	SELECT signature FROM member_aggregate
	WHERE aggcombinefn = 0 AND proname NOT IN (SELECT object FROM exception WHERE rule = 'no combine function') $$,
	'every aggregate has a combine function');
SELECT is_empty($$
	SELECT a.signature || ' uses ' || f.oid::regprocedure
	FROM member_aggregate a
	JOIN pg_proc f ON f.oid IN (aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn, aggminvtransfn, aggmfinalfn)
	WHERE f.proparallel <> 's' $$,
	'every support function of an aggregate is parallel safe');
SELECT is_empty($$ SELECT signature FROM member_aggregate WHERE aggkind <> 'n' $$,
	'no aggregate is an ordered-set aggregate, which sharding cannot split');

-- types
SELECT is_empty($$
	SELECT typname FROM member_type WHERE typtype = 'b' AND typcategory <> 'A' AND (typsend = 0 OR typreceive = 0) $$,
	'every type has a binary form');
SELECT is_empty($$
	SELECT t.typname || ': ' || f.oid::regprocedure
	FROM member_type t JOIN pg_proc f ON f.oid IN (typinput, typoutput, typreceive, typsend)
	WHERE typtype = 'b' AND typcategory <> 'A' AND (provolatile <> 'i' OR NOT proisstrict) $$,
	'input and output of every type are immutable and strict');
SELECT is_empty($$
	SELECT typname || ' has no ' || amname || ' class'
	FROM member_type t, pg_am
	WHERE t.typtype = 'b' AND t.typcategory <> 'A' AND amname IN ('btree', 'hash')
	AND NOT EXISTS (SELECT 1 FROM pg_opclass c WHERE c.opcmethod = pg_am.oid AND c.opcintype = t.oid AND c.opcdefault)
	AND typname || ' ' || amname NOT IN (SELECT object FROM exception WHERE rule = 'no operator class') $$,
	'every type can be sorted, grouped and joined by');
SELECT is_empty($$
	SELECT o.oid::regoperator::text
	FROM member m JOIN pg_operator o ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid
	WHERE o.oprresult = 'boolean'::regtype AND (o.oprcom = 0 OR o.oprnegate = 0) $$,
	'every comparison knows its commutator and its negator');

-- privileges
CREATE ROLE credence_contract_nobody;
SELECT ok(has_schema_privilege('credence_contract_nobody', 'credence', 'USAGE'), 'everyone may use the schema');
SELECT ok(NOT has_schema_privilege('credence_contract_nobody', 'credence', 'CREATE'), 'nobody may create in the schema');
SELECT is_empty($$
	SELECT signature FROM member_function WHERE NOT has_function_privilege('credence_contract_nobody', oid, 'EXECUTE') $$,
	'everyone may call every function');
SELECT is_empty($$
	SELECT typname FROM member_type WHERE NOT has_type_privilege('credence_contract_nobody', oid, 'USAGE') $$,
	'everyone may use every type');

-- the extension itself
SELECT ok(extname = 'credence' AND NOT extrelocatable AND extnamespace = 'credence'::regnamespace AND extconfig IS NULL,
	'the extension is where it says and dumps no tables')
FROM pg_extension WHERE extname = 'credence';
SELECT ok(trusted AND superuser AND requires IS NULL, 'the extension is trusted and needs no other')
FROM pg_available_extension_versions WHERE name = 'credence' AND installed;

SELECT * FROM finish();
ROLLBACK;
