#!/usr/bin/env bash
# Installs Debian packages without starting the servers in them. Run as root: install.sh PACKAGE...
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
cluster=/etc/postgresql-common/createcluster.d/vestibule-test.conf
policy=/usr/sbin/policy-rc.d

# The tests bring their own PostgreSQL and Redis: no cluster is made, and nothing listens afterwards.
guard() {
    mkdir -p "$(dirname "$cluster")"
    echo 'create_main_cluster = false' >"$cluster"
    if [ -e "$policy" ]; then policy=''; else
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
}

unguard() {
    rm -f "$cluster" ${policy:+"$policy"}
    rmdir --ignore-fail-on-non-empty "$(dirname "$cluster")" || true
}

stay_off_after_a_restart() {
    [ -d /run/systemd/system ] || return 0
    local package
    for package in "$@"; do
        case $package in postgresql | redis-server) systemctl disable --quiet "$package" || true ;; esac
    done
}

trap unguard EXIT
guard
apt-get -qq update
apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --no-install-recommends "$@"
stay_off_after_a_restart "$@"
