# Every bad input of the registry: what is refused is refused with an error that names it, with the right SQLSTATE, and
# leaves nothing behind.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Registry;

my $node = PostgreSQL::Test::Cluster->new('registry_inputs');
$node->init;
$node->start;
$node->safe_psql('postgres', q(
	CREATE EXTENSION credence_registry CASCADE;
	ALTER DATABASE postgres SET search_path = credence_registry, credence;
));
$node->safe_psql('postgres', q(
	SELECT put_code('indicator', 'cost', 'Cost', '费用'), put_code('indicator', 'other', 'Other', '其他');
	SELECT put_subject('institution', 'H1', 'H1', NULL, '2020-01-01'), put_subject('institution', 'H2', 'H2', NULL, '2020-01-01');
	SELECT put_rule('late', '2020-01-01', 'Late', '迟', -5, -1, degrees => '{"primary": [-5, -4]}', ladder => 'serious >= 100, minor');
	SELECT put_rule('gone', '2020-01-01', 'Gone', '旧', -1, effective_to => '2020-12-31');
	SELECT record_tie('child_of', subject_id('institution', 'H1'), subject_id('institution', 'H2'), '2024-01-01', '2024-12-31');
	SELECT record_agreement(subject_id('institution', 'H1'), 'A1', 2024, '2024-01-01', '2025-06-30');
	SELECT record_event(subject_id('institution', 'H1'), 'late', '2025-01-01', '2025-01-01', -2, event_code => 'E1');
	SELECT record_observation(subject_id('institution', 'H1'), 'cost', '2025-01-01', '2025-12-31', 1);
));

# A scheme document with the inputs given and what else there is.
sub scheme
{
	my ($code, $inputs, $more) = @_;
	my ($first) = $inputs =~ /"(\w+)"/;

	return qq({"code": "$code", "version": "1", "subjects": {"kinds": ["institution"]}, "inputs": {$inputs},
		"scorecard": {"name": "$code", "indicators": [{"name": "$first"}]}) . ($more // '') . '}';
}
$node->safe_psql('postgres', "SELECT scheme_import('" . scheme(@{$_}) . "'), scheme_activate('$_->[0]', '1')")
  for [ 'good', '"x": {"observation": "cost", "default": 0}' ], [ 'unsupplied', '"x": {"observation": "other"}' ],
  [ 'nobody', '"x": {"value": 1}', ', "from": "1990-01-01", "to": "1999-12-31"' ], [ 'monthly', '"x": {"value": 1}', ', "period": "month"' ],
  [ 'quotas', '"x": {"attribute": "beds", "default": 1}', ', "grading": {"method": "quota", "quotas": "A 20%, B"}' ];
$node->safe_psql('postgres', "SELECT scheme_import('" . scheme('draft', '"x": {"value": 1}') . "'), scheme_import('" . scheme('first', '"x": {"result": "second"}') . "')");
$node->safe_psql('postgres', q(SELECT scheme_import(scheme_export('nobody', '1') || '{"version": "2", "from": "1999-12-31", "to": "2001-01-01"}')));
my $contents = registry_contents($node, 'postgres');

# Each: what is done, SQLSTATE, what the error (message, detail, hint) has to say.
my $h1 = q(subject_id('institution', 'H1'));
my @bad = (
	# unknown codes
	[ q(SELECT subject_id('institution', 'H9')), '23503', qr/institution "H9"/ ],
	[ q(SELECT put_subject('clinic', 'C1', 'C1', NULL, '2020-01-01')), '22023', qr/"clinic"/ ],
	[ q(SELECT put_subject('institution', 'C1', 'C1', '9999', '2020-01-01', level => '17')), '22023', qr/region "9999".*level "17"/s ],
	[ q(SELECT put_region('1', '9999', 'one', '一')), '23503', qr/"9999"/ ],
	[ qq(SELECT record_event($h1, 'unheard', '2025-01-01', '2025-01-01')), '22023', qr/rule "unheard"/ ],
	[ qq(SELECT record_event($h1, 'late', '2025-01-01', '2025-01-01', -2, responsibility => 'some', source => 'hearsay')), '22023', qr/"some".*"hearsay"|"hearsay".*"some"/s ],
	[ q(SELECT record_event(4711, 'late', '2025-01-01', '2025-01-01', -2)), '23503', qr/subject 4711/ ],
	[ qq(SELECT record_observation($h1, 'unheard', '2025-01-01', '2025-12-31', 1)), '22023', qr/indicator "unheard"/ ],
	[ qq(SELECT record_commitment($h1, 'unheard', '2025-01-01')), '22023', qr/commitment "unheard"/ ],
	[ qq(SELECT record_tie('friend_of', $h1, $h1, '2025-01-01')), '22023', qr/"friend_of".*tied to itself/s ],
	[ q(SELECT record_repair(event_id, '2025-02-01', '{prayer}') FROM event), '22023', qr/"prayer"/ ],
	[ q(SELECT revoke_event(4711, 'wrong')), '23503', qr/event 4711/ ],
	# wrong periods and dates
	[ q(SELECT put_subject('institution', 'C1', 'C1', NULL, '2020-01-01', valid_to => '2019-01-01')), '22023', qr/2019-01-01.*2020-01-01/s ],
	[ qq(SELECT record_event($h1, 'late', '2025-02-01', '2025-01-01', -2)), '22023', qr/2025-01-01.*2025-02-01/s ],
	[ qq(SELECT record_event($h1, 'late', '2025-01-01', '2199-01-01', -2)), '22023', qr/2199-01-01 is still to come/ ],
	[ qq(SELECT record_event($h1, 'late', NULL, NULL, -2)), '22023', qr/occurred_on is missing.*decided_on is missing/s ],
	[ qq(SELECT record_event($h1, 'late', 'infinity', 'infinity', -2)), '22023', qr/decided_on/ ],
	[ qq(SELECT record_event($h1, 'gone', '2025-01-01', '2025-01-01')), '22023', qr/rule "gone" is not in force on 2025-01-01/ ],
	[ qq(SELECT record_observation($h1, 'cost', '2025-12-31', '2025-01-01', 1)), '22023', qr/2025-01-01.*2025-12-31/s ],
	[ q(CALL evaluate('good', '2025Q5')), '22023', qr/2025Q5/ ],
	[ q(CALL evaluate('good', '2025-02-30')), '22023', qr/2025-02-30/ ],
	[ q(CALL evaluate('good', '2025-07-01..2025-06-30')), '22023', qr/2025-07-01/ ],
	[ q(CALL evaluate('good', '2025-03')), '22023', qr/year.*2025-03/ ],
	[ q(CALL evaluate('monthly', '2025')), '22023', qr/month.*2025/ ],
	[ q(CALL evaluate('good', '2025', as_of => '2199-01-01')), '22023', qr/2199/ ],
	[ q(CALL evaluate('good', NULL)), '22004', qr/must not be NULL/ ],
	[ q(CALL evaluate(NULL, '2025')), '22004', qr/must not be NULL/ ],
	[ q(CALL refresh('good', NULL)), '22004', qr/must not be NULL/ ],
	# overlapping validity
	[ q(SELECT record_tie('child_of', subject_id('institution', 'H1'), subject_id('institution', 'H2'), '2024-12-31')), '23P01', qr/overlaps with tie 1/ ],
	[ qq(SELECT record_agreement($h1, 'A1', 2025, '2025-06-30', '2026-01-01')), '22023', qr/overlaps with that of year 2024/ ],
	[ q(SELECT scheme_activate('nobody', '2')), '23P01', qr/version 2 .*"nobody" overlaps version 1/ ],
	# duplicates
	[ qq(SELECT record_event($h1, 'late', '2025-01-01', '2025-01-01', -2, event_code => 'E1')), '23505', qr/'E1'/ ],
	[ qq(SELECT record_observation($h1, 'cost', '2025-01-01', '2025-12-31', 1)), '23505', qr/"cost", 2025-01-01 to 2025-12-31/ ],
	# points and amounts
	[ qq(SELECT record_event($h1, 'late', '2025-01-01', '2025-01-01', -6)), '22023', qr/-6 are outside of -5 to -1.*"late"/ ],
	[ qq(SELECT record_event($h1, 'late', '2025-01-01', '2025-01-01', -2, responsibility => 'primary')), '22023', qr/-2 are outside of -5 to -4.*"primary"/ ],
	[ qq(SELECT record_event($h1, 'late', '2025-01-01', '2025-01-01')), '22023', qr/points are missing.*-5 to -1/ ],
	[ qq(SELECT record_event($h1, 'late', '2025-01-01', '2025-01-01', 'NaN', amount => -1)), '22023', qr/NaN.*amount -1/s ],
	[ qq(SELECT record_event($h1, 'late', '2025-01-01', '2025-01-01', -2, level => 'huge')), '22023', qr/"huge".*serious/ ],
	[ qq(SELECT record_observation($h1, 'cost', '2025-01-01', '2025-12-31', 'Infinity')), '22023', qr/Infinity/ ],
	[ qq(SELECT record_observation($h1, 'cost', '2025-01-01', '2025-12-31', numerator => 1, denominator => 0)), '22023', qr/denominator is zero/ ],
	[ q(SELECT record_repair(event_id, '2025-02-01', points => 3) FROM event), '22023', qr/3 points are more than the 2/ ],
	[ q(SELECT put_rule('odd', '2025-01-01', 'Odd', '怪', 5, 1, judged_by => 'guessed')), '22023', qr/from 5 to 1.*guessed/s ],
	# schemes
	[ q(CALL evaluate('unheard', '2025')), '42704', qr/"unheard" does not exist/ ],
	[ q(CALL evaluate('draft', '2025')), '42704', qr/no version of scheme "draft" is in force/ ],
	[ q(CALL evaluate('good', '2025', version => '9')), '42704', qr/"good" has no version "9"/ ],
	[ q(CALL refresh('good', '2025')), '42704', qr/"good" has not been evaluated for 2025/ ],
	[ q(CALL evaluate('unsupplied', '2025')), 'P0002', qr/input "x" of scheme "unsupplied" needs observations of "other"/ ],
	[ q(CALL evaluate('nobody', '1995')), 'P0002', qr/"nobody" has no subject to evaluate for 1995/ ],
	[ "SELECT scheme_import('" . scheme('second', '"x": {"result": "first"}') . "')", '22023', qr/first, second|second, first/ ],
	[ "SELECT scheme_import('" . scheme('itself', '"x": {"result": "self", "period": 0}') . "')", '22023', qr/inputs\.x/ ],
	[ "SELECT scheme_import('" . scheme('ring', '"x": {"formula": "y + 1"}, "y": {"formula": "x - 1"}') . "')", '22023', qr/x.*y|y.*x/s ],
	[ "SELECT scheme_import('" . scheme('several', '"x": {"observation": "cost", "statistic": "mode", "colour": 1}') . "')", '22023', qr/2 errors.*(mode.*colour|colour.*mode)/s ],
	[ q(SELECT scheme_activate('first', '1')), '22023', qr/inputs\.x\.result: there is no scheme "second"/ ],
	[ q(SELECT scheme_activate('good', '1')), '55000', qr/version 1 of scheme "good" is active already/ ],
	[ q(SELECT scheme_import(scheme_export('good', '1') || '{"title": "changed"}')), '55000', qr/active and cannot be changed/ ],
	# runs
	[ q(SELECT prerate(4711)), 'P0002', qr/4711/ ],
	[ q(SELECT finalise(4711)), 'P0002', qr/4711/ ],
	[ q(SELECT correct_run(4711)), 'P0002', qr/4711/ ],
	[ q(SELECT run_abandon(4711)), '55000', qr/4711/ ],
	[ q(SELECT record_conflict('nobody', 1, 'x')), '23503', qr/inspector "nobody"/ ],
	[ q(SELECT put_inspector('I1', 'I1', '9999')), '23503', qr/region "9999"/ ],
);

for my $case (@bad)
{
	my ($sql, $state, $says) = @{$case};
	my ($status, $out, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql;");
	my ($raised) = $error =~ /ERROR:  (\w{5}):/;
	my ($named) = $error =~ /ERROR:  \w{5}: (.*?)(?:CONTEXT:|LOCATION:|\z)/s;
	my $what = substr($sql, 0, 100) =~ s/\s+/ /gr;

	is($raised, $state, "$what: SQLSTATE");
	like($named, $says, "$what: names it");
	unlike($named // '', qr/constraint|relation "/, "$what: in the words of the registry") unless $state eq '23P01';
}

# a file: every bad row by line and reason, and nothing landed
my @files = (
	[ 'subject', 'kind, code, name, region, valid_from', 'institution,H3,H3,,2020-01-01|clinic,H4,,9999,2020-13-01|institution,H3,twice,,2020-01-01', 'subject "clinic".*name is missing.*region "9999".*2020-13-01.*same subject as line 1' ],
	[ 'event', 'subject_kind, subject_code, rule_code, occurred_on, decided_on, points, source, event_code',
		'institution,H1,late,2025-03-01,2025-03-01,-2,manual,L1|institution,H9,late,2025-03-01,2025-03-01,-2,manual,L2|institution,H1,late,2025-03-01,01.03.2025,-9,manual,L3|institution,H1,late,2025-01-01,2025-01-01,-2,manual,E1|institution,H1,late,2025-03-01,2025-03-01,-2,manual,L1',
		'2\|.*"H9".*3\|.*01\.03\.2025.*3\|.*-9 are outside.*4\|.*"E1".*recorded already.*5\|the same event as line 1' ],
	[ 'observation', 'subject_kind, subject_code, indicator, period_start, period_end, value, source',
		'institution,H2,cost,2025-01-01,2025-12-31,1,manual|institution,H1,cost,2025-01-01,2025-12-31,1,manual|institution,H2,price,2025-12-31,2025-01-01,much,manual',
		'2\|is recorded already.*3\|.*"much" is not a number' ],
	[ 'tie', 'kind, from_kind, from_code, to_kind, to_code, valid_from', 'child_of,institution,H2,institution,H1,2025-01-01|child_of,institution,H1,institution,H2,2024-06-01|child_of,institution,H9,institution,H2,2025-01-01',
		'2\|.*overlap.*3\|.*"H9"' ]);
for my $file (@files)
{
	my ($what, $columns, $rows, $says) = @{$file};
	my $reported = $node->safe_psql('postgres', "COPY ${what}_load ($columns) FROM stdin CSV;\n" . join('', map { "$_\n" } split /\|/, $rows) . "\\.\nSELECT * FROM load_${what}s();");

	like($reported, qr/$says/s, "${what}s: every bad row is named");
	unlike($reported, qr/^1\|/m, "${what}s: and no good one");
	is($node->safe_psql('postgres', "SELECT count(*) FROM ${what}_load"), 0, "${what}s: the batch is used up");
}

# what failed left runs that are abandoned, and nothing else
my $left = registry_contents($node, 'postgres');
is(join(' ', grep { $_ !~ /^run\|.*,abandoned,/ && $_ !~ /^run_step\|.*,gathering,abandoned,/ && index("$contents\n", "$_\n") < 0 } split /\n/, $left), '', 'nothing of it all is left');
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), '0', 'nor a lock');
is(broken($node, 'postgres'), '', 'every invariant holds');

# as far as there is a version to update from: that of now, which changes nothing
$contents = registry_contents($node, 'postgres');
$node->safe_psql('postgres', 'ALTER EXTENSION credence UPDATE; ALTER EXTENSION credence_registry UPDATE');
same_lines(registry_contents($node, 'postgres'), $contents, 'updating to the version that is there changes nothing');

$node->stop;
done_testing();
