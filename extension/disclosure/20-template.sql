-- templates: what a kind of bulletin has, as data; policies fill them in

CREATE TABLE template (
	code		text COLLATE "C" PRIMARY KEY CHECK (code <> ''),
	title_en	text NOT NULL,
	title_zh	text NOT NULL,
	defaults	jsonb NOT NULL CHECK (pg_catalog.jsonb_typeof(defaults) = 'object'),
	required	text[] NOT NULL DEFAULT '{}',
	shipped		boolean NOT NULL DEFAULT false
);

COMMENT ON TABLE template IS
'Kinds of bulletins. A policy names one, takes its defaults over and gives the keys that it requires. Written with put_template.';
COMMENT ON COLUMN template.code IS 'What policies call it, such as P1.';
COMMENT ON COLUMN template.title_en IS 'What it is called in English.';
COMMENT ON COLUMN template.title_zh IS 'What it is called in Chinese.';
COMMENT ON COLUMN template.defaults IS 'Keys of a policy document that hold where the policy says nothing else; keys of list, table and window one by one.';
COMMENT ON COLUMN template.required IS 'Keys that a policy must give itself, such as columns or list.grades; those of table unless it has tables of its own.';
COMMENT ON COLUMN template.shipped IS 'Whether the extension brought it; such rows are not dumped and not changed.';

SELECT pg_catalog.pg_extension_config_dump('template', 'WHERE NOT shipped');

INSERT INTO template (code, title_en, title_zh, defaults, required, shipped) VALUES
	('P1', 'Annual credit results: grades by class, with the list', '年度信用评价结果公告',
		'{"period": "year", "table": {"rows": "level", "margins": true}, "list": {"order": "grade"}}', '{columns,minimum_cell}', true),
	('P2', 'Quarterly list of serious cases', '严重失信名单',
		'{"period": "quarter", "list": {"order": "grade"}, "calendar": ["01-01", "04-01", "07-01", "10-01"]}', '{columns,list.grades,window}', true),
	('P3', 'Costs of institutions', '医疗机构医药费用与费用结构公示',
		'{"list": {"order": "code"}}', '{columns}', true),
	-- August the first half, February the whole year
	('P4', 'Costs by disease', '单病种费用公示',
		'{"table": {"columns": null, "margins": true, "cost": "value", "title": {"en": "By disease", "zh": "按病种"}}, "calendar": ["02-01", "08-01"]}',
		'{table.rows,table.cases,table.means,minimum_cell}', true),
	('P5', 'Use of the fund and credit grade by institution', '基金使用情况与信用等级公示',
		'{"list": {"order": "code"}}', '{columns}', true),
	('P6', 'Annual budget targets by institution', '医疗机构年度总额控制目标公布',
		'{"period": "year", "list": {"order": "code"}}', '{columns}', true),
	('P7', 'Procurement prices', '药品耗材采购价格披露',
		'{"list": {"order": "code"}}', '{columns}', true),
	('P8', 'Enforcement statistics', '基金监管执法统计',
		'{"table": {"columns": null, "margins": true, "percent": "column", "cost": "value", "title": {"en": "Enforcement", "zh": "执法统计"}}}',
		'{table.rows,minimum_cell}', true),
	('P9', 'Progress of a plan by indicator', '规划主要指标完成情况',
		'{"list": {"order": "code"}}', '{columns}', true),
	('P10', 'Monthly ranking', '月度排名通报',
		'{"period": "month", "list": {"order": "rank"}}', '{columns}', true),
	('P11', 'Changes of persons'' payment qualification', '相关人员医保支付资格状态变更通报',
		'{"audience": "restricted", "list": {"order": "code"}}', '{columns,masks,list.grades}', true),
	-- served by announcement: 自公告之日起经过15日即视为送达
	('P12', 'Service of proposed grades', '拟定信用等级送达公告',
		'{"stage": "notice", "deemed_served": {"days": 15}, "list": {"order": "code"}}', '{columns}', true);

-- A policy document with what its template adds: the keys of list, table and window one by one, the rest as a whole.
CREATE FUNCTION policy_filled(document jsonb)
RETURNS jsonb
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
	SELECT t.defaults || document || coalesce((SELECT jsonb_object_agg(k.key, (t.defaults -> k.key) || (document -> k.key))
		FROM unnest('{list,table,window}'::text[]) k (key)
		WHERE jsonb_typeof(t.defaults -> k.key) = 'object' AND jsonb_typeof(document -> k.key) = 'object'), '{}')
	FROM (SELECT coalesce((SELECT CASE WHEN document ? 'tables' THEN d.defaults - 'table' ELSE d.defaults END
		FROM credence_disclosure.template d WHERE d.code = document ->> 'template'), '{}') AS defaults) t
$$;

COMMENT ON FUNCTION policy_filled(jsonb) IS
'A policy document together with the defaults of its template; of list, table and window each key by itself; the table of the template is left out where the document has tables. The document itself where there is no such template.';

-- SECURITY DEFINER: templates are written by functions alone.
CREATE FUNCTION put_template(code text, title_en text, title_zh text, defaults jsonb DEFAULT '{}', required text[] DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	problems text[];
BEGIN
	PERFORM credence_registry.require_role('credence_admin');
	IF coalesce(code, '') = '' OR title_en IS NULL OR title_zh IS NULL OR defaults IS NULL OR required IS NULL THEN
		RAISE EXCEPTION 'a template needs a code and both titles' USING ERRCODE = 'null_value_not_allowed';
	ELSIF EXISTS (SELECT FROM credence_disclosure.template t WHERE t.code = code AND t.shipped) THEN
		RAISE EXCEPTION 'template "%" came with the extension and cannot be changed', code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Put it under another code.';
	END IF;
	SELECT array_agg(concat_ws(': ', nullif(p.path, ''), p.problem) ORDER BY p.path, p.problem) INTO problems
	FROM credence_disclosure.policy_shape_problems(defaults) p WHERE p.problem !~ '^needs the key ';
	PERFORM credence_registry.refuse_scheme(format('the defaults of template "%s" are no part of a policy', code), problems);
	INSERT INTO credence_disclosure.template AS t (code, title_en, title_zh, defaults, required)
	VALUES (code, title_en, title_zh, defaults, required)
	ON CONFLICT ON CONSTRAINT template_pkey DO UPDATE
		SET title_en = excluded.title_en, title_zh = excluded.title_zh, defaults = excluded.defaults, required = excluded.required;
END $$;

COMMENT ON FUNCTION put_template(text, text, text, jsonb, text[]) IS
'Puts a template: its title in both languages, the keys of a policy document that it sets (defaults) and those that a policy must give (required). Policies that were imported keep what they took over. By an administrator. Errors: 22023 naming what is no part of a policy, 55000 for a template of the extension, 42501 for others.';

