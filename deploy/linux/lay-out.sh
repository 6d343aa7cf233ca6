# shellcheck shell=bash
# shellcheck disable=SC2034
# To be sourced. Where the files go that make the program a service; the same for the package of Debian and for the archive.
#
#   lay_out SERVICE ROOT      copies the files of the folder SERVICE (deploy/linux) below ROOT ("" is this machine)
#   laid_out ROOT             prints those paths

program_folder=/opt/edgeinspector

_places=(
    "edgeinspector.service        644 /lib/systemd/system/edgeinspector.service"
    "cameras.rules                644 /lib/udev/rules.d/70-edgeinspector-cameras.rules"
    "modules.conf                 644 /usr/lib/modules-load.d/edgeinspector.conf"
    "needrestart.conf             644 /etc/needrestart/conf.d/edgeinspector.conf"
    "edgeinspector.sh             755 /usr/bin/edgeinspector"
    "examples/simulated.json      644 /usr/share/edgeinspector/examples/simulated.json"
    "examples/credentials.conf    644 /usr/share/edgeinspector/examples/credentials.conf"
    "examples/secrets.env         644 /usr/share/edgeinspector/examples/secrets.env"
)

lay_out() {
    local service=$1 root=$2 from mode to
    for place in "${_places[@]}"; do
        read -r from mode to <<<"$place"
        install -D -m "$mode" "$service/$from" "$root$to" || return 1
    done
}

laid_out() {
    local root=$1 from mode to
    for place in "${_places[@]}"; do
        read -r from mode to <<<"$place"
        echo "$root$to"
    done
}
