"""Boxes from the raw grid, after the arithmetic of the samples that Custom Vision ships in its exports (NumPy, float64)."""
import numpy as np

from data import DEFECTS
from network import ANCHORS


def logistic(x):
    return 1 / (1 + np.exp(-x))


def boxes(raw, threshold=0.01, overlap=0.45, limit=64):
    """raw [45,H,W] to a list of (tag, probability, left, top, width, height), highest first,
    suppressed within each tag, clipped to the picture."""
    rows, columns = raw.shape[1:]
    p = raw.astype(np.float64).reshape(5, 9, rows, columns)
    anchors = np.array(ANCHORS).reshape(5, 2)
    x = (logistic(p[:, 0]) + np.arange(columns)[None, None, :]) / columns
    y = (logistic(p[:, 1]) + np.arange(rows)[None, :, None]) / rows
    w = np.exp(p[:, 2]) * anchors[:, 0, None, None] / columns
    h = np.exp(p[:, 3]) * anchors[:, 1, None, None] / rows
    scores = np.exp(p[:, 5:] - p[:, 5:].max(1, keepdims=True))
    probability = logistic(p[:, 4])[:, None] * scores / scores.sum(1, keepdims=True)
    left, top, right, bottom = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    found = []
    for kind in range(4):
        score = probability[:, kind].ravel()
        corners = np.stack([v.ravel() for v in (left, top, right, bottom)], 1)
        order = [i for i in np.argsort(-score, kind="stable") if score[i] > threshold]
        while order:
            best = order.pop(0)
            found.append((DEFECTS[kind], score[best], *np.clip(corners[best], 0, 1)))
            order = [i for i in order if iou(corners[best], corners[i]) <= overlap]
    found.sort(key=lambda b: -b[1])
    return [(tag, float(s), float(l), float(t), float(r - l), float(b - t)) for tag, s, l, t, r, b in found[:limit]]


def iou(a, b):
    """Of two boxes given by their corners."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0
    shared = wide * high
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)
