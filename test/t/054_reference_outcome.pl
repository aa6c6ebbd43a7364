# Grading, ranks, adjustments and linkage against the reference: random schemes over one population of subjects, every result
# and every line of an adjustment, bit for bit.
#
# CREDENCE_SEED is the seed of a second, random set; it is printed so that it can be repeated.

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

my $node = PostgreSQL::Test::Cluster->new('reference_outcome');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\njit = off\n");
$node->start;

compare('fixed', 18, 190);
diag("the random set has CREDENCE_SEED=$random_seed");
compare('random', 8, $random_seed);

$node->stop;
done_testing();

# Generates a set of schemes, evaluates them in a database of its own, and compares.
sub compare
{
	my ($set, $count, $seed) = @_;
	my $folder = PostgreSQL::Test::Utils::tempdir("outcome_$set");

	command_ok([ $python, "$reference/registry_outcome.py", $folder, '--cases', $count, '--seed', $seed ], "$set: schemes generated");
	$node->safe_psql('postgres', "CREATE DATABASE $set");
	$node->safe_psql($set, 'CREATE EXTENSION credence_registry CASCADE');
	$node->safe_psql($set, slurp_file("$folder/$_.sql")) for qw(facts table);
	$node->safe_psql($set, "COPY $_ FROM '$folder/$_.tsv'") for qw(schemes results adjustments drawn);
	$node->safe_psql($set, slurp_file("$reference/outcome_compare.sql"));

	nothing($set, 'error_differences', 'every scheme is evaluated, or refused where it must be');
	nothing($set, 'result_differences', 'the results of every subject');
	nothing($set, 'adjustment_differences', 'the lines of every adjustment');
	nothing($set, 'example_differences', 'subjects given as worked examples come to the same');
	is($node->safe_psql($set, q(SELECT invariant, detail FROM credence_registry."check"() WHERE NOT ok)), '', "$set: every invariant holds");
	return unless $set eq 'fixed';

	# the seed was chosen so that nothing is left out; after a change of the drawing look for another
	is($node->safe_psql($set, 'SELECT what FROM weaknesses'), '', "$set: there is something to compare");
	cmp_ok($node->safe_psql($set, 'SELECT count(*) FROM examples_computed'), '>', 0, "$set: there are worked examples");
	is($node->safe_psql($set, 'SELECT key FROM not_drawn'), '', "$set: every key is drawn");
	note('schemes by key, and pairs of keys in no scheme: ', $node->safe_psql($set, q(SELECT string_agg(key || ' ' || schemes, ', ' ORDER BY key) FROM keys_drawn)),
		'; ', $node->safe_psql($set, 'SELECT count(*) FROM pairs_not_drawn'));
	return;
}

# Passes if the view has no row; shows the first few, with their schemes, if it has.
sub nothing
{
	my ($set, $view, $what) = @_;
	my $found = $node->safe_psql($set, "SELECT count(*) FROM $view");

	return 1 if is($found, '0', "$set: $what");
	diag($node->safe_psql($set, "SELECT * FROM $view ORDER BY 1, 2 LIMIT 5", extra_params => ['-x']));
	diag($node->safe_psql($set, "SELECT document - 'inputs' FROM schemes WHERE code IN (SELECT (array_agg(v ORDER BY 1))[1] ->> 0 FROM (SELECT DISTINCT to_jsonb(d) -> 'scheme' AS v FROM $view d ORDER BY 1 LIMIT 2) x GROUP BY v)"));
	return 0;
}
