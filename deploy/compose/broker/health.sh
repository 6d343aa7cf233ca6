#!/bin/sh
# Logs in over TLS and waits for one message: certificate, password file, access rules and the broker's loop are all in order.
# shellcheck disable=SC2016 # The topic's name begins with a dollar sign.
exec mosquitto_sub -h localhost -p 8883 --cafile /run/secrets/ca.crt -u health -P "$(cat /run/secrets/health-password)" \
    -t '$SYS/broker/uptime' -C 1 -W 8 >/dev/null
