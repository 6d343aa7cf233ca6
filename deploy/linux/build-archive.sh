#!/usr/bin/env bash
# Builds the archive for distributions without dpkg: bash deploy/linux/build-archive.sh [--published DIR] [--version X.Y.Z] [--out DIR]
#
# edgeinspector-VERSION-linux-x64.tar.gz holds the program, the service's files and install.sh, upgrade.sh, uninstall.sh. Prints its path.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/build-options.sh"

read_build_options "${BASH_SOURCE[0]}" "$@"

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
name=edgeinspector-$version-linux-x64
mkdir -p "$tree/$name/service/examples"
cp -a "$published" "$tree/$name/program"
# Beside the program it would be taken for the settings.
rm "$tree/$name/program/appsettings.json"
cp "$here"/{edgeinspector.service,cameras.rules,modules.conf,needrestart.conf} "$here"/{edgeinspector,lay-out,ownership,versions}.sh \
    "$tree/$name/service/"
cp "$here"/examples/* "$tree/$name/service/examples/"
cp "$here"/{install,upgrade,uninstall}.sh "$root/docs/linux.md" "$tree/$name/"
echo "$version" >"$tree/$name/VERSION"
chmod -R u=rwX,go=rX "$tree/$name"
chmod 755 "$tree/$name"/*.sh

mkdir -p "$out"
archive=$(realpath "$out")/$name.tar.gz
built_at=$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$built_at" --directory "$tree" "$name" | gzip -6n >"$archive"
echo "$archive"
