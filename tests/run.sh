#!/usr/bin/env bash
# Sets up, builds, checks the style, runs all tests and a short demo, and types what the documentation says. The last line counts:
# "N passed, N failed". The exit code is 0 only when nothing failed. Reports (xUnit's XML, the demo's JSON) lie in TestResults/.
set -uo pipefail
# Standard input may be closed; a terminal stays, so that sudo can ask for a password.
[ -t 0 ] || exec </dev/null

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. deploy/system-packages.sh
. tests/idle-brokers.sh
. deploy/dotnet.sh

results=$root/TestResults
passed=0
failed=0
skipped=0
failed_checks=()

# Once more at the end, where somebody who sees only the end of a long log looks for them.
failures() {
    local report
    for report in "$results"/*.xml; do
        [ -s "$report" ] || continue
        grep -o '<test [^>]*result="Fail"[^>]*>' "$report" | sed 's/.* name="\([^"]*\)".*/  failed: \1/' >&2
    done
    [ ${#failed_checks[@]} -eq 0 ] || printf '  failed: %s\n' "${failed_checks[@]}" >&2
}

finish() {
    [ "$failed" -eq 0 ] || failures
    local line="$passed passed, $failed failed"
    [ "$skipped" -eq 0 ] || line+=", $skipped skipped"
    echo "$line"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# What is no test but must hold counts as one.
check() {
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        failed_checks+=("$*")
    fi
}

# Without it nothing can be tested.
must() {
    "$@" || { failed=$((failed + 1)); failed_checks+=("$*"); finish; }
}

# The number in an attribute of the report's first <assembly>.
count() {
    sed -n "0,/<assembly /{s/.*<assembly [^>]* $2=\"\([0-9]*\)\".*/\1/p}" "$1"
}

# Tests that passed themselves over for want of a program, and say so by these words: nothing may be missing here.
without_program() {
    grep -o '<reason>[^<]* is not installed' "$1" | wc -l
}

# run_tests PROJECT MOST_SECONDS
run_tests() {
    local project=$1 most=$2 name report status=0 without
    name=$(basename "$project" .csproj)
    report=$results/$name.xml
    echo "== $name"
    timeout --kill-after=10 "$most" "$dotnet" "tests/$name/bin/Release/net10.0/$name.dll" \
        -noColor -noLogo -noAutoReporters -longRunning 60 -result-xml "$report" || status=$?

    if [ ! -s "$report" ] || [ -z "$(count "$report" total)" ]; then
        echo "$name ended with code $status and wrote no report; it crashed, or ran out of time." >&2
        failed=$((failed + 1))
        failed_checks+=("$name, which wrote no report")
        return
    fi
    local bad
    bad=$(($(count "$report" failed) + $(count "$report" errors)))
    passed=$((passed + $(count "$report" passed)))
    without=$(without_program "$report")
    if [ "$without" -gt 0 ]; then
        echo "$name: for want of a program, $without tests were not run; see \"is not installed\" above." >&2
        failed_checks+=("$name, $without tests for want of a program")
    fi
    skipped=$((skipped + $(count "$report" skipped) - without))
    failed=$((failed + bad + without))
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
        echo "$name ended with code $status although no test failed." >&2
        failed=$((failed + 1))
        failed_checks+=("$name, by its exit code")
    fi
}

# The demo judges itself by its exit code; this holds its report against what was asked of it.
report_is_sound() {
    python3 - "$1" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
verdicts, signals, events, images = (report[key] for key in ("verdicts", "signals", "events", "images"))
faults = [what for what, holds in {
    "20 triggers": report["triggers"] == 20,
    "a verdict for each": sum(verdicts.values()) == 20 and verdicts["none"] == 0,
    "every signal received": signals["received"] == signals["published"] == 20,
    "every event received": events["received"] == events["journalled"] == 20,
    "an image for each reject": images["received"] >= verdicts["reject"] > 0,
}.items() if not holds]
if faults:
    sys.exit(f"The report lacks: {', '.join(faults)}\n{json.dumps(report)}")
PYTHON
}

run_demo() {
    local log=$results/demo.log
    echo "== demo"
    timeout --kill-after=10 300 "$dotnet" src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll demo --parts 20 \
        --report "$results/demo.json" >"$log" 2>&1 \
        && report_is_sound "$results/demo.json" 2>>"$log" && return 0
    tail -n 40 "$log" >&2
    echo "The demo failed." >&2
    return 1
}

# Types what the documentation says.
# shellcheck disable=SC2317
run_documentation() {
    echo "== documentation"
    timeout --kill-after=10 600 python3 tests/docs.py
}

# shellcheck disable=SC2317
style_is_kept() {
    wait "$style"
}

# shellcheck disable=SC2317
documentation_is_true() {
    local status=0
    wait "$documentation" || status=$?
    cat "$results/documentation.log"
    return "$status"
}

must need_dotnet "$root"
# Microsoft's own client is a program for Node; where npm comes from elsewhere, Debian's would collide with it.
node_packages=()
command -v npm >/dev/null || node_packages=(nodejs npm)
# A broker, an RTSP server and the reader of network cameras among them.
must need_idle "the tests need them" "${opencv_packages[@]}" mosquitto mosquitto-clients ffmpeg openssl \
    curl chromium nginx-light prometheus binutils shellcheck systemd udev \
    "${node_packages[@]}" python3-paho-mqtt python3-gi gir1.2-gst-rtsp-server-1.0 \
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly

# Brokers that are clusters: where they can't be had, their two tests are passed over.
need_idle "the tests of clusters want them" rabbitmq-server nats-server || echo "Without them the tests of clusters are skipped." >&2
exec </dev/null

rm -rf "$results"
mkdir -p "$results"
must quietly "Restoring packages" "$dotnet" restore EdgeInspector.sln --disable-build-servers
must quietly "Building everything, warnings are errors" \
    "$dotnet" build EdgeInspector.sln -c Release --no-restore -warnaserror -v quiet --disable-build-servers
# Beside the first tests, which wait more than they work: the style, then the documentation.
# The rules of style are held by the build; what is left are blanks and the order of usings.
quietly "Checking the style" "$dotnet" format whitespace . --folder --verify-no-changes \
    --include src/ tests/ --exclude '**/obj/**' '**/bin/**' &
style=$!
{
    tail --pid="$style" -f /dev/null
    run_documentation
} >"$results/documentation.log" 2>&1 &
documentation=$!

for project in tests/*Tests/*Tests.csproj; do
    # They watch the clock, so they come last and alone.
    [[ $project == *LineTests* ]] || run_tests "$project" 900
done
check style_is_kept
check python3 tests/width.py
check python3 tests/usings.py
check documentation_is_true
# They take some ten minutes, and three times as long where other work fills the machine.
run_tests tests/EdgeInspector.LineTests/EdgeInspector.LineTests.csproj 2700
check run_demo
check bash tests/linux-package.sh
check bash tests/deploy.sh
finish
