# A crash and a start later, on a standby too, every value is the same and its indexes find it.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Samples;

my $node = PostgreSQL::Test::Cluster->new('primary');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', 'full_page_writes = on');
$node->start;
$node->backup('base');

my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;

$node->safe_psql('postgres', 'CREATE EXTENSION credence');
make_table($node, 'postgres');
my $contents = contents($node, 'postgres');

# Raises an error that names the rows which an index of any type fails to find.
my $lost = q(
	SET search_path = public, credence;
	SET enable_seqscan = off;
	SET enable_bitmapscan = off;
	DO $$
	DECLARE
		indexed record;
		row_id int;
		found boolean;
		checked int := 0;
		lost text := '';
	BEGIN
		FOR indexed IN
			SELECT a.attname AS name, coalesce(pg_get_expr(i.indpred, i.indrelid), 'true') AS condition
			FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attname <> 'id'
			WHERE i.indrelid = 'kept'::regclass
		LOOP
			FOR row_id IN EXECUTE format('SELECT id FROM kept WHERE %I IS NOT NULL AND %s', indexed.name, indexed.condition)
			LOOP
				EXECUTE format('SELECT count(*) > 0 FROM kept WHERE %1$I = (SELECT k.%1$I FROM kept k WHERE k.id = %2$s) AND %3$s',
					indexed.name, row_id, indexed.condition)
				INTO found;
				checked := checked + 1;
				IF NOT found THEN
					lost := lost || format(' %s %s', indexed.name, row_id);
				END IF;
			END LOOP;
		END LOOP;
		IF lost <> '' OR checked = 0 THEN
			RAISE EXCEPTION 'not found:%', lost;
		END IF;
	END $$;
);

sub finds_all
{
	my ($where, $what) = @_;
	my (undef, undef, $error) = $where->psql('postgres', $lost);

	return is($error, '', $what);
}

$node->stop('immediate');
$node->start;
is(contents($node, 'postgres'), $contents, 'a crash loses nothing');
finds_all($node, 'the indexes find every value after a crash');

$node->safe_psql('postgres', 'UPDATE kept SET id = id + 100; VACUUM (FULL, ANALYZE) kept; UPDATE kept SET id = id - 100');
$node->restart;
is(contents($node, 'postgres'), $contents, 'nor does moving every row and starting again');

$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is(contents($standby, 'postgres'), $contents, 'a standby holds the same');
finds_all($standby, 'its indexes find every value');
$standby->promote;
is(contents($standby, 'postgres'), $contents, 'and it still does when it takes over');

$standby->stop;
$node->stop;
done_testing();
