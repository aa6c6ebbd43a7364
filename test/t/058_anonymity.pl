# The state of k_anonymity and l_diversity under hostile input: thousands of mutated texts and binary
# forms are refused as bad data or read, and what is read is written and read again to the same; it is
# dumped and restored; and the aggregates agree with GROUP BY in every plan of a larger table.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $mutations = $ENV{MUTATIONS} // 1500;
my $node = PostgreSQL::Test::Cluster->new('anonymity');
$node->init;
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir;

srand(20261122);
$node->safe_psql('postgres', 'SET client_min_messages = warning; CREATE EXTENSION credence_disclosure CASCADE; CREATE TABLE read_text (v credence_disclosure.class_counts);
	CREATE TABLE read_binary (v credence_disclosure.class_counts)');

# Runs a script that counts on errors; returns how often each SQLSTATE came.
sub errors_of
{
	my ($name, $script) = @_;
	my %count;

	open(my $out, '>:raw', "$directory/$name.sql") or die "could not write: $!";
	print $out "\\set VERBOSITY sqlstate\n", $script;
	close($out);
	system("psql -X -q -d '" . $node->connstr('postgres') . "' -f '$directory/$name.sql' > '$directory/$name.log' 2>&1");
	$count{$_}++ for slurp_file("$directory/$name.log") =~ /(?:ERROR|FATAL|PANIC):  (\S+)/g;
	return %count;
}

# Removes, doubles, changes or inserts at one to three places.
sub mutated
{
	my ($form, @pieces) = @_;

	for (0 .. rand 3)
	{
		my ($at, $most) = (int(rand(length($form) + 1)), 1 + int(rand 6));
		my $piece = $pieces[ rand @pieces ];

		$most = length($form) - $at if $most > length($form) - $at;
		substr($form, $at, (0, $most, $most, 0)[ rand 4 ]) = ($piece, '', $piece, substr($form, $at, $most))[ rand 4 ];
	}
	return $form;
}

my @texts = ('{"(3,north)":4, NULL:2}', '{"a"="b":1, "a"="":9007199254740992, "":3}', '{}', '{NULL="x""y":7, "(,)":1}');
my $script = '';
for (1 .. $mutations)
{
	my $form = mutated($texts[ rand @texts ], '"', '""', '{', '}', ':', ',', '=', 'NULL', '0', '1', '9007199254740993', '-1', 'e5', ' ', "\xc3\xa9", "\xff", '.', 'NUL');

	$form =~ s/\\/\\\\/g;
	$script .= "COPY read_text FROM stdin;\n$form\n\\.\n";
}
$script =~ s/^COPY/SET search_path = credence_disclosure, public;\nCOPY/;
my %count = errors_of('text', $script);
is(join(' ', grep { !/^(22...|54000)$/ } sort keys %count), '', 'mutated text is refused as bad data');
cmp_ok($count{'22P02'} // 0, '>', 100, 'some of it is');

my @binary = map { $node->safe_psql('postgres', "SELECT encode(credence_disclosure.class_counts_send('$_'), 'hex')") } @texts;
$script = '';
for my $number (1 .. $mutations)
{
	my $form = mutated(pack('H*', $binary[ rand @binary ]), "\0", "\x01", "\xff\xff\xff\xff", "\x7f\xff\xff\xff", "\x80\0\0\0", 'a', "\0\0\0\x01", "\xc3");
	my $file = "$directory/binary.$number";

	open(my $out, '>:raw', $file) or die "could not write: $!";
	print $out "PGCOPY\n\xff\r\n\0", pack('NN', 0, 0), pack('n', 1), pack('N', length $form), $form, pack('n', 0xffff);
	close($out);
	$script .= "COPY read_binary FROM '$file' (FORMAT binary);\n";
}
%count = errors_of('binary', $script);
is(join(' ', grep { !/^(22...|54000|08P01)$/ } sort keys %count), '', 'mutated binary is refused as bad data');
cmp_ok($count{'22P03'} // 0, '>', 20, 'some of it is');

for my $table (qw(read_text read_binary))
{
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM $table"), '>', 20, "$table: some was read");
	is($node->safe_psql('postgres', "SELECT count(*) FROM $table WHERE v::text::credence_disclosure.class_counts::text <> v::text
		OR coalesce(credence_disclosure.class_counts_k(v), 1) < 1 OR coalesce(credence_disclosure.class_counts_l(v), 1) < 1"), '0', "$table: it is written and read again");
}

# a dump, which writes text, and one that the server reads as it is
$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/dump", $node->connstr('postgres') ], 'dumping');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('restored'), "$directory/dump" ], 'restoring');
is($node->safe_psql('restored', 'SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE "C")) FROM read_text'),
	$node->safe_psql('postgres', 'SELECT md5(string_agg(v::text, chr(10) ORDER BY v::text COLLATE "C")) FROM read_text'), 'every value is back');

# a larger table, in plans of every kind
$node->safe_psql('postgres', q(CREATE TABLE people AS SELECT i, i * 7919 % 1009 AS level, 'r' || i * 31 % 17 AS region, (i * 7927 % 7)::numeric AS grade FROM generate_series(1, 120000) i; ANALYZE people));
my $expected = $node->safe_psql('postgres', 'SELECT (SELECT min(n) FROM (SELECT count(*) AS n FROM people GROUP BY level, region) g), (SELECT min(n) FROM (SELECT count(DISTINCT grade) AS n FROM people GROUP BY level) g)');
for my $plan ('SET max_parallel_workers_per_gather = 0', 'SET max_parallel_workers_per_gather = 4; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0',
	q(SET max_parallel_workers_per_gather = 4; SET parallel_setup_cost = 0; SET parallel_leader_participation = off; SET work_mem = '64kB'))
{
	is($node->safe_psql('postgres', "SET search_path = credence_disclosure, public; $plan; SELECT k_anonymity(ROW(level, region)), l_diversity(level, grade) FROM people"), $expected, $plan);
	is($node->safe_psql('postgres', "SET search_path = credence_disclosure, public; $plan; SELECT count(*) FROM (SELECT level, k_anonymity(region) AS k FROM people GROUP BY level) a
		JOIN (SELECT level, min(n) AS k FROM (SELECT level, count(*) AS n FROM people GROUP BY level, region) g GROUP BY level) b USING (level) WHERE a.k <> b.k"), '0', "by group: $plan");
}

done_testing();
