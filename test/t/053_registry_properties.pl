# For random facts and schemes of three shapes: the order in which facts are loaded, the plan, and whether a run was made in
# full or refreshed do not change a bit of what it says.
#
# CREDENCE_SEED repeats a run.

use strict;
use warnings;
use List::Util qw(shuffle);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Registry;

my $seed = $ENV{CREDENCE_SEED} // int(rand(1e9));
srand($seed);
diag("CREDENCE_SEED=$seed");

my ($subjects, $facts, $rounds) = (120, 900, 3);
my $node = PostgreSQL::Test::Cluster->new('registry_properties');
$node->init;
$node->start;

# points with caps, dedupe, repairs and adjustments; z-scores within peer groups and percentiles; a quota where many share a score
my %scheme = (
	absolute => q({"subjects": {"kinds": ["institution"]}, "inputs": {
		"lost": {"events": ["x.*"], "dedupe": "case", "cap_per_rule": [-6, 0], "cap": [-9, 0]}, "recent": {"events": ["x.a", "x.b"], "window": {"months": 5}, "cap_per_case": [-2.5, 0]},
		"cases": {"events": ["*"], "measure": "cases"}, "level": {"events": ["x.*"], "measure": "worst", "levels": ["serious", "minor"], "default": "none"},
		"cost": {"observation": "cost", "statistic": "mean", "default": 50}, "rate": {"observation": "rate", "statistic": "ratio", "default": 0.5}},
		"scorecard": {"name": "absolute", "aggregate": "sum", "base": 100, "decimals": 3, "indicators": [{"name": "lost"}, {"name": "recent", "weight": 0.7}, {"name": "cases", "weight": 0.1},
			{"name": "cost", "weight": 0.03}, {"name": "rate", "weight": 3.3}], "grades": "A >= 100, B >= 97, C >= 94, D"},
		"adjust": [{"name": "serious", "when": "level = 'serious'", "demote": 1}], "linkage": [{"name": "parent", "of": "parent", "when": "notch >= 4", "demote": 1, "rounds": 2}]}),
	relative => q({"subjects": {"kinds": ["institution"]}, "peers": {"by": ["level"], "minimum": 5}, "standardise_within": "peers", "inputs": {
		"level": {"attribute": "level", "default": "0"}, "cost": {"observation": "cost", "statistic": "mean"}, "rate": {"observation": "rate", "statistic": "ratio"}, "lost": {"events": ["x.*"]}},
		"scorecard": {"name": "relative", "decimals": 9, "indicators": [{"name": "cost", "standardise": "zscore"}, {"name": "rate", "standardise": "percentile", "weight": 2}, {"name": "lost", "standardise": "robust_z"}]}}),
	quota => q({"subjects": {"kinds": ["institution"]}, "inputs": {"count": {"events": ["x.*"], "measure": "count"}, "largest": {"events": ["x.*"], "measure": "largest", "default": 0}},
		"scorecard": {"name": "quota", "aggregate": "sum", "decimals": 0, "indicators": [{"name": "count", "curve": "0:0, 100:-100"}, {"name": "largest", "weight": 1e-3}]},
		"rank": {"order": "high", "ties": "dense"}, "grading": {"method": "quota", "quotas": "A 20%, B 50%, C", "ties": "keep"}}));

sub day
{
	my $number = int(rand(500));

	return sprintf('2024-%02d-%02d', 7 + int($number / 28), 1 + $number % 28) if $number < 168;
	$number = ($number - 168) % 336;
	return sprintf('2025-%02d-%02d', 1 + int($number / 28), 1 + $number % 28);
}

# Returns so many random events and observations, as rows of the files; numbered on, so that none is there twice.
my $number = 0;
sub random_facts
{
	my ($count, $among) = @_;
	my (@events, @observations);

	for (1 .. $count)
	{
		my ($day, $subject) = (day(), 1 + int(rand($among)));

		$number++;
		if (rand() < 0.7)
		{
			push @events, join ',', 'institution', "H$subject", 'x.' . (qw(a b c))[ rand 3 ], $day, $day, -int(rand(31)) / 10,
			  rand() < 0.5 ? int(rand(30000)) / 100 : '', rand() < 0.6 ? 'C' . int(rand(100)) : '', 'manual', "E$number";
		}
		elsif (rand() < 0.5)
		{
			push @observations, join ',', 'institution', "H$subject", 'cost', '2025-01-01', "2025-12-" . (10 + $number % 20), int(rand(1e6)) / 1e4, '', '', (qw(manual statistics))[ rand 2 ];
		}
		else
		{
			push @observations, join ',', 'institution', "H$subject", 'rate', '2025-01-01', "2025-11-" . (10 + $number % 20), '', int(rand(100)), 1 + int(rand(100)), 'manual';
		}
	}
	return (\@events, \@observations);
}

# Loads facts in so many batches.
sub load
{
	my ($database, $events, $observations, $batches) = @_;

	for my $batch (0 .. $batches - 1)
	{
		my @e = @{$events}[ grep { $_ % $batches == $batch } 0 .. $#{$events} ];
		my @o = @{$observations}[ grep { $_ % $batches == $batch } 0 .. $#{$observations} ];
		my $bad = '';

		$bad .= $node->safe_psql($database, "COPY event_load (subject_kind, subject_code, rule_code, occurred_on, decided_on, points, amount, case_code, source, event_code) FROM stdin CSV;\n"
			. join("\n", @e) . "\n\\.\nSELECT * FROM load_events();") if @e;
		$bad .= $node->safe_psql($database, "COPY observation_load (subject_kind, subject_code, indicator, period_start, period_end, value, numerator, denominator, source) FROM stdin CSV;\n"
			. join("\n", @o) . "\n\\.\nSELECT * FROM load_observations();") if @o;
		is($bad, '', "$database: batch $batch is landed");
	}
	return;
}

for my $database (qw(straight shuffled))
{
	$node->safe_psql('postgres', "CREATE DATABASE $database; ALTER DATABASE $database SET search_path = credence_registry, credence; ALTER DATABASE $database SET client_min_messages = error");
	$node->safe_psql($database, 'CREATE EXTENSION credence_registry CASCADE');
	$node->safe_psql($database, qq(
		SELECT put_code('indicator', 'cost', 'Cost', '费用'), put_code('indicator', 'rate', 'Rate', '率');
		SELECT put_rule('x.a', '2020-01-01', 'a', 'a', -3, 0, ladder => 'serious >= 200, minor'), put_rule('x.b', '2020-01-01', 'b', 'b', -3, 0), put_rule('x.c', '2020-01-01', 'c', 'c', -3, 0);
		SELECT put_subject('institution', 'H' || i, 'H' || i, NULL, '2020-01-01', level => (1 + i % 3)::text) FROM generate_series(1, $subjects) i;
		SELECT record_tie('child_of', subject_id('institution', 'H' || i), subject_id('institution', 'H' || i / 4), '2024-01-01') FROM generate_series(4, $subjects, 3) i;));
	for my $code (sort keys %scheme)
	{
		$node->safe_psql($database, "SELECT scheme_import(\$d\$$scheme{$code}\$d\$::jsonb || '{\"code\": \"$code\", \"version\": \"1\"}'); SELECT scheme_activate('$code', '1')");
	}
}

my %setting = (
	'a parallel plan' => 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET force_parallel_mode = on; SET max_parallel_workers_per_gather = 2;',
	'a plan that sorts, in little memory' => q(SET enable_hashagg = off; SET enable_hashjoin = off; SET work_mem = '64kB'; SET max_parallel_workers_per_gather = 0;),
	'a serial plan' => 'SET max_parallel_workers_per_gather = 0;');
# it has had another name since 16
s/force_parallel_mode/debug_parallel_query/ for $node->safe_psql('postgres', 'SHOW server_version_num') >= 160000 ? values %setting : ();

# Evaluates and returns the number of the run.
sub evaluate
{
	my ($database, $code, $settings, $as_of) = @_;

	return $node->safe_psql($database, "$settings CALL evaluate('$code', '2025'" . ($as_of ? ", as_of => '$as_of'" : '') . ')');
}

my (%seen, %run);
for my $round (1 .. $rounds)
{
	# many at first; then few enough that a refresh looks at some subjects only, of those that others look at too
	my ($events, $observations) = random_facts($round == 1 ? $facts : 12, $round == 1 ? $subjects : 40);

	# a value of the same key would replace the one loaded before, and which that is depends on the order
	$observations = [ grep { my @c = split /,/; !$seen{"@c[1..4,8]"}++ } @{$observations} ];
	load('straight', $events, $observations, 1);
	load('shuffled', [ shuffle @{$events} ], [ shuffle @{$observations} ], 3);
	for my $code (sort keys %scheme)
	{
		my ($run, $touched) = $round == 1 ? (evaluate('straight', $code, ''), $subjects)
		  : split /\|/, $node->safe_psql('straight', "CALL refresh('$code', '2025')");
		my $as_of = $node->safe_psql('straight', "SELECT as_of FROM run WHERE run_id = $run");
		my $ranks = $round == 1 || $code ne 'absolute';
		my $bits = results_of($node, 'straight', $run, $ranks);

		is($run == ($run{$code} // 0), $code eq 'absolute' && $round > 1, "$code, $round: what is relative is evaluated in full") if $round > 1;
		cmp_ok($touched, '<', $subjects, "$code, $round: some subjects are looked at") if $round > 1 && $code eq 'absolute';
		$run{$code} = $run;
		# every plan at first; later a full run of any stands for all
		for my $plan ($round == 1 ? sort keys %setting : (keys %setting)[0])
		{
			same_lines(results_of($node, 'straight', evaluate('straight', $code, $setting{$plan}, $as_of), $ranks), $bits, "$code, $round: $plan");
		}
		same_lines(results_of($node, 'shuffled', evaluate('shuffled', $code, ''), $ranks), $bits, "$code, $round: loaded in another order");
	}
	# after ranking anew, the ranks are those of a full run, too
	$node->safe_psql('straight', "SELECT rerank($run{absolute})");
	my $as_of = $node->safe_psql('straight', "SELECT as_of FROM run WHERE run_id = $run{absolute}");
	same_lines(results_of($node, 'straight', evaluate('straight', 'absolute', '', $as_of), 1), results_of($node, 'straight', $run{absolute}, 1), "absolute, $round: ranked anew");
	# a full run has become the latest: go on with that
	$run{absolute} = $node->safe_psql('straight', q(SELECT max(run_id) FROM run WHERE scheme_code = 'absolute'));
}
cmp_ok($node->safe_psql('straight', q(SELECT count(*) FROM result r JOIN run USING (run_id) WHERE scheme_code = 'quota' AND rank_ties > 1)), '>', 0, 'there are ties');
is($node->safe_psql('straight', q(SELECT count(DISTINCT grade) FROM result JOIN run USING (run_id) WHERE scheme_code = 'quota')), '3', 'all grades are given');
cmp_ok($node->safe_psql('straight', q(SELECT count(DISTINCT kind) FROM adjustment)), '>', 1, 'grades are adjusted and linked');
is(broken($node, $_), '', "$_: every invariant holds") for qw(straight shuffled);

$node->stop;
done_testing();
