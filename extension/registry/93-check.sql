-- check(): what must always hold, asked of the data

-- Each query gives one text for each row that breaks the invariant.
CREATE FUNCTION invariants()
RETURNS TABLE (place int, invariant text, offenders text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
AS $$
	SELECT row_number() OVER ()::int, v.invariant, v.offenders
	FROM (VALUES
	('every subject is as its last version says', $q$
		SELECT 'subject ' || coalesce(s.subject_id, v.subject_id)
		FROM credence_registry.subject s
		FULL JOIN (SELECT DISTINCT ON (n.subject_id) n.* FROM credence_registry.subject_version n ORDER BY n.subject_id, n.version DESC) v ON v.subject_id = s.subject_id
		WHERE (s.kind, s.code, s.name, s.region, s.level, s.peer_class, s.attributes, s.valid_from, s.valid_to)
			IS DISTINCT FROM (v.kind, v.code, v.name, v.region, v.level, v.peer_class, v.attributes, v.valid_from, v.valid_to) $q$),
	('the versions of a subject are numbered from 1 in the order in which they were recorded', $q$
		SELECT format('subject %s, version %s', v.subject_id, v.version)
		FROM (SELECT n.subject_id, n.version, row_number() OVER w AS place, lag(n.recorded_at) OVER w AS before, n.recorded_at
			FROM credence_registry.subject_version n WINDOW w AS (PARTITION BY n.subject_id ORDER BY n.version)) v
		WHERE v.version <> v.place OR v.recorded_at < v.before $q$),
	('regions form a tree', $q$
		WITH RECURSIVE tree AS (
			SELECT r.region FROM credence_registry.region r WHERE r.parent IS NULL
			UNION ALL SELECT r.region FROM credence_registry.region r JOIN tree t ON r.parent = t.region)
		SELECT 'region ' || r.region FROM credence_registry.region r WHERE r.region NOT IN (SELECT t.region FROM tree t) $q$),
	('every partition holds rows of its year', $q$
		SELECT format('%s: %s', p.part, p.year) FROM (
			SELECT c.relname AS part, y.year FROM (
				SELECT e.tableoid, extract(year FROM e.decided_on)::text AS year FROM credence_registry.event e GROUP BY 1, 2
				UNION ALL
				SELECT o.tableoid, extract(year FROM o.period_end)::text FROM credence_registry.observation o GROUP BY 1, 2) y
			JOIN pg_catalog.pg_class c ON c.oid = y.tableoid) p
		WHERE CASE WHEN p.part LIKE '%\_default' THEN p.year::int BETWEEN 2000 AND 2049 ELSE right(p.part, 4) <> p.year END $q$),
	('facts cannot be changed: the triggers of every table and partition are there and always fire', $q$
		SELECT c.oid::regclass || ' lacks ' || t.name
		FROM pg_catalog.pg_class c
		CROSS JOIN (VALUES ('append_only'), ('append_only_truncate')) t (name)
		WHERE c.relnamespace = 'credence_registry'::regnamespace AND c.relkind IN ('r', 'p')
			AND (c.relname = ANY ('{event,observation,event_rule,subject_version,tie,agreement,commitment,repair,plan_target,run_step,consequence,consequence_step}'::name[])
				OR c.relispartition)
			AND NOT (c.relkind = 'p' AND t.name = 'append_only_truncate')
			AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND g.tgenabled = 'A' AND g.tgname = t.name) $q$),
	('every table with a subject or a region is under row security', $q$
		SELECT c.oid::regclass::text FROM pg_catalog.pg_class c
		WHERE c.relnamespace = 'credence_registry'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT c.relrowsecurity
			AND c.relname NOT IN ('region', 'officer_region', 'draw_seed') AND c.relname !~ '_load$'
			AND EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('subject_id', 'region') AND a.attnum > 0 AND NOT a.attisdropped) $q$),
	('every event has its subject and a rule of its code', $q$
		SELECT 'event ' || e.event_id FROM credence_registry.event e
		WHERE NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = e.subject_id)
			OR NOT EXISTS (SELECT FROM credence_registry.event_rule r WHERE r.code = e.rule_code) $q$),
	('every revocation revokes an event of the same subject and rule, once', $q$
		SELECT 'event ' || v.event_id
		FROM credence_registry.event v
		LEFT JOIN credence_registry.event e ON e.event_id = v.revokes AND e.decided_on = v.decided_on
		WHERE v.revokes IS NOT NULL AND (e.event_id IS NULL OR e.revokes IS NOT NULL OR (e.subject_id, e.rule_code) <> (v.subject_id, v.rule_code))
		UNION ALL
		SELECT format('event %s is revoked %s times', v.revokes, count(*)) FROM credence_registry.event v WHERE v.revokes IS NOT NULL GROUP BY v.revokes HAVING count(*) > 1 $q$),
	('every observation has its subject', $q$
		SELECT 'observation ' || o.observation_id FROM credence_registry.observation o
		WHERE NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = o.subject_id) $q$),
	('of one subject, indicator, period, source and evaluator one observation stands', $q$
		SELECT 'observations ' || string_agg(o.observation_id::text, ', ' ORDER BY o.observation_id)
		FROM credence_registry.observations_at(NULL) o
		GROUP BY o.subject_id, o.indicator, o.period_start, o.period_end, o.source, o.evaluator HAVING count(*) > 1 $q$),
	('ties of one kind between the same two subjects do not overlap', $q$
		SELECT format('ties %s and %s', a.tie_id, b.tie_id)
		FROM credence_registry.ties_at(NULL) a
		JOIN credence_registry.ties_at(NULL) b ON b.kind = a.kind AND b.from_subject = a.from_subject AND b.to_subject = a.to_subject AND b.tie_id > a.tie_id
		WHERE a.valid_from <= coalesce(b.valid_to, 'infinity') AND b.valid_from <= coalesce(a.valid_to, 'infinity') $q$),
	('every repair is of an event of its subject, that is no revocation', $q$
		SELECT 'repair ' || p.repair_id
		FROM credence_registry.repair p
		LEFT JOIN credence_registry.event e ON e.event_id = p.event_id AND e.decided_on = p.decided_on
		WHERE e.event_id IS NULL OR e.subject_id <> p.subject_id OR e.revokes IS NOT NULL $q$),
	('identities are kept of persons only', $q$
		SELECT 'subject ' || i.subject_id
		FROM credence_registry.person_identity i
		LEFT JOIN credence_registry.subject s ON s.subject_id = i.subject_id
		WHERE s.kind IS NULL OR s.kind NOT IN ('physician', 'pharmacist', 'nurse', 'insured_person') $q$),
	('every tie, agreement, commitment, repair, version and plan target has its subject', $q$
		SELECT format('%s %s', x.what, x.number)
		FROM (SELECT 'tie' AS what, t.tie_id AS number, t.from_subject AS subject_id FROM credence_registry.tie t
			UNION ALL SELECT 'tie', t.tie_id, t.to_subject FROM credence_registry.tie t
			UNION ALL SELECT 'agreement', a.agreement_id, a.subject_id FROM credence_registry.agreement a
			UNION ALL SELECT 'commitment', c.commitment_id, c.subject_id FROM credence_registry.commitment c
			UNION ALL SELECT 'repair', p.repair_id, p.subject_id FROM credence_registry.repair p
			UNION ALL SELECT 'version of subject', v.subject_id, v.subject_id FROM credence_registry.subject_version v
			UNION ALL SELECT 'plan target', t.plan_target_id, t.subject_id FROM credence_registry.plan_target t) x
		WHERE NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = x.subject_id) $q$),
	('every region of a subject or login, and every parent of a region, is there', $q$
		SELECT format('%s %s', x.what, x.region)
		FROM (SELECT DISTINCT 'region of a subject' AS what, s.region FROM credence_registry.subject s
			UNION ALL SELECT 'region of a login', o.region FROM credence_registry.officer_region o
			UNION ALL SELECT 'parent', r.parent FROM credence_registry.region r) x
		WHERE x.region IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.region r WHERE r.region = x.region) $q$),
	('active versions of one scheme do not overlap', $q$
		SELECT format('%s: versions %s and %s', a.code, a.version, b.version)
		FROM credence_registry.scheme a
		JOIN credence_registry.scheme b ON b.code = a.code AND b.scheme_id > a.scheme_id AND b.state = 'active'
		WHERE a.state = 'active' AND coalesce(a.effective_from, '-infinity') <= coalesce(b.effective_to, 'infinity')
			AND coalesce(b.effective_from, '-infinity') <= coalesce(a.effective_to, 'infinity') $q$),
	('a scheme has one final run for a period', $q$
		SELECT format('%s, %s', r.scheme_code, r.period) FROM credence_registry.run r
		WHERE r.state = 'final' GROUP BY r.scheme_code, r.period, r.period_start, r.period_end HAVING count(*) > 1 $q$),
	('every superseded run has a final or superseded correction', $q$
		SELECT 'run ' || r.run_id FROM credence_registry.run r
		WHERE r.state = 'superseded' AND NOT EXISTS (SELECT FROM credence_registry.run c
			WHERE c.state IN ('final', 'superseded') AND c.corrects = r.run_id AND (c.scheme_code, c.period_start, c.period_end) = (r.scheme_code, r.period_start, r.period_end)) $q$),
	('every step of a run follows the one before, and the last leads to its state', $q$
		SELECT format('run %s: step %s', p.run_id, p.step_id)
		FROM (SELECT s.*, lag(s.to_state, 1, 'gathering') OVER (PARTITION BY s.run_id ORDER BY s.step_id) AS before FROM credence_registry.run_step s) p
		WHERE p.from_state <> p.before
		UNION ALL
		SELECT 'run ' || r.run_id FROM credence_registry.run r
		WHERE r.state <> coalesce((SELECT s.to_state FROM credence_registry.run_step s WHERE s.run_id = r.run_id ORDER BY s.step_id DESC LIMIT 1), 'gathering') $q$),
	('every finished run has as many results as it says', $q$
		SELECT format('run %s: %s results, subjects %s, done %s', r.run_id, x.results, r.subjects, r.done)
		FROM credence_registry.run r
		CROSS JOIN LATERAL (SELECT count(*) AS results FROM credence_registry.result t WHERE t.run_id = r.run_id) x
		WHERE CASE WHEN r.state IN ('gathering', 'abandoned') THEN false ELSE (x.results, x.results) IS DISTINCT FROM (r.subjects::bigint, r.done::bigint) END $q$),
	('every result and every adjustment has its run and its subject', $q$
		SELECT format('result of run %s, subject %s', x.run_id, x.subject_id) FROM credence_registry.result x
		WHERE NOT EXISTS (SELECT FROM credence_registry.run r WHERE r.run_id = x.run_id) OR NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = x.subject_id)
		UNION ALL
		SELECT format('adjustment of run %s, subject %s, step %s', a.run_id, a.subject_id, a.step) FROM credence_registry.adjustment a
		WHERE NOT EXISTS (SELECT FROM credence_registry.result x WHERE x.run_id = a.run_id AND x.subject_id = a.subject_id) $q$),
	('every run has its scheme, and what belongs to a run has its run and its subject', $q$
		SELECT 'run ' || r.run_id FROM credence_registry.run r
		WHERE NOT EXISTS (SELECT FROM credence_registry.scheme s WHERE s.scheme_id = r.scheme_id)
		UNION ALL
		SELECT format('%s of run %s, subject %s', x.what, x.run_id, x.subject_id)
		FROM (SELECT 'norms' AS what, n.run_id, NULL::bigint AS subject_id FROM credence_registry.run_norms n
			UNION ALL SELECT 'plan', p.run_id, NULL FROM credence_registry.run_plan p
			UNION ALL SELECT 'step', s.run_id, NULL FROM credence_registry.run_step s
			UNION ALL SELECT 'clock', c.run_id, NULL FROM credence_registry.run_clock c
			UNION ALL SELECT 'appeal', a.run_id, a.subject_id FROM credence_registry.appeal a
			UNION ALL SELECT 'override', o.run_id, o.subject_id FROM credence_registry.override o
			UNION ALL SELECT 'seed', d.run_id, NULL FROM credence_registry.draw_seed d) x
		WHERE NOT EXISTS (SELECT FROM credence_registry.run r WHERE r.run_id = x.run_id)
			OR x.subject_id IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.result t WHERE t.run_id = x.run_id AND t.subject_id = x.subject_id) $q$),
	('every step of a consequence, draw, pick and inspection has what it belongs to', $q$
		SELECT 'step of consequence ' || s.consequence_id FROM credence_registry.consequence_step s
		WHERE NOT EXISTS (SELECT FROM credence_registry.consequence c WHERE c.consequence_id = s.consequence_id)
		UNION ALL
		SELECT 'draw ' || d.draw_id FROM credence_registry.draw d
		WHERE NOT EXISTS (SELECT FROM credence_registry.draw_seed p WHERE (p.run_id, p.code, p.region, p.draw_number) = (d.run_id, d.code, d.region, d.draw_number))
		UNION ALL
		SELECT format('draw %s, place %s', p.draw_id, p.place) FROM credence_registry.draw_pick p
		WHERE NOT EXISTS (SELECT FROM credence_registry.draw d WHERE d.draw_id = p.draw_id)
			OR NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = p.subject_id)
		UNION ALL
		SELECT format('inspection of draw %s, place %s by %s', i.draw_id, i.place, i.inspector) FROM credence_registry.inspection i
		WHERE NOT EXISTS (SELECT FROM credence_registry.draw_pick p WHERE p.draw_id = i.draw_id AND p.place = i.place)
			OR NOT EXISTS (SELECT FROM credence_registry.inspector o WHERE o.inspector = i.inspector) $q$),
	('every inspector and every conflict has whom it names', $q$
		SELECT 'inspector ' || i.inspector FROM credence_registry.inspector i
		WHERE i.region IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.region r WHERE r.region = i.region)
			OR i.person_id IS NOT NULL AND NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = i.person_id)
		UNION ALL
		SELECT 'conflict ' || c.conflict_id FROM credence_registry.inspector_conflict c
		WHERE NOT EXISTS (SELECT FROM credence_registry.inspector i WHERE i.inspector = c.inspector)
			OR NOT EXISTS (SELECT FROM credence_registry.subject s WHERE s.subject_id = c.subject_id) $q$),
	('what a result holds fits the scorecard of its run', $q$
		SELECT format('run %s, subject %s', x.run_id, x.subject_id)
		FROM (SELECT r.run_id, cardinality(credence.indicator_names(s.scorecard)) AS lines, cardinality(credence.input_names(s.scorecard)) AS inputs
			FROM credence_registry.run r JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id) c
		JOIN credence_registry.result x ON x.run_id = c.run_id
		WHERE x.excluded IS NULL AND (cardinality(x.points) <> c.lines OR cardinality(x.inputs) <> c.inputs)
			OR x.excluded IS NOT NULL AND x.rated $q$),
	('ranks count their ties, and nobody is ranked beyond the number of the ranked', $q$
		SELECT format('run %s, rank %s', t.run_id, t.rank)
		FROM (SELECT x.run_id, x.rank, count(*) AS ties, min(x.rank_ties) AS least, max(x.rank_ties) AS most, min(x.rank_of) AS of_least, max(x.rank_of) AS of_most,
				sum(count(*)) OVER (PARTITION BY x.run_id) AS ranked
			FROM credence_registry.result x JOIN credence_registry.run r ON r.run_id = x.run_id AND r.refreshed_at IS NULL
			WHERE x.rank IS NOT NULL GROUP BY x.run_id, x.rank) t
		WHERE t.least <> t.ties OR t.most <> t.ties OR t.of_least <> t.ranked OR t.of_most <> t.ranked OR t.rank > t.ranked $q$),
	('nobody is ranked above a better score', $q$
		SELECT format('run %s, rank %s', t.run_id, t.rank)
		FROM (SELECT x.run_id, x.rank, max(x.score_card) AS best, min(x.score_card) AS worst, s.document #>> '{rank,order}' = 'low' AS low_first,
				lag(min(x.score_card)) OVER w AS worst_before, lag(max(x.score_card)) OVER w AS best_before
			FROM credence_registry.result x
			JOIN credence_registry.run r ON r.run_id = x.run_id AND r.refreshed_at IS NULL
			JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
			WHERE x.rank IS NOT NULL
				-- decisions change the score after the ranks were made
				AND NOT EXISTS (SELECT FROM credence_registry.adjustment a WHERE a.run_id = x.run_id AND a.kind IN ('appeal', 'override'))
			GROUP BY x.run_id, x.rank, s.document #>> '{rank,order}'
			WINDOW w AS (PARTITION BY x.run_id ORDER BY x.rank)) t
		WHERE CASE WHEN t.low_first THEN t.worst < t.best_before ELSE t.best > t.worst_before END $q$),
	('adjustments follow from one another and lead from the scorecard to the result', $q$
		SELECT format('run %s, subject %s, step %s', a.run_id, a.subject_id, a.step)
		FROM (SELECT d.*, lag(d.score_after) OVER w AS score_was, lag(d.grade_after) OVER w AS grade_was, lag(d.kind) OVER w AS kind_was, row_number() OVER w AS place,
				lead(d.step) OVER w IS NULL AS is_last
			FROM credence_registry.adjustment d WINDOW w AS (PARTITION BY d.run_id, d.subject_id ORDER BY d.step)) a
		JOIN credence_registry.result x ON x.run_id = a.run_id AND x.subject_id = a.subject_id
		WHERE a.place > 1 AND (a.score_before, a.grade_before) IS DISTINCT FROM (a.score_was, a.grade_was)
				-- an appeal makes the steps of the scheme anew, and decisions say what was before them then
				AND NOT (a.kind IN ('appeal', 'override') AND a.kind_was IN ('grading', 'adjust', 'linkage')
					AND EXISTS (SELECT FROM credence_registry.appeal p WHERE p.run_id = a.run_id AND p.result_before IS NOT NULL))
			OR a.is_last AND (a.score_after, a.grade_after, a.rated_after) IS DISTINCT FROM (x.score, x.grade, x.rated)
		UNION ALL
		SELECT format('run %s, subject %s', x.run_id, x.subject_id)
		FROM credence_registry.result x
		JOIN credence_registry.run r ON r.run_id = x.run_id
		JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
		WHERE NOT EXISTS (SELECT FROM credence_registry.adjustment a WHERE a.run_id = x.run_id AND a.subject_id = x.subject_id)
			AND (x.score IS DISTINCT FROM x.score_card
				OR coalesce(s.document #>> '{grading,method}', 'bands') = 'bands' AND x.grade IS DISTINCT FROM x.grade_card)
			AND x.excluded IS NULL $q$),
	('the stored inputs give the stored score of the scorecard', $q$
		SELECT format('run %s, subject %s', x.run_id, x.subject_id)
		FROM credence_registry.run r
		JOIN credence_registry.scheme s ON s.scheme_id = r.scheme_id
		JOIN credence_registry.result x ON x.run_id = r.run_id
		CROSS JOIN LATERAL (SELECT credence_registry.norms_of(x.run_id, x.peer) AS norms OFFSET 0) n
		WHERE x.excluded IS NULL AND r.engine = (SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname = 'credence')
			AND NOT EXISTS (SELECT FROM credence_registry.adjustment a WHERE a.run_id = x.run_id AND a.subject_id = x.subject_id AND a.kind = 'appeal')
			AND x.score_card IS DISTINCT FROM CASE WHEN n.norms IS NULL THEN credence.score(s.scorecard, x.inputs) ELSE credence.score(s.scorecard, x.inputs, n.norms) END $q$),
	('no appeal or override of a final run is open', $q$
		SELECT 'appeal ' || a.appeal_id FROM credence_registry.appeal a JOIN credence_registry.run r ON r.run_id = a.run_id
		WHERE r.state IN ('final', 'superseded') AND a.state IN ('filed', 'accepted')
		UNION ALL
		SELECT 'override ' || o.override_id FROM credence_registry.override o JOIN credence_registry.run r ON r.run_id = o.run_id
		WHERE r.state IN ('final', 'superseded') AND o.state = 'requested' $q$),
	('consequences belong to results of final runs', $q$
		SELECT 'consequence ' || c.consequence_id FROM credence_registry.consequence c
		JOIN credence_registry.run r ON r.run_id = c.run_id
		WHERE r.state NOT IN ('final', 'superseded')
			OR NOT EXISTS (SELECT FROM credence_registry.result x WHERE x.run_id = c.run_id AND x.subject_id = c.subject_id) $q$),
	('the parts of an allocation add up to its total, exactly', $q$
		SELECT format('run %s, %s: %s of %s', c.run_id, c.code, sum(c.amount), max(c.base)) FROM credence_registry.consequence c
		WHERE c.kind = 'allocate' GROUP BY c.run_id, c.code HAVING sum(c.amount) <> max(c.base) OR min(c.base) <> max(c.base) $q$),
	('nothing is paid out beyond the amount out of which it is paid', $q$
		SELECT 'consequence ' || c.consequence_id FROM credence_registry.consequence c
		WHERE c.kind = 'payout' AND c.share BETWEEN 0 AND 1 AND (c.amount > c.base OR c.amount < 0) $q$),
	('every draw can be repeated from its seed and its list', $q$
		SELECT format('draw %s: %s', d.draw_id, v.checked) FROM credence_registry.draw d CROSS JOIN LATERAL credence_registry.verify_draw(d.draw_id) v WHERE v.holds IS DISTINCT FROM true $q$)
	) v (invariant, offenders)
$$;

COMMENT ON FUNCTION invariants() IS
'What check() asks: each invariant with the query that names what breaks it.';

CREATE FUNCTION "check"()
RETURNS TABLE (invariant text, ok boolean, detail text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, credence, credence_registry, pg_temp
SET jit = off	-- compiling for every partition takes longer than the queries
AS $$
DECLARE
	i record;
	broken bigint;
	first_ones text;
BEGIN
	PERFORM credence_registry.require_admin();
	FOR i IN SELECT v.place, v.invariant, v.offenders FROM credence_registry.invariants() v ORDER BY v.place
	LOOP
		EXECUTE format('SELECT count(*), string_agg(o.offender, ''; '' ORDER BY o.place) FILTER (WHERE o.place <= 5)
			FROM (SELECT q.offender, row_number() OVER (ORDER BY q.offender COLLATE "C") AS place FROM (%s) q (offender)) o', i.offenders)
			INTO broken, first_ones;
		invariant := i.invariant;
		ok := broken = 0;
		detail := CASE WHEN broken > 5 THEN format('%s; and %s more', first_ones, broken - 5) ELSE first_ones END;
		RETURN NEXT;
	END LOOP;
END $$;

COMMENT ON FUNCTION "check"() IS
'Asks every invariant of the registry of all its data: whether it holds and, where it does not, what breaks it (the first five). Reads every table once or twice: about 10 seconds per million facts and results. By an administrator. Error 42501 for others.';
