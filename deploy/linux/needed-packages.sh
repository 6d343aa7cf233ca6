# shellcheck shell=bash
# To be sourced. Which system packages the published program needs, from what its native libraries are linked against.
#
#   needed_packages DIR      prints a Depends line

# What gives each library: Debian 12 and Ubuntu 22.04, and under another name since the transition to 64-bit times (Debian 13,
# Ubuntu 24.04). A list of our own, so that a package which is built on one release can be installed on all of them;
# libraries that come with a package which is named anyway (GTK brings Pango, Cairo, GLib and X) are named all the same,
# since the program is linked against them.
declare -A _package_of=(
    [libc.so.6]=libc6 [libm.so.6]=libc6 [libdl.so.2]=libc6 [librt.so.1]=libc6 [libpthread.so.0]=libc6 [ld-linux-x86-64.so.2]=libc6
    [libgcc_s.so.1]=libgcc-s1 [libstdc++.so.6]=libstdc++6 [libatomic.so.1]=libatomic1
    [libgtk-3.so.0]="libgtk-3-0 | libgtk-3-0t64" [libgdk-3.so.0]="libgtk-3-0 | libgtk-3-0t64"
    [libgio-2.0.so.0]="libglib2.0-0 | libglib2.0-0t64" [libgobject-2.0.so.0]="libglib2.0-0 | libglib2.0-0t64"
    [libglib-2.0.so.0]="libglib2.0-0 | libglib2.0-0t64"
    [libatk-1.0.so.0]="libatk1.0-0 | libatk1.0-0t64"
    [libpango-1.0.so.0]=libpango-1.0-0 [libpangocairo-1.0.so.0]=libpangocairo-1.0-0
    [libcairo.so.2]=libcairo2 [libcairo-gobject.so.2]=libcairo-gobject2 [libgdk_pixbuf-2.0.so.0]=libgdk-pixbuf-2.0-0
    [libfreetype.so.6]=libfreetype6 [libharfbuzz.so.0]=libharfbuzz0b [libdrm.so.2]=libdrm2 [libX11.so.6]=libx11-6
)

# Loaded at run time, so no library names them: OpenSSL for TLS; certificates of the plant's authority and of the public ones; time zones,
# since pictures are named by local time; useradd and the helpers for systemd for the scripts. (setpriv, for the command, is everywhere.)
_loaded=("libssl3 | libssl3t64" ca-certificates tzdata "init-system-helpers (>= 1.54)" passwd)

needed_packages() {
    local published=$1 library unknown=0 needs=()
    command -v objdump >/dev/null || { echo "objdump is missing (package binutils)." >&2; return 1; }
    while read -r library; do
        [ ! -e "$published/$library" ] || continue
        if [ -z "${_package_of[$library]:-}" ]; then
            echo "The published program needs $library, which deploy/linux/needed-packages.sh does not know." >&2
            unknown=1
            continue
        fi
        needs+=("${_package_of[$library]}")
    done < <(_linked_libraries "$published")
    [ "$unknown" -eq 0 ] || return 1
    needs+=("${_loaded[@]}")
    printf '%s\n' "${needs[@]}" | sed "s/^libc6$/libc6 (>= $(_newest_glibc "$published"))/" | sort -u | paste -sd, | sed 's/,/, /g'
}

# The newest version of the C library that any of them asks for.
_newest_glibc() {
    _binaries "$1" | xargs -0 objdump -T 2>/dev/null | grep -o 'GLIBC_2\.[0-9.]*' | sort -uV | tail -n 1 | cut -d_ -f2
}

# Tracing by LTTng is asked for by an environment variable, and its library may be missing.
_binaries() {
    find "$1" -type f \( -name '*.so' -o -perm /111 \) ! -name libcoreclrtraceptprovider.so -print0
}

_linked_libraries() {
    _binaries "$1" | xargs -0 objdump -p 2>/dev/null | awk '/NEEDED/ { print $2 }' | sort -u
}
