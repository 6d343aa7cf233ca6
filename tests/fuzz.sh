#!/usr/bin/env bash
# Spoils model packages in every way and sees that each is read or refused, in time and within memory,
# and what ONNX Runtime makes of those that pass:
#   bash tests/fuzz.sh [count] [seed]      100000 and 1 without numbers
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. deploy/system-packages.sh
. deploy/dotnet.sh

usual_count=100000
. tests/fuzz-options.sh
need_dotnet "$root" || exit 1
need_packages "the fuzzing needs them" "${opencv_packages[@]}" || exit 1
tests=tests/EdgeInspector.ModelStore.Tests
quietly "Building" "$dotnet" build "$tests" -c Release -v quiet --disable-build-servers || exit 1
FUZZ_COUNT=$count FUZZ_SEED=$seed "$dotnet" "$tests/bin/Release/net10.0/EdgeInspector.ModelStore.Tests.dll" \
    -noColor -noLogo -noAutoReporters -explicit only -class EdgeInspector.ModelStore.Tests.Packages.LongFuzzTests </dev/null
