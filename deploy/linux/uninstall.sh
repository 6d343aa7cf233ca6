#!/usr/bin/env bash
# Removes an installation from the archive: sudo ./uninstall.sh [--purge]
#
# Settings, secrets, user and data stay; with --purge only the data folder does.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=versions.sh
. "$here/service/versions.sh"

[ $# -eq 0 ] || [ "$1" = --purge ] || { sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
need_root
refuse_package

if has_systemd; then
    systemctl disable --quiet --now $unit 2>/dev/null || true
else
    rm -f /etc/systemd/system/multi-user.target.wants/$unit
fi
laid_out "" | xargs rm -f
rmdir --ignore-fail-on-non-empty /usr/share/edgeinspector/examples /usr/share/edgeinspector \
    /etc/needrestart/conf.d /etc/needrestart 2>/dev/null || true
[ ! -L $program_folder ] || rm -f $program_folder
drop_versions_but none
rm -f "$previous_mark"
if has_systemd; then
    systemctl daemon-reload
    systemctl reset-failed $unit 2>/dev/null || true
    read_rules_again
fi
if [ "${1:-}" = --purge ]; then give_up_ownership; fi
say "EdgeInspector is removed."
