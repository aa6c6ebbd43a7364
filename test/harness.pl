#!/usr/bin/perl
# test/harness.pl
#
# Runs TAP sources and says how many tests passed, failed and were skipped.
#
#   harness.pl RESULTS SUITE [--jobs N] [--with COMMAND WORD... --] FILE...
#
# Each FILE is run as itself, or as an argument of COMMAND. Failures and their diagnostics
# are shown. A file that dies, or does not run what it planned, counts as one failure.
# Appends "SUITE passed failed skipped" to the file RESULTS, and the name of each file that
# failed to RESULTS.failed.

use strict;
use warnings;
use TAP::Harness;

my ($results, $suite, @files) = @ARGV;
my @command;
my $jobs = 1;

if (@files && $files[0] eq '--jobs')
{
	(undef, $jobs) = splice(@files, 0, 2);
}
if (@files && $files[0] eq '--with')
{
	shift @files;
	push @command, shift @files while @files && $files[0] ne '--';
	shift @files;
}

# Appends a line to a file.
sub note
{
	my ($file, $line) = @_;

	open(my $out, '>>', $file) or die "could not append to $file: $!\n";
	print $out "$line\n";
	close($out);
	return;
}

my ($passed, $failed, $skipped) = (0, 0, 0);
my $harness = TAP::Harness->new(
	{
		failures => 1,
		comments => 1,
		merge => 1,
		jobs => $jobs,
		exec => sub { return [ @command, $_[1] ]; },
	});
my $aggregate = $harness->runtests(@files);

for my $parser ($aggregate->parsers)
{
	my $wrong = $parser->failed;

	if (defined $parser->skip_all)
	{
		$skipped++;
		next;
	}
	$skipped += $parser->skipped;
	$passed += $parser->passed - $parser->skipped;
	$wrong = 1 if !$wrong && $parser->has_problems;
	$failed += $wrong;
}
note($results, "$suite $passed $failed $skipped");
for my $file ($aggregate->descriptions)
{
	note("$results.failed", $file) if ($aggregate->parsers($file))[0]->has_problems;
}
exit($failed ? 1 : 0);
