# credence verify: finds every byte that is flipped, files that are missing, added, renamed, truncated or written otherwise; and, where a
# forger made all hashes anew, every score, grade and step that does not follow from the inputs; names what cannot be recomputed.

use strict;
use warnings;
use Encode;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Bundle;
use Client;

my $directory = PostgreSQL::Test::Utils::tempdir;
my ($status, $out, $err, $report);
my $node = PostgreSQL::Test::Cluster->new('bundle_verify');
$node->init;
$node->start;
publish_bundle($node, 'city');
connect_to($node, 'city', 'bundle_reader');
my $whole = "$directory/whole";
credence([ 'export', 2, '-o', $whole, '--quiet', '--formats', 'json' ]);
my $hash = $node->safe_psql('city', 'SELECT hash FROM credence_disclosure.bulletin_chain WHERE bulletin = 2');

# --- whole
($status, $out, $err) = credence([ 'verify', '--quiet', $whole ]);
is("$status $err", '0 ', 'a whole bundle');
like($out, qr/\A\Q$whole\E: bulletin 2, SHA-256 $hash\n\d+ files with \d+ bytes, 25 items, \d+ cells compared\nrecomputed: 21 scores, 21 grades, 3\d steps\nno differences\n\z/, 'and what was looked at');
($status, $report) = verified($whole, '--hash', $hash);
is_deeply([ $status, @$report{qw(verified bulletin hash items hidden_items differences)} ], [ 0, JSON::PP::true, 2, $hash, 25, 0, 0 ], 'as JSON, with its hash');
is_deeply([ @{ $report->{recomputed} }{qw(scores grades)}, @{ $report->{not_recomputable} }{qw(scores grades)} ], [ 21, 21, 0, 0 ], 'all of it recomputed');
($status, $report) = verified($whole, '--hash', 'f' x 64);
is($status, 1, 'another hash than the one given');
is_deeply([ map { $_->{problem} } @{ $report->{listed} } ], ['its SHA-256 is not the one given'], 'is a difference');
for ([ [], qr/which bundle\?/ ], [ [ 1, 2 ], qr/one bundle at a time/ ], [ [ $whole, '--hash', 'x' ], qr/64 small hexadecimal digits/ ], [ [ $whole, '-d', 'city' ], qr/unknown option/ ])
{
	($status, $out, $err) = credence([ 'verify', @{ $_->[0] } ]);
	is($status, 2, 'wrong usage');
	like($err, $_->[1], 'and what is wrong');
}

# --- no bundle
mkdir "$directory/empty";
for ("$directory/nowhere", "$directory/empty", $0)
{
	($status, $out, $err) = credence([ 'verify', $_ ]);
	is($status, 4, 'no bundle');
	like($err, qr/could not open the bundle|is no bundle, or not a whole one/, 'and it says so');
}

# --- files
my $number = 0;

# Changes a copy and verifies it; the first problem of each file that has one, and the status.
sub damaged
{
	my ($change, @options) = @_;
	my $copy = copy_bundle($whole, "$directory/copy-" . ++$number);
	my %first;

	$change->($copy);
	my ($damaged_status, $damaged_report) = verified($copy, @options);
	for (@{ $damaged_report->{listed} // [] })
	{
		$first{ $_->{file} } //= ($_->{column} // '') . ($_->{column} ? ': ' : '') . $_->{problem};
	}
	system('rm', '-rf', $copy);
	return join "\n", $damaged_status, map { "$_: $first{$_}" } sort keys %first;
}

# Edits a file of a bundle.
sub edit
{
	my ($bundle, $file, $edit) = @_;
	local $_ = read_file("$bundle/$file");

	$edit->();
	write_file("$bundle/$file", $_);
	return;
}

is(damaged(sub { unlink "$_[0]/values.csv" }), "1\nvalues.csv: is missing, and the manifest names it", 'a file is missing');
is(damaged(sub { unlink "$_[0]/README.txt" }), "1\nREADME.txt: is missing, and the manifest names it", 'another');
is(damaged(sub { unlink "$_[0]/README.txt"; seal($_[0]) }), "0", 'what is not there and not named is not missed');
is(damaged(sub { unlink "$_[0]/heading.json"; seal($_[0]) }), "1\nheading.json: is missing: nothing else vouches for the rest", 'but for the heading');
is(damaged(sub { unlink "$_[0]/scheme.json"; seal($_[0]) }) =~ s/\n(?!scheme).*//gr, "1\nscheme.json: is not there, and the heading has its hash", 'the scheme');
is(damaged(sub { unlink "$_[0]/norms.csv"; seal($_[0]) }) =~ s/\n(?!norms).*//gr, "1\nnorms.csv: is not there, and the heading has hashes of norms", 'and the norms');
is(damaged(sub { write_file("$_[0]/more.csv", 'x') }), "1\nmore.csv: is there, and the manifest does not name it", 'a file more');
is(damaged(sub { write_file("$_[0]/.hidden", 'x') }), "1\n.hidden: is there, and the manifest does not name it", 'a hidden one');
is(damaged(sub { mkdir "$_[0]/inner"; write_file("$_[0]/inner/x", 'x') }), "1\ninner/x: is there, and the manifest does not name it", 'one in a directory');
is(damaged(sub { rename "$_[0]/README.txt", "$_[0]/README.md" }), "1\nREADME.md: is there, and the manifest does not name it\nREADME.txt: is missing, and the manifest names it", 'a file renamed');
is(damaged(sub { unlink "$_[0]/README.txt"; symlink '/etc/passwd', "$_[0]/README.txt" }), "1\nREADME.txt: is no file", 'a link in the place of a file');
is(damaged(sub { rename "$_[0]/manifest.sha256", "$directory/manifest"; symlink "$directory/manifest", "$_[0]/manifest.sha256" }), '4', 'or of the manifest');
$out = `bash -c 'ulimit -n 8; exec $Client::program verify --quiet "$whole"' 2>&1`;
is(($? >> 8) . " $out", "4 credence: could not open adjustments.csv: Too many open files\n", 'that this machine has no more files to give is not held against the bundle');
is(damaged(sub { rename "$_[0]/README.txt", "$directory/README.txt"; mkdir "$directory/inner"; symlink "$directory/inner", "$_[0]/inner"; rename "$directory/README.txt", "$directory/inner/README.txt"; edit($_[0], 'manifest.sha256', sub { s/README/inner\/README/ }) })
	=~ s/\nmanifest.*//r, "1\ninner: is there, and the manifest does not name it\ninner/README.txt: is missing, and the manifest names it", 'or of a directory');
is(damaged(sub { unlink "$_[0]/values.csv"; mkdir "$_[0]/values.csv" }), "1\nvalues.csv: is missing, and the manifest names it", 'a directory in the place of a file');
my $truncated = damaged(sub { edit($_[0], 'items.csv', sub { $_ = substr $_, 0, length($_) - 700 }) });
like($truncated, qr/^items\.csv: ends in the middle of a record$/m, 'a file truncated');
for (qw(entries.csv values.csv cells.csv adjustments.csv chain.csv norms.csv items.csv data.json heading.json scheme.json))
{
	my $file = $_;

	like(damaged(sub { write_file("$_[0]/$file", '') }), qr/^1\n(.*\n)*\Q$file\E: /, "$file is empty");
	like(damaged(sub { write_file("$_[0]/$file", ''); seal($_[0]) }), qr/^1\n(.*\n)*\Q$file\E: /, "$file is empty, and the manifest says so");
}
for ([ 'line feeds alone', sub { s/\r\n/\n/g } ], [ 'a byte order mark', sub { $_ = "\xef\xbb\xbf$_" } ], [ 'another encoding', sub { Encode::from_to($_, 'utf-8', 'utf-16le') } ],
	[ 'more quotes', sub { s/,A,/,"A",/ } ], [ 'no apostrophe', sub { s/'=cmd/=cmd/ } ], [ 'an empty text for nothing', sub { s/,""/,/ } ], [ 'a line more', sub { $_ .= "2,99,X" . ',' x 22 . "\r\n" } ],
	[ 'a line less', sub { s/\r\n2,10,[^\r]*// } ], [ 'a line twice', sub { s/(\r\n2,10,[^\r]*)/$1$1/ } ], [ 'another order', sub { s/(\r\n2,10,[^\r]*)(\r\n2,11,[^\r]*)/$2$1/ } ],
	[ 'a column more', sub { s/\r\n/,x\r\n/ } ], [ 'another header', sub { s/subject_name/name/ } ], [ 'a quote that is not closed', sub { s/,B08,/,"B08,/ } ], [ 'a number written otherwise', sub { s/88\.959000/88.959/ } ])
{
	my ($what, $edit) = @$_;

	like(damaged(sub { edit($_[0], 'entries.csv', $edit) }), qr/^1\n(.*\n)*entries\.csv: /, "$what: found");
	like(damaged(sub { edit($_[0], 'entries.csv', $edit); seal($_[0]) }), qr/^1\n(.*\n)*entries\.csv: /, "$what: found without the manifest");
}
for ([ 'no blanks', sub { s/  / /g } ], [ 'capitals', sub { s/^([0-9a-f]{64})/uc $1/e } ], [ 'a path that leads out', sub { s/README\.txt/..\/README.txt/ } ], [ 'a path from the root', sub { s/README\.txt/\/etc\/passwd/ } ],
	[ 'another order', sub { s/\A([^\n]*\n)([^\n]*\n)/$2$1/ } ], [ 'no line end', sub { chomp } ], [ 'a name twice', sub { s/\A([^\n]*\n)/$1$1/ } ], [ 'itself', sub { $_ .= '0' x 64 . "  manifest.sha256\n" } ], [ 'nothing', sub { $_ = '' } ],
	[ 'no text', sub { $_ = pack 'C*', map { $_ * 7 % 256 } 1 .. 5000 } ])
{
	my ($what, $edit) = @$_;

	like(damaged(sub { edit($_[0], 'manifest.sha256', $edit) }), qr/^1\n/, "a manifest with $what");
}

# --- exactly what differs
my $copy = copy_bundle($whole, "$directory/exact");
edit($copy, 'entries.csv', sub { s/76\.418000/76.518000/ });
($status, $out, $err) = credence([ 'verify', '--quiet', $copy ]);
is($status, 1, 'a score changed in a table');
like($out, qr/^entries\.csv, line 9, score: item 11: says "76\.518000", should say "76\.418000"$/m, 'file, line, column, both values');
like($out, qr/^entries\.csv: its SHA-256 is not that of the manifest: says "[0-9a-f]{64}", should say "[0-9a-f]{64}"$/m, 'and the sum');
like($out, qr/^\d+ differences: this is not what was published$/m, 'and how many');

# --- a forger who makes all hashes anew: what people wrote down is the last hash, but scores must follow from the inputs
sub forged
{
	my ($change, @options) = @_;

	return damaged(sub { forge($_[0], $change) }, @options);
}
is(forged(sub { }), '0', 'a forgery that changes nothing is found by nobody');
is(forged(sub { }, '--hash', $hash), '0', 'nor is there anything to find');
like(forged(sub { s/"notes":\{[^}]*\}/"notes":{}/ }, '--hash', $hash), qr/^heading\.json: its SHA-256 is not the one given$/m, 'other notes are found by the hash that people wrote down');
my %forgeries = (
	'a score' => [ sub { s/"score":76\.418\b/"score":76.419/ if $_[1] == 11 }, 'score: entry 11' ],
	'its last bit' => [ sub { s/"score":76\.418\b/"score":76.41800000000002/ if $_[1] == 11 }, 'score: entry 11' ],
	'a grade' => [ sub { s/"grade":"B"/"grade":"A"/ if $_[1] == 11 }, 'grade: entry 11' ],
	'an input' => [ sub { s/"input.quality":[0-9.]+/"input.quality":99/ if $_[1] == 11 }, 'adjustments: step|entry 11' ],
	'an input of a step' => [ sub { s/"input.frauds":0/"input.frauds":1/ if $_[1] == 11 }, 'adjustments: entry 11: its condition holds, and step 1 "fraud" is not there' ],
	'an input that is none' => [ sub { s/"input.quality":[0-9.]+/"input.quality":"x"/ if $_[1] == 11 }, 'values: entry 11: the input "quality" is no number' ],
	'a category that there is not' => [ sub { s/"input.setting":"urban"/"input.setting":"moon"/ if $_[1] == 11 }, 'entry 11' ],
	'a step left out' => [ sub { s/\{"grade_after":"C","grade_before":"B","kind":"adjust"[^}]*"step":1\},?// if $_[1] == 6 }, 'adjustments: entry 6: its condition holds, and step 1 "fraud" is not there' ],
	'a step too many' => [ sub { s/"adjustments":\[/"adjustments":[{"grade_after":"B","grade_before":"B","kind":"adjust","rule":"fraud","score_after":76.418,"score_before":76.418,"step":1},/ if $_[1] == 11 }, 'adjustments: entry 11: its condition does not hold, and step 1 "fraud" is there' ],
	'the outcome of a step' => [ sub { s/"grade_after":"C"/"grade_after":"B"/ if $_[1] == 6 }, 'adjustments: grade_after: entry 6, step 1' ],
	'what a step found' => [ sub { s/"grade_before":"B"/"grade_before":"A"/ if $_[1] == 6 }, 'adjustments: grade_before: entry 6, step 1' ],
	'why' => [ sub { s/false billing/nothing/ if $_[1] == 6 }, 'adjustments: reason_en: entry 6, step 1' ],
	'what a step is called' => [ sub { s/"rule":"fraud"/"rule":"fraude"/ if $_[1] == 6 }, 'adjustments: rule: entry 6, step 1' ],
	'what was before an override' => [ sub { s/"score_before":67\.043,"step":1000000/"score_before":68,"step":1000000/ if $_[1] == 8 }, 'adjustments: score_before: entry 8, step 1000000' ],
	'a linkage that there is not' => [ sub { s/"step":1001/"step":2001/ if $_[1] == 8 }, 'adjustments: entry 8: the scheme has no linkage of step 2001 here' ],
	'the weight of an indicator' => [ sub { s/"weight":4/"weight":5/ if $_[0] eq 'scheme' }, 'entry 5' ],
	'a cut of the grades' => [ sub { s/A >= 85/A >= 86/ if $_[0] eq 'scheme' }, '' ],
	'what a step does' => [ sub { s/"cap":"C"/"cap":"D"/ if $_[0] eq 'scheme' }, 'adjustments: grade_after: entry 6, step 1' ],
	'that there are steps' => [ sub { s/"adjustments_before":null/"adjustments_before":1/ if $_[0] eq 'heading' }, 'adjustments: entry 5: step 2 does not belong there' ],
	'a scheme that is none' => [ sub { s/"aggregate"|"decimals":3/"decimals":"x"/ if $_[0] eq 'scheme' }, '' ],
	'keys in another order' => [ sub { s/("item":11),("kind":"entry")/$2,$1/ }, 'canonical: item 11: its keys are not in ascending order' ],
	'blanks' => [ sub { s/"item":11,/"item": 11,/ }, 'canonical: item 11: it is not a JSON object in canonical form' ],
	'another number' => [ sub { s/"item":11,/"item":12,/ }, 'canonical: item 11 says that it is another' ],
	'nothing but a bracket' => [ sub { $_ = '[' if $_[1] == 11 }, 'canonical: item 11: it is not a JSON object in canonical form' ],
);
for (sort keys %forgeries)
{
	my $found = forged($forgeries{$_}[0]);

	like($found, qr/^1\n/, "forged: $_");
	like($found, qr/^(items\.csv|scheme\.json): (.*: )?(?:$forgeries{$_}[1])/m, "forged: $_: and what");
}
my $norms = damaged(sub { edit($_[0], 'norms.csv', sub { s/""count"": 23/""count"": 24/ }); seal($_[0]) });
like($norms, qr/^norms\.csv: hash: is not the hash of the document$/m, 'norms that were changed');

# --- every byte, one at a time
is(system('make', '-s', '-C', 'client', 'tests'), 0, 'building what flips bytes') or BAIL_OUT('flip_bytes could not be built');
publish_bundle($node, 'village', '{"list": {"order": "code", "grades": ["B"]}}');
$ENV{PGDATABASE} = 'village';
credence([ 'export', 2, '-o', "$directory/village", '--quiet', '--formats', 'none' ]);
# of what nothing but the manifest vouches for the beginnings will do: every byte of them is summed up like any other
write_file("$directory/village/$_", substr read_file("$directory/village/$_"), 0, 500) for qw(csvw-metadata.json datapackage.json dcat.jsonld);
seal("$directory/village");
$out = `./build/client/test/flip_bytes '$directory/village' '$directory/flipped' 2>&1`;
like($out, qr/\A\d{5,} bytes flipped, 0 not found\n\z/, 'every byte that is flipped is found');
system('rm', '-rf', "$directory/flipped");
$out = `./build/client/test/flip_bytes '$directory/village' '$directory/flipped' --content 2>&1`;
like($out, qr/\A\d{5,} bytes flipped, 0 not found\n\z/, 'and in what the heading vouches for without the manifest too');

# --- ranks, quotas, clusters, cases: where everyone who was ranked is named
$node->safe_psql('postgres', 'CREATE DATABASE methods');
$node->safe_psql('methods', "SET client_min_messages = warning; CREATE EXTENSION credence_disclosure CASCADE;\n\\i test/fixtures/bundle_methods.sql");
$ENV{PGDATABASE} = 'methods';
my @methods = (undef, qw(peers dense clusters cases));
for (1 .. 4)
{
	credence([ 'export', $_, '-o', "$directory/$methods[$_]", '--quiet', '--formats', 'json' ]);
	($status, $report) = verified("$directory/$methods[$_]");
	is_deeply([ $status, @{ $report->{recomputed} }{qw(scores grades ranks)}, $report->{not_recomputable}{scores} ], [ 0, 29, 29, 58, 0 ], "$methods[$_]: everything recomputed");
	is($report->{recomputed}{steps_taken_over}, 0, "$methods[$_]: and nothing taken on trust");
}

# a name that is no text is one reason all the same
my $nameless = copy_bundle("$directory/cases", "$directory/nameless");
forge($nameless, sub { s/"name":"x"/"input":"x\xff","name":"x"/ if $_[0] eq 'scheme' });
($status, $report) = verified($nameless);
is_deeply($report->{not_recomputable}{reasons}, { 'the input "x?" is not shown' => { entries => 29, listed => [] } }, 'an input whose name is not UTF-8');

# overridden after a linkage that the appeal of another undoes: what was before the override is what the scheme makes of it now
$node->safe_psql('postgres', 'CREATE DATABASE relinked');
$node->safe_psql('relinked', "SET client_min_messages = warning; CREATE EXTENSION credence_disclosure CASCADE;\n\\i test/fixtures/bundle_relinked.sql");
is($node->safe_psql('relinked', 'SELECT detail FROM credence_registry.check() WHERE NOT ok'), '', 'the registry finds nothing either');
$ENV{PGDATABASE} = 'relinked';
my @relinked = (undef, qw(bands cases quota));
for (1 .. 3)
{
	credence([ 'export', $_, '-o', "$directory/relinked-$_", '--quiet', '--formats', 'json' ]);
	($status, $report) = verified("$directory/relinked-$_");
	is_deeply([ $status, @{ $report->{recomputed} }{qw(scores grades)}, map { "$_->{column}: $_->{problem}" } @{ $report->{listed} } ], [ 0, 18, 18 ], "$relinked[$_]: everything follows from the inputs");
	is($report->{recomputed}{steps_taken_over}, $relinked[$_] eq 'quota' ? 18 : 0, "$relinked[$_]: or is taken over where an appeal came after the quotas");
	# by hand: what the scorecard and the grading make of 95, 85, 82, 88, 91 and 92, and then the council
	my %steps = (R01 => 'A-C', R02 => $relinked[$_] eq 'bands' ? 'B-C' : 'B-B', R04 => 'B-A', R05 => 'B-B', R06 => undef, R07 => 'A-D D-B');
	my %ranks = (R01 => 2, R02 => 6, R04 => 7, R05 => 5, R06 => 4, R07 => 3);
	is($node->safe_psql('relinked', qq(SELECT subject_code, rank, grade, string_agg(a.grade_before || '-' || a.grade_after, ' ' ORDER BY adjustment) FILTER (WHERE a.kind = 'override')
		FROM credence_disclosure.bulletin_entries JOIN credence_disclosure.bulletin_adjustments a USING (bulletin, entry) WHERE bulletin = $_ AND subject_code ~ 'R0[124567]' GROUP BY 1, 2, 3 ORDER BY 1)),
		join("\n", map { my $taken = $steps{$_}; join '|', $_, $ranks{$_}, $taken ? substr($taken, -1) : 'A', $taken // '' } sort keys %steps), "$relinked[$_]: and the steps say so");
}
$ENV{PGDATABASE} = 'methods';

$out = $node->safe_psql('methods', q(SET search_path = credence_disclosure, credence_registry;
	SELECT policy_import('{"code": "hidden", "version": "1", "template": "P5", "schemes": ["cases"], "audience": "public", "scheme": true, "columns": ["code", "grade", "x", "y"], "masks": {"y": "hidden"}}');
	SET SESSION AUTHORIZATION methods_drawer;
	SELECT draw_up('hidden', max(run_id)) FROM run;
	RESET SESSION AUTHORIZATION;
	SELECT review(max(bulletin_id)), publish(max(bulletin_id)) FROM bulletin));
credence([ 'export', 5, '-o', "$directory/hidden", '--quiet', '--formats', 'none' ]);
($status, $report) = verified("$directory/hidden");
is_deeply([ $status, $report->{recomputed}{grades}, $report->{not_recomputable}{grades}, $report->{not_recomputable}{reasons} ],
	[ 0, 0, 29, { 'the input "y" is not shown' => { entries => 29, listed => [] } } ], 'an input that is masked');

# Exchanges two things in all items of a bulletin; what is found of it.
sub exchanged
{
	my ($bundle, $edit) = @_;
	my $copy_of = copy_bundle("$directory/$bundle", "$directory/exchanged");
	my %found;

	forge($copy_of, $edit);
	my (undef, $found_out) = verified($copy_of);
	$found{ ($_->{column} // '') } = $_->{expected} for grep { $_->{file} eq 'items.csv' } @{ $found_out->{listed} };
	system('rm', '-rf', $copy_of);
	return join ' ', sort keys %found;
}

# The same; the status and the problems with the steps. The report stays in $report.
sub steps_forged
{
	my ($bundle, $edit) = @_;
	my $copy_of = copy_bundle("$directory/$bundle", "$directory/steps");

	forge($copy_of, $edit);
	($status, $report) = verified($copy_of, '--verbose');
	system('rm', '-rf', $copy_of);
	return join ' ', $status, map { $_->{problem} } grep { ($_->{column} // '') eq 'adjustments' } @{ $report->{listed} };
}

is(exchanged('peers', sub { }), '', 'nothing is found where nothing is');
is(exchanged('peers', sub { s/"rank":(\d+)/'"rank":' . ($1 + 1)/e if $_[1] == 9 }), 'rank', 'a rank');
is(exchanged('clusters', sub { s/"peer_rank":(\d+)/'"peer_rank":' . ($1 + 1)/e if $_[1] == 9 }), 'peer_rank', 'a rank among peers');
for my $bundle (qw(dense clusters))
{
	# a grade and all that follows from it, as the registry would have it
	my %other = (A => 'B', B => 'C', C => 'A', 1 => '2', 2 => '3', 3 => '4', 4 => '1');
	is(exchanged($bundle, sub { s/"(grade|grade_after)":"(\w)"/qq("$1":"$other{$2}")/ge if $_[1] == 9 }), 'adjustments: grade_after', "$bundle: a grade that the order does not give");
}

# places counted from the last: a step whose condition asks for them is held against the ranks of all
my $last_of_peers = qr/,\{[^{}]*"kind":"adjust"[^{}]*"rule":"last of peers"[^{}]*\}/;
my @last = grep { defined $_->[2] && $_->[2] =~ $last_of_peers } @{ csv_of("$directory/peers/items.csv") };
cmp_ok(scalar @last, '>=', 2, 'somebody is the last of each group');
like(steps_forged('peers', sub { s/$last_of_peers// if $_[1] eq $last[0][0] }), qr/^1 .*entry $last[0][0]: its condition holds, and step 1 "last of peers" is not there/, 'who is last, without the step');
like(steps_forged('peers', sub { s/("kind":"grading"[^{}]*\})/$1,{"grade_after":"C","grade_before":"C","kind":"adjust","rule":"last of peers","score_after":1,"score_before":1,"step":1}/ if $_[1] != $last[0][0] && !/last of peers|"kind":"adjust"/ }),
	qr/its condition does not hold, and step 1 "last of peers" is there/, 'who is not, with it');
# where not everyone is named nobody can tell, and the report says how many steps are believed
is(steps_forged('peers', sub { s/"all_ranked":true/"all_ranked":false/ if $_[0] eq 'heading' }) =~ s/ .*//sr, 0, 'a list that does not name all');
is($report->{recomputed}{steps_taken_over}, 29 + @last, '... rests on the grading of each, and on those who are last');
is(steps_forged('cases', sub { s/"all_ranked":true/"all_ranked":false/ if $_[0] eq 'heading' }) =~ s/ .*//sr, 0, 'and one graded by cases');
cmp_ok($report->{recomputed}{steps_taken_over}, '>', 0, '... on those with a condition of that kind');

# --- somebody has left, the last of a group: the places of the others are no more those among all
my $gone = $last[0][0];
my $other = $gone == 10 ? 11 : 10;
$node->safe_psql('methods', "INSERT INTO credence_disclosure.item_withdrawal (bulletin_id, item, reason) SELECT bulletin_id, $gone, 'threats' FROM credence_disclosure.bulletin WHERE number <= 4");
for (1 .. 4)
{
	credence([ 'export', $_, '-o', "$directory/$methods[$_]-less", '--quiet', '--formats', 'json' ]);
	($status, $report) = verified("$directory/$methods[$_]-less");
	is_deeply([ $status, $report->{differences}, $report->{hidden_items}, @{ $report->{recomputed} }{qw(scores ranks)} ], [ 0, 0, 1, 28, 0 ], "$methods[$_]: nothing differs where one is no more shown")
		or diag(JSON::PP->new->encode($report->{listed}));
}
is(exchanged('peers-less', sub { s/"rank":(\d+)/'"rank":' . ($1 + 2)/e if $_[1] == $other }), 'rank', 'but a rank that cannot be is found');
is(exchanged('clusters-less', sub { s/"peer_rank":(\d+)/'"peer_rank":0'/e if $_[1] == $other }), 'peer_rank', 'and one among peers');

# --- what rests on what is not shown
my %policies = (
	closed => [ '{"scheme": false, "norms": false}', { 'the scheme is not published' => 21 }, 0 ],
	normless => [ '{"norms": false}', { 'it is standardised by norms that are not published' => 21 }, 0 ],
	halfway => [ '{"columns": ["code", "score", "grade", "quality", "cost", "waiting", "setting", "frauds"]}', { 'the steps after the scorecard are not shown from step 2 on' => 21 }, 0 ],
	gradeless => [ '{"columns": ["code", "score", "quality", "cost", "waiting", "setting", "frauds", "last_grade"]}', { 'the steps after the scorecard are not shown from step 3 on' => 21 }, 0 ],
);
for (sort keys %policies)
{
	my ($keys, $reasons, $recomputed) = @{ $policies{$_} };

	publish_bundle($node, $_, $keys);
	$ENV{PGDATABASE} = $_;
	credence([ 'export', 2, '-o', "$directory/$_", '--quiet', '--formats', 'json' ]);
	($status, $report) = verified("$directory/$_", '--verbose');
	is_deeply([ $status, $report->{differences}, $report->{recomputed}{scores}, $report->{not_recomputable}{scores} ], [ 0, 0, $recomputed, 21 - $recomputed ], "$_: nothing differs, and not all can be recomputed");
	my $named = $report->{not_recomputable}{reasons};
	is_deeply({ map { $_ => $named->{$_}{entries} } keys %$named }, $reasons, "$_: and why");
	is(scalar @{ (values %$named)[0]{listed} }, 21, "$_: and whose");
}

$node->stop;
done_testing();
