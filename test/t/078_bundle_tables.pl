# Bulletins that are tables, those of the templates P4 and P8, as bundles: means by disease and enforcement by district, each with
# the reason where it is not shown, in every file, and verified offline; the site has them, by name. A figure of a list that is
# missing for too few cases says so, and scores are computed again without it.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Bundle;
use Client;

my $directory = PostgreSQL::Test::Utils::tempdir;
my ($status, $out, $err);
my $node = PostgreSQL::Test::Cluster->new('bundle_tables');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE city');
$node->safe_psql('city', 'SET client_min_messages = warning; CREATE EXTENSION credence_disclosure CASCADE');
$node->safe_psql('city', '\i test/fixtures/bundle_tables.sql');
connect_to($node, 'city', 'bundle_reader');

# the figures of a table by row: value, or the reason in brackets
sub figures
{
	my ($bundle, $table) = @_;
	my ($header, @records) = @{ csv_of("$directory/$bundle/cells.csv") };
	my %place = map { $header->[$_] => $_ } 0 .. $#$header;

	return { map { ($_->[ $place{class_en} ] => $_->[ $place{suppression_reason} ] ? "[$_->[ $place{suppression_reason} ]]" : 0 + ($_->[ $place{count} ] // $_->[ $place{value} ]) . '') }
		grep { $_->[ $place{table_name} ] eq $table } @records };
}

for my $number (1 .. 3)
{
	($status, $out, $err) = credence([ 'export', $number, '-o', "$directory/$number", '--quiet' ]);
	is("$status $err", '0 ', "bulletin $number exported");
	is((verified("$directory/$number"))[0], 0, 'and verified');
}

my %cases = %{ figures(1, 'cases') };
my %cost = %{ figures(1, 'cost / cases') };
my %drugs = %{ figures(1, 'drugs / cases') };
utf8::encode(my $stroke = "\x{8111}\x{6897}\x{6b7b}");
is(scalar(keys %cost), 11, 'ten diseases and all of them together');
is($cases{$stroke}, '[confidential]', 'six cases are too few');
is($cost{$stroke}, '[confidential]', 'for a mean too, and it says so');
is(join(' ', sort grep { $cases{$_} =~ /\[/ } keys %cases), join(' ', sort grep { $cost{$_} =~ /\[/ } keys %cost), 'a mean stands where its cases stand');
is(scalar(grep { /\[/ } values %cases), 2, 'one more disease protects them');
utf8::encode(my $appendix = "\x{6025}\x{6027}\x{9611}\x{5c3e}\x{708e}");
is("$cases{$appendix} $cost{$appendix} $drugs{$appendix}", '93 8390.32 2119.03', 'the mean is that of all cases, not of hospitals');

my %ended = %{ figures(2, 'ended') };
my %recovered = %{ figures(2, 'recovered') };
is($ended{Hills}, '[confidential]', 'two agreements are few');
is(scalar(grep { /\[/ } values %ended), 2, 'and another district protects them');
is("$ended{Total} $recovered{Total}", '28 150000000.75', 'totals are shown');

my $data = read_file("$directory/1/site/data.js");
like($data, qr/"measure": "cost \/ cases"/, 'the site has the means');
like($data, qr/By disease: Cost \(yuan\) \/ Cases/, 'by their title');
$data = read_file("$directory/2/site/data.js");
like($data, qr/Enforcement: Recovered \(yuan\)/, 'and the sums');

# a list in which some figures are missing for too few cases
my ($header, @values) = @{ csv_of("$directory/3/values.csv") };
my %place = map { $header->[$_] => $_ } 0 .. $#$header;
my @missing = grep { !defined $_->[ $place{value} ] } @values;
is(join(' ', map { "$_->[ $place{input} ]: $_->[ $place{suppression_reason} ]" } @missing), join(' ', ('mean_cost: too_few') x 5), 'figures that are missing for too few cases say so');
my ($verified, $report) = verified("$directory/3");
is_deeply([ $verified, @{ $report->{recomputed} }{qw(scores)} ], [ 0, 29 ], 'and all scores are computed again, without them');

# a mean that somebody changed
write_file("$directory/1/cells.csv", read_file("$directory/1/cells.csv") =~ s/8390\.32/8390.33/r);
($verified, $report) = verified("$directory/1");
is($verified, 1, 'a mean that is another one is found');

$node->stop;
done_testing();
