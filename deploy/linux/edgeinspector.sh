#!/bin/sh
# The installed agent, with the settings, the data folder and the secrets of the service: edgeinspector doctor,
# edgeinspector config check, edgeinspector models list …
#
# Whoever is root goes on as the service's user, so that what is written (a model that is imported, say) belongs to the service,
# and so that doctor tries what the service may do, not what root may do.
set -eu

export EDGEINSPECTOR_DataFolder="${EDGEINSPECTOR_DataFolder:-/var/lib/edgeinspector}"
export EDGEINSPECTOR_SETTINGS="${EDGEINSPECTOR_SETTINGS:-/etc/edgeinspector/appsettings.json}"
program=${PROGRAM_EDGEINSPECTOR:-/opt/edgeinspector/EdgeInspector}

if [ -r /etc/edgeinspector/secrets.env ]; then
    # Not sourced: a password may hold what a shell would take for its own.
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
            EDGEINSPECTOR_*=*)
                name=${line%%=*} value=${line#*=}
                # systemd passes over such a name too, and a shell would end at it.
                case $name in
                    *[!A-Za-z0-9_]*)
                        echo "secrets.env: $name is no name of a variable, and the service does not get it;" \
                            "make it a credential (a file in /etc/edgeinspector/secrets)." >&2
                        continue
                        ;;
                esac
                case $value in
                    \"*\") value=${value#\"} value=${value%\"} ;;
                    \'*\') value=${value#\'} value=${value%\'} ;;
                esac
                export "$name=$value"
                ;;
        esac
    done </etc/edgeinspector/secrets.env
fi
if [ -z "${CREDENTIALS_DIRECTORY:-}" ] && [ -d /etc/edgeinspector/secrets ]; then
    export CREDENTIALS_DIRECTORY=/etc/edgeinspector/secrets
fi

if [ "$(id -u)" -eq 0 ] && id edgeinspector >/dev/null 2>&1; then
    export HOME=/var/lib/edgeinspector
    exec setpriv --reuid edgeinspector --regid edgeinspector --init-groups --inh-caps=-all --no-new-privs -- "$program" "$@"
fi
exec "$program" "$@"
