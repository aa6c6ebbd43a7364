# The server is killed in every phase of an evaluation and started again: the evaluation, called again, takes up where it was,
# and every bit is as if nothing had happened. A standby that takes over holds the same, and evaluates.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Registry;

my $node = PostgreSQL::Test::Cluster->new('registry_crash');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "full_page_writes = on\nwal_retrieve_retry_interval = 200ms");
$node->start;
$node->backup('base');

my $standby = PostgreSQL::Test::Cluster->new('registry_standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;

fill_facts($node, 'postgres');
fill_life($node, 'postgres');

# Runs statements in the background; the connection ends with the server.
sub background
{
	my ($sql) = @_;

	return IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c', $sql ], '>', '/dev/null', '2>', '/dev/null');
}

# Waits until so many sessions wait for a lock.
sub await_waiting
{
	my ($sessions, $what) = @_;

	return ok($node->poll_query_until('postgres', "SELECT count(DISTINCT pid) = $sessions FROM pg_locks WHERE NOT granted"), $what);
}

# Holds something as long as the server lives, or until let_go.
sub hold
{
	my ($what, $sql) = @_;
	my $session = background("SET application_name = '$what'; $sql; SELECT pg_sleep(600)");

	$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = '$what' AND wait_event = 'PgSleep'");
	return $session;
}

sub let_go
{
	my ($what) = @_;

	return $node->safe_psql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '$what'");
}

# kill -9 of the postmaster, and start as soon as its children have noticed: the clients see those go.
sub crash
{
	$node->kill9;
	$_->finish for @_;
	for (1 .. 300)
	{
		return if $node->start(fail_ok => 1);
		$node->stop('fast', fail_ok => 1);
		select(undef, undef, undef, 0.1);
	}
	BAIL_OUT('the server does not start again');
}

my $evaluate = q(CALL credence_registry.evaluate('agreement', '2025'));
$node->safe_psql('postgres', $evaluate);
my ($undisturbed, $as_of) = split /\|/, $node->safe_psql('postgres', 'SELECT run_id, as_of FROM credence_registry.run ORDER BY run_id DESC LIMIT 1');
my $expected = results_of($node, 'postgres', $undisturbed, 1);
like($expected, qr/"linkage"/, 'there are results and adjustments');
$evaluate = "CALL credence_registry.evaluate('agreement', '2025', as_of => '$as_of')";

# Linking reads ties, gathering does not for this scheme; the end of a run takes the lock of writers.
my @points = (
	[ 'before the run is there', '', sub { return hold('begin', 'SELECT pg_advisory_lock_shared(credence_registry.writers_key())'); } ],
	[ 'while it gathers', 'gathering', sub { return hold('gather', 'LOCK TABLE credence_registry.result IN SHARE MODE'); } ],
	[ 'while it links', 'linking', sub { return hold('link', 'LOCK TABLE credence_registry.tie IN ACCESS EXCLUSIVE MODE'); } ],
	[ 'before it is finished', 'done', sub { return hold('finish', 'LOCK TABLE credence_registry.tie IN ACCESS EXCLUSIVE MODE'); } ]);
my $runs = $undisturbed;
for my $point (@points)
{
	my ($when, $phase, $blocker) = @{$point};
	my @sessions = ($blocker->());

	push @sessions, background($evaluate);
	await_waiting(1, "$when: the evaluation waits");
	if ($phase eq 'done')
	{
		push @sessions, hold('end', 'SELECT pg_advisory_lock(credence_registry.writers_key())');
		let_go('finish');
		$node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'));
	}
	is($node->safe_psql('postgres', 'SELECT phase FROM credence_registry.run_progress'), $phase, "$when: others see how far it is");
	crash(@sessions);

	is($node->safe_psql('postgres', 'SELECT phase FROM credence_registry.run_progress'), $phase, "$when: after the crash it is where it was");
	is($node->safe_psql('postgres', q(SELECT count(*) FROM credence_registry.result JOIN credence_registry.run USING (run_id) WHERE state = 'gathering' AND phase = 'gathering')),
		'0', "$when: nothing half done is there");
	my $run = $node->safe_psql('postgres', "$evaluate");
	is($node->safe_psql('postgres', "SELECT count(*) FROM credence_registry.run WHERE run_id > $runs"), 1, "$when: there is one run more");
	is($node->safe_psql('postgres', "SELECT state, phase FROM credence_registry.run WHERE run_id = $run"), 'scored|done', "$when: it is finished");
	same_lines(results_of($node, 'postgres', $run, 1), $expected, "$when: it says what an undisturbed run says");
	$runs = $run;
}
is(broken($node, 'postgres'), '', 'every invariant holds');

# the standby
my $views = 'SET extra_float_digits = 1; ' . join '; ', map { "SELECT '$_', to_jsonb(v) - 'as_of' FROM credence_registry.$_ v ORDER BY 2" }
  qw(current_grade grade_history ranking consequences event_ledger appeals repair_status data_quality);
my $shown = $node->safe_psql('postgres', $views);
my $contents = registry_contents($node, 'postgres');
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
same_lines(registry_contents($standby, 'postgres'), $contents, 'a standby holds the same');
same_lines($standby->safe_psql('postgres', $views), $shown, 'its views show the same');
is(broken($standby, 'postgres'), '', 'every invariant holds there');
my ($status, $out, $error) = $standby->psql('postgres', $evaluate);
like($error, qr/read-only|recovery/, 'it does not evaluate');
$node->stop('immediate');
$standby->promote;
same_lines(registry_contents($standby, 'postgres'), $contents, 'when it takes over it still holds the same');
my $run = $standby->safe_psql('postgres', $evaluate);
same_lines(results_of($standby, 'postgres', $run, 1), $expected, 'and evaluates as the other did');
is($standby->safe_psql('postgres', q(SET search_path = credence_registry;
	SELECT record_event(subject_id('institution', 'H1'), 'R1', '2025-06-01', '2025-06-01') > (SELECT max(event_id) FROM event);)), 't', 'new facts are numbered on');
$standby->safe_psql('postgres', q(CALL credence_registry.refresh('agreement', '2025')));
is(broken($standby, 'postgres'), '', 'every invariant holds');

$standby->stop;
done_testing();
