#!/usr/bin/env bash
# What deploy/ and Dockerfile.edge promise, as far as it can be tried without Docker, a cluster and Windows; docs/containers.md says what
# was not run. Needs a build in Release. One line for each check; exit code 1 when one fails. About half a minute.
#
#   bash tests/deploy.sh
# shellcheck disable=SC2317 # "check" calls the functions.
set -uo pipefail
[ -t 0 ] || exec </dev/null

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. deploy/system-packages.sh
. deploy/dotnet.sh
. tests/check.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Settings as deploy/ ships them, each with the environment that its deployment gives.
settings_are_valid() {
    local status=0 program=("$dotnet" src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll) file
    for file in deploy/compose/settings deploy/iot-edge deploy/kubernetes/base deploy/kubernetes/overlays/plant-a; do
        echo "$file"
        EDGEINSPECTOR_MACHINE=line-pc-7 EDGEINSPECTOR_Line=line-pc-7 \
            EDGEINSPECTOR_DataFolder=/var/lib/edgeinspector EDGEINSPECTOR_HealthFile=/tmp/health \
            "${program[@]}" config check --settings-only --settings "$file/appsettings.json" || status=1
    done
    return "$status"
}

# What is published for a line PC comes of the packages whose hashes the lock files hold, and of no others.
packages_are_locked() {
    # In a copy, so that the build's own restore is left alone.
    mkdir "$work/source"
    tar -c --exclude=bin --exclude=obj global.json Directory.* src | tar -x -C "$work/source"
    (cd "$work/source" && "$dotnet" restore src/EdgeInspector -p:RuntimeIdentifier=linux-x64 -p:SelfContained=true \
        -p:RestoreLockedMode=true --disable-build-servers)
}

# The flavour for graphics cards asks for versions that its lock file holds; its packages (540 MB) are not fetched for that.
accelerator_is_locked() {
    python3 - <<'PYTHON'
import json, re, sys
versions = open("Directory.Packages.props").read()
asked = dict(re.findall(r'PackageVersion Include="(Microsoft\.ML\.OnnxRuntime\.Gpu\.\w+)" Version="([^"]+)"', versions))
lock = json.load(open("src/EdgeInspector.Inference/packages.linux-x64.cuda.lock.json"))
held = {name: package.get("resolved") for target in lock["dependencies"].values() for name, package in target.items()}
name = "Microsoft.ML.OnnxRuntime.Gpu.Linux"
if asked.get(name) != held.get(name) or held.get(name) is None or "Microsoft.ML.OnnxRuntime" in held:
    sys.exit(f"{name}: Directory.Packages.props asks for {asked.get(name)}, the lock file holds {held.get(name)}. "
             "Make it anew, as Directory.Build.props says, with -p:Accelerator=cuda.")
PYTHON
}

manifests_are_made() {
    kubectl kustomize deploy/kubernetes/base >"$work/base.yaml" \
        && kubectl kustomize deploy/kubernetes/overlays/plant-a >"$work/plant-a.yaml" || return 1
    # The other way to a camera.
    mkdir "$work/privileged"
    cat >"$work/privileged/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [base.yaml]
components: [camera]
YAML
    cp "$work/base.yaml" "$work/privileged" && cp -r deploy/kubernetes/components/camera-privileged "$work/privileged/camera"
    kubectl kustomize "$work/privileged" >"$work/camera-privileged.yaml"
}

files_hold() {
    cp tests/deploy/package.json tests/deploy/package-lock.json tests/deploy/check.mjs "$work" || return 1
    # None where kubectl is missing or old.
    local manifests=()
    mapfile -t manifests < <(find "$work" -maxdepth 1 -name '*.yaml')
    (cd "$work" && npm ci --no-audit --no-fund --ignore-scripts && node check.mjs "$root" "$work/secrets" "${manifests[@]}")
}

windows_scripts_hold() {
    local pwsh
    pwsh=$(command -v pwsh) || {
        "$dotnet" tool install --tool-path "$work/tools" PowerShell --version 7.6.9 || return 1
        pwsh=$work/tools/pwsh
    }
    POWERSHELL_TELEMETRY_OPTOUT=1 "$pwsh" -NoProfile -File tests/deploy/windows.ps1
}

need_dotnet "$root" || exit 1
node_packages=()
command -v npm >/dev/null || node_packages=(nodejs npm)
# Ubuntu has no package of it; Debian 12 has one that is too old.
kubernetes_packages=()
command -v kubectl >/dev/null || ! is_known_to_apt kubernetes-client || kubernetes_packages=(kubernetes-client)
need_packages "the checks of deploy/ need them" mosquitto mosquitto-clients openssl python3 \
    "${node_packages[@]}" "${kubernetes_packages[@]}" || exit 1

echo "== Containers and Windows"
check "The shipped settings are valid" settings_are_valid
check "What is published is locked to its packages" packages_are_locked
check "The flavour for graphics cards is locked to versions that it asks for" accelerator_is_locked
check "Certificates and passwords are made" env SECRETS="$work/secrets" bash deploy/compose/prepare.sh --keep-owner 127.0.0.1
# Components came with kubectl 1.21.
minor=$(kubectl version --client --output=yaml 2>/dev/null | sed -n 's/^ *gitVersion: v1\.\([0-9]*\).*/\1/p')
if [ "${minor:-0}" -ge 21 ]; then
    check "The Kubernetes manifests are made (kustomize)" manifests_are_made
else
    echo "  passed over, since there is no kubectl of 1.21 or newer: overlays and components of deploy/kubernetes were not put together;" \
        "their files are checked one by one."
fi
check "Dockerfile, compose, Kubernetes and IoT Edge fit their schemas and each other" files_hold
check "The broker of deploy/compose lets in whom it should, and the agent inspects" bash tests/deploy/broker.sh "$dotnet" "$work"
check "Windows: installing, upgrading, going back, removing (played)" windows_scripts_hold
exit "$failed"
