#!/usr/bin/env bash
# Installs EdgeInspector from this archive as a systemd service, on distributions without dpkg: sudo ./install.sh
#
# Asks nothing. Starts the service when there are settings (/etc/edgeinspector/appsettings.json), otherwise says what to do.
# On Debian and Ubuntu take the package.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=versions.sh
. "$here/service/versions.sh"

need_root
refuse_package
version=$(<"$here/VERSION")
[ -z "$(current_version)" ] || fail "EdgeInspector $(current_version) is installed here: use upgrade.sh."
[ ! -e "$program_folder" ] || fail "$program_folder is there and not of this installer: move it away first."

take_ownership
put_version "$here" "$version"
if ! try_version "$version"; then
    rm -rf "$program_folder-$version"
    fail "EdgeInspector does not run here (see above), and was not installed." \
        "On Red Hat and its relatives: dnf install gtk3 libatomic libdrm"
fi
switch_to "$version" \
    || fail "EdgeInspector $version is installed in part only (see above): make that possible, then uninstall.sh and install.sh again."

if [ ! -e "$settings/appsettings.json" ]; then
    say "EdgeInspector $version is installed and not started, since it has no settings. Put them into $settings/appsettings.json"
    say "(an example: /usr/share/edgeinspector/examples/simulated.json), then: edgeinspector doctor && systemctl enable --now edgeinspector"
elif has_systemd; then
    systemctl enable --quiet "$unit"
    start_and_watch 5 || fail "EdgeInspector $version is installed and does not run: systemctl status edgeinspector; edgeinspector doctor"
    say "EdgeInspector $version is installed and runs."
else
    say "EdgeInspector $version is installed. No systemd runs here, so it was not started."
fi
