# What the planner makes of score(card, row): where it becomes score_columns(card, names,
# column, ...), where it must stay, and that nobody can tell from the results.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('rewrite');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\nsearch_path = 'public, credence'\n");
$node->start;
my $major = int($node->safe_psql('postgres', 'SHOW server_version_num') / 10000);

$node->safe_psql('postgres', q(
	CREATE EXTENSION credence;
	CREATE TYPE level AS ENUM ('low', 'high');
	CREATE TABLE fact (id int PRIMARY KEY, region text, a float8, b numeric(8, 2), k level, other text);
	INSERT INTO fact SELECT i, 'r' || i % 4, nullif(i % 101, 7), nullif(i % 89, 5) / 4.0, (enum_range(NULL::level))[1 + i % 2], repeat('x', 50) FROM generate_series(1, 1200) AS i;
	CREATE TABLE place (id int PRIMARY KEY, name text);
	INSERT INTO place SELECT i, 'p' || i FROM generate_series(1001, 1500) AS i;
	CREATE TABLE scheme (code text PRIMARY KEY, card scorecard);
	INSERT INTO scheme VALUES ('s', '{"name": "s", "aggregate": "sum", "base": 100, "indicators": [{"name": "a", "missing": 5}, {"name": "b", "weight": 10, "missing": 0}]}');
	CREATE VIEW seen AS SELECT id, a * 2 AS a, b FROM fact;
	CREATE TABLE part (id int, region text, a float8, b numeric(8, 2)) PARTITION BY LIST (region);
	CREATE TABLE part_0 PARTITION OF part FOR VALUES IN ('r0', 'r1');
	CREATE TABLE part_2 (b numeric(8, 2), gone text, region text, a float8, id int);
	ALTER TABLE part_2 DROP COLUMN gone;
	ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES IN ('r2', 'r3');
	INSERT INTO part SELECT id, region, a, b FROM fact;
	CREATE FUNCTION facts(least_id int) RETURNS SETOF fact LANGUAGE plpgsql STABLE ROWS 100 AS 'BEGIN RETURN QUERY SELECT * FROM fact WHERE id >= least_id; END';
	CREATE FUNCTION scored(f fact) RETURNS float8 LANGUAGE sql STABLE AS $$ SELECT score('{"name": "s", "indicators": [{"name": "a"}]}'::scorecard, f) $$;
	CREATE TYPE pair AS (a int, b int);
	ANALYZE;
));

# 100 + a + 10 b, where missing 5 and 0: a row of nothing but NULL has a score, one that is not there has none
my $card = q('{"name": "s", "aggregate": "sum", "base": 100, "indicators": [{"name": "a", "missing": 5}, {"name": "b", "weight": 10, "missing": 0}]}');
my $enum_card = q('{"name": "e", "aggregate": "sum", "indicators": [{"name": "a"}, {"name": "k", "categories": {"low": 1000, "high": 2000}}]}');
my $norms_card = q('{"name": "n", "indicators": [{"name": "a", "standardise": "zscore"}, {"name": "b", "standardise": "minmax"}]}'::scorecard);
my $by_table = '(SELECT card FROM scheme)';

sub explained
{
	my ($sql, $settings) = @_;

	return $node->safe_psql('postgres', ($settings // '') . "EXPLAIN (VERBOSE, COSTS OFF) $sql");
}

# The whole row that a query writes as {f}: as it is, and so that the planner cannot see into it.
sub seen
{
	return $_[0] =~ s/\{(\w+)\}/$1/gr;
}

sub opaque
{
	return $_[0] =~ s/\{(\w+)\}/CASE WHEN random() >= 0 THEN $1 END/gr;
}

# No row differs between what the rewritten query gives and what the other does.
sub same_results
{
	my ($sql, $name, $settings) = @_;

	is($node->safe_psql('postgres', ($settings // '') . 'SELECT count(*) FROM ((' . seen($sql) . ' EXCEPT ALL ' . opaque($sql) . ') UNION ALL (' . opaque($sql) . ' EXCEPT ALL ' . seen($sql) . ')) AS differing'),
		'0', "$name: same results");
	return;
}

sub rewritten
{
	my ($sql, $name, %options) = @_;
	my $plan = explained(seen($sql));

	like($plan, qr/_columns\(/, "$name: on columns");
	unlike($plan, qr/\b(score|grade|appraise|inputs)\(/, "$name: nothing left on rows");
	like($plan, $options{like}, "$name: as it should") if $options{like};
	unlike(explained(opaque($sql)), qr/_columns\(/, "$name: the other route is another");
	same_results($sql, $name);
	return;
}

sub kept
{
	my ($sql, $name, %options) = @_;
	my $plan = explained(seen($sql));

	unlike($plan, qr/_columns\(/, "$name: not on columns");
	like($plan, qr/\b(score|grade|appraise|inputs)\(/, "$name: on rows");
	same_results($sql, $name) unless $options{no_results};
	return;
}

# --- where it should ----------------------------------------------------------------------

rewritten("SELECT id, score($card, {f}) FROM fact f", 'a table', like => qr/score_columns\('[^']*'::(credence\.)?scorecard, '\{a,b\}'::text\[\], f?\.?a, f?\.?b\)/);
rewritten("SELECT id, grade($card, {f}), inputs($card, {f}), appraise($card, {f}) FROM fact f", 'grade, inputs and appraise', like => qr/grade_columns\(.*inputs_columns\(.*appraise_columns\(/s);
rewritten("SELECT id, score($enum_card, {f}) FROM fact f", 'an enum', like => qr/\(f?\.?k\)::text/);
rewritten("SELECT id, score($by_table, {f}) FROM fact f", 'a card from a subquery', like => qr/'\{id,region,a,b,k,other\}'::text\[\]/);
rewritten("SELECT f.id, score(s.card, {f}) FROM fact f, scheme s", 'a card from a join');
rewritten("SELECT id, score($card, {f}) FROM fact AS f(id, x, y, z)", 'a table whose columns go by other names');
rewritten("SELECT id, score($card, {v}) FROM seen v", 'a view');
rewritten("SELECT score($card, {s}) FROM (SELECT id, a, b + 1 AS b FROM fact) s", 'a subquery that is pulled up');
rewritten("SELECT score($card, {s}) FROM (SELECT id, a, b FROM fact OFFSET 0) s", 'a subquery that is not');
rewritten("SELECT score($card, {s}) FROM (SELECT region, avg(a) AS a, max(b) AS b FROM fact GROUP BY region) s", 'a grouping');
rewritten("SELECT score($card, {s}) FROM (SELECT a, b FROM fact UNION ALL SELECT 1, 2) s", 'a union');
rewritten("SELECT score($card, {v}) FROM (VALUES (1, 2), (3, NULL)) AS v(a, b)", 'values');
rewritten("(WITH c AS MATERIALIZED (SELECT a, b FROM fact) SELECT score($card, {c}) FROM c)", 'a common table expression');
rewritten("SELECT score($card, {t}) FROM facts(1190) t", 'a function');
rewritten("SELECT id, score($card, {p}) FROM part p", 'partitions');
rewritten("SELECT p.id, score($card, {f}) FROM place p JOIN fact f USING (id)", 'an inner join');
rewritten("SELECT p.id, score($card, {f}) FROM fact f LEFT JOIN place p USING (id)", 'the side of an outer join that is always there');
rewritten("SELECT p.id, score($card, {f}) FROM place p RIGHT JOIN fact f USING (id)", 'that side of a right join');
rewritten("SELECT p.id, s.points FROM place p LEFT JOIN (SELECT id, score($card, {f}) AS points FROM fact f OFFSET 0) s USING (id)", 'a subquery of its own on the nullable side');
rewritten("SELECT p.id, s.points FROM place p, LATERAL (SELECT score($card, {f}) AS points FROM fact f WHERE f.id = p.id) s", 'a lateral subquery');
rewritten("SELECT p.id FROM place p WHERE EXISTS (SELECT FROM fact f WHERE f.id = p.id AND score($card, {f}) > 300)", 'a semijoin');
rewritten("SELECT id, (SELECT max(score($card, {f})) FROM fact f WHERE f.id = p.id) FROM place p", 'a correlated subquery');
rewritten("SELECT id FROM fact f WHERE score($card, {f}) BETWEEN 200 AND 300", 'a filter');
rewritten("SELECT region, sum(score($card, {f})), count(*) FILTER (WHERE grade($card, {f}) IS NULL) FROM fact f GROUP BY region", 'aggregates');
rewritten("SELECT region, sum(score($card, {f})) FROM fact f GROUP BY ROLLUP (region)", 'aggregates of grouping sets');
rewritten("SELECT id, rank() OVER (ORDER BY score($card, {f})) FROM fact f", 'a window');
rewritten("SELECT id, score($norms_card, {f}, (SELECT norms($norms_card, ARRAY[a, b::float8]) FROM fact)) FROM fact f", 'norms');
like(explained("SELECT score($card, ROW(a, b)::pair) FROM (SELECT a::int, b::int FROM fact) s"), qr/score_columns\(/, 'a constructor of a row type');
like(explained("SELECT score('{\"name\": \"c\", \"indicators\": [{\"name\": \"f2\"}]}', ROW(a, b)) FROM fact"), qr/score_columns\('[^']*'::(credence\.)?scorecard, '\{f2\}'::text\[\], b\)/, 'a constructor of no row type, by its numbers');
like(explained('SELECT scored(f) FROM fact f'), qr/score_columns\(/, 'an inlined function');
like(explained("UPDATE fact f SET a = score($card, f) WHERE id = 1 RETURNING score($card, f)"), qr/score_columns\(.*score_columns\(/s, 'an update, and what it returns');
like(explained("SELECT 1; PREPARE p(scorecard) AS SELECT score(\$1, f) FROM fact f; EXPLAIN (VERBOSE, COSTS OFF) EXECUTE p('{\"name\": \"c\", \"indicators\": [{\"name\": \"b\"}]}')"), qr/score_columns\('[^']*'::(credence\.)?scorecard, '\{b\}'/, 'a parameter in a custom plan');
like(explained("SELECT 1; SET plan_cache_mode = force_generic_plan; PREPARE p(scorecard) AS SELECT score(\$1, f) FROM fact f; EXPLAIN (VERBOSE, COSTS OFF) EXECUTE p('{\"name\": \"c\", \"indicators\": [{\"name\": \"b\"}]}')"), qr/score_columns\(\$1, '\{id,region,a,b,k,other\}'/, 'a parameter in a generic plan');

# --- where it must not --------------------------------------------------------------------

# PostgreSQL 15 does not know of a variable whether an outer join may null it
kept("SELECT p.id, score($card, {f}) FROM place p LEFT JOIN fact f USING (id)", 'the nullable side of a left join');
kept("SELECT p.id, score($card, {f}) FROM fact f RIGHT JOIN place p USING (id)", 'the nullable side of a right join');
kept("SELECT p.id, score($card, {f}) FROM place p FULL JOIN fact f USING (id)", 'a full join');
kept("SELECT p.id, score($card, {f}) FROM place p LEFT JOIN (fact f JOIN place q ON q.id = f.id + 1) ON f.id = p.id", 'an inner join on the nullable side');
kept("SELECT p.id, score($card, {f}) FROM (place p LEFT JOIN fact f USING (id)) JOIN place q USING (id)", 'an outer join within an inner one');
kept("SELECT p.id, score($card, {s}) FROM place p LEFT JOIN (SELECT id, a, b FROM fact OFFSET 0) s USING (id)", 'a subquery on the nullable side');
kept("SELECT p.id, score($by_table, {f}) FROM place p LEFT JOIN fact f USING (id)", 'a card from a subquery there');
kept("SELECT f, score($card, {f}) FROM fact f GROUP BY GROUPING SETS ((f), ())", 'a row that grouping sets may null');
kept("SELECT id, a, score($card, {f}) FROM fact f GROUP BY GROUPING SETS ((id, a), (id))", 'a row with a column that they may null');
kept("SELECT score('{\"name\": \"c\", \"indicators\": [{\"name\": \"f1\"}]}', ROW(random())) FROM fact", 'a volatile constructor', no_results => 1);
kept("SELECT score('{\"name\": \"c\", \"indicators\": [{\"name\": \"f1\"}]}', ROW((SELECT max(id) FROM place WHERE id < fact.id))) FROM fact", 'a constructor with a subquery', no_results => 1);
kept("SELECT score($card, (SELECT f FROM fact f WHERE f.id = p.id)) FROM place p", 'a row from a subquery', no_results => 1);
kept("SELECT score($card, s.f) FROM (SELECT f FROM fact f OFFSET 0) s", 'a row as a column', no_results => 1);
kept("SELECT score('{\"name\": \"c\", \"indicators\": [{\"name\": \"k\"}]}', f) FROM fact f", 'an enum read as a number', no_results => 1);
kept("SELECT score('{\"name\": \"c\", \"indicators\": [{\"name\": \"missing\"}]}', f) FROM fact f", 'a column that is not there', no_results => 1);
is($node->safe_psql('postgres', "BEGIN; INSERT INTO fact (id, a, b) VALUES (1, 50, 0) ON CONFLICT (id) DO UPDATE SET a = score($card, excluded) + score($card, fact) RETURNING a; ROLLBACK"),
	'253.5', 'the row that was to be inserted, and the one that is there');
same_results("SELECT p.id, score($card, {s}) FROM place p LEFT JOIN (SELECT id, a, b + 1 AS b FROM fact) s USING (id)", 'a subquery pulled up to the nullable side');
same_results("SELECT p.id, score($card, {v}) FROM place p LEFT JOIN seen v USING (id)", 'a view there');
same_results("SELECT p.id, s.points FROM place p LEFT JOIN (SELECT id, score($card, {f}) AS points FROM fact f) s USING (id)", 'a score from there');
same_results("SELECT j.name, score($card, {j}) FROM (place p LEFT JOIN fact f USING (id)) AS j", 'the row of an outer join');

# a function takes 100 arguments: 98 columns beside the card and their names
for my $columns (98, 99)
{
	$node->safe_psql('postgres', "DROP TABLE IF EXISTS wide; CREATE TABLE wide (k level, " . join(', ', map { "c$_ int DEFAULT $_" } 2 .. $columns) . "); INSERT INTO wide (k) VALUES ('high'), ('low'), (NULL)");
	my $wide_card = q('{"name": "w", "aggregate": "sum", "indicators": [{"name": "c2"}, {"name": "k", "categories": {"low": 1000, "high": 2000}}]}');
	my $wide_row = "SELECT score((SELECT $wide_card\::scorecard), {w}) FROM wide w";

	if ($columns == 98)
	{
		rewritten($wide_row, '98 columns');
	}
	else
	{
		kept($wide_row, '99 columns');
		rewritten("SELECT score($wide_card, {w}) FROM wide w", '99 columns of which two are read');
	}
	# the constructor of a row that has to stay keeps its own types
	is($node->safe_psql('postgres', "CREATE OR REPLACE VIEW wide_view AS SELECT * FROM wide; SELECT score((SELECT $wide_card\::scorecard), v) FROM wide_view v; DROP VIEW wide_view"),
		"2002\n1002\n2", "$columns columns of a view with an enum");
}

# --- identical results, however it is run --------------------------------------------------

my $parallel = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; ';
my $debug_parallel = $major >= 16 ? 'debug_parallel_query' : 'force_parallel_mode';
my %settings = (
	'plain' => '',
	'compiled' => 'SET jit = on; SET jit_above_cost = 0; SET jit_inline_above_cost = 0; SET jit_optimize_above_cost = 0; ',
	'in a worker' => "SET $debug_parallel = on; $parallel",
	'in parallel' => $parallel,
	'in parallel, compiled' => "SET jit_above_cost = 0; $parallel",
	'by partitions' => 'SET enable_partitionwise_aggregate = on; SET enable_partitionwise_join = on; ',
	'by partitions, in parallel' => "SET enable_partitionwise_aggregate = on; SET enable_partitionwise_join = on; $parallel",
	'merging' => 'SET enable_hashagg = off; SET enable_hashjoin = off; SET enable_nestloop = off; ',
	'in nested loops' => 'SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off; ');
my @queries = (
	"SELECT id, score($card, {f}), grade($card, {f}), inputs($enum_card, {f}), score($enum_card, {f}) FROM fact f",
	"SELECT region, sum(score($card, {p})), min(score($by_table, {p})), max((appraise($card, {p})).coverage) FROM part p GROUP BY region",
	"SELECT p.region, count(*), sum(score($card, {p})) FROM part p JOIN part q ON p.region = q.region AND p.id = q.id AND score($card, q) > 200 GROUP BY p.region",
	"SELECT p.id, score($card, {f}) FROM place p LEFT JOIN fact f USING (id)",
	"SELECT id, score($norms_card, {f}, (SELECT norms($norms_card, ARRAY[a, b::float8]) FROM part)) FROM fact f",
	"SELECT f.id, (appraise(s.card, {f})).points FROM fact f, scheme s");
my @expected = map { $node->safe_psql('postgres', 'SELECT md5(string_agg(q::text, E\'\n\' ORDER BY q::text)) FROM (' . opaque($_) . ') AS q') } @queries;

for my $name (sort keys %settings)
{
	for my $i (0 .. $#queries)
	{
		is($node->safe_psql('postgres', $settings{$name} . 'SELECT md5(string_agg(q::text, E\'\n\' ORDER BY q::text)) FROM (' . seen($queries[$i]) . ') AS q'),
			$expected[$i], "query $i $name");
	}
}
like(explained("SELECT sum(score($card, f)) FROM fact f", $parallel), qr/Partial Aggregate.*PARTIAL sum\((credence\.)?score_columns\(.*Parallel Seq Scan/s, 'a sum of scores is split among workers');
like(explained("SELECT region, sum(score($card, p)) FROM part p GROUP BY region", $settings{'by partitions'}), qr/Append.*Aggregate.*score_columns\(.*Aggregate.*score_columns\(/s, 'and among partitions');
like(explained("SELECT id, score($by_table, f) FROM fact f", $parallel), qr/Gather.*score_columns\(/s, 'a card from a subquery goes to the workers');

# --- postgres_fdw ---------------------------------------------------------------------------

SKIP:
{
	skip 'there is no postgres_fdw', 1 unless $node->safe_psql('postgres', q(SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'));
	my ($host, $port) = ($node->host, $node->port);

	$node->safe_psql('postgres', qq(
		CREATE EXTENSION postgres_fdw;
		CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'postgres');
		CREATE USER MAPPING FOR CURRENT_USER SERVER far;
		CREATE FOREIGN TABLE far_fact (id int, region text, a float8, b numeric(8, 2), k level, other text) SERVER far OPTIONS (schema_name 'public', table_name 'fact');
		CREATE TABLE spread (id int, region text, a float8, b numeric(8, 2)) PARTITION BY LIST (region);
		CREATE FOREIGN TABLE spread_0 PARTITION OF spread FOR VALUES IN ('r0', 'r1') SERVER far OPTIONS (schema_name 'public', table_name 'part_0');
		CREATE FOREIGN TABLE spread_2 PARTITION OF spread FOR VALUES IN ('r2', 'r3') SERVER far OPTIONS (schema_name 'public', table_name 'part_2');
	));
	my $sum = "SELECT region, sum(score($card, f)) FROM far_fact f GROUP BY region";
	my $filter = "SELECT id FROM far_fact f WHERE score($card, f) > 250";
	my $by_region = "SELECT region, sum(score($card, s)) FROM spread s GROUP BY region";

	unlike(explained($sum), qr/Remote SQL:[^\n]*score/, 'a server that does not list the extension gets no scores to make');
	$node->safe_psql('postgres', q(ALTER SERVER far OPTIONS (ADD extensions 'credence')));
	like(explained($sum), qr/Remote SQL: SELECT region, sum\(credence\.score_columns\(/, 'one that does sums them up');
	like(explained($filter), qr/Remote SQL: SELECT id FROM [^\n]* WHERE [^\n]*credence\.score_columns\(/, 'and filters by them');
	unlike(explained("SELECT sum(score($enum_card, f)) FROM far_fact f"), qr/Remote SQL:[^\n]*score/, 'an enum, whose labels are its own, is read here');
	like(explained($by_region, $settings{'by partitions'}), qr/Remote SQL:[^\n]*sum\(credence\.score_columns\(.*Remote SQL:[^\n]*sum\(credence\.score_columns\(/s, 'each server sums up its partition');
	is($node->safe_psql('postgres', "$_ ORDER BY 1"), $node->safe_psql('postgres', (s/far_fact/fact/r =~ s/FROM spread/FROM part/r) . ' ORDER BY 1'), 'with the same results')
		for $sum, $filter, $by_region, "SELECT sum(score($enum_card, f)) FROM far_fact f";
	is($node->safe_psql('postgres', "$settings{'by partitions'} $by_region ORDER BY 1"), $node->safe_psql('postgres', ($by_region =~ s/FROM spread/FROM part/r) . ' ORDER BY 1'), 'by partitions, too');
}

$node->stop;
done_testing();
