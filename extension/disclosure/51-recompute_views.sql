-- the public surface, second part: what it takes to recompute a bulletin

-- of every bulletin, whatever its state
CREATE VIEW live_adjustment WITH (security_barrier) AS
	SELECT i.bulletin_id, i.bulletin, i.state, i.audience, i.item AS entry, a.n::int AS adjustment, (a.x ->> 'step')::int AS step, a.x ->> 'kind' AS kind, a.x ->> 'rule' AS rule,
		(a.x ->> 'score_before')::numeric(24,6) AS score_before, (a.x ->> 'score_after')::numeric(24,6) AS score_after,
		a.x ->> 'grade_before' AS grade_before, a.x ->> 'grade_after' AS grade_after,
		CASE WHEN a.x ->> 'rated_before' = 'false' THEN 'N' ELSE 'Y' END AS rated_before_flag, CASE WHEN a.x ->> 'rated_after' = 'false' THEN 'N' ELSE 'Y' END AS rated_after_flag,
		a.x ->> 'reason_en' AS reason_en, a.x ->> 'reason_zh' AS reason_zh,
		CASE WHEN a.x ->> 'kind' = 'appeal' THEN 'appeal' END AS suppression_reason
	FROM live_item i
	CROSS JOIN LATERAL (SELECT i.canonical::jsonb AS document OFFSET 0) c
	CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(c.document -> 'adjustments') WITH ORDINALITY a (x, n)
	WHERE i.kind = 'entry';

COMMENT ON VIEW live_adjustment IS 'Part of bulletin_adjustments and preview_adjustments, and nobody''s to read.';

CREATE VIEW bulletin_adjustments WITH (security_barrier) AS
	SELECT a.bulletin, a.entry, a.adjustment, a.step, a.kind, a.rule, a.score_before, a.score_after, a.grade_before, a.grade_after, a.rated_before_flag, a.rated_after_flag,
		a.reason_en, a.reason_zh, a.suppression_reason
	FROM live_adjustment a
	WHERE a.state = 'published' AND a.audience = 'public';

COMMENT ON VIEW bulletin_adjustments IS
'What was done with the entries of bulletin_entries after their scorecard, step by step in the order in which it takes effect, in bulletins that publish their scheme. Which steps a bulletin shows is in bulletin_schemes. Score and grade are NULL where the bulletin does not have these columns.';
COMMENT ON COLUMN bulletin_adjustments.bulletin IS 'Number of the bulletin.';
COMMENT ON COLUMN bulletin_adjustments.entry IS 'Number of the entry.';
COMMENT ON COLUMN bulletin_adjustments.adjustment IS 'Which adjustment of the entry it is, from 1.';
COMMENT ON COLUMN bulletin_adjustments.step IS 'Which step of the scheme: 0 the grading, 1 to 999 its adjustments in their order, 1000 x n + r the n-th linkage in its round r, from 1000000 on appeals and overrides.';
COMMENT ON COLUMN bulletin_adjustments.kind IS 'grading, adjust, linkage: a step of the scheme; appeal: the inputs are those after an appeal; override: set by hand.';
COMMENT ON COLUMN bulletin_adjustments.rule IS 'Name of the step in the scheme; of the grading its method; NULL for what was decided by hand.';
COMMENT ON COLUMN bulletin_adjustments.score_before IS 'The score before the step.';
COMMENT ON COLUMN bulletin_adjustments.score_after IS 'The score after it.';
COMMENT ON COLUMN bulletin_adjustments.grade_before IS 'The grade before the step.';
COMMENT ON COLUMN bulletin_adjustments.grade_after IS 'The grade after it.';
COMMENT ON COLUMN bulletin_adjustments.rated_before_flag IS 'Y if the subject was rated before the step, else N.';
COMMENT ON COLUMN bulletin_adjustments.rated_after_flag IS 'Y if it was after it, else N.';
COMMENT ON COLUMN bulletin_adjustments.reason_en IS 'Why, in English; NULL where the bulletin does not show reasons.';
COMMENT ON COLUMN bulletin_adjustments.reason_zh IS 'Why, in Chinese; NULL where the bulletin does not show reasons.';
COMMENT ON COLUMN bulletin_adjustments.suppression_reason IS 'appeal: what was before it is not told; NULL for the others.';

-- The columns of what nobody reads mean what those of the public view do.
DO $$
DECLARE
	pair record;
BEGIN
	FOR pair IN SELECT l.attname, coalesce(pg_catalog.col_description(p.attrelid, p.attnum),
			CASE l.attname WHEN 'state' THEN 'Its state.' WHEN 'audience' THEN 'Its audience.' ELSE 'The bulletin, as functions know it.' END) AS meaning
		FROM pg_catalog.pg_attribute l
		LEFT JOIN pg_catalog.pg_attribute p ON p.attrelid = 'credence_disclosure.bulletin_adjustments'::pg_catalog.regclass AND p.attname = l.attname
		WHERE l.attrelid = 'credence_disclosure.live_adjustment'::pg_catalog.regclass AND l.attnum > 0
	LOOP
		EXECUTE pg_catalog.format('COMMENT ON COLUMN credence_disclosure.live_adjustment.%I IS %L', pair.attname, pair.meaning);
	END LOOP;
END $$;

CREATE VIEW bulletin_schemes WITH (security_barrier) AS
	SELECT b.number AS bulletin, CASE b.state WHEN 'published' THEN d.document END AS document, pg_catalog.encode(d.hash, 'hex') AS hash,
		(b.heading::jsonb ->> 'adjustments_before')::int AS adjustments_before,
		CASE WHEN (b.heading::jsonb ->> 'all_ranked')::boolean THEN 'Y' ELSE 'N' END AS all_ranked_flag,
		CASE WHEN b.state <> 'published' THEN b.state END AS suppression_reason
	FROM bulletin_document d JOIN bulletin b ON b.bulletin_id = d.bulletin_id
	WHERE d.kind = 'scheme' AND b.number IS NOT NULL AND b.audience = 'public';

COMMENT ON VIEW bulletin_schemes IS
'The schemes by which was graded, of the bulletins that publish them: what it takes, with the inputs in bulletin_values, to compute the scores again.';
COMMENT ON COLUMN bulletin_schemes.bulletin IS 'Number of the bulletin.';
COMMENT ON COLUMN bulletin_schemes.document IS 'The document of the scheme: a JSON object in canonical form; NULL where the bulletin is shown no more.';
COMMENT ON COLUMN bulletin_schemes.hash IS 'SHA-256 of it, 64 hexadecimal digits, which stands in the heading of the bulletin.';
COMMENT ON COLUMN bulletin_schemes.adjustments_before IS 'The first step after the scorecard that the bulletin does not show, numbered as in bulletin_adjustments; 0: it shows none; NULL: it shows all.';
COMMENT ON COLUMN bulletin_schemes.all_ranked_flag IS 'Y if the list names everyone who was ranked, so that ranks and quotas can be found again; else N.';
COMMENT ON COLUMN bulletin_schemes.suppression_reason IS 'Why the document is NULL: corrected or withdrawn; otherwise NULL.';

CREATE VIEW bulletin_norms WITH (security_barrier) AS
	SELECT b.number AS bulletin, d.document_place AS place, d.peer, CASE b.state WHEN 'published' THEN d.document END AS document, pg_catalog.encode(d.hash, 'hex') AS hash,
		CASE WHEN b.state <> 'published' THEN b.state END AS suppression_reason
	FROM bulletin_document d JOIN bulletin b ON b.bulletin_id = d.bulletin_id
	WHERE d.kind = 'norms' AND b.number IS NOT NULL AND b.audience = 'public';

COMMENT ON VIEW bulletin_norms IS
'What the population looked like to the scorecard, in bulletins that publish it: one row for all together, and one for each peer group that is large enough where the scheme standardises within peers.';
COMMENT ON COLUMN bulletin_norms.bulletin IS 'Number of the bulletin.';
COMMENT ON COLUMN bulletin_norms.place IS 'Which document of the bulletin it is, in the order of the heading.';
COMMENT ON COLUMN bulletin_norms.peer IS 'The peer group, as in bulletin_entries.peer; NULL for all together.';
COMMENT ON COLUMN bulletin_norms.document IS 'The norms, as credence.norms reads and prints them; NULL where the bulletin is shown no more.';
COMMENT ON COLUMN bulletin_norms.hash IS 'SHA-256 of it, 64 hexadecimal digits, which stands in the heading of the bulletin.';
COMMENT ON COLUMN bulletin_norms.suppression_reason IS 'Why the document is NULL: corrected or withdrawn; otherwise NULL.';

GRANT SELECT (bulletin_id, document_place, kind, peer, document, hash) ON bulletin_document TO credence_public_owner;
ALTER VIEW live_adjustment OWNER TO credence_public_owner;
ALTER VIEW bulletin_adjustments OWNER TO credence_public_owner;
ALTER VIEW bulletin_schemes OWNER TO credence_public_owner;
ALTER VIEW bulletin_norms OWNER TO credence_public_owner;

-- SECURITY DEFINER: the view behind it is nobody's to read, since it holds what is not published.
CREATE FUNCTION preview_adjustments(bulletin bigint)
RETURNS SETOF bulletin_adjustments
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, credence, credence_registry, credence_disclosure, pg_temp
AS $$
BEGIN
	PERFORM credence_registry.require_role('credence_publisher', 'credence_admin'), credence_registry.require_sight(NULL);
	RETURN QUERY SELECT a.bulletin, a.entry, a.adjustment, a.step, a.kind, a.rule, a.score_before, a.score_after, a.grade_before, a.grade_after,
			a.rated_before_flag, a.rated_after_flag, a.reason_en, a.reason_zh, a.suppression_reason
		FROM credence_disclosure.live_adjustment a WHERE a.bulletin_id = preview_adjustments.bulletin ORDER BY a.entry, a.adjustment;
END $$;

COMMENT ON FUNCTION preview_adjustments(bigint) IS
'The rows that bulletin_adjustments will have of a bulletin if it is published now. By a publisher or an administrator.';
