#!/usr/bin/env python3
"""Holds the order of the usings in C# files: System first, then by name; a name goes before what lies below it. Takes seconds, where
`dotnet format` loads all projects for it."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
USING = re.compile(r"^using (?:global::)?([A-Za-z_][\w.]*);\s*$")


def key(name):
    parts = name.split(".")
    return (parts[0] != "System", [part.lower() for part in parts])


faults = []
for folder in ("src", "tests"):
    for path in sorted((ROOT / folder).rglob("*.cs")):
        if {"obj", "bin"} & set(path.relative_to(ROOT).parts):
            continue
        names = []
        for line in path.read_text(encoding="utf-8-sig").splitlines():
            if line.startswith("namespace "):
                break
            if found := USING.match(line):
                names.append(found[1])
        faults += [f"{path.relative_to(ROOT)}: using {later} stands behind using {earlier}"
                   for earlier, later in zip(names, names[1:]) if key(later) < key(earlier)]
print("\n".join(faults))
if faults:
    sys.exit(f"{len(faults)} usings are out of order.")
