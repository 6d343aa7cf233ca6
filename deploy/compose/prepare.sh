#!/usr/bin/env bash
# Makes what the broker and its clients know each other by, in the folder "secrets" beside this script:
#
#   sudo bash prepare.sh [NAME…]
#
# NAME is a host name or an IP address by which PLC and panel reach this PC;
# "broker", "localhost" and this PC's own name are always in the certificate.
# What is there already stays, but for the broker's certificate, which is made anew:
# run it again to add a name, or before the certificate ends (in 2 years).
# Needs openssl, and mosquitto_passwd or Docker. --keep-owner: leaves the files to whoever runs this, for trying it out without containers.
set -euo pipefail
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
secrets=${SECRETS:-$here/secrets}
# The users of the two images.
agent=10001
broker=1883
users=(agent plc panel health)

keep_owner=no
[ "${1:-}" != --keep-owner ] || { keep_owner=yes; shift; }
if [ "$keep_owner" = no ] && [ "$(id -u)" -ne 0 ]; then
    echo "Run this as root (sudo), so that each secret can be given to the one user that needs it." >&2
    exit 1
fi
for name in "$@"; do
    # What once stands in the certificate stays there.
    [[ $name =~ ^[0-9A-Za-z*][0-9A-Za-z.:-]*$ ]] || { echo "'$name' is neither a host name nor an IP address." >&2; exit 2; }
done
mkdir -p "$secrets"
chmod 700 "$secrets"
cd "$secrets"

new_key() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$1"
}

# Into the same file: a container that has it mounted would go on seeing the old one.
renew() {
    [ ! -e "$1" ] || chmod u+w "$1"
    cat "$1.new" >"$1"
    rm "$1.new"
}

make_authority() {
    [ ! -e ca.key ] || return 0
    new_key ca.key
    openssl req -x509 -new -key ca.key -sha256 -days 7300 -subj "/CN=EdgeInspector broker authority" \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" -out ca.crt
    echo "A new authority: give ca.crt to every client, and keep ca.key where nobody else can read it."
}

# Those given now, and those of the certificate so far.
names() {
    local name
    for name in broker localhost "$(uname -n)" "$@"; do
        if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then echo "IP:$name"; else echo "DNS:$name"; fi
    done
    [ ! -e broker.crt ] || openssl x509 -in broker.crt -noout -ext subjectAltName | tail -n +2 | tr ',' '\n' \
        | sed 's/^ *//; s/^IP Address:/IP:/'
}

make_certificate() {
    local all
    all=$(names "$@" | sort -u | paste -sd, -)
    [ -e broker.key ] || new_key broker.key
    openssl req -new -key broker.key -subj "/CN=broker" |
        openssl x509 -req -sha256 -days 730 -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 16)" -out broker.crt.new -extfile <(
            echo "subjectAltName=$all"
            echo "basicConstraints=critical,CA:FALSE"
            echo "keyUsage=critical,digitalSignature"
            echo "extendedKeyUsage=serverAuth"
        ) 2>/dev/null
    renew broker.crt
    echo "The broker's certificate is good for $all, until $(openssl x509 -in broker.crt -noout -enddate | cut -d= -f2)."
}

hash_passwords() {
    if command -v mosquitto_passwd >/dev/null; then
        mosquitto_passwd -U "$1"
    elif command -v docker >/dev/null; then
        docker run --rm --network none --user "$(id -u):$(id -g)" -v "$PWD:/passwords" "${BROKER_IMAGE:-eclipse-mosquitto:2}" \
            mosquitto_passwd -U "/passwords/$1"
    else
        echo "mosquitto_passwd is needed: install the package mosquitto, or Docker." >&2
        return 1
    fi
}

# A password of its own for each user, in a file of its own; the broker knows only their hashes.
make_passwords() {
    local user
    for user in "${users[@]}"; do
        [ -e "$user-password" ] || openssl rand -base64 24 | tr '+/' '-_' >"$user-password"
    done
    for user in "${users[@]}"; do
        echo "$user:$(cat "$user-password")"
    done >passwords.new
    hash_passwords passwords.new
    renew passwords
    echo "Passwords of ${users[*]}: $secrets/USER-password."
}

give() {
    [ "$keep_owner" = yes ] || chown "$1:$1" "${@:2}"
}

make_authority
make_certificate "$@"
make_passwords
chmod 444 ca.crt broker.crt
chmod 400 ./*.key ./*-password passwords
give "$agent" agent-password
give "$broker" broker.key passwords health-password
