# An export that is cut off: killed, interrupted, without its server, on a full disk, with another one in its way. Each time there is a
# clear message, nothing half-written is taken for whole, and the same command goes on from there.

use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes 'usleep';
use Bundle;
use Client;

my $directory = PostgreSQL::Test::Utils::tempdir;
my ($status, $out, $err);
my $node = PostgreSQL::Test::Cluster->new('bundle_faults');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE large');
$node->safe_psql('large', "SET client_min_messages = warning; CREATE EXTENSION credence_disclosure CASCADE;\n\\set rows 4000\n\\i test/fixtures/bundle_large.sql\nCREATE ROLE bundle_reader LOGIN IN ROLE credence_public");
connect_to($node, 'large', 'bundle_reader');
my $fresh = "$directory/fresh";
($status, $out, $err) = credence([ 'export', 1, '-o', $fresh, '--quiet' ]);
is("$status $err", '0 ', 'an export that nothing happens to');

# Starts an export and waits until so many files are whole; returns its handle, the program stopped.
sub stopped_export
{
	my ($path, $files, $errors) = @_;
	my ($in, $text) = ('', '');
	my $handle = start_credence([ 'export', 1, '-o', $path, '--quiet' ], \$in, \$text, $errors);
	my $journal = "$path.partial/.export";

	for (1 .. 6000)
	{
		last if (() = (read_file($journal) // '') =~ /\n/g) > $files;
		usleep(2000);
	}
	$handle->signal('STOP');
	return $handle;
}

# Ends it with a signal; returns its status, that of the signal by the thousand.
sub ended
{
	my ($handle, $signal) = @_;

	$handle->signal($signal);
	$handle->signal('CONT');
	eval { $handle->finish };
	return $? & 127 ? 1000 + ($? & 127) : $? >> 8;
}

# --- killed
my $errors = '';
my $cut = "$directory/cut";
my $handle = stopped_export($cut, 2, \$errors);
is(ended($handle, 'KILL'), 1009, 'killed under way');
ok(!-e $cut, 'there is no bundle');
ok(-d "$cut.partial", 'but what was written');
($status, $out, $err) = credence([ 'verify', "$cut.partial" ]);
is($status, 4, 'it is not taken for a bundle');
like($err, qr/is no bundle, or not a whole one: its manifest\.sha256 cannot be opened.*\nhint: An export that was cut off leaves NAME\.partial behind; run it again\./, 'and what to do');
my ($first_line, @noted) = split /\n/, read_file("$cut.partial/.export");
is((grep { !/^[0-9a-f]{64}  [a-z.]+$/ } @noted) + 0, 0, 'the files that are whole are noted');
# one of them is damaged meanwhile, and of another only a part was written
my ($damaged) = $noted[0] =~ /  (.*)/;
write_file("$cut.partial/$damaged", 'damaged');
($status, $out, $err) = credence([ 'export', 1, '-o', $cut ]);
is($status, 0, 'the same command goes on');
like($err, qr/^credence: notice: going on with an export that was cut off: @{[ @noted - 1 ]} of its files are whole$/m, 'with the files that are whole');
is(`diff -r '$fresh' '$cut'`, '', 'and makes the same bundle');
ok(!-e "$cut.partial", 'nothing else is left');

# one that was damaged is written again, and then it is cut off once more: it is noted twice, and one file all the same
$cut = "$directory/twice";
ended(stopped_export($cut, 2, \$errors), 'KILL');
write_file("$cut.partial/$damaged", 'damaged');
ended(stopped_export($cut, 5, \$errors), 'KILL');
is((() = read_file("$cut.partial/.export") =~ /  \Q$damaged\E$/mg), 2, 'cut off twice, with a file damaged in between');
($status, $out, $err) = credence([ 'export', 1, '-o', $cut, '--quiet' ]);
is("$status $err", '0 ', 'the same command goes on');
is(`diff -r '$fresh' '$cut'`, '', 'and makes the same bundle');

# what was only begun is no part of a bundle that goes on without it
$cut = "$directory/fewer";
($status, $out, $err) = credence([ 'export', 1, '-o', "$directory/few", '--quiet', '--formats', 'none' ]);
ended(stopped_export($cut, 2, \$errors), 'KILL');
mkdir "$cut.partial/site";
write_file("$cut.partial/$_", 'half') for qw(bulletin.xlsx data.json site/data.js .history_bulletins .history_entries);
($status, $out, $err) = credence([ 'export', 1, '-o', $cut, '--quiet', '--formats', 'none' ]);
is("$status $err", '0 ', 'gone on with in fewer formats');
is((verified($cut))[0], 0, 'it is whole, and nothing else is in it');
is(`diff -r '$directory/few' '$cut'`, '', 'and as if nothing had happened');

# --- interrupted, and gone on with other eyes: of another state nothing is kept
$cut = "$directory/interrupted";
$handle = stopped_export($cut, 4, \$errors);
is(ended($handle, 'INT'), 130, 'interrupted');
like($errors, qr/^credence: interrupted$/m, 'it says so');
ok(!-e $cut, 'there is no bundle');
$node->safe_psql('large', q(INSERT INTO credence_disclosure.item_withdrawal (bulletin_id, item, reason) VALUES (1, 17, 'threats')));
($status, $out, $err) = credence([ 'export', 1, '-o', $cut ]);
is($status, 0, 'after an entry was withdrawn');
unlike($err, qr/going on/, 'it begins anew');
is_deeply([ (verified($cut))[1]->@{qw(verified items hidden_items)} ], [ JSON::PP::true, 4000, 1 ], 'and has not what was withdrawn');
unlike(read_file("$cut/entries.csv"), qr/Institution number 17\b/, 'indeed');

# --- gone on with for other formats: nothing is left that the bundle does not have
$cut = "$directory/formats";
$handle = stopped_export($cut, 9, \$errors);
is(ended($handle, 'KILL'), 1009, 'killed while it writes beside CSV');
write_file("$cut.partial/$_", 'half') for qw(bulletin.xlsx .array .history_entries);
mkdir "$cut.partial/site";
write_file("$cut.partial/site/list.js", 'half');
($status, $out, $err) = credence([ 'export', 1, '-o', $cut, '--formats', 'none' ]);
is($status, 0, 'gone on with for CSV alone');
like($err, qr/going on/, 'indeed');
is((verified($cut))[0], 0, 'it is whole, and nothing more is there');
ok(!-e "$cut/site", 'no directory either');

# --- an earlier bulletin was withdrawn meanwhile: the web bulletin must not speak of it
publish_bundle($node, 'city');
{
	local $ENV{PGDATABASE} = 'city';
	my $whole = "$directory/city";

	credence([ 'export', 2, '-o', $whole, '--quiet' ]);
	like(read_file("$whole/site/data.js"), qr/"history": \{"bulletins": \[\{"number": 1,/, 'a web bulletin that speaks of an earlier one');
	$cut = "$directory/earlier";
	my $hash = (verified($whole))[1]{hash};
	my ($version) = (credence([ '--version' ]))[1] =~ / (\S+)/;
	my $state = "bundle 1 by $version of bulletin 2 $hash without " . substr(sha256_hex(''), 0, 16);
	copy_bundle($whole, "$cut.partial");
	unlink "$cut.partial/manifest.sha256";
	write_file("$cut.partial/.export", "$state\n" . read_file("$whole/manifest.sha256"));
	$node->safe_psql('city', q(SELECT credence_disclosure.withdraw(1, 'threats')));
	($status, $out, $err) = credence([ 'export', 2, '-o', $cut ]);
	like($err, qr/going on/, 'an export that was cut off, and then the earlier one is withdrawn');
	unlike(read_file("$cut/site/data.js"), qr/"number": 1,/, 'nothing of it is left');
	is((verified($cut))[0], 0, 'and the rest is right');
}

# --- two at once
$cut = "$directory/two";
$handle = stopped_export($cut, 1, \$errors);
($status, $out, $err) = credence([ 'export', 1, '-o', $cut ]);
is($status, 4, 'a second export into the same directory');
like($err, qr/another export is writing to \Q$cut\E\.partial\nhint: Wait for it, or give this bundle another name/, 'is kept out');
is(ended($handle, 'CONT'), 0, 'the first one');
is((verified($cut))[0], 0, 'makes its bundle');

# --- without its server
$cut = "$directory/lost";
$errors = '';
$handle = stopped_export($cut, 2, \$errors);
$node->safe_psql('large', q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'bundle_reader'));
is(ended($handle, 'CONT'), 3, 'its connection is cut');
like($errors, qr/^credence: the connection is lost: .*\nhint: Run the same command again when the server is there/m, 'it says so');
ok(!-e $cut, 'there is no bundle');
$node->stop('immediate');
($status, $out, $err) = credence([ 'export', 1, '-o', $cut ]);
is($status, 3, 'no server');
$node->start;
($status, $out, $err) = credence([ 'export', 1, '-o', $cut ]);
is($status, 0, 'when it is there again');
like($err, qr/going on with an export that was cut off/, 'it goes on');
is((verified($cut))[0], 0, 'and makes a whole bundle');

# --- a full disk: files of at most so many blocks
for my $blocks (100, 1000, 2000)
{
	$cut = "$directory/full-$blocks";
	$out = `bash -c 'ulimit -f $blocks; exec env PGUSER=bundle_reader $Client::program export 1 -o "$cut" --quiet' 2>&1`;
	is($? >> 8, 4, "a disk that is full after $blocks blocks");
	like($out, qr/could not write \Q$cut\E\.partial\/\S+: .*\nhint: .*un the same command again/, 'what could not be written, and what to do');
	unlike($out, qr/ERROR|packager/, 'and no more');
	ok(!-e $cut, 'there is no bundle');
	($status, $out, $err) = credence([ 'export', 1, '-o', $cut, '--quiet' ]);
	is($status, 0, 'when there is room again');
	is((verified($cut))[0], 0, 'it is whole');
}

# --- no right to write
SKIP:
{
	skip 'everything may be written by root', 2 if $> == 0;
	mkdir "$directory/closed", 0555;
	($status, $out, $err) = credence([ 'export', 1, '-o', "$directory/closed/x" ]);
	is($status, 4, 'a directory that may not be written to');
	like($err, qr/could not make the directory .*: Permission denied/, 'and it says so');
}

# --- cut off between the two names
$cut = "$directory/swapped";
copy_bundle($fresh, $cut);
copy_bundle($fresh, "$cut.partial");
($status, $out, $err) = credence([ 'export', 1, '-o', $cut, '--replace', '--quiet' ]);
is("$status $err", '0 ', 'what is left of a bundle that was replaced is no hindrance');
ok(!-e "$cut.partial", 'and goes');

$node->stop;
done_testing();
