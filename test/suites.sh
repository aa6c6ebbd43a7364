# test/suites.sh
#
# The suites, for `make check` and `make coverage`. Sourced by bash after test/setup.sh and
# test/cluster.sh. Each suite appends a line "SUITE passed failed skipped" to
# $scratch/results; one that appends none could not start.

all_suites="warnings core regress contract server docs fuzz"

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

# pg_regress speaks TAP since 16.
suite_regress()
{
	local log=$scratch/source/regress.log passed failed

	ls sql/*.sql > /dev/null 2>&1 || { count regress 0 0 0; return; }
	attended as_account sh -c 'make --no-print-directory installcheck 2>&1 | tee regress.log' || true
	passed=$(grep -c -E '^(test .*|     [^ ].*)\.\.\. ok|^ok ' "$log" || true)
	failed=$(grep -c -E '^(test .*|     [^ ].*)\.\.\. FAILED|^not ok ' "$log" || true)
	[ ! -f regression.diffs ] || cat regression.diffs
	if [ "$failed" -eq 0 ] && [ "$passed" -ne "$(ls sql/*.sql | wc -l)" ]; then
		failed=1
	fi
	count regress "$passed" "$failed" 0
}

suite_contract()
{
	as_account createdb contract
	as_account psql -X -q -d contract -c 'CREATE EXTENSION credence' -c 'CREATE EXTENSION pgtap'
	harness contract --with psql -X -q -A -t -v ON_ERROR_STOP=1 -d contract -f -- test/pgtap/*.sql
}

# What PostgreSQL::Test keeps to itself is shown for the files that fail.
suite_server()
{
	local file

	export PG_REGRESS=$pgxs/src/test/regress/pg_regress PG_TEST_TIMEOUT_DEFAULT=180
	export PERL5LIB=$pgxs/src/test/perl:$scratch/source/test/t TESTDIR=$scratch/server
	as_account mkdir -p "$TESTDIR"
	rm -f "$scratch/results.failed"
	harness server --jobs 2 --with env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE perl -- ${TESTS:-test/t/*.pl}
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

# Packages that only some suites need.
want_for()
{
	case $1 in
		warnings) want clang command -v clang ;;
		fuzz) want_fuzzing ;;
		contract) want "postgresql-$major-pgtap" test -f "$sharedir/extension/pgtap.control" ;;
		server)
			want libipc-run-perl perl -MIPC::Run -e 1
			want python3 command -v python3 ;;
	esac
}

# run_suites SUITE...: runs them in the scratch copy, where the extension is built and installed
# and a cluster runs; says how each went.
run_suites()
{
	local suite

	touch "$scratch/results"
	[ "$(id -u)" -ne 0 ] || chown postgres "$scratch/results"
	for suite in "$@"; do
		say
		say "== $suite"
		"suite_$suite"
		grep -q "^$suite " "$scratch/results" || count "$suite" 0 1 0
		awk -v suite="$suite" '$1 == suite { printf "%s: %d passed, %d failed, %d skipped\n", $1, $2, $3, $4 }' "$scratch/results"
	done
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
