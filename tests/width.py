#!/usr/bin/env python3
"""Says which lines are wider than 140 columns: of code, and of the prose of pages.

Tables and code blocks of pages may be wider, and so may what has no blank to break at.
"""
import pathlib
import re
import subprocess
import sys

WIDEST = 140
ROOT = pathlib.Path(__file__).resolve().parent.parent


def prose(lines):
    """The lines of a page with their numbers, without code blocks, tables and headings."""
    fence = None
    for number, line in enumerate(lines, 1):
        mark = re.match(r"\s*(```|~~~)", line)
        if mark and fence in (None, mark[1]):
            fence = None if fence else mark[1]
        elif not fence and not re.match(r"\s*[|#]", line):
            yield number, line


def main():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard",
         "*.cs", "*.razor", "*.css", "*.js", "*.sh", "*.py", "*.mjs", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    faults = 0
    for name in filter(lambda name: (ROOT / name).exists(), listed):
        lines = (ROOT / name).read_text(encoding="utf-8-sig").splitlines()
        for number, line in prose(lines) if name.endswith(".md") else enumerate(lines, 1):
            if len(line) > WIDEST and " " in line.strip():
                faults += 1
                print(f"{name}:{number}: {len(line)} columns", file=sys.stderr)
    if faults:
        sys.exit(f"{faults} lines are wider than {WIDEST} columns.")


if __name__ == "__main__":
    main()
