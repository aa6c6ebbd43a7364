# Mutated text and binary forms of every type: each is refused with an error of the right
# class or accepted and then holds; the server never fails.
#
# CREDENCE_SEED repeats a run, CREDENCE_MUTATIONS says how many of each form (2000).

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Samples;

my $seed = $ENV{CREDENCE_SEED} // int(rand(1e9));
my $mutations = $ENV{CREDENCE_MUTATIONS} // 2000;
srand($seed);
diag("CREDENCE_SEED=$seed");

my $node = PostgreSQL::Test::Cluster->new('inputs');
$node->init;
$node->append_conf('postgresql.conf', "statement_timeout = 30s\nlog_statement = none\nlog_min_error_statement = panic");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION credence');
my $directory = PostgreSQL::Test::Utils::tempdir;

# pieces that forms are made of, and what is at the edges of numbers
my @pieces = ('"', '""', ',', ':', ':=', '>=', '<', '{', '}', '[', ']', '\\', "'", ' ', '-', '.', 'e', 'E', '0', '1e309', '-1e-400', 'NaN',
	'Infinity', '-0', '9' x 40, 'null', 'true', '甲', "\x{10FFFF}", 'A', 'name', ' and ', 'x' x 300, "\t", "\n");
my @bytes = ("\0", "\xff", "\x7f", "\x80", "\x01", "\0" x 4, "\xff" x 4, "\x7f\xff\xff\xff", "\x80\0\0\0", "\x3f\xff\xff\xf0", "\x7f\xf8" . "\0" x 6,
	"\x7f\xf0" . "\0" x 6, "\x80" . "\0" x 7);

# Returns the form with one to four changes: something left out, repeated, put in or cut off.
sub mutated
{
	my ($form, @pool) = @_;

	for (0 .. int(rand(4)))
	{
		my $at = int(rand(length($form) + 1));
		my $length = int(rand(rand() < 0.8 ? 4 : length($form) + 1));
		my $kind = int(rand(6));

		$length = length($form) - $at if $at + $length > length($form);
		if ($kind == 0) { substr($form, $at, $length) = ''; }
		elsif ($kind == 1) { substr($form, $at, 0) = substr($form, $at, $length); }
		elsif ($kind == 2) { substr($form, $at, 0) = $pool[rand @pool]; }
		elsif ($kind == 3) { substr($form, $at, $length) = $pool[rand @pool]; }
		elsif ($kind == 4) { substr($form, $at, $length) = chr(ord($pool[rand @pool])) x $length; }
		else { $form = substr($form, 0, $at) if rand() < 0.3; }
	}
	return substr($form, 0, 200000);
}

# Runs a script that raises errors; returns how often it raised each SQLSTATE.
sub errors_of
{
	my ($name, $script) = @_;
	my %count;

	open(my $out, '>:raw', "$directory/$name.sql") or die "could not write: $!";
	print $out "\\set VERBOSITY sqlstate\n", $script;
	close($out);
	my $log = "$directory/$name.log";
	system("psql -X -q -d '" . $node->connstr('postgres') . "' -f '$directory/$name.sql' > '$log' 2>&1");
	$count{$_}++ for slurp_file($log) =~ /(?:ERROR|FATAL|PANIC):  (\S+)/g;
	return %count;
}

# Says which of the errors are not those of data: everything but the classes 22 (data), 54
# (limits), 55 (state) and 08 (a message that is too short).
sub strange
{
	my %count = @_;

	return join ', ', map { "$_ ($count{$_})" } grep { !/^(22...|54...|55...|08P01)$/ } sort keys %count;
}

# What is done with a value that was accepted, beside writing and reading it.
my %use = (
	bands => "credence.grade(v, 50), credence.points(v, -1e308), credence.notch(v, 'A')",
	curve => "credence.value(v, 50), credence.value(v, -1e308)",
	scorecard => "credence.score(v, ARRAY[1, 2, 3]::float8[])",
	norms => 'credence.rollup(v)',
	weighted_values => 'credence.weighted_values_median(v)',
);

for my $type (base_types($node, 'postgres'))
{
	my @samples = grep { length($_) < 20000 } split /\n/, $node->safe_psql('postgres',
		join ' UNION ALL ', map { "SELECT encode(convert_to(($_)::text, 'UTF8'), 'hex')" } samples($type));
	my @binary = grep { length($_) < 20000 } split /\n/, $node->safe_psql('postgres',
		join ' UNION ALL ', map { "SELECT encode(" . send_function($node, 'postgres', $type) . "($_), 'hex')" } samples($type));
	my ($script, $records) = ('', '');

	# text, through COPY of one row each
	$node->safe_psql('postgres', "CREATE TABLE text_$type (v credence.$type); CREATE TABLE binary_$type (v credence.$type)");
	for my $number (1 .. $mutations)
	{
		my $form = pack('H*', $samples[rand @samples]);

		utf8::decode($form);
		$form = mutated($form, @pieces);
		$form =~ s/\0//g;
		utf8::encode($form);
		$form =~ s/\\/\\\\/g;
		$form =~ s/\n/\\n/g;
		$form =~ s/\t/\\t/g;
		$form =~ s/\r/\\r/g;
		$script .= "COPY text_$type FROM stdin;\n$form\n\\.\n";
	}
	my %count = errors_of("text_$type", $script);
	is(strange(%count), '', "$type: mutated text is refused as bad data");
	cmp_ok($count{'22P02'} // 0, '>', 0, "$type: some of it is refused");

	# binary, a file each
	$script = '';
	for my $number (1 .. $mutations)
	{
		my $form = mutated(pack('H*', $binary[rand @binary]), @bytes);
		my $file = "$directory/$type.$number";

		open(my $out, '>:raw', $file) or die "could not write: $!";
		print $out "PGCOPY\n\xff\r\n\0", pack('NN', 0, 0), pack('n', 1), pack('N', length $form), $form, pack('n', 0xffff);
		close($out);
		$script .= "COPY binary_$type FROM '$file' (FORMAT binary);\n";
	}
	%count = errors_of("binary_$type", $script);
	is(strange(%count), '', "$type: mutated binary is refused as bad data");
	cmp_ok($count{'22P03'} // 0, '>', 0, "$type: some of it is refused");
	unlink glob("$directory/$type.*");

	# what was accepted
	for my $form ('text', 'binary')
	{
		my $kept = $node->safe_psql('postgres', "SELECT count(*) FROM ${form}_$type");
		my $send = send_function($node, 'postgres', $type);

		cmp_ok($kept, '>', 0, "$type: some of the $form is accepted");
		is($node->safe_psql('postgres', "SELECT count(*) FROM ${form}_$type
			WHERE v::text::credence.$type\::text <> v::text OR $send(v::text::credence.$type) <> $send(v)"),
			'0', "$type: what was accepted as $form is written and read the same");
		next unless $use{$type};
		%count = errors_of("use_${form}_$type", join '', map { "SELECT $use{$type} FROM ${form}_$type WHERE ctid = '$_';\n" }
			split /\n/, $node->safe_psql('postgres', "SELECT ctid FROM ${form}_$type LIMIT 500"));
		is(strange(%count), '', "$type: they can be used");
	}
}

is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server is there');
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC|TRAP|invalid memory alloc/, 'and never was not');

$node->stop;
done_testing();
