-- Rulebook cqc-ratings: five questions counted, carried forward, held down by a breach (W18).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_cqc
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/cqc-ratings/scheme.json`
SELECT * FROM pg_temp.take(:'document');

\set ECHO none
SELECT pg_temp.subject('institution', code, '2010-01-01') FROM (VALUES ('G G G G RI'), ('G G G RI RI'), ('O O G G G'), ('O G G G G'), ('In In G G G'), ('O O G G G, breach'), ('In G G G G')) AS s (code) \g /dev/null
SELECT pg_temp.observe(code, (ARRAY['cqc-safe', 'cqc-effective', 'cqc-caring', 'cqc-responsive', 'cqc-well-led'])[n], '2021-03-15',
	CASE rating WHEN 'O' THEN 'outstanding' WHEN 'G' THEN 'good' WHEN 'RI' THEN 'requires improvement' ELSE 'inadequate' END)
FROM (VALUES ('G G G G RI'), ('G G G RI RI'), ('O O G G G'), ('O G G G G'), ('In In G G G'), ('O O G G G, breach'), ('In G G G G')) AS s (code),
	string_to_table(split_part(code, ',', 1), ' ') WITH ORDINALITY AS r (rating, n) \g /dev/null
\set ECHO all
SELECT pg_temp.event('O O G G G, breach', 'cqc.breach', '2021-03-15') AS breach \gset
CALL credence_registry.evaluate('cqc-ratings', '2021-06-30');
SELECT subject, score, grade, reasons FROM pg_temp.results('cqc-ratings', '2021-06-30');

-- an inspection of one question later, the others carried forward; the breach is repaired
SELECT pg_temp.observe('G G G RI RI', 'cqc-responsive', '2022-05-05', 'good'), pg_temp.observe('O G G G G', 'cqc-well-led', '2022-05-05', 'outstanding') \g /dev/null
SELECT pg_temp.repair(:breach, '2022-05-05', fraction => 1) \g /dev/null
CALL credence_registry.evaluate('cqc-ratings', '2022-06-30');
SELECT subject, score, grade FROM pg_temp.results('cqc-ratings', '2022-06-30') WHERE subject IN ('G G G RI RI', 'O G G G G', 'O O G G G, breach');

\set ECHO none
\i test/rulebook_end.psql
