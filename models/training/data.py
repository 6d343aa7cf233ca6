"""The data set as `simulate` writes it, and the two ways its pictures reach a network."""
import json
from pathlib import Path

import numpy as np
from PIL import Image

DEFECTS = ["dent", "misaligned", "missing-component", "scratch"]
LABELS = ["ok", *DEFECTS]  # within these scripts; packages list them alphabetically
CLASSIFIER_SIDE = 480
DETECTOR_TARGET = 640, 480  # as many pixels: for 1280 x 960 exactly half the size, which OpenCV does fastest and without blur


def detector_size(width, height):
    """ByPixelCountAlign32: keep the aspect ratio, about as many pixels as the target has, each side rounded up to a multiple of 32."""
    ratio = (DETECTOR_TARGET[0] * DETECTOR_TARGET[1] / width / height) ** 0.5
    return tuple((int(side * ratio) + 31) // 32 * 32 for side in (width, height))


def half(picture):
    """Exactly half the size: the rounded mean of 2 x 2 pixels. What OpenCV's INTER_LINEAR gives for a factor of two."""
    p = picture.astype(np.uint16)
    return ((p[0::2, 0::2] + p[1::2, 0::2] + p[0::2, 1::2] + p[1::2, 1::2] + 2) >> 2).astype(np.uint8)


def bilinear(picture, width, height):
    """
    OpenCV's INTER_LINEAR on 8-bit pictures: centres of pixels at halves, no smoothing, weights of 11 bits, result rounded to 8 bits.
    Source of the formula: modules/imgproc/src/resize.cpp, HResizeLinear and VResizeLinear.
    """
    rows, columns = picture.shape[:2]
    if (columns, rows) == (width, height):
        return picture
    if (columns, rows) == (2 * width, 2 * height):
        return half(picture)

    def taps(source, target):
        at = (np.arange(target, dtype=np.float64) + 0.5) * (source / target) - 0.5
        at = at.astype(np.float32)
        low = np.floor(at).astype(np.int64)
        share = at - low
        share[low < 0] = 0
        low[low < 0] = 0
        share[low >= source - 1] = 0
        low[low >= source - 1] = source - 1
        high = np.minimum(low + 1, source - 1)
        return low, high, np.rint((1 - share) * 2048).astype(np.int32), np.rint(share * 2048).astype(np.int32)

    left, right, weight_left, weight_right = taps(columns, width)
    top, bottom, weight_top, weight_bottom = taps(rows, height)
    needed = np.unique(np.concatenate([top, bottom]))
    place = np.zeros(rows, np.int64)
    place[needed] = np.arange(len(needed))
    p = picture[needed].astype(np.int32)
    across = p[:, left] * weight_left[None, :, None] + p[:, right] * weight_right[None, :, None]
    above = (weight_top[:, None, None] * (across[place[top]] >> 4)) >> 16
    below = (weight_bottom[:, None, None] * (across[place[bottom]] >> 4)) >> 16
    return np.clip((above + below + 2) >> 2, 0, 255).astype(np.uint8)


def classifier_picture(picture):
    """FullImageShorterSide: the centre square, scaled to 480 x 480."""
    rows, columns = picture.shape[:2]
    side = min(rows, columns)
    top, left = (rows - side) // 2, (columns - side) // 2
    return bilinear(picture[top:top + side, left:left + side], CLASSIFIER_SIDE, CLASSIFIER_SIDE)


def detector_picture(picture):
    rows, columns = picture.shape[:2]
    return bilinear(picture, *detector_size(columns, rows))


def load(path):
    """RGB, 8 bits."""
    return np.asarray(Image.open(path).convert("RGB"))


class DataSet:
    """One folder of `simulate`: for each picture its file, its tag and its defects
    (tag number, box and outline in pixels of the picture)."""

    def __init__(self, folder):
        self.folder = Path(folder)
        coco = json.loads((self.folder / "annotations.json").read_text())
        names = {c["id"]: DEFECTS.index(c["name"]) for c in coco["categories"]}
        self.files = [image["file_name"] for image in coco["images"]]
        self.tags = [LABELS.index(file.split("/")[0]) for file in self.files]
        row = {image["id"]: i for i, image in enumerate(coco["images"])}
        self.defects = [[] for _ in self.files]
        for a in coco["annotations"]:
            outline = np.array(a["segmentation"][0], np.float32).reshape(-1, 2)
            self.defects[row[a["image_id"]]].append((names[a["category_id"]], np.array(a["bbox"], np.float32), outline))

    def __len__(self):
        return len(self.files)


class Views:
    """
    The pictures of a data set as the networks get them, kept in two files beside it so that each JPEG is decoded once.
    A view is (pixels [N,H,W,3] RGB, scale x, scale y, shift x): a point of the picture lies at ((x - shift) * scale x, y * scale y).
    """

    def __init__(self, folder, progress=print):
        self.set = DataSet(folder)
        n = len(self.set)
        shapes = {"classifier": (n, 480, 480, 3), "detector": (n, 480, 640, 3)}
        paths = {kind: Path(folder) / f"{kind}.u8" for kind in shapes}
        if not (Path(folder) / "views.done").exists():
            out = {kind: np.memmap(paths[kind], np.uint8, "w+", shape=shapes[kind]) for kind in shapes}
            for i, file in enumerate(self.set.files):
                picture = load(self.set.folder / file)
                out["classifier"][i] = classifier_picture(picture)
                out["detector"][i] = detector_picture(picture)
                if i % 200 == 0:
                    progress(f"{folder}: {i} of {n} pictures prepared")
            del out
            (Path(folder) / "views.done").touch()
        self.classifier = (np.memmap(paths["classifier"], np.uint8, "r", shape=shapes["classifier"]), 0.5, 0.5, 160)
        self.detector = (np.memmap(paths["detector"], np.uint8, "r", shape=shapes["detector"]), 0.5, 0.5, 0)
