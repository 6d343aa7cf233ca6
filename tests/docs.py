#!/usr/bin/env python3
"""Types what the documentation says, so that it stays true. Needs a Release build of src/EdgeInspector.

    tests/docs.py [PAGE…]        all pages of the repository, or those named

A block fenced as ```bash runnable is run. The blocks of a page share one shell (variables, working directory),
stop at the first command that fails, and have a minute each. The shell begins in a folder that looks like the repository's root,
so that what a block writes litters nothing; EdgeInspector and mosquitto are in its PATH; what it leaves running is ended with the page.
Pages that need a broker start one: mosquitto -p 18830 &

A block fenced as ```json settings must pass "config check": as it stands where it has Stations, else laid over a simple station "weld-3".
With a path behind it, such as ```json settings Stations:weld-3, it stands for what belongs there.

Links within the repository must lead to a file, and to a heading in it.
"""
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
AGENT = ROOT / "src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll"
PATIENCE = 60
STATION = {"Stations": {"weld-3": {"Camera": {"Simulated": {}}, "Model": "models/part-detector"}}}


def pages(named):
    if named:
        return [pathlib.Path(name).resolve() for name in named]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines()]


def blocks(text):
    """Each fenced block as (what stands behind the fence, number of the fence's line, lines)."""
    found, fence, begun, lines = [], None, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        mark = re.match(r"\s*```(.*)$", line)
        if not mark:
            if fence is not None:
                lines.append(line)
        elif fence is None:
            fence, begun, lines = mark[1].strip(), number, []
        else:
            found.append((fence, begun, lines))
            fence = None
    return found


def look_alike(folder):
    """A folder in which everything of the repository can be found, and nothing of it is changed by a new file."""
    for entry in ROOT.iterdir():
        if entry.name not in (".git", "TestResults", "data"):
            (folder / entry.name).symlink_to(entry)
    programs = folder.parent / "bin"
    programs.mkdir()
    (programs / "EdgeInspector").write_text(f'#!/bin/sh\nexec dotnet "{AGENT}" "$@"\n')
    (programs / "EdgeInspector").chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EDGEINSPECTOR_")}
    return environment | {"PATH": f"{programs}:{os.environ['PATH']}:/usr/sbin", "TMPDIR": str(folder.parent), "TERM": "dumb"}


def run_page(page, runnable):
    """Runs the blocks; gives None, or the line and what went wrong."""
    # Every line of the script is the same line of the page, so that bash's own messages name it.
    beginning = f"set -Eeuo pipefail; trap 'echo \"{page.name}: line $LINENO: this ended with code $?: $BASH_COMMAND\"' ERR"
    script = [beginning] + [""] * len(page.read_text().splitlines())
    for _, begun, lines in runnable:
        script[begun - 1] += f"; echo {begun} >&3" if begun == 1 else f"echo {begun} >&3"
        script[begun:begun + len(lines)] = lines
    with tempfile.TemporaryDirectory(prefix="edgeinspector-docs-") as temporary:
        folder = pathlib.Path(temporary) / "repository"
        folder.mkdir()
        environment = look_alike(folder)
        source = pathlib.Path(temporary) / page.name
        source.write_text("\n".join(script) + "\n")
        progress, marks = os.pipe()
        output = open(pathlib.Path(temporary) / "output", "w+b")
        shell = subprocess.Popen(
            ["bash", "-c", 'exec 3>&"$1" {0}>&-; source "$2"'.replace("{0}", str(marks)), "bash", str(marks), str(source)],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, pass_fds=[marks],
            start_new_session=True)
        os.close(marks)
        try:
            line, ended = watch(shell, progress)
        finally:
            os.close(progress)
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            shell.wait()
        if ended == 0:
            return None
        output.seek(0)
        said = output.read().decode(errors="replace").replace(str(source), page.name).splitlines()[-25:]
        fault = "it did not end within a minute" if ended is None else f"it ended with code {ended}"
        return line, fault + "".join(f"\n    {text}" for text in said)


def watch(shell, progress):
    """Waits for the shell, a minute for each block; gives the last block's line, and the exit code or None."""
    line, since = 0, time.monotonic()
    while True:
        if select.select([progress], [], [], 0.05)[0]:
            told = os.read(progress, 4096).split()
            if told:
                line, since = int(told[-1]), time.monotonic()
        if shell.poll() is not None:
            return line, shell.returncode
        if time.monotonic() - since > PATIENCE:
            return line, None


def laid_over(under, over):
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    return under | {name: laid_over(under.get(name), value) for name, value in over.items()}


def check_settings(fence, lines):
    """Validates a block of settings; gives None or what is wrong."""
    try:
        block = json.loads("\n".join(re.sub(r"(^|\s)//.*$", "", line) for line in lines))
    except ValueError as fault:
        return f"no JSON: {fault}"
    path = fence.split()[2:]
    for name in reversed(path[0].split(":") if path else []):
        block = {name: block}
    whole = block if "Stations" in block and not path else laid_over(STATION, block)
    with tempfile.TemporaryDirectory(prefix="edgeinspector-docs-") as temporary:
        file = pathlib.Path(temporary) / "appsettings.json"
        file.write_text(json.dumps(whole))
        file.chmod(0o600)
        check = subprocess.run(
            ["dotnet", str(AGENT), "config", "check", "--settings-only", "--settings", str(file)], capture_output=True, text=True,
            timeout=PATIENCE, check=False)
        return None if check.returncode == 0 else check.stderr.strip()


def anchors(page):
    """The names of a page's headings, as GitHub makes them, and those given by hand."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text())
    headings = [re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.*)$", text)]
    return set(headings) | set(re.findall(r'<a name="([^"]+)"', text))


def broken_links(page):
    text = re.sub(r"(?ms)^```.*?^```|`[^`\n]*`", "", page.read_text())
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = page if not path else (page.parent / path)
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            yield target


def main():
    if not AGENT.exists() or not shutil.which("dotnet"):
        sys.exit(f"{AGENT} is missing; build it first: dotnet build src/EdgeInspector -c Release")
    began, run, checked, left, faults = time.monotonic(), 0, 0, 0, 0
    for page in pages(sys.argv[1:]):
        name = page.relative_to(ROOT)
        found = blocks(page.read_text())
        runnable = [block for block in found if block[0] == "bash runnable"]
        left += sum(block[0] == "bash" for block in found)
        for target in broken_links(page):
            faults += 1
            print(f"{name}: the link {target} leads nowhere", file=sys.stderr)
        if runnable:
            run += len(runnable)
            if fault := run_page(page, runnable):
                faults += 1
                print(f"{name}:{fault[0]}: this block can't be typed as it stands: {fault[1]}", file=sys.stderr)
        for fence, begun, lines in found:
            if fence.startswith("json settings"):
                checked += 1
                if fault := check_settings(fence, lines):
                    faults += 1
                    print(f"{name}:{begun}: these settings are refused: {fault}", file=sys.stderr)
    print(
        f"Documentation: {run} blocks run, {checked} blocks of settings checked, {left} blocks can't be run here, {faults} faults, "
        f"{time.monotonic() - began:.0f} s")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
