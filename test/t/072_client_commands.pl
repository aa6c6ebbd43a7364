# credence evaluate, scheme and status: what they do, print and refuse, as who; and the user's document, every example of which
# is carried out.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Client;

my $directory = PostgreSQL::Test::Utils::tempdir;
my $source = $ENV{PWD};
my ($status, $out, $err);

my $node = PostgreSQL::Test::Cluster->new('client_commands');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE credit');
$node->safe_psql('credit', q(CREATE EXTENSION credence_registry CASCADE;
	CREATE ROLE boss LOGIN IN ROLE credence_admin; CREATE ROLE publisher LOGIN IN ROLE credence_publisher;
	CREATE ROLE reader LOGIN IN ROLE credence_reader; CREATE ROLE clerk LOGIN IN ROLE credence_officer; CREATE ROLE nobody LOGIN;
	\i test/fixtures/disclosure.sql
));
connect_to($node, 'credit', 'boss');

# Returns what a query finds.
sub found
{
	my ($sql) = @_;

	return $node->safe_psql('credit', "SET search_path = credence_registry, credence; $sql");
}

# --- schemes

my $document = "$directory/dsc.json";
($status, $out, $err) = credence([ qw(scheme export dsc) ]);
is($status . $err, '0', 'exporting a scheme');
is(json_of($out)->{code}, 'dsc', '... as JSON');
my $exported = $out;
($status, $out, $err) = credence([ qw(scheme export dsc 1 -o), $document ]);
is("$status$out$err", '0', 'exporting a version into a file');
is(read_file($document), $exported, '... which holds the same');
is(found(qq(SELECT document = pg_read_file('$document')::jsonb FROM scheme)), 't', '... nothing is lost');
($status, $out, $err) = credence([ qw(scheme export dsc 2) ]);
is("$status$out", '5', 'a version that is not there');
like($err, qr/there is no version 2 of scheme "dsc"/, '... is named');
($status, $out, $err) = credence([ qw(scheme export cds) ]);
is("$status$out$err", qq(5credence: there is no scheme "cds"\n), 'a scheme that is not there');
($status, $out, $err) = credence([ qw(scheme export dsc -o), "$directory/nowhere/x.json" ]);
like("$status $err", qr/^4 credence: could not write .*No such file/, 'a file that cannot be written');
($status, $out, $err) = credence([ qw(scheme export dsc -o /dev/full) ]);
like("$status $err", qr/^4 credence: could not write "\/dev\/full": No space left/, 'a full disk');

($status, $out, $err) = credence([ 'scheme', 'check', $document ]);
is("$status$out$err", "0$document: fine\n", 'checking a document');
($status, $out, $err) = credence([ qw(scheme check - --json) ], in => "\xef\xbb\xbf$exported");
is_deeply([ $status, json_of($out) ], [ 0, { file => '-', fine => JSON::PP::true, errors => [] } ], 'checking standard input, with a byte order mark');
my $broken = $exported =~ s/"kinds"/"kins"/r =~ s/"name": "points"/"name": "pints"/r =~ s/A >= 90, B >= 75/A >= 90, B >= 95/r;
($status, $out, $err) = credence([ qw(scheme check -) ], in => $broken);
is($status, 1, 'errors of a document');
like($out, qr/^-: subjects: needs the key "kinds"$/m, '... each with its path');
like($out, qr/^-: scorecard\.grades: /m, '... all at once');
is($err, 'credence: ' . ($out =~ tr/\n//) . " errors in \"-\"\n", '... and counted');
my $lines = ($out =~ tr/\n//);
($status, $out, $err) = credence([ qw(scheme check - --json) ], in => $broken);
is(scalar @{ json_of($out)->{errors} }, $lines, '... in JSON too');
is_deeply([ grep { !defined $_->{path} || !defined $_->{problem} } @{ json_of($out)->{errors} } ], [], '... with path and problem');
($status, $out, $err) = credence([ qw(scheme import -) ], in => $broken);
is(($out =~ tr/\n//) . " $status", "$lines 1", 'importing it says the same');
($status, $out, $err) = credence([ qw(scheme check -) ], in => qq({"code": "x",\n "code": ]));
is("$status$out", qq(1-: line 2: is not JSON: Expected JSON value, but found "]".\n), 'what is not JSON is named by its line');
($status, $out, $err) = credence([ qw(scheme check -) ], in => $exported =~ s/"code"/"version": "1", "code"/r);
like("$status $out", qr/^1 -: .*"version"/, 'keys that stand twice');
for my $case ([ "{\"a\": \"\xff\"}", 'is not valid UTF-8' ], [ "{\"a\": \"\0\"}", 'is not valid UTF-8' ], [ ' ' x 17_000_000, 'is larger than 16 MB' ])
{
	($status, $out, $err) = credence([ qw(scheme check), write_file("$directory/bad.json", $case->[0]) ]);
	like("$status $err", qr/^4 credence: .*bad\.json: $case->[1]/, "a document that $case->[1]");
}
($status, $out, $err) = credence([ qw(scheme check), $directory ]);
like("$status $err", qr/^4 credence: \Q$directory\E: Is a directory/, 'a directory');
($status, $out, $err) = credence([ qw(scheme check -) ], in => '');
like("$status $out", qr/^1 -: .*is not JSON/, 'an empty document');

my $second = $exported =~ s/"version": "1"/"version": "2"/r =~ s/A >= 90/A >= 91/r;
($status, $out, $err) = credence([ qw(scheme import -) ], in => $second);
is("$status$out$err", "0scheme dsc, version 2: draft\n", 'importing a draft');
($status, $out, $err) = credence([ qw(scheme export dsc) ]);
is(json_of($out)->{version}, '1', 'what is in force is exported before a draft');
($status, $out, $err) = credence([ qw(scheme import - --json --activate) ], in => $second =~ s/"code": "dsc"/"code": "other"/r);
is($status . $err, '0', 'importing and activating');
is_deeply([ @{ json_of($out) }{qw(code version state)} ], [ 'other', '2', 'active' ], '... with JSON') or diag($out);
($status, $out, $err) = credence([ qw(scheme import - --activate) ], in => $second =~ s/A >= 91/A >= 92/r);
like("$status $err", qr/^5 credence: /, 'what cannot be activated');
is(found(q(SELECT document #>> '{scorecard,grades}' FROM scheme WHERE code = 'dsc' AND version = '2')), 'A >= 91, B >= 75, C >= 0', '... is not imported either');
($status, $out, $err) = credence([ qw(scheme import -) ], in => $exported =~ s/A >= 90/A >= 92/r);
like("$status $err", qr/^5 credence: version 1 of scheme "dsc" is active and cannot be changed\nhint: Give the changed document another "version"/, 'a version that was active');

# --- evaluating

($status, $out, $err) = credence([ qw(evaluate dsc 2025) ]);
is($status, 0, 'evaluating');
my ($run) = $out =~ /^run (\d+): scheme dsc, version 1, for 2025 as of \d{4}-\d\d-\d\d .*\n14 subjects, 0 excluded, 14 rated\n\ngrade  subjects\nA +8\nB +4\nC +2\n\z/;
ok($run, '... and what came of it') or diag($out);
is($err, "evaluating: done in 0 s\n", '... a plain line for progress') if $err !~ /in [1-9]\d* s/;
is(found("SELECT state, kind, started_by FROM run WHERE run_id = $run"), 'scored|full|boss', 'the run is there');
($status, $out, $err) = credence([ qw(evaluate dsc 2025 --dry-run --json -q --scheme-version 2) ]);
is($status . $err, '0', 'a dry run of a draft');
my $dry = json_of($out);
is_deeply([ @{$dry}{qw(scheme version period kind subjects excluded rated)} ], [ 'dsc', '2', '2025', 'dry', 14, 0, 14 ], '... in JSON');
is_deeply($dry->{grades}[0], { grade => 'A', subjects => 2 }, '... with its grades') or diag($out);
($status, $out, $err) = credence([ qw(evaluate dsc 2024 -q --as-of), found(qq(SELECT as_of FROM run WHERE run_id = $run)) ]);
like("$status $out", qr/^0 run \d+: .* for 2024 as of /, 'as of a time');
found(q(SELECT record_observation(subject_id('institution', 'D07'), 'dsc_score', '2025-01-01', '2025-12-31', 99, source => 'statistics')));
($status, $out, $err) = credence([ qw(evaluate dsc 2025 --refresh -q) ]);
like("$status $out", qr/^0 run $run: .*\n1 subjects looked at again\n/, 'refreshing');
($status, $out, $err) = credence([ qw(evaluate dsc 2025 --refresh --json -q) ]);
is(json_of($out)->{refreshed}, 0, '... and nothing is left to look at');
my %refused = (
	'nothing 2025' => 'scheme "nothing" does not exist', 'dsc 2025H1' => 'is evaluated by the year', 'dsc sometime' => 'period', 'dsc 2999' => 'has not begun',
	'dsc 2025 --as-of 2999-01-01' => 'lies in the future', 'dsc 2025 --as-of never' => 'never', 'dsc 2025 --scheme-version 2' => 'is a draft', 'dsc 2025 --scheme-version 3' => 'has no version "3"',
	'dsc 2023 --refresh' => 'has not been evaluated');
for my $arguments (sort keys %refused)
{
	($status, $out, $err) = credence([ 'evaluate', '-q', split / /, $arguments ]);
	is("$status$out", '5', "evaluate $arguments is refused");
	like($err, qr/\Acredence: .*$refused{$arguments}/, '... and why');
}
is(found(q(SELECT count(*) FROM run WHERE state = 'gathering')), '0', 'no run is left over');
for my $login (qw(reader clerk publisher nobody))
{
	local $Client::login = $login;
	($status, $out, $err) = credence([ qw(evaluate dsc 2025 -q) ]);
	like("$status $err", qr/^5 credence: permission denied/, "evaluating is not for $login");
	($status, $out, $err) = credence([ qw(scheme import -) ], in => $exported);
	like("$status $err", qr/^5 credence: permission denied/, 'nor is importing');
}

# --- status, first with the registry alone

found(q(SELECT prerate(run_id) FROM run WHERE scheme_code = 'dsc' AND period = '2024' AND state = 'scored'));
($status, $out, $err) = credence([ qw(status --since 2025-06-01) ]);
is($status . $err, '0', 'status with the registry alone');
like($out, qr/^Being evaluated: nothing$/m, '... nothing runs');
like($out, qr/^ *\d+ +dsc +1 +2025 +full +final/m, '... the runs that stand');
like($out, qr/^late +Recorded late +dsc_fund +14 +14 +\d+$/m, '... what came late');
unlike($out, qr/bulletin/i, '... no bulletins');
($status, $out, $err) = credence([ qw(status --since 2999-01-01 --json) ]);
is_deeply(json_of($out)->{problems}, [], 'no problems of data of periods to come');
is(join(' ', sort keys %{ json_of($out) }), 'database day due login problems running runs since', 'the parts of the document');
($status, $out, $err) = credence([ qw(status --since x) ]);
like("$status $err", qr/^5 credence: invalid input syntax for type date: "x"/, 'a date that is none');
found(q(SELECT record_commitment(subject_id('institution', 'D01'), 'good_faith', today() - 10, today() + 5), record_commitment(subject_id('institution', 'D02'), 'good_faith', today() - 10, today() + 50)));
my $due = 'SELECT count(*) FROM due_today WHERE days_left <= ';
for my $days (4, 5, 14, 49, 50)
{
	($status, $out, $err) = credence([ 'status', '--json', "--days=$days" ]);
	is(scalar @{ json_of($out)->{due} }, found("$due $days"), "due within $days days");
}
($status, $out, $err) = credence([ 'status', '-n', 5 ]);
like($out, qr/^\d{4}-\d\d-\d\d +5 +commitment_ends +Commitment ends +D01 +good_faith$/m, '... as text');

# a run that is cut off, and one that a session works on
found(q(INSERT INTO run (scheme_id, scheme_code, period, period_start, period_end, as_of, engine)
	SELECT scheme_id, code, '2023', '2023-01-01', '2023-12-31', now(), '1.0' FROM scheme WHERE code = 'dsc' AND version = '1'));
($status, $out, $err) = credence([ qw(status --json) ]);
is_deeply([ map { @{$_}{qw(scheme period phase alive)} } @{ json_of($out)->{running} } ], [ 'dsc', '2023', 'gathering', JSON::PP::false ], 'a run that nobody works on');
my $session = $node->background_psql('credit');
$session->query_safe(q(SELECT pg_advisory_lock(credence_registry.evaluation_key('dsc', '2023-01-01', '2023-12-31'))));
($status, $out, $err) = credence([ qw(status --json) ]);
ok(json_of($out)->{running}[0]{alive}, '... and one that a session works on');
($status, $out, $err) = credence([ qw(evaluate dsc 2023 -q) ]);
like("$status $err", qr/^5 credence: scheme "dsc" is being evaluated for 2023 by another session\nhint: /, '... and which is not evaluated twice');
$session->quit;
for my $login (qw(reader clerk publisher))
{
	local $Client::login = $login;
	($status, $out, $err) = credence([ qw(status --json) ]);
	is($status . $err, '0', "status for $login");
	is(json_of($out)->{login}, $login, '... as who they are');
}
{
	local $Client::login = 'nobody';
	($status, $out, $err) = credence([ qw(status) ]);
	like("$status $err", qr/^5 credence: permission denied/, 'but not for those without a role');
}

# --- status, with bulletins

$node->safe_psql('credit', q(CREATE EXTENSION credence_disclosure; SET search_path = credence_disclosure, credence_registry;
	SELECT policy_import('{"code": "p", "version": "1", "template": "P2", "period": "year", "schemes": ["dsc"], "audience": "public", "columns": ["code", "grade"],
		"list": {"grades": ["A"]}, "window": {"most_months": 1200}, "notice": {"days": 7}}');
	SELECT run_id AS run FROM run WHERE scheme_code = 'dsc' AND period = '2025' AND state = 'final' \gset
	SET SESSION AUTHORIZATION publisher;
	SELECT draw_up('p', :run), draw_up('p', :run);
	RESET SESSION AUTHORIZATION;
	SELECT review(1), announce(1, today() - 2), object_to(1, 'no')));
for my $login (qw(boss publisher))
{
	local $Client::login = $login;
	($status, $out, $err) = credence([ qw(status --json) ]);
	is_deeply([ map { [ @{$_}{qw(bulletin_id policy state days_left open_objections)} ] } @{ json_of($out)->{bulletins} } ],
		[ [ 1, 'p', 'notice', 5, 1 ], [ 2, 'p', 'drafted', undef, 0 ] ], "bulletins under way, for $login");
	is_deeply(json_of($out)->{published}, [], '... none is published');
}
{
	local $Client::login = 'reader';
	($status, $out, $err) = credence([ qw(status --json) ]);
	is($status . $err, '0', 'status for a reader');
	ok(!exists json_of($out)->{bulletins} && exists json_of($out)->{published}, '... who does not see bulletins under way');
}
$node->safe_psql('credit', q(SET search_path = credence_disclosure, credence_registry;
	SELECT answer_objection(1, false, 'yes');
	SELECT discard(2, 'twice');
	SELECT policy_import('{"code": "q", "version": "1", "template": "P2", "period": "year", "schemes": ["dsc"], "audience": "public", "columns": ["code", "grade"], "list": {"grades": ["A"]}, "window": {"most_months": 1200}}');
	SELECT run_id AS run FROM run WHERE scheme_code = 'dsc' AND period = '2025' AND state = 'final' \gset
	SET SESSION AUTHORIZATION publisher;
	SELECT draw_up('q', :run) AS drawn \gset
	RESET SESSION AUTHORIZATION;
	SELECT review(:drawn), publish(:drawn, today())));
($status, $out, $err) = credence([ qw(status --json) ]);
is_deeply([ map { [ @{$_}{qw(number policy period state)} ] } @{ json_of($out)->{published} } ], [ [ 1, 'q', '2025', 'published' ] ], 'what is published');

# --- what a terminal gets

SKIP:
{
	skip 'there is no script(1)', 2 if system('command -v script > /dev/null') != 0;
	my $hold = $node->background_psql('credit');
	$hold->query_safe('BEGIN; LOCK TABLE credence_registry.subject_version IN ACCESS EXCLUSIVE MODE');
	my $printed = '';
	my $terminal = IPC::Run::start([ 'script', '-qec', "stty columns 100; '$Client::program' evaluate dsc 2025 --dry-run", '/dev/null' ], '<', '/dev/null', '>', \$printed);
	IPC::Run::pump($terminal) until $printed =~ /\r\e\[K\w+: \d+ s/ || !$terminal->pumpable;
	like($printed, qr/\r\e\[Kgathering: \d+ s/, 'progress on a terminal, by what the second connection sees') or diag($printed);
	$hold->query_safe('ROLLBACK');
	$hold->quit;
	$terminal->finish;
	like($printed, qr/\r\e\[Krun \d+: scheme dsc/, '... which goes away in the end');
}

# --- the user's document

# Its parts in order: ["sql", text], ["file", name, text], ["run", command, status, expected output or undef].
sub parts_of
{
	my ($path) = @_;
	my @parts;
	my $text = slurp_file($path);

	while ($text =~ /^(?:<!-- setup\n(.*?)^-->|```csv (\S+)\n(.*?)^```|```json (\S+)\n(.*?)^```|```sh\n(.*?)^```(?:\n\n```text\n(.*?)^```)?)/msg)
	{
		if (defined $1) { push @parts, [ 'sql', $1 ]; }
		elsif (defined $2) { push @parts, [ 'file', $2, $3 ]; }
		elsif (defined $4) { push @parts, [ 'file', $4, $5 ]; }
		else
		{
			my ($commands, $expected) = ($6, $7);
			my @commands = map { /^(credence .*?)(?:\s+# exit status (\d+))?$/ ? [ 'run', $1, $2 // 0 ] : () } split /\n/, $commands;

			$commands[-1][3] = $expected if @commands;
			push @parts, @commands;
		}
	}
	return @parts;
}

$node->safe_psql('postgres', 'CREATE DATABASE document');
connect_to($node, 'document', 'postgres');
mkdir "$directory/document";
chdir "$directory/document";
my $examples = 0;
for my $part (parts_of("$source/doc/client.md"))
{
	my ($what, @rest) = @$part;

	if ($what eq 'sql') { $node->safe_psql('document', $rest[0]); }
	elsif ($what eq 'file') { write_file(@rest); }
	else
	{
		my ($command, $expected_status, $expected) = @rest;
		my $printed = `PATH="$source/build/client:\$PATH" bash -c '$command' 2>&1`;

		$examples++;
		is($? >> 8, $expected_status, "doc/client.md: $command") or diag($printed);
		next unless defined $expected;
		# times and numbers that differ each time stand there as dots
		my $pattern = join '.*?', map { quotemeta } split /\.\.\./, $expected =~ s/[ \t]+$//mgr;
		like($printed =~ s/[ \t]+$//mgr, qr/\A$pattern\z/s, '... prints what it should');
	}
}
chdir $source;
cmp_ok($examples, '>=', 15, 'the document has examples');

$node->stop;
done_testing();
