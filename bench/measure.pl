#!/usr/bin/perl
# bench/measure.pl CASES TEXTS [CASES TEXTS ...]
#
# Measures the pairs of CASES (see there) and prints a table of ratios. Both queries of a
# pair run alternately in one session, once unmeasured and then RUNS times; the medians are
# compared. The TEXTS that follow are run first in every session, with the variable inputs.
# Environment: RUNS, INPUTS, CASES (names; all by default); PGHOST and PGUSER.

use strict;
use warnings;

my @files = @ARGV;
my $runs = $ENV{RUNS} // 5;
my %wanted = map { $_ => 1 } split ' ', $ENV{CASES} // '';

# Returns the cases of a file in their order, each with the texts that it uses.
sub read_cases
{
	my ($cases_file, $texts_file) = @_;
	my (@cases, $case, $side);

	open(my $in, '<', $cases_file) or die "could not read $cases_file: $!\n";
	while (<$in>)
	{
		if (/^-- case (\S+): (.*) \| (.*)$/)
		{
			$case = { name => $1, texts => $texts_file, measured => { what => $2, sql => '' }, against => { what => $3, sql => '' } };
			push @cases, $case;
			undef $side;
		}
		elsif (!$case) { next; }
		elsif (/^-- reach at (most|least) (\S+)$/) { $case->{reach} = [ $1, $2 ]; }
		elsif (/^-- same$/) { $case->{same} = 1; }
		elsif (/^-- (measured|against)(?: program (\S+))?$/)
		{
			$side = $case->{$1};
			$side->{program} = $2;
		}
		elsif (/^--/) { die "$cases_file, line $.: not understood: $_"; }
		elsif ($side) { $side->{sql} .= $_; }
	}
	return @cases;
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	my $half = int(@sorted / 2);

	return @sorted % 2 ? $sorted[$half] : ($sorted[ $half - 1 ] + $sorted[$half]) / 2;
}

# Runs a case; fills in the seconds and the result of each side. Returns an error or nothing.
sub measure
{
	my ($case) = @_;
	my @sides = @{$case}{ 'measured', 'against' };
	my $script = "\\i $case->{texts}\n\\timing on\n";

	for my $run (0 .. $runs)
	{
		for my $number (0, 1)
		{
			$script .= "\\echo :: side $number\n";
			$script .= $sides[$number]{program} ? "\\! python3 $sides[$number]{program}\n" : $sides[$number]{sql};
		}
	}
	my $path = "/tmp/credence-bench-$$.sql";
	open(my $out, '>', $path) or die "could not write $path: $!\n";
	print $out $script, "\\echo :: end\n";
	close($out);
	my $inputs = $ENV{INPUTS} // 12;
	my $printed = `psql -X -q -v ON_ERROR_STOP=1 -v inputs=$inputs -f $path 2>&1`;
	unlink $path;
	if ($printed !~ /^:: end$/m)
	{
		my ($error) = $printed =~ /((?:ERROR|FATAL|Traceback).*)/s;

		return (split /\n/, $error // $printed)[0] // 'the session ended';
	}
	for my $block (split /^:: /m, $printed)
	{
		$block =~ /^side (\d)\n(.*)\z/s or next;
		my ($side, $lines) = ($sides[$1], $2);

		if ($side->{program})
		{
			my ($seconds, $result) = split ' ', $lines;

			push @{ $side->{seconds} }, $seconds;
			$side->{result} = $result;
		}
		else
		{
			my @times = $lines =~ /^Time: (\S+) ms/mg;

			push @{ $side->{seconds} }, $times[-1] / 1000;
			my @results = grep { !/^Time:/ } split /\n/, $lines;
			$side->{result} = $results[-1];
		}
	}
	for my $side (@sides)
	{
		shift @{ $side->{seconds} };	# the unmeasured run
		$side->{median} = median(@{ $side->{seconds} });
	}
	return 'the two results differ: ' . join(' and ', map { $_->{result} } @sides)
		if $case->{same} && $sides[0]{result} != $sides[1]{result};
	return;
}

my @cases;
while (my ($cases_file, $texts_file) = splice @files, 0, 2)
{
	push @cases, grep { !%wanted || $wanted{ $_->{name} } } read_cases($cases_file, $texts_file);
}
die "no case is called $ENV{CASES}\n" unless @cases;
my $width = 16;
for my $case (@cases) { $width = length $case->{name} if length $case->{name} > $width; }
my $missed = 0;

$| = 1;
printf "%-${width}s  %10s %10s  %8s  %-14s  %s\n", 'case', 'measured', 'against', 'ratio', 'to reach', '';
for my $case (@cases)
{
	my $error = measure($case);

	printf "%-${width}s  ", $case->{name};
	if (defined $error)
	{
		$missed++;
		print "could not be measured: $error\n";
		next;
	}
	my ($measured, $against) = ($case->{measured}{median}, $case->{against}{median});
	my ($bound, $limit) = @{ $case->{reach} // [ $case->{against}{program} ? 'least' : 'most', undef ] };
	my $ratio = $bound eq 'most' ? $measured / $against : $against / $measured;
	my $verdict = !defined $limit ? '' : ($bound eq 'most' ? $ratio <= $limit : $ratio >= $limit) ? 'reached' : 'missed';

	$missed++ if $verdict eq 'missed';
	printf "%8.3f s %8.3f s  %8.2f  %-14s  %s\n", $measured, $against, $ratio,
		defined $limit ? ($bound eq 'most' ? "at most $limit" : "$limit x faster") : $bound eq 'most' ? '-' : '- (x faster)', $verdict;
}
print "\n";
for my $case (@cases)
{
	printf "%-${width}s  %s, against %s\n", $case->{name}, $case->{measured}{what}, $case->{against}{what};
}
printf "\n%d targets missed\n", $missed;
