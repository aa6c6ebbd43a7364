# test/setup.sh
#
# What `make check`, `demo`, `bench`, `fuzz` and `coverage` share: packages, the choice of
# a server, a scratch directory, the build and the installation. Sourced by bash.
#
# Everything happens in $scratch, a copy of the tree that belongs to an unprivileged
# account and disappears on exit, so the checkout stays as it is and may be unreadable
# to that account.

set -euo pipefail
unset MAKEFLAGS MFLAGS MAKELEVEL CDPATH
# PostgreSQL::Test looks at LANG alone
export LANG=C.UTF-8 LC_ALL=C.UTF-8

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=
running=
alongside=
missing=()

say()
{
	printf '%s\n' "$*"
}

die()
{
	printf '\nerror: %s\n' "$*" >&2
	exit 1
}

# Ends what still runs, stops the cluster and removes the scratch directory. Once begun it is
# not interrupted: make passes on a signal that we have had already.
clean_up()
{
	local status=$?

	trap - EXIT
	trap '' INT TERM HUP
	[ -z "$running" ] || kill -TERM -- "-$running" 2>/dev/null || true
	[ -z "$alongside" ] || kill -TERM "$alongside" 2>/dev/null || true
	if declare -F stop_cluster >/dev/null; then
		stop_cluster
	fi
	if [ -n "${KEEP:-}" ] && [ -n "$scratch" ]; then
		say "kept $scratch"
	elif [ -n "$scratch" ]; then
		cd / && rm -rf "$scratch"
	fi
	exit "$status"
}

# Makes the scratch directory and sees to it that nothing is left behind.
open_scratch()
{
	scratch=$(mktemp -d "${TMPDIR:-/tmp}/credence.XXXXXX")
	trap clean_up EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# Runs a command in a process group of its own, so that an interrupt ends all of it.
# Returns the command's status.
attended()
{
	local status=0

	set -m
	"$@" < /dev/null &
	running=$!
	set +m
	wait "$running" || status=$?
	running=
	return "$status"
}

# step WHAT COMMAND...: runs the command, one dot every two seconds; shows what it printed
# only if it fails, and returns its status.
step()
{
	local what=$1 log=$scratch/step.log started=$SECONDS status=0 dots

	shift
	printf '%s ...' "$what"
	(while sleep 2; do printf '.'; done) &
	dots=$!
	attended "$@" > "$log" 2>&1 || status=$?
	kill "$dots" 2>/dev/null || true
	wait "$dots" 2>/dev/null || true
	if [ "$status" -eq 0 ]; then
		say " done ($((SECONDS - started)) s)"
	else
		say " failed"
		tail -n 60 "$log"
	fi
	return "$status"
}

# --- packages ---------------------------------------------------------------------------

# as_root COMMAND...: as root, through sudo where we are not.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo > /dev/null; then
		sudo "$@"
	else
		return 1
	fi
}

# want PACKAGE PROBE...: the package is missing if the probe fails.
want()
{
	local package=$1

	shift
	case " ${missing[*]-} " in
		*" $package "*) ;;
		*) "$@" > /dev/null 2>&1 || missing+=("$package") ;;
	esac
}

# What fuzzing needs: clang and its runtime libraries.
want_fuzzing()
{
	want clang command -v clang
	want libclang-rt-dev sh -c 'ls "$(clang -print-resource-dir)"/lib/linux/libclang_rt.fuzzer-*.a'
}

# Does apt know a version of each package?
apt_knows()
{
	local package

	for package in "$@"; do
		[ -n "$(apt-cache show --no-all-versions "$package" 2> /dev/null)" ] || return 1
	done
}

apt_install()
{
	as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
		apt-get install -y -q --no-install-recommends "$@"
}

# Installs what want() found missing. A new server package would start a cluster of its own;
# that is not ours to leave behind, so it is told not to.
install_missing()
{
	local settings=/etc/postgresql-common/createcluster.d

	[ ${#missing[@]} -gt 0 ] || return 0
	command -v apt-get > /dev/null ||
		die "this needs what Debian calls ${missing[*]}, and there is no apt-get here; install that and try again"
	as_root true ||
		die "the packages ${missing[*]} are missing and only root can install them; run: apt-get install ${missing[*]}"
	if ! apt_knows "${missing[@]}"; then
		step "updating the package lists" as_root apt-get update -q ||
			die "apt-get update failed (above); see to the package sources and try again"
	fi
	as_root mkdir -p "$settings"
	as_root sh -c "echo 'create_main_cluster = false' > $settings/credence.conf"
	if ! step "installing ${missing[*]}" apt_install "${missing[@]}"; then
		step "updating the package lists" as_root apt-get update -q || true
		step "installing ${missing[*]}" apt_install "${missing[@]}" || status=failed
	fi
	as_root rm -f "$settings/credence.conf"
	as_root rmdir --ignore-fail-on-non-empty "$settings"
	[ -z "${status:-}" ] || die "apt-get could not install ${missing[*]} (above); install them and try again"
	missing=()
}

# --- the server --------------------------------------------------------------------------

# Which is the PostgreSQL of this Debian? Prints its major version.
distribution_major()
{
	if ! apt_knows postgresql; then
		step "updating the package lists" as_root apt-get update -q >&2 || true
	fi
	apt-cache depends postgresql 2> /dev/null | sed -n 's/.*Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -n 1
}

# Chooses pg_config: PG_CONFIG where given, else the newest server of 15 or later that has
# PGXS, else the newest server, else this Debian's, installed. Sets bindir, libdir, major.
choose_server()
{
	local candidate version best=0 best_has_pgxs=0 has_pgxs

	if [ -z "${PG_CONFIG:-}" ]; then
		for candidate in /usr/lib/postgresql/*/bin/pg_config "$(command -v pg_config || true)"; do
			[ -x "$candidate" ] && [ -x "$("$candidate" --bindir)/postgres" ] || continue
			version=$("$candidate" --version | sed 's/^PostgreSQL \([0-9]*\).*/\1/')
			[ "$version" -ge 15 ] || continue
			has_pgxs=0
			[ ! -f "$("$candidate" --pgxs)" ] || has_pgxs=1
			if [ "$has_pgxs$(printf %03d "$version")" -gt "$best_has_pgxs$(printf %03d "$best")" ]; then
				PG_CONFIG=$candidate best=$version best_has_pgxs=$has_pgxs
			fi
		done
	fi
	if [ -z "${PG_CONFIG:-}" ]; then
		for candidate in $(ls -d /usr/lib/postgresql/*/bin/postgres 2> /dev/null | sort -rV); do
			version=$(echo "$candidate" | sed 's|.*postgresql/\([0-9]*\)/bin.*|\1|')
			if [ "$version" -ge 15 ]; then
				PG_CONFIG=/usr/lib/postgresql/$version/bin/pg_config
				break
			fi
		done
	fi
	if [ -z "${PG_CONFIG:-}" ]; then
		version=$(distribution_major)
		[ "${version:-0}" -ge 15 ] ||
			die "no PostgreSQL 15 or later is installed or packaged here; install one and name its pg_config with PG_CONFIG="
		PG_CONFIG=/usr/lib/postgresql/$version/bin/pg_config
	fi
	major=$(echo "$PG_CONFIG" | sed -n 's|^/usr/lib/postgresql/\([0-9]*\)/bin/pg_config$|\1|p')
	want gcc command -v gcc
	want make command -v make
	want perl perl -MTAP::Harness -e 1
	if [ -n "$major" ]; then
		want "postgresql-$major" test -x "/usr/lib/postgresql/$major/bin/postgres"
		want "postgresql-server-dev-$major" test -f "/usr/lib/postgresql/$major/lib/pgxs/src/makefiles/pgxs.mk"
	fi
	install_missing
	[ -x "$(command -v "$PG_CONFIG")" ] || die "there is no pg_config at $PG_CONFIG; give another one with PG_CONFIG="
	bindir=$("$PG_CONFIG" --bindir)
	libdir=$("$PG_CONFIG" --pkglibdir)
	sharedir=$("$PG_CONFIG" --sharedir)
	pgxs=$(dirname "$(dirname "$(dirname "$("$PG_CONFIG" --pgxs)")")")
	major=$("$PG_CONFIG" --version | sed 's/^PostgreSQL \([0-9]*\).*/\1/')
	[ -f "$("$PG_CONFIG" --pgxs)" ] ||
		die "$PG_CONFIG leads to no PGXS, which building needs; install the server's development files"
	[ -x "$bindir/postgres" ] || die "there is no server in $bindir; give the pg_config of one with PG_CONFIG="
	export PG_CONFIG
	say "using $("$PG_CONFIG" --version) in $bindir"
}

# --- source, build, installation -----------------------------------------------------------

# as_account COMMAND...: as the account that may run a server: ourselves, or postgres where we are root.
as_account()
{
	if [ "$(id -u)" -eq 0 ]; then
		HOME=$scratch setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
	else
		HOME=$scratch "$@"
	fi
}

# Copies the tree, without what make built in it, to $scratch/source and goes there.
copy_source()
{
	mkdir -p "$scratch/source"
	tar -C "$project" --exclude=./.git --exclude=./build --exclude=./results --exclude='*.o' --exclude='*.bc' \
		--exclude='*.so' --exclude='*.gcda' --exclude='*.gcno' -cf - . | tar -C "$scratch/source" -xf -
	if [ "$(id -u)" -eq 0 ]; then
		id postgres > /dev/null 2>&1 ||
			die "a server does not run as root, and there is no account postgres; create one (useradd -r postgres) or do not run this as root"
		chown -R postgres "$scratch"
	fi
	cd "$scratch/source"
}

# Builds the copy; arguments go to make.
build()
{
	step "building" as_account make -j2 PG_CONFIG="$PG_CONFIG" "$@" || die "the build failed (above)"
}

# What the program credence needs, and its build in the copy.
want_client()
{
	want libpq-dev test -f "$("$PG_CONFIG" --includedir)/libpq-fe.h"
	want libjansson-dev test -f /usr/include/jansson.h
	want libxlsxwriter-dev test -f /usr/include/xlsxwriter.h
	want libssl-dev test -f /usr/include/openssl/evp.h
	want zlib1g-dev test -f /usr/include/zlib.h
}

# Sets client to where it is.
build_client()
{
	client=$scratch/source/build/client/credence
	step "building the program credence" as_account make -j2 client PG_CONFIG="$PG_CONFIG" || die "the build of the client failed (above)"
}

install_files()
{
	if [ -w "$sharedir/extension" ] && [ -w "$libdir" ]; then
		make install PG_CONFIG="$PG_CONFIG" "$@"
	else
		as_root make install PG_CONFIG="$PG_CONFIG" "$@"
	fi
}

# Installs the built copy into the server; arguments go to make.
install_extension()
{
	step "installing the extension into $sharedir/extension" install_files "$@" ||
		die "the extension's files could not be installed into $sharedir and $libdir: run this as root, or name a server of your own with PG_CONFIG="
}

# Exports CREDENCE_DATA, the folder of real populations, if there is one: as given, or
# ../shared/data; copied where the account could not read it. Tests that need it skip otherwise.
find_data()
{
	local data=${CREDENCE_DATA:-$project/../shared/data}

	unset CREDENCE_DATA
	if [ -d "$data" ]; then
		data=$(cd "$data" && pwd)
		if ! as_account ls -R "$data" > /dev/null 2>&1; then
			cp -R "$data" "$scratch/data"
			chmod -R u+rX,go+rX "$scratch/data"
			[ "$(id -u)" -ne 0 ] || chown -R postgres "$scratch/data"
			data=$scratch/data
		fi
		export CREDENCE_DATA=$data
	fi
}
