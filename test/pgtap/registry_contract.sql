-- What the registry promises of its objects: comments, types that clients understand, and who may do what, in both
-- directions. Read from the catalogs, so that an object added later is held to it too; exceptions are listed by name.

\set QUIET 1
BEGIN;
SELECT no_plan();

CREATE TEMPORARY VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, d.objsubid) AS description
FROM pg_depend d
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
WHERE e.extname = 'credence_registry';

CREATE TEMPORARY VIEW member_function AS
SELECT p.*, p.oid::regprocedure::text AS signature, l.lanname
FROM member m
JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
JOIN pg_language l ON l.oid = p.prolang;

CREATE TEMPORARY VIEW member_relation AS
SELECT c.*
FROM member m
JOIN pg_class c ON m.classid = 'pg_class'::regclass AND m.objid = c.oid;

-- the views that dashboards read
CREATE TEMPORARY TABLE dashboard (name text PRIMARY KEY);
INSERT INTO dashboard SELECT unnest('{evaluation,run_result,current_grade,grade_history,ranking,grade_distribution,grade_migration,line_breakdown,
	event_ledger,repair_status,appeals,consequences,plan_progress,plan_overall,fund_balance,agency_evaluation,data_quality}'::text[]);

-- who may call what; o officer, p publisher, a administrator, r reader
CREATE TEMPORARY TABLE may_call (who text, name text PRIMARY KEY);
INSERT INTO may_call SELECT 'oa', unnest('{lock_for_writing,may_act_in,require_officer,require_region,require_subject,current_batch,discard_batch,
	put_subject,put_identity,erase_identity,record_tie,end_tie,record_agreement,record_event,revoke_event,record_observation,record_commitment,record_repair,
	load_subjects,load_ties,load_agreements,load_events,load_observations,
	file_appeal,accept_appeal,refuse_appeal,withdraw_appeal,decide_appeal,request_override,confirm_override,refuse_override,
	choose_suspension,settle_consequence,commit_seed,draw,put_inspector,record_conflict,assign_inspectors}'::text[]);
INSERT INTO may_call SELECT 'pa', unnest('{prerate,put_on_notice,finalise,abandon}'::text[]);
INSERT INTO may_call SELECT 'a', unnest('{put_code,put_region,map_officer,unmap_officer,put_holiday,put_time_zone,put_rule,require_admin,
	scheme_import,scheme_activate,scheme_retire,evaluate,refresh,rerank,run_begin,run_gather,run_link,run_finish,run_abandon,run_perform,refresh_run,raise_again,
	correct_run,put_plan_target,put_warning_threshold,check,invariants}'::text[]);
-- what only other functions of the registry call
INSERT INTO may_call SELECT '', unnest('{adjust_result,agreement_problems,apply_consequences,bad_events,bad_observations,check_outcome,clear_staging,code_problem,
	consequence_sql,date_problem,day_problem,draw_candidates,drop_facts_before,evaluate_as_if,even_out,event_problems,fix_as_of,
	import_codes,import_rules,keep_plan,land_events,land_observations,link_results,lock_appeal,lock_consequence,lock_override,lock_result,
	lock_run,lock_scheme,make_append_only,make_years,numeric_problem,observation_problems,overridden,plain_date,planned_refresh,protect,
	raise_empty_batch,raise_problems,rank_results,reappraise,reappraise_sql,record_version,relink,refuse_batch,refuse_place,required_measures,
	sample_frequency,sample_of,require_one_judged_by,scheme_with,seal_when_final,step_run,subject_code_problem,subject_problems,try_date,try_jsonb,try_numeric}'::text[]);

-- who may read what else than everybody of the four
CREATE TEMPORARY TABLE may_read (who text, name text PRIMARY KEY);
INSERT INTO may_read SELECT 'oa', unnest('{person_identity,inspector,inspector_conflict,conflict_of_interest,inspection}'::text[]);
INSERT INTO may_read SELECT 'a', unnest('{officer_region}'::text[]);
INSERT INTO may_read SELECT '', unnest('{subject_load,tie_load,agreement_load,event_load,observation_load,run_plan}'::text[]);

-- functions that act with the rights of their owner, each with its reason in the source
CREATE TEMPORARY TABLE definer (name text PRIMARY KEY);
INSERT INTO definer SELECT unnest('{abandon,accept_appeal,assign_inspectors,choose_suspension,commit_seed,confirm_override,correct_run,decide_appeal,discard_batch,draw,
	erase_identity,file_appeal,finalise,inspection_plan,load_agreements,load_events,load_observations,load_subjects,load_ties,
	log_run_step,map_officer,prerate,put_code,put_holiday,put_identity,put_inspector,put_on_notice,put_plan_target,
	put_region,put_rule,put_subject,put_time_zone,put_warning_threshold,record_agreement,record_commitment,record_conflict,record_event,
	record_observation,record_repair,record_tie,refresh_run,refuse_appeal,refuse_override,request_override,require_subject,
	rerank,revoke_event,run_abandon,run_begin,run_finish,run_gather,run_link,scheme_activate,scheme_import,scheme_retire,
	settle_consequence,unmap_officer,verify_draw,visible_regions,withdraw_appeal}'::text[]);

CREATE FUNCTION pg_temp.holders(privilege text, kind text, object oid) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(substr(role, 10, 1), '' ORDER BY place), '')
	FROM unnest('{credence_reader,credence_officer,credence_publisher,credence_admin}'::text[]) WITH ORDINALITY r (role, place)
	WHERE CASE kind WHEN 'function' THEN has_function_privilege(role, object, privilege) ELSE has_table_privilege(role, object, privilege) END
$$;

-- documentation
SELECT is_empty($$
	SELECT description FROM member m
	WHERE NOT EXISTS (SELECT FROM pg_description d WHERE d.classoid = m.classid AND d.objoid = m.objid AND d.objsubid = 0 AND d.description <> '')
	AND NOT EXISTS (SELECT FROM pg_class c WHERE m.classid = 'pg_class'::regclass AND c.oid = m.objid AND c.relkind IN ('S', 'i', 'c'))
	AND NOT EXISTS (SELECT FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
		WHERE m.classid = 'pg_type'::regclass AND t.oid = m.objid AND (t.typcategory = 'A' OR c.relkind IN ('r', 'v', 'p')))
	ORDER BY 1 $$,
	'every object has a comment');
SELECT is_empty($$
	SELECT c.relname || '.' || a.attname FROM member_relation c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND coalesce(col_description(c.oid, a.attnum), '') = '' ORDER BY 1 $$,
	'every column of every table and view has a comment');

-- views
SELECT is_empty($$ SELECT name FROM dashboard WHERE name NOT IN (SELECT relname FROM member_relation WHERE relkind = 'v') $$,
	'every dashboard view is there');
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (reloptions), false) ORDER BY 1 $$,
	'every view reads with the rights of who asks');
SELECT is_empty($$
	SELECT c.relname || '.' || a.attname || ': ' || format_type(a.atttypid, a.atttypmod)
	FROM member_relation c JOIN dashboard d ON d.name = c.relname JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
	WHERE a.atttypid <> ALL ('{text,int4,int8,date,timestamptz,bool,numeric}'::regtype[]) OR a.atttypid = 'numeric'::regtype AND a.atttypmod = -1 ORDER BY 1 $$,
	'every column of a dashboard view has a type that clients understand, numbers with precision and scale');
SELECT is_empty($$
	SELECT c.relname || '.' || a.attname FROM member_relation c JOIN dashboard d ON d.name = c.relname
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname ~ '_en$'
	WHERE NOT EXISTS (SELECT FROM pg_attribute z WHERE z.attrelid = c.oid AND z.attname = regexp_replace(a.attname, '_en$', '_zh')) ORDER BY 1 $$,
	'every label is there in both languages');
SELECT is_empty($$
	SELECT c.relname || '.' || a.attname FROM member_relation c JOIN dashboard d ON d.name = c.relname
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname ~ '_en$'
	WHERE a.attname NOT IN ('scheme_en', 'region_en', 'rule_en', 'consequence_en', 'indicator_en')
	AND NOT EXISTS (SELECT FROM pg_attribute z WHERE z.attrelid = c.oid AND z.attname = regexp_replace(a.attname, '_en$', '_order') AND z.atttypid = 'int4'::regtype) ORDER BY 1 $$,
	'every code with a label has a place in its order');
SELECT is_empty($$
	SELECT c.relname || '.' || a.attname FROM member_relation c JOIN dashboard d ON d.name = c.relname
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid = 'bool'::regtype
	WHERE NOT EXISTS (SELECT FROM pg_attribute z WHERE z.attrelid = c.oid AND z.attname = a.attname || '_flag' AND z.atttypid = 'text'::regtype) ORDER BY 1 $$,
	'every boolean is there as Y or N too');
SELECT is_empty($$
	SELECT name FROM dashboard WHERE NOT EXISTS (SELECT FROM pg_attribute a JOIN member_relation c ON c.oid = a.attrelid
		WHERE c.relname = name AND a.attname = 'as_of' AND a.atttypid = 'timestamptz'::regtype) $$,
	'every dashboard view says as of when it is');
SELECT is_empty($$
	SELECT name FROM dashboard WHERE name IN ('run_result', 'current_grade', 'grade_history', 'ranking', 'grade_distribution', 'grade_migration', 'line_breakdown', 'evaluation', 'appeals', 'consequences')
	AND NOT EXISTS (SELECT FROM pg_attribute a JOIN member_relation c ON c.oid = a.attrelid WHERE c.relname = name AND a.attname = 'evaluated_at') $$,
	'every view with results says when they were evaluated');
SELECT is_empty($$
	SELECT c.domain || ' ' || c.code FROM credence_registry.code_list c WHERE c.label_en = '' OR c.label_zh = '' ORDER BY 1 $$,
	'every code has a label in both languages');
SELECT is_empty($$
	SELECT c.domain || ' ' || c.sort_order FROM credence_registry.code_list c GROUP BY c.domain, c.sort_order HAVING count(*) > 1 ORDER BY 1 $$,
	'no two codes of a domain have the same place');

-- functions
SELECT is_empty($$
	SELECT signature FROM member_function
	WHERE lanname IN ('sql', 'plpgsql') AND prosqlbody IS NULL AND prokind <> 'p'
	AND NOT EXISTS (SELECT FROM unnest(proconfig) setting WHERE setting LIKE 'search_path=pg_catalog, %, pg_temp') ORDER BY 1 $$,
	'every function has its names bound, pg_catalog first and pg_temp last');
SELECT bag_eq(
	'SELECT DISTINCT proname::text FROM member_function WHERE prosecdef', 'SELECT name FROM definer',
	'the functions that act with the rights of their owner are those listed');
SELECT is_empty($$
	SELECT signature::text FROM member_function WHERE coalesce(nullif(prosrc, ''), pg_get_functiondef(oid)) ~* 'current_date|localtime'
	UNION ALL SELECT relname::text FROM member_relation WHERE relkind = 'v' AND pg_get_viewdef(oid) ~* 'current_date|localtime'
	UNION ALL SELECT signature::text FROM member_function WHERE pg_get_expr(proargdefaults, 0) ~* 'current_date|localtime'
	UNION ALL SELECT r.relname || ' ' || a.adnum FROM pg_attrdef a JOIN member_relation r ON r.oid = a.adrelid WHERE pg_get_expr(adbin, adrelid) ~* 'current_date|localtime' $$,
	'no clock goes by the day of the session');
SELECT is_empty($$ SELECT signature FROM member_function WHERE proleakproof $$, 'no function claims to be leakproof');

-- privileges: functions
CREATE ROLE credence_contract_nobody;
SELECT is_empty($$ SELECT signature FROM member_function WHERE has_function_privilege('credence_contract_nobody', oid, 'EXECUTE') ORDER BY 1 $$,
	'nobody outside of the roles may call any function');
SELECT is_empty($$
	SELECT name FROM may_call WHERE name NOT IN (SELECT proname FROM member_function) ORDER BY 1 $$,
	'every function listed is there');
SELECT is_empty($$
	SELECT signature || ' is for ' || coalesce(nullif(pg_temp.holders('EXECUTE', 'function', oid), ''), 'nobody') || ', expected ' || coalesce(nullif(coalesce(who, 'ropa'), ''), 'nobody')
	FROM member_function LEFT JOIN may_call ON name = proname
	WHERE prorettype <> 'trigger'::regtype AND pg_temp.holders('EXECUTE', 'function', oid) <> coalesce(who, 'ropa') ORDER BY 1 $$,
	'every function may be called by those it is for, and by no others');
SELECT is_empty($$
	SELECT signature FROM member_function LEFT JOIN may_call ON name = proname
	WHERE provolatile = 'v' AND prorettype <> 'trigger'::regtype AND who IS NULL ORDER BY 1 $$,
	'every function that may write is listed');

-- privileges: tables
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind IN ('r', 'p', 'v', 'S')
	AND CASE WHEN relkind = 'S' THEN has_sequence_privilege('credence_contract_nobody', oid, 'USAGE, SELECT, UPDATE')
		ELSE has_table_privilege('credence_contract_nobody', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
			OR has_any_column_privilege('credence_contract_nobody', oid, 'SELECT, INSERT, UPDATE, REFERENCES') END ORDER BY 1 $$,
	'nobody outside of the roles may read or write any table');
SELECT is_empty($$
	SELECT relname || ' is read by ' || coalesce(nullif(pg_temp.holders('SELECT', 'table', oid), ''), 'nobody') || ', expected ' || coalesce(nullif(coalesce(who, 'ropa'), ''), 'nobody')
	FROM member_relation LEFT JOIN may_read ON name = relname
	WHERE relkind IN ('r', 'p', 'v') AND NOT relispartition AND pg_temp.holders('SELECT', 'table', oid) <> coalesce(who, 'ropa') ORDER BY 1 $$,
	'every table and view is read by those it is for, and by no others');
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relispartition AND pg_temp.holders('SELECT, INSERT, UPDATE, DELETE, TRUNCATE', 'table', oid) <> '' ORDER BY 1 $$,
	'partitions are read through their table alone, under its row security');
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind IN ('r', 'p', 'v') AND pg_temp.holders('INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER', 'table', oid) <> '' ORDER BY 1 $$,
	'no table is written to but by functions');
SELECT is_empty($$
	SELECT relname || ', ' || role FROM member_relation, unnest('{credence_reader,credence_officer,credence_publisher,credence_admin}'::text[]) role
	WHERE relkind IN ('r', 'p') AND has_any_column_privilege(role, oid, 'INSERT')
	AND NOT (role IN ('credence_officer', 'credence_admin') AND relname ~ '_load$') ORDER BY 1 $$,
	'columns are written to in staging tables only, by officers and administrators');
SELECT is_empty($$
	SELECT relname FROM member_relation
	WHERE relkind IN ('r', 'p') AND NOT relispartition AND NOT relrowsecurity AND relname NOT IN ('region', 'draw_seed', 'officer_region') AND relname !~ '_load$'
	AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = oid AND a.attname IN ('subject_id', 'region') AND NOT a.attisdropped) ORDER BY 1 $$,
	'every table with a subject or a region is under row security');
SELECT ok(NOT EXISTS (SELECT FROM unnest('{credence_reader,credence_officer,credence_publisher,credence_admin}'::text[]) role
	WHERE NOT has_schema_privilege(role, 'credence_registry', 'USAGE') OR has_schema_privilege(role, 'credence_registry', 'CREATE')),
	'the four roles may use the schema and create nothing in it');
SELECT is_empty($$
	SELECT a.rolname || ' in ' || b.rolname FROM pg_auth_members m JOIN pg_roles a ON a.oid = m.member JOIN pg_roles b ON b.oid = m.roleid
	WHERE a.rolname IN ('credence_reader', 'credence_officer', 'credence_publisher', 'credence_admin') $$,
	'none of the four roles is a member of another');

-- the extension itself
SELECT ok(extname = 'credence_registry' AND NOT extrelocatable AND extnamespace = 'credence_registry'::regnamespace, 'the extension is where it says')
FROM pg_extension WHERE extname = 'credence_registry';
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind = 'r' AND NOT oid = ANY (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'credence_registry')
	AND relname NOT IN ('run_transition') AND relname !~ '_load$' ORDER BY 1 $$,
	'every table that users fill is dumped');
SELECT is_empty($$
	SELECT relname FROM member_relation WHERE relkind = 'S' AND relname !~ '_load_' AND NOT oid = ANY (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'credence_registry') ORDER BY 1 $$,
	'every sequence is dumped');

SELECT * FROM finish();
ROLLBACK;
