# The program credence in tests: run with arguments, standard input and environment; what it printed and its exit status.

package Client;

use strict;
use warnings;
use Exporter 'import';
use IPC::Run;
use JSON::PP;
use Test::More;
our @EXPORT = qw(credence connect_to start_credence json_of write_file read_file rejects_of);

our $program = "$ENV{PWD}/build/client/credence";
our $login;			# who the program connects as, where it is not who the tests do

# From now on the program, and everything else, connects to that node and database; the program as that login.
sub connect_to
{
	my ($node, $database, $as) = @_;

	$ENV{PGHOST} = $node->host;
	$ENV{PGPORT} = $node->port;
	$ENV{PGDATABASE} = $database;
	$ENV{PGUSER} = 'postgres';
	$login = $as;
	return;
}

# credence([ARGUMENT...], in => text): returns the exit status, what went to standard output and to standard error.
sub credence
{
	my ($arguments, %more) = @_;
	my $in = $more{in} // '';
	my ($out, $err) = ('', '');
	local $ENV{PGUSER} = $login // $ENV{PGUSER};
	delete local $ENV{PGAPPNAME};

	IPC::Run::run([ $program, @$arguments ], '<', \$in, '>', \$out, '2>', \$err);
	my $status = $? & 127 ? 1000 + ($? & 127) : $? >> 8;
	return ($status, $out, $err);
}

# Starts it in the background; returns the handle of IPC::Run, whose output goes to the references.
sub start_credence
{
	my ($arguments, $in, $out, $err) = @_;
	local $ENV{PGUSER} = $login // $ENV{PGUSER};
	delete local $ENV{PGAPPNAME};

	return IPC::Run::start([ $program, @$arguments ], '<', $in, '>', $out, '2>', $err);
}

# Returns the document that the text is, or undef where it is none.
sub json_of
{
	my ($text) = @_;

	return eval { JSON::PP->new->utf8->decode($text) };
}

# Writes bytes.
sub write_file
{
	my ($path, $bytes) = @_;

	open(my $file, '>:raw', $path) or die "could not write $path: $!\n";
	print $file $bytes;
	close($file) or die "could not write $path: $!\n";
	return $path;
}

# Returns the bytes of a file.
sub read_file
{
	my ($path) = @_;

	open(my $file, '<:raw', $path) or return undef;
	local $/;
	return scalar <$file>;
}

# Returns the lines and reasons of a file of rejected rows, "line: reason" each; it must be CSV whose first record is known.
sub rejects_of
{
	my ($path) = @_;
	my $text = read_file($path) // return 'no file';
	my @found;

	return 'no header' unless $text =~ s/\Afile,line,reason,record\r\n//;
	while ($text =~ /\G((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/gc)
	{
		my @fields;
		my $record = $1;

		push @fields, $1 while $record =~ /\G,?("(?:[^"]|"")*"|[^",\r\n]*)/gc && @fields < 4;
		s/\A"(.*)"\z/$1/s && s/""/"/g for @fields;
		push @found, "$fields[1]: $fields[2]";
	}
	return 'not CSV' if (pos($text) // 0) < length $text;
	return join("\n", @found);
}

1;
