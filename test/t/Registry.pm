# A registry with something in every table: facts of many years, schemes, runs in every state with their adjustments,
# appeals, overrides, consequences, draws and inspections. What the tests of dump, crash and replication carry through; and
# how its tables are compared.

package Registry;

use strict;
use warnings;
use Exporter 'import';
use Test::More;
our @EXPORT = qw(fill_facts fill_life tables registry_contents numbers same_lines results_of broken);

# Records facts of every kind.
sub fill_facts
{
	my ($node, $database) = @_;

	return $node->safe_psql($database, q(
	CREATE EXTENSION credence_registry CASCADE;
	SET search_path = credence_registry, credence;
	CREATE ROLE district LOGIN IN ROLE credence_officer;
	-- the child before the parent in the order of its code
	SELECT put_region('99', NULL, 'Province', '省'), put_region('3205', '99', 'Suzhou', '苏州市'), map_officer('district', '3205'),
		put_code('indicator', 'cost', 'Average cost', '次均费用'), put_holiday('2025-10-01', false, 'National Day'), put_time_zone('Asia/Urumqi');
	SELECT put_rule('R1', '1990-01-01', 'Late report', '迟报', -1), put_rule('R1', '1990-01-01', 'Late report', '迟报', -2),
		put_rule('R2', '2020-01-01', 'False billing', '虚假计费', -3, -1, degrees => '{"general": [-1, -1]}', ladder => 'A < 100, B');
	SELECT put_subject('institution', 'H' || i, 'Hospital ' || i, '3205', '2015-01-01', attributes => '{"beds": 1}') FROM generate_series(1, 20) i;
	SELECT put_subject('institution', 'H1', 'Renamed', '3205', '2015-01-01');
	SELECT put_subject('physician', 'D1', 'D1', '3205', '2015-01-01');
	SELECT put_identity(subject_id('physician', 'D1'), '王某');
	SELECT record_tie('child_of', subject_id('institution', 'H1'), subject_id('institution', 'H2'), '2020-01-01');
	SELECT end_tie(tie_id, '2021-01-01') FROM tie;
	SELECT record_tie('child_of', subject_id('institution', 'H' || i), subject_id('institution', 'H20'), '2020-01-01') FROM generate_series(10, 12) i;
	SELECT record_agreement(subject_id('institution', 'H1'), 'A1', 2024, '2024-01-01', '2024-12-31', 100.5);
	SELECT record_event(subject_id('institution', 'H' || 1 + n % 20), 'R1', d, d, event_code => 'E' || n)
		FROM (SELECT (date '1995-06-01' + 97 * n) AS d, n FROM generate_series(1, 100) n) x;
	SELECT record_observation(subject_id('institution', 'H' || 1 + n % 20), 'cost', d, d + 30, n)
		FROM (SELECT (date '1995-06-01' + 97 * n) AS d, n FROM generate_series(1, 100) n) x;
	SELECT revoke_event(event_id, 'wrong') FROM event WHERE event_code = 'E40';
	SELECT record_repair(event_id, decided_on + 1) FROM event WHERE event_code = 'E50';
	SELECT record_commitment(subject_id('institution', 'H1'), 'good_faith', '2025-01-01');
	SELECT drop_facts_before(2001);
	-- what is staged is not kept
	INSERT INTO event_load (subject_kind) VALUES ('institution');
	));
}

# Evaluates, and takes runs through their lives: one is scored, one dry, one final and corrected, one abandoned.
sub fill_life
{
	my ($node, $database) = @_;

	return $node->safe_psql($database, q(
	SET search_path = credence_registry, credence;
	SET client_min_messages = error;
	SELECT put_code('indicator', 'daily', 'Daily', '日常'), put_code('indicator', 'share', 'Share', '占比');
	SELECT record_observation(subject_id('institution', 'H' || i), 'daily', make_date(year, 1, 1), make_date(year, 12, 31), 102 - 3 * i + year % 5)
		FROM generate_series(1, 19) i, generate_series(2023, 2025) year;
	SELECT record_observation(subject_id('institution', 'H' || i), 'share', '2025-01-01', '2025-12-31', i % 4 + 0.1, source => 'survey') FROM generate_series(1, 20) i;
	SELECT record_agreement(subject_id('institution', 'H' || i), 'B' || i, 2025, '2025-01-01', '2025-12-31', 1000000) FROM generate_series(1, 20) i;
	SELECT scheme_import('{"code": "agreement", "version": "1", "title": {"en": "Agreement", "zh": "协议"}, "subjects": {"kinds": ["institution"]},
		"inputs": {"daily": {"observation": "daily"}, "lost": {"events": ["R1"], "window": {"months": 36}}, "retained": {"agreement": "retention_amount"}, "before": {"result": "self", "field": "grade"}},
		"scorecard": {"name": "agreement", "decimals": 1, "aggregate": "sum", "indicators": [{"name": "daily"}, {"name": "lost"}], "grades": "A >= 90, B >= 80, C >= 60, D"},
		"adjust": [{"name": "hold", "when": "before = ''B'' and grade = ''A''", "reason": {"en": "was B", "zh": "曾为B"}, "demote": 1}],
		"linkage": [{"name": "parent", "of": "children", "when": "notch >= 3", "reason": "a child is C", "demote": 1}],
		"notice": {"days": 5, "working": true}, "appeal": {"days": 5, "working": true, "lines": ["daily"]},
		"consequences": [{"code": "retention", "payout": "retained", "percent": "max(0, 100 - max(0, 95 - score))"},
			{"code": "budget", "allocate": 1000, "by": "score"}, {"code": "pause", "when": "grade = ''C''", "suspend": [1, 6]},
			{"code": "inspect", "when": "grade = ''B''", "sample": [40, 60], "per_year": 2}]}');
	SELECT scheme_import('{"code": "relative", "version": "1", "subjects": {"kinds": ["institution"]}, "peers": {"by": ["class"]}, "standardise_within": "peers",
		"inputs": {"class": {"attribute": "peer_class", "default": "none"}, "cost": {"observation": "share"}, "daily": {"observation": "daily"}},
		"scorecard": {"name": "relative", "decimals": 6, "indicators": [{"name": "cost", "standardise": "zscore"}, {"name": "daily", "standardise": "zscore"}]},
		"grading": {"method": "quota", "quotas": "A 30%, B"}}');
	SELECT scheme_import(scheme_export('agreement', '1') || '{"version": "2", "template": "not known yet"}');
	SELECT scheme_activate('agreement', '1'), scheme_activate('relative', '1');
	CALL evaluate('relative', '2025');
	CALL evaluate('agreement', '2024', run_id => NULL) \gset
	SELECT prerate(:run_id);
	SELECT put_on_notice(:run_id, '2025-02-03');
	SELECT finalise(:run_id, '2025-02-20');
	CALL evaluate('agreement', '2025', dry => true);
	CALL evaluate('agreement', '2025', run_id => NULL) \gset
	SELECT run_abandon(:run_id);
	CALL evaluate('agreement', '2025', run_id => NULL) \gset
	SELECT prerate(:run_id, 'meeting of 4 January');
	SELECT put_on_notice(:run_id, '2026-01-05');
	SET SESSION AUTHORIZATION district;
	SELECT file_appeal(:run_id, subject_id('institution', 'H7'), 'daily', 'two visits were not counted', '2026-01-07') AS appeal \gset
	SELECT file_appeal(:run_id, subject_id('institution', 'H8'), 'daily', 'no grounds', '2026-01-07') AS refused \gset
	SELECT request_override(:run_id, subject_id('institution', 'H9'), 'epidemic', grade => 'B') AS override \gset
	RESET SESSION AUTHORIZATION;
	SELECT accept_appeal(:appeal), refuse_appeal(:refused, 'too late'), confirm_override(:override, 'seen');
	SELECT decide_appeal(:appeal, 'partly', 'one visit was not counted', '{"inputs": {"daily": 84}}');
	SELECT commit_seed(:run_id, 'inspect', digest_of('tulip'));
	SELECT finalise(:run_id, '2026-01-13');
	SELECT least_number AS n FROM inspection_plan(:run_id) \gset
	SELECT draw(:run_id, 'inspect', :n, 'tulip') AS draw \gset
	SELECT put_inspector('I' || i, 'Inspector', '3205', active_from => '2025-01-01') FROM generate_series(1, 4) i;
	SELECT record_conflict('I1', subject_id, 'related', '2025-01-01') FROM draw_pick WHERE place = 1;
	SELECT assign_inspectors(:draw);
	SELECT choose_suspension(consequence_id, 3, 'heavy') FROM consequence WHERE code = 'pause' ORDER BY consequence_id LIMIT 1;
	SELECT settle_consequence(consequence_id, 'done', 'paid', '2026-02-01') FROM consequence WHERE code = 'retention' ORDER BY consequence_id LIMIT 2;
	SELECT put_warning_threshold('balance_rate', 'surplus > 4, normal >= 0, warning', 'decided here');
	SELECT put_plan_target('plan', 1, subject_id('institution', 'H1'), 'daily', 'Daily', '日常', '>=', 90, 'binding', '2025-12-31');
	SELECT record_observation(subject_id('institution', 'H3'), 'daily', '2025-01-01', '2025-12-31', 60);
	SELECT correct_run(:run_id) AS correction \gset
	SELECT prerate(:correction);
	SELECT put_on_notice(:correction, '2026-03-02');
	SELECT finalise(:correction, '2026-03-12');
	CALL evaluate('agreement', '2023');
	));
}

# Returns the names of the tables of the registry that hold rows of their own and are dumped.
sub tables
{
	my ($node, $database) = @_;

	return split /\n/, $node->safe_psql($database, q(SELECT c.relname FROM pg_class c JOIN pg_extension e ON c.oid = ANY (e.extconfig)
		WHERE e.extname = 'credence_registry' AND c.relkind = 'r' ORDER BY 1));
}

# Returns the rows of every table, one line each.
sub registry_contents
{
	my ($node, $database) = @_;
	# what the extension ships is not dumped
	my $rows = $node->safe_psql($database, q(SELECT string_agg(format('SELECT %L AS t, replace(r::text, chr(10), %L) FROM ONLY %s r %s',
			c.relname, ' ', c.oid::regclass, e.extcondition[array_position(e.extconfig, c.oid)]), ' UNION ALL ' ORDER BY c.relname)
		FROM pg_class c JOIN pg_extension e ON c.oid = ANY (e.extconfig) WHERE e.extname = 'credence_registry' AND c.relkind = 'r'));

	return $node->safe_psql($database, "SET timezone = 'UTC'; SET jit = off; $rows ORDER BY 1, 2");
}

# Returns where each sequence of the registry stands.
sub numbers
{
	my ($node, $database) = @_;

	return $node->safe_psql($database, q(SELECT sequencename, last_value FROM pg_sequences
		WHERE schemaname = 'credence_registry' AND sequencename NOT LIKE '%\_load\_%' ORDER BY 1));
}

# Compares line by line, and shows only what differs.
sub same_lines
{
	my ($got, $expected, $what) = @_;
	my %got = map { $_ => 1 } split /\n/, $got;
	my %expected = map { $_ => 1 } split /\n/, $expected;

	return is(join("\n", sort(grep { !$expected{$_} } keys %got)) . '|' . join("\n", sort(grep { !$got{$_} } keys %expected)), '|', $what);
}

# Returns what the results and adjustments of a run say, to the bit, but for its number and the times; with the ranks if asked for.
sub results_of
{
	my ($node, $database, $run, $ranks) = @_;
	my $without = 'run_id,evaluated_at,ranked_at' . ($ranks ? '' : ',rank,rank_ties,rank_of,peer_rank,peer_ties,peer_of');

	return $node->safe_psql($database, qq(SET extra_float_digits = 1;
		SELECT to_jsonb(r) - '{$without}'::text[] FROM credence_registry.result r WHERE run_id = $run ORDER BY subject_id;
		SELECT to_jsonb(a) - '{run_id,made_at}'::text[] FROM credence_registry.adjustment a WHERE run_id = $run ORDER BY subject_id, step));
}

# Returns the invariants that do not hold.
sub broken
{
	my ($node, $database) = @_;

	return $node->safe_psql($database, q(SELECT invariant, detail FROM credence_registry."check"() WHERE NOT ok));
}

1;
