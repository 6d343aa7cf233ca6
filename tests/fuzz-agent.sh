#!/usr/bin/env bash
# Sends two stations of a running agent whatever chance makes up, while a third one inspects as on every day, and holds that the third notices nothing:
#   bash tests/fuzz-agent.sh [count] [seed]      200000 and 1 without numbers
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. deploy/system-packages.sh
. deploy/dotnet.sh

count=${1:-200000}
seed=${2:-1}
for number in "$count" "$seed"; do
    case $number in
        '' | *[!0-9]*) echo "A count and a seed are whole numbers, not '$number'." >&2; exit 2 ;;
    esac
done
need_dotnet "$root" || exit 1
# The broker is started here, on a free port: the system's need not run.
had_mosquitto=$(command -v mosquitto || ls /usr/sbin/mosquitto 2>/dev/null)
need_packages "the fuzzing needs them" "${opencv_packages[@]}" mosquitto || exit 1
if [ -z "$had_mosquitto" ] && [ -d /run/systemd/system ]; then
    as_root systemctl disable --quiet --now mosquitto.service || true
fi
tests=tests/EdgeInspector.LineTests
quietly "Building" "$dotnet" build "$tests" -c Release -v quiet --disable-build-servers || exit 1
FUZZ_COUNT=$count FUZZ_SEED=$seed "$dotnet" "$tests/bin/Release/net10.0/EdgeInspector.LineTests.dll" \
    -noColor -noLogo -noAutoReporters -explicit only -class EdgeInspector.LineTests.Hostile.HostilityTests </dev/null
