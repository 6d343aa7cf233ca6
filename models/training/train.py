"""
Trains the two shipped models as one network with two heads: on windows of the pictures, then on whole pictures, first the classifier's
head alone, then both heads by turns, each in its own geometry; last on both again, with the parts it finds hard more often.

    python3 train.py --data work/train-a work/train-b --out work
"""
import argparse
import math
import threading
import queue
import time
from pathlib import Path

import numpy as np
import torch

from data import LABELS, Views
from losses import evidence_loss, grid_loss, tag_loss
from network import Both
from targets import crop, disturb, evidence_target, grid_target, sample


def batches(make, size, steps, workers=1, seed=11):
    """Prepares batches on other threads. make(rng) gives (window, defects, tag)."""
    ready = queue.Queue(4)

    def work(seed):
        rng = np.random.default_rng(seed)
        for _ in range(math.ceil(steps / workers)):
            rows = [make(rng) for _ in range(size)]
            pixels = np.stack([disturb(window, rng) for window, _, _ in rows]).transpose(0, 3, 1, 2)
            height, width = pixels.shape[2:]
            ready.put((
                torch.from_numpy(np.ascontiguousarray(pixels, np.float32)).contiguous(memory_format=torch.channels_last),
                torch.from_numpy(np.stack([evidence_target(inside, width, height) for _, inside, _ in rows])),
                torch.from_numpy(np.stack([grid_target(inside, width, height) for _, inside, _ in rows])),
                torch.tensor([tag for _, _, tag in rows])))

    for i in range(workers):
        threading.Thread(target=work, args=(seed + i,), daemon=True).start()
    for _ in range(steps):
        yield ready.get()


def fit(name, net, source, steps, rate, evidence=1.0, tags=1.0, grid=1.0, calibrate=False):
    parameters = list(net.parameters())
    optimizer = torch.optim.AdamW([
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.02},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0}], lr=rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1, (s + 1) / 60) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1, s / steps)))))
    net.train()
    started, sums = time.time(), np.zeros(3)
    for step, (pixels, evidence_wanted, grid_wanted, tags_wanted) in enumerate(source, 1):
        maps, raw = net(pixels)
        parts = [
            evidence_loss(maps, evidence_wanted) if evidence else maps.sum() * 0,
            tag_loss(net.classifier.scores(maps), tags_wanted) if tags else maps.sum() * 0,
            grid_loss(raw, grid_wanted, calibrate) if grid else raw.sum() * 0]
        loss = evidence * parts[0] + tags * parts[1] + grid * parts[2]
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 5)
        optimizer.step()
        schedule.step()
        sums += [p.item() for p in parts]
        if step % 50 == 0:
            print(
                f"{name} {step}/{steps} {time.time() - started:.0f} s  "
                f"evidence {sums[0] / 50:.3f}  tag {sums[1] / 50:.3f}  grid {sums[2] / 50:.3f}", flush=True)
            sums[:] = 0


def whole(views, kind, weights=None):
    """Whole pictures of one geometry."""
    def make(rng):
        number = rng.integers(len(views))
        side = views[number]
        view = getattr(side, kind)
        index = int(rng.integers(len(side.set)) if weights is None else rng.choice(len(side.set), p=weights[number]))
        rows, columns = view[0].shape[1:3]
        return crop(view, index, side.set.defects[index], 0, 0, columns, rows)
    return make


def scratches_first(views):
    """Scratches and good parts, the pair that is hard to tell apart, come more often than the rest."""
    weights = [np.array([(1, 0.4, 0.4, 0.4, 1.6)[tag] for tag in side.set.tags]) for side in views]
    return [w / w.sum() for w in weights]


def hard_first(views, net):
    """The scratches and good parts of the training data that the network gets wrong or nearly so come more often still."""
    net.eval()
    weights = []
    for side in views:
        weight = np.array([(1, 0.4, 0.4, 0.4, 1.2)[tag] for tag in side.set.tags])
        open_ones = [i for i, tag in enumerate(side.set.tags) if LABELS[tag] in ("ok", "scratch")]
        for start in range(0, len(open_ones), 8):
            rows = open_ones[start:start + 8]
            pixels = torch.from_numpy(np.ascontiguousarray(side.classifier[0][rows].transpose(0, 3, 1, 2), np.float32) / 255)
            with torch.no_grad():
                p = torch.softmax(net.classifier(pixels.contiguous(memory_format=torch.channels_last)), 1).numpy()
            for i, row in zip(rows, p):
                right = row[side.set.tags[i]]
                weight[i] = (5 if side.set.tags[i] else 3) if right < 0.7 else 2 if right < 0.97 else weight[i]
        print(f"{side.set.folder}: {(weight >= 3).sum()} pictures wrong or nearly, {(weight == 2).sum()} unsure", flush=True)
        weights.append(weight / weight.sum())
    return weights


def by_turns(*sources):
    for batch in zip(*sources):
        yield from batch


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--data", nargs="+", required=True, help="folders written by simulate")
    options.add_argument("--out", default="work")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--steps", type=int, default=1600, help="of 16 windows")
    options.add_argument("--classifier-steps", type=int, default=320, help="of 8 whole pictures")
    options.add_argument("--both-steps", type=int, default=560, help="of 8 whole pictures")
    options.add_argument("--hard-steps", type=int, nargs="+", default=[1400, 600], help="of 16 windows or 8 whole pictures, for each round")
    options.add_argument("--rate", type=float, default=1e-3, help="learning rate for whole pictures")
    options.add_argument("--only", choices=["windows", "classifier", "both", "hard"])
    o = options.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(7)
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    views = [Views(folder) for folder in o.data]
    net = Both().to(memory_format=torch.channels_last)
    if o.only in (None, "windows"):
        fit("windows", net, batches(lambda rng: sample(views, rng, 256, 256), 16, o.steps), o.steps, 3e-3)
        torch.save(net.state_dict(), out / "windows.pt")
    if o.only in (None, "classifier"):
        net.load_state_dict(torch.load(out / "windows.pt"))
        fit("classifier", net, batches(whole(views, "classifier"), 8, o.classifier_steps), o.classifier_steps, o.rate, evidence=0.5, grid=0)
        torch.save(net.state_dict(), out / "classifier.pt")
    if o.only in (None, "both"):
        net.load_state_dict(torch.load(out / "classifier.pt"))
        weights = scratches_first(views)
        turns = [batches(whole(views, kind, weights), 8, o.both_steps // 2) for kind in ("detector", "classifier")]
        fit("both", net, by_turns(*turns), o.both_steps, o.rate, evidence=0.5, calibrate=True)
        torch.save(net.state_dict(), out / "both.pt")
    if o.only in (None, "hard"):
        net.load_state_dict(torch.load(out / "both.pt"))
        for number, steps in enumerate(o.hard_steps):
            weights = hard_first(views, net)
            turns = [
                batches(lambda rng: sample(views, rng, 256, 256, weights), 16, steps // 4, seed=21 + 100 * number),
                batches(whole(views, "detector", weights), 8, steps // 4, seed=12 + 100 * number),
                batches(lambda rng: sample(views, rng, 256, 256, weights), 16, steps // 4, seed=13 + 100 * number),
                batches(whole(views, "classifier", weights), 8, steps // 4, seed=14 + 100 * number)]
            fit(f"hard {number + 1}", net, by_turns(*turns), steps, 1.5 * o.rate, evidence=0.7, calibrate=True)
        torch.save(net.state_dict(), out / "parts.pt")


if __name__ == "__main__":
    main()
