# Dump and restore, in both formats, and binary COPY bring every type back the same.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Samples;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init;
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir;

# Returns a plain dump without the lines that differ each time.
sub dump_of
{
	my ($database) = @_;

	$node->command_ok([ 'pg_dump', '-f', "$directory/$database.sql", $node->connstr($database) ], "dumping $database");
	return join '', grep { !/^\\(un)?restrict / } split /^/, slurp_file("$directory/$database.sql");
}

$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->safe_psql('source', 'CREATE EXTENSION credence');
is(join(', ', missing_samples($node, 'source')), '', 'there are samples of every type');
make_table($node, 'source');
my $contents = contents($node, 'source');
my $dump = dump_of('source');

# the custom format
$node->safe_psql('postgres', 'CREATE DATABASE custom; CREATE DATABASE plain; CREATE DATABASE hostile');
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/custom.dump", $node->connstr('source') ], 'dumping in the custom format');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('custom'), "$directory/custom.dump" ], 'restoring it');
is(contents($node, 'custom'), $contents, 'the custom format brings the same values back');
is(dump_of('custom'), $dump, 'what was restored from it dumps the same');

# the plain format
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('plain'), '-f', "$directory/source.sql" ],
	'restoring a plain dump');
is(contents($node, 'plain'), $contents, 'the plain format brings the same values back');
is(dump_of('plain'), $dump, 'what was restored from it dumps the same');

# a dump as it would be taken with other display settings
$node->safe_psql('hostile', q(ALTER DATABASE hostile SET extra_float_digits = -15;
	ALTER DATABASE hostile SET search_path = pg_catalog; ALTER DATABASE hostile SET bytea_output = escape));
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('hostile'), '-f', "$directory/source.sql" ],
	'restoring where few digits are displayed');
$node->safe_psql('hostile', 'ALTER DATABASE hostile RESET ALL');
is(contents($node, 'hostile'), $contents, 'it brings the same values back');

# binary COPY, there and back
$node->safe_psql('source', "COPY kept TO '$directory/kept.bin' (FORMAT binary)");
$node->safe_psql('source', "CREATE TABLE moved (LIKE kept); COPY moved FROM '$directory/kept.bin' (FORMAT binary)");
$node->safe_psql('source', 'ALTER TABLE kept RENAME TO was; ALTER TABLE moved RENAME TO kept');
is(contents($node, 'source'), $contents, 'binary COPY brings the same values back');

$node->stop;
done_testing();
