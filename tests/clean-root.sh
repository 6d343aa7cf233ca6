#!/usr/bin/env bash
# Installs, runs, upgrades and removes EdgeInspector on a clean Debian without the SDK,
# under a systemd of its own: sudo bash tests/clean-root.sh
#
#   FIRST=a.deb SECOND=b.deb ARCHIVE=c.tar.gz ROOT_TAR=root.tar WORK=DIR      to use what was built before (in the environment)
#
# Needs root, a network, and mmdebstrap, systemd-container, mosquitto, mosquitto-clients, openssl, sqlite3. Debian is booted by
# systemd-nspawn; it shares the network of this machine, where the broker (TLS and passwords) and an independent client run. Each line says
# what holds; the exit code is 0 when all of it does. Takes some minutes, so CI does not run it: tests/linux-package.sh is its cheap part.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=${WORK:-$(mktemp -d /var/tmp/edgeinspector-clean-root.XXXXXX)}
machine=$work/machine
passed=0 failed=0 leader='' broker='' boot=''

holds() {
    local what=$1
    shift
    if "$@" >"$work/last.log" 2>&1; then
        passed=$((passed + 1))
        echo "  holds  $what"
    else
        failed=$((failed + 1))
        echo "  FAILS  $what"
        tail -n 15 "$work/last.log" | sed 's/^/           /'
    fi
}

give_up() { echo "$*" >&2; exit 1; }

# Within the booted machine; nothing of this shell's environment goes along.
inside() {
    nsenter --target "$leader" --all -- \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

refuses() { ! inside "$@"; }

# wait_for SECONDS COMMAND…
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

clean_up() {
    [ -z "$leader" ] || kill -s SIGRTMIN+4 "$leader" 2>/dev/null
    if [ -n "$boot" ]; then
        wait_for 20 sh -c "! kill -0 $boot" || kill -KILL "$boot"
        wait "$boot"
    fi 2>/dev/null
    [ -z "$broker" ] || kill "$broker" 2>/dev/null
    [ -n "${WORK:-}" ] || rm -rf "$work"
}
trap clean_up EXIT

# --- what is installed --------------------------------------------------------------------------------------------------------------------

build() {
    local second=0.1.1
    bash "$root/deploy/publish.sh" linux-x64 --out "$work/first" \
        && FIRST=$(bash "$root/deploy/linux/build-deb.sh" --published "$work/first" --out "$work") \
        && bash "$root/deploy/publish.sh" linux-x64 --out "$work/second" "-p:Version=$second" \
        && SECOND=$(bash "$root/deploy/linux/build-deb.sh" --published "$work/second" --version "$second" --out "$work") \
        && ARCHIVE=$(bash "$root/deploy/linux/build-archive.sh" --published "$work/second" --version "$second" --out "$work")
}

# --- the machine --------------------------------------------------------------------------------------------------------------------------

make_machine() {
    # From where and how this machine gets its packages.
    local sources=() options=()
    mapfile -t options < <(grep -ls '^Acquire' /etc/apt/apt.conf /etc/apt/apt.conf.d/* | sed 's/^/--aptopt=/')
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do [ ! -s "$file" ] || sources+=("$file"); done
    mkdir -p "$machine"
    if [ -z "${ROOT_TAR:-}" ]; then
        ROOT_TAR=$work/root.tar
        mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,udev,ca-certificates "${options[@]}" \
            bookworm "$ROOT_TAR" "${sources[@]}" || give_up "No root file system."
    fi
    tar -xf "$ROOT_TAR" -C "$machine"
    # Debian's installer writes this one; a root file system from packages alone has none.
    [ -e "$machine/etc/hosts" ] || echo "127.0.0.1 localhost" >"$machine/etc/hosts"
    cp "$FIRST" "$machine/root/first.deb"
    cp "$SECOND" "$machine/root/second.deb"
    cp "$ARCHIVE" "$machine/root/archive.tar.gz"
}

# A systemd of 2023 or later wants the unified control groups; where this machine has the old ones, the new ones are shown to it alone.
boot_machine() {
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -c '
        if [ "$(stat -fc %T /sys/fs/cgroup)" != cgroup2fs ]; then
            mount -t tmpfs none /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup || exit 1
        fi
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec systemd-nspawn --quiet --register=no --keep-unit --resolv-conf=copy-host \
            --machine=line-pc --directory="$1" --boot' \
        boot "$machine" >"$work/boot.log" 2>&1 </dev/null &
    boot=$!
    wait_for 30 find_leader || give_up "The machine does not boot: $(tail -n 5 "$work/boot.log")"
    wait_for 60 systemd_is_up || give_up "systemd does not come up: $(tail -n 5 "$work/boot.log")"
}

find_leader() {
    leader=$(pgrep -P "$boot" -x systemd || pgrep -P "$boot" -x init)
    [ -n "$leader" ]
}

systemd_is_up() { [[ $(inside systemctl is-system-running) =~ ^(running|degraded)$ ]]; }

# What lies on the disk, but for what any package leaves there when it comes and goes: apt's and dpkg's own records, caches, logs.
files_of_machine() {
    (cd "$machine" && find . \( -path ./proc -o -path ./sys -o -path ./run -o -path ./tmp -o -path ./dev -o -path ./root \
        -o -path ./var/cache -o -path ./var/log -o -path ./var/tmp -o -path ./var/lib/apt -o -path ./var/lib/dpkg \
        -o -path ./var/lib/systemd \) -prune -o -print | sort)
}

traces() { comm -13 "$work/before" <(files_of_machine); }

# --- the broker ---------------------------------------------------------------------------------------------------------------------------

make_broker() {
    mkdir -p "$work/broker"
    (
        cd "$work/broker" || exit 1
        openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj "/CN=Plant authority"
        openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out server.crt -days 2 \
            -extfile <(echo "subjectAltName=DNS:localhost")
        # shellcheck disable=SC2016
        mosquitto_passwd -b -c passwords line-pc 'pass word$1"'
        mosquitto_passwd -b passwords quality quality
        port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        echo "$port" >port
        printf '%s\n' "listener $port 127.0.0.1" "cafile $PWD/ca.crt" "certfile $PWD/server.crt" "keyfile $PWD/server.key" \
            "allow_anonymous false" "password_file $PWD/passwords" "user root" "persistence true" "persistence_location $PWD/" \
            "max_queued_messages 0" >mosquitto.conf
    ) >"$work/broker.log" 2>&1
    port=$(<"$work/broker/port")
}

start_broker() {
    mosquitto -c "$work/broker/mosquitto.conf" >>"$work/broker.log" 2>&1 &
    broker=$!
    wait_for 10 python3 -c "import socket; socket.create_connection(('127.0.0.1', $port)).close()"
}

stop_broker() { kill "$broker" && wait "$broker" 2>/dev/null; broker=''; }

# subscribe TOPIC COUNT FILE [OPTION…]: an independent client that ends when it has so many.
subscribe() {
    mosquitto_sub "${@:4}" -h localhost -p "$port" --cafile "$work/broker/ca.crt" -u quality -P quality \
        -q 1 -t "edgeinspector/line-7/weld-3/$1" -C "$2" -W 120 >"$3"
}

settings() {
    cat <<JSON
{
  "Line": "line-7",
  "DataFolder": "/var/lib/edgeinspector",
  "Mqtt": {
    "Host": "localhost", "Port": $port, "UserName": "line-pc",
    "Tls": { "Enabled": true, "CaFile": "/etc/edgeinspector/plant-ca.crt" }
  },
  "Stations": {
    "weld-3": {
      "Camera": { "Simulated": { "Seed": 20000, "Pace": "100ms" } },
      "Trigger": { "Kind": "EveryFrame" },
      "Model": "/opt/edgeinspector/models/part-detector"
    }
  }
}
JSON
}

# --- what must hold -----------------------------------------------------------------------------------------------------------------------

is() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }

property() { inside systemctl show --property "$1" --value edgeinspector; }

# The ids of the events that wait in the journal; of a copy, since whoever opens the file itself leaves traces.
waiting_events() {
    rm -rf "$work/journal" && mkdir "$work/journal" && cp "$machine"/var/lib/edgeinspector/journal.db* "$work/journal/" \
        && sqlite3 "$work/journal/journal.db" "select json_extract(cast(json as text), '$.id') from events"
}

at_least() { [ "$("$2" | wc -l)" -ge "$1" ]; }

install_package() {
    echo "== Install"
    wait_for 120 inside apt-get update || give_up "apt-get update fails: $(tail -n 5 "$work/last.log")"
    holds "apt finds every dependency of the package" inside apt-get install --simulate --no-install-recommends /root/first.deb
    holds "and installs them" inside apt-get satisfy -y --no-install-recommends "$(dpkg-deb -f "$FIRST" Depends)"
    files_of_machine >"$work/before"
    holds "the package installs silently" inside apt-get install -y --no-install-recommends /root/first.deb
    [ "$failed" -eq 0 ] || give_up "Without the package there is nothing more to test."
    holds "no .NET is on the machine" refuses sh -c 'command -v dotnet || ls /usr/share/dotnet /usr/lib/dotnet'
    holds "the service's user exists, in group video, without a shell" \
        inside sh -c 'id -nG edgeinspector | grep -qw video && getent passwd edgeinspector | grep -q nologin'
    holds "without settings it is not enabled" refuses systemctl is-enabled edgeinspector
    holds "and not running" refuses systemctl is-active edgeinspector
    holds "doctor says what is missing" \
        inside sh -c 'edgeinspector doctor | grep -q "the file ./etc/edgeinspector/appsettings.json. does not exist"'
    inside systemctl start edgeinspector >/dev/null 2>&1
    holds "a service without settings refuses with exit code 2, once" is "$(property ExecMainStatus) $(property NRestarts)" "2 0"
    holds "installing again does no harm" inside apt-get install -y --reinstall --no-install-recommends /root/first.deb
}

configure() {
    echo "== Settings, as a configuration management brings them"
    holds "config check accepts the example that comes along" \
        inside edgeinspector config check --settings /usr/share/edgeinspector/examples/simulated.json
    settings >"$machine/root/appsettings.json"
    cp "$work/broker/ca.crt" "$machine/root/ca.crt"
    # shellcheck disable=SC2016
    printf 'EDGEINSPECTOR_Mqtt__Password=\x27pass word$1"\x27\n' >"$machine/root/secrets.env"
    holds "settings, authority and password are put there" inside sh -c '
        install -m 640 -g edgeinspector /root/appsettings.json /etc/edgeinspector/appsettings.json
        install -m 644 /root/ca.crt /etc/edgeinspector/plant-ca.crt
        install -m 600 /root/secrets.env /etc/edgeinspector/secrets.env'
    holds "config check accepts them" inside edgeinspector config check
    holds "and does not show the password" inside sh -c '! edgeinspector config check 2>&1 | grep -F "pass word"'
    holds "doctor passes, as root" inside edgeinspector doctor
    sed 's/^/           /' "$work/last.log"
    holds "root's doctor left nothing of root's in the data folder" is "$(find "$machine/var/lib/edgeinspector" -user root)" ""
}

run_parts() {
    echo "== Run"
    local signals=$work/signals events=$work/events
    subscribe signal 200 "$signals" & local first=$!
    subscribe event 200 "$events" & local second=$!
    holds "it is enabled and started" inside systemctl enable --now edgeinspector
    holds "systemd calls it active" inside systemctl is-active edgeinspector
    wait "$first"
    wait "$second"
    holds "an independent client received 200 signals over TLS, with a password" is "$(wc -l <"$signals")" 200
    holds "and 200 events, each with its own id" \
        is "$(python3 -c "import json; print(len({json.loads(line)['id'] for line in open('$events')}))")" 200
    holds "all of them have a verdict" is "$(grep -c '"verdict":"none"' "$events")" 0
    holds "it runs as its own user" is "$(inside stat -c %U "/proc/$(property MainPID)")" edgeinspector
    holds "it never restarted" is "$(property NRestarts)" 0
    holds "its watchdog is on" is "$(property WatchdogUSec)" 30s
    holds "the running service is exposed by less than 3.0" inside systemd-analyze security --threshold=30 edgeinspector
    grep Overall "$work/last.log" | sed 's/^/           /'
    local old
    old=$(property MainPID)
    inside kill -KILL "$old"
    holds "killed with KILL, it is active again within 10 s" wait_for 10 restarted_since "$old"
}

restarted_since() { [ "$(property ActiveState)" = active ] && [ "$(property MainPID)" != "$1" ]; }

stop_in_time() {
    echo "== Stop"
    local before after process
    process=$(property MainPID)
    before=$(date +%s%N)
    inside kill -TERM "$process"
    wait_for 15 refuses test -e "/proc/$process"
    after=$(date +%s%N)
    holds "on SIGTERM it ends within 10 s (it took $(((after - before) / 1000000)) ms)" [ $(((after - before) / 1000000)) -lt 10000 ]
    holds "and systemd, which was not asked to stop it, starts it again" wait_for 10 inside systemctl is-active edgeinspector
    before=$(date +%s%N)
    inside systemctl stop edgeinspector
    after=$(date +%s%N)
    holds "systemctl stop takes less than 10 s (it took $(((after - before) / 1000000)) ms)" [ $(((after - before) / 1000000)) -lt 10000 ]
    holds "with exit code 0" is "$(property Result) $(property ExecMainStatus)" "success 0"
    inside systemctl start edgeinspector
}

upgrade() {
    echo "== Upgrade"
    # From here on the broker keeps every event for this client, also across its own restart.
    subscribe event 1 "$work/one" --disable-clean-session --id quality
    stop_broker
    holds "with the broker away, events wait in the journal" wait_for 30 at_least 20 waiting_events
    waiting_events >"$work/waiting"
    echo "           $(wc -l <"$work/waiting") events wait"
    # shellcheck disable=SC2016
    holds "the new version can be tried on the settings before, while the old one runs" inside sh -c '
        dpkg-deb --extract /root/second.deb /var/tmp/new \
            && PROGRAM_EDGEINSPECTOR=/var/tmp/new/opt/edgeinspector/EdgeInspector edgeinspector config check
        status=$?; rm -rf /var/tmp/new; exit $status'
    holds "the package is upgraded" inside apt-get install -y --no-install-recommends /root/second.deb
    holds "the new version is there" is "$(inside edgeinspector --version | cut -d+ -f1)" "$(dpkg-deb -f "$SECOND" Version)"
    holds "and runs" inside systemctl is-active edgeinspector
    local stopped started
    stopped=$(property InactiveEnterTimestampMonotonic)
    started=$(property ActiveEnterTimestampMonotonic)
    echo "           nobody inspected for $(((started - stopped) / 1000)) ms"
    holds "still enabled" inside systemctl is-enabled edgeinspector
    start_broker
    subscribe event 100000 "$work/later" --disable-clean-session --id quality & local client=$!
    holds "every event that waited is delivered after the upgrade" wait_for 60 all_arrived
    holds "marked as history" grep -q '"replayed":true' "$work/later"
    pkill -P "$client"
    wait "$client" 2>/dev/null
    holds "the settings are untouched" cmp "$machine/root/appsettings.json" "$machine/etc/edgeinspector/appsettings.json"
    holds "the version before can be put back" inside apt-get install -y --allow-downgrades --no-install-recommends /root/first.deb
    holds "and runs" inside systemctl is-active edgeinspector
    inside systemctl stop edgeinspector
    holds "what was stopped by hand stays stopped after an upgrade" \
        inside sh -c 'apt-get install -y --no-install-recommends /root/second.deb && ! systemctl is-active edgeinspector'
}

all_arrived() {
    python3 - "$work/waiting" "$work/later" <<'PYTHON'
import json, sys
waiting = {line.strip() for line in open(sys.argv[1])}
arrived = set()
for line in open(sys.argv[2]):
    try:
        arrived.add(json.loads(line)["id"])
    except ValueError:
        pass
sys.exit(0 if waiting and waiting <= arrived else f"{len(waiting - arrived)} of {len(waiting)} are missing")
PYTHON
}

use_credentials() {
    echo "== Credentials"
    holds "a secret as systemd's credential, by the example" inside sh -c '
        install -d -m 750 -g edgeinspector /etc/edgeinspector/secrets
        umask 027; printf secret >/etc/edgeinspector/secrets/Mqtt__Password; chgrp edgeinspector /etc/edgeinspector/secrets/Mqtt__Password
        install -D -m 644 /usr/share/edgeinspector/examples/credentials.conf /etc/systemd/system/edgeinspector.service.d/credentials.conf
        systemctl daemon-reload; systemctl restart edgeinspector'
    holds "is there for the service" inside test -s /run/credentials/edgeinspector.service/Mqtt__Password
    holds "which runs" inside systemctl is-active edgeinspector
}

remove_package() {
    echo "== Remove"
    inside systemctl start edgeinspector
    holds "the package is removed while it runs" inside apt-get remove -y edgeinspector
    holds "no process is left" refuses sh -c 'grep -l "^/opt/[e]dgeinspector/" /proc/[0-9]*/cmdline'
    holds "the program is gone" [ ! -e "$machine/opt/edgeinspector" ]
    holds "settings and secrets stay, as Debian does it" [ -e "$machine/etc/edgeinspector/secrets.env" ]
    holds "the package is purged" inside apt-get purge -y edgeinspector
    holds "nothing is left but the data folder" is "$(traces | grep -v '^./var/lib/edgeinspector\(/\|$\)')" ""
    holds "the data folder is kept, with journal and pictures" \
        sh -c "[ -s '$machine/var/lib/edgeinspector/journal.db' ] && [ -d '$machine/var/lib/edgeinspector/spool' ]"
    holds "the user is gone" refuses getent passwd edgeinspector
    holds "the data folder belongs to root alone, so that no later user inherits it" \
        is "$(stat -c '%U %a' "$machine/var/lib/edgeinspector")" "root 700"
}

# --- the archive, for distributions without dpkg ------------------------------------------------------------------------------------------

# Another archive, whose program does everything but run as the service.
broken_archive() {
    # shellcheck disable=SC2016
    inside sh -c '
        cp -r /root/edgeinspector-* /root/broken
        echo 9.9.9 >/root/broken/VERSION
        printf "#!/bin/sh\n[ \$1 = run ] || exec /opt/edgeinspector/EdgeInspector \"\$@\"\nexit 1\n" >/root/broken/program/EdgeInspector
        chmod 755 /root/broken/program/EdgeInspector'
}

use_archive() {
    echo "== The archive"
    inside sh -c 'cd /root && tar -xzf archive.tar.gz && install -d -m 750 /etc/edgeinspector \
        && cp appsettings.json secrets.env /etc/edgeinspector/ && cp ca.crt /etc/edgeinspector/plant-ca.crt'
    holds "install.sh installs and starts it, with settings that are there already" \
        inside sh -c 'chmod 644 /etc/edgeinspector/appsettings.json; /root/edgeinspector-*/install.sh'
    tail -n 3 "$work/last.log" | sed 's/^/           /'
    holds "it runs" inside systemctl is-active edgeinspector
    holds "and took over the data folder of the purged package" is "$(inside stat -c %U /var/lib/edgeinspector)" edgeinspector
    holds "install.sh does not install twice" refuses sh -c '/root/edgeinspector-*/install.sh'
    holds "the package does not lay itself over the archive's" inside sh -c '
        ! apt-get install -y --no-install-recommends /root/first.deb >/root/refused 2>&1 \
            && grep -q "installed here from its archive" /root/refused'
    holds "which goes on running" inside systemctl is-active edgeinspector
    broken_archive
    local before
    before=$(inside readlink /opt/edgeinspector)
    holds "an upgrade to a version that does not come up is refused" refuses /root/broken/upgrade.sh
    tail -n 3 "$work/last.log" | sed 's/^/           /'
    holds "the version before runs again" \
        is "$(inside readlink /opt/edgeinspector) $(inside systemctl is-active edgeinspector)" "$before active"
    inside sh -c 'cp -r /root/edgeinspector-* /root/torn && echo 0.1.4 >/root/torn/VERSION && rm /root/torn/service/needrestart.conf'
    holds "an upgrade that fails halfway, with the service stopped, goes back too" refuses /root/torn/upgrade.sh
    holds "to the version before, which runs" \
        is "$(inside readlink /opt/edgeinspector) $(inside systemctl is-active edgeinspector)" "$before active"
    inside sh -c 'cp -r /root/edgeinspector-* /root/good && echo 0.1.2 >/root/good/VERSION'
    holds "an upgrade to a good version" inside /root/good/upgrade.sh
    tail -n 1 "$work/last.log" | sed 's/^/           /'
    holds "is in use and runs" \
        is "$(inside readlink /opt/edgeinspector) $(inside systemctl is-active edgeinspector)" "/opt/edgeinspector-0.1.2 active"
    holds "and can be taken back" inside /root/good/upgrade.sh --back
    holds "to the version before, which runs" \
        is "$(inside readlink /opt/edgeinspector) $(inside systemctl is-active edgeinspector)" "$before active"
    inside sh -c 'cp -r /root/edgeinspector-* /root/unfit && echo 0.1.3 >/root/unfit/VERSION && rm /root/unfit/program/libonnxruntime.so'
    holds "a version that cannot run here is refused before the service stops" refuses /root/unfit/upgrade.sh
    holds "and nothing is left of it" [ ! -e "$machine/opt/edgeinspector-0.1.3" ]
    holds "uninstall.sh --purge" inside sh -c '/root/edgeinspector-*/uninstall.sh --purge'
    holds "leaves nothing but the data folder" is "$(traces | grep -v '^./var/lib/edgeinspector\(/\|$\)')" ""
}

[ "$(id -u)" -eq 0 ] || give_up "Run this as root."
for program in systemd-nspawn mosquitto mosquitto_passwd mosquitto_sub openssl sqlite3 nsenter; do
    command -v $program >/dev/null || give_up "$program is missing."
done
mkdir -p "$work"
[ -n "${FIRST:-}" ] || build || give_up "What is to be installed could not be built."
make_machine
boot_machine
make_broker
start_broker || give_up "The broker does not start: $(tail -n 3 "$work/broker.log")"
install_package
configure
run_parts
stop_in_time
upgrade
use_credentials
remove_package
use_archive
echo "$passed hold, $failed fail"
[ "$failed" -eq 0 ]
