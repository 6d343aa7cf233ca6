"""Crops of a picture and what the two heads should say about them."""
import numpy as np
from PIL import Image, ImageDraw

from network import ANCHORS

SCRATCH = 3
IGNORED = -1
_anchors = np.array(ANCHORS, np.float32).reshape(5, 2)


def crop(view, index, defects, left, top, width, height):
    """
    Cuts a window out of a view. Returns (pixels, defects in the window, tag of the window).
    A defect is (tag, box, outline, counts) in pixels of the window; one that the window cuts does not count, but for scratches,
    of which a part is a scratch. The tag is 0 for a good window, 1.. for a defect, -1 when nothing fair can be said.
    """
    pixels, scale_x, scale_y, shift_x = view
    window = pixels[index, top:top + height, left:left + width]
    inside = []
    tag = 0
    for kind, box, outline in defects:
        points = (outline - (shift_x, 0)) * (scale_x, scale_y) - (left, top)
        x, y, w, h = box
        x0, x1 = (x - shift_x) * scale_x - left, (x + w - shift_x) * scale_x - left
        y0, y1 = y * scale_y - top, (y + h) * scale_y - top
        seen = max(0, min(x1, width) - max(x0, 0)) * max(0, min(y1, height) - max(y0, 0)) / ((x1 - x0) * (y1 - y0))
        if seen == 0:
            continue
        counts = seen > 0.97
        if kind == SCRATCH and not counts:
            kept = points[(points[:, 0] > 2) & (points[:, 0] < width - 2) & (points[:, 1] > 2) & (points[:, 1] < height - 2)]
            if len(kept) == 0:
                continue
            (x0, y0), (x1, y1) = kept.min(0) - 14 * scale_y, kept.max(0) + 14 * scale_y
            x0, y0, x1, y1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
            counts = len(kept) >= 16  # about 45 pixels of the picture
        inside.append((kind, (x0, y0, x1, y1), points, counts))
        tag = kind + 1 if counts and tag >= 0 else IGNORED
    return window, inside, tag


def evidence_target(inside, width, height):
    """[4,H/16,W/16]: 1 where a defect is, 0 where none is, -1 where it is not to be judged."""
    target = np.zeros((4, height // 16, width // 16), np.float32)
    for kind, _, points, counts in inside:
        fine = Image.new("L", (width // 4, height // 4))
        draw = ImageDraw.Draw(fine)
        quarter = [tuple(p) for p in points / 4]
        draw.polygon(quarter, fill=1, outline=1)
        cover = np.asarray(fine, np.float32).reshape(height // 16, 4, width // 16, 4).sum((1, 3))
        sure = cover >= (2 if kind == SCRATCH else 8)
        target[kind][(cover > 0) & ~sure & (target[kind] == 0)] = IGNORED
        target[kind][sure] = 1 if counts else IGNORED
    return target


def grid_target(inside, width, height):
    """
    [5,H/32,W/32,7]: responsible (1, 0, -1 not to be judged), x, y in the cell, width, height as logarithms of shares of the anchor,
    tag, weight. Every anchor of nearly the best shape answers, and the neighbouring cell too when the centre lies near its border:
    so no probability is split.
    """
    rows, columns = height // 32, width // 32
    target = np.zeros((5, rows, columns, 7), np.float32)
    for kind, (x0, y0, x1, y1), _, counts in inside:
        x, y, w, h = (x0 + x1) / 64, (y0 + y1) / 64, (x1 - x0) / 32, (y1 - y0) / 32
        shared = np.minimum(_anchors[:, 0], w) * np.minimum(_anchors[:, 1], h)
        shape = shared / (_anchors.prod(1) + w * h - shared)
        column, row = min(int(x), columns - 1), min(int(y), rows - 1)
        if not counts:
            c0, c1, r0, r1 = int(max(0, x0) // 32), int(min(width - 1, x1) // 32), int(max(0, y0) // 32), int(min(height - 1, y1) // 32)
            target[:, r0:r1 + 1, c0:c1 + 1, 0] = IGNORED
            continue
        for c in (column - 1, column, column + 1):
            for r in (row - 1, row, row + 1):
                if not (0 <= c < columns and 0 <= r < rows):
                    continue
                # How far the centre lies outside the cell, in cells.
                aside = max(c - x, x - c - 1, r - y, y - r - 1, 0)
                for a in range(5):
                    good, fair = shape[a] >= 0.75 * shape.max(), shape[a] >= 0.5 * shape.max()
                    cell = target[a, r, c]
                    if good and aside <= 0.2:
                        size = np.log(w / _anchors[a, 0]), np.log(h / _anchors[a, 1])
                        cell[:] = 1, np.clip(x - c, 0, 1), np.clip(y - r, 0, 1), *size, kind, 2 - w * h / (rows * columns)
                    elif fair and aside <= 0.5 and cell[0] == 0:
                        cell[0] = IGNORED
    return target


def sample(views, rng, width, height, weights=None):
    """A random window of a random view, on a defect in most cases. weights: for each data set, how often each of its pictures comes."""
    number = rng.integers(len(views))
    side = views[number]
    view = side.classifier if rng.random() < 0.4 else side.detector
    pixels, scale_x, scale_y, shift_x = view
    index = int(rng.integers(len(side.set)) if weights is None else rng.choice(len(side.set), p=weights[number]))
    rows, columns = pixels.shape[1:3]
    defects = side.set.defects[index]
    if defects and rng.random() < 0.75:
        x, y, w, h = defects[rng.integers(len(defects))][1]
        at = rng.random(2)
        center_x = (x + at[0] * w - shift_x) * scale_x + rng.uniform(-80, 80)
        center_y = (y + at[1] * h) * scale_y + rng.uniform(-80, 80)
    else:
        center_x, center_y = rng.uniform(0, columns), rng.uniform(0, rows)
    left = int(np.clip(center_x - width / 2, 0, columns - width))
    top = int(np.clip(center_y - height / 2, 0, rows - height))
    return crop(view, index, defects, left, top, width, height)


def disturb(window, rng):
    """Another exposure: brighter or darker, a little more noise."""
    out = window.astype(np.float32) * rng.uniform(0.85, 1.15)
    if rng.random() < 0.3:
        out += rng.standard_normal(out.shape, np.float32) * rng.uniform(0, 2)
    return np.clip(out, 0, 255) / 255
