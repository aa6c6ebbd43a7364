#!/usr/bin/perl
# test/docs.pl FILE.md
#
# Executes the SQL of a document and prints TAP. The blocks run in order, in one psql
# session, in a fresh database that is dropped afterwards.
#
#   ```sql           must not raise an error
#   ```sql error     must raise one
#   ```text          directly after either: exactly what it prints (blanks at line ends aside)
#   <!-- sql ... --> set-up that the reader need not see; must not raise an error
#
# The extension is there unless the document itself says CREATE EXTENSION. psql runs with -q,
# so command tags are not printed. PGHOST and PGUSER lead to a server.

use strict;
use warnings;

my $file = shift or die "usage: docs.pl FILE.md\n";

# Returns the blocks of the document: line, sql, error expected, output expected or undef.
sub read_blocks
{
	my @blocks;
	my ($kind, $indent, $block, $after);

	open(my $in, '<', $file) or die "could not read $file: $!\n";
	while (my $line = <$in>)
	{
		if (defined $kind)
		{
			if ($kind eq 'hidden' ? $line =~ /^-->\s*$/ : $line =~ /^\s*```\s*$/)
			{
				undef $kind;
			}
			elsif ($kind eq 'text')
			{
				$block->{output} .= $line =~ s/^$indent//r;
			}
			elsif ($kind ne 'other')
			{
				$block->{sql} .= $line =~ s/^$indent//r;
			}
		}
		elsif ($line =~ /^(\s*)```sql( error)?\s*$/ || $line =~ /^()<!-- sql\s*$/)
		{
			$indent = $1;
			$kind = $line =~ /<!--/ ? 'hidden' : 'sql';
			$block = { line => $. + 1, sql => '', error => defined $2, output => undef };
			push @blocks, $block;
			$after = 1;
		}
		elsif ($line =~ /^(\s*)```text\s*$/ && $after)
		{
			$indent = $1;
			$kind = 'text';
			$block->{output} = '';
			$after = 0;
		}
		elsif ($line =~ /^\s*```/)
		{
			die "$file, line $.: a block of SQL is marked \"sql\" or \"sql error\", nothing else\n" if $line =~ /```\s*sql/i;
			$kind = 'other';
			$after = 0;
		}
		elsif ($line =~ /\S/)
		{
			$after = 0;
		}
	}
	die "$file: a block is not closed\n" if defined $kind;
	return @blocks;
}

# Returns the text as it is compared: no blanks at line ends, no empty lines around it.
sub trimmed
{
	my ($text) = @_;

	$text =~ s/[ \t]+$//mg;
	$text =~ s/\A\n+//;
	$text =~ s/\n+\z//;
	return $text;
}

# Shows a text as TAP comments.
sub show
{
	my ($what, $text) = @_;

	print "# $what:\n", map { "#   $_\n" } split /\n/, $text;
}

my @blocks = read_blocks();
if (!@blocks)
{
	print "1..0 # SKIP no SQL in $file\n";
	exit 0;
}
print '1..', scalar @blocks, "\n";

my $database = 'docs_' . $$;
system('createdb', $database) == 0 or die "could not create a database for $file\n";
my $script = '';
$script .= "CREATE EXTENSION credence;\n" unless grep { $_->{sql} =~ /\bCREATE EXTENSION\b/i } @blocks;
for my $number (0 .. $#blocks)
{
	$script .= "\\echo :: block $number\n$blocks[$number]{sql}\n";
}
my $path = "/tmp/$database.sql";
open(my $out, '>', $path) or die "could not write $path: $!\n";
print $out $script;
close($out);
my $printed = `psql -X -q -d $database < $path 2>&1`;
unlink $path;
system('dropdb', $database);

my (@printed, $current);
for my $line (split /^/, $printed)
{
	if ($line =~ /^:: block (\d+)$/)
	{
		$current = $1;
		$printed[$current] = '';
	}
	elsif (defined $current)
	{
		$printed[$current] .= $line;
	}
}
my $failed = 0;
for my $number (0 .. $#blocks)
{
	my $block = $blocks[$number];
	my $got = trimmed($printed[$number] // '(the session ended before)');
	my $raised = $got =~ /^(ERROR|FATAL|PANIC):|^\(the session ended/m ? 1 : 0;
	my $right = $raised == ($block->{error} ? 1 : 0);
	my $expected = defined $block->{output} ? trimmed($block->{output}) : undef;

	$right = 0 if defined $expected && $got ne $expected;
	$failed++ unless $right;
	print $right ? '' : 'not ', 'ok ', $number + 1, " - $file, line $block->{line}\n";
	next if $right;
	show('expected', defined $expected ? $expected : $block->{error} ? 'an error' : 'no error');
	show('printed', $got);
}
exit($failed ? 1 : 0);
