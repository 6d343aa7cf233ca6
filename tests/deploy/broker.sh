#!/usr/bin/env bash
# The broker of deploy/compose for real: mosquitto with its very settings and access rules, certificates and passwords by prepare.sh,
# the agent on its settings. Only paths and the port are others, and the model's place.
#
#   bash tests/deploy/broker.sh DOTNET WORK_FOLDER      WORK_FOLDER/secrets: from prepare.sh, for 127.0.0.1
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dotnet=$1
work=$2
secrets=$work/secrets
program=("$dotnet" "$root/src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
topic=edgeinspector/line-1/weld-3
faults=0
started=()

finish() {
    local i
    # The agent before the broker, so that it can say good-bye.
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill "${started[i]}" 2>/dev/null
        wait "${started[i]}" 2>/dev/null
    done
    [ "$faults" -eq 0 ] || echo "The broker and the agent said: $(tail -n 5 "$work/broker.log" "$work/agent.log" | cut -c 1-200)" >&2
    exit "$((faults > 0))"
}
trap finish EXIT

must() {
    local what=$1
    shift
    "$@" >"$work/said" 2>&1 && return
    echo "FAILED  $what" >&2
    tail -n 5 "$work/said" >&2
    faults=$((faults + 1))
}

fails() {
    ! "$@"
}

# Bounded in time: a listener that hears nothing gives up.
wait_for() {
    local end=$((SECONDS + 40))
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

login() {
    echo -h 127.0.0.1 -p "$port" -V 5 --cafile "$secrets/ca.crt" -u "$1" -P "$(cat "$secrets/$1-password")"
}

hear() {
    # shellcheck disable=SC2046
    mosquitto_sub $(login "$1") -t "$2" -C "$3" -W 20 "${@:4}"
}

# Refused by the access rules: MQTT 5 says so in the acknowledgement, reason 135.
may_not_publish() {
    # shellcheck disable=SC2046
    mosquitto_pub $(login "$1") -q 1 -t "$2" -m '{}' 2>&1 | grep -qi "not authorized"
}

{
    # Started by root it would become another user, who can't read this folder.
    echo "user $(id -un)"
    sed -e "s|^listener 8883|listener $port 127.0.0.1|" -e "s|/run/secrets/|$secrets/|g" \
        -e "s|/mosquitto/config/|$root/deploy/compose/broker/|" \
        -e "s|/mosquitto/data/|$work/|" "$root/deploy/compose/broker/mosquitto.conf"
} >"$work/mosquitto.conf"
PATH=$PATH:/usr/sbin mosquitto -c "$work/mosquitto.conf" >"$work/broker.log" 2>&1 &
started+=($!)
sed -e "s|/run/secrets/|$secrets/|g" -e "s|localhost -p 8883|127.0.0.1 -p $port|" "$root/deploy/compose/broker/health.sh" >"$work/health.sh"
must "The broker's health check is content" wait_for sh "$work/health.sh"

# The password is found in a secret folder, as in the container.
mkdir -p "$work/credentials" && cp "$secrets/agent-password" "$work/credentials/Mqtt__Password"
CREDENTIALS_DIRECTORY=$work/credentials "${program[@]}" run --settings "$root/deploy/compose/settings/appsettings.json" \
    --HealthFile="$work/health" --DataFolder="$work/data" \
    --Mqtt:Host=127.0.0.1 --Mqtt:Port="$port" --Mqtt:Tls:CaFile="$secrets/ca.crt" --Commands:Enabled=true \
    --Stations:weld-3:Model="$root/models/part-detector" >"$work/agent.log" 2>&1 &
started+=($!)
must "The agent is ready, by its own health check" wait_for "${program[@]}" health --ready "$work/health"

must "The PLC hears signals" hear plc "$topic/signal" 2
must "The PLC hears the heartbeat" hear plc "$topic/heartbeat" 1
must "The panel hears events" hear panel "$topic/event" 1
must "The panel hears the retained state" hear panel "$topic/state" 1
# shellcheck disable=SC2046
must "The panel may pause the station, and gets its answer" \
    mosquitto_rr $(login panel) -q 1 -t "$topic/command/pause" -e response/panel -m '{"by":"test"}' -W 20
# The agent may write there and the panel may listen: only the agent itself can refuse it.
# shellcheck disable=SC2046
must "No command is answered where signals go" \
    fails mosquitto_rr $(login panel) -q 1 -t "$topic/command/resume" -e edgeinspector/line-1/weld-4/signal -m '{}' -W 5
must "The PLC may not pretend to be the agent" may_not_publish plc "$topic/signal"
must "The PLC may not command" may_not_publish plc "$topic/command/resume"
must "The panel may not trigger" may_not_publish panel "$topic/trigger"
must "The agent may not command itself" may_not_publish agent "$topic/command/resume"
# Mosquitto grants the subscription and delivers nothing.
must "The health check's user hears nothing of the line" fails hear health "$topic/signal" 1 -W 3
must "The PLC does not hear events" fails hear plc "$topic/event" 1 -W 3
must "Nobody comes in without a password" fails mosquitto_sub -h 127.0.0.1 -p "$port" -V 5 --cafile "$secrets/ca.crt" -t '#' -C 1 -W 5
must "Nobody comes in with a wrong password" \
    fails mosquitto_sub -h 127.0.0.1 -p "$port" -V 5 --cafile "$secrets/ca.crt" -u agent -P guessed -t '#' -C 1 -W 5
must "Nobody comes in without TLS" \
    fails mosquitto_sub -h 127.0.0.1 -p "$port" -V 5 -u plc -P "$(cat "$secrets/plc-password")" -t "$topic/signal" -C 1 -W 5
must "A client that trusts another authority goes away" \
    fails mosquitto_sub -h 127.0.0.1 -p "$port" -V 5 --capath /etc/ssl/certs \
    -u plc -P "$(cat "$secrets/plc-password")" -t "$topic/signal" -C 1 -W 5
