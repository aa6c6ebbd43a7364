-- what is due, and when

CREATE VIEW due_today WITH (security_invoker) AS
	SELECT d.what, d.due_on, d.due_on - (SELECT today()) AS days_left, d.region, d.run_id, d.subject_id, d.item_id, d.detail
	FROM (
		SELECT 'notice_ends' AS what, n.notice_until AS due_on, NULL::text AS region, n.run_id, NULL::bigint AS subject_id,
			n.run_id AS item_id, r.scheme_code || ' ' || r.period AS detail
		FROM run_clock n JOIN run r ON r.run_id = n.run_id AND r.state = 'notice'
		WHERE n.notice_until IS NOT NULL
		UNION ALL
		SELECT 'appeals_end', n.appeal_until, NULL, n.run_id, NULL, n.run_id, r.scheme_code || ' ' || r.period
		FROM run_clock n JOIN run r ON r.run_id = n.run_id AND r.state = 'notice'
		WHERE n.appeal_until IS NOT NULL
		UNION ALL
		SELECT 'appeal', greatest(n.notice_until, n.appeal_until), a.region, a.run_id, a.subject_id, a.appeal_id, a.line
		FROM appeal a JOIN run_clock n ON n.run_id = a.run_id
		WHERE a.state IN ('filed', 'accepted')
		UNION ALL
		SELECT 'override', coalesce(n.notice_until, (SELECT today())), o.region, o.run_id, o.subject_id, o.override_id, coalesce(o.grade, o.score::text)
		FROM override o LEFT JOIN run_clock n ON n.run_id = o.run_id
		WHERE o.state = 'requested'
		UNION ALL
		SELECT 'action', c.due_on, c.region, c.run_id, c.subject_id, c.consequence_id, c.target
		FROM consequence_now c WHERE c.kind = 'action' AND c.due_on IS NOT NULL AND c.status = 'in_force'
		UNION ALL
		SELECT CASE c.kind WHEN 'suspend' THEN 'suspension_ends' WHEN 'ban' THEN 'ban_ends' ELSE 'list_ends' END,
			c.valid_to, c.region, c.run_id, c.subject_id, c.consequence_id, coalesce(c.target, c.code)
		FROM consequence_now c WHERE c.kind IN ('suspend', 'ban', 'list') AND c.valid_to IS NOT NULL AND c.status = 'in_force'
		UNION ALL
		SELECT 'commitment_ends', m.until, s.region, NULL, m.subject_id, m.commitment_id, m.code
		FROM commitment m JOIN subject s ON s.subject_id = m.subject_id
		WHERE m.until >= (SELECT today())
	) d;

COMMENT ON VIEW due_today IS
'What is due: notices and times for appeals that run, appeals and overrides that await a decision, actions with a deadline, suspensions, bans, lists and commitments that end. As of today(); WHERE days_left <= 0 is what is due today or overdue.';
COMMENT ON COLUMN due_today.what IS 'What is due; codes of the domain due.';
COMMENT ON COLUMN due_today.due_on IS 'The last day. Of an appeal: when the clocks of its run have run out and nothing else keeps it from being final.';
COMMENT ON COLUMN due_today.days_left IS 'Days from today until then; negative: overdue.';
COMMENT ON COLUMN due_today.region IS 'Region of the subject; NULL for what concerns a whole run.';
COMMENT ON COLUMN due_today.run_id IS 'The run, or NULL.';
COMMENT ON COLUMN due_today.subject_id IS 'The subject, or NULL.';
COMMENT ON COLUMN due_today.item_id IS 'Number of the appeal, override, consequence, commitment or run.';
COMMENT ON COLUMN due_today.detail IS 'The line appealed, the grade or score asked for, the action, the list, the code, or scheme and period.';

INSERT INTO code_list (domain, code, label_en, label_zh, sort_order, shipped) VALUES
	('due', 'notice_ends', 'Notice ends', '公示期满', 1, true),
	('due', 'appeals_end', 'Time for appeals ends', '申诉期满', 2, true),
	('due', 'appeal', 'Appeal awaits decision', '申诉待处理', 3, true),
	('due', 'override', 'Override awaits confirmation', '人工调整待复核', 4, true),
	('due', 'action', 'Deadline of an action', '措施到期', 5, true),
	('due', 'suspension_ends', 'Suspension ends', '暂停期满', 6, true),
	('due', 'ban_ends', 'Ban ends', '禁入期满', 7, true),
	('due', 'list_ends', 'Time on the list ends', '名单期满', 8, true),
	('due', 'commitment_ends', 'Commitment ends', '承诺期满', 9, true);
