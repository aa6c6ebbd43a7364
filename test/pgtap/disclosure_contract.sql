-- What the disclosure promises of its objects: comments, types that clients understand, and who may do what. Read from the
-- catalogs, so that an object added later is held to it too; exceptions are listed by name.

\set QUIET 1
BEGIN;
SELECT no_plan();

CREATE TEMPORARY VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, d.objsubid) AS description
FROM pg_depend d
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
WHERE e.extname = 'credence_disclosure';

CREATE TEMPORARY VIEW member_function AS
SELECT p.*, p.oid::regprocedure::text AS signature, l.lanname
FROM member m
JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
JOIN pg_language l ON l.oid = p.prolang;

CREATE TEMPORARY VIEW member_relation AS
SELECT c.* FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND m.objid = c.oid;

-- what everyone reads from outside
CREATE TEMPORARY TABLE public_view (name text PRIMARY KEY);
INSERT INTO public_view SELECT unnest('{bulletins,bulletin_entries,bulletin_values,bulletin_cells,bulletin_items,bulletin_chain,bulletin_adjustments,bulletin_schemes,bulletin_norms}'::text[]);

-- who may call what; c public, r reader, o officer, p publisher, a administrator. What is not listed is for publishers and administrators.
CREATE TEMPORARY TABLE may_call (who text, name text PRIMARY KEY);
INSERT INTO may_call VALUES ('cropa', 'left_early'), ('a', 'put_template'), ('a', 'policy_import');
INSERT INTO may_call SELECT '', unnest('{broken_item,lower_is_better,day_of_run,publication_time_problems,rows_of,shown_values,today_of,run_changes,inputs_with_minimum,draw_up_problems,salt,list_of,items_hash,step_bulletin,lock_bulletin,obstacles,class_values,region_rows,named_in,lists_beside,list_covers,primary_rule,needed_interval,table_cells,
	table_equations,network_of,variables_of,said_before,protect_table,protect_network,protect_cells,suppress_also,put_tables,audited_cells,audit_release,audited,cell_obstacles,
	certified_system,certificate_fault,certificate_problem,keep_documents,norms_problems,documents_problem,adjustments_before,adjustments_of,names_all_ranked,recomputable,
	generalised,given_away_by_missing,thin_classes,anonymity_problems,generalised_value,
	require_cases,table_title,cases_beside,suppress_beside,rings_of,ring_tables,ring_numbers,ring_problem}'::text[]);
INSERT INTO may_call SELECT 'ropa', unnest('{plain_text,compound_surnames,mask_name,mask_identity,mask_phone,mask_address,mask_code,mask_initial,masked,generalise_number,generalise_date,generalise_region,
	class_counts_in,class_counts_out,class_counts_recv,class_counts_send,class_counts_accum,class_counts_combine,class_counts_k,class_counts_l,k_anonymity,l_diversity,small_classes}'::text[]);

-- functions that act with the rights of their owner, each with its reason in the source
CREATE TEMPORARY TABLE definer (name text PRIMARY KEY);
INSERT INTO definer SELECT unnest('{put_template,policy_import,draw_up,review,announce,discard,object_to,answer_objection,serve,publication_obstacles,publish,anonymity,
	withdraw,withdraw_subject,left_early,preview_entries,preview_values,preview_cells,difference,verify_chain,preview_adjustments,audit_cells,linked_system,certify,draw_up_anew}'::text[]);

CREATE FUNCTION pg_temp.holders(privilege text, kind text, object oid) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(letter, '' ORDER BY place), '')
	FROM unnest('{credence_public,credence_reader,credence_officer,credence_publisher,credence_admin}'::text[], '{c,r,o,p,a}'::text[]) WITH ORDINALITY r (role, letter, place)
	WHERE CASE kind WHEN 'function' THEN has_function_privilege(role, object, privilege) ELSE has_table_privilege(role, object, privilege) END
$$;

-- documentation
SELECT is_empty($$
	SELECT description FROM member m
	WHERE NOT EXISTS (SELECT FROM pg_description d WHERE d.classoid = m.classid AND d.objoid = m.objid AND d.objsubid = 0 AND d.description <> '')
	AND NOT EXISTS (SELECT FROM pg_class c WHERE m.classid = 'pg_class'::regclass AND c.oid = m.objid AND c.relkind IN ('S', 'i'))
	AND NOT EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
		WHERE m.classid = 'pg_type'::regclass AND t.oid = m.objid AND (t.typcategory = 'A' OR c.relkind IN ('r', 'v')))
	ORDER BY 1 $$,
	'every object has a comment');
SELECT is_empty($$
	SELECT c.relname || '.' || a.attname FROM member_relation c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE c.relkind IN ('r', 'v') AND coalesce(col_description(c.oid, a.attnum), '') = '' ORDER BY 1 $$,
	'every column of every table and view has a comment');

-- the public views
SELECT bag_eq($$ SELECT relname::text FROM member_relation WHERE relkind = 'v' AND pg_temp.holders('SELECT', 'table', oid) ~ 'c' $$, 'SELECT name FROM public_view',
	'the public reads the public views, and no other relation');
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind = 'v' AND (relowner <> 'credence_public_owner'::regrole OR NOT coalesce('security_barrier=true' = ANY (reloptions), false)) ORDER BY 1 $$,
	'every view belongs to the plain role and is a barrier');
SELECT is_empty($$
	SELECT c.relname || '.' || a.attname || ': ' || format_type(a.atttypid, a.atttypmod)
	FROM member_relation c JOIN public_view d ON d.name = c.relname JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
	WHERE a.atttypid <> ALL ('{text,int4,int8,date,numeric}'::regtype[]) OR a.atttypid = 'numeric'::regtype AND a.atttypmod = -1 ORDER BY 1 $$,
	'every column of a public view has a type that clients understand, numbers with precision and scale');
SELECT is_empty($$
	SELECT c.relname || '.' || a.attname FROM member_relation c JOIN public_view d ON d.name = c.relname
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname ~ '_en$'
	WHERE NOT EXISTS (SELECT FROM pg_attribute z WHERE z.attrelid = c.oid AND z.attname = regexp_replace(a.attname, '_en$', '_zh')) ORDER BY 1 $$,
	'every label is there in both languages');
SELECT is_empty($$
	SELECT name FROM public_view WHERE name <> 'bulletins' AND NOT EXISTS (SELECT FROM pg_attribute a JOIN member_relation c ON c.oid = a.attrelid
		WHERE c.relname = name AND a.attname = 'suppression_reason' AND a.atttypid = 'text'::regtype) $$,
	'every view from which something can be withheld says why');

-- functions
SELECT is_empty($$
	SELECT signature FROM member_function WHERE lanname IN ('sql', 'plpgsql') AND prosqlbody IS NULL
	AND NOT EXISTS (SELECT FROM unnest(proconfig) setting WHERE setting LIKE 'search_path=pg_catalog, %, pg_temp') ORDER BY 1 $$,
	'every function has its names bound, pg_catalog first and pg_temp last');
SELECT bag_eq('SELECT DISTINCT proname::text FROM member_function WHERE prosecdef', 'SELECT name FROM definer',
	'the functions that act with the rights of their owner are those listed');
CREATE ROLE credence_contract_nobody;
SELECT is_empty($$ SELECT signature FROM member_function WHERE has_function_privilege('credence_contract_nobody', oid, 'EXECUTE') ORDER BY 1 $$,
	'nobody outside of the roles may call any function');
SELECT is_empty($$
	SELECT signature || ' is for ' || coalesce(nullif(pg_temp.holders('EXECUTE', 'function', oid), ''), 'nobody')
	FROM member_function LEFT JOIN may_call ON name = proname
	WHERE prorettype <> 'trigger'::regtype AND pg_temp.holders('EXECUTE', 'function', oid) <> coalesce(who, 'pa') ORDER BY 1 $$,
	'every function may be called by those it is for, and by no others');
SELECT is_empty('SELECT name FROM may_call WHERE name NOT IN (SELECT proname FROM member_function)', 'every function listed is there');

-- tables
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind IN ('r', 'v') AND pg_temp.holders('INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER', 'table', oid) <> '' ORDER BY 1 $$,
	'no table is written to but by functions');
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind IN ('r', 'v', 'S')
	AND CASE WHEN relkind = 'S' THEN has_sequence_privilege('credence_contract_nobody', oid, 'USAGE, SELECT, UPDATE')
		ELSE has_table_privilege('credence_contract_nobody', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
			OR has_any_column_privilege('credence_contract_nobody', oid, 'SELECT, INSERT, UPDATE, REFERENCES') END ORDER BY 1 $$,
	'nobody outside of the roles may read or write any table');
SELECT is_empty($$
	SELECT relname || ', ' || role FROM member_relation, unnest('{credence_public,credence_reader,credence_officer}'::text[]) role
	WHERE relkind = 'r' AND has_any_column_privilege(role, oid, 'SELECT') $$,
	'tables are read by publishers and administrators alone');
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind = 'r' AND relname NOT IN ('template', 'bulletin_transition', 'bulletin')
	AND (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = member_relation.oid AND g.tgenabled = 'A' AND g.tgname IN ('append_only', 'append_only_truncate')) <> 2 ORDER BY 1 $$,
	'what was said stays: every table of it is append-only, always');
SELECT ok(NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.member IN ('credence_public'::regrole, 'credence_public_owner'::regrole)), 'the public is a member of nothing');

-- the extension itself
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind IN ('r', 'S') AND relname <> 'bulletin_transition'
	AND NOT oid = ANY (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'credence_disclosure') ORDER BY 1 $$,
	'every table and sequence that is filled is dumped');
SELECT is_empty($$ SELECT conrelid::regclass FROM pg_constraint WHERE contype = 'f' AND conrelid IN (SELECT oid FROM member_relation) $$,
	'no foreign keys stand in the way of a dump');

SELECT * FROM finish();
ROLLBACK;
