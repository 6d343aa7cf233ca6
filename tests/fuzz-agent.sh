#!/usr/bin/env bash
# Sends two stations of a running agent, and then its calls over HTTP, whatever chance makes up, while another station inspects as on every
# day, and holds that this station notices nothing:
#   bash tests/fuzz-agent.sh [count] [seed]      200000 and 1 without numbers
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. deploy/system-packages.sh
. tests/idle-brokers.sh
. deploy/dotnet.sh

usual_count=200000
. tests/fuzz-options.sh
need_dotnet "$root" || exit 1
need_idle "the fuzzing needs them" "${opencv_packages[@]}" mosquitto || exit 1
tests=tests/EdgeInspector.LineTests
quietly "Building" "$dotnet" build "$tests" -c Release -v quiet --disable-build-servers || exit 1
FUZZ_COUNT=$count FUZZ_SEED=$seed "$dotnet" "$tests/bin/Release/net10.0/EdgeInspector.LineTests.dll" \
    -noColor -noLogo -noAutoReporters -explicit only -class EdgeInspector.LineTests.Hostile.HostilityTests \
    -class EdgeInspector.LineTests.Calls.HostileCallTests </dev/null
