# shellcheck shell=bash
# To be sourced. Installing from the archive, where there is no package manager: /opt/edgeinspector is a link to /opt/edgeinspector-VERSION,
# so that an upgrade is one rename, and so is the way back. Each version's folder also holds its service files (service/).

_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$_here/lay-out.sh"
. "$_here/ownership.sh"

unit=edgeinspector.service
# shellcheck disable=SC2034
previous_mark=/opt/.edgeinspector-previous

say() { echo "$*" >&2; }

fail() { say "$*"; exit 1; }

need_root() { [ "$(id -u)" -eq 0 ] || fail "Run this as root."; }

# A machine has it from the package or from the archive, never from both.
refuse_package() {
    if command -v dpkg-query >/dev/null && [[ $(dpkg-query -W -f='${db:Status-Status}' edgeinspector 2>/dev/null) == installed ]]; then
        fail "EdgeInspector is installed here as a package: use apt-get to upgrade or remove it."
    fi
}

has_systemd() { [ -d /run/systemd/system ]; }

# The version in use, or nothing.
current_version() {
    [ ! -L "$program_folder" ] || basename "$(readlink "$program_folder")" | sed 's/^edgeinspector-//'
}

# Copies the archive's program beside the others; no version is there half.
put_version() {
    local archive=$1 version=$2 folder=$program_folder-$2
    rm -rf "$folder" "$folder.part"
    mkdir -p "$folder.part"
    cp -a "$archive/program/." "$folder.part/"
    cp -a "$archive/service" "$folder.part/service"
    chown -R root:root "$folder.part"
    mv "$folder.part" "$folder"
}

# Removes the versions of this installer that are on the disk, but for those named; what else lies in /opt is not its own.
drop_versions_but() {
    local folder
    for folder in "$program_folder"-*; do
        [ -e "$folder/service/edgeinspector.service" ] || continue
        [[ " $* " == *" ${folder#"$program_folder"-} "* ]] || rm -rf "$folder"
    done
}

# Makes a version the one that runs at the next start, with its service files; 1 when that failed halfway.
switch_to() {
    local version=$1
    ln -sfn "$program_folder-$version" "$program_folder.next" \
        && mv -T "$program_folder.next" "$program_folder" \
        && lay_out "$program_folder-$version/service" "" || return 1
    if has_systemd; then
        systemctl daemon-reload || return 1
        read_rules_again
    fi
}

# Cameras that are plugged in already get their names too. Where there is no udev, as in a container, there are no rules.
read_rules_again() {
    if udevadm control --reload 2>/dev/null; then udevadm trigger --subsystem-match=video4linux || true; fi
}

# Whether a version would do on this machine, tried beside the one that runs: its native libraries load and judge
# a part, and it accepts the settings.
try_version() {
    local version=$1 folder=$program_folder-$1 scratch status=0
    scratch=$(mktemp -d)
    chown "$user" "$scratch"
    {
        in_version "$version" simulate --out "$scratch/parts" --count 1 \
            && in_version "$version" inspect "$scratch/parts" --model "$folder/models/part-classifier" \
            && { [ ! -e "$settings/appsettings.json" ] || in_version "$version" config check; }
    } >"$scratch/log" 2>&1 || status=$?
    [ "$status" -eq 0 ] || tail -n 20 "$scratch/log" >&2
    rm -rf "$scratch"
    return "$status"
}

in_version() {
    local version=$1
    shift
    PROGRAM_EDGEINSPECTOR=$program_folder-$version/EdgeInspector sh "$program_folder-$version/service/edgeinspector.sh" "$@"
}

# Starts the service and watches it. Type=notify: "start" returns when the agent says that it is ready;
# then it must stay so, without a restart.
start_and_watch() {
    local seconds=$1 restarts
    systemctl reset-failed $unit 2>/dev/null || true
    systemctl start $unit || return 1
    restarts=$(systemctl show --property NRestarts --value $unit)
    for ((; seconds > 0; seconds--)); do
        sleep 1
        systemctl --quiet is-active $unit || return 1
        [ "$(systemctl show --property NRestarts --value $unit)" = "$restarts" ] || return 1
    done
}
