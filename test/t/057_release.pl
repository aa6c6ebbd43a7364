# Random releases, attacked: tables of one class and of two, of counts and of sums, with regions in a tree, several in one
# release and with lists beside them, and further releases from the same run. An outsider with linear programs
# (test/reference/attacker.py) takes what the public views show, and the rules, and must not get closer to any cell that a rule
# suppresses than the rule allows; the database's own audit has to agree with it.
#
# CREDENCE_SEED repeats a run; CREDENCE_RELEASES is how many runs are published from, two releases each or so.

use strict;
use warnings;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Client;

my $seed = $ENV{CREDENCE_SEED} // int(rand(1e9));
my $runs = $ENV{CREDENCE_RELEASES} // 100;
srand($seed);
diag("CREDENCE_SEED=$seed");

my $node = PostgreSQL::Test::Cluster->new('release');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\njit = off");
$node->start;
my $json = JSON::PP->new->canonical->allow_nonref;

# A scheme with figures and classes, a tree of regions, and subjects; the runs are written as they would be stored.
$node->safe_psql('postgres', q(
	CREATE EXTENSION credence_disclosure CASCADE;
	CREATE ROLE one LOGIN IN ROLE credence_publisher;
	SET search_path = credence_disclosure, credence_registry, credence;
	SELECT put_region(r, NULLIF(left(r, -2), ''), r, r) FROM unnest('{00,0001,000101,000102,000103,0002,000201,000202,0003,000301}'::text[]) r ORDER BY length(r);
	SELECT put_code('indicator', 'f', 'F', 'F'), put_code('indicator', 'n', 'N', 'N');
	SELECT put_subject((ARRAY['institution', 'pharmacy'])[1 + n % 2], 'S' || n, 'S ' || n, '00', '2015-01-01', level => CASE WHEN n % 2 = 0 THEN (1 + n / 2 % 3)::text END) FROM generate_series(1, 90) n;
	SELECT scheme_import('{"code": "s", "version": "1", "subjects": {"kinds": ["institution", "pharmacy"]}, "inputs": {"f": {"observation": "f"}, "n": {"observation": "n"}, "p": {"observation": "f"},
		"colour": {"attribute": "colour"}, "size": {"attribute": "size"}}, "scorecard": {"name": "s", "indicators": [{"name": "p"}], "grades": "A >= 90, B >= 50, C"}}');
	SELECT scheme_activate('s', '1');
));
is($node->safe_psql('postgres', q(SELECT string_agg(name || ' ' || sql, ', ') FROM credence_registry.run_columns((SELECT scheme_id FROM credence_registry.scheme)))),
	'colour r.texts[1], f r.numbers[1], n r.numbers[2], p r.inputs[1], size r.texts[2]', 'the inputs are where this test writes them');

sub pick { return $_[ int(rand(@_)) ] }

# Writes a final run of a period with a random population; returns its number.
sub random_run
{
	my ($period) = @_;
	my $number = pick(1, 5, 12, 20, 30, 45, 60, 80);
	my $skew = pick(1, 1, 3);
	my $negative = rand() < 0.15 ? 300 : 0;
	my $decimals = pick(0, 0, 2);
	my $colours = pick(1, 2, 3, 4);
	my $most_cases = pick(3, 12, 60);
	my @rows;

	my @codes = (1 .. 90);
	for my $n (1 .. $number)
	{
		my $s = splice(@codes, int(rand(@codes)), 1);
		my $region = pick('000101', '000101', '000102', '000103', '000201', '000202', '000301', '0002', '00', 'NULL');
		my $grade = (qw(A B C))[ int(3 * rand()**$skew) ];
		my $figure = rand() < 0.1 ? 'NULL' : sprintf("%.${decimals}f", 1000 * rand()**3 - $negative);
		my $cases = $figure eq 'NULL' ? 'NULL' : int($most_cases * rand()**3);
		push @rows, sprintf(q[(%d, %s, '%s', %s, %s, %s, %s)], $s, $region eq 'NULL' ? 'NULL' : "'$region'", $grade, $figure, $cases,
			"'" . (qw(red green blue grey))[ int($colours * rand()**2) ] . "'", rand() < 0.1 ? 'NULL' : "'" . pick(qw(small large)) . "'");
	}
	my $rows = @rows ? 'VALUES ' . join(', ', @rows) : 'SELECT 1, NULL, NULL, NULL::numeric, NULL::numeric, NULL, NULL WHERE false';
	return $node->safe_psql('postgres', qq(
		WITH run AS (
			INSERT INTO credence_registry.run (scheme_id, scheme_code, period, period_start, period_end, as_of, state, phase, engine, final_at)
			SELECT scheme_id, 's', '$period', '$period-01', '$period-28', now(), 'final', 'done', '1', now() FROM credence_registry.scheme RETURNING run_id
		), result AS (
			INSERT INTO credence_registry.result (run_id, subject_id, region, kind, peer, evaluated_at, inputs, numbers, texts, score, grade, notch, rated, rank)
			SELECT run_id, s.subject_id, x.region, s.kind, x.colour, now(), ARRAY[50], ARRAY[x.figure, x.cases]::float8[], ARRAY[x.colour, x.size], 50, x.grade, ascii(x.grade) - 64, true, 1
			FROM run, ($rows) x (n, region, grade, figure, cases, colour, size) JOIN credence_registry.subject s ON s.code = 'S' || x.n
		)
		SELECT run_id FROM run));
}

# A random table of two classes or of one; alone says whether it is the only one.
sub random_table
{
	my ($name, $alone, @classes) = @_;
	my @ways = ([ 'level', 'grade' ], [ 'region', 'grade' ], [ 'colour', 'grade' ], [ 'size', 'grade' ], [ 'kind', 'grade' ], [ 'grade', undef ], [ 'level', undef ],
		[ 'region', undef ], [ 'colour', undef ], [ 'kind', undef ], [ 'peer', 'size' ]);
	my ($rows, $columns) = @classes ? @classes : @{ pick(@ways) };
	my %table = (name => $name, rows => $rows, columns => $columns);

	$table{hierarchy} = JSON::PP::true if $rows eq 'region' && rand() < 0.7;
	$table{margins} = JSON::PP::false if $alone && !$table{hierarchy} && rand() < 0.2;
	if (!@classes && rand() < 0.35) { $table{measure} = { sum => 'f' }; }
	elsif (!@classes && !exists $table{margins} && rand() < 0.4)
	{
		$table{cases} = ['n'];
		$table{sums} = ['f'] if rand() < 0.6;
		$table{means} = ['f'] if rand() < 0.7;
	}
	$table{percent} = pick($columns ? 'row' : 'total', 'column', 'total') if !exists $table{margins} && !exists $table{means} && rand() < 0.3;
	$table{cost} = 'value' if rand() < 0.3;
	$table{show} = [ pick({ column => $columns ? 'A' : undef, row => undef }, { row => undef }) ] if !exists $table{margins} && rand() < 0.1;
	$table{protection} = { in => pick(qw(percent units)), lower => pick(1, 2, 10), upper => pick(2, 20) } if rand() < 0.15;
	return \%table;
}

sub random_policy
{
	my ($code) = @_;
	my $several = pick(1, 1, 1, 2, 2, 3);
	my @tables = map { random_table("t$_", $several == 1) } 1 .. $several;
	if (rand() < 0.15)
	{
		# a ring
		my @classes = sort { rand() <=> 0.5 } qw(level grade colour size kind region);
		@tables = map { random_table("t$_", 0, $classes[ $_ - 1 ], $classes[ $_ % 3 ]) } 1 .. 3;
	}
	my %policy = (code => $code, version => '1', template => 'mine', schemes => ['s'], audience => 'public', tables => \@tables);

	$policy{minimum_cell} = pick(2, 3, 3, 5) if grep { !$_->{measure} } @tables;
	$policy{contributors} = 3 if rand() < 0.3 && grep { $_->{cases} } @tables;
	if (grep { $_->{measure} } @tables)
	{
		$policy{contributors} = 3 if rand() < 0.7 || $policy{contributors};
		$policy{dominance} = { n => pick(1, 2), k => pick(60, 75.5, 85) } if rand() < 0.5;
		$policy{p_percent} = pick(10, 15) if rand() < 0.5 || !grep { exists $policy{$_} } qw(contributors dominance);
	}
	$policy{zeros} = 'suppressed' if rand() < 0.2;
	$policy{reasons} = 'each' if rand() < 0.15 && ($policy{minimum_cell} // 3) > 2;
	if (rand() < 0.35)
	{
		$policy{list} = rand() < 0.7 ? { grades => [ pick(qw(A C)) ] } : { order => 'code' };
		$policy{columns} = [ 'code', grep { rand() < 0.6 } qw(grade level region kind colour size f n) ];
	}
	return \%policy;
}

# Everything about a run that was published, and the truth, as one line.
sub released
{
	my ($run, $name, $audit) = @_;

	return $json->decode($node->safe_psql('postgres', qq(
		SET search_path = credence_disclosure, credence_registry;
		SELECT json_build_object('name', '$name',
			'bulletins', (SELECT coalesce(json_agg(json_build_object('number', h.bulletin, 'policy', p.filled,
				'tables', (SELECT jsonb_agg(t.value || coalesce(jsonb_build_object('protection', (SELECT d.protection FROM table_definitions(p.filled) d WHERE d.name = t.value ->> 'name')), '{}'))
					FROM json_array_elements((h.heading::json) -> 'tables') x, LATERAL (SELECT x.value::jsonb AS value) t),
				'cells', (SELECT json_agg(json_build_object('cell', c.cell, 'table', c.table_name, 'row', c.class_order, 'class', c.class, 'parent', c.class_parent, 'column', c.grade_order, 'grade', c.grade,
					'count', c.count, 'value', c.value::text, 'reason', c.suppression_reason)) FROM bulletin_cells c WHERE c.bulletin = h.bulletin),
				'entries', (SELECT coalesce(json_agg(json_build_object('code', e.subject_code,
						'values', (json_build_object('grade', e.grade, 'level', e.level, 'region', e.region, 'kind', e.subject_kind, 'peer', e.peer)::jsonb
							|| (SELECT coalesce(jsonb_object_agg(v.input, v.value_text), '{}') FROM bulletin_values v WHERE v.bulletin = e.bulletin AND v.entry = e.entry AND v.value_text IS NOT NULL)),
						'inputs', (SELECT coalesce(json_object_agg(v.input, v.value::text), '{}') FROM bulletin_values v WHERE v.bulletin = e.bulletin AND v.entry = e.entry AND v.value IS NOT NULL))), '[]')
					FROM bulletin_entries e WHERE e.bulletin = h.bulletin)) ORDER BY h.bulletin), '[]')
				FROM bulletin_chain h JOIN bulletin b ON b.number = h.bulletin JOIN policy p ON p.policy_id = b.policy_id WHERE b.run_id = $run),
			'members', (SELECT coalesce(json_agg(json_build_object('code', s.code, 'kind', r.kind, 'region', r.region, 'level', s.level, 'peer', r.peer, 'grade', r.grade, 'colour', r.texts[1], 'size', r.texts[2],
				'inputs', json_build_object('f', r.numbers[1]::text::numeric::text, 'n', r.numbers[2]::text::numeric::text))), '[]') FROM result r JOIN subject s ON s.subject_id = r.subject_id WHERE r.run_id = $run),
			'audit', (SELECT coalesce(json_agg(json_build_object('number', coalesce(a.number, b.number), 'item', a.item, 'lowest', a.lowest::text, 'highest', a.highest::text, 'safe', a.safe)), '[]')
				FROM bulletin b, audit_cells(b.bulletin_id) a WHERE b.bulletin_id = $audit)))));
}

$node->safe_psql('postgres', q(SELECT credence_disclosure.put_template('mine', 'Mine', '我的')));
open my $lines, '>', "$PostgreSQL::Test::Utils::tmp_check/releases.json" or die $!;
my ($published, $refused, $linked, $certified, $wrong, $failed) = (0, 0, 0, 0, 0, '');
my $never = write_file("$PostgreSQL::Test::Utils::tmp_check/never", "#!/bin/sh\nexec sleep 1000\n");
my $endless;
chmod 0755, $never;
connect_to($node, 'postgres', 'one');
for my $n (1 .. $runs)
{
	my $period = sprintf('%04d-%02d', 2000 + int($n / 12), 1 + $n % 12);
	my $run = random_run($period);
	my $last;

	for my $release (1 .. pick(1, 1, 2, 3))
	{
		my $code = "p$n.$release";
		my $policy = random_policy($code);
		my $text = $json->encode($policy);
		# as much as can be in one session: a new one has everything to read and to plan anew
		my ($problems, $bulletin, $is_linked) = split /\|/, $node->safe_psql('postgres', qq(
			SELECT count(*) > 0 AS wrong, string_agg(path || ': ' || problem, '; ') AS problems FROM credence_disclosure.policy_check(\$policy\$$text\$policy\$) \\gset
			\\if :wrong
			SELECT :'problems', NULL, NULL;
			\\else
			SELECT credence_disclosure.policy_import(\$policy\$$text\$policy\$) \\g /dev/null
			SET SESSION AUTHORIZATION one;
			SELECT credence_disclosure.draw_up('$code', $run) AS b \\gset
			RESET SESSION AUTHORIZATION;
			SELECT '', :b, credence_disclosure.linked_system(:b) IS NOT NULL;
			\\endif));

		if ($problems ne '')
		{
			diag("$text\n$problems");
			$wrong++;
			next;
		}
		if ($is_linked eq 't')
		{
			# a solver that keeps to no limit is ended
			$endless //= join ' ', (credence([ 'protect', $bulletin, '--quiet', '--solver', $never, '--time-limit', '1' ]))[0, 2];
			my ($status, $out, $err) = credence([ 'protect', $bulletin, '--quiet', '--json' ]);

			$linked++;
			$failed .= "$code: $status $out $err" if $status > 1 || !defined json_of($out);
			$certified++ if $status == 0;
			$bulletin = json_of($out)->{bulletin} if defined json_of($out);
		}
		my $outcome = $node->safe_psql('postgres', qq(
			SELECT credence_disclosure.review($bulletin) \\g /dev/null
			SELECT count(*) > 0 AS refused FROM credence_disclosure.publication_obstacles($bulletin) \\gset
			\\if :refused
			\\echo refused
			\\else
			SELECT credence_disclosure.publish($bulletin) \\g /dev/null
			\\echo published
			\\endif));
		if ($outcome eq 'published')
		{
			$published++;
			$last = $bulletin;
		}
		else { $refused++; }
	}
	print $lines $json->encode(released($run, "run $n", $last)), "\n" if defined $last;
}
close $lines;
is($wrong, 0, 'no policy of this test is wrong');
cmp_ok($published, '>', $refused, "more were published ($published) than refused ($refused); of $linked linked ones $certified were certified");
is($failed, '', 'the program protects what is linked, or says that it cannot');
like($endless, qr/^1 credence: the solver found no answer for the cell ".+" in 1 seconds\n\z/, 'and does not wait for a solver for ever');
is($node->safe_psql('postgres', 'SELECT count(*) FROM credence_disclosure.verify_chain()'), '0', 'the chain is whole');

my $said = `python3 test/reference/attacker.py < $PostgreSQL::Test::Utils::tmp_check/releases.json 2>&1`;
my @said = split /\n/, $said;
my $attacked = pop @said;
is(join("\n", @said), '', 'no leak, and the audit agrees with the linear programs');
like($attacked, qr/^attacked releases=[1-9]/, $attacked // 'the attacker says what it attacked');
my %count = $attacked =~ /(\w+)=(\d+)/g;
cmp_ok($count{primary} // 0, '>', $runs, 'there was something to attack');
cmp_ok($count{rings} // 0, '>', 0, 'rings too');

$node->stop;
done_testing();
