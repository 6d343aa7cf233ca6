# shellcheck shell=bash
# To be sourced. One line for each check; the output of one that fails.
#
#   check "What must hold" COMMAND…    sets "failed" to 1 when it does not

failed=0

check() {
    local what=$1 log
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        echo "  holds  $what"
    else
        # shellcheck disable=SC2034 # For the script that sources this.
        failed=1
        echo "  FAILS  $what"
        tail -n 30 "$log" | sed 's/^/           /'
    fi
    rm -f "$log"
}
