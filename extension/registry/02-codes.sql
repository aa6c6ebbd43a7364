-- codes: every code that a column of the registry may hold, with its labels and its order

-- Codes are compared byte by byte, here and in every table: their order is the same in every database, and loading
-- is not held up by the rules of a language.
CREATE TABLE code_list (
	domain			text COLLATE "C" NOT NULL CHECK (domain <> ''),
	code			text COLLATE "C" NOT NULL CHECK (code <> ''),
	label_en		text NOT NULL,
	label_zh		text NOT NULL,
	sort_order		int NOT NULL,
	national_code	text,
	shipped			boolean NOT NULL DEFAULT false,
	PRIMARY KEY (domain, code)
);

COMMENT ON TABLE code_list IS
'Every code of the registry: which domain it belongs to, what it is called in both languages, how codes of a domain are ordered. Written with put_code.';
COMMENT ON COLUMN code_list.domain IS 'What kind of thing is coded: subject_kind, subject_level, peer_class, tie_kind, source, evaluator, responsibility, measure, commitment, indicator, agreement_decision, qualifier ...';
COMMENT ON COLUMN code_list.code IS 'The code itself, as it stands in other tables.';
COMMENT ON COLUMN code_list.label_en IS 'What it is called in English.';
COMMENT ON COLUMN code_list.label_zh IS 'What it is called in Chinese.';
COMMENT ON COLUMN code_list.sort_order IS 'Place among the codes of its domain, ascending.';
COMMENT ON COLUMN code_list.national_code IS 'What the national platform of China calls it (credObjType, medinslv), or NULL.';
COMMENT ON COLUMN code_list.shipped IS 'Whether the extension brought the code; such rows are not dumped and not changed.';

SELECT pg_catalog.pg_extension_config_dump('code_list', 'WHERE NOT shipped');

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, national_code, shipped) VALUES
	('subject_kind', 'institution', 'Medical institution', '定点医疗机构', 1, '1', true),
	('subject_kind', 'pharmacy', 'Retail pharmacy', '定点零售药店', 2, '2', true),
	('subject_kind', 'manufacturer', 'Manufacturer', '生产企业', 3, '3', true),
	('subject_kind', 'supplier', 'Supplier', '配送企业', 4, '4', true),
	('subject_kind', 'physician', 'Physician', '医保医师', 5, '7', true),
	('subject_kind', 'pharmacist', 'Pharmacist', '医保药师', 6, '8', true),
	('subject_kind', 'nurse', 'Nurse', '医保护士', 7, NULL, true),
	('subject_kind', 'insured_person', 'Insured person', '参保人员', 8, NULL, true),
	('subject_kind', 'agency', 'Handling agency', '经办机构', 9, NULL, true),
	('subject_kind', 'insurer', 'Commercial insurer', '商业保险机构', 10, NULL, true),
	('subject_kind', 'policy', 'Policy measure', '政策措施', 11, NULL, true),
	('subject_kind', 'product', 'Drug, device or service item', '医保药品耗材和诊疗项目', 12, NULL, true),
	('subject_level', '3', 'Level 3', '三级', 1, '3', true),
	('subject_level', '2', 'Level 2', '二级', 2, '2', true),
	('subject_level', '1', 'Level 1', '一级', 3, '1', true),
	('subject_level', '9', 'No level', '未定级', 4, '9', true),
	('tie_kind', 'practises_at', 'Practises at', '执业于', 1, NULL, true),
	('tie_kind', 'agent_of', 'Agent of a licence holder', '代理上市许可持有人', 2, NULL, true),
	('tie_kind', 'store_of', 'Store of a chain', '连锁门店', 3, NULL, true),
	('tie_kind', 'child_of', 'Part of a larger unit', '下属单位', 4, NULL, true),
	('tie_kind', 'controls', 'Responsible person of a firm', '企业责任人', 5, NULL, true),
	('agreement_decision', 'signed', 'Signed', '签订', 1, NULL, true),
	('agreement_decision', 'renewed', 'Renewed', '续签', 2, NULL, true),
	('agreement_decision', 'suspended', 'Suspended', '中止', 3, NULL, true),
	('agreement_decision', 'not_renewed', 'Not renewed', '不再续签', 4, NULL, true),
	('agreement_decision', 'terminated', 'Terminated', '解除', 5, NULL, true),
	('source', 'routine_inspection', 'Routine inspection', '日常巡查', 1, NULL, true),
	('source', 'special_inspection', 'Special inspection', '专项检查', 2, NULL, true),
	('source', 'unannounced_inspection', 'Unannounced inspection', '飞行检查', 3, NULL, true),
	('source', 'focused_inspection', 'Focused inspection', '重点检查', 4, NULL, true),
	('source', 'expert_review', 'Expert review', '专家审查', 5, NULL, true),
	('source', 'monitoring', 'Intelligent monitoring', '智能监控', 6, NULL, true),
	('source', 'agreement', 'Agreement management', '协议管理', 7, NULL, true),
	('source', 'penalty', 'Administrative penalty', '行政处罚', 8, NULL, true),
	('source', 'court', 'Court judgment', '法院判决', 9, NULL, true),
	('source', 'audit', 'Audit', '审计', 10, NULL, true),
	('source', 'complaint', 'Complaint or report', '投诉举报', 11, NULL, true),
	('source', 'survey', 'Satisfaction survey', '满意度调查', 12, NULL, true),
	('source', 'supervisor', 'Social supervisor', '社会监督员', 13, NULL, true),
	('source', 'settlement', 'Settlement data', '结算数据', 14, NULL, true),
	('source', 'statistics', 'Statistical report', '统计报表', 15, NULL, true),
	('source', 'other_region', 'Shared by another region', '外地共享', 16, NULL, true),
	('source', 'manual', 'Entered by hand', '手工录入', 17, NULL, true),
	('evaluator', 'self', 'Self-assessment', '自评', 1, NULL, true),
	('evaluator', 'satisfaction', 'Public satisfaction', '群众满意度测评', 2, NULL, true),
	('evaluator', 'administration', 'Administrative department', '行政部门评价', 3, NULL, true),
	('evaluator', 'third_party', 'Third party', '第三方测评', 4, NULL, true),
	('evaluator', 'agency', 'Handling agency', '经办机构评价', 5, NULL, true),
	('responsibility', 'general', 'General responsibility', '一般责任', 1, NULL, true),
	('responsibility', 'important', 'Important responsibility', '重要责任', 2, NULL, true),
	('responsibility', 'primary', 'Primary responsibility', '主要责任', 3, NULL, true),
	('measure', 'stop', 'Stop the conduct', '终止相关失信行为', 1, NULL, true),
	('measure', 'discipline', 'Discipline staff or agents', '处置失信责任人', 2, NULL, true),
	('measure', 'apology', 'Public apology', '公开致歉', 3, NULL, true),
	('measure', 'compliance', 'Compliance report and inspection', '提交合规整改报告并接受检查', 4, NULL, true),
	('measure', 'price', 'Strip the inflated price', '剔除虚高空间', 5, NULL, true),
	('measure', 'return', 'Return unreasonable gains', '退回不合理收益', 6, NULL, true),
	('measure', 'training', 'Training', '参加培训', 7, NULL, true),
	('measure', 'management', 'Take part in management', '参与医保管理', 8, NULL, true),
	('measure', 'publicity', 'Take part in publicity', '参与医保宣传', 9, NULL, true),
	('commitment', 'good_faith', 'Good-faith commitment', '守信承诺', 1, NULL, true),
	('qualifier', '>', 'More than', '高于', 1, NULL, true),
	('qualifier', '<', 'Less than', '低于', 2, NULL, true),
	('qualifier', '~', 'About', '约', 3, NULL, true);

