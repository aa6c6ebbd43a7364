# Bundles in tests: databases with published bulletins, and bundles that are changed by somebody who makes all hashes anew.

package Bundle;

use strict;
use warnings;
use Digest::SHA 'sha256_hex';
use Exporter 'import';
use JSON::PP;
use PostgreSQL::Test::Utils;
use Client;
our @EXPORT = qw(publish_bundle seal copy_bundle csv_of csv_text forge verified);

# Makes a database with both bulletins of test/fixtures/bundle.sql; keys go over those of the policy.
sub publish_bundle
{
	my ($node, $database, $keys) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'SET client_min_messages = warning; CREATE EXTENSION credence_disclosure CASCADE');
	# in one session: variables go from file to file
	$node->safe_psql($database, "DROP ROLE IF EXISTS bundle_one, bundle_two;\n\\set policy '" . (($keys // '{}') =~ s/\s+/ /gr) . "'\n"
		. join('', map { "\\i test/fixtures/$_.sql\n" } qw(bundle bundle_decisions bundle_publish))
		. q(SELECT format('CREATE ROLE bundle_reader LOGIN IN ROLE credence_public') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bundle_reader') \gexec));
	return;
}

# Makes the manifest anew.
sub seal
{
	my ($directory) = @_;
	my @files = sort { $a cmp $b } grep { $_ ne 'manifest.sha256' } map { s/^\Q$directory\E\///r } split /\n/, `find '$directory' -type f`;

	write_file("$directory/manifest.sha256", join '', map { sha256_hex(read_file("$directory/$_")) . "  $_\n" } @files);
	return;
}

sub copy_bundle
{
	my ($from, $to) = @_;

	system('cp', '-R', $from, $to) == 0 or die;
	return $to;
}

# The records of a file: fields, undef where there is no value; apostrophes as they are.
sub csv_of
{
	my ($path) = @_;
	my $text = read_file($path);
	my (@records, @record);

	while ($text =~ /\G("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gc)
	{
		my ($field, $end) = ($1, $2);

		push @record, $field eq '' ? undef : $field =~ /\A"(.*)"\z/s ? $1 =~ s/""/"/gr : $field;
		if ($end eq "\r\n")
		{
			push @records, [@record];
			@record = ();
		}
	}
	die "$path is no CSV" if (pos($text) // 0) < length $text;
	return \@records;
}

# The same as text, quoted as bundles are.
sub csv_text
{
	my ($records) = @_;

	return join '', map { join(',', map { !defined $_ ? '' : $_ eq '' || /[",\r\n]/ ? '"' . s/"/""/gr . '"' : $_ } @$_) . "\r\n" } @$records;
}

# Changes canonical forms, the heading and the scheme by code that gets the text of each in $_ (and file and item), and makes all hashes
# anew up to the manifest, as a forger would who has everything but what people wrote down. Records of the tables stay as they are.
sub forge
{
	my ($directory, $change) = @_;
	my $items = csv_of("$directory/items.csv");
	my $chain = csv_of("$directory/chain.csv");
	my $heading = read_file("$directory/heading.json");
	my ($hashes, $scheme) = ('', read_file("$directory/scheme.json"));

	for my $item (@$items[1 .. $#$items])
	{
		if (defined $item->[2])
		{
			local $_ = $item->[2];
			$change->('item', $item->[0]);
			$item->[2] = $_;
			$item->[3] = sha256_hex($_);
		}
		$hashes .= pack 'H*', $item->[3];
	}
	write_file("$directory/items.csv", csv_text($items));
	$heading =~ s/"items_sha256":"[0-9a-f]{64}"/'"items_sha256":"' . sha256_hex($hashes) . '"'/e;
	if (defined $scheme)
	{
		local $_ = $scheme;
		$change->('scheme', 0);
		write_file("$directory/scheme.json", $_);
		my $hash = sha256_hex($_);
		$heading =~ s/"scheme_sha256":"[0-9a-f]{64}"/"scheme_sha256":"$hash"/;
	}
	{
		local $_ = $heading;
		$change->('heading', 0);
		$heading = $_;
	}
	write_file("$directory/heading.json", $heading);
	$chain->[-1][1] = $heading;
	$chain->[-1][3] = sha256_hex($heading);
	write_file("$directory/chain.csv", csv_text($chain));
	my $data = read_file("$directory/data.json");
	if (defined $data)
	{
		$data =~ s/"hash": "[0-9a-f]{64}"/"hash": "$chain->[-1][3]"/;
		write_file("$directory/data.json", $data);
	}
	seal($directory);
	return;
}

# What verify says of a bundle: its status and the document of --json.
sub verified
{
	my ($directory, @options) = @_;
	my ($status, $out, $err) = credence([ 'verify', '--json', '--quiet', @options, $directory ]);

	return ($status, json_of($out) // { error => $err });
}

1;
