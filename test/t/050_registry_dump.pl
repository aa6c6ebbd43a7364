# Facts of several years, schemes, runs and all that followed from them, dumped and restored in both formats: every table of
# the registry brings back the same rows, what is append-only or final stays so, and new rows go on where the old ones ended.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Registry;

my $node = PostgreSQL::Test::Cluster->new('registry_dump');
$node->init;
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir;

$node->safe_psql('postgres', 'CREATE DATABASE source');
fill_facts($node, 'source');
fill_life($node, 'source');
my ($contents, $numbers) = (registry_contents($node, 'source'), numbers($node, 'source'));
my %rows;
$rows{ (split /\|/)[0] }++ for split /\n/, $contents;
cmp_ok(scalar(grep { /^event_2|^observation_2/ } keys %rows), '>', 30, 'there are facts of many years');
is(join(' ', grep { !/_\d{4}$|_default$/ && !$rows{$_} } tables($node, 'source')), '', 'and rows in every other table');

$node->safe_psql('postgres', 'CREATE DATABASE custom; CREATE DATABASE plain');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/source.dump", $node->connstr('source') ], 'dumping in the custom format');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('custom'), "$directory/source.dump" ], 'restoring it');
same_lines(registry_contents($node, 'custom'), $contents, 'the custom format brings every row back');
is(numbers($node, 'custom'), $numbers, 'the custom format brings the sequences back');
$node->command_ok([ 'pg_dump', '-f', "$directory/source.sql", $node->connstr('source') ], 'dumping in the plain format');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('plain'), '-f', "$directory/source.sql" ], 'restoring it');
same_lines(registry_contents($node, 'plain'), $contents, 'the plain format brings every row back');
is(numbers($node, 'plain'), $numbers, 'the plain format brings the sequences back');
$node->safe_psql('postgres', 'CREATE DATABASE parallel');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-j', '2', '-d', $node->connstr('parallel'), "$directory/source.dump" ], 'restoring with two jobs');
same_lines(registry_contents($node, 'parallel'), $contents, 'two jobs bring every row back');
is(numbers($node, 'parallel'), $numbers, 'two jobs bring the sequences back');

for my $database (qw(custom plain parallel))
{
	my ($status, $out, $err) = $node->psql($database, 'DELETE FROM credence_registry.event');
	like($err, qr/facts are never changed/, "$database: facts cannot be deleted");
	($status, $out, $err) = $node->psql($database, 'TRUNCATE credence_registry.event_2024');
	like($err, qr/facts are never changed/, "$database: nor a year truncated");
	is($node->safe_psql($database, q(SET search_path = credence_registry, credence;
		SELECT record_event(subject_id('institution', 'H1'), 'R1', '2025-01-01', '2025-01-01') > (SELECT max(event_id) FROM event))),
		't', "$database: numbers go on");
	is($node->safe_psql($database, q(SELECT string_agg(grantee, ' ' ORDER BY grantee) FROM information_schema.role_table_grants
		WHERE table_schema = 'credence_registry' AND table_name = 'event' AND privilege_type = 'SELECT' AND grantee LIKE 'credence%')),
		'credence_admin credence_officer credence_publisher credence_reader', "$database: who may read is the same");
}

# roles are the cluster's: a second database finds them, and dropping the extension leaves them
is($node->safe_psql('postgres', q(SELECT count(*) FROM pg_roles WHERE rolname ~ '^credence_' AND NOT rolcanlogin)), '4', 'there are four roles');
$node->safe_psql('plain', 'DROP EXTENSION credence_registry');
is($node->safe_psql('plain', q(SELECT count(*) FROM pg_class WHERE relnamespace = 'credence_registry'::regnamespace)), '0', 'dropping leaves no table');
$node->safe_psql('plain', 'CREATE EXTENSION credence_registry');

# two databases at once, in a cluster that does not have the roles yet
my $fresh = PostgreSQL::Test::Cluster->new('registry_roles');
$fresh->init;
$fresh->start;
$fresh->safe_psql('postgres', "CREATE DATABASE a$_; ") for 1 .. 4;
my @sessions = map { IPC::Run::start([ 'psql', '-X', '-q', '-d', $fresh->connstr("a$_"), '-c', 'CREATE EXTENSION credence_registry CASCADE' ],
	'2>', '/dev/null') } 1 .. 4;
is(scalar(grep { $_->finish } @sessions), 4, 'four databases can install it at the same time');
$fresh->stop;

# what was known at a time stays so after a crash
$node->stop('immediate');
$node->start;
same_lines(registry_contents($node, 'source'), $contents, 'a crash loses nothing that was committed');
is($node->safe_psql('source', 'SELECT count(*) FROM credence_registry.event_load'), '0', 'what was only staged is staged again');

$node->stop;
done_testing();
