# credence export: every file of a bundle is what the public views say and what its format asks for, hostile names are
# harmless, a login of the public suffices, and nothing that is there is lost.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Bundle;
use Client;

my $directory = PostgreSQL::Test::Utils::tempdir;
my ($status, $out, $err);
my $node = PostgreSQL::Test::Cluster->new('bundle_export');
$node->init;
$node->start;
publish_bundle($node, 'city');
connect_to($node, 'city', 'bundle_reader');

my $whole = "$directory/whole";
($status, $out, $err) = credence([ 'export', 2, '-o', $whole, '--quiet' ]);
is("$status $err", '0 ', 'exported by a login of the public');
my $hash = $node->safe_psql('city', 'SELECT hash FROM credence_disclosure.bulletin_chain WHERE bulletin = 2');
like($out, qr/\Abulletin 2 is in \Q$whole\E: \d+ files, \d+ bytes\nSHA-256 $hash\n\z/, 'and it says what is where');
my @files = map { s/^\Q$whole\E\///r } sort split /\n/, `find '$whole' -type f`;
is(join(' ', grep { $_ !~ m{^site/(?!data\.js$)} && $_ ne 'index.html' } @files),
	'README.txt adjustments.csv bulletin.xlsx cells.csv chain.csv csvw-metadata.json data.json datapackage.json dcat.jsonld entries.csv heading.json items.csv manifest.sha256 norms.csv scheme.json site/data.js values.csv',
	'all files are there, and no other');
ok(!-e "$whole.partial", 'nothing is left beside it');
is(system("cd '$whole' && sha256sum --quiet --strict -c manifest.sha256"), 0, 'sha256sum agrees');

# the same with other eyes
my $comments = $node->safe_psql('city', q(SELECT jsonb_object_agg(relname, c) FROM (
	SELECT relname, jsonb_object_agg(coalesce(attname, ''), description) AS c FROM pg_class
	JOIN pg_description d ON objoid = pg_class.oid AND classoid = 'pg_class'::regclass
	LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum = objsubid AND objsubid > 0
	WHERE relnamespace = 'credence_disclosure'::regnamespace AND relkind = 'v' GROUP BY 1) x));
write_file("$directory/comments.json", $comments);
is(`python3 test/client/check_bundle.py '$whole' '$directory/comments.json' 2>&1`, '', 'CSV, data package, CSVW, DCAT, JSON, workbook and data of the site are right');

# the views, row by row, as the server writes them
my %order = (entries => 'entry', values => 'entry, input COLLATE "C"', cells => 'cell', adjustments => 'entry, adjustment');
for (sort keys %order)
{
	my $header = (csv_of("$whole/$_.csv"))->[0];
	my $rows = $node->safe_psql('city', "SELECT json_agg(row_to_json(v) ORDER BY n) FROM (SELECT row_number() OVER (ORDER BY $order{$_}) AS n, t.* FROM credence_disclosure.bulletin_$_ t WHERE bulletin = 2) v");
	my $expected = json_of($rows) // [];
	my $records = csv_of("$whole/$_.csv");
	is(scalar(@$records) - 1, scalar(@$expected), "$_.csv: as many rows as the view has");
	my @different;
	for my $n (0 .. $#$expected)
	{
		for my $k (0 .. $#$header)
		{
			my $found = $records->[$n + 1][$k];
			my $should = $expected->[$n]{ $header->[$k] };
			utf8::decode($found) if defined $found;
			$found =~ s/\A'// if defined $found;
			$different[@different] = "$n $header->[$k]" unless defined $found ? defined $should && ($found eq $should || $found =~ /^-?[0-9.]+$/ && $found == $should) : !defined $should;
		}
	}
	is("@different", '', "$_.csv: and the same");
}
is(read_file("$whole/heading.json"), $node->safe_psql('city', 'SELECT heading FROM credence_disclosure.bulletin_chain WHERE bulletin = 2') =~ s/\z//r, 'the heading, byte for byte');
is(read_file("$whole/scheme.json"), $node->safe_psql('city', 'SELECT document FROM credence_disclosure.bulletin_schemes WHERE bulletin = 2'), 'the scheme, byte for byte');
is(csv_of("$whole/chain.csv")->[1][3], $node->safe_psql('city', 'SELECT hash FROM credence_disclosure.bulletin_chain WHERE bulletin = 1'), 'the chain from its beginning');
is((grep { $_->[3] eq 'B02' } @{ csv_of("$whole/entries.csv") }) + 0, 0, 'columns are where they should be');
is((grep { $_->[2] eq 'B02' && $_->[3] eq q('=cmd|' /C calc'!A0) } @{ csv_of("$whole/entries.csv") }) + 0, 1, 'a formula has its apostrophe in CSV');

# twice the same, byte for byte
($status, $out, $err) = credence([ 'export', 'latest', "--output=$directory/again", '--quiet', '--json' ]);
my $said = json_of($out);
is_deeply([ @$said{qw(bulletin hash files kept)} ], [ 2, $hash, scalar(@files), 0 ], 'as JSON');
is(`diff -r '$whole' '$directory/again'`, '', 'two exports are the same');

# a name that is no UTF-8
($status, $out, $err) = credence([ 'export', 2, '-o', "$directory/caf\xe9", '--quiet', '--json', '--formats', 'none' ]);
is("$status $err " . (json_of($out) // {})->{directory}, "0  $directory/caf?", 'JSON names a directory that is no UTF-8');

# sheets that are full
{
	local $ENV{CREDENCE_SHEET_ROWS} = 8;
	credence([ 'export', 2, '-o', "$directory/sheets", '--quiet' ]);
}
is(`python3 test/client/check_bundle.py '$directory/sheets' '$directory/comments.json' 2>&1`, '', 'rows go on in further sheets');
like(`python3 -c 'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read("xl/workbook.xml"))' '$directory/sheets/bulletin.xlsx'`, qr/name="entries 3"/, 'with numbers');

# tables of every kind: a tree of rows with subtotals and percentages, a sum, no columns
publish_bundle($node, 'tables', '{"deemed_served": {"days": 15}, "zeros": "suppressed", "tables": [{"name": "regions", "title": {"en": "By region", "zh": "按地区"}, "rows": "region", "hierarchy": true, "percent": "row"},
	{"name": "levels", "rows": "level", "columns": null, "measure": {"sum": "waiting"}}], "contributors": 2, "list": {"order": "code", "grades": ["A"]}}');
($status, $out, $err) = credence([ 'export', 2, '-o', "$directory/tables", '--quiet', '-d', 'tables' ]);
is("$status $err", '0 ', 'a bulletin with several tables');
is(`python3 test/client/check_bundle.py '$directory/tables' '$directory/comments.json' 2>&1`, '', 'is right');
is((verified("$directory/tables"))[0], 0, 'and verified');
is(json_of(read_file("$directory/tables/data.json"))->{bulletin}{deemed_served_on}, '2026-03-16', 'data.json has the day on which those named count as served');
like(read_file("$directory/tables/site/data.js"), qr/"deemed_served_on": "2026-03-16"/, 'and so has the site');
my %reasons = map { ($_->[19] // 'shown') => 1 } @{ csv_of("$directory/tables/cells.csv") };
ok($reasons{shown} && grep({ /^(percent: )?confidential$/ } keys %reasons), 'with figures that are shown and such that are not') or diag(join ' ', %reasons);
like(read_file("$directory/tables/site/data.js"), qr/"tables": \[\{"name": "regions", "en": "By region", "zh": "[^"]+", "measure": "count"\}\]/, 'the site knows their titles');

# some of the formats
for (['none', 14], ['json', 15], ['json,xlsx', 16])
{
	my ($formats, $count) = @$_;

	($status, $out, $err) = credence([ 'export', 2, '-o', "$directory/some-$count", '--quiet', '--formats', $formats ]);
	is("$status " . scalar(split /\n/, `find '$directory/some-$count' -type f`), "0 $count", "--formats $formats");
	is((verified("$directory/some-$count"))[0], 0, 'and verified');
	my @listed = read_file("$directory/some-$count/README.txt") =~ /^([\w.]+\.(?:html|xlsx|json|csv|sha256)) +\S/mg;
	is((grep { !-e "$directory/some-$count/$_" } @listed) . ' of ' . @listed, '0 of ' . ($count - 4), 'its README names no file that is not there');
}

# what is there is not lost
my %refused = (
	'a bundle without --replace' => [ [ 2, '-o', $whole ], 4, qr/is there already, and is a bundle\nhint: --replace/ ],
	'a directory that is no bundle' => [ [ 2, '-o', $directory, '--replace' ], 4, qr/is no bundle: it is left alone/ ],
	'a file' => [ [ 2, '-o', "$directory/comments.json", '--replace' ], 4, qr/is no directory/ ],
	'no directory above' => [ [ 2, '-o', "$directory/no/where" ], 4, qr/could not make the directory .*\nhint: The directory above/ ],
	'here' => [ [ 2, '-o', '.' ], 2, qr/"\." is no name that a bundle could have\nhint: --output names the directory/ ],
	'above' => [ [ 2, '-o', "$directory/.." ], 2, qr/is no name that a bundle could have/ ],
	'no such bulletin' => [ [ 7, '-o', "$directory/x" ], 1, qr/there is no bulletin 7\nhint: 2 are shown in database "city", from number 1 to number 2/ ],
	'no number' => [ [ 'two', '-o', "$directory/x" ], 2, qr/"two" is no number of a bulletin/ ],
	'a number too large' => [ [ '99999999999999999999', '-o', "$directory/x" ], 2, qr/is no number/ ],
	'no output' => [ [ 2 ], 2, qr/needs --output/ ],
	'no bulletin' => [ [ '-o', "$directory/x" ], 2, qr/which bulletin\?/ ],
	'two bulletins' => [ [ 1, 2, '-o', "$directory/x" ], 2, qr/one bulletin at a time/ ],
	'an unknown format' => [ [ 2, '-o', "$directory/x", '--formats', 'json,pdf' ], 2, qr/no format "pdf"/ ],
	'another database' => [ [ 2, '-o', "$directory/x", '-d', 'postgres' ], 5, qr/"credence_disclosure" is not installed in database "postgres"/ ],
);
for (sort keys %refused)
{
	my ($arguments, $expected, $message) = @{ $refused{$_} };

	($status, $out, $err) = credence([ 'export', @$arguments ]);
	is($status, $expected, "$_: refused");
	like($err, $message, "$_: and why");
}
mkdir "$directory/x.partial";
write_file("$directory/x.partial/thesis.txt", 'mine');
($status, $out, $err) = credence([ 'export', 2, '-o', "$directory/x" ]);
is($status, 4, 'a directory of that name which no export left behind is left alone');
is(read_file("$directory/x.partial/thesis.txt"), 'mine', 'indeed');
mkdir "$directory/empty";
($status, $out, $err) = credence([ 'export', 2, '-o', "$directory/empty/", '--quiet' ]);
is("$status $err", '0 ', 'an empty directory is taken');

# one in the place of another
write_file("$whole/README.txt", 'changed');
($status, $out, $err) = credence([ 'export', 1, '-o', $whole, '--replace', '--quiet' ]);
is("$status $err", '0 ', 'a bundle is replaced');
is((verified($whole))[1]{bulletin}, 1, 'by the other bulletin');
ok(!-e "$whole.partial" && !-e "$whole.replaced", 'and the old one is gone');
write_file("$whole/thesis.txt", 'mine');
($status, $out, $err) = credence([ 'export', 2, '-o', $whole, '--replace', '--quiet' ]);
like($err, qr/what was put aside of the old bundle is in \Q$whole\E\.partial.*\nhint: It has files that no export wrote/, 'files that are not of the bundle are not removed');
is(read_file("$whole.partial/thesis.txt"), 'mine', 'and are there');

# what is shown no more
$node->safe_psql('city', q(SET search_path = credence_disclosure, credence_registry; SELECT withdraw(1, 'wrong')));
($status, $out, $err) = credence([ 'export', 1, '-o', "$directory/withdrawn" ]);
is($status, 1, 'a withdrawn bulletin is not exported');
is($err, "credence: bulletin 1 is withdrawn: nothing of it is shown any more\n", 'and why');
$node->safe_psql('city', q(SET search_path = credence_disclosure, credence_registry; SELECT withdraw_subject('institution', 'B03', 'threats')));
($status, $out, $err) = credence([ 'export', 2, '-o', "$directory/without", '--quiet' ]);
is("$status $err", '0 ', 'an entry that was withdrawn');
my ($verified, $report) = verified("$directory/without");
is_deeply([ $verified, @$report{qw(items hidden_items)} ], [ 0, 25, 1 ], 'has left the bundle, and its hash has not');
unlike(join('', map { read_file("$directory/without/$_") } qw(items.csv entries.csv data.json site/data.js)), qr/quoted/, 'nothing of it is in any file');

# what another has taken the place of
my $draft = $node->safe_psql('city', q(SET SESSION AUTHORIZATION bundle_one; SET search_path = credence_disclosure, credence_registry;
	SELECT draw_up('bun', (SELECT max(run_id) FROM run WHERE scheme_code = 'bun'), corrects => 2)));
$node->safe_psql('city', "SET SESSION AUTHORIZATION bundle_two; SET search_path = credence_disclosure; SELECT review($draft), publish($draft, '2026-04-01')");
($status, $out, $err) = credence([ 'export', 2, '-o', "$directory/corrected" ]);
is("$status $err", "1 credence: bulletin 2 is corrected: nothing of it is shown any more\nhint: Bulletin 3 has taken its place.\n", 'a bulletin that was corrected is not exported, and the other is named');

$node->stop;
done_testing();
