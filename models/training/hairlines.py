"""
Hairlines one pixel wide on pictures of 1920 x 1200: the small classifier that sees them piece by piece at full resolution, and the same
network taught on whole pictures brought to its input, to compare with. Commands in README.md, "Hairlines".

    python3 hairlines.py train piece --data work/hairlines/train --out work/hairlines
    python3 hairlines.py train whole --data work/hairlines/train work/hairlines/more --out work/hairlines --start work/hairlines/piece.pt
    python3 hairlines.py package piece --out work/hairlines --threshold 0.3523
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

from data import DataSet, LABELS, bilinear, load
from export import package, properties
from losses import evidence_loss, tag_loss
from network import Residual, block
from targets import SCRATCH, crop, disturb, evidence_target
from train import batches, fit

SIDE = 224  # pixels of the network's input
WINDOW = 288  # pixels cut out around a place, of which training takes SIDE at a time
WINDOWS = 8  # cut out of each picture
TAGS = ["ok", "scratch"]


class Hairline(nn.Module):
    """RGB 0..1 to a map of evidence at 1/16, of which the strongest place counts. 86,000 parameters."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            block(3, 12, 5, 2), block(12, 24, 3, 2), block(24, 40, 3, 2), Residual(40), block(40, 64, 3, 2), Residual(64))
        self.evidence = nn.Conv2d(64, 1, 1)
        self.classifier = Scores()
        nn.init.constant_(self.evidence.bias, -3)

    def forward(self, x):
        # fit() knows a second head, which this network has not.
        maps = self.evidence(self.body(x))
        return maps, maps


class Scores(nn.Module):
    """The good picture's score is a constant that the scratch has to beat."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))
        self.bias = nn.Parameter(torch.zeros(1))

    def scores(self, maps):
        strongest = F.adaptive_max_pool2d(maps, 1).flatten(1)
        return torch.cat([torch.zeros_like(strongest), strongest * self.gain + self.bias], 1)


class Packaged(nn.Module):
    """RGB 0..1 to the probabilities of ok and scratch."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return torch.softmax(self.net.classifier.scores(self.net(x)[0]), 1)


class Pieces:
    """Windows of full resolution, most of them on the plate and around scratches; kept in a file beside the data set."""

    def __init__(self, folder):
        self.set = DataSet(folder)
        path, count = Path(folder) / "pieces.npy", len(self.set) * WINDOWS
        places = np.random.default_rng(5).random((count, 3))
        if not path.exists():
            pixels = np.lib.format.open_memmap(path.with_suffix(".partial"), "w+", np.uint8, (count, WINDOW, WINDOW, 3))
        self.corners = np.zeros((count, 2), np.float32)
        for i, file in enumerate(self.set.files):
            picture = None if path.exists() else load(self.set.folder / file)
            for w in range(i * WINDOWS, (i + 1) * WINDOWS):
                left, top = self.corners[w] = self.place(self.set.defects[i], w % WINDOWS, places[w])
                if picture is not None:
                    pixels[w] = picture[int(top):int(top) + WINDOW, int(left):int(left) + WINDOW]
        if not path.exists():
            del pixels
            path.with_suffix(".partial").rename(path)
        self.pixels = np.load(path, "r")

    def place(self, defects, number, chance):
        """The first four on a scratch where there is one, the last anywhere, the rest on the plate, which lies in the middle."""
        if defects and number < 4:
            outline = defects[number % len(defects)][2]
            x, y = outline[int(chance[2] * len(outline))] + (chance[:2] - 0.5) * 0.9 * WINDOW
        elif number == WINDOWS - 1:
            x, y = chance[:2] * (1920, 1200)
        else:
            x, y = (480, 240) + chance[:2] * (960, 720)
        return int(np.clip(x - WINDOW / 2, 0, 1920 - WINDOW)), int(np.clip(y - WINDOW / 2, 0, 1200 - WINDOW))

    def sample(self, rng):
        w = int(rng.integers(len(self.pixels)))
        left, top = rng.integers(0, WINDOW - SIDE + 1, 2)
        # The view's own corner is what crop() is told to take off the truth; the pixels are already cut.
        corner_x, corner_y = self.corners[w]
        defects = [
            (kind, box - (corner_x, corner_y, 0, 0), outline - (corner_x, corner_y))
            for kind, box, outline in self.set.defects[w // WINDOWS]]
        return crop((self.pixels, 1, 1, 0), w, defects, int(left), int(top), SIDE, SIDE)


class Wholes:
    """Whole pictures as the agent brings them to the network: the centre square, scaled."""

    def __init__(self, folder):
        self.set = DataSet(folder)
        path = Path(folder) / "wholes.npy"
        if not path.exists():
            np.save(path, np.stack([bilinear(load(self.set.folder / file)[:, 360:1560], SIDE, SIDE) for file in self.set.files]))
        self.pixels = np.load(path, "r")

    def sample(self, rng):
        i = int(rng.integers(len(self.pixels)))
        return crop((self.pixels, SIDE / 1200, SIDE / 1200, 360), i, self.set.defects[i], 0, 0, SIDE, SIDE)


def mirrored(window, inside, tag, rng):
    """Hairlines have no light and dark side, so a mirror gives more of them."""
    for axis in (0, 1):
        if rng.random() < 0.5:
            window = window.swapaxes(0, 1)[::-1].swapaxes(0, 1) if axis == 0 else window[::-1]
            inside = [
                (kind, box, np.stack([SIDE - p[:, 0], p[:, 1]] if axis == 0 else [p[:, 0], SIDE - p[:, 1]], 1), counts)
                for kind, box, p, counts in inside]
    return window, inside, tag


def source(sides, size, steps, seed):
    """What fit() wants: pixels, evidence, no grid, tags (1: scratch)."""
    def make(rng):
        return mirrored(*sides[rng.integers(len(sides))].sample(rng), rng)

    for pixels, evidence, _, tags in batches(make, size, steps, seed=seed):
        yield pixels, evidence[:, SCRATCH:SCRATCH + 1], None, torch.where(tags > 0, torch.ones_like(tags), tags)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("do", choices=["train", "package"])
    options.add_argument("kind", choices=["piece", "whole"])
    options.add_argument("--data", nargs="+", help="folders written by simulate")
    options.add_argument("--out", default="work/hairlines")
    options.add_argument("--steps", type=int, default=1800, help="of 16 pictures or pieces")
    options.add_argument("--start", help="weights to go on from")
    options.add_argument("--threshold", type=float, default=0.5, help="of judge_hairlines.py; comes to lie at 0.5, the agent's default")
    o = options.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(7)
    net = Hairline().to(memory_format=torch.channels_last)
    weights = Path(o.out) / f"{o.kind}.pt"
    if o.do == "train":
        if o.start:
            net.load_state_dict(torch.load(o.start))
        sides = [(Pieces if o.kind == "piece" else Wholes)(folder) for folder in o.data]
        fit(o.kind, net, source(sides, 16, o.steps, seed=31), o.steps, 2e-3 if o.start else 3e-3, evidence=0.7, grid=0)
        torch.save(net.state_dict(), weights)
    net.load_state_dict(torch.load(weights))
    net.eval()
    with torch.no_grad():
        net.classifier.bias -= np.log(o.threshold / (1 - o.threshold))
    package(Path(o.out) / ("hairline-classifier" if o.kind == "piece" else "whole-frame"), Packaged(net), torch.zeros(1, 3, SIDE, SIDE),
            {"data": {0: "N"}, "model_output": {0: "N"}}, "model_output", TAGS, "Classification",
            properties("ClassificationMultiClass", "[]", "0.0", "FullImageShorterSide", "Stretch", (SIDE, SIDE), "Rgb8", "Normalized_0_1"))


if __name__ == "__main__":
    main()
