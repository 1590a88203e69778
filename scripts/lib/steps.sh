# shellcheck shell=bash disable=SC2154 # folder: made by scripts/test
# Runs one step after the other, remembers how each went, and can break off at any moment.

steps=()   # what is printed at the end, a line each
failed=no
running='' # the session of the step that runs now

say() { printf '\n== %s\n' "$*"; }

give_up() {
    echo "scripts/test: $*" >&2
    exit 1
}

step() { # NAME COMMAND...
    local name=$1 began=$SECONDS verdict=ok
    shift
    say "$name"
    attended "$@" || { verdict=FAILED && failed=yes; }
    steps+=("$(printf '%-8s %5ds  %s' "$verdict" $((SECONDS - began)) "$name")")
}

optional() { # TOOL NAME COMMAND...
    local tool=$1 name=$2
    shift
    if command -v "$tool" >/dev/null; then
        step "$@"
    else
        steps+=("$(printf '%-8s %5s   %s' "left out" - "$name: $tool is not installed")")
    fi
}

# In the background, because bash runs no trap before a command in the foreground has ended; in a
# session of its own, because Chromium leaves the process group of the test that started it.
attended() {
    local result
    if [ "$1" = recorded ]; then
        shift
        # shellcheck disable=SC2016 # expanded by the inner bash
        set -- bash -o pipefail -c '"$@" 2>&1 | tee -a "$0"' "$folder/suite.log" "$@"
    fi
    setsid -- "$@" &
    running=$!
    wait "$running"
    result=$?
    end_session "$running" # what a test left behind
    running=''
    return "$result"
}

session_members() { # SESSION
    local file line rest
    for file in /proc/[0-9]*/stat; do
        read -r line 2>/dev/null <"$file" || continue
        read -ra rest <<<"${line##*) }" # state, parent, group, session
        if [ "${rest[3]}" = "$1" ] && [ "${rest[0]}" != Z ]; then
            file=${file%/stat} && echo "${file#/proc/}"
        fi
    done
}

end_session() { # SESSION
    local signal members
    for signal in TERM TERM KILL KILL; do
        mapfile -t members < <(session_members "$1")
        [ ${#members[@]} -gt 0 ] || return 0
        kill -s "$signal" "${members[@]}" 2>/dev/null
        sleep 0.5
    done
}

clean_up() {
    trap '' HUP INT TERM
    [ -z "$running" ] || end_session "$running"
    stop_services
    rm -rf "$folder"
}

closing_lines() {
    say "done in ${SECONDS}s"
    printf '%s\n' "${steps[@]}"
    grep -Eo '(skipped|left out): .*' "$folder/suite.log" | sort -u
    awk '{
        while (match($0, /test result: [A-Za-z]+\. [0-9]+ passed; [0-9]+ failed/)) {
            split(substr($0, RSTART, RLENGTH), word, " ")
            passed += word[4]; failed += word[6]
            $0 = substr($0, RSTART + RLENGTH)
        }
    } END { printf "%d passed, %d failed\n", passed, failed }' "$folder/suite.log"
    [ "$failed" = no ]
}
