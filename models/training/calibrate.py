"""
Moves the two heads' probabilities so that 0.5, the agent's default threshold, is the best place to part good from defective:
on parts that were not trained on and that are not those of the results. Only two numbers change: the classifier's bias for scratches
(the other defects are told apart with certainty) and the detector's bias for objectness.

    python3 calibrate.py --data work/check-202 work/check-505 work/check-606 --weights work
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from data import DEFECTS, LABELS, Views
from decode import boxes
from evaluate import load, run


def best_threshold(score, defective, good, kind):
    """
    As logit: where missed + 2 × falsely rejected is least, in the middle of the stretch where that holds. Both as the aim counts them:
    defective parts missed of all defective parts, and good parts rejected of all good parts.
    """
    at = np.arange(-4, 4.01, 0.05)
    cost = np.array([(score[defective] < t).sum() / (~good).sum() + 2 * (score[good] >= t).mean() for t in at])
    # Averaged over its neighbourhood, so that one odd part does not decide.
    smooth = np.convolve(np.pad(cost, 6, mode="edge"), np.ones(13) / 13, "valid")
    best = at[np.abs(smooth - smooth.min()) < 1e-9].mean()
    print(f"{kind}: cost {cost[np.argmin(np.abs(at))]:.4f} at 0.5, {np.interp(best, at, cost):.4f} at {1 / (1 + np.exp(-best)):.2f}")
    return best


def logit(p):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--data", nargs="+", required=True)
    options.add_argument("--weights", default="work")
    options.add_argument("--only", choices=["classifier", "detector"])
    o = options.parse_args()
    torch.set_num_threads(2)
    views = [Views(folder) for folder in o.data]
    tags = np.concatenate([side.set.tags for side in views])
    defective = tags > 0
    path = Path(o.weights) / "parts.pt"
    net = load(path)
    if o.only != "detector":
        scratch = LABELS.index("scratch")
        scores = np.stack([p for side in views for p in run(side.classifier, "classifier", net.classifier)])
        shift = best_threshold(scores[:, scratch] - np.delete(scores, scratch, 1).max(1), tags == scratch, ~defective, "classifier")
        with torch.no_grad():
            net.classifier.bias[DEFECTS.index("scratch")] -= shift
    if o.only != "classifier":
        found = (boxes(raw) for side in views for raw in run(side.detector, "detector", net.detector))
        highest = np.array([b[0][1] if b else 0 for b in found])
        shift = best_threshold(logit(highest), defective, ~defective, "detector")
        with torch.no_grad():
            net.detector.head.bias.view(5, 9)[:, 4] -= shift
    torch.save(net.state_dict(), path)


if __name__ == "__main__":
    main()
