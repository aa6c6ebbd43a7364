# test/cluster.sh
#
# A throw-away PostgreSQL cluster in $scratch: an unprivileged account, a unix socket that
# only it can reach, no network. Sourced by bash after test/setup.sh.

# start_cluster [SETTING...]: e.g. start_cluster "shared_buffers = 1GB". Sets the
# environment so that clients find it, as its superuser.
start_cluster()
{
	local data=$scratch/cluster socket=$scratch/socket setting

	# a path of a socket holds 107 bytes, and the server adds the port to it
	if [ "${#socket}" -gt 85 ]; then
		socket=$(mktemp -d /tmp/credence.XXXXXX)
		socket_elsewhere=$socket
		[ "$(id -u)" -ne 0 ] || chown postgres "$socket"
	else
		as_account mkdir -p -m 700 "$socket"
	fi
	step "creating a cluster" as_account "$bindir/initdb" --pgdata="$data" --username=postgres --auth=trust \
		--encoding=UTF8 --locale=C.UTF-8 --no-sync || die "initdb failed (above)"
	{
		printf "%s\n" "listen_addresses = ''" "unix_socket_directories = '$socket'" "fsync = off" \
			"full_page_writes = off" "synchronous_commit = off" "max_wal_size = 4GB" "timezone = 'UTC'"
		for setting in "$@"; do
			printf '%s\n' "$setting"
		done
	} | as_account sh -c "cat >> '$data/postgresql.conf'"
	export PGHOST=$socket PGPORT=5432 PGUSER=postgres PGDATABASE=postgres PATH="$bindir:$PATH"
	unset PGDATA PGSERVICE PGOPTIONS PGPASSWORD PGHOSTADDR
	cluster=$data
	step "starting the cluster" as_account "$bindir/pg_ctl" --pgdata="$data" --log="$scratch/server.log" --wait start ||
		die "the cluster did not start: $(tail -n 20 "$scratch/server.log")"
}

# stop_cluster [MODE]: stops the cluster if there is one. An interrupted start may not have
# left its pid file yet, so stopping is tried for a while.
stop_cluster()
{
	local attempt

	[ -n "${cluster:-}" ] || return 0
	for attempt in 1 2 3 4 5 6 7 8 9 10; do
		! as_account "$bindir/pg_ctl" --pgdata="$cluster" --mode="${1:-immediate}" --silent stop > /dev/null 2>&1 || break
		sleep 0.3
	done
	cluster=
	[ -z "${socket_elsewhere:-}" ] || rm -rf "$socket_elsewhere"
}
