# shellcheck shell=bash
# Sourced by the scripts that fuzz, with their arguments: gives count and seed, the usual count where none is named.

count=${1:-${usual_count:?}}
seed=${2:-1}
for number in "$count" "$seed"; do
    case $number in
        '' | *[!0-9]*) echo "A count and a seed are whole numbers, not '$number'." >&2; exit 2 ;;
    esac
done
