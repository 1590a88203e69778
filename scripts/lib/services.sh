# shellcheck shell=bash disable=SC2154 # folder: made by scripts/test
# Throw-away PostgreSQL and Redis on free ports of 127.0.0.1, with everything they write in $folder.

owner=()    # how to become the user the servers run as
postgres='' # process ids
redis=''

start_services() {
    say "PostgreSQL and Redis"
    choose_owner
    make_cluster
    on_a_free_port postgres
    export VESTIBULE_TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:$port/postgres
    on_a_free_port redis
    export VESTIBULE_TEST_REDIS_URL=redis://127.0.0.1:$port
    VESTIBULE_TEST_CHROMEDRIVER=$(command -v chromedriver)
    VESTIBULE_TEST_CHROMIUM=$(command -v chromium)
    export VESTIBULE_TEST_CHROMEDRIVER VESTIBULE_TEST_CHROMIUM
    printf '%s\n' "$VESTIBULE_TEST_POSTGRES_URL" "$VESTIBULE_TEST_REDIS_URL"
}

# PostgreSQL refuses to run as root. setpriv and not runuser: it becomes the server instead of
# waiting for it, so that the process id is the server's.
choose_owner() {
    mkdir "$folder/servers"
    [ "$(id -u)" = 0 ] || return 0
    id postgres >/dev/null 2>&1 || give_up "runs as root and needs a user postgres to run PostgreSQL as."
    owner=(setpriv --reuid postgres --regid postgres --init-groups --)
    chmod 711 "$folder"
    chown postgres: "$folder/servers"
}

make_cluster() {
    (cd / && "${owner[@]}" "$(postgres_folder)/initdb" --pgdata "$folder/servers/postgres" \
        --username postgres --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync) \
        >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" && give_up "initdb failed."; }
}

# No asking beforehand whether a port is free: it could be taken a moment later. The server that
# does not get its port ends, and the next port is tried.
on_a_free_port() { # postgres|redis; leaves $port
    local attempt
    for attempt in {1..10}; do
        port=$((20000 + RANDOM % 10000))
        "launch_$1" >>"$folder/$1.log" 2>&1
        await "$1" && return
    done
    tail -n 20 "$folder/$1.log"
    give_up "$1 did not start after $attempt attempts."
}

# fsync stays on: there are tests that kill the server and count what is left.
launch_postgres() {
    become_server "$(postgres_folder)/postgres" -D "$folder/servers/postgres" \
        -c listen_addresses=127.0.0.1 -c port="$port" -c max_connections=200 \
        -c unix_socket_directories="$folder/servers" &
    postgres=$!
}

launch_redis() {
    become_server "$(command -v redis-server)" --port "$port" --bind 127.0.0.1 \
        --unixsocket "$folder/servers/redis.sock" --dir "$folder/servers" --save '' &
    redis=$!
}

# The signal is sent by the kernel should this script be killed outright.
become_server() {
    cd / && exec "${owner[@]}" setpriv --pdeathsig INT -- "$@"
}

# Asked through the socket in $folder: on the port, somebody else's server might answer.
await() { # postgres|redis
    local moment
    for moment in {1..300}; do
        answers "$1" && return
        kill -0 "${!1}" 2>/dev/null || return
        sleep 0.1
    done
    echo "$1 has not answered for $((moment / 10)) seconds" >>"$folder/$1.log"
    stop "${!1}" KILL
    return 1
}

answers() { # postgres|redis
    case $1 in
        postgres) "$(postgres_folder)/pg_isready" -q -h "$folder/servers" -p "$port" ;;
        redis) [ "$(redis-cli -s "$folder/servers/redis.sock" ping 2>/dev/null)" = PONG ] ;;
    esac
}

stop() { # PID SIGNAL
    local moment
    kill -s "$2" "$1" 2>/dev/null || return 0
    for moment in {1..100}; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    echo "process $1 has not ended after $((moment / 10)) seconds and is killed" >&2
    kill -s KILL "$1" 2>/dev/null
}

stop_services() {
    [ -z "$postgres" ] || stop "$postgres" INT
    [ -z "$redis" ] || stop "$redis" TERM
    postgres='' redis=''
}
