# The official stars of the CMS hospital rating of July 2022: star_clusters() on the
# official summary scores, within the official peer groups, gives every one of them.
# Needs the data (CREDENCE_DATA, the folder of cms-star-2022-07) and skips without it.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $file = ($ENV{CREDENCE_DATA} // '') . '/cms-star-2022-07/expected.csv';

plan skip_all => "there is no $file (CREDENCE_DATA names the folder of cms-star-2022-07)" unless -r $file;

my $node = PostgreSQL::Test::Cluster->new('cms');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION credence');

# The columns are those of the file, all of them text.
open my $csv, '<', $file or die "cannot read $file: $!";
chomp(my $header = <$csv>);
close $csv;
$header =~ s/\r$//;
my $columns = join ', ', map { '"' . lc($_) . '" text' } split /,/, $header;
$node->safe_psql('postgres', "CREATE TABLE official ($columns)");
$node->safe_psql('postgres', "\\copy official from '$file' csv header");

$node->safe_psql('postgres', q{
	CREATE TABLE rated AS
	SELECT provider_id, cnt_grp, summary_score::float8 AS score, star::integer AS star
	  FROM official WHERE report_indicator = '1'});

# Runs star_clusters with the given arguments; which stars differ, and how many there are of each.
sub stars
{
	my ($arguments, $from) = @_;

	return split /\n/, $node->safe_psql('postgres', qq{
		WITH mine AS (SELECT star, credence.star_clusters(score, 5$arguments) OVER (PARTITION BY cnt_grp) AS cluster FROM $from)
		SELECT (SELECT count(*) FROM mine WHERE star IS DISTINCT FROM cluster) || E'\\n' || string_agg(n::text, ' ' ORDER BY cluster)
		  FROM (SELECT cluster, count(*) AS n FROM mine GROUP BY cluster) counted});
}

my ($different, $counts) = stars('', 'rated');
is($different, 0, 'every rated hospital gets its official star');
is($counts, '198 702 895 895 431', 'as many of each as the official rating has');

($different) = stars('', '(SELECT * FROM rated ORDER BY md5(provider_id)) shuffled');
is($different, 0, 'in another order as well');

# What the published procedure insists on matters: neither of these is the official rating.
($different) = stars(', strict => NULL', 'rated');
cmp_ok($different, '>', 0, "without the strict run $different differ");
($different) = stars(", 'optimal'", 'rated');
cmp_ok($different, '>', 0, "with the optimal method $different differ");

$node->stop;
done_testing();
