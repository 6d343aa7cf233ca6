"""
Judges the trained models on a data set of a seed they never saw, by the agent's rules at their defaults.

    python3 evaluate.py --data work/test --weights work
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from data import DEFECTS, LABELS, Views
from decode import boxes, iou
from network import Both


def load(path):
    net = Both()
    net.load_state_dict(torch.load(path))
    return net.eval().to(memory_format=torch.channels_last)


def run(views, kind, forward, size=10):
    pixels = views[0]
    for start in range(0, len(pixels), size):
        x = torch.from_numpy(np.ascontiguousarray(pixels[start:start + size].transpose(0, 3, 1, 2), np.float32) / 255)
        with torch.no_grad():
            yield from forward(x.contiguous(memory_format=torch.channels_last)).numpy()


def table(truth, called):
    """Per tag precision and recall, and the confusion matrix. called: tag number, or 5 for a part that goes to review."""
    matrix = np.zeros((5, 6), int)
    for t, c in zip(truth, called):
        matrix[t, c] += 1
    print("| tag | parts | precision | recall |\n|---|---|---|---|")
    for i, name in enumerate(LABELS):
        precision, recall = matrix[i, i] / max(1, matrix[:, i].sum()), matrix[i, i] / max(1, matrix[i].sum())
        print(f"| {name} | {matrix[i].sum()} | {precision:.4f} | {recall:.4f} |")
    print("\n| truth \\ called | " + " | ".join(LABELS) + " | review |\n|---" * 1 + "|---" * 6 + "|")
    for i, name in enumerate(LABELS):
        print(f"| {name} | " + " | ".join(map(str, matrix[i])) + " |")


def shares(truth, passed, rejected, names):
    truth = np.array(truth)
    missed, false = (truth > 0) & passed, (truth == 0) & rejected
    review = ~passed & ~rejected
    print(f"\ndefective parts missed (passed): {missed.sum()} of {(truth > 0).sum()} = {missed.sum() / (truth > 0).sum():.2%}"
          f"\ngood parts rejected: {false.sum()} of {(truth == 0).sum()} = {false.sum() / (truth == 0).sum():.2%}"
          f"\nto review: {(review & (truth == 0)).sum()} good, {(review & (truth > 0)).sum()} defective")
    print("missed:", [names[i] for i in np.flatnonzero(missed)][:20], "\nrejected:", [names[i] for i in np.flatnonzero(false)][:20])


def average_precision(found, wanted):
    """At IoU 0.5, area under the interpolated curve. found: (probability, picture, box); wanted: {picture: [box]} by corners."""
    total = sum(map(len, wanted.values()))
    taken = {picture: set() for picture in wanted}
    hits = []
    for _, picture, box in sorted(found, key=lambda f: -f[0]):
        overlaps = [(iou(box, w), i) for i, w in enumerate(wanted.get(picture, [])) if i not in taken[picture]]
        best = max(overlaps, default=(0, -1))
        hits.append(best[0] >= 0.5)
        if hits[-1]:
            taken[picture].add(best[1])
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    recall = np.cumsum(hits) / total
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.sum(np.diff(np.concatenate([[0], recall])) * precision))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--data", required=True)
    options.add_argument("--weights", default="work")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--only", choices=["classifier", "detector"])
    o = options.parse_args()
    torch.set_num_threads(o.threads)
    views = Views(o.data)
    truth = views.set.tags
    if o.only != "detector":
        net = load(Path(o.weights) / "parts.pt").classifier
        p = np.stack(list(run(views.classifier, "classifier", lambda x: torch.softmax(net(x), 1))))
        rejected = (p[:, 1:] >= 0.5).any(1)
        passed = ~rejected & (p[:, 0] >= 0.5)
        print("## Classifier\n")
        table(truth, [int(row.argmax()) if row.max() >= 0.5 else 5 for row in p])
        shares(truth, passed, rejected, views.set.files)
    if o.only != "classifier":
        net = load(Path(o.weights) / "parts.pt").detector
        found = [boxes(raw) for raw in run(views.detector, "detector", net)]
        highest = [b[0] if b else ("", 0.0) for b in found]
        rejected = np.array([b[1] >= 0.5 for b in highest])
        print("\n## Detector\n")
        table(truth, [LABELS.index(b[0]) if b[1] >= 0.5 else 0 for b in highest])
        shares(truth, ~rejected, rejected, views.set.files)
        print("\n| tag | boxes | average precision at IoU 0.5 |\n|---|---|---|")
        every = []
        for kind, name in enumerate(DEFECTS):
            wanted = {}
            for i, defects in enumerate(views.set.defects):
                for k, (x, y, w, h), _ in defects:
                    if k == kind:
                        wanted.setdefault(i, []).append((x / 1280, y / 960, (x + w) / 1280, (y + h) / 960))
            mine = [(s, i, (l, t, l + w, t + h)) for i, list_ in enumerate(found) for tag, s, l, t, w, h in list_ if tag == name]
            every.append(average_precision(mine, wanted))
            print(f"| {name} | {sum(map(len, wanted.values()))} | {every[-1]:.4f} |")
        print(f"| mean | | {np.mean(every):.4f} |")


if __name__ == "__main__":
    main()
