# shellcheck shell=bash
# To be sourced. Checks for system packages and installs those that are missing, on Debian and Ubuntu.
#
#   need_packages "what they are for" PACKAGE…
#
# PACKAGE is a name, or several with "/" between them where distributions differ: any one of them will do.
# Returns 0 when all are there or nothing can be said (another distribution), 1 when something is missing and can't be installed.

# OpenCvSharp's library for Linux is linked against GTK 3. Debian 13 and Ubuntu 24.04 renamed the package.
# shellcheck disable=SC2034
opencv_packages=(libgtk-3-0/libgtk-3-0t64)

need_packages() {
    local what_for=$1
    shift
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "Packages are installed by themselves only on Debian and Ubuntu." \
            "Please see to it that these, or their like, are there ($what_for): $*" >&2
        return 0
    fi

    local missing=() entry
    for entry in "$@"; do
        is_any_installed "$entry" || missing+=("$entry")
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    if ! can_become_root; then
        echo "These system packages are missing ($what_for): ${missing[*]}" >&2
        echo "Install them as an administrator, and run this again: apt-get install ${missing[*]%%/*}" >&2
        return 1
    fi
    echo "Installing system packages ($what_for): ${missing[*]}" >&2
    if ! install_missing "${missing[@]}"; then
        echo "Installing failed; the last lines of apt-get are above. Once they are installed, run this again: ${missing[*]}" >&2
        return 1
    fi
}

is_any_installed() {
    local name
    for name in ${1//\// }; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] && return 0
    done
    return 1
}

can_become_root() {
    [ "$(id -u)" -eq 0 ] && return 0
    command -v sudo >/dev/null || return 1
    # Only a person at a terminal can type a password.
    if [ -t 0 ] && [ -t 2 ]; then return 0; fi
    sudo -n true 2>/dev/null
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# "apt-cache show" also knows names that no longer have a package behind them; a candidate is one that can be installed.
# In English, because "Candidate" is translated. No "grep -q" behind a pipe: under pipefail its early end makes apt-cache's
# broken pipe look like a failure.
is_known_to_apt() {
    [[ $(LC_ALL=C apt-cache policy "$1" 2>/dev/null) == *"Candidate: "[!\(]* ]]
}

# The package lists are fetched only when apt does not know the packages or can't get them any more.
install_missing() {
    local log
    log=$(mktemp)
    if try_install "$@" >"$log" 2>&1 || { as_root apt-get update >"$log" 2>&1 && try_install "$@" >>"$log" 2>&1; }; then
        rm -f "$log"
        return 0
    fi
    tail -n 15 "$log" >&2
    rm -f "$log"
    return 1
}

try_install() {
    local names=() entry name
    for entry in "$@"; do
        for name in ${entry//\// }; do
            if is_known_to_apt "$name"; then
                names+=("$name")
                continue 2
            fi
        done
        echo "apt knows no package ${entry//\// or }."
        return 1
    done
    (
        hold_back_services
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "${names[@]}"
    )
}

# Services that come with packages do not start by themselves until the (sub)shell ends, unless the machine has a policy of its own.
hold_back_services() {
    local policy=/usr/sbin/policy-rc.d
    [ ! -e "$policy" ] || return 0
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
}
