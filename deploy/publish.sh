#!/usr/bin/env bash
# Makes the program that is shipped: bash deploy/publish.sh [RID] [--out DIR] [-p:Property=Value …]
#
# Self-contained (the line PC needs no .NET), compiled beforehand (ReadyToRun), without symbols, XML documentation and translations
# of other people's messages; with the bill of materials (edgeinspector.cdx.json, CycloneDX) and THIRD-PARTY-NOTICES.txt.
# RID is linux-x64 unless said otherwise; DIR is artifacts/publish/RID. Not trimmed: docs/linux.md says why.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/deploy/dotnet.sh"

rid=linux-x64 out='' properties=()
while [ $# -gt 0 ]; do
    case $1 in
        --out) out=${2:?--out wants a folder}; shift ;;
        -p:*) properties+=("$1") ;;
        -*) sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
        *) rid=$1 ;;
    esac
    shift
done
out=$(realpath -m "${out:-$root/artifacts/publish/$rid}")
# Only a published program is deleted, and none that ran there and keeps its data beside itself.
if [ -e "$out" ] && [ -n "$(ls -A "$out")" ] && { [ ! -e "$out/EdgeInspector.deps.json" ] || [ -e "$out/data" ]; }; then
    echo "$out holds something else; name an empty folder." >&2
    exit 2
fi

need_dotnet "$root"
rm -rf "$out"
# The commit that is built stands in the version (EdgeInspector --version) and in the bill of materials;
# paths of this machine stand nowhere.
quietly "Publishing EdgeInspector for $rid" \
    "$dotnet" publish "$root/src/EdgeInspector/EdgeInspector.csproj" -c Release -r "$rid" --self-contained -o "$out" \
    --disable-build-servers -v quiet -p:ContinuousIntegrationBuild=true \
    -p:DebugType=none -p:CopyOutputSymbolsToPublishDirectory=false -p:AllowedReferenceRelatedFileExtensions=none \
    -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false -p:SatelliteResourceLanguages=en "${properties[@]}"

# As NuGet unpacks them, libraries are private to who unpacked them, or executable.
find "$out" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
for program in EdgeInspector createdump; do
    [ ! -e "$out/$program" ] || chmod 755 "$out/$program"
done

python3 "$root/deploy/notices/bill_of_materials.py" "$out"
echo "$out: $(du -sh --apparent-size "$out" | cut -f1), $(find "$out" -type f | wc -l) files" >&2
