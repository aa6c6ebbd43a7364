-- The texts that the cases use, in each session of the bench.

\pset tuples_only on
\pset format unaligned
SET search_path = public, credence;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;
SELECT quote_literal(card_text(NULL)) AS card, quote_literal(card_text('zscore')) AS zscore_card,
	hand_case('') AS hand_case, max('x' || indicator) FILTER (WHERE indicator = :inputs) AS last,
	string_agg(DISTINCT format('(%s, x%s)', indicator, indicator), ', ') AS unpivoted,
	(SELECT string_agg(format('x%s', i), ', ' ORDER BY i) FROM generate_series(1, :inputs) i) AS columns,
	(SELECT string_agg(format('avg(x%s), stddev(x%s)', i, i), ', ' ORDER BY i) FROM generate_series(1, :inputs) i) AS moments
FROM cut \gset
SELECT string_agg(format('count((a).%I)', attname), ', ' ORDER BY attnum) AS parts
FROM pg_attribute WHERE attrelid = to_regclass('credence.appraisal') AND attnum > 0 AND NOT attisdropped \gset
