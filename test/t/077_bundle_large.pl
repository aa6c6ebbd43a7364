# A bulletin of 100 000 entries: exported and verified in the memory that a small one takes.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Bundle;
use Client;

# what the program takes at most, in MB: its buffers, libpq's, those of the workbook
my $limit = 24;

my $directory = PostgreSQL::Test::Utils::tempdir;
my $node = PostgreSQL::Test::Cluster->new('bundle_large');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_wal_size = 4GB\nshared_buffers = 256MB\n");
$node->start;

# Runs the program; returns its status and the most memory that it had, in MB. What it printed is in the file "out".
sub measured
{
	my (@arguments) = @_;
	my $out = `python3 -c 'import os, resource, sys; status = os.spawnv(os.P_WAIT, sys.argv[1], sys.argv[1:]); print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, file=sys.stderr)' $Client::program @arguments 2>&1 > '$directory/out'`;

	return $out =~ /^(\d+) (\d+)$/m;
}

for my $rows (2000, 100_000)
{
	$node->safe_psql('postgres', "CREATE DATABASE rows_$rows");
	$node->safe_psql("rows_$rows", "SET client_min_messages = warning; CREATE EXTENSION credence_disclosure CASCADE;\n\\set rows $rows\n\\i test/fixtures/bundle_large.sql");
	connect_to($node, "rows_$rows");
	my $formats = $rows > 10_000 ? 'json' : 'json,xlsx,site';
	my ($status, $memory) = measured('export', 1, '-o', "$directory/$rows", '--quiet', '--formats', $formats);
	is($status, 0, "$rows entries exported");
	cmp_ok($memory, '<', $limit, "in $memory MB");
	($status, $memory) = measured('verify', '--quiet', '--json', "$directory/$rows");
	is($status, 0, 'verified');
	cmp_ok($memory, '<', $limit, "in $memory MB");
	my $report = json_of(read_file("$directory/out"));
	is_deeply([ @{ $report->{recomputed} }{qw(scores grades)} ], [ $rows, $rows ], 'every score and grade recomputed');
}

# the rest of the formats, from what is there already
my ($status, $memory) = measured('export', 1, '-o', "$directory/all", '--quiet', '--formats', 'xlsx,site') if $ENV{CREDENCE_LONG};
cmp_ok($memory, '<', $limit, "workbook and site in $memory MB") if $ENV{CREDENCE_LONG};

$node->stop;
done_testing();
