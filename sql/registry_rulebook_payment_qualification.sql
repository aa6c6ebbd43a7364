-- Rulebook payment-qualification: twelve points of persons (W3).
\getenv top PG_ABS_SRCDIR
\cd :top
\set rulebook rulebook_payment
\set ECHO none
\i test/rulebook.psql
\set ECHO all

\set document `cat rulebooks/payment-qualification/scheme.json`
SELECT * FROM pg_temp.take(:'document');

\set ECHO none
SELECT pg_temp.subject('institution', code, '2015-01-01') FROM (VALUES ('H1'), ('H2'), ('H3')) AS s (code) \g /dev/null
SELECT pg_temp.subject('physician', code, '2015-01-01') FROM (VALUES ('P'), ('Q'), ('R'), ('S'), ('T'), ('U')) AS s (code) \g /dev/null
SELECT pg_temp.tie('practises_at', p, h, '2020-01-01') FROM (VALUES ('P', 'H1'), ('P', 'H2'), ('R', 'H1')) AS t (p, h) \g /dev/null
\set ECHO all

-- H1 and H2 were dealt with before, H3 was not
SELECT pg_temp.event('H1', 'institution.penalty', '2025-02-01'), pg_temp.event('H2', 'institution.agreement', '2025-02-01') \g /dev/null
SELECT pg_temp.event(person, rule, decided::date, points => points, place => place)
FROM (VALUES
	('P', 'payment.lighter', '2025-04-10', 3, 'H1'), ('P', 'payment.heavier', '2025-06-10', 4, 'H2'), ('P', 'payment.lighter', '2025-12-30', 2, 'H2'),
	('Q', 'payment.heavier', '2025-04-10', 6, 'H1'), ('Q', 'payment.heavier', '2025-06-10', 6, 'H1'),
	('R', 'payment.fraud', '2025-04-10', 12, 'H1'),
	('S', 'payment.grave', '2025-04-10', 8, 'H1'), ('S', 'payment.grave', '2026-04-10', 8, 'H1'),
	('T', 'payment.fraud', '2025-04-10', 11, 'H1'),
	('U', 'payment.fraud', '2025-04-10', 12, 'H3')						-- H3 must be punished first
) AS e (person, rule, decided, points, place) \g /dev/null

CALL credence_registry.evaluate('payment-qualification', '2025-06-30');
SELECT subject, score, grade FROM pg_temp.results('payment-qualification', '2025-06-30');
CALL credence_registry.evaluate('payment-qualification', '2025-12-30');
SELECT subject, score, grade FROM pg_temp.results('payment-qualification', '2025-12-30');
CALL credence_registry.evaluate('payment-qualification', '2026-01-01');
SELECT subject, score, grade FROM pg_temp.results('payment-qualification', '2026-01-01');
CALL credence_registry.evaluate('payment-qualification', '2026-06-30');
SELECT subject, score, grade FROM pg_temp.results('payment-qualification', '2026-06-30') WHERE subject = 'S';

-- what was decided in December runs on in January, at every institution
SELECT pg_temp.finish('payment-qualification', '2025-12-30');
SELECT subject, code, kind, months_least, months_most, target FROM pg_temp.consequences('payment-qualification', '2025-12-30');

\set ECHO none
\i test/rulebook_end.psql
