# The rulebook cms-hospital-stars on the real population: every official star, and every
# summary score to the digits published; and the same from a release in other words.
#
# Needs CREDENCE_DATA, the folder that holds cms-star-2022-07.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = ($ENV{CREDENCE_DATA} // '') . '/cms-star-2022-07';
plan skip_all => 'cms-star-2022-07, the real population, is not here (CREDENCE_DATA)' unless -f "$data/input.csv";

my $node = PostgreSQL::Test::Cluster->new('stars');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\n");
$node->start;

rate('official', $data);

# what CMS published
$node->safe_psql('official', <<'SQL' . "\\copy expected from '$data/expected.csv' with (format csv, header)");
CREATE TABLE expected (provider_id text,
	std_mortality float8, std_readmission float8, std_safety float8, std_experience float8, std_process float8,
	reweighted_experience float8, reweighted_readmission float8, reweighted_mortality float8, reweighted_safety float8,
	reweighted_process float8,
	weight_experience float8, weight_readmission float8, weight_mortality float8, weight_safety float8, weight_process float8,
	summary_score float8, mortality_cnt int, safety_cnt int, readmission_cnt int, experience_cnt int, process_cnt int,
	total_cnt int, mortsafe_cnt int, report_indicator int, cnt_grp text, star int);
SQL

is(ask('SELECT count(*) FROM expected'), 4489, 'every hospital is there');
is(ask('SELECT count(star) FROM expected'), 3121, 'and 3,121 have an official star');
$node->safe_psql('official', <<'SQL');
CREATE VIEW beside AS
SELECT provider_id, o.star AS official_star, r.star, r.star_2026, r.star_2027, o.summary_score AS official_score, r.summary_score,
	r.safety_quartile, o.safety_cnt, o.total_cnt, o.mortsafe_cnt, r.peer_group, right(o.cnt_grp, 1)::int AS official_peer_group,
	r.group_scores, ARRAY[std_mortality, std_safety, std_readmission, std_experience, std_process] AS official_groups,
	r.measures, ARRAY[mortality_cnt, safety_cnt, readmission_cnt, experience_cnt, process_cnt] AS official_measures,
	r.not_rated_because, array_to_string(r.not_rated_because, ' ') AS because
FROM star_rating r FULL JOIN expected o USING (provider_id);
SQL

none('star IS DISTINCT FROM official_star', 'every hospital has its official star, or none');
is(ask(q(SELECT string_agg(hospitals::text, ' ' ORDER BY star)
	FROM (SELECT star, count(*) AS hospitals FROM star_rating WHERE star IS NOT NULL GROUP BY star) s)),
	'198 702 895 895 431', 'stars of each kind');
none('abs(summary_score - official_score) > 1e-8 OR (summary_score IS NULL) <> (official_score IS NULL)',
	'every summary score agrees to 1e-8');
none('EXISTS (SELECT FROM unnest(group_scores, official_groups) AS g (ours, official)
	WHERE abs(ours - official) > 1e-8 OR (ours IS NULL) <> (official IS NULL))', 'so does every group score');
none('EXISTS (SELECT FROM unnest(measures, official_measures) AS m (ours, official) WHERE coalesce(ours, 0) <> coalesce(official, 0))',
	'measures are counted as CMS does');
none('star IS NOT NULL AND peer_group <> official_peer_group', 'peer groups');

# not rated
none(q((star IS NULL) <> (not_rated_because <> '{}')), 'who is not rated is told why, and nobody else');
none(q((because LIKE '%of 3 groups%') <> (total_cnt < 3) OR (because LIKE '%none of the groups%') <> (mortsafe_cnt < 1)),
	'and told the right reason');

# the safety rules
my $unsafe = 'star IS NOT NULL AND safety_quartile = 1 AND safety_cnt >= 3';
none("star_2026 IS DISTINCT FROM CASE WHEN $unsafe THEN least(star, 4) ELSE star END", 'safety rule of 2026');
none("star_2027 IS DISTINCT FROM CASE WHEN $unsafe THEN greatest(star - 1, 1) ELSE star END", 'safety rule of 2027');
is(ask('SELECT max(hospitals) - min(hospitals) <= 1 FROM (
	SELECT count(*) AS hospitals FROM star_rating WHERE safety_quartile IS NOT NULL GROUP BY safety_quartile) q'),
	't', 'quartiles are quarters');

# explained
is(ask(q(SELECT count(*) FROM (
	SELECT summary_score, sum(contribution) AS sum
	FROM star_card, star_norms, hospital JOIN star_rating USING (provider_id), explain_score(card, hospital, norms)
	WHERE right(provider_id, 1) = '7' GROUP BY provider_id, summary_score
	) e WHERE sum IS DISTINCT FROM summary_score::numeric)),
	0, 'explanations add up to the summary scores');

# The same release in another year's words: other names of measures and groups, columns and rows in
# another order, a measure that hardly anybody reports, and the ends of lines of another system.
my $other = PostgreSQL::Test::Utils::tempdir('release');
write_release($data, $other);
rate('renamed', $other);
$node->safe_psql('official',
	"COPY (SELECT provider_id, summary_score, star, star_2026, star_2027, peer_group FROM star_rating) TO '$other/official.csv' CSV");
is($node->safe_psql('renamed', "
	CREATE TABLE official (provider_id text, summary_score float8, star int, star_2026 int, star_2027 int, peer_group int);
	COPY official FROM '$other/official.csv' CSV;
	SELECT count(*) FROM star_rating r FULL JOIN official o ON r.provider_id = o.provider_id
	WHERE (r.star, r.star_2026, r.star_2027, r.peer_group) IS DISTINCT FROM (o.star, o.star_2026, o.star_2027, o.peer_group)
		OR abs(r.summary_score - o.summary_score) > 2e-9"),
	0, 'the same stars and scores from a release in other words');

$node->stop;
done_testing();

# Returns what a query on the official release says.
sub ask
{
	return $node->safe_psql('official', $_[0]);
}

# Passes if the condition holds for no hospital; shows the first for which it does.
sub none
{
	my ($condition, $what) = @_;

	is(ask("SELECT * FROM beside WHERE $condition LIMIT 1"), '', $what);
	return;
}

# Makes a database, loads a release there as the rulebook's README says, and rates the hospitals.
sub rate
{
	my ($database, $release) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION credence; ALTER DATABASE $database SET search_path = public, credence");
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', "data=$release", '-d', $node->connstr($database),
			map { ('-f', "rulebooks/cms-hospital-stars/$_.sql") } qw(load stars) ], "$database: loaded and rated");
	return;
}

# Returns the fields of a line of CSV.
sub fields
{
	my ($line) = @_;
	my @fields;

	$line =~ s/[\r\n]+\z//;
	push @fields, $1 while $line =~ /\G(?:^|,)((?:"(?:[^"]|"")*"|[^,"])*)/g;
	return @fields;
}

# Writes a release with the same figures in other words.
sub write_release
{
	my ($from, $to) = @_;
	my %file;

	for my $name (qw(input measures groups))
	{
		open(my $in, '<', "$from/$name.csv") or die "could not read $from/$name.csv: $!";
		my @lines = map { [ fields($_) ] } <$in>;
		$file{$name} = \@lines;
	}
	my %measure = map { $_->[0] => 1 } @{ $file{measures} }[ 1 .. $#{ $file{measures} } ];
	my $rename = sub { return $measure{ $_[0] } ? "Measure $_[0], new" =~ s/,//r : $_[0] };
	my $group = sub { return $_[0] =~ /^Safety/ ? 'Safety of Care' : "The $_[0]" };

	for my $row (@{ $file{measures} }[ 1 .. $#{ $file{measures} } ])
	{
		$row->[0] = $rename->($row->[0]);
		$row->[1] = $group->($row->[1]);
	}
	push @{ $file{measures} }, [ 'RARE', 'The Mortality', 'Reported by a hundred', '1.0', 'std_RARE' ],
		[ 'NOBODY', 'Safety of Care', 'Not a column', '1.0', 'std_NOBODY' ];
	$_->[0] = $group->($_->[0]) for @{ $file{groups} }[ 1 .. $#{ $file{groups} } ];
	@{ $file{groups} }[ 1 .. $#{ $file{groups} } ] = reverse @{ $file{groups} }[ 1 .. $#{ $file{groups} } ];

	my $count = 0;
	for my $row (@{ $file{input} })
	{
		$row->[0] = $count == 0 ? 'Facility ID' : $row->[0];
		@$row[ 1 .. $#$row ] = reverse @$row[ 1 .. $#$row ];
		@$row[ 1 .. $#$row ] = map { $rename->($_) } @$row[ 1 .. $#$row ] if $count == 0;
		push @$row, $count == 0 ? 'RARE' : $count <= 100 ? $count : '';
		$count++;
	}
	@{ $file{input} }[ 1 .. $#{ $file{input} } ] = reverse @{ $file{input} }[ 1 .. $#{ $file{input} } ];
	for my $name (keys %file)
	{
		open(my $out, '>', "$to/$name.csv") or die "could not write $to/$name.csv: $!";
		print $out map { join(',', @$_) . "\r\n" } @{ $file{$name} };
		close($out);
	}
	return;
}
