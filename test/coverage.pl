#!/usr/bin/perl
# test/coverage.pl FOLDER...
#
# Prints how many lines of each source file of the folders were run, from the .gcov files
# in the current directory, and the numbers of the lines that were not.

use strict;
use warnings;

# Turns 3, 4, 5, 9 into "3-5, 9".
sub ranges
{
	my @ranges;

	for my $number (@_)
	{
		if (@ranges && $ranges[-1][1] == $number - 1) { $ranges[-1][1] = $number; }
		else { push @ranges, [ $number, $number ]; }
	}
	return join ', ', map { $_->[0] == $_->[1] ? $_->[0] : "$_->[0]-$_->[1]" } @ranges;
}

my ($all, $all_run) = (0, 0);
printf "%-40s %7s %7s %7s\n", 'file', 'lines', 'run', '%';
for my $folder (@ARGV)
{
	my ($folder_all, $folder_run) = (0, 0);

	for my $source (sort glob("$folder/*.c"))
	{
		my $gcov = ($source =~ s|/|#|gr) . '.gcov';
		my %run;

		if (open(my $in, '<', $gcov))
		{
			while (<$in>)
			{
				my ($count, $number) = /^\s*([^:]+):\s*(\d+):/ or next;
				next if $count eq '-' || $number == 0;
				# what a macro makes several times counts once
				$run{$number} ||= $count !~ /^[#=]/;
			}
		}
		next unless %run;
		my $lines = keys %run;
		my @missed = grep { !$run{$_} } sort { $a <=> $b } keys %run;
		printf "%-40s %7d %7d %7.1f\n", $source, $lines, $lines - @missed, 100 * ($lines - @missed) / $lines;
		print '    not run: ', ranges(@missed), "\n" if @missed;
		$folder_all += $lines;
		$folder_run += $lines - @missed;
	}
	printf "%-40s %7d %7d %7.1f\n", "$folder/", $folder_all, $folder_run, $folder_all ? 100 * $folder_run / $folder_all : 100;
	$all += $folder_all;
	$all_run += $folder_run;
}
printf "%-40s %7d %7d %7.1f\n", 'total', $all, $all_run, $all ? 100 * $all_run / $all : 100;
