# The inputs from events against the reference: random facts, rules and inputs, as of two moments, every value of every
# subject.
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

# each with its kinds of value; the pairs are of these, too
my @keys = qw(measure date window dedupe cap_per_rule cap_per_case cap repairs repaired_by carry levels start floor ceiling sources
  responsibilities categories after of default);
my @kinds = (
	(map { "measure=$_" } qw(count cases amount largest worst balance days_since months_since)), (map { "date=$_" } qw(occurred found decided effective)),
	(map { "window=$_" } qw(period valid all year months years days from)), 'dedupe=case', (map { "repairs=$_" } qw(credit drop ignore)),
	(map { "repaired_by=$_" } qw(end as_of)), 'carry=True', (map { "of=$_" } 'self', 'children', 'parent', 'tie from', 'tie to', 'tie shared'));

$ENV{PYTHONDONTWRITEBYTECODE} = 1;

my $node = PostgreSQL::Test::Cluster->new('reference_events');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\njit = off\n");
$node->start;

my %drawn = compare('fixed', 8, 316);
is(join(' ', grep { !$drawn{$_} } @kinds), '', 'fixed: every key is drawn with every kind of value');
diag("the random set has CREDENCE_SEED=$random_seed");
compare('random', 6, $random_seed);

$node->stop;
done_testing();

# Generates a set of schemes over facts of their own, loads and evaluates them in a database of its own, and compares. Returns
# how many inputs have each key, with its kind of value, and each pair of keys.
sub compare
{
	my ($set, $count, $seed) = @_;
	my $folder = PostgreSQL::Test::Utils::tempdir("reference_events_$set");

	command_ok([ $python, "$reference/registry_events.py", $folder, '--cases', $count, '--seed', $seed ], "$set: drawn");
	$node->safe_psql('postgres', "CREATE DATABASE $set; ALTER DATABASE $set SET search_path = credence_registry, credence; ALTER DATABASE $set SET client_min_messages = error");
	$node->safe_psql($set, 'CREATE EXTENSION credence_registry CASCADE');
	$node->safe_psql($set, slurp_file("$folder/$_.sql")) for qw(facts more schemes);
	$node->safe_psql($set, "COPY expected FROM '$folder/expected.tsv'");
	$node->safe_psql($set, q(
		CREATE TABLE got (LIKE expected);
		DO $$
		DECLARE
			e record;
		BEGIN
			FOR e IN SELECT v.*, (SELECT string_agg(format('(%L, %s, %s)', c.name, CASE c.value_type WHEN 'text' THEN 'NULL' ELSE c.sql END,
						CASE c.value_type WHEN 'text' THEN c.sql ELSE 'NULL' END), ', ') FROM run_columns(r.scheme_id) c WHERE c.name <> 'one') AS inputs
				FROM evaluated v JOIN run r USING (run_id)
			LOOP
				EXECUTE format('INSERT INTO got SELECT %L, %s, s.code, i.name, i.number::float8, i.label::text
					FROM result r JOIN subject s USING (subject_id), LATERAL (VALUES %s) AS i (name, number, label) WHERE r.run_id = %s', e.scheme, e.moment, e.inputs, e.run_id);
			END LOOP;
		END $$;
		CREATE VIEW mismatches AS
		SELECT scheme, moment, subject, input, e.number AS expected, g.number AS got, e.label AS expected_label, g.label AS got_label
		FROM expected e FULL JOIN got g USING (scheme, moment, subject, input)
		WHERE (e.number, e.label) IS DISTINCT FROM (g.number, g.label)));

	is($node->safe_psql($set, 'SELECT count(*) FROM mismatches'), '0', "$set: every value of every subject")
	  or diag($node->safe_psql($set, q(SELECT DISTINCT ON (m.scheme, m.input) m.*, r.period, s.document -> 'inputs' -> m.input AS asked
		FROM mismatches m JOIN evaluated v USING (scheme, moment) JOIN run r USING (run_id) JOIN scheme s USING (scheme_id) ORDER BY m.scheme, m.input, m.moment, m.subject LIMIT 5), extra_params => ['-x']));

	# a comparison of nothing would find nothing
	my ($values, $missing, $zero, $texts, $fractions, $moved) = split /\|/, $node->safe_psql($set, q(
		SELECT count(*), count(*) FILTER (WHERE coalesce(number::text, label) IS NULL), count(*) FILTER (WHERE number = 0), count(DISTINCT label), count(*) FILTER (WHERE number <> floor(number)),
			(SELECT count(*) FROM expected a JOIN expected b USING (scheme, subject, input) WHERE (a.moment, b.moment) = (1, 2) AND (a.number, a.label) IS DISTINCT FROM (b.number, b.label))
		FROM expected));
	cmp_ok($values - $missing - $zero, '>', 0.3 * $values, "$set: many values are neither missing nor zero");
	cmp_ok($texts, '>=', 3, "$set: levels are different");
	cmp_ok($fractions, '>', 0.05 * $values, "$set: points have decimals");
	cmp_ok($moved, '>', 50, "$set: what is recorded later moves values");

	my %drawn = map { split /\t/ } split /\n/, slurp_file("$folder/drawn.tsv");
	my $pairs = 0;
	for my $one (@keys)
	{
		$pairs += grep { $one lt $_ && $drawn{"$one + $_"} } @keys;
	}
	note("$set: $values values, $missing missing, $zero zero, $moved other at the second moment, $pairs pairs of keys; " . join(', ', map { "$_ " . ($drawn{$_} // 0) } @kinds));
	return %drawn;
}
