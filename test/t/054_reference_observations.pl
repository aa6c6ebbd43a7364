# The inputs of schemes that are not events against a plain reference: random facts recorded in three steps, random schemes
# over them, evaluated as of each step, and every input of every subject compared.
#
# CREDENCE_SEED repeats the random set; a fixed one always runs.

use strict;
use warnings;
use Cwd;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($python) = grep { -x } map { "$_/python3" } '/usr/bin', split /:/, $ENV{PATH};
plan skip_all => 'there is no python3 to run the reference' unless $python;

my $reference = getcwd() . '/test/reference';
my $random_seed = $ENV{CREDENCE_SEED} // int(rand(1e9));

$ENV{PYTHONDONTWRITEBYTECODE} = 1;

my $node = PostgreSQL::Test::Cluster->new('reference_observations');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\n");
$node->start;

compare('fixed', 10, 9);
diag("CREDENCE_SEED=$random_seed");
compare('random', 3, $random_seed);

# every way in which an input comes about was drawn in the fixed set, and in many pairs
my %drawn = map { split /\|/ } split /\n/, $node->safe_psql('fixed', 'SELECT what, times FROM drawn');
is(join(', ', grep { !$drawn{$_} } everything()), '', 'every key is drawn');
cmp_ok((scalar grep { / with / } keys %drawn), '>', 400, 'and many pairs of keys');

$node->stop;
done_testing();

# Generates facts and schemes, records and evaluates them in a database of its own, and compares.
sub compare
{
	my ($set, $schemes, $seed) = @_;
	my $folder = PostgreSQL::Test::Utils::tempdir("observations_$set");

	command_ok([ $python, "$reference/registry_observations.py", $folder, '--seed', $seed, '--cases', $schemes ], "$set: facts and schemes are generated");
	$node->safe_psql('postgres', "CREATE DATABASE $set");
	$node->safe_psql($set, 'CREATE EXTENSION credence_registry CASCADE');
	$node->safe_psql($set, slurp_file("$folder/facts.sql"));
	$node->safe_psql($set, "COPY $_ FROM '$folder/$_.tsv'") for qw(expected drawn);
	# one that is refused has no results, which is a difference
	my ($stdout, $stderr);
	$node->psql($set, slurp_file("$folder/schemes.sql"), on_error_stop => 0, stdout => \$stdout, stderr => \$stderr);
	is($stderr, '', "$set: no scheme is refused");
	$node->safe_psql($set, slurp_file("$reference/registry_compare.sql"));

	my ($inputs, $values, $there, $kinds) = split /\|/, $node->safe_psql($set, 'SELECT * FROM extent');
	note("$set: $values values of $inputs inputs, $there of them neither missing nor zero");
	cmp_ok($there, '>', $values / 4, "$set: many values are neither missing nor zero");
	cmp_ok($kinds, '>', $inputs / 3, "$set: many inputs tell subjects apart");
	is($node->safe_psql($set, 'SELECT count(*) FROM other_subjects'), '0', "$set: the subjects of each run")
	  or diag($node->safe_psql($set, 'SELECT * FROM other_subjects LIMIT 5'));
	is($node->safe_psql($set, 'SELECT count(*) FROM differences'), '0', "$set: every input of every subject")
	  or diag($node->safe_psql($set, 'SELECT * FROM root_differences ORDER BY spec::text LIMIT 5', extra_params => ['-x']));
	return;
}

# Returns what must have been drawn: the keys, and the words that are values of some.
sub everything
{
	my %words = (
		statistic => [qw(latest earliest sum mean min max count ratio numerator denominator)],
		tenure => [qw(years months)],
		agreement => [qw(retention_amount decision number)],
		measure => [qw(kept_years broken active)],
		population => [qw(mean median min max count sum weighted_median weighted_mean top_mean percentile)],
		as => [qw(rank from_last share)],
		order => [qw(high low)],
		end => [qw(from to)],
		of => [qw(self children parent)],
		field => [qw(score grade notch rank rated points.v)],
		window => [qw(period all year valid)]);

	return (map { my $key = $_; map { "$key=$_" } @{ $words{$key} } } sort keys %words),
	  qw(observation attribute commitment ties value result formula condition cases curve rank
	  default sources evaluator evaluators evaluators_required minimum of.tie of.self since broken_by streak when weight share within
	  window.period window.months window.years window.days window.from subjects.where subjects.exclude peers);
}
