-- working days
SET search_path = credence_registry, credence, public;
SET datestyle = iso, ymd;
\set SHOW_CONTEXT never
BEGIN;
-- National Day 2025: 1 to 8 October are free, 28 September and 11 October are worked
SELECT put_holiday(d::date, false, 'National Day') FROM generate_series(date '2025-10-01', '2025-10-08', '1 day') d;
SELECT put_holiday('2025-09-28', true, 'in exchange'), put_holiday('2025-10-11', true, 'in exchange');
SELECT d::date AS day, to_char(d, 'Dy') AS weekday, is_working_day(d::date) FROM generate_series(date '2025-09-26', '2025-10-13', '1 day') d ORDER BY d;
SELECT add_days('2025-09-26', 0), add_days('2025-09-26', 15), add_days('2025-09-26', -3);
SELECT add_days('2025-09-26', 1, true), add_days('2025-09-26', 3, true), add_days('2025-09-26', 4, true), add_days('2025-09-26', 7, true);
SELECT add_days('2025-10-09', -1, true), add_days('2025-10-09', -3, true), add_days('2025-10-04', 0, true);
-- the n-th working day is the one up to which n working days were counted, forth and back
SELECT count(*) AS wrong FROM generate_series(1, 300) n, LATERAL (SELECT add_days('2025-09-20', n, true) AS forth, add_days('2025-09-20', -n, true) AS back) x
WHERE NOT is_working_day(forth) OR NOT is_working_day(back)
	OR n <> (SELECT count(*) FROM generate_series(date '2025-09-21', forth, '1 day') d WHERE is_working_day(d::date))
	OR n <> (SELECT count(*) FROM generate_series(back, date '2025-09-19', '1 day') d WHERE is_working_day(d::date));
-- a week-end that is worked no more, and a day like any other
SELECT put_holiday('2025-10-11', NULL);
SELECT is_working_day('2025-10-11'), is_working_day(NULL), add_days(NULL, 1, true), add_days('2025-01-01', NULL);
SAVEPOINT s; SELECT add_days('2025-01-01', 10001, true); ROLLBACK TO s;
SAVEPOINT s; SELECT add_days('infinity', 1); ROLLBACK TO s;
SELECT add_days('2025-01-01', 10000, true) > '2060-01-01' AS far;
-- days begin where the registry says, whatever the session; it is never the same day in Pago Pago and in Kiritimati, 25 hours apart
SELECT time_zone(), calendar_day('2025-12-31 15:59:59+00') AS old_year, calendar_day('2025-12-31 16:00:00+00') AS new_year, calendar_day(NULL), calendar_day('infinity');
SET timezone = 'Pacific/Pago_Pago';
SELECT calendar_day('2025-12-31 16:00:00+00') AS new_year, today() = (statement_timestamp() AT TIME ZONE 'Asia/Shanghai')::date AS today;
SELECT put_time_zone('Pacific/Kiritimati');
SELECT time_zone(), today() > current_date AS ahead;
SET timezone = 'Pacific/Kiritimati';
SELECT today() = current_date AS same, calendar_day('2025-12-31 09:59:59+00') AS old_year, calendar_day('2025-12-31 10:00:00+00') AS new_year;
SELECT put_time_zone('Pacific/Pago_Pago');
SELECT today() < current_date AS behind, count(*) FROM calendar;
RESET timezone;
SAVEPOINT s; SELECT put_time_zone('Asia/Atlantis'); ROLLBACK TO s;
SAVEPOINT s; SELECT put_time_zone(NULL); ROLLBACK TO s;
ROLLBACK;
