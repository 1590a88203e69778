# shellcheck shell=bash disable=SC2154 # run: chosen by scripts/test
# Finds the tools the tests need, and installs what is missing.

require_rust() {
    command -v cc >/dev/null ||
        give_up "needs a Rust toolchain and a C compiler, and there is no cc (Debian: apt-get install gcc libc6-dev)."
    find_cargo
    local part
    for part in fmt:rustfmt clippy:clippy; do
        cargo "${part%:*}" --version >/dev/null 2>&1 || add_component "${part#*:}"
    done
}

find_cargo() {
    command -v cargo >/dev/null || PATH=$PATH:${HOME:-}/.cargo/bin
    local cargo
    cargo=$(command -v cargo) || give_up "needs a Rust toolchain (https://rustup.rs), and there is no cargo."
    cargo --version >/dev/null 2>&1 && return
    # rustup looks for its toolchains below HOME; under another HOME they are still beside cargo.
    export RUSTUP_HOME=${cargo%/.cargo/bin/cargo}/.rustup
    cargo --version >/dev/null || give_up "cargo is here, but does not run."
}

add_component() { # COMPONENT
    [ "$run" = everything ] || give_up "needs $1 (rustup component add $1)."
    command -v rustup >/dev/null || give_up "needs $1, and there is no rustup to add it."
    say "Missing here, installing: $1"
    rustup component add "$1" || give_up "$1 could not be installed."
}

# Debian keeps the server out of PATH, in a folder for each version: the newest.
postgres_folder() {
    local found
    found=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
    [ -x "$found" ] || found=$(command -v initdb) || return
    dirname "$(readlink -f "$found")"
}

missing_packages() {
    postgres_folder >/dev/null || echo postgresql
    command -v redis-server >/dev/null || echo redis-server
    command -v chromium >/dev/null || echo chromium
    command -v chromedriver >/dev/null || echo chromium-driver
    command -v strace >/dev/null || echo strace
    interop_packages
}

# What the clients of others run on (tests/interop). The web server is its programs alone: no site, no service.
interop_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    command -v python3 >/dev/null || echo python3
    python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    [ -x /usr/sbin/apache2 ] || echo apache2-bin
    [ -e /usr/lib/apache2/modules/mod_auth_openidc.so ] || echo libapache2-mod-auth-openidc
}

install_missing() {
    local packages as_root=()
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || give_up "can install only on Debian; please install: ${packages[*]}."
    if [ "$(id -u)" != 0 ]; then
        as_root=(sudo -n)
        sudo -n true 2>/dev/null || give_up "is neither root nor may use sudo without a password; please install: ${packages[*]}."
    fi
    say "Missing here, installing: ${packages[*]}"
    # In the foreground: a signal waits for its end, because half an installation helps nobody.
    "${as_root[@]}" bash scripts/lib/install.sh "${packages[@]}" ||
        give_up "the packages could not be installed."
    mapfile -t packages < <(missing_packages)
    [ ${#packages[@]} -eq 0 ] || give_up "still missing after the installation: ${packages[*]}."
}
