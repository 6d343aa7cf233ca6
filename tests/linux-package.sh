#!/usr/bin/env bash
# The cheap part of what must hold for a Linux installation: bash tests/linux-package.sh [PUBLISHED_FOLDER]
# Publishes, unless a folder is named, and builds the package, which is not installed. The programs that it needs are,
# where they are missing; one that is missing all the same is a failure. tests/clean-root.sh installs it for real.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. deploy/system-packages.sh
. tests/check.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

are_there() {
    local program status=0
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "$program is not installed"; status=1; }
    done
    return "$status"
}

# The unit as it is, but for the program, which is not installed here.
unit_is_sound() {
    sed 's|^ExecStart=/opt/edgeinspector/EdgeInspector|ExecStart=/bin/true|' deploy/linux/edgeinspector.service \
        >"$work/edgeinspector.service"
    local told
    told=$(systemd-analyze verify --man=no "$work/edgeinspector.service" 2>&1 | grep edgeinspector)
    [ -z "$told" ] || { echo "$told"; return 1; }
}

# The offline analysis came with systemd 250, --threshold counts in tenths.
unit_is_locked_up() { systemd-analyze security --offline=yes --threshold=30 deploy/linux/edgeinspector.service; }

# Before systemd 254, udev only says what it finds while it tries an event with all rules; ours are laid beside them for this process alone.
rules_are_sound() {
    # shellcheck disable=SC2016
    as_root unshare --mount --propagation private sh -c '
        mkdir -p /run/udev && mount -t tmpfs none /run/udev && mkdir /run/udev/rules.d \
            && cp deploy/linux/cameras.rules /run/udev/rules.d/70-edgeinspector-cameras.rules
        udevadm test --action=add /sys/class/tty/tty 2>&1 | grep rules.d/70-edgeinspector >/run/udev/told
        cat /run/udev/told
        [ "$(cat /run/udev/told)" = "Reading rules file: /run/udev/rules.d/70-edgeinspector-cameras.rules" ]'
}

holds_package() {
    local files
    files=$(dpkg-deb --contents "$1" | awk '{ print $6 }')
    for path in ./opt/edgeinspector/EdgeInspector ./opt/edgeinspector/libOpenCvSharpExtern.so \
        ./opt/edgeinspector/models/part-detector/model.onnx ./usr/bin/edgeinspector \
        ./lib/systemd/system/edgeinspector.service ./lib/udev/rules.d/70-edgeinspector-cameras.rules \
        ./usr/share/doc/edgeinspector/THIRD-PARTY-NOTICES.txt \
        ./usr/share/doc/edgeinspector/edgeinspector.cdx.json ./etc/edgeinspector/; do
        grep -qxF -- "$path" <<<"$files" || { echo "$path is missing"; return 1; }
    done
    # Settings belong to the site; symbols, documentation for programmers and other platforms' libraries to nobody here.
    ! grep -E '/appsettings\.json$|\.pdb$|/opt/.*\.xml$|\.(dylib|lib)$|_win|/runtimes/' <<<"$files"
}

depends_on_what_it_is_linked_against() {
    dpkg-deb --field "$1" Depends | tee /dev/stderr | grep -q 'libgtk-3-0 | libgtk-3-0t64'
}

# The schema itself is checked by hand (docs/linux.md); here, that what is in it is complete and that each hash is right.
bill_is_right() {
    python3 - "$1" <<'PYTHON'
import hashlib, json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
bill = json.loads((folder / "edgeinspector.cdx.json").read_text())
seen = {}
def walk(component):
    ref = component["bom-ref"]
    assert ref not in seen, f"{ref} is there twice"
    seen[ref] = component
    if component["type"] == "file":
        told, = (one["content"] for one in component["hashes"] if one["alg"] == "SHA-256")
        assert hashlib.sha256((folder / component["name"]).read_bytes()).hexdigest() == told, f"{component['name']} has another hash"
    elif component["type"] == "library":
        assert component["licenses"], f"{ref} has no licence"
    for part in component.get("components", []):
        walk(part)
walk(bill["metadata"]["component"])
for component in bill["components"]:
    walk(component)
files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
files -= {"edgeinspector.cdx.json", "THIRD-PARTY-NOTICES.txt"}
assert not (missing := files - {c["name"] for c in seen.values() if c["type"] == "file"}), f"not in the bill: {missing}"
for name in "libavformat", "opencv", "sqlite", "openssl", "Microsoft.ML.OnnxRuntime", "Microsoft.NETCore.App.Runtime.linux-x64":
    assert any(component["name"] == name for component in seen.values()), f"{name} is not in the bill"
for dependency in bill["dependencies"]:
    for ref in [dependency["ref"], *dependency["dependsOn"]]:
        assert ref in seen, f"{ref} is needed and not described"
PYTHON
}

echo "== Linux package"
need_packages "the checks of the Linux package need them" shellcheck systemd udev binutils python3 || exit 1
check "the programs for these checks are there" are_there shellcheck systemd-analyze udevadm dpkg-deb objdump python3
mapfile -t scripts < <(git ls-files '*.sh' 'deploy/linux/debian/p*' .ci/run)
check "shellcheck has nothing to say of ${#scripts[@]} scripts" shellcheck "${scripts[@]}"
check "systemd finds no fault in the unit" unit_is_sound
if systemd-analyze --help | grep -e --offline >/dev/null; then
    exposed=$(systemd-analyze security --offline=yes deploy/linux/edgeinspector.service 2>/dev/null \
        | grep -o 'service: [0-9.]*' | cut -c10-)
    check "the unit is exposed by less than 3.0 ($exposed)" unit_is_locked_up
else
    echo "  passed over, since this systemd is older than 250: how much the unit is exposed"
fi
if udevadm verify --help >/dev/null 2>&1; then
    check "udev finds no fault in the rules" udevadm verify deploy/linux/cameras.rules
elif can_become_root && as_root unshare --mount true 2>/dev/null; then
    check "udev finds no fault in the rules" rules_are_sound
else
    echo "  passed over, since this udev is older than 254, and there is no root here or it may not unshare: the rules for cameras"
fi
published=${1:-$work/published}
[ $# -gt 0 ] || check "the program is published, and each of its files belongs to a package with a licence" \
    bash deploy/publish.sh linux-x64 --out "$published"
check "the bill of materials names every file with its hash, and what is inside the native libraries" bill_is_right "$published"
check "the package is built, and each library that it needs is known" bash deploy/linux/build-deb.sh --published "$published" --out "$work"
package=$(echo "$work"/edgeinspector_*.deb)
check "it holds what it must and nothing that it must not" holds_package "$package"
check "it depends on what it is linked against" depends_on_what_it_is_linked_against "$package"
exit "$failed"
