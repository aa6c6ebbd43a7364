# Values of every type of the extension, as SQL expressions; and the table of them that the
# tests of dump, restart and replication carry through.

package Samples;

use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(samples base_types send_function missing_samples make_table contents);

my $card = q('{"name": "sample", "title": "服务 \\"A\\"", "decimals": 2, "floor": 0, "ceiling": 100,
	"groups": [{"name": "safety", "weight": 2, "aggregate": "sum", "base": 100}],
	"indicators": [
		{"name": "deaths", "group": "safety", "curve": "0:0, 10:-100", "missing": "unrated"},
		{"name": "visits", "standardise": "zscore"},
		{"name": "level", "categories": {"一级": 10, "二级": 5}, "missing": 0}],
	"grades": "A >= 90, B >= 60, C", "unrated": "none",
	"vetoes": [{"when": "deaths > 5 and level = ''一级''", "reason": "deaths", "cap": "B"}]}'::credence.scorecard);

# one that needs no norms
my $plain_card = q('{"name": "plain", "indicators": [{"name": "x", "missing": "unrated"}], "grades": "A >= 5, \"B, C\""}'::credence.scorecard);

# one whose norms are made in two steps
my $rank_card = q('{"name": "ranks", "groups": [{"name": "g", "standardise": "robust_z"}], "indicators": [
	{"name": "x", "group": "g", "standardise": "percentile"}, {"name": "y", "group": "g", "standardise": "median_range"}]}'::credence.scorecard);

# one that does not fit a page
my $wide = q((SELECT format('{"name": "wide", "indicators": [%s]}',
	string_agg(format('{"name": "x%s", "title": "%s", "curve": "0:0, %s:%s"}', i, md5(i::text), i, i * 7), ', '))::credence.scorecard
	FROM generate_series(1, 900) i));

my %samples = (
	bands => [
		q('A >= 90, B >= 80, C >= 60, D'::credence.bands), q('A <= 8, B <= 15'::credence.bands),
		q('"三级, ""甲""" > 0.1, 2 > -1e-300'::credence.bands) ],
	curve => [ q('0:0, 60:40, 60:70, 100:100'::credence.curve), q('0:=10, 0:7, 1e-9:0.1'::credence.curve), q('5:1'::credence.curve) ],
	scorecard => [ $card, $wide ],
	norms => [
		"(SELECT credence.norms($card, ARRAY[1, i / 7.0, 1]::float8[]) FROM generate_series(1, 100) i)",
		"(SELECT credence.norms($rank_card, ARRAY[i % 7 / 10.0, i], first) FROM generate_series(1, 50) i,
			(SELECT credence.norms($rank_card, ARRAY[i % 7 / 10.0, i]) AS first FROM generate_series(1, 50) i) f)",
		"(SELECT credence.norms($card, x) FROM (VALUES (NULL::float8[])) v(x) WHERE false)" ],
	weighted_values => [
		q('{0.1:2, 3:1*5}'::credence.weighted_values), q('{}'::credence.weighted_values), q('{-1e300:1e-300, 0:0.5, 7:2}'::credence.weighted_values) ],
	appraisal => [ "credence.appraise($plain_card, ARRAY[6]::float8[])", "credence.appraise($plain_card, ARRAY[NULL]::float8[])" ],
);

# The types of the extension that a column may have.
sub types
{
	my ($node, $database) = @_;

	return split /\n/, $node->safe_psql($database, q(
		SELECT typname FROM pg_type t JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid
		WHERE d.deptype = 'e' AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'credence')
		AND typtype IN ('b', 'c') AND typcategory <> 'A' ORDER BY 1));
}

# Returns the types of the extension that have a text and a binary form of their own.
sub base_types
{
	my ($node, $database) = @_;

	return split /\n/, $node->safe_psql($database, q(
		SELECT typname FROM pg_type t
		WHERE typnamespace = 'credence'::regnamespace AND typtype = 'b' AND typcategory <> 'A' ORDER BY 1));
}

# Returns the samples of a type.
sub samples
{
	return @{ $samples{ $_[0] } // [] };
}

# Returns the function that gives the binary form of a type.
sub send_function
{
	my ($node, $database, $type) = @_;

	return $node->safe_psql($database, "SELECT typsend::regproc FROM pg_type WHERE oid = 'credence.$type'::regtype");
}

# Returns the types for which there are no samples.
sub missing_samples
{
	return grep { !$samples{$_} } types(@_);
}

# Makes a table "kept" with a column of each type, an array of it and an index on it where it
# has an order, one row for each sample; and what depends on the functions.
sub make_table
{
	my ($node, $database) = @_;
	my @types = grep { $samples{$_} } types($node, $database);
	my $sql = 'CREATE TABLE kept (id serial PRIMARY KEY' . join('', map { ", $_ credence.$_, ${_}_array credence.${_}\[]" } @types) . ");\n";

	for my $type (@types)
	{
		$sql .= "INSERT INTO kept ($type, ${type}_array) VALUES ($_, ARRAY[$_, NULL]);\n" for @{ $samples{$type} };
	}
	# one value of each kind of storage: in the row, compressed, outside
	$sql .= "ALTER TABLE kept ALTER scorecard SET STORAGE external;\nINSERT INTO kept (scorecard) VALUES ($wide);\n"
	  if grep { $_ eq 'scorecard' } @types;
	$sql .= "INSERT INTO kept DEFAULT VALUES;\n";
	for my $class (split /\n/, $node->safe_psql($database, q(
		SELECT t.typname || ' ' || m.amname || ' ' || t.typsend::regproc FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod JOIN pg_type t ON t.oid = c.opcintype
		WHERE c.opcdefault AND m.amname IN ('btree', 'hash') AND t.typnamespace = 'credence'::regnamespace ORDER BY 1)))
	{
		my ($type, $method, $send) = split / /, $class;

		# a b-tree entry has to fit a third of a page
		my $fits = $method eq 'btree' ? "WHERE length($send($type)) < 1000" : '';
		$sql .= "CREATE INDEX ON kept USING $method ($type) $fits;\n" if $samples{$type};
	}
	$sql .= q(
		CREATE DOMAIN credit AS credence.bands CHECK (credence.notch(VALUE, 'A') = 1);
		CREATE TABLE graded (
			score float8 CHECK (credence.grade('"too low" < 0, ok'::credence.bands, score) = 'ok'),
			scale credit DEFAULT 'A >= 90, B >= 60, C',
			grade text GENERATED ALWAYS AS (credence.grade('A >= 90, B >= 60, C'::credence.bands, score)) STORED);
		CREATE INDEX ON graded (credence.value('0:0, 50:10, 100:100'::credence.curve, score));
		INSERT INTO graded (score) SELECT i * 0.5 FROM generate_series(0, 200) i;
		CREATE VIEW grades AS SELECT credence.grade(scale, score) AS grade, count(*) FROM graded GROUP BY 1;
	) if grep { $_ eq 'bands' } @types;
	$node->safe_psql($database, $sql);
	return;
}

# Returns what the tables hold: each value as the digests of its text and, where that does not
# tell the numbers of types, its binary form.
sub contents
{
	my ($node, $database) = @_;
	my $columns = $node->safe_psql($database, q(
		SELECT string_agg(format('md5(%1$I::text)', attname) ||
			CASE WHEN typcategory <> 'A' AND typtype = 'b' THEN format(', md5(%s(%I))', typsend::regproc, attname) ELSE '' END,
			', ' ORDER BY attnum)
		FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
		WHERE attrelid = 'public.kept'::regclass AND attnum > 0 AND NOT attisdropped));
	my $printed = $node->safe_psql($database, "SELECT $columns FROM public.kept ORDER BY id");

	$printed .= $node->safe_psql($database,
		q(SELECT grade, count(*), md5(string_agg(score::text || scale::text, ' ' ORDER BY score)) FROM public.graded GROUP BY 1 ORDER BY 1;
			SELECT * FROM public.grades ORDER BY 1))
	  if $node->safe_psql($database, q(SELECT to_regclass('public.graded') IS NOT NULL)) eq 't';
	return $printed;
}

1;
