#!/usr/bin/python3
"""How the cost of a part grows with the frame's size, stations, tiles and tags: measured with "bench --json", drawn as four small plots.

    python3 tests/EdgeInspector.Benchmarks/growth.py measure docs/images/growth.json [SECONDS]
    python3 tests/EdgeInspector.Benchmarks/growth.py draw docs/images/growth.json docs/images

Measuring needs a Release build; a point takes three times SECONDS (8).

For the tags, packages are made with Packages/make_mobilenet.py, which needs python3-onnx.
"""
import json, os, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PROGRAM = ["dotnet", os.path.join(ROOT, "src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll")]
MODEL = os.path.join(HERE, "Packages/mobilenet-v2")
SIZES = [(640, 480), (1280, 960), (1920, 1200), (2592, 1944), (4096, 3000)]
STATIONS = [1, 2, 3, 4]
TILES = [None, "1200x1200", "800x800", "640x640", "480x480"]
TAGS = [5, 50, 250, 500]


def bench(seconds, *options, model=MODEL):
    print("bench", *options, file=sys.stderr)
    run = subprocess.run(
        [*PROGRAM, "bench", "--json", "--seconds", str(seconds), "--model", model, *options], stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout)


def measure(out, seconds):
    results = {"size": [], "stations": [], "tiles": [], "tags": []}
    for width, height in SIZES:
        results["size"].append(bench(seconds, "--width", str(width), "--height", str(height)))
    for stations in STATIONS:
        results["stations"].append(bench(seconds, "--stations", str(stations)))
    for tile in TILES:
        results["tiles"].append(bench(seconds, *(["--tile", tile] if tile else [])))
    with tempfile.TemporaryDirectory() as folder:
        for tags in TAGS:
            package = os.path.join(folder, f"mobilenet-{tags}")
            subprocess.run(
                ["/usr/bin/python3", os.path.join(HERE, "Packages/make_mobilenet.py"), "--tags", str(tags), "--out", package], check=True,
                stdout=subprocess.DEVNULL)
            results["tags"].append(bench(seconds, model=package))
    kept = ("at", "machine", "load", "parts", "frameToReceivedMs", "bareRunMs", "partsPerSecond", "bareRunsPerSecond", "ratioToBareRun")
    small = {name: [{key: report[key] for key in kept} for report in reports] for name, reports in results.items()}
    for reports in small.values():
        for report in reports:
            report["machine"]["name"] = ""
    with open(out, "w") as file:
        json.dump(small, file, indent=1)
        file.write("\n")


def nice(most):
    """The step of at most six ticks up to a value."""
    step = 10 ** len(str(int(most)))
    while most / step < 3:
        for divisor in (2, 2.5, 2):
            step /= divisor
            if most / step >= 3:
                break
    return step


def plot(path, title, x_title, y_title, lines):
    """Lines: (name, colour, dashes, [(x, y)])."""
    width, height, left, right, top, bottom = 460, 290, 54, 16, 34, 44
    xs, ys = [x for *_, points in lines for x, _ in points], [y for *_, points in lines for _, y in points]
    x_most, y_most = max(xs) * 1.02, max(ys) * 1.08
    to_x = lambda x: left + x / x_most * (width - left - right)
    to_y = lambda y: height - bottom - y / y_most * (height - top - bottom)
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{left}" y="18" font-size="14" font-weight="bold">{title}</text>']
    for most, step, is_x in ((x_most, nice(x_most), True), (y_most, nice(y_most), False)):
        at = 0
        while at <= most:
            if is_x:
                svg.append(f'<text x="{to_x(at):.1f}" y="{height - bottom + 16}" text-anchor="middle" fill="#444">{at:g}</text>')
            else:
                svg.append(f'<line x1="{left}" x2="{width - right}" y1="{to_y(at):.1f}" y2="{to_y(at):.1f}" stroke="#ddd"/>')
                svg.append(f'<text x="{left - 6}" y="{to_y(at) + 4:.1f}" text-anchor="end" fill="#444">{at:g}</text>')
            at += step
    svg.append(f'<text x="{(left + width - right) / 2:.0f}" y="{height - 8}" text-anchor="middle">{x_title}</text>')
    middle = f"{(top + height - bottom) / 2:.0f}"
    svg.append(f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">{y_title}</text>')
    for i, (name, colour, dashes, points) in enumerate(lines):
        path_points = " ".join(f"{to_x(x):.1f},{to_y(y):.1f}" for x, y in points)
        svg.append(f'<polyline points="{path_points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        svg += [f'<circle cx="{to_x(x):.1f}" cy="{to_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = height - bottom - 12 - 17 * (len(lines) - 1 - i)
        svg.append(
            f'<line x1="{width - right - 190}" x2="{width - right - 166}" y1="{y - 4}" y2="{y - 4}" '
            f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>')
        svg.append(f'<text x="{width - right - 160}" y="{y}">{name}</text>')
    svg.append("</svg>\n")
    with open(path, "w") as file:
        file.write("\n".join(svg))


def draw(results, folder):
    ours, bare = ("frame to signal received", "#1769aa", ""), ("ONNX Runtime alone", "#888888", "5 4")
    median = lambda report: report["frameToReceivedMs"]["p50"]
    alone = lambda report: report["bareRunMs"]["p50"]
    pixels = lambda report: report["load"]["width"] * report["load"]["height"] / 1e6
    count = lambda key: lambda report: report["load"][key]

    def lines(reports, x, y, y_bare):
        return [(*ours, [(x(r), y(r)) for r in reports]), (*bare, [(x(r), y_bare(r)) for r in reports])]

    plot(
        os.path.join(folder, "growth-size.svg"), "Size of the frame", "megapixels", "ms, median",
        lines(results["size"], pixels, median, alone))
    plot(os.path.join(folder, "growth-stations.svg"), "Stations with one model, at full pace", "stations", "parts a second, all together", [
        ("EdgeInspector", ours[1], ours[2], [(r["load"]["stations"], r["partsPerSecond"]) for r in results["stations"]]),
        ("bare runs, at their best", bare[1], bare[2], [(r["load"]["stations"], r["bareRunsPerSecond"]) for r in results["stations"]])])
    plot(os.path.join(folder, "growth-tiles.svg"), "Tiles of a frame of 1920×1200", "tiles", "ms, median",
         lines(results["tiles"], count("tiles"), median, lambda r: alone(r) * r["load"]["tiles"]))
    plot(
        os.path.join(folder, "growth-tags.svg"), "Tags of the model", "tags", "ms, median",
        lines(results["tags"], count("tags"), median, alone))


if len(sys.argv) >= 3 and sys.argv[1] == "measure":
    measure(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 8)
elif len(sys.argv) == 4 and sys.argv[1] == "draw":
    with open(sys.argv[2]) as file:
        draw(json.load(file), sys.argv[3])
else:
    sys.exit(__doc__)
