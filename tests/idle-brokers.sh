# shellcheck shell=bash
# Sourced, after deploy/system-packages.sh, by scripts whose tests start their own brokers, Prometheus and nginx, on free ports.

# need_idle WHY PACKAGE…  As need_packages; a service that is installed for it need not run, now or later.
need_idle() {
    local why=$1 fresh=() broker
    shift
    for broker in mosquitto rabbitmq-server nats-server prometheus nginx; do
        command -v "$broker" >/dev/null || [ -e "/usr/sbin/$broker" ] || fresh+=("$broker")
    done
    need_packages "$why" "$@" || return
    [ -d /run/systemd/system ] || return 0
    for broker in "${fresh[@]}"; do
        [ ! -e "/usr/sbin/$broker" ] && [ ! -e "/usr/bin/$broker" ] || as_root systemctl disable --quiet --now "$broker.service" || true
    done
}
