#!/usr/bin/env bash
# Upgrades an installation from this archive, and goes back by itself when the new version does not come up: sudo ./upgrade.sh [--back]
#
# The new version is tried beside the running one (its libraries, the settings); only then the service stops, for some seconds.
# The version before stays on the disk: --back returns to it. Data, settings and secrets are not touched. Do it at a shift change.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=versions.sh
. "$here/service/versions.sh"

need_root
refuse_package
old=$(current_version)
[ -n "$old" ] || fail "EdgeInspector is not installed here: use install.sh."

case ${1:-} in
    '')
        new=$(<"$here/VERSION")
        [ "$new" != "$old" ] || fail "EdgeInspector $old is what is installed."
        put_version "$here" "$new"
        ;;
    --back)
        [ -s "$previous_mark" ] || fail "There is no version to go back to."
        new=$(<"$previous_mark")
        [ -d "$program_folder-$new" ] || fail "The version before, $new, is not on the disk any more."
        ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
esac

if ! try_version "$new"; then
    [ "${1:-}" = --back ] || rm -rf "$program_folder-$new"
    fail "EdgeInspector $new would not run here (see above). Nothing was changed; $old goes on."
fi

# A terminal that goes away now must not leave the line standing.
trap '' HUP INT
was_running=no
if has_systemd && systemctl --quiet is-active $unit; then
    was_running=yes
    systemctl stop $unit
fi
# came_up VERSION SECONDS: it is in place, and runs if one ran before. Failing halfway, for want of disk space say, is failing.
came_up() { switch_to "$1" && { [ $was_running = no ] || start_and_watch "$2"; }; }

if ! came_up "$new" 10; then
    if [ $was_running = yes ]; then
        journalctl --unit $unit --lines 20 --no-pager --output cat >&2 || true
        systemctl stop $unit || true
    fi
    if came_up "$old" 5; then
        [ "${1:-}" = --back ] || rm -rf "$program_folder-$new"
        fail "EdgeInspector $new did not come up (see above). $old is in use again$([ $was_running = no ] || echo ' and runs')."
    fi
    fail "EdgeInspector $new did not come up, and neither does $old: systemctl status edgeinspector; edgeinspector doctor"
fi

echo "$old" >"$previous_mark"
# One version to go back to is kept.
drop_versions_but "$new" "$old"
state=$([ $was_running = yes ] && echo ' and runs' || echo '; the service was not running and was not started')
say "EdgeInspector $new is in use$state. Back to $old: upgrade.sh --back"
