# Secondary suppression and the audit, on random tables of one and two dimensions with and without a hierarchy, against an
# outsider who has a linear program of their own (glpsol, from the equations as they are defined): no primary cell can be
# inferred more closely than it may, the intervals are exactly those of the program, who is refused is refused rightly, no
# suppressed cell is needless, and on small tables it is nearly the least that an integer program finds.
#
# CREDENCE_TABLES sets how many tables (600), CREDENCE_SEED the seed of a second, random set of a tenth as many; the seed
# is printed so that it can be repeated.

use strict;
use warnings;
use Cwd;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($python) = grep { -x } map { "$_/python3" } '/usr/bin', split /:/, $ENV{PATH};
plan skip_all => 'there is no python3 to draw tables' unless $python;
plan skip_all => 'there is no glpsol to attack tables' unless grep { -x "$_/glpsol" } split /:/, $ENV{PATH};

my $scripts = getcwd() . '/test/suppression';
my $count = $ENV{CREDENCE_TABLES} // 600;
my $random_seed = $ENV{CREDENCE_SEED} // int(rand(1e9));

$ENV{PYTHONDONTWRITEBYTECODE} = 1;

my $node = PostgreSQL::Test::Cluster->new('suppression');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$node->start;

attack('fixed', $count, 1, [], '--needless', int($count / 6));
attack('small', int($count / 6), 2, [7], '--optimum', int($count / 6), '--seconds', 5);
diag("the random set has CREDENCE_SEED=$random_seed");
attack('random', int($count / 10), $random_seed, []);

$node->stop;
done_testing();

# Draws tables, has them suppressed in a database of their own, and attacks what comes out of it.
sub attack
{
	my ($set, $tables, $seed, $size, @options) = @_;
	my $folder = PostgreSQL::Test::Utils::tempdir("suppression_$set");

	command_ok([ $python, "$scripts/generate.py", "$folder/tables", $tables, $seed, @$size ], "$set: tables drawn");
	$node->safe_psql('postgres', "CREATE DATABASE $set");
	$node->safe_psql($set, 'CREATE EXTENSION credence_disclosure CASCADE; ' . slurp_file("$scripts/answers.sql"));
	$node->safe_psql($set, "COPY tables FROM '$folder/tables'; SELECT answer()");
	is($node->safe_psql($set, 'SELECT count(*) FROM answers WHERE NOT finished'), 0, "$set: every search is finished");
	# the same again
	$node->safe_psql($set, 'ALTER TABLE answers RENAME TO answers_before; CREATE TABLE answers (LIKE answers_before); SELECT answer()');
	is($node->safe_psql($set, 'SELECT count(*) FROM answers a JOIN answers_before b USING (case_no) WHERE (a.cells, a.lowest, a.highest, a.refusal) IS DISTINCT FROM (b.cells, b.lowest, b.highest, b.refusal)'),
		0, "$set: the same table always has the same answer");
	$node->safe_psql($set, "COPY (SELECT * FROM answers ORDER BY case_no) TO '$folder/answers'");

	my $said = `$python $scripts/check.py $folder/tables $folder/answers @options 2>&1`;
	my $status = $?;

	for my $line (split /\n/, $said)
	{
		if ($line =~ /^(not )?ok \d+ - (.*)/) { ok(!$1, "$set: $2"); }
		elsif ($line =~ /^# (.*)/) { diag("$set: $1"); }
		elsif ($line !~ /^1\.\./) { diag($line); }
	}
	is($status, 0, "$set: the attack came to its end");
}
