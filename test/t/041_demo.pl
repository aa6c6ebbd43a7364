# What `make demo` runs in the server: the city, drawn from its seed, and its report; its files in the
# registry and what that shows; and, where CREDENCE_DATA has it, the report on the hospitals of CMS.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('demo');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir;

# the city
my $city = 'SELECT md5(string_agg(provider::text, chr(10) ORDER BY code)) FROM provider';
for my $draw ([ 'city', 1 ], [ 'again', 1 ], [ 'other', 2 ])
{
	make_database($draw->[0]);
	run_sql($draw->[0], "city from seed $draw->[1] ($draw->[0])",
		'-v', 'providers=2000', '-v', "seed=$draw->[1]", '-f', 'demo/city.sql');
}
is($node->safe_psql('city', 'SELECT count(*), count(DISTINCT code) FROM provider'), '2000|2000', 'as many providers as asked for');
is($node->safe_psql('again', $city), $node->safe_psql('city', $city), 'the same seed draws the same city');
isnt($node->safe_psql('other', $city), $node->safe_psql('city', $city), 'another seed another one');
is($node->safe_psql('city', q(SELECT count(*) FILTER (WHERE kind = 'pharmacy') BETWEEN 1000 AND 1300,
	count(*) FILTER (WHERE kind = 'hospital') BETWEEN 60 AND 140 FROM provider)),
	't|t', 'most are pharmacies, few hospitals');

my $report = run_sql('city', 'report on the city', '-v', "csv=$directory/city.csv", '-f', 'demo/city-report.sql');
like($report, qr/^A city of 2000 designated providers/m, 'it says what there is');
is(rows($report, 'The ten best'), 10, 'ten best');
is(rows($report, 'The ten worst'), 10, 'ten worst');
cmp_ok(rows($report, 'Credit grades'), '>=', 4, 'grades by class');
cmp_ok(rows($report, 'Service grades'), '>=', 4, 'service grades by class');
my ($score) = $report =~ /^== Line by line: why .* has ([0-9.]+) points/m;
my ($sum) = $report =~ /^ The score, which is the sum\s*\|\s*\|\s*([0-9.]+)/m;
cmp_ok($sum, '==', $score, 'the lines add up to the score');
cmp_ok(rows($report, 'What would lift it'), '>=', 1, 'something would lift it');
is(rows($report, 'The time it takes'), 6, 'six times');
my @csv = split /\n/, slurp_file("$directory/city.csv");
is(scalar @csv, 2001, 'the CSV has every provider');
like($csv[0], qr/^code,name,kind,class,credit,credit_grade,/, 'and its columns are named');

# nobody is left without a grade who has a score, and the report's grades are the card's
is($node->safe_psql('city', 'SELECT count(*) FROM appraised WHERE credit_grade IS NULL OR service_grade IS NULL'), '0', 'everybody has a grade');
my $credit = slurp_file('demo/credit.json') =~ s/'/''/gr;
is($node->safe_psql('city', "SELECT count(*) FROM appraised JOIN provider p USING (code) WHERE credit_grade <> grade('$credit', p)"),
	'0', 'that of the scheme');

# a smaller city, from its files to final grades and what follows from them
make_database('registry');
$node->safe_psql('registry', 'CREATE EXTENSION credence_registry');
run_sql('registry', 'city for the registry', '-v', 'providers=600', '-v', 'seed=1', '-f', 'demo/city.sql');
run_sql('registry', 'files of the city', '-v', 'seed=1', '-v', 'physicians=2000', '-f', 'demo/facts.sql');
is($node->safe_psql('registry', q(SELECT count(*) FILTER (WHERE kind <> 'physician'), count(*) FILTER (WHERE kind = 'physician') FROM credence_registry.subject)),
	'600|2000', 'a file for each provider and physician');
is($node->safe_psql('registry', 'SELECT count(*) FROM credence_registry.agreement'), '1200', 'an agreement for each provider and year');
for my $scheme ('agreement', 'physician-points')
{
	is($node->safe_psql('registry', "SELECT count(*), bool_and(agrees) FROM credence_registry.scheme_examples('$scheme', '2024')"), '3|t', "worked examples of $scheme");
}
my $year = run_sql('registry', 'report of the registry', '-f', 'demo/registry-report.sql');
is(rows($year, 'A file with mistakes'), 5, 'every mistake of the bad lines is named');
like($year, qr/^ +2 \| there is no pharmacy "999999"$/m, 'with line and reason');
is($node->safe_psql('registry', q(SELECT count(*) FROM credence_registry.event WHERE event_code ~ '^N[0-9]$')), '0', 'and nothing of them landed');
is(rows($year, 'Both years are evaluated'), 4, 'two schemes, two years');
is(rows($year, 'A new event'), 1, 'a new event changes one provider');
like($year, qr/\| D +\| severe fraud$/m, 'to the worst grade');
is(rows($year, 'Final'), 4, 'four steps to final');
is($node->safe_psql('registry', q(SELECT count(*) FROM credence_registry.run WHERE state = 'final')), '4', 'all runs are final');
my ($before, $after) = $year =~ /^== .* appeals against .*?\n-[-+]+\n +([0-9.]+) \| \w +\| +([0-9.]+) \|/ms;
cmp_ok($after, '>', $before, 'an appeal that is upheld lifts the score');
cmp_ok(rows($year, 'The ranking of'), '>=', 15, 'the ranking of a region');
my ($all) = $year =~ /^== How the grades are distributed.*?^ all +\|([^\n]*)/ms;
my $graded = 0;
$graded += $_ for $all =~ /(\d+)/g;
is($graded, 600, 'everybody is in the distribution');
my ($moved) = $year =~ /^== How they moved:.*?\n-[-+]+\n(.*?)\n\n/ms;
my $movers = 0;
$movers += $_ for map { /\|.*/ ? $& =~ /(\d+)/g : () } split /\n/, $moved;
is($movers, 600, 'and in the migration');
like($year, qr/^ all +\|.*\| +20000000\.00 \| +0\.00$/m, 'the pool is divided to the cent');
is($node->safe_psql('registry', q(SELECT string_agg(total::text, ' ') FROM
	(SELECT sum(amount) AS total FROM credence_registry.consequence WHERE code = 'pool' GROUP BY run_id) s)), '20000000.00 20000000.00', 'by the rows of both years, too');
is(rows($year, 'How many are to be inspected'), 3, 'a plan for three grades');
my ($checks) = $year =~ /^== Anyone can repeat the draw.*?\n-[-+]+\n(.*?)\n\n/ms;
unlike($checks, qr/\| f$/m, 'the draw is verified');
like($checks, qr/\| t$/m, 'in every respect');
like($year, qr/^Score [0-9.]+, grade B/m, 'a report in English');
like($year, qr/^得分 [0-9.]+，等级 /m, 'and in Chinese');
cmp_ok(rows($year, 'Why it is another grade'), '>=', 3, 'reasons why it changed');
cmp_ok(rows($year, 'The file of the physician'), '>=', 3, 'the file of a physician');
cmp_ok(rows($year, 'What officer_li sees'), '<=', 2, 'an officer sees her regions');

# its bulletins
$node->safe_psql('registry', 'CREATE EXTENSION credence_disclosure');
my $disclosure = run_sql('registry', 'report of the disclosure', '-f', 'demo/disclosure-report.sql');
cmp_ok(rows($disclosure, 'How many physicians'), '>=', 5, 'physicians by district');
like($disclosure, qr/\| withheld +\|/, 'where few are withheld');
cmp_ok(rows($disclosure, 'What an outsider could infer'), '>=', 2, 'and what can be inferred of those is bounded');
unlike($disclosure, qr/\| f$/m, 'widely enough');
is(rows($disclosure, 'It cannot be published'), 1, 'the notice is waited for');
is(rows($disclosure, 'What everybody sees'), 10, 'ten of those who are named');
is(rows($disclosure, 'The chain'), 3, 'three bulletins');
is($node->safe_psql('registry', 'SELECT count(*) FROM credence_disclosure.verify_chain()'), '0', 'in a chain that is whole');
is($node->safe_psql('registry', q(SELECT count(*) FROM credence_disclosure.bulletin_cells WHERE bulletin = 2 AND count BETWEEN 1 AND 4)), '0', 'no small count of physicians is shown');
is($node->safe_psql('registry', q(SELECT count(*) FROM credence_disclosure.bulletin_entries WHERE bulletin = 3)),
	$node->safe_psql('registry', q(SELECT count(*) FROM credence_registry.ranking WHERE scheme_code = 'agreement' AND period = '2025')), 'everybody who was ranked is named');

SKIP:
{
	my $data = ($ENV{CREDENCE_DATA} // '') . '/cms-star-2022-07';
	skip 'cms-star-2022-07, the real population, is not here (CREDENCE_DATA)', 9 unless -f "$data/input.csv";

	make_database('hospitals');
	run_sql('hospitals', 'hospitals rated', '-v', "data=$data",
		map { ('-f', "rulebooks/cms-hospital-stars/$_.sql") } qw(load stars));
	$report = run_sql('hospitals', 'report on the hospitals', '-v', "data=$data", '-v', "csv=$directory/hospitals.csv",
		'-f', 'demo/hospitals-report.sql');
	is(rows($report, 'Stars among peers'), 6, 'ours and the official ones, of three peer groups');
	like($report, qr/^0 hospitals have another star than the official one/m, 'which are the same');
	is(rows($report, 'The ten best'), 10, 'ten best hospitals');
	is(rows($report, 'The ten worst'), 10, 'ten worst hospitals');
	($score) = $report =~ /^== Line by line: why .* has a score of (-?[0-9.]+)/m;
	($sum) = $report =~ /^ The score, which is the sum[ |-]*?(-?[0-9.]+)/m;
	cmp_ok($sum, '==', $score, 'the lines add up to the summary score');
	is(rows($report, 'What would lift it'), 10, 'ten ways to lift it');
	is(scalar(split /\n/, slurp_file("$directory/hospitals.csv")), 4490, 'the CSV has every hospital');
}

$node->stop;
done_testing();

# Makes a database as demo/run does.
sub make_database
{
	my ($database) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION credence; ALTER DATABASE $database SET search_path = public, credence");
	return;
}

# Runs psql as demo/run does; returns what it printed. It must complain of nothing.
sub run_sql
{
	my ($database, $what, @arguments) = @_;
	my ($printed, $errors) = run_command([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database), @arguments ]);

	is($errors, '', $what);
	return $printed;
}

# Returns how many rows the table under a heading has.
sub rows
{
	my ($text, $heading) = @_;
	my ($table) = "$text\n\n" =~ /^== \Q$heading\E[^\n]*\n(?:   [^\n]*\n)*[^\n]*\n-[-+]*\n(.*?)\n\n/ms or return -1;

	return scalar split /\n/, $table;
}
