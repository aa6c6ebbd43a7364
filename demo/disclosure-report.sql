-- Publishes the final results of both years, which registry-report.sql left:
-- psql -f disclosure-report.sql, from the top of the project.

\ir show.sql
SET search_path = public, credence, credence_registry, credence_disclosure;
SET jit = off;		-- each of these statements runs once
CREATE ROLE wang LOGIN IN ROLE credence_publisher;
CREATE ROLE li LOGIN IN ROLE credence_publisher;
CREATE ROLE citizen LOGIN IN ROLE credence_public;

\qecho
\qecho '==== The disclosure: the annual bulletin, from policy to publication'
\qecho
\qecho 'What may be shown is one document, demo/policy.json; what it does not name is never shown. One person draws'
\qecho 'a bulletin up, another reviews it, and it is on notice for five working days.'
\qecho

\set policy `cat demo/policy.json`
SELECT policy_import(:'policy') \g /dev/null
SELECT run_of('agreement', '2024') AS run_before, run_of('agreement', '2025') AS run \gset

-- the year before
SET SESSION AUTHORIZATION wang;
SELECT draw_up('annual', :run_before) AS bulletin \gset
SET SESSION AUTHORIZATION li;
SELECT review(:bulletin), announce(:bulletin, '2025-02-11'), publish(:bulletin, '2025-02-20') \g /dev/null

-- physicians are persons, and nobody of them is named
RESET SESSION AUTHORIZATION;
SELECT put_template('statistics', 'Statistics of grades', '等级统计', '{"period": "year"}', '{minimum_cell}') \g /dev/null
SELECT policy_import('{"code": "physicians", "version": "1", "template": "statistics", "schemes": ["physician-points"], "audience": "public",
	"title": {"en": "Payment qualification of physicians", "zh": "医师医保支付资格情况"}, "minimum_cell": 5, "table": {"rows": "region", "cost": "value"}}') \g /dev/null
SET SESSION AUTHORIZATION wang;
SELECT draw_up('physicians', run_of('physician-points', '2025')) AS bulletin \gset
SET SESSION AUTHORIZATION li;
SELECT review(:bulletin), publish(:bulletin, '2026-02-09') AS physicians_number \gset
SET SESSION AUTHORIZATION citizen;
\qecho '== How many physicians lost the right to be paid: counts from 1 to 4 are withheld, and further ones that would give them away'
\qecho '   SELECT ... FROM bulletin_cells WHERE bulletin =' :physicians_number
SELECT coalesce(class_en, 'All') AS district, max(coalesce(count::text, 'withheld')) FILTER (WHERE grade = 'active') AS active,
	max(coalesce(count::text, 'withheld')) FILTER (WHERE grade = 'suspended') AS suspended, max(coalesce(count::text, 'withheld')) FILTER (WHERE grade = 'terminated') AS terminated,
	max(coalesce(count::text, 'withheld')) FILTER (WHERE grade IS NULL) AS total
FROM bulletin_cells WHERE bulletin = :physicians_number GROUP BY class_en, class_order ORDER BY class_order = 0, class_order;
SET SESSION AUTHORIZATION wang;
\qecho '== What an outsider could infer of those, and what must stay possible; only publishers see this'
\qecho '   SELECT ... FROM audit_cells(bulletin)'
SELECT * FROM audit_cells(:bulletin) LIMIT 5;

SET SESSION AUTHORIZATION wang;
SELECT draw_up('annual', :run) AS bulletin \gset
\qecho '== A second person reviews what was drawn up; how it differs from that of the year before'
\qecho '   SELECT ... FROM difference(bulletin)'
SELECT change, kind, coalesce(field, 'everything') AS field, count(*) FROM difference(:bulletin)
WHERE change <> 'changed' OR field IN ('grade', 'count') GROUP BY 1, 2, 3 ORDER BY 2, 1, 3;

SET SESSION AUTHORIZATION li;
SELECT review(:bulletin), announce(:bulletin, '2026-02-03') AS until \gset
\qecho '== It cannot be published before its time'
\qecho '   SELECT * FROM publication_obstacles(bulletin, day)'
SELECT * FROM publication_obstacles(:bulletin, '2026-02-04');
SELECT publish(:bulletin, DATE :'until' + 1) AS number \gset

SET SESSION AUTHORIZATION citizen;
\qecho '== What everybody sees: the best ten of those who are named'
\qecho '   SELECT ... FROM bulletin_entries WHERE bulletin =' :number
SELECT rank, subject_code AS code, subject_name AS name, region_en AS region, score::numeric(6, 2), grade FROM bulletin_entries
WHERE bulletin = :number ORDER BY rank, entry LIMIT 10;

\qecho '== The chain: one hash vouches for everything before it'
\qecho '   SELECT ... FROM bulletin_chain'
SELECT bulletin, coalesce(left(previous_hash, 16) || '...', '-') AS "hash of the one before", left(hash, 16) || '...' AS hash,
	encode(sha256(convert_to(heading, 'UTF8')), 'hex') = hash AS "is that of its heading"
FROM bulletin_chain ORDER BY bulletin;
RESET SESSION AUTHORIZATION;
