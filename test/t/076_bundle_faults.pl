# An export that is cut off: killed, interrupted, without its server, on a full disk, with another one in its way. Each time there is a
# clear message, nothing half-written is taken for whole, and the same command goes on from there.

use strict;
use warnings;
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
like($errors, qr/^credence: the connection is lost: .*$/m, 'it says so');
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
