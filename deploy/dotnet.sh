# shellcheck shell=bash
# To be sourced. Finds the .NET SDK and builds quietly.
#
#   need_dotnet ROOT                  sets "dotnet" to an SDK that ROOT's global.json accepts, or explains how to get one and returns 1
#   quietly "What is done" COMMAND…   shows one line; the output only when the command fails

need_dotnet() {
    local root=$1 candidate
    # Where there is no home to write to, the SDK and NuGet need another one.
    if [ -z "${HOME:-}" ] || [ ! -w "$HOME" ]; then
        HOME="${TMPDIR:-/tmp}/edgeinspector-home-$(id -u)"
        (umask 077 && mkdir -p "$HOME")
        [ -O "$HOME" ] || return 1
        export HOME
    fi
    export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
    # No build server stays behind: it would keep files and, in CI, the output open.
    export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0

    for candidate in "$(command -v dotnet)" "${DOTNET_ROOT:-}/dotnet" "$HOME/.dotnet/dotnet" \
        /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
        if [ -x "$candidate" ] && (cd "$root" && "$candidate" --version) >/dev/null 2>&1; then
            # shellcheck disable=SC2034
            dotnet=$candidate
            return 0
        fi
    done
    cat >&2 <<'TEXT'
The .NET SDK 10 is needed, and was not found.
  Ubuntu 24.04 and newer:  apt-get install dotnet-sdk-10.0
  elsewhere:               see "Install .NET on Linux" in Microsoft's documentation of .NET 10; it can be installed without root
If it is installed in a place of its own, put its folder into PATH or DOTNET_ROOT.
TEXT
    return 1
}

quietly() {
    local what=$1 log status=0
    shift
    log=$(mktemp)
    echo "$what …" >&2
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        # Each error once, without the summary that says it again; all of it where there is no line with an error.
        grep -E '(: error |^error|: warning )' "$log" | sort -u | head -n 30 >&2 || tail -n 30 "$log" >&2
        echo "Failed: $what" >&2
    fi
    rm -f "$log"
    return "$status"
}
