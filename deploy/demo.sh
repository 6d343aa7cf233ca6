#!/usr/bin/env bash
# Runs the whole agent on the simulated line: bash deploy/demo.sh [--parts N] [--station classify|detect|both] [--report FILE] …
# Installs what it needs first; the .NET SDK 10 is assumed. --help shows all options.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/deploy/system-packages.sh"
. "$root/deploy/dotnet.sh"

need_dotnet "$root"
need_packages "the picture library OpenCV needs them" "${opencv_packages[@]}"
quietly "Building EdgeInspector (the first time downloads its packages, which can take some minutes)" \
    "$dotnet" build "$root/src/EdgeInspector/EdgeInspector.csproj" -c Release -v quiet --disable-build-servers

# From here on the caller's folder counts: --report r.json lies where the user is.
exec "$dotnet" "$root/src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll" demo "$@"
