# Installing and dropping the extension: by the superuser, by an ordinary owner of a
# database, under a hostile search_path; and one version everywhere.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use JSON::PP;

my $node = PostgreSQL::Test::Cluster->new('install');
$node->init;
$node->start;

# how many functions the extension has, and how much is left in its schema
my $members = q(SELECT count(*) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'credence') AND deptype = 'e');
my $left = q(SELECT (SELECT count(*) FROM pg_proc WHERE pronamespace = 'credence'::regnamespace)
	+ (SELECT count(*) FROM pg_type WHERE typnamespace = 'credence'::regnamespace)
	+ (SELECT count(*) FROM pg_operator WHERE oprnamespace = 'credence'::regnamespace)
	+ (SELECT count(*) FROM pg_opclass WHERE opcnamespace = 'credence'::regnamespace));

$node->safe_psql('postgres', 'CREATE EXTENSION credence');
my $count = $node->safe_psql('postgres', $members);
$node->safe_psql('postgres', 'DROP EXTENSION credence');
is($node->safe_psql('postgres', $left), '0', 'dropping the extension leaves nothing of it');
$node->safe_psql('postgres', 'CREATE EXTENSION credence');
is($node->safe_psql('postgres', $members), $count, 'it can be created again');

# trusted: CREATE on the database is enough
$node->safe_psql('postgres', 'CREATE ROLE manager LOGIN; CREATE ROLE analyst LOGIN; CREATE DATABASE owned OWNER manager');
$node->safe_psql('owned', 'CREATE EXTENSION credence', extra_params => [ '-U', 'manager' ]);
is($node->safe_psql('owned', $members), $count, 'the owner of a database installs all of it');
is($node->safe_psql('owned', q(SELECT has_schema_privilege('analyst', 'credence', 'USAGE')
	AND NOT has_schema_privilege('analyst', 'credence', 'CREATE'))), 't', 'others may use its schema, not write to it');
my ($status, $out, $err) = $node->psql('postgres', 'CREATE EXTENSION credence', extra_params => [ '-U', 'manager' ]);
isnt($status, 0, 'who may not create in a database cannot install');
$node->safe_psql('owned', 'DROP EXTENSION credence', extra_params => [ '-U', 'manager' ]);
is($node->safe_psql('owned', 'SELECT count(*) FROM pg_extension WHERE extname = \'credence\''), '0', 'its owner drops it');

# a search_path that leads to traps: the script must resolve its own names
$node->safe_psql('postgres', 'CREATE DATABASE hostile');
$node->safe_psql('hostile', q(
	CREATE SCHEMA trap;
	CREATE DOMAIN trap.float8 AS text;
	CREATE DOMAIN trap.int4 AS text;
	CREATE TYPE trap.bands AS ENUM ('x');
	CREATE TYPE trap.scorecard AS ENUM ('x');
	CREATE FUNCTION trap.score(trap.scorecard, record) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''trapped''; END';
	CREATE FUNCTION trap.hash(text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''trapped''; END';
	CREATE FUNCTION trap.texteq(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''trapped''; END';
	CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.texteq);
	ALTER DATABASE hostile SET search_path = trap, pg_catalog, public;
));
$node->safe_psql('hostile', 'CREATE EXTENSION credence');
is($node->safe_psql('hostile', $members), $count, 'it installs under a hostile search_path');
is($node->safe_psql('hostile', q(SELECT count(*) FROM pg_catalog.pg_depend d
	WHERE d.refobjid OPERATOR(pg_catalog.=) ANY (SELECT oid FROM pg_catalog.pg_type WHERE typnamespace OPERATOR(pg_catalog.=) 'trap'::pg_catalog.regnamespace)
	AND d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
	AND d.objid OPERATOR(pg_catalog.=) ANY (SELECT oid FROM pg_catalog.pg_proc WHERE pronamespace OPERATOR(pg_catalog.=) 'credence'::pg_catalog.regnamespace))),
	'0', 'none of its functions took a type of the trap');


# the registry, under the same search_path: as many objects as anywhere, and they work
my $registry = $members =~ s/'credence'/'credence_registry'/r;
$node->safe_psql('postgres', 'CREATE EXTENSION credence_registry');
$node->safe_psql('hostile', 'CREATE EXTENSION credence_registry');
is($node->safe_psql('hostile', $registry), $node->safe_psql('postgres', $registry), 'the registry installs under a hostile search_path');
is($node->safe_psql('hostile', q(
	SELECT credence_registry.put_region('32', NULL, 'Province', 'Province');
	SELECT credence_registry.put_subject('institution', 'H', 'Hospital', '32', '2015-01-01'))), "\n1", 'and works under it');
($status, $out, $err) = $node->psql('owned', 'CREATE EXTENSION credence_registry CASCADE', extra_params => [ '-U', 'manager' ]);
like($err, qr/permission denied to create extension "credence_registry"/, 'only a superuser installs the registry: it makes roles');

# the disclosure: its roles are members of nothing, or it is not created
my $disclosure = $members =~ s/'credence'/'credence_disclosure'/r;
$node->safe_psql('postgres', 'CREATE EXTENSION credence_disclosure');
$node->safe_psql('hostile', 'CREATE EXTENSION credence_disclosure');
is($node->safe_psql('hostile', $disclosure), $node->safe_psql('postgres', $disclosure), 'the disclosure installs under a hostile search_path');
is($node->safe_psql('hostile', 'SELECT count(*) FROM credence_disclosure.bulletin_entries'), '0', 'and works under it');
$node->safe_psql('postgres', 'DROP EXTENSION credence_disclosure');
for my $role ('credence_public', 'credence_public_owner')
{
	$node->safe_psql('postgres', "GRANT credence_reader TO $role");
	($status, $out, $err) = $node->psql('postgres', 'CREATE EXTENSION credence_disclosure');
	like($err, qr/role "$role" is a member of credence_reader/, "a $role with the rights of another role is refused");
	$node->safe_psql('postgres', "REVOKE credence_reader FROM $role");
}
$node->safe_psql('postgres', 'CREATE EXTENSION credence_disclosure');

# a schema that is there already is used as it is
$node->safe_psql('postgres', 'CREATE DATABASE prepared');
$node->safe_psql('prepared', 'CREATE SCHEMA credence; CREATE EXTENSION credence');
is($node->safe_psql('prepared', $members), $count, 'it installs into a schema prepared for it');
($status, $out, $err) = $node->psql('prepared', 'ALTER EXTENSION credence SET SCHEMA public');
like($err, qr/does not support SET SCHEMA/, 'it stays in its schema');

# encodings: the scripts are in UTF-8 whatever the database is in
for ([ 'LATIN1', 'credence_registry', qr/has no equivalent in encoding "LATIN1"/ ], [ 'SQL_ASCII', 'credence_disclosure', qr/credence_disclosure needs a database in UTF8, and this one is in SQL_ASCII/ ])
{
	my ($encoding, $extension, $message) = @$_;

	$node->safe_psql('postgres', qq(CREATE DATABASE "$encoding" ENCODING '$encoding' TEMPLATE template0 LOCALE 'C'));
	$node->safe_psql($encoding, 'CREATE EXTENSION credence');
	($status, $out, $err) = $node->psql($encoding, "CREATE EXTENSION $extension CASCADE");
	isnt($status, 0, "$extension is not for a database in $encoding");
	like($err, $message, '... which is said');
}

# one version everywhere; the control file is where it is kept
my ($version) = slurp_file('control/credence.control') =~ /^default_version = '(.*)'/m;
is($node->safe_psql('postgres', q(SELECT extversion FROM pg_extension WHERE extname = 'credence')), $version, 'the installed version');
my $meta = decode_json(slurp_file('META.json'));
is($meta->{version}, "$version.0", 'the version of the distribution');
for my $extension (sort keys %{ $meta->{provides} })
{
	my ($of_control) = slurp_file("control/$extension.control") =~ /^default_version = '(.*)'/m;
	is($meta->{provides}{$extension}{version}, "$of_control.0", "the version of $extension");
	ok(-f $_, "the file $_ that it names is there") for @{ $meta->{provides}{$extension} }{ 'file', 'docfile' };
}
like(slurp_file('CHANGELOG.md'), qr/^## \Q$version\E /m, 'the version in the change log');

$node->stop;
done_testing();
