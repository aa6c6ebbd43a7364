# The dashboard views as the clients of BI tools see them: psycopg, psqlODBC, SQLAlchemy and JDBC, each in the system's
# own version. Every column has a type that the client maps to a plain one, with a comment where the client shows
# comments, and a typical query works: grouped, ordered, filtered by bound texts.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use JSON::PP;

my $python = '/usr/bin/python3';
my $driver = '/usr/share/java/postgresql.jar';
my @views = qw(evaluation run_result current_grade grade_history ranking grade_distribution grade_migration line_breakdown
	event_ledger repair_status appeals consequences plan_progress plan_overall fund_balance agency_evaluation data_quality);

# what each type of PostgreSQL is called by a client; numeric always comes with precision and scale
my %called = (
	psycopg => { text => 'text', int4 => 'int4', int8 => 'int8', date => 'date', timestamptz => 'timestamptz', bool => 'bool' },
	odbc => { text => 'text', int4 => 'int4', int8 => 'int8', date => 'date', timestamptz => 'timestamptz', bool => 'bool' },
	sqlalchemy => { text => 'text', int4 => 'integer', int8 => 'bigint', date => 'date', timestamptz => 'timestamp', bool => 'boolean' },
	jdbc => { text => 'varchar', int4 => 'integer', int8 => 'bigint', date => 'date', timestamptz => 'timestamp', bool => 'bit' });

my $node = PostgreSQL::Test::Cluster->new('clients');
$node->init;
# JDBC knows no unix sockets
$node->append_conf('postgresql.conf', "listen_addresses = '127.0.0.1'\nfsync = off\ntimezone = 'UTC'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION credence_registry CASCADE; CREATE ROLE analyst LOGIN IN ROLE credence_reader');
$node->safe_psql('postgres', "SET search_path = credence_registry, credence;\n" . slurp_file('test/fixtures/clinics.sql'));
for my $run ([ 2024, '2025-01-31' ], [ 2025, '2026-01-31' ])
{
	$node->safe_psql('postgres', "CALL credence_registry.evaluate('vw-clinic', '$run->[0]', '$run->[1] UTC')");
}
for my $run (1, 2)
{
	$node->safe_psql('postgres', "SELECT credence_registry.prerate($run)");
	$node->safe_psql('postgres', "SELECT credence_registry.put_on_notice($run, '2026-02-01')");
	$node->safe_psql('postgres', "SELECT credence_registry.finalise($run, '2026-02-15')");
}
my %type = map { split /=/ } split /\n/, $node->safe_psql('postgres',
	"SELECT c.relname || '.' || a.attname || '=' || CASE WHEN a.atttypid = 'numeric'::regtype THEN replace(format_type(a.atttypid, a.atttypmod), ' ', '') ELSE t.typname END
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 JOIN pg_type t ON t.oid = a.atttypid
	WHERE c.relnamespace = 'credence_registry'::regnamespace AND c.relname IN (" . join(', ', map { "'$_'" } @views) . ')');

# Says whether the command exists.
sub is_there
{
	my (@command) = @_;

	return run_log(\@command, '>', \my $out, '2>', \my $err);
}

# Runs a client as the analyst; checks what it says of columns, comments and the query.
sub check_client
{
	my ($client, $comments, @command) = @_;

	local %ENV = (%ENV, PGHOST => '127.0.0.1', PGPORT => $node->port, PGDATABASE => 'postgres', PGUSER => 'analyst');
	my ($out, $err) = ('', '');
	my $ran = run_log([ @command, join(',', @views), 'vw-clinic', 'East city' ], '>', \$out, '2>', \$err);
	ok($ran, "$client runs") or diag($err);
	my $seen = $ran ? decode_json($out) : {};
	my @wrong = grep {
		my $expected = $called{$client}{ $type{$_} } // $type{$_};
		($seen->{columns}{$_} // 'nothing') ne $expected
	} sort keys %type;
	is(join("\n", map { "$_: $type{$_} is " . ($seen->{columns}{$_} // 'nothing') } @wrong), '', "$client knows the type of every column");
	is_deeply($seen->{query}, [ [ 'Good', 2, 1, 82 ], [ 'Fair', 3, 2, 72 ] ], "$client groups, orders and filters");
	if ($comments)
	{
		is(join(' ', grep { !length($seen->{comments}{$_} // '') } sort keys %type), '', "$client shows a comment on every column");
	}
	return;
}

cmp_ok(scalar keys %type, '>', 300, 'the views have columns');

SKIP:
{
	skip 'python3-psycopg is not installed', 3 unless is_there($python, '-c', 'import psycopg');
	check_client('psycopg', 0, $python, 'test/clients/psycopg_client.py');
}
SKIP:
{
	skip 'python3-pyodbc and odbc-postgresql are not installed', 3
		unless is_there($python, '-c', 'import pyodbc; assert "PostgreSQL Unicode" in pyodbc.drivers()');
	check_client('odbc', 0, $python, 'test/clients/odbc_client.py');
}
SKIP:
{
	skip 'python3-sqlalchemy and python3-psycopg2 are not installed', 4 unless is_there($python, '-c', 'import sqlalchemy, psycopg2');
	check_client('sqlalchemy', 1, $python, 'test/clients/sqlalchemy_client.py');
}
SKIP:
{
	skip 'there is no Java compiler (javac) or no libpostgresql-jdbc-java: JDBC is not tested', 4 unless is_there('javac', '-version') && -f $driver;
	check_client('jdbc', 1, 'java', '-cp', $driver, 'test/clients/JdbcClient.java');
}

$node->stop;
done_testing();
