#!/usr/bin/env bash
# Drives the agent at full pace through killed brokers, kill -9, cut cameras and full disks, and prints a table every minute:
#   bash tests/soak.sh [minutes]      30 without a number
# Ends with a code other than 0 when a promise was broken, and says which. Full disks need root, to mount a small one.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. deploy/system-packages.sh
. tests/idle-brokers.sh
. deploy/dotnet.sh

minutes=${1:-30}
case $minutes in
    '' | *[!0-9]* | 0) echo "How many minutes? A whole number above 0, not '$minutes'." >&2; exit 2 ;;
esac
need_dotnet "$root" || exit 1
need_idle "the soak needs them" "${opencv_packages[@]}" mosquitto ffmpeg || exit 1
tests=tests/EdgeInspector.LineTests
quietly "Building" "$dotnet" build "$tests" -c Release -v quiet --disable-build-servers || exit 1

memory=$(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)
echo "$(date -u +%Y-%m-%d\ %H:%M) UTC, $minutes minutes, $(nproc) cores, $memory of memory"
LINE_TEST_SOAK_MINUTES=$minutes "$dotnet" "$tests/bin/Release/net10.0/EdgeInspector.LineTests.dll" \
    -noColor -noLogo -noAutoReporters -explicit only -class EdgeInspector.LineTests.SoakTests </dev/null
code=$?
[ "$code" -eq 0 ] && echo "Every promise was kept."
exit "$code"
