# shellcheck shell=bash
# To be sourced by the scripts that pack the program, which set "root".
#
#   read_build_options SCRIPT "$@"    takes [--published DIR] [--version X.Y.Z] [--out DIR]; without --published it publishes first.
#                                     The version is that of Directory.Build.props. Sets "published", "version" and "out";
#                                     with an unknown option it prints SCRIPT's head and ends with 2

# shellcheck disable=SC2034,SC2154 # Shared with the script that sources this.
read_build_options() {
    local script=$1
    shift
    published='' version='' out=$root/artifacts
    while [ $# -gt 0 ]; do
        case $1 in
            --published) published=$(realpath "$2") ;;
            --version) version=$2 ;;
            --out) out=$2 ;;
            *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$script" >&2; exit 2 ;;
        esac
        shift 2
    done
    if [ -z "$published" ]; then
        published=$root/artifacts/publish/linux-x64
        bash "$root/deploy/publish.sh" linux-x64 --out "$published"
    fi
    if [ -z "$version" ]; then
        version=$(sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' "$root/Directory.Build.props")
    fi
}
