# Bulletins in every state, dumped and restored in both formats and with two jobs: every table of the
# disclosure brings back the same rows, the chain is whole, the public sees the same, and nothing
# published changes.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('disclosure_dump');
$node->init;
$node->start;
my $directory = PostgreSQL::Test::Utils::tempdir;

# Returns the rows of every table of the disclosure that is dumped, one line each.
sub contents
{
	my ($database) = @_;
	my @tables = split /\n/, $node->safe_psql($database, q(SELECT c.relname FROM pg_class c JOIN pg_extension e ON c.oid = ANY (e.extconfig)
		WHERE e.extname = 'credence_disclosure' AND c.relkind = 'r' ORDER BY 1));

	return $node->safe_psql($database, "SET timezone = 'UTC'; "
		. join(' UNION ALL ', map { "SELECT '$_' AS t, r::text FROM credence_disclosure.$_ r" } @tables) . ' ORDER BY 1, 2');
}

# Returns what the public sees.
sub seen
{
	my ($database) = @_;

	return $node->safe_psql($database, join ';', map { "SELECT v::text FROM credence_disclosure.$_ v ORDER BY 1" }
		qw(bulletins bulletin_entries bulletin_values bulletin_cells bulletin_items bulletin_chain bulletin_adjustments bulletin_schemes bulletin_norms));
}

$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->safe_psql('source', q(
	CREATE EXTENSION credence_disclosure CASCADE;
	CREATE ROLE one LOGIN IN ROLE credence_publisher;
	\i test/fixtures/disclosure.sql
	SET search_path = credence_disclosure, credence_registry, credence;
	SELECT put_template('mine', 'Mine', '我的', '{"list": {"order": "code"}}');
	SELECT policy_import('{"code": "p", "version": "1", "template": "P2", "period": "year", "schemes": ["dsc"], "audience": "public", "columns": ["code", "grade"], "scheme": true,
		"list": {"grades": ["A", "C"]}, "table": {"rows": "level"}, "minimum_cell": 1, "window": {"most_months": 1200}, "notice": {"days": 1}, "served_after": {"days": 1}}');
	SET SESSION AUTHORIZATION one;
	SELECT draw_up('p', :run24) AS a, draw_up('p', :run25) AS b, draw_up('p', :run25) AS c, draw_up('p', :run24) AS d \gset
	RESET SESSION AUTHORIZATION;
	SELECT review(x), announce(x, day::date), serve(x, day::date) FROM unnest(ARRAY[:a, :b, :c], '{2025-03-01,2026-02-05,2026-02-05}'::text[]) u (x, day);
	SELECT object_to(:a, 'no', filed_on => '2025-03-01') AS objection \gset
	SELECT answer_objection(:objection, false, 'yes');
	SELECT publish(:a, '2025-04-01'), publish(:b, '2026-02-10'), discard(:d, 'twice');
	SELECT withdraw(2, 'wrong'), withdraw_subject('institution', 'D01', 'threats');
));
my ($contents, $seen) = (contents('source'), seen('source'));
is($node->safe_psql('source', 'SELECT count(*) FROM credence_disclosure.verify_chain()'), '0', 'the chain is whole');
is($node->safe_psql('source', q(SELECT string_agg(state, ' ' ORDER BY bulletin_id) FROM credence_disclosure.bulletin)), 'published withdrawn notice discarded',
	'there are bulletins in several states');

$node->command_ok([ 'pg_dump', '-Fc', '-f', "$directory/source.dump", $node->connstr('source') ], 'dumping in the custom format');
$node->command_ok([ 'pg_dump', '-f', "$directory/source.sql", $node->connstr('source') ], 'dumping in the plain format');
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(custom parallel plain);
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('custom'), "$directory/source.dump" ], 'restoring it');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-j', '2', '-d', $node->connstr('parallel'), "$directory/source.dump" ], 'restoring with two jobs');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('plain'), '-f', "$directory/source.sql" ], 'restoring the plain format');
for my $database (qw(custom parallel plain))
{
	is(contents($database), $contents, "$database: every row is back");
	is(seen($database), $seen, "$database: the public sees the same");
	is($node->safe_psql($database, 'SELECT count(*) FROM credence_disclosure.verify_chain()'), '0', "$database: the chain is whole");
	my ($status, $out, $err) = $node->psql($database, q(UPDATE credence_disclosure.item SET canonical = '{}'));
	like($err, qr/facts are never changed/, "$database: items cannot be changed");
	($status, $out, $err) = $node->psql($database, q(UPDATE credence_disclosure.bulletin SET state = 'drafted'));
	like($err, qr/cannot go from/, "$database: nor can bulletins");
	is($node->safe_psql($database, q(SELECT credence_disclosure.publish(max(bulletin_id), '2026-05-01') FROM credence_disclosure.bulletin WHERE state = 'notice')), '3',
		"$database: the chain goes on");
}

# dropping it leaves the registry as it was
$node->safe_psql('plain', 'DROP EXTENSION credence_disclosure');
is($node->safe_psql('plain', q(SELECT count(*) FROM pg_class WHERE relnamespace = 'credence_disclosure'::regnamespace)), '0', 'dropping leaves no table');
is($node->safe_psql('plain', 'SELECT count(*) > 0 FROM credence_registry.run'), 't', 'and the registry as it was');

$node->stop;
done_testing();
