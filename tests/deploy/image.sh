#!/usr/bin/env bash
# Builds Dockerfile.edge and runs the image as deploy/ would: read-only, no capabilities, not root.
# For machines without a Docker engine and without a registry: buildah builds it in a chroot,
# on a Debian 12 that debootstrap makes (Ubuntu 22.04 is not at hand there) and with this machine's own .NET SDK; podman runs it.
# Takes minutes and some GB, needs root; so it is run by hand after changes of the image, not by tests/run.sh.
#
#   sudo bash tests/deploy/image.sh [WORK_FOLDER]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/deploy/system-packages.sh"
work=${1:-$(mktemp -d)}
image=localhost/edgeinspector:test
mkdir -p "$work"
need_packages "the image is built and run with them" debootstrap buildah podman runc

# What a sandbox of this kind may not raise stays as it is.
limits=(--ulimit "nofile=1024:1024" --ulimit "nproc=4096:4096")

exists() {
    buildah inspect --type image "$1" >/dev/null 2>&1
}

make_base() {
    exists localhost/base:12 && return
    [ -d "$work/base" ] || debootstrap --variant=minbase bookworm "$work/base"
    tar -C "$work/base" -c . | podman import - localhost/base:12
}

# Not the tag that a plant would use, but the same content: the SDK and what it needs of the system.
make_sdk() {
    exists localhost/dotnet-sdk:10.0 && return
    local container
    container=$(buildah from localhost/base:12)
    buildah run --isolation chroot "$container" -- \
        sh -c 'apt-get update && apt-get install -y --no-install-recommends ca-certificates libicu72 libssl3'
    buildah copy --quiet "$container" "$(dirname "$(readlink -f "$(command -v dotnet)")")" /usr/share/dotnet
    # The machine's own authorities: its way to NuGet may need them.
    buildah copy --quiet "$container" /etc/ssl/certs /etc/ssl/certs
    buildah run --isolation chroot "$container" -- ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
    buildah commit --quiet --rm "$container" localhost/dotnet-sdk:10.0
}

# In the format of Docker, since that of OCI knows no health check. NuGet's cache comes in from outside.
build() {
    buildah bud --isolation chroot --layers --format docker -f "$root/Dockerfile.edge" -t "$image" \
        --build-arg SDK_IMAGE=localhost/dotnet-sdk:10.0 --build-arg BASE_IMAGE=localhost/base:12 \
        --build-arg REVISION="$(git -C "$root" rev-parse HEAD)" --build-arg CREATED="$(date -u +%FT%TZ)" \
        --volume "$HOME/.nuget/packages:/root/.nuget/packages" "$root"
}

hardened() {
    podman --runtime runc run --network none --read-only --read-only-tmpfs=false --tmpfs /tmp:size=64m,mode=1777 \
        --cap-drop all --security-opt no-new-privileges "${limits[@]}" "$@"
}

inside() {
    podman --runtime runc exec "$@"
}

fails() {
    ! "$@"
}

wait_for() {
    local end=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || { echo "It never came: $*" >&2; return 1; }
        sleep 1
    done
}

try() {
    local agent=edgeinspector-image-test program=/opt/edgeinspector/EdgeInspector
    podman rm --force --time 0 "$agent" >/dev/null 2>&1 || true
    podman volume rm --force "$agent" >/dev/null 2>&1 || true

    echo "== whole line inside, read-only: a broker, 20 parts, a journal, pictures"
    hardened --rm "$image" demo --parts 20

    echo "== a network camera: ffmpeg encodes a picture and reads it"
    hardened --rm --entrypoint sh "$image" -c '
        ffmpeg -v error -f lavfi -i testsrc=size=320x240:rate=5 -t 1 -c:v libx264 /tmp/v.mp4 \
            && ffmpeg -v error -i /tmp/v.mp4 -f rawvideo - | wc -c'

    echo "== the init container of deploy/kubernetes: root with two capabilities gives a folder away, also one that is given already"
    mkdir -p "$work/host"
    for _ in 1 2; do
        hardened --rm --cap-add chown --cap-add fowner --user 0 --volume "$work/host:/var/lib/edgeinspector" --entrypoint install "$image" \
            -d -o 10001 -g 10001 -m 0750 /var/lib/edgeinspector
    done
    [ "$(stat -c %u:%g:%a "$work/host")" = 10001:10001:750 ]

    echo "== the service: no broker is there, so it is alive and not ready"
    hardened --detach --name "$agent" --volume "$agent:/var/lib/edgeinspector" \
        --volume "$root/deploy/compose/settings:/etc/edgeinspector:ro" \
        --volume "$work/secrets:/run/secrets:ro" --stop-timeout 15 "$image" >/dev/null
    wait_for inside "$agent" nice -n 19 "$program" health
    inside "$agent" nice -n 19 "$program" health
    fails inside "$agent" nice -n 19 "$program" health --ready
    podman --runtime runc healthcheck run "$agent" && echo "The image's own health check: healthy"
    inside "$agent" sh -c 'id; ! touch /opt/edgeinspector/x 2>/dev/null; grep -E "^(CapEff|NoNewPrivs)" /proc/1/status'
    echo "== it writes nowhere but to its volume and /tmp:"
    inside "$agent" find / -xdev -newer /proc/1/cmdline -type f 2>/dev/null || true
    inside "$agent" find /var/lib/edgeinspector /tmp -type f

    echo "== SIGSTOP, as if it hung: the health check tells"
    podman --runtime runc kill --signal STOP "$agent" >/dev/null
    wait_for fails inside "$agent" "$program" health
    fails inside "$agent" "$program" health
    podman --runtime runc kill --signal CONT "$agent" >/dev/null

    echo "== SIGTERM"
    local begin=$SECONDS
    podman --runtime runc stop "$agent" >/dev/null
    echo "stopped within $((SECONDS - begin + 1)) s, exit code $(podman inspect --format '{{.State.ExitCode}}' "$agent")"
    [ "$(podman inspect --format '{{.State.ExitCode}}' "$agent")" = 0 ]
    podman rm "$agent" >/dev/null
    podman volume rm "$agent" >/dev/null
}

make_base
make_sdk
build
SECRETS=$work/secrets bash "$root/deploy/compose/prepare.sh" >/dev/null
# As compose hands it over: under the name by which the agent finds it, and readable for the user of the image.
cp -p "$work/secrets/agent-password" "$work/secrets/Mqtt__Password"
chmod 755 "$work" "$work/secrets"
try
podman image inspect --format 'image: {{.Size}} bytes, base included' "$image"
podman image inspect --format 'base:  {{.Size}} bytes' localhost/base:12
podman --runtime runc run --rm --network none "${limits[@]}" --entrypoint du "$image" -sb /opt/edgeinspector
