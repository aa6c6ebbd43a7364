# credence while things break: interrupted, killed, its session or the server killed, two at once, a commit that nobody hears
# of. Whatever happens, a load is whole or not there, nothing stays staged, no run stays half done, and the exit status and
# one line say what it was.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Client;

my $directory = PostgreSQL::Test::Utils::tempdir;
my $node = PostgreSQL::Test::Cluster->new('client_faults');
$node->init;
$node->append_conf('postgresql.conf', "restart_after_crash = off\n");
$node->start;
$node->safe_psql('postgres', q(CREATE EXTENSION credence_registry CASCADE;
	\i test/fixtures/disclosure.sql
));
connect_to($node, 'postgres');

my $header = "kind,code,name,region,valid_from\n";
my $limit = $PostgreSQL::Test::Utils::timeout_default;

# Returns what a query finds.
sub found
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', "SET search_path = credence_registry; $sql");
}

# Waits until the program's session is like that.
sub await
{
	my ($condition, $what) = @_;

	return ok($node->poll_query_until('postgres', "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'credence' AND $condition"), $what);
}

# Waits for the end; returns the exit status, 1000 and more for a signal.
sub finished
{
	my ($handle) = @_;

	$handle->finish;
	my $status = ($handle->full_results)[0];
	return $status & 127 ? 1000 + ($status & 127) : $status >> 8;
}

# Nothing of a load of subjects whose codes begin so may be there, staged or loaded; and no session.
sub nothing_of
{
	my ($code, $what) = @_;

	ok($node->poll_query_until('postgres', q(SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'credence')), "$what: no session stays");
	return is(found("SELECT (SELECT count(*) FROM subject WHERE code LIKE '$code%'), (SELECT count(*) FROM subject_load)"), '0|0', "$what: nothing is loaded or staged");
}

# Holds a lock in a session of its own, which ends with its standard input; returns it.
sub hold
{
	my ($sql) = @_;
	my $session = { in => "BEGIN; $sql; SELECT 'held';\n", out => '' };

	$session->{handle} = IPC::Run::start([ 'psql', '-XAtq', '-d', 'postgres' ], '<', \$session->{in}, '>', \$session->{out}, '2>', '/dev/null');
	$session->{handle}->pump until $session->{out} =~ /held/;
	return $session;
}

sub let_go
{
	my ($session) = @_;

	$session->{in} .= "ROLLBACK;\n\\q\n";
	return eval { $session->{handle}->finish };
}

# --- interrupted, killed, cut off: while it reads and while the registry checks

my %ends = (
	'Ctrl-C' => [ sub { $_[0]->signal('INT') }, 130, qr/\Acredence: interrupted\n\z/ ],
	'SIGTERM' => [ sub { $_[0]->signal('TERM') }, 143, qr/\Acredence: interrupted\n\z/ ],
	'kill -9' => [ sub { $_[0]->signal('KILL') }, 1009, qr/\A\z/ ],
	'the session being ended' => [ sub { found(q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'credence')) }, 3,
		qr/\Acredence: the connection is lost: .*\nhint: What was not yet committed has been undone/ ],
);
for my $end (sort keys %ends)
{
	my ($act, $expected, $message) = @{ $ends{$end} };
	# less than a pipe holds: whoever is killed must not leave something that is still to be written
	my ($in, $out, $err) = ($header . "institution,X1,One,dsc,2015-01-01\n" x 1800, '', '');
	my $load = start_credence([ qw(load subjects - -q --json) ], \$in, \$out, \$err);

	# standard input stays open
	$load->pump until $in eq '';
	await(q(state = 'active' AND query LIKE 'COPY%'), "$end while it reads");
	$act->($load);
	# only the next bytes tell a program that reads that the server has gone; not so many that they find nobody to read them
	$in .= "institution,X2,One,dsc,2015-01-01\n" x 1000 if $expected == 3;
	is(finished($load), $expected, '... ends it');
	like($err, $message, '... with a word');
	is($out, '', '... and no result');
	nothing_of('X', '...');

	write_file("$directory/x.csv", "${header}institution,X1,One,dsc,2015-01-01\n");
	my $other = hold('LOCK TABLE credence_registry.subject IN ACCESS EXCLUSIVE MODE');
	($in, $out, $err) = ('', '', '');
	$load = start_credence([ qw(load subjects -q), "$directory/x.csv" ], \$in, \$out, \$err);
	await(q(wait_event_type = 'Lock'), "$end while the registry checks");
	$act->($load);
	is(finished($load), $expected, '... ends it');
	like($err, $message, '... with a word');
	let_go($other);
	nothing_of('X', '...');
}

# the second Ctrl-C does not wait for the server
{
	my $other = hold('LOCK TABLE credence_registry.subject IN ACCESS EXCLUSIVE MODE');
	my ($in, $out, $err) = ('', '', '');
	my $load = start_credence([ qw(load subjects -q), "$directory/x.csv" ], \$in, \$out, \$err);

	await(q(wait_event_type = 'Lock'), 'a server that does not answer');
	my $pid = found(q(SELECT pid FROM pg_stat_activity WHERE application_name = 'credence'));
	kill 'STOP', $pid;
	$load->signal('INT');
	sleep 1;
	ok($load->pumpable, '... one Ctrl-C waits for it');
	$load->signal('INT');
	is(finished($load), 130, '... the second does not');
	kill 'CONT', $pid;
	let_go($other);
	nothing_of('X', '...');
}

# --- an evaluation

# Starts one that waits in its first phase, for a lock.
sub start_evaluation
{
	my ($out, $err) = @_;
	my $other = hold('LOCK TABLE credence_registry.subject_version IN ACCESS EXCLUSIVE MODE');
	my $in = '';
	my $evaluation = start_credence([ qw(evaluate dsc 2025 -q) ], \$in, $out, $err);

	await(q(wait_event_type = 'Lock' AND query LIKE 'CALL%'), 'an evaluation');
	return ($evaluation, $other);
}

for my $end ('Ctrl-C', 'SIGTERM')
{
	my ($out, $err) = ('', '');
	my ($evaluation, $other) = start_evaluation(\$out, \$err);

	$ends{$end}[0]->($evaluation);
	is(finished($evaluation), $ends{$end}[1], "$end ends it");
	is("$out$err", "credence: interrupted\n", '... with a word');
	let_go($other);
	is(found('SELECT state FROM run ORDER BY run_id DESC LIMIT 1'), 'abandoned', '... and the run is abandoned');
}

# --- the server is killed

for my $what ('a load', 'an evaluation')
{
	my ($in, $out, $err) = ('', '', '');
	my ($program, $other);

	if ($what eq 'a load')
	{
		$other = hold('LOCK TABLE credence_registry.subject IN ACCESS EXCLUSIVE MODE');
		$program = start_credence([ qw(load subjects -q), "$directory/x.csv" ], \$in, \$out, \$err);
		await(q(wait_event_type = 'Lock'), 'a load while the server is killed');
	}
	else
	{
		($program, $other) = start_evaluation(\$out, \$err);
	}
	$node->stop('immediate');
	is(finished($program), 3, "$what: the connection is lost");
	like($err, qr/\A(credence: warning: terminating connection .*\n)?credence: the connection is lost: .*\nhint: What was not yet committed has been undone; try again/, '... which is said');
	let_go($other);
	my ($status) = credence([ qw(status) ]);
	is($status, 3, '... and the server is not there');
	$node->start;
}
nothing_of('X', 'after a crash');
my ($status, $out, $err) = credence([ qw(load subjects -q), "$directory/x.csv" ]);
is("$status$out$err", "01 subjects loaded\n", 'the same load, again');
($status, $out, $err) = credence([ qw(status --json) ]);
my $cut_off = json_of($out)->{running}[0]{run};
ok($cut_off, 'the run that was cut off is shown');
($status, $out, $err) = credence([ qw(evaluate dsc 2025 --json -q) ]);
is(json_of($out)->{run_id}, $cut_off, '... and taken up by the next evaluation');

# --- a commit of which nobody hears

$node->safe_psql('postgres', q(CREATE FUNCTION drop_dead() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
	CREATE CONSTRAINT TRIGGER last AFTER INSERT ON credence_registry.subject DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION drop_dead()));
($status, $out, $err) = credence([ qw(load subjects - -q) ], in => "${header}institution,Y1,One,dsc,2015-01-01\n");
is("$status$out", '3', 'a connection lost in the commit');
like($err, qr/\Acredence: the connection was lost while the load was being committed: it may have been loaded, or not\nhint: Load the same files again/, '... is not taken for either');
$node->safe_psql('postgres', 'DROP TRIGGER last ON credence_registry.subject');
# and one that fails
$node->safe_psql('postgres', q(CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION $x$not on Sundays$x$ USING HINT = $x$Wait.$x$; END';
	CREATE CONSTRAINT TRIGGER last AFTER INSERT ON credence_registry.subject DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()));
($status, $out, $err) = credence([ qw(load subjects - -q) ], in => "${header}institution,Y1,One,dsc,2015-01-01\n");
is("$status$out$err", "5credence: not on Sundays\nhint: Wait.\n", 'a commit that fails');
$node->safe_psql('postgres', 'DROP TRIGGER last ON credence_registry.subject');
nothing_of('Y', 'neither');

# --- two at once

my $events = "subject_kind,subject_code,rule_code,occurred_on,decided_on,source,event_code\n"
	. join('', map { 'institution,D' . sprintf('%02d', 1 + $_ % 14) . ",dsc.fire,2025-01-01,2025-02-01,penalty,T$_\n" } 1 .. 2000);
write_file("$directory/one.csv", $events);
write_file("$directory/two.csv", $events =~ s/,T(\d+)$/,U$1/mgr);
write_file("$directory/same.csv", $events);
{
	my @loads = map { my ($in, $out, $err) = ('', '', ''); { out => \$out, err => \$err, handle => start_credence([ qw(load events -q), "$directory/$_.csv" ], \$in, \$out, \$err) } } qw(one two same);
	my @statuses = map { finished($_->{handle}) } @loads;

	is($statuses[1], 0, 'two loads of different files at once do not mind each other');
	is(join(' ', sort @statuses[ 0, 2 ]) =~ s/[15]$/1 or 5/r, '0 1 or 5', '... of two of the same one lands') or diag(map { ${ $_->{err} } } @loads);
	is(found(q(SELECT count(*) FROM event WHERE event_code LIKE 'T%' OR event_code LIKE 'U%')), '4000', '... every event once');
}
{
	# the same subjects in the opposite order: whichever wins, neither hangs
	write_file("$directory/up.csv", $header . join('', map { "institution,Z$_,Up,dsc,2015-01-01\n" } 1000 .. 2500));
	write_file("$directory/down.csv", $header . join('', map { "institution,Z$_,Down,dsc,2015-01-01\n" } reverse 1000 .. 2500));
	my @loads = map { my ($in, $out, $err) = ('', '', ''); { err => \$err, handle => start_credence([ qw(load subjects -q), "$directory/$_.csv" ], \$in, \$out, \$err) } } qw(up down);
	my @statuses = sort map { finished($_->{handle}) } @loads;

	ok("@statuses" =~ /^0 [05]$/, 'two loads of the same subjects at once') or diag(map { ${ $_->{err} } } @loads);
	is(found(q(SELECT count(DISTINCT name) FROM subject WHERE code LIKE 'Z%')), '1', '... and one of them has the last word');
}

# --- a file that may not grow, like a disk that is full
{
	write_file("$directory/unknown.csv", $header . join('', map { "institution,R$_,One,nowhere,2015-01-01\n" } 1 .. 3000));
	my $printed = `bash -c "ulimit -f 20; exec '$Client::program' load subjects -q --rejects '$directory/rejects.csv' '$directory/unknown.csv'" 2>&1 >/dev/null`;
	is($? >> 8, 4, 'rejects that cannot be written');
	like($printed, qr/^credence: could not write .*: File too large$/m, '... are trouble with a file');
	is(join(' ', glob("$directory/rejects.csv*")), '', '... and no half of them is left');
	$printed = `bash -c "ulimit -f 0; exec '$Client::program' scheme export dsc" 2>&1 >'$directory/scheme.json'`;
	is(($? >> 8) . $printed, "4credence: could not write to standard output: File too large\n", 'nor a scheme');
}

# --- memory does not grow with the file

SKIP:
{
	my $rows = 40_000;

	skip 'no limits here', 1 if system('bash', '-c', 'ulimit -v 150000') != 0;
	open(my $big, '>', "$directory/big.csv") or die;
	print $big $header;
	printf $big "institution,B%d,%s,dsc,2015-01-01\n", $_, 'x' x 5000 for 1 .. $rows;
	close($big);
	my $printed = `bash -c "ulimit -v 150000; '$Client::program' load subjects -q --dry-run '$directory/big.csv'" 2>&1`;
	is($printed, "$rows subjects could be loaded; nothing was, as asked for\n", 'a file of 200 MB in less memory than that');
}

is(found('SELECT count(*) FROM subject_load') . found('SELECT count(*) FROM event_load'), '00', 'nothing stays staged');
$node->stop;
done_testing();
