# credence load: columns are mapped, whole files land or nothing does, every bad row is named by its line in the file, and
# files that are hardly CSV are refused with a reason.

use strict;
use warnings;
use Digest::MD5 'md5_hex';
use Encode ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Client;

my $directory = PostgreSQL::Test::Utils::tempdir;
my ($status, $out, $err);

my $node = PostgreSQL::Test::Cluster->new('client_load');
$node->init;
$node->start;
$node->safe_psql('postgres', q(CREATE EXTENSION credence_registry CASCADE; SET search_path = credence_registry;
	SELECT put_region('3205', NULL, 'Suzhou', '苏州市'), put_region('3206', NULL, 'Nantong', '南通市'), put_code('indicator', 'cost', 'Cost', '费用'),
		put_rule('late', '2020-01-01', 'Late report', '迟报', -1);
	CREATE ROLE clerk LOGIN IN ROLE credence_officer; SELECT map_officer('clerk', '3205');
	CREATE ROLE looker LOGIN IN ROLE credence_reader));
connect_to($node, 'postgres');

# Returns what a query finds.
sub found
{
	my ($sql) = @_;

	return $node->safe_psql('postgres', "SET search_path = credence_registry; $sql");
}

# Writes a file of subjects, and loads it.
sub load_subjects
{
	my ($bytes, @options) = @_;

	unlink "$directory/s.csv.rejects.csv";
	write_file("$directory/s.csv", $bytes);
	return credence([ 'load', 'subjects', "$directory/s.csv", '-q', @options ]);
}

# As load_subjects: the file must be loaded, and so many rows must be there that its codes begin with.
sub takes
{
	my ($what, $bytes, $code, $rows, @options) = @_;

	($status, $out, $err) = load_subjects($bytes, @options);
	is("$status $out$err", "0 $rows subjects loaded\n", $what);
	is(found("SELECT count(*) FROM subject WHERE code LIKE '$code%'"), $rows, '... and is there');
	ok(!-e "$directory/s.csv.rejects.csv", '... nothing is rejected');
	return;
}

# As load_subjects: nothing must be loaded, and those be the lines and reasons.
sub rejects
{
	my ($what, $bytes, $reasons, @options) = @_;
	my $before = found('SELECT count(*) FROM subject');

	($status, $out, $err) = load_subjects($bytes, @options);
	is("$status$out", '1', "$what: rejected");
	is(rejects_of("$directory/s.csv.rejects.csv"), $reasons, '... for that reason');
	is(found('SELECT count(*) FROM subject'), $before, '... and nothing is loaded');
	like($err, qr/rows were rejected; nothing was loaded\nhint: "\Q$directory\E\/s\.csv\.rejects\.csv" has all/, '... which is said');
	return;
}

# As load_subjects: the file must not be read at all.
sub refuses
{
	my ($what, $bytes, $reason, @options) = @_;
	my $before = found('SELECT count(*) FROM subject');

	($status, $out, $err) = load_subjects($bytes, @options);
	is("$status$out", '4', "$what: refused");
	like($err, $reason, '... for that reason');
	is(found('SELECT count(*) FROM subject'), $before, '... and nothing is loaded');
	return;
}

# --- files as they should be

my $header = "kind,code,name,region,valid_from\n";
takes('a plain file', "${header}institution,A1,One,3205,2015-01-01\ninstitution,A2,Two,3205,2015-01-01\n", 'A', 2);
takes('without a last line end', "${header}institution,B1,One,3205,2015-01-01", 'B', 1);
takes('CR LF, a byte order mark, empty lines', "\xef\xbb\xbf" . ("${header}\n\ninstitution,C1,One,3205,2015-01-01\n\n\n" =~ s/\n/\r\n/gr), 'C', 1);
takes('quotes, and line ends, tabs, backslashes within', qq(${header}institution,D1,"One ""and""\nonly\r\n\t\\N \\.",3205,2015-01-01\ninstitution,D2,\\.,3205,2015-01-01\ninstitution,D3,\\N,3205,2015-01-01\n), 'D', 3);
is(found(q(SELECT string_agg(to_json(name)::text, ' ' ORDER BY code) FROM subject WHERE code LIKE 'D%')),
	'"One \"and\"\nonly\r\n\t\\\\N \\\\." "\\\\." "\\\\N"', 'texts come through to the byte');
takes('Chinese, columns of another name, a constant', "机构编码,名称,区划,x\nE1,第一医院,3205,1\n", 'E', 1,
	'--map', 'code=机构编码', '-mname=名称', '--map=region=区划', '--set', 'kind=institution', '-s', 'valid_from=2015-01-01', '--ignore=x');
is(found(q(SELECT name FROM subject WHERE code = 'E1')), '第一医院', '... and the name is right');
takes('unknown columns left out, known ones not', "a,kind,code,b,name,region,valid_from,\n1,institution,F1,2,One,3205,2015-01-01,\n", 'F', 1, '--ignore', '*');
takes('no header, and semicolons', "G1;One;3205\nG2;Two;3205\n", 'G', 2, '--no-header', '--delimiter', ';', qw(-m code=1 -m name=2 -m region=3 -s kind=institution -s valid_from=2015-01-01));
takes('tabs', $header =~ s/,/\t/gr . "institution\tH1\tA, B\t3205\t2015-01-01\n", 'H', 1, '--delimiter=tab');
takes('one field twice', "code,region\nI1,3205\n", 'I', 1, qw(-m code=code -m name=code -s kind=institution -s valid_from=2015-01-01));
takes('a field of a megabyte', $header . 'institution,J1,"' . ('x' x 1_000_000) . qq(",3205,2015-01-01\n), 'J', 1);
takes('hostile texts', qq~${header}institution,K1,"=cmd|'/C calc'!A0",3205,2015-01-01\ninstitution,K2,"'); DROP TABLE subject; --",3205,2015-01-01\ninstitution,K3,\xe2\x80\xae<script>\xe2\x80\xa8,3205,2015-01-01\n~, 'K', 3);
takes('nothing and the empty text', qq(${header}institution,L1,One,,2015-01-01\n), 'L', 1);
is(found(q(SELECT region IS NULL FROM subject WHERE code = 'L1')), 't', '... are told apart');
takes('the same again, and a second version', "${header}institution,L1,Other,3205,2015-01-01\n", 'L', 1);
is(found(q(SELECT count(*) FROM subject_version WHERE code = 'L1')), '2', '... which is another version');

# --- rows that are rejected, by their lines in the file

rejects('what the registry finds', "${header}institution,M1,One,3205,2015-01-01\n\ninstitution,M2,\"Two\nlines\",9999,2015-01-01\ninstitution,M3,,3205,2015-02-30\n",
	"4: unknown region \"9999\"\n6: name is missing\n6: valid_from \"2015-02-30\" is not a date such as 2025-01-31");
is(read_file("$directory/s.csv.rejects.csv"),
	qq(file,line,reason,record\r\n$directory/s.csv,4,"unknown region ""9999""","institution,M2,""Two\nlines"",9999,2015-01-01"\r\n)
	. qq($directory/s.csv,6,name is missing,"institution,M3,,3205,2015-02-30"\r\n$directory/s.csv,6,"valid_from ""2015-02-30"" is not a date such as 2025-01-31","institution,M3,,3205,2015-02-30"\r\n),
	'the file of rejected rows is CSV and has the records');
is((stat "$directory/s.csv.rejects.csv")[2] & 07777, 0600, '... which nobody else can read');
chmod 0666, write_file("$directory/s.csv.rejects.csv.partial", 'left behind');
load_subjects("${header}institution,M1,,3205,2015-01-01\n");
is((stat "$directory/s.csv.rejects.csv")[2] & 07777, 0600, '... even where one that anybody can read was left behind');
rejects('a line that another names', "${header}\n\ninstitution,M1,One,3205,2015-01-01\ninstitution,M2,\"line\n5\",3205,2015-01-01\ninstitution,M1,Two,3205,2015-01-01\n",
	'7: the same subject as line 4: institution "M1"');
rejects('a value that reads like a reason', "${header}the same subject as line 1,M1,One,3205,2015-01-01\n", '2: unknown kind of subject "the same subject as line 1"');
rejects('ragged rows', "${header}institution,M1,One,3205\ninstitution,M2,Two,3205,2015-01-01,more\ninstitution,M3,Three,3205,2015-01-01\nM4\n",
	"2: it has 4 fields, and there are 5 columns\n3: it has 6 fields, and there are 5 columns\n5: it has 1 field, and there are 5 columns");
rejects('both kinds, in order', "${header}M1\ninstitution,M2,,3205,2015-01-01\nM3\ninstitution,M4,,3205,2015-01-01\nM5\n",
	"2: it has 1 field, and there are 5 columns\n3: name is missing\n4: it has 1 field, and there are 5 columns\n5: name is missing\n6: it has 1 field, and there are 5 columns");
for my $bytes ("\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe4\xbd", "\xe0\x80\x80", "\xf8\x88\x80\x80\x80")
{
	rejects('bytes ' . unpack('H*', $bytes), "${header}institution,M1,$bytes,3205,2015-01-01\ninstitution,M2,Two,3205,2015-01-01\n", '2: field 3 is not valid UTF-8');
}
rejects('a zero byte', "${header}institution,M1,a\0b,3205,2015-01-01\n", '2: field 3 has a zero byte');
is(read_file("$directory/s.csv.rejects.csv"), "file,line,reason,record\r\n$directory/s.csv,2,field 3 has a zero byte,\"institution,M1,a\xef\xbf\xbdb,3205,2015-01-01\"\r\n",
	'... which the file of rejected rows does not repeat');
rejects('text after a quote', qq(${header}institution,M1,"a"b,3205,2015-01-01\n), '2: field 3 has text after its closing quote');
rejects('a quote within', qq(${header}institution,M1,a"b,3205,2015-01-01\n), '2: field 3 has a quote within it but none around it');
rejects('a carriage return alone', "${header}institution,M1,a\rb,3205,2015-01-01\n\rinstitution,M2,b,3205,2015-01-01\n",
	"2: field 3 has a carriage return without a line feed\n3: field 1 has a carriage return without a line feed");
rejects('a large number', $header . join('', map { "institution,N$_,,3205,2015-01-01\n" } 1 .. 3000), join("\n", map { ($_ + 1) . ': name is missing' } 1 .. 3000));
is(($err =~ tr/\n//), 8, 'of which few are shown') or diag($err);
like($err, qr/and 2995 more reasons\ncredence: 3000 of 3000 rows were rejected/, '... and the rest are counted');

# --- files that cannot be read

refuses('an empty file', '', qr/s\.csv: is empty/);
refuses('a byte order mark alone', "\xef\xbb\xbf", qr/is empty/);
refuses('empty lines alone', "\n\r\n\n", qr/is empty/);
refuses('UTF-16', "\xff\xfek\0i\0n\0d\0", qr/it is UTF-16; save it as CSV in UTF-8, or load it with --encoding UTF-16/);
refuses('UTF-16, the other way', "\xfe\xff\0k\0i", qr/it is UTF-16/);
refuses('a quote that is not closed', "${header}institution,M1,\"One,3205,2015-01-01\ninstitution,M2,Two,3205,2015-01-01\n", qr/line 2: a quote is not closed before the end/);
refuses('a quote that is not closed in a huge file', "${header}institution,M1,One,3205,2015-01-01\ninstitution,M1,\"" . ("x,y\n" x 4_500_000), qr/line 3: a quote is not closed within 16 MB/);
refuses('one line without end', $header . ('x' x 17_000_000), qr/line 2: a record of more than 16 MB/);
refuses('commas without end', $header . (',' x 20_000), qr/line 2: a record of more than 16 MB or 10000 fields/);
refuses('a header that is not UTF-8', "kind,\xff\nx,y\n", qr/line 1: field 2 is not valid UTF-8/);
refuses('a header without line ends', "kind,code\rx,y\r", qr/line 1: field 2 has a carriage return/);
refuses('a column that is not known', "kind,code,nmae\nx,y,z\n", qr/column "nmae" in line 1 is not one to be loaded\nhint: --map=OURS=nmae .*--ignore=nmae .*kind, code, name/);
refuses('a column without name', "kind,,code\nx,y,z\n", qr/column "" in line 1 is not one/);
refuses('a column twice', "kind,code,code\nx,y,z\n", qr/two columns "code" in line 1/);
refuses('a column mapped that is not there', "kind,code\nx,y\n", qr/no column "Name" in line 1/, '--map', 'name=Name');
refuses('a field that is not there', "x,y\n", qr/no field 3 in line 1, which has 2/, '--no-header', '--map', 'name=3');
refuses('a field that is no number', "x,y\n", qr/no field x in line 1/, '--no-header', '--map', 'name=x');
refuses('a column set that the file has', "kind,code\nx,y\n", qr/"kind" is in the file and given with --set\nhint: --ignore=kind/, '--set', 'kind=physician');
($status, $out, $err) = load_subjects($header);
is("$status$out$err", "1credence: $directory/s.csv: there is a header, but no row\n", 'a header alone is no success');
($status, $out, $err) = load_subjects($header, '--map', 'nmae=x');
like("$status $err", qr/^2 credence: there is no column "nmae".*\nhint: The columns are: kind, code/, 'an option for a column that is not there');
($status, $out, $err) = load_subjects($header, '--map', 'name=x', '--set', 'name=y');
like("$status $err", qr/^2 credence: column "name" is given twice/, 'a column given twice');
($status, $out, $err) = load_subjects($header, '--set', "name=\xff");
like("$status $err", qr/^2 .*is not valid UTF-8/, 'a value that is not UTF-8');
($status, $out, $err) = credence([ 'load', 'subjects', $directory ]);
like("$status $err", qr/^4 credence: \Q$directory\E: Is a directory/, 'a directory');
($status, $out, $err) = credence([ 'load', 'subjects', "$directory/none.csv" ]);
like("$status $err", qr/^4 credence: .*none\.csv: No such file/, 'no file');
SKIP:
{
	skip 'root reads everything', 1 if $> == 0;
	chmod 0, write_file("$directory/secret.csv", $header);
	($status, $out, $err) = credence([ 'load', 'subjects', "$directory/secret.csv" ]);
	like("$status $err", qr/^4 credence: .*secret\.csv: Permission denied/, 'a file that may not be read');
}

# --- other encodings

# A text in UTF-8 as it is in another encoding.
sub in_encoding
{
	my ($encoding, $text) = @_;

	Encode::from_to($text, 'utf-8', $encoding, Encode::FB_CROAK);
	return $text;
}

my @chinese = ('--map', 'code=机构编码', '--map', 'name=名称', qw(-s kind=institution -s valid_from=2015-01-01 -s region=3205));
my @gb = qw(--encoding GB18030);
my $gb_header = in_encoding('gbk', "机构编码,名称\n");
takes('GB18030', in_encoding('gbk', "机构编码,名称\r\nT1,苏州市第一医院\r\nT2,\"一,\n二\"\r\n") . "T3,\xe9F\xa2\xe3\r\n", 'T', 3, @gb, @chinese);
is(found(q(SELECT string_agg(name, ' ' ORDER BY code) FROM subject WHERE code LIKE 'T%')), "苏州市第一医院 一,\n二 镕€", '... and the names are right');
takes('its characters of four bytes, and those that only it has', "${gb_header}U1,\x95\x32\x82\x36\x81\x30\x84\x36\xa8\xbf\n", 'U', 1, @gb, @chinese);
is(found(q(SELECT encode(convert_to(name, 'UTF8'), 'hex') FROM subject WHERE code = 'U1')), 'f0a08080' . 'c2a5' . 'c7b9', '... to the byte');
takes('its byte order mark', "\x84\x31\x95\x33$gb_header" . "V1,\xd2\xbb\n", 'V', 1, @gb, @chinese);
for (0x7c, 0x5c, 0x40)
{
	# second bytes of characters that look like the delimiter, a backslash, a letter
	my $bytes = join '', map { chr($_) . chr(0x7c) . chr($_) . chr(0x5c) } 0x81 .. 0xa0;
	my $sign = chr($_);

	takes(sprintf('second bytes that are 0x%02x', $_), $gb_header =~ s/,/$sign/r . "W$_$sign$bytes\n", "W$_", 1, @gb, @chinese, "--delimiter=$sign");
	is(found("SELECT name FROM subject WHERE code = 'W$_'"), Encode::encode('utf-8', Encode::decode('gbk', $bytes)), '... are part of them');
}
takes('Latin', "kind,code,name,region,valid_from\ninstitution,X1,Caf\xe9 \x80,3205,2015-01-01\n", 'X1', 1, '-e', 'WINDOWS-1252');
is(found(q(SELECT name FROM subject WHERE code = 'X1')), 'Café €', '... with the right accents');
takes('plain ASCII by any name', "${header}institution,X2,One,3205,2015-01-01\n", 'X2', 1, @gb);
takes('UTF-8 by its name', "${header}institution,X3,第一,3205,2015-01-01\n", 'X3', 1, '--encoding=utf8');
for ([ 'UTF-16', "\xff\xfe", 'utf-16le' ], [ 'UTF-16', "\xfe\xff", 'utf-16be' ], [ 'UTF-16LE', "\xff\xfe", 'utf-16le' ], [ 'UTF-16BE', '', 'utf-16be' ], [ 'UTF-32', "\0\0\xfe\xff", 'utf-32be' ])
{
	my ($encoding, $mark, $written) = @$_;
	my $code = "Y$encoding$written";

	takes("$encoding, as $written", $mark . in_encoding($written, "机构编码,名称\n$code,\"一 𠀀\"\n"), $code, 1, @chinese, '--encoding', $encoding);
	is(found("SELECT name FROM subject WHERE code = '$code'"), '一 𠀀', '... and the name is right');
}

# a file larger than what is read at once, whose characters are cut at its edges
my $random = 7;
my %large = map { ("Z$_" => join '', map { $random = ($random * 75 + 74) % 65537; chr(0x4e00 + $random % 20000) } 1 .. 40 + $_ % 41) } 1000 .. 4000;
my $large = join '', map { "$_,$large{$_}\n" } sort keys %large;
takes('a large file', $gb_header . Encode::encode('gbk', $large), 'Z', scalar keys %large, @gb, @chinese);
is(found(q(SELECT md5(string_agg(convert_to(code || ',' || name || E'\n', 'UTF8'), ''::bytea ORDER BY code)) FROM subject WHERE code LIKE 'Z%')), md5_hex(Encode::encode('utf-8', $large)), '... comes through to the byte');
($status, $out, $err) = credence([ qw(load subjects - -n -q), @gb, @chinese ], in => $gb_header . Encode::encode('gbk', $large));
is("$status$out$err", "03001 subjects could be loaded; nothing was, as asked for\n", 'and from a pipe');

# what is not of the encoding is found where it stands, and separators next to it still separate
for ([ 'a first byte before a comma', "M1\xd2,One", 1 ], [ 'before a line end', "M1,a\xd2", 2 ], [ 'before a quote', "M1,\"a\xd2\"", 2 ], [ 'a byte that is none', "\xff,One", 1 ],
	[ 'three bytes of four', "M1,\x95\x32\x82", 2 ], [ 'four that are no character', "M1,\xfe\x39\xfe\x39", 2 ])
{
	my ($what, $bytes, $field) = @$_;

	rejects("GB18030: $what", "$gb_header$bytes\nM2,\xd2\xbb\n", "2: field $field is not valid GB18030", @gb, @chinese);
	unlike($err, qr/--encoding/, '... without advice that was followed already');
}
rejects('and the record is written down', "${gb_header}M1\xd2,\xd2\xbb\n", '2: field 1 is not valid GB18030', @gb, @chinese);
is(read_file("$directory/s.csv.rejects.csv"), "file,line,reason,record\r\n$directory/s.csv,2,field 1 is not valid GB18030,\"M1\xef\xbf\xbd,一\"\r\n", '... in UTF-8, but for what is no character');
rejects('at the very end', "${gb_header}M1,\xd2\xbb\nM2,a\xd2", '3: field 2 is not valid GB18030', @gb, @chinese);
rejects('what the registry finds', "${gb_header}M1,\xd2\xbb\n,\xd2\xbb\n,\xd2\xbb\n", "3: code is missing\n4: code is missing", @gb, @chinese);
is(read_file("$directory/s.csv.rejects.csv"), "file,line,reason,record\r\n$directory/s.csv,3,code is missing,\",一\"\r\n$directory/s.csv,4,code is missing,\",一\"\r\n", '... is written down in UTF-8');
rejects('a character that UTF-16 does not have', "\xff\xfe" . in_encoding('utf-16le', "机构编码,名称\nM1,") . "\0\xdca\0" . in_encoding('utf-16le', "\nM2,二\n"), '2: field 2 is not valid UTF-16', @chinese, qw(-e UTF-16));
rejects('a zero', "\xff\xfe" . in_encoding('utf-16le', "机构编码,名称\nM1,a\0b\n"), '2: field 2 has a zero byte', @chinese, qw(-e UTF-16));

# an encoding that is not that of the file
refuses('GB18030 without saying so', in_encoding('gbk', "机构编码,名称\nM1,一\n"), qr/line 1: field 1 is not valid UTF-8\nhint: A file in another encoding, such as GB18030.*--encoding/, @chinese);
rejects('in the rows', in_encoding('gbk', "${header}institution,M1,第一医院,3205,2015-01-01\n"), '2: field 3 is not valid UTF-8');
like($err, qr/hint: A file in another encoding, such as GB18030.*--encoding/, '... with the way out');
refuses('UTF-8 as GB18030', "机构编码,名称\nM1,第一医院\n", qr/s\.csv: it is UTF-8, not GB18030; leave out --encoding/, @gb, @chinese);
refuses('in the rows', "${header}institution,M1,第一医院,3205,2015-01-01\n", qr/it is UTF-8, not GB18030/, @gb);
refuses('far behind', $header . ("institution,M1,One,3205,2015-01-01\n" x 20_000) . "institution,M2,第一医院,3205,2015-01-01\n", qr/it is UTF-8, not GB18030/, @gb);
refuses('UTF-8 with its mark', "\xef\xbb\xbf$gb_header" . "M1,\xd2\xbb\n", qr/it is UTF-8, not GB18030/, @gb, @chinese);
refuses('UTF-8 as Latin', "${header}institution,M1,Café,3205,2015-01-01\n", qr/it is UTF-8, not ISO-8859-1/, qw(-e ISO-8859-1));
# some words of GB18030 are UTF-8 too; they are believed to be what they are said to be, and that is told
($status, $out, $err) = load_subjects("${header}institution,AB1,\xd2\xbb\xd4\xba,3205,2015-01-01\n", @gb);
is("$status $out$err", "0 1 subjects loaded\ncredence: warning: $directory/s.csv can be read as UTF-8 as well; it was read as GB18030, as asked for\n", 'a word that is both')
	or diag("$status, $out, $err");
is(found(q(SELECT name FROM subject WHERE code = 'AB1')), '一院', '... is GB18030, as it was said');
refuses('UTF-16 as GB18030', "\xff\xfek\0i\0n\0d\0", qr/it is UTF-16, not GB18030; load it with --encoding UTF-16/, @gb);
refuses('nothing', '', qr/s\.csv: is empty/, @gb);
refuses('a mark alone', "\x84\x31\x95\x33", qr/is empty/, @gb);
for ('', 'GB99', 'GB18030//IGNORE', 'GB18030,IGNORE', '/', 'x' x 5000)
{
	($status, $out, $err) = load_subjects("${header}institution,M1,One,3205,2015-01-01\n", "--encoding=$_");
	like("$status$out $err", qr/^2 credence: this system knows no encoding "[^"]{0,40}"; iconv -l lists/, 'an encoding that there is not');
}

# what others say of the connection does not matter
{
	local $ENV{PGCLIENTENCODING} = 'GBK';
	found(q(ALTER ROLE postgres SET client_encoding = 'GBK'));
	takes('a connection that is said to be in GBK', "机构编码,名称\nAA1,第一医院\n", 'AA', 1, @chinese);
	found(q(ALTER ROLE postgres RESET client_encoding));
}
is(found(q(SELECT encode(convert_to(name, 'UTF8'), 'hex') FROM subject WHERE code = 'AA1')), unpack('H*', '第一医院'), '... is in UTF-8');

# --- several files, standard input, pipes, JSON, dry runs

write_file("$directory/1.csv", "kind,code,name,region,valid_from\ninstitution,P1,One,3205,2015-01-01\ninstitution,P2,Two,3205,2015-01-01\n");
write_file("$directory/2.csv", "code,name,kind,region,valid_from\nP3,Three,institution,3205,2015-01-01\n\nP2,Four,institution,3205,2015-01-01\n");
($status, $out, $err) = credence([ 'load', 'subjects', "$directory/1.csv", "$directory/2.csv", '-r', "$directory/both.csv", '-q' ]);
is($status, 1, 'two files are one batch');
is(rejects_of("$directory/both.csv"), "4: the same subject as line 3 of $directory/1.csv: institution \"P2\"", '... and the other file is named');
like(read_file("$directory/both.csv"), qr/^\Q$directory\E\/2\.csv,4,/m, '... in the file too');
is(found(q(SELECT count(*) FROM subject WHERE code LIKE 'P%')), '0', '... and neither is loaded');
write_file("$directory/2.csv", "code,name,kind,region,valid_from\nP3,Three,institution,3205,2015-01-01\n");
($status, $out, $err) = credence([ 'load', 'subjects', "$directory/1.csv", "$directory/2.csv", '--dry-run', '--json' ]);
is($status, 0, 'a dry run');
is_deeply(json_of($out), { what => 'subjects', files => [ "$directory/1.csv", "$directory/2.csv" ], rows => 3, rejected => 0, rejects => undef, dry_run => JSON::PP::true, loaded => JSON::PP::false },
	'... says so in JSON');
like($err, qr/^reading: \d+ bytes in \d+ s\nchecking: done in \d+ s\n\z/, '... with plain lines for progress');
is(found(q(SELECT count(*) FROM subject WHERE code LIKE 'P%')), '0', '... and loads nothing');
($status, $out, $err) = credence([ 'load', 'subjects', "$directory/1.csv", '-q', '-' ], in => read_file("$directory/2.csv"));
is("$status$out$err", "03 subjects loaded\n", 'a file and standard input');
is(found(q(SELECT string_agg(name, ' ' ORDER BY code) FROM subject WHERE code LIKE 'P%')), 'One Two Three', '... each with its own order of columns');
chdir $directory;
($status, $out, $err) = credence([ qw(load subjects - -q --json) ], in => "${header}institution,Q1,,3205,2015-01-01\n");
chdir $ENV{PWD};
is_deeply([ $status, json_of($out)->{rejected}, json_of($out)->{rejects}, json_of($out)->{loaded} ], [ 1, 1, 'subjects.rejects.csv', JSON::PP::false ], 'rejected rows of standard input');
is(read_file("$directory/subjects.rejects.csv"), "file,line,reason,record\r\nstandard input,2,name is missing,\r\n", '... have a file, too');
is(system('bash', '-c', qq("\$0" load subjects -q <(cat '$directory/1.csv') > /dev/null), $Client::program), 0, 'a pipe that is no file');
($status, $out, $err) = credence([ 'load', 'subjects', "$directory/s.csv", '-r', "$directory/s.csv" ]);
like("$status $err", qr/^2 .*would overwrite/, 'the rejected rows do not overwrite the file');
write_file("$directory/s.csv", "${header}institution,Q1,,3205,2015-01-01\n");
($status, $out, $err) = credence([ 'load', 'subjects', "$directory/s.csv", '-q', '-r', "$directory/nowhere/r.csv" ]);
like("$status $err", qr/^4 credence: could not write the rejected rows to .*No such file.*\nhint: Nothing was loaded/, 'rejected rows that cannot be written');
($status, $out, $err) = credence([ 'load', 'subjects', "$directory/s.csv", '-q', '-r', '/dev/full' ]);
like("$status $err", qr/^4 .*could not write the rejected rows to "\/dev\/full": No space left/s, '... for want of space');
is(join(' ', glob("$directory/*.partial")), '', 'no half-written file stays');

# --- the other kinds

write_file("$directory/e.csv", "provider,rule,on,key\nA1,late,2025-06-01,P-1\nA9,late,2025-06-01,P-2\n\nA1,late,2025-06-01,P-1\n");
my @event = (qw(load events -q), "$directory/e.csv", map { ('--map', $_) } qw(subject_code=provider rule_code=rule occurred_on=on decided_on=on event_code=key));
($status, $out, $err) = credence([ @event, qw(--set subject_kind=institution --set source=penalty) ]);
is($status, 1, 'events');
is(rejects_of("$directory/e.csv.rejects.csv"), qq(3: there is no institution "A9"\n5: the same event as line 2: "P-1" of penalty), '... are rejected by line');
write_file("$directory/e.csv", "provider,rule,on,key\nA1,late,2025-06-01,P-1\n");
($status, $out, $err) = credence([ @event, qw(--set subject_kind=institution --set source=penalty) ]);
is("$status$out$err", "01 events loaded\n", '... and loaded');
($status, $out, $err) = credence([ @event, qw(--set subject_kind=institution --set source=penalty) ]);
is(rejects_of("$directory/e.csv.rejects.csv"), '2: event "P-1" of penalty is recorded already', '... but not twice');
write_file("$directory/o.csv", "subject_kind,subject_code,indicator,period_start,period_end,value,source\ninstitution,A1,cost,2025-01-01,2025-06-30,812.50,statistics\n");
($status, $out, $err) = credence([ qw(load observations -q), "$directory/o.csv" ]);
is("$status$out$err", "01 observations loaded\n", 'observations');
is(found('SELECT value FROM observation'), '812.50', '... to the last digit');
write_file("$directory/o2.csv", read_file("$directory/o.csv") =~ s/812\.50/7/r . "\ninstitution,A1,cost,2025-01-01,2025-06-30,8,statistics\n");
($status, $out, $err) = credence([ qw(load observations -q), "$directory/o2.csv" ]);
is(rejects_of("$directory/o2.csv.rejects.csv"), '4: the same observation as line 2', '... and not the same twice');
write_file("$directory/t.csv", "kind,from_kind,from_code,to_kind,to_code,valid_from\n\nchild_of,institution,A1,institution,A2,2020-01-01\nchild_of,institution,A1,institution,A2,2021-01-01\n");
($status, $out, $err) = credence([ qw(load ties -q), "$directory/t.csv" ]);
is(rejects_of("$directory/t.csv.rejects.csv"), '4: overlaps with the same tie in line 3 or after it', 'ties');
write_file("$directory/g.csv", "subject_kind,subject_code,agreement_number,year,valid_from,valid_to\n\ninstitution,A1,X,2025,2025-01-01,2025-12-31\ninstitution,A1,X,2025,2025-01-01,2025-12-31\n");
($status, $out, $err) = credence([ qw(load agreements -q), "$directory/g.csv" ]);
like(rejects_of("$directory/g.csv.rejects.csv"), qr/^4: the same agreement and year as line 3$/m, 'agreements');

# every reason of the registry that names a line is one that the program translates
my %known = map { $_ => 1 } slurp_file('client/load_lines.c') =~ /^\t"(.*line )",$/mg;
my @named = map { slurp_file($_) =~ /format\('([^']*?line )%s/g } glob('extension/registry/3*-*.sql');
cmp_ok(scalar @named, '>', 5, 'the registry names lines');
is(join('; ', grep { !$known{$_} } @named), '', '... in ways that are known here');

# --- who may

for my $case ([ 'clerk', '3205', 0, qr/\A\z/ ], [ 'clerk', '3206', 1, qr/region "3206" is none for which "clerk" is responsible/ ],
	[ 'looker', '3205', 5, qr/"looker" may not load files\nhint: .*credence_officer/ ])
{
	my ($login, $region, $expected, $reason) = @$case;

	local $Client::login = $login;
	($status, $out, $err) = load_subjects("${header}institution,R$region,One,$region,2015-01-01\n");
	is($status, $expected, "$login for $region");
	like($err, $reason, '... and why');
}

# what a server of another encoding cannot hold is named by its line
$node->safe_psql('postgres', q(CREATE DATABASE simplified ENCODING 'EUC_CN' TEMPLATE template0 LOCALE 'C'));
{
	$node->safe_psql('simplified', 'SET client_min_messages = warning; CREATE EXTENSION credence_registry CASCADE');
	local $ENV{PGDATABASE} = 'simplified';
	is($node->safe_psql('simplified', q(SET client_encoding = 'UTF8'; SELECT label_zh FROM credence_registry.code_list WHERE domain = 'subject_kind' AND code = 'physician')), '医保医师', 'its labels are what they are');
	($status, $out, $err) = load_subjects("${header}institution,S1,One,,2015-01-01\n\ninstitution,S2,歐陽醫院,,2015-01-01\n");
	is($status, 5, 'a character that the server does not have');
	like($err, qr/s\.csv, line 4: character with byte sequence/, '... is named by its line');
}

is(found('SELECT count(*) FROM subject_load'), '0', 'nothing stays in the staging table');
$node->stop;
done_testing();
