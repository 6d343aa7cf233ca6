"""
What the agent itself finds of hairlines: runs `inspect --json` over parts to set each way's threshold by (1 % of the good ones may be
rejected) and over parts of another seed to judge it by, and writes a table.

    python3 judge_hairlines.py --agent "dotnet ../../src/EdgeInspector/bin/Release/net10.0/EdgeInspector.dll" \\
        --check work/hairlines/check --test work/hairlines/test --way "tiled=work/hairlines/hairline-classifier --tile 224x224" ...
"""
import argparse
import json
import shlex
import subprocess
from pathlib import Path

import numpy as np

FALSE_REJECTS = 0.01


def scores(agent, way, folder):
    """For each picture the highest probability of a scratch anywhere on it, whether it has one,
    and what the prediction took, in milliseconds."""
    command = [*agent, "inspect", folder, "--json", "--min-probability", "0", "--model", *shlex.split(way)]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    score = [max(p["probability"] for p in row["predictions"] if p["tagName"] == "scratch") for row in rows]
    scratched = [Path(row["image"]).parent.name == "scratch" for row in rows]
    return np.array(score), np.array(scratched), np.array([row["latencyMs"] for row in rows])


def threshold(score, scratched):
    """The lowest one at which at most the allowed share of the good parts is rejected, in the middle of the gap where it may lie."""
    good = np.sort(score[~scratched])[::-1]
    allowed = int(FALSE_REJECTS * len(good))
    return (good[allowed] + good[allowed - 1]) / 2 if allowed else good[0] + 1e-6


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--agent", required=True)
    options.add_argument("--check", required=True)
    options.add_argument("--test", required=True)
    options.add_argument("--way", action="append", required=True, help="NAME=PACKAGE and options of inspect")
    o = options.parse_args()
    print(
        "| way | threshold | good parts rejected | hairlines found | at equal false rejects on the test parts | ms |\n"
        "|---|---|---|---|---|---|", flush=True)
    for way in o.way:
        name, arguments = way.split("=", 1)
        at = threshold(*scores(shlex.split(o.agent), arguments, o.check)[:2])
        score, scratched, took = scores(shlex.split(o.agent), arguments, o.test)
        rejected, found = score[~scratched] >= at, score[scratched] >= at
        same = score[scratched] >= threshold(score, scratched)
        print(
            f"| {name} | {at:.4f} | {rejected.sum()} of {len(rejected)} = {rejected.mean():.1%} "
            f"| {found.sum()} of {len(found)} = {found.mean():.1%} | {same.mean():.1%} | {np.median(took):.1f} |", flush=True)


if __name__ == "__main__":
    main()
