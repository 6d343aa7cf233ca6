#!/usr/bin/env bash
# Builds the package for Debian and Ubuntu: bash deploy/linux/build-deb.sh [--published DIR] [--version X.Y.Z] [--out DIR]
#
# Without --published it publishes first (deploy/publish.sh). The version is that of Directory.Build.props.
# Needs dpkg-deb and objdump, nothing of debhelper. Prints the package's path.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/build-options.sh"
. "$here/lay-out.sh"
. "$here/needed-packages.sh"

read_build_options "${BASH_SOURCE[0]}" "$@"

depends=$(needed_packages "$published")
# Who answers for the package: the site that builds it, by Debian's own variables.
maintainer="${DEBFULLNAME:-EdgeInspector maintainers} <${DEBEMAIL:-edgeinspector@localhost}>"
# The same program gives the same file: times are those of the commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 755 "$tree"

# The program, less what has a place of its own on Debian or would be taken for the settings.
mkdir -p "$tree$program_folder" "$tree/etc/edgeinspector" "$tree/usr/share/doc/edgeinspector" \
    "$tree/usr/share/lintian/overrides" "$tree/DEBIAN"
cp -a "$published/." "$tree$program_folder/"
rm "$tree$program_folder/appsettings.json"
mv "$tree$program_folder/THIRD-PARTY-NOTICES.txt" "$tree$program_folder/edgeinspector.cdx.json" "$tree/usr/share/doc/edgeinspector/"
lay_out "$here" "$tree"

install -m 644 "$root/docs/linux.md" "$tree/usr/share/doc/edgeinspector/linux.md"
install -m 644 "$here/debian/copyright" "$tree/usr/share/doc/edgeinspector/copyright"
install -m 644 "$here/debian/lintian-overrides" "$tree/usr/share/lintian/overrides/edgeinspector"
gzip -9n <"$root/CHANGELOG.md" >"$tree/usr/share/doc/edgeinspector/CHANGELOG.md.gz"
# The one in Debian's form, which tools ask for.
printf 'edgeinspector (%s) stable; urgency=medium\n\n  * What changed for users is in CHANGELOG.md.gz beside this file.\n\n -- %s  %s\n' \
    "$version" "$maintainer" "$(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")" \
    | gzip -9n >"$tree/usr/share/doc/edgeinspector/changelog.gz"

install -m 755 "$here"/debian/{preinst,prerm} "$tree/DEBIAN/"
# These two need the functions of ownership.sh, and may find nothing of the package on the disk.
for script in postinst postrm; do
    { printf '#!/bin/sh\nset -e\n\n'; cat "$here/ownership.sh" "$here/debian/$script"; } >"$tree/DEBIAN/$script"
    chmod 755 "$tree/DEBIAN/$script"
done
(cd "$tree" && find etc -type f -printf '/%p\n' | sort) >"$tree/DEBIAN/conffiles"
sed -e "s/@VERSION@/$version/" -e "s/@DEPENDS@/$depends/" -e "s/@MAINTAINER@/$maintainer/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$tree" | cut -f1)/" \
    "$here/debian/control" >"$tree/DEBIAN/control"
(cd "$tree" && find opt usr lib -type f -print0 | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
chmod -R u=rwX,go=rX "$tree"
chmod 644 "$tree"/DEBIAN/{control,conffiles,md5sums}

find "$tree" -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$out"
package=$(realpath "$out")/edgeinspector_${version}_amd64.deb
# zstd unpacks several times faster than xz, and while it is unpacked the line stands still.
# Debian 12 and Ubuntu 22.04, the oldest that .NET 10 runs on, read it.
dpkg-deb --root-owner-group -Zzstd -z10 --build "$tree" "$package" >&2
echo "$package"
