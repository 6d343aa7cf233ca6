#!/usr/bin/env python3
"""Writes what a published program is made of: python3 deploy/notices/bill_of_materials.py PUBLISHED_FOLDER

    edgeinspector.cdx.json     CycloneDX 1.6: every NuGet package, the .NET runtime, what is linked into the native libraries,
                               and the shipped models; with licences, and the hash of each file
    THIRD-PARTY-NOTICES.txt    for people: the same, with the texts of the licences

Reads EdgeInspector.deps.json (what the program really loads), the packages as NuGet unpacked them,
and native-parts.json (what is inside the native libraries: no package says so; versions are read out of the libraries themselves).
Ends with 1 when a file belongs to nothing, or a licence has no text: then somebody must look. The same program gives the same two files.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
import xml.etree.ElementTree as xml
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
BILL, NOTICES = "edgeinspector.cdx.json", "THIRD-PARTY-NOTICES.txt"

# Licences that are a sentence, or no conditions at all.
SHORT_TEXTS = {
    "blessing": "The author disclaims copyright to this source code. In place of a legal notice, here is a blessing: "
    "May you do good and not evil. May you find forgiveness for yourself and forgive others. "
    "May you share freely, never taking more than you give.",
    "0BSD": "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted. "
    "THE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED "
    "WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL "
    "DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER "
    "TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.",
    "IJG": "This software is based in part on the work of the Independent JPEG Group.",
}


class Package:
    """A NuGet package, as NuGet unpacked it."""

    def __init__(self, name, version, sha512):
        self.name, self.version = name, version
        self.folder = packages_folder() / name.lower() / version.lower()
        specification = next(self.folder.glob("*.nuspec"), None)
        if specification is None:
            sys.exit(f"{name} {version} is not in {packages_folder()}; publish and make the bill on the same machine.")
        self.sha512 = sha512 or next(self.folder.glob("*.nupkg.sha512")).read_text().strip()
        metadata = xml.parse(specification).getroot().find("{*}metadata")
        self.copyright = metadata.findtext("{*}copyright") or metadata.findtext("{*}authors")
        self.authors = metadata.findtext("{*}authors")
        self.url = metadata.findtext("{*}projectUrl")
        repository = metadata.find("{*}repository")
        self.repository = None if repository is None else repository.get("url")
        self.licence, self.licence_text = self._licence(metadata.find("{*}license"))
        self.notices = [
            (path.name, read_text(path))
            for path in sorted(self.folder.iterdir())
            if re.fullmatch(r"third.?party.?notices(\.txt)?", path.name, re.IGNORECASE)
        ]

    def _licence(self, element):
        if element is None:
            sys.exit(f"{self.name} {self.version} names no licence.")
        if element.get("type") == "expression":
            return element.text, None
        text = read_text(self.folder / element.text.replace("\\", "/"))
        for sign, known in (
            ("MIT License", "MIT"), ("Permission is hereby granted, free of charge", "MIT"), ("Apache License", "Apache-2.0"),
        ):
            if sign in text:
                return known, text
        sys.exit(f"The licence of {self.name} {self.version} ({element.text}) is not one that this script knows.")


def packages_folder():
    return Path(os.environ.get("NUGET_PACKAGES") or Path.home() / ".nuget" / "packages")


def read_text(path):
    return "\n".join(line.rstrip() for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines()).strip() + "\n"


def file_component(published, path):
    return {
        "type": "file",
        "bom-ref": f"file:{path}",
        "name": path,
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256((published / path).read_bytes()).hexdigest()}],
    }


def licence_choice(licence, text=None):
    if licence.startswith("LicenseRef-"):
        return [{"license": {"name": licence.removeprefix("LicenseRef-"), "text": {"content": text}}}]
    return [{"expression": licence}] if " " in licence else [{"license": {"id": licence}}]


def native_parts(published, library):
    """What is linked into a native library, each with the version that the library itself says."""
    known = json.loads((HERE / "native-parts.json").read_text(encoding="utf-8"))
    if library not in known:
        return []
    data = (published / library).read_bytes()
    texts = "\n" + "\n".join(match.group().decode("ascii") for match in re.finditer(rb"[\t\x20-\x7e]{4,}", data)) + "\n"
    parts = []
    for part in known[library]:
        found = re.search(part["version"], texts) if part["version"] else None
        if part["version"] and found is None:
            sys.exit(f"{library} does not say the version of {part['name']} any more: mend its pattern in native-parts.json, or remove it.")
        parts.append({**part, "version": found.group(1) if found else None})
    return parts


def part_component(library, part):
    component = {
        "type": "library",
        "bom-ref": f"native:{library}/{part['name']}",
        "name": part["name"],
        "licenses": licence_choice(
            part["licence"], licence_text("Intel-Simplified") if part["licence"].startswith("LicenseRef-") else None),
        "copyright": part["copyright"],
        "externalReferences": [{"type": "website", "url": part["url"]}],
    }
    if part["version"]:
        component["version"] = part["version"]
        component["purl"] = f"pkg:generic/{part['name']}@{part['version']}"
    if "note" in part:
        component["description"] = part["note"]
    return component


def package_component(published, package, files):
    component = {
        "type": "library",
        "bom-ref": f"pkg:nuget/{package.name}@{package.version}",
        "supplier": {"name": package.authors},
        "name": package.name,
        "version": package.version,
        "hashes": [{"alg": "SHA-512", "content": base64.b64decode(package.sha512).hex()}],
        "licenses": licence_choice(package.licence),
        "copyright": package.copyright,
        "purl": f"pkg:nuget/{package.name}@{package.version}",
        "externalReferences": [
            {"type": kind, "url": url} for kind, url in (("website", package.url), ("vcs", package.repository)) if url
        ],
        "components": [
            {**file, **({"components": inside} if inside else {})}
            for file, inside in (
                (file_component(published, name), [part_component(name, part) for part in native_parts(published, name)]) for name in files
            )
        ],
    }
    return {key: value for key, value in component.items() if value}


def model_component(published, folder):
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{folder.name}",
        "name": folder.name,
        "description": "Trained for the simulated line, by this project.",
        "components": [
            file_component(published, path.relative_to(published).as_posix()) for path in sorted(folder.rglob("*")) if path.is_file()
        ],
    }


def licence_text(licence):
    if licence in SHORT_TEXTS:
        return SHORT_TEXTS[licence] + "\n"
    path = HERE / "licences" / f"{licence.removeprefix('LicenseRef-')}.txt"
    if not path.exists():
        sys.exit(f"There is no text of the licence {licence} in {path.parent}.")
    return read_text(path)


def version_of(published):
    """Version and commit, as the program itself says them."""
    program = published / "EdgeInspector"
    if os.access(program, os.X_OK):
        version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    else:
        libraries = json.loads((published / "EdgeInspector.deps.json").read_text())["libraries"]
        version = next(name for name in libraries if name.startswith("EdgeInspector/")).split("/")[1]
    version, _, commit = version.partition("+")
    return version, commit


def time_of_commit():
    """When the commit was made, ISO 8601; None where there is no history, as in the build of an image."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None and shutil.which("git"):
        told = subprocess.run(["git", "-C", HERE, "log", "-1", "--format=%ct"], capture_output=True, text=True)
        epoch = told.stdout.strip()
    return datetime.fromtimestamp(int(epoch), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if epoch else None


def main(published):
    dependencies = json.loads((published / "EdgeInspector.deps.json").read_text(encoding="utf-8"))
    target = dependencies["targets"][dependencies["runtimeTarget"]["name"]]
    present = {path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file()} - {BILL, NOTICES}

    packages, own, references = [], [], {}
    for key, library in dependencies["libraries"].items():
        name, version = key.split("/")
        name = name.removeprefix("runtimepack.")
        assets = [*target[key].get("runtime", {}), *target[key].get("native", {})]
        files = sorted({Path(asset).name for asset in assets} & present)
        if library["type"] == "project":
            # Texts in other languages lie in a folder for each.
            own += files + sorted(set(target[key].get("resources", {})) & present)
            references[f"own:{name}"] = target[key].get("dependencies", {})
            continue
        package = Package(name, version, library.get("sha512", "").removeprefix("sha512-"))
        packages.append((package, package_component(published, package, files)))
        references[f"pkg:nuget/{name}@{version}"] = target[key].get("dependencies", {})
    packages.sort(key=lambda pair: pair[0].name.lower())

    possible = (
        "EdgeInspector", "EdgeInspector.exe", "EdgeInspector.deps.json", "EdgeInspector.runtimeconfig.json", "appsettings.json",
        "appsettings.schema.json")
    own += [name for name in possible if name in present]
    models = [model_component(published, folder) for folder in sorted((published / "models").iterdir()) if folder.is_dir()]
    listed = set(own) | {file["name"] for _, component in packages for file in component.get("components", [])}
    listed |= {file["name"] for model in models for file in model["components"]}
    if strangers := sorted(present - listed):
        sys.exit(f"These files belong to no package: {', '.join(strangers)}")

    version, commit = version_of(published)
    subject = {
        "type": "application",
        "bom-ref": "edgeinspector",
        "name": "EdgeInspector",
        "version": version,
        **({"properties": [{"name": "commit", "value": commit}]} if commit else {}),
        "components": [file_component(published, name) for name in sorted(set(own))],
    }
    components = [component for _, component in packages] + models
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": ({"timestamp": at} if (at := time_of_commit()) else {}) | {"component": subject},
        "components": components,
        "dependencies": graph(references, {package.name.lower(): component["bom-ref"] for package, component in packages}),
    }
    bill["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bill, sort_keys=True))}"
    (published / BILL).write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (published / NOTICES).write_text(notices(published, version, [package for package, _ in packages]), encoding="utf-8")


def graph(references, refs):
    """Who needs whom; the program's own projects count as one, the program."""
    needs = {}
    for owner, needed in references.items():
        owner = "edgeinspector" if owner.startswith("own:") else owner
        needs.setdefault(owner, set()).update(refs[name.lower()] for name in needed if name.lower() in refs)
    # The runtime is nobody's package, and everybody's.
    needs["edgeinspector"].update(ref for ref in refs.values() if "Microsoft.NETCore.App.Runtime" in ref)
    return [{"ref": owner, "dependsOn": sorted(needed)} for owner, needed in sorted(needs.items())]


def notices(published, version, packages):
    """The text for people: who, under which licence; then each licence's text once; then the notices that packages bring themselves."""
    rows, used, own_texts, brought = [], {}, [], []
    for package in packages:
        rows.append(
            f"{package.name} {package.version}\n    {package.licence}; {package.copyright}\n"
            f"    {package.url or package.repository or ''}".rstrip())
        if package.licence_text:
            own_texts.append((f"{package.name} {package.version}", package.licence_text))
        else:
            used.setdefault(package.licence, []).append(package.name)
        brought += [(f"{package.name} {package.version}: {name}", text) for name, text in package.notices]
    for library in sorted(json.loads((HERE / "native-parts.json").read_text(encoding="utf-8"))):
        if not (published / library).exists():
            continue
        for part in native_parts(published, library):
            note = f"\n    {part['note']}" if "note" in part else ""
            rows.append(
                f"{part['name']} {part['version'] or ''}".rstrip()
                + f" (in {library})\n    {part['licence']}; {part['copyright']}\n    {part['url']}{note}")
            for licence in part["licence"].split(" AND "):
                used.setdefault(licence, []).append(part["name"])

    line = "=" * 100
    texts = [
        f"EdgeInspector {version} contains what others wrote. This file names it, with the terms under which it may be passed on.\n",
        "FFmpeg is under the LGPL: libOpenCvSharpExtern.so, into which it is linked, is a library that the program loads "
        "from its own folder. Whoever wants another FFmpeg in it\n"
        "builds that library again, from the sources and with the build that https://github.com/shimat/opencvsharp publishes, "
        "and puts it into the program's folder.\n",
        f"{line}\nWhat is in it\n{line}\n",
        "\n".join(rows) + "\n",
    ]
    for licence in sorted(used):
        texts.append(f"{line}\n{licence}: {', '.join(used[licence])}\n{line}\n\n{licence_text(licence)}")
    # Many packages bring the very same text.
    for text in dict.fromkeys(text for _, text in own_texts):
        texts.append(f"{line}\n{', '.join(owner for owner, other in own_texts if other == text)}\n{line}\n\n{text}")
    for text in dict.fromkeys(text for _, text in brought):
        texts.append(f"{line}\n{'; '.join(owner for owner, other in brought if other == text)}\n{line}\n\n{text}")
    return "\n".join(texts)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve())
