# The program credence: its commands and options, help, man page and completion, how it is installed, how it connects, that
# it takes no password from the command line, and what it says where it cannot connect.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Client;

my $directory = PostgreSQL::Test::Utils::tempdir;
my ($status, $out, $err);

# --- help and options, without a server

delete @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE PGSERVICE PGPASSWORD PGPASSFILE)};
$ENV{HOME} = $directory;

my $version = slurp_file('control/credence.control') =~ /^default_version = '(.*)'/m ? $1 : 'unknown';
($status, $out, $err) = credence([ '--version' ]);
is("$status $out$err", "0 credence $version\n", 'it has the version of the extension');
($status, $out, $err) = credence([ '--help' ]);
is($status . $err, '0', 'help');
my @commands = $out =~ /^Commands:\n(.*?)\n\n/ms ? map { /^  (\S+)/ } split /\n/, $1 : ();
is("@commands", 'load evaluate scheme status protect export verify', 'and the commands');

my $manual = slurp_file('client/credence.1');
my %options;
for my $command (@commands)
{
	($status, $out, $err) = credence([ $command, '--help' ]);
	is($status . $err, '0', "$command: help");
	like($out, qr/\Acredence $command: .+\n\nUsage: credence $command \[OPTION\]\.\.\..*\n\n/, "$command: it begins as it should");
	$options{$command} = { map { $_ => 1 } $out =~ /^  (?:-.,|   ) (--[a-z-]+)/mg };
	ok($options{$command}{'--json'}, "$command: takes the options of all commands");
	my $same = $out;
	($status, $out, $err) = credence([ '--help', $command ]);
	isnt($out, $same, "$command: help before the command is that of the program");
	ok($manual =~ /^\.SH .*\b\U$command\E\b/m, "$command: is in the manual");
	my @missing = grep { my $written = s/-/\\-/gr; index($manual, $written) < 0 } sort keys %{ $options{$command} };
	is("@missing", '', "$command: all options are in the manual");
	is(scalar(grep { length > 100 } split /\n/, $same), 0, "$command: no line of the help is longer than 100 bytes");
}

# the examples of the documents use no other options
for my $example (map { /^(credence \S+.*)$/mg } slurp_file('README.md'), $manual =~ s/\\-/-/gr =~ s/.*^\.SH EXAMPLES//msr)
{
	my ($command) = $example =~ /^credence (\S+)/;
	is(join(' ', grep { !$options{$command}{$_} } $example =~ /(?<=\s)(--[a-z-]+)/g), '', "$example: has these options");
}

# what cannot be understood is said, and nothing is done
my %wrong = (
	'' => 'which command\?',
	'nothing' => 'there is no command "nothing"',
	'--nothing status' => 'unknown option "--nothing"',
	'-Z status' => 'unknown option "-Z"',
	'status --json=yes' => 'option "--json" takes no value',
	'status --days' => 'option "--days" needs its DAYS',
	'status --days=x' => '--days must be a number of days',
	'status now' => 'takes no argument',
	'load' => 'what is to be loaded\?',
	'load facts x.csv' => '"facts" cannot be loaded',
	'load events' => 'which file\?',
	'load events x.csv --map code' => 'needs a column, "="',
	'load events x.csv --no-header' => '--map must say',
	'load events x.csv --delimiter=;;' => 'delimiter must be one character',
	'load events - -' => '"-" is given twice',
	'evaluate dsc' => 'which scheme, and for which period\?',
	'evaluate dsc 2025 2026' => 'one scheme and one period',
	'evaluate dsc 2025 --refresh --dry-run' => '--refresh goes with none of',
	'protect' => 'which bulletin\?',
	'protect x' => 'known by the number that draw_up gave, not "x"',
	'protect 1 2' => 'one bulletin at a time',
	'protect 1 --time-limit=0' => '--time-limit must be a number of seconds',
	'scheme' => 'import, export or check\?',
	'scheme delete x' => 'import, export or check\?',
	'scheme check' => 'which file\?',
	'scheme check a b' => 'one file at a time',
	'scheme check a --activate' => '--activate goes with import',
	'scheme import a -o b' => '--output goes with export',
);
for my $arguments (sort keys %wrong)
{
	($status, $out, $err) = credence([ split / /, $arguments ]);
	is("$status$out", '2', "\"$arguments\" is wrong usage");
	like($err, qr/\Acredence: .*$wrong{$arguments}.*\nhint: "credence(?: \w+)? --help" tells more\.\n\z/, '... and that is said');
}
($status, $out, $err) = credence([ 'status', '--', '--json' ]);
like("$status $err", qr/^2 .*no argument, such as "--json"/, 'after "--" there are only operands');
($status, $out, $err) = credence([ 'load', 'events', "\e[31mred\e[0m.csv" ]);
like("$status $err", qr/^4 credence: \\x1b\[31mred\\x1b\[0m\.csv: No such file/, 'what a terminal would obey is not printed as it is');

# output that cannot be written is an error
is(system(qq('$Client::program' --help > /dev/full 2> '$directory/err')) >> 8, 4, 'a full disk is noticed');
like(slurp_file("$directory/err"), qr/could not write to standard output/, '... and said');

# --- the manual, the completion, the installation

my $groff = `groff -man -ww -z -Tutf8 client/credence.1 2>&1`;
is($? . $groff, '0', 'the manual is troff without a warning');
my $page = `groff -man -Tascii -P-cbu client/credence.1`;
like($page, qr/EXIT STATUS/, 'and prints');

# Returns what bash would offer for the last of the words.
sub completions
{
	my (@words) = @_;
	my $place = $#words;
	my $words = join ' ', map { "'$_'" } @words;

	return join ' ', sort split /\n/, `PATH="\$PWD/build/client:\$PATH" bash -c '. client/credence.bash-completion; COMP_WORDS=("\$@"); COMP_CWORD=$place; _credence; printf "%s\\n" "\${COMPREPLY[@]}"' bash $words`;
}

is(completions('credence', ''), join(' ', sort @commands), 'completion: the commands');
is(completions('credence', 'load', 'ob'), 'observations', 'completion: what can be loaded');
is(completions('credence', 'scheme', 'import', 'client/credence.1'), 'client/credence.1', 'completion: files');
is(completions('credence', 'load', '--encoding', 'GB'), 'GB18030 GBK', 'completion: encodings');
for my $command (@commands)
{
	is(join(' ', map { s/=$//r } split / /, completions('credence', $command, '--')), join(' ', sort keys %{ $options{$command} }), "completion: the options of $command");
}

is(system("make -s install-client DESTDIR='$directory/root' prefix=/opt/credence > '$directory/make.log' 2>&1"), 0, 'installing')
  or diag(slurp_file("$directory/make.log"));
is(join(' ', sort map { s|\Q$directory\E/root||r } split /\n/, `find '$directory/root' -type f`),
	'/opt/credence/bin/credence /opt/credence/share/bash-completion/completions/credence /opt/credence/share/man/man1/credence.1',
	'DESTDIR and prefix are honoured');
is(`'$directory/root/opt/credence/bin/credence' --version`, "credence $version\n", 'and what is installed runs');
is(system("make -s -C client uninstall DESTDIR='$directory/root' prefix=/opt/credence"), 0, 'removing it');
is(`find '$directory/root' -type f`, '', 'leaves nothing');

# --- connecting

my $node = PostgreSQL::Test::Cluster->new('client');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE credit');
$node->safe_psql('credit', q(CREATE EXTENSION credence_registry CASCADE; CREATE ROLE zhang LOGIN PASSWORD 'tulip' IN ROLE credence_reader));
my ($host, $port) = ($node->host, $node->port);
my @forms = (
	[ 'options', '-h', $host, '-p', $port, '-U', 'postgres', '-d', 'credit' ],
	[ 'long options', "--host=$host", "--port=$port", '--username=postgres', '--dbname', 'credit' ],
	[ 'a connection string', '-d', "host=$host port=$port user=postgres dbname=credit" ],
	[ 'a URI', '-d', "postgresql:///credit?host=$host&port=$port&user=postgres" ],
	[ 'a connection string that wins over options', '-U', 'nobody', '-d', "host=$host port=$port user=postgres dbname=credit" ],
);
for my $form (@forms)
{
	my ($what, @arguments) = @$form;

	($status, $out, $err) = credence([ @arguments, 'status' ]);
	like("$status$err $out", qr/^0 database credit, login postgres/, "connecting by $what");
}
connect_to($node, 'credit');
($status, $out, $err) = credence([ 'status', '--json', '--quiet' ]);
is($status . $err, '0', 'connecting by variables');
is(json_of($out)->{database}, 'credit', 'and JSON comes out');
ok($node->poll_query_until('credit', 'SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = $$credence$$'), 'no session stays');

write_file("$directory/services", "[credit]\nhost=$host\nport=$port\ndbname=credit\nuser=postgres\n");
{
	local $ENV{PGSERVICEFILE} = "$directory/services";
	local $ENV{PGSERVICE} = 'credit';
	local @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE)};
	delete @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE)};
	($status, $out, $err) = credence([ 'status' ]);
	like("$status$err $out", qr/^0 database credit/, 'PGSERVICE names a service');
	delete $ENV{PGSERVICE};
	($status, $out, $err) = credence([ 'status', '-d', 'service=credit' ]);
	like("$status$err $out", qr/^0 database credit/, 'and so does a connection string');
}

# no password on the command line, in no form, and it is not repeated
for my $string ("host=$host password=tulip", 'postgresql://zhang:tulip@localhost/credit', 'postgresql:///credit?password=tulip',
	"dbname=credit password='tulip'", 'sslpassword=tulip', 'postgres://zhang:tulip@localhost')
{
	($status, $out, $err) = credence([ 'status', '-d', $string ]);
	is($status . $out, '2', 'a password on the command line is refused');
	like($err, qr/password on the command line.*\n.*\.pgpass.*PGPASSFILE/, '... and it is said what to do');
	unlike($err, qr/tulip/, '... without repeating it');
}
($status, $out, $err) = credence([ 'status', '-d', "host='tulip" ]);
is($status . $out, '2', 'a connection string that cannot be read');
unlike($err, qr/tulip/, 'is not repeated either');

# a server that asks for one
write_file($node->data_dir . '/pg_hba.conf', "local all postgres trust\nlocal all all scram-sha-256\n");
$node->reload;
$ENV{PGUSER} = 'zhang';
($status, $out, $err) = credence([ 'status', '-w' ]);
is($status . $out, '3', 'no password');
like($err, qr/no password supplied\nhint: .*PGPASSFILE/, 'and where it would be taken from');
write_file("$directory/pgpass", "*:*:*:zhang:tulip\n");
chmod 0600, "$directory/pgpass";
{
	local $ENV{PGPASSFILE} = "$directory/pgpass";
	($status, $out, $err) = credence([ 'status' ]);
	like("$status$err $out", qr/^0 database credit, login zhang/, 'a password of PGPASSFILE');
}
SKIP:
{
	skip 'there is no script(1)', 2 if system('command -v script > /dev/null') != 0;
	my $printed = `(sleep 1; echo tulip) | script -qec "'$Client::program' status" /dev/null`;
	is($? >> 8, 0, 'a password asked for at the terminal');
	like($printed, qr/Password for user zhang: .*database credit, login zhang/s, '... and not shown') && unlike($printed =~ s/\Atulip\r?\n//r, qr/tulip/, '... nowhere');
}
$ENV{PGUSER} = 'postgres';

# --- where it cannot connect, or to something else

{
	local $ENV{PGHOST} = "$directory/nowhere";
	($status, $out, $err) = credence([ 'status' ]);
	is($status . $out, '3', 'no server');
	like($err, qr/\Acredence: .*No such file or directory\n\z/, 'one line says so') or diag($err);
}
($status, $out, $err) = credence([ 'status', '-d', 'nowhere' ]);
like("$status $err", qr/^3 credence: .*database "nowhere" does not exist/, 'no such database');
($status, $out, $err) = credence([ 'status', '-d', 'postgres' ]);
like("$status $err", qr/^5 credence: extension "credence_registry" is not installed in database "postgres"\nhint: .*CREATE EXTENSION/, 'no registry there');

# names that a user has put before the system's are not called
$node->safe_psql('credit', q(CREATE FUNCTION public.count(text) RETURNS bigint LANGUAGE sql AS 'SELECT 1/0::bigint';
	CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = text, FUNCTION = pg_catalog.nameeqtext);
	ALTER DATABASE credit SET search_path = public, pg_catalog; ALTER DATABASE credit SET datestyle = 'German'));
($status, $out, $err) = credence([ 'status' ]);
like("$status$err $out", qr/^0 database credit, login postgres, \d{4}-\d\d-\d\d\n/, 'the path and the date style of a database do not matter');

$node->stop;
done_testing();
