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

# Counts the rows that an index of any type fails to find.
my $lost = q(
	SET enable_seqscan = off; SET enable_bitmapscan = off;
	DO $$
	DECLARE
		indexed record;
		found boolean;
		lost text := '';
	BEGIN
		FOR indexed IN
			SELECT a.attname AS name, k.id, pg_get_expr(i.indpred, i.indrelid) AS condition
			FROM pg_index i
			JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attname <> 'id'
			CROSS JOIN kept k WHERE i.indrelid = 'kept'::regclass
		LOOP
			EXECUTE format('SELECT k.%1$I IS NULL OR NOT coalesce(%3$s, true) OR EXISTS (SELECT 1 FROM kept f WHERE f.%1$I = k.%1$I AND coalesce(%3$s, true))
				FROM kept k WHERE k.id = %2$s', indexed.name, indexed.id, coalesce(indexed.condition, 'true'))
			INTO found;
			IF NOT found THEN lost := lost || format(' %s %s', indexed.name, indexed.id); END IF;
		END LOOP;
		IF lost <> '' THEN RAISE EXCEPTION 'not found:%', lost; END IF;
	END $$;
);

$node->stop('immediate');
$node->start;
is(contents($node, 'postgres'), $contents, 'a crash loses nothing');
is($node->psql('postgres', $lost), 0, 'the indexes find every value after a crash');

$node->safe_psql('postgres', 'UPDATE kept SET id = id + 100; VACUUM (FULL, ANALYZE) kept; UPDATE kept SET id = id - 100');
$node->restart;
is(contents($node, 'postgres'), $contents, 'nor does moving every row and starting again');

$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is(contents($standby, 'postgres'), $contents, 'a standby holds the same');
is($standby->psql('postgres', $lost), 0, 'its indexes find every value');
$standby->promote;
is(contents($standby, 'postgres'), $contents, 'and it still does when it takes over');

$standby->stop;
$node->stop;
done_testing();
