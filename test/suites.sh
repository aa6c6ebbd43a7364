# test/suites.sh
#
# The suites, for `make check` and `make coverage`. Sourced by bash after test/setup.sh and
# test/cluster.sh. Each suite appends a line "SUITE passed failed skipped" to
# $scratch/results; one that appends none could not start.

all_suites="regress contract isolation docs web warnings core fuzz server"

# harness SUITE ARGUMENT...: see harness.pl; runs as the account.
harness()
{
	attended as_account perl test/harness.pl "$scratch/results" "$@" || true
}

# count SUITE PASSED FAILED SKIPPED
count()
{
	echo "$*" >> "$scratch/results"
}

suite_warnings()
{
	harness warnings test/warnings
}

suite_core()
{
	local programs=$scratch/core

	if step "building the unit tests" as_account test/core/build "$programs"; then
		ASAN_OPTIONS=detect_leaks=0 harness core "$programs"/test_*
	else
		count core 0 1 0
	fi
}

# count_regress SUITE LOG TEST...: counts what pg_regress said of the tests; it speaks TAP since 16.
count_regress()
{
	local suite=$1 log=$2 passed failed

	shift 2
	passed=$(grep -c -E '^(test .*|     [^ ].*)\.\.\. ok|^ok ' "$log" || true)
	failed=$(grep -c -E '^(test .*|     [^ ].*)\.\.\. FAILED|^not ok ' "$log" || true)
	if [ "$failed" -eq 0 ] && [ "$passed" -ne $# ]; then
		failed=1
	fi
	count "$suite" "$passed" "$failed" 0
}

suite_regress()
{
	ls sql/*.sql > /dev/null 2>&1 || { count regress 0 0 0; return; }
	attended as_account sh -c 'make --no-print-directory installcheck 2>&1 | tee regress.log' || true
	[ ! -f regression.diffs ] || cat regression.diffs
	count_regress regress regress.log sql/*.sql
}

suite_contract()
{
	as_account createdb contract
	as_account psql -X -q -d contract -c 'CREATE EXTENSION credence' -c 'CREATE EXTENSION credence_registry' -c 'CREATE EXTENSION credence_disclosure' -c 'CREATE EXTENSION pgtap'
	harness contract --with psql -X -q -A -t -v ON_ERROR_STOP=1 -d contract -f -- test/pgtap/*.sql
}

# Sessions that get in each other's way. A step that waits longer than the limit fails its spec.
suite_isolation()
{
	local runner=$pgxs/src/test/isolation/pg_isolation_regress out=$scratch/isolation
	local specs=$(cd test/specs && ls *.spec | sed 's/\.spec$//')

	if [ ! -x "$runner" ] || [ ! -x "$(dirname "$runner")/isolationtester" ]; then
		say "skipped: this server came without $runner"
		count isolation 0 0 "$(echo "$specs" | wc -l)"
		return
	fi
	as_account mkdir -p "$out"
	as_account createdb isolation
	as_account psql -X -q -d isolation -o /dev/null -f test/specs/prepare.sql
	attended as_account env PGISOLATIONTIMEOUT=60 PG_TEST_TIMEOUT_DEFAULT=60 sh -c '"$@" 2>&1 | tee isolation.log' sh "$runner" --use-existing --dbname=isolation \
		--bindir= --inputdir=test --outputdir="$out" $specs || true
	[ ! -f "$out/regression.diffs" ] || cat "$out/regression.diffs"
	count_regress isolation isolation.log $specs
}

# What PostgreSQL::Test keeps to itself is shown for the files that fail. The longest go first: at the end they would run alone.
suite_server()
{
	local file

	export PG_REGRESS=$pgxs/src/test/regress/pg_regress PG_TEST_TIMEOUT_DEFAULT=180
	export PERL5LIB=$pgxs/src/test/perl:$scratch/source/test/t TESTDIR=$scratch/server
	export TESTDATADIR=$TESTDIR/tmp_check TESTLOGDIR=$TESTDIR/tmp_check/log		# the same, as PostgreSQL 16 and later call it
	as_account mkdir -p "$TESTDIR"
	rm -f "$scratch/results.failed"
	build_client
	harness server --jobs 2 --with env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE perl -- \
		${TESTS:-test/t/020_reference.pl test/t/057_release.pl $(ls test/t/*.pl | grep -vE "/(020_reference|057_release)")}
	[ -f "$scratch/results.failed" ] || return 0
	while read -r file; do
		say "-- from the log of $file"
		sed -n -e '/error running SQL/,+3p' -e '/^\[.*# /p' "$TESTDIR/tmp_check/log/regress_log_$(basename "$file" .pl)" | tail -n 40
	done < "$scratch/results.failed"
}

suite_docs()
{
	harness docs --with perl test/docs.pl -- $(grep -lE '^ *```sql|^<!-- sql' README.md doc/*.md rulebooks/*/README.md)
}

# The pages of the web bulletin in headless Chromium. npm installs the versions that test/web/package-lock.json names.
suite_web()
{
	if step "installing playwright-core and axe-core" as_account npm --prefix test/web ci; then
		harness web --with node -- test/web/*.t.js
	else
		count web 0 1 0
	fi
}

want_web()
{
	want chromium command -v chromium
	want nodejs command -v node
	want npm command -v npm
}

# The targets run two at a time; what they do is shown as they do it.
suite_fuzz()
{
	local targets tap=$scratch/fuzz/tap

	ls test/fuzz/fuzz_*.c > /dev/null 2>&1 || { count fuzz 0 0 0; return; }
	targets=$(ls test/fuzz/fuzz_*.c | sed 's|.*/fuzz_\(.*\)\.c|\1|')
	if step "building the fuzz targets" as_account test/fuzz/build "$scratch/fuzz"; then
		attended as_account sh -c "test/fuzz/smoke $scratch/fuzz \$* > $tap" sh $targets || true
		harness fuzz --with cat -- "$tap"
	else
		count fuzz 0 1 0
	fi
}

# The clients that test/t/060_clients.pl tries, for the system's own python3. A Java compiler is large (120 MB): JDBC
# is tested where there is one already, or where CREDENCE_JAVA asks for one.
want_clients()
{
	want python3-psycopg /usr/bin/python3 -c 'import psycopg'
	want python3-pyodbc /usr/bin/python3 -c 'import pyodbc'
	want odbc-postgresql grep -q 'PostgreSQL Unicode' /etc/odbcinst.ini
	want python3-sqlalchemy /usr/bin/python3 -c 'import sqlalchemy'
	want python3-psycopg2 /usr/bin/python3 -c 'import psycopg2'
	[ -z "${CREDENCE_JAVA:-}" ] || want default-jdk-headless command -v javac
	[ -z "${CREDENCE_JAVA:-}" ] && ! command -v javac > /dev/null || want libpostgresql-jdbc-java test -f /usr/share/java/postgresql.jar
}

# Packages that only some suites need.
want_for()
{
	case $1 in
		warnings)
			want clang command -v clang
			want_client ;;
		fuzz) want_fuzzing ;;
		web) want_web ;;
		contract) want "postgresql-$major-pgtap" test -f "$sharedir/extension/pgtap.control" ;;
		server)
			want libipc-run-perl perl -MIPC::Run -e 1
			want python3 command -v python3
			want groff-base command -v groff
			want_client
			want glpk-utils command -v glpsol
			want_clients ;;
	esac
}

# Suites that need no cluster: they run beside the others.
beside_suites="warnings core web fuzz"

# run_suite SUITE: runs it in the scratch copy, where the extension is built and installed and
# a cluster runs; says how it went.
run_suite()
{
	local suite=$1

	say
	say "== $suite"
	"suite_$suite"
	grep -q "^$suite " "$scratch/results" || count "$suite" 0 1 0
	awk -v suite="$suite" '$1 == suite { printf "%s: %d passed, %d failed, %d skipped\n", $1, $2, $3, $4 }' "$scratch/results"
}

# run_suites SUITE...: runs them all. What those beside print is shown when they are through. The
# server's tests, which run two at a time themselves, wait for them.
run_suites()
{
	local suite beside=

	touch "$scratch/results"
	[ "$(id -u)" -ne 0 ] || chown postgres "$scratch/results"
	for suite in $beside_suites; do
		case " $* " in *" $suite "*) beside="$beside $suite" ;; esac
	done
	if [ -n "$beside" ]; then
		say "beside the rest:$beside"
		(
			trap '[ -z "$running" ] || kill -TERM -- "-$running"; exit 143' TERM
			for suite in $beside; do
				run_suite "$suite"
			done
		) > "$scratch/beside.log" 2>&1 &
		alongside=$!
	fi
	for suite in "$@"; do
		[ "$suite" != server ] || join_beside
		case " $beside " in *" $suite "*) ;; *) run_suite "$suite" ;; esac
	done
	join_beside
}

# Waits for the suites that run beside the others, if any, and shows what they printed.
join_beside()
{
	[ -n "$alongside" ] || return 0
	wait "$alongside" || true
	alongside=
	cat "$scratch/beside.log"
}

# Says how all suites went together; the last line is "N passed, N failed". Fails if a test
# did, or if there was none.
sum_up()
{
	say
	awk '{ if ($3 > 0) print "failed: " $1 }' "$scratch/results"
	awk '{ passed += $2; failed += $3; skipped += $4 }
		END {
			printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
			exit failed > 0 || passed == 0
		}' "$scratch/results"
}
