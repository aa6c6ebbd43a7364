# The engine against the reference interpreter: random cards on random rows, bit for
# bit, by every way in which a card and a row can reach the engine.
#
# CREDENCE_CARDS sets how many cards (10000), CREDENCE_SEED the seed of a second,
# random set of a tenth as many; the seed is printed so that it can be repeated.

use strict;
use warnings;
use Cwd;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($python) = grep { -x } map { "$_/python3" } '/usr/bin', split /:/, $ENV{PATH};
plan skip_all => 'there is no python3 to run the reference interpreter' unless $python;

my $reference = getcwd() . '/test/reference';
my $cards = $ENV{CREDENCE_CARDS} // 10000;
my $random_seed = $ENV{CREDENCE_SEED} // int(rand(1e9));

$ENV{PYTHONDONTWRITEBYTECODE} = 1;

# the reference itself first: what it says about the published examples
my @cms = $ENV{CREDENCE_DATA} ? "$ENV{CREDENCE_DATA}/cms-star-2022-07" : ();
command_ok([ $python, "$reference/test_interpreter.py", @cms ], 'the reference agrees with the published examples');

my $node = PostgreSQL::Test::Cluster->new('reference');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\n");
$node->start;

# fewer cards do not have every pair of keys
compare('fixed', $cards, 1, $cards < 10000 ? () : '--pairs');
diag("the random set has CREDENCE_SEED=$random_seed");
compare('random', int($cards / 10), $random_seed);

$node->stop;
done_testing();

# Generates a set of cards, loads it into a database of its own, and compares.
sub compare
{
	my ($set, $count, $seed, @options) = @_;
	my $folder = PostgreSQL::Test::Utils::tempdir("reference_$set");

	command_ok([ $python, "$reference/generate.py", $folder, '--cards', $count, '--seed', $seed, @options ],
		"$set: cards generated" . (@options ? ', with every pair of keys' : ''));
	$node->safe_psql('postgres', "CREATE DATABASE $set");
	$node->safe_psql($set, 'CREATE EXTENSION credence; ' . slurp_file("$folder/table.sql"));
	$node->safe_psql($set, "COPY $_ FROM '$folder/$_.tsv'") for qw(cards populations rows monotone broken);
	$node->safe_psql($set, slurp_file("$reference/compare.sql"));

	# cards
	nothing($set, 'refused_cards', 'every card is accepted') or return;
	nothing($set, 'broken_mismatches', 'every broken card is refused where it is broken');
	$node->safe_psql($set, 'SELECT make_norms()');
	$node->safe_psql($set, 'SELECT store_cards()');
	nothing($set, 'round_trip_mismatches', 'a card printed and read again is the same');
	is($node->safe_psql($set, 'SELECT count(*) FROM cards_compressed WHERE pg_column_compression(card) IS NOT NULL') > 0.9 * $count,
		1, "$set: the cards to be compressed are");
	is(out_of_line($set, 'cards_external'), $count, "$set: the cards to be out of line are");

	# populations
	nothing($set, 'norms_error_mismatches', 'norms are made where they can be');
	nothing($set, 'norms_mismatches', 'norms survive their text, and their halves');

	# rows
	nothing($set, 'input_mismatches', 'inputs of every row');
	for my $route (split /\n/, $node->safe_psql($set, 'SELECT route FROM routes ORDER BY 1'))
	{
		$node->safe_psql($set, "SELECT run_route('$route')");
		nothing($set, "mismatches WHERE route = '$route'", $route);
	}
	nothing($set, 'null_row_mismatches', 'a row that an outer join did not find stays NULL');
	nothing($set, 'explanation_mismatches', 'explanations add up to the score');
	cmp_ok($node->safe_psql($set, 'SELECT count(*) FROM improvements_made'), '>', $count / 10, "$set: there are improvements");
	nothing($set, 'improvement_mismatches', 'improvements reach what they say, and one step less does not');
	nothing($set, 'monotone_mismatches', 'better is never worse');
	return;
}

# How many values of a table are out of line?
sub out_of_line
{
	my ($set, $table) = @_;
	my $toast = $node->safe_psql($set, "SELECT reltoastrelid::regclass FROM pg_class WHERE oid = '$table'::regclass");

	return $node->safe_psql($set, "SELECT count(DISTINCT chunk_id) FROM $toast");
}

# Passes if the view has no row; shows the first few, with their cards, if it has.
sub nothing
{
	my ($set, $view, $what) = @_;
	my $found = $node->safe_psql($set, "SELECT count(*) FROM $view");

	return 1 if is($found, '0', "$set: $what");
	diag($node->safe_psql($set, "SELECT * FROM $view LIMIT 5", extra_params => ['-x']));
	diag($node->safe_psql($set, "SELECT case_no, card FROM cards WHERE case_no IN (SELECT case_no FROM $view LIMIT 5)"))
		unless $view =~ /^broken/;
	return 0;
}
