# Every released version can be updated to this one, and what comes of it is what a fresh
# installation gives.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Samples;

my $node = PostgreSQL::Test::Cluster->new('upgrade');
$node->init;
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir;

# Returns the statements that define the extension in a database: a dump that spells members out,
# as the one for pg_upgrade does, without the numbers that differ from database to database.
sub definition
{
	my ($database) = @_;
	my $file = "$directory/$database.sql";
	my @statements;

	$node->command_ok([ 'pg_dump', '--binary-upgrade', '--schema-only', '-f', $file, $node->connstr($database) ], "describing $database");
	for my $statement (split /\n\n+/, slurp_file($file))
	{
		$statement =~ s/^(--|SELECT pg_catalog\.binary_upgrade|\\(un)?restrict).*\n?//mg;
		push @statements, $statement if $statement =~ /\S/;
	}
	return sort @statements;
}

# Returns the statements of the first list that the second does not have.
sub only_in
{
	my ($first, $second) = @_;
	my %there = map { $_ => 1 } @{$second};

	return join "\n\n", grep { !$there{$_} } @{$first};
}

for my $control (glob('control/*.control'))
{
	my ($extension) = $control =~ m{([^/]+)\.control$};
	my ($current) = slurp_file($control) =~ /^default_version = '(.*)'/m;
	my %released = map { m{--(.+)\.sql$} ? ($1 => 1) : () } grep { !/--.+--/ } glob("extension/released/$extension--*.sql");
	my @scripts = map { m{--(.+)--(.+)\.sql$} ? [ $1, $2 ] : () } glob("extension/$extension--*--*.sql");

	$node->safe_psql('postgres', "CREATE DATABASE fresh_$extension");
	$node->safe_psql("fresh_$extension", "CREATE EXTENSION $extension CASCADE");
	my @fresh = definition("fresh_$extension");
	cmp_ok(scalar(grep { /^CREATE FUNCTION/ } @fresh), '>', 0, "$extension: the description holds its functions");

	delete $released{$current};
	is(scalar(grep { !$released{ $_->[0] } } @scripts), 0, "$extension: every update script starts from a released version");
	is(scalar(grep { !$released{ $_->[1] } && $_->[1] ne $current } @scripts), 0, "$extension: and leads to one, or to this one");
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extension_versions WHERE name = '$extension'"),
		1 + keys %released, "$extension: this version and all released before it are installed");

	for my $version (sort keys %released)
	{
		my $database = "from_$version" =~ s/\W/_/gr;

		$node->safe_psql('postgres', "CREATE DATABASE $database");
		$node->safe_psql($database, "CREATE EXTENSION $extension VERSION '$version' CASCADE");
		make_table($node, $database);
		my $contents = contents($node, $database);
		$node->safe_psql($database, "ALTER EXTENSION $extension UPDATE");
		is(contents($node, $database), $contents, "$extension: values of $version are read by $current");
		$node->safe_psql($database, 'DROP TABLE kept');
		$node->safe_psql($database, 'DROP TABLE IF EXISTS graded CASCADE; DROP DOMAIN IF EXISTS credit');
		my @updated = definition($database);
		is(only_in(\@updated, \@fresh), '', "$extension: $version updated to $current has nothing that $current has not");
		is(only_in(\@fresh, \@updated), '', "$extension: $version updated to $current has all that $current has");
	}
}

$node->stop;
done_testing();
