"""
Computes what the shipped packages must say about a few pictures, without the agent's code: preprocessing (NumPy), network (PyTorch),
boxes (NumPy). Writes the pictures (PNG) and one JSON for each package.

    python3 reference.py --weights work --pictures work/reference --out ../../tests/EdgeInspector.Inference.Tests/Reference/shipped
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from data import bilinear, classifier_picture, detector_picture, load
from decode import boxes
from export import ALPHABETICAL, packaged


def pictures(folder, out):
    """
    Whole frames, and pieces of frames of other sizes and aspects: 800 x 600 (a frame made smaller), 1000 x 500 and 480 x 640 (cut out).
    Each is written as PNG, so that no JPEG decoder stands between the two computations.
    """
    for path in sorted(Path(folder).rglob("*.png")):
        picture, name = load(path), path.stem
        kind = path.parent.name
        if kind == "ok" and any(f.name.endswith("-800x600.png") for f in out.iterdir()):
            continue
        if kind == "ok":
            picture, name = bilinear(picture, 800, 600), name + "-800x600"
        elif kind == "dent":
            picture, name = picture[200:700, 140:1140], name + "-1000x500"
        elif kind == "misaligned":
            picture, name = picture[160:800, 600:1080], name + "-480x640"
        Image.fromarray(picture).save(out / f"{name}.png", optimize=True)
        yield f"{name}.png", picture


def statistics(tensor):
    """Enough of the input tensor to tell a wrong channel order, range or resize from a wrong network."""
    _, channels, height, width = tensor.shape
    spots = [(c, y * (height - 1) // 4, x * (width - 1) // 4) for c in range(channels) for y in range(5) for x in range(5)]
    return {
        "shape": list(tensor.shape),
        "channelMeans": [float(m) for m in tensor[0].reshape(channels, -1).mean(1, dtype=np.float64)],
        "samples": [{"channel": c, "y": y, "x": x, "value": float(tensor[0, c, y, x])} for c, y, x in spots],
    }


def compute(net, tensor):
    with torch.no_grad():
        return net.double()(torch.from_numpy(tensor.astype(np.float64))).numpy()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--weights", default="work")
    options.add_argument("--pictures", default="work/reference")
    options.add_argument("--out", default="../../tests/EdgeInspector.Inference.Tests/Reference/shipped")
    o = options.parse_args()
    out = Path(o.out)
    out.mkdir(parents=True, exist_ok=True)
    classifier, detector = packaged(o.weights, "classifier"), packaged(o.weights, "detector")
    classified, detected = [], []
    for name, picture in pictures(o.pictures, out):
        rgb = classifier_picture(picture).transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
        bgr = np.ascontiguousarray(detector_picture(picture)[..., ::-1].transpose(2, 0, 1)[None], np.float32)
        size = {"file": name, "width": picture.shape[1], "height": picture.shape[0]}
        said = sorted(zip(ALPHABETICAL, map(float, compute(classifier, rgb)[0])), key=lambda row: -row[1])
        classified.append(size | {"input": statistics(rgb), "predictions": [
            {"tagName": tag, "probability": p, "boundingBox": None} for tag, p in said]})
        detected.append(size | {"input": statistics(bgr), "predictions": [
            {"tagName": tag, "probability": p, "boundingBox": {"left": l, "top": t, "width": w, "height": h}}
            for tag, p, l, t, w, h in boxes(compute(detector, bgr)[0])]})
    about = "Computed by models/training/reference.py (PyTorch in float64, NumPy); see models/README.md."
    for kind, rows in (("part-classifier", classified), ("part-detector", detected)):
        sha = json.loads((Path(__file__).parent.parent / kind / "cvexport.manifest").read_text())["ModelFileSHA1"]
        (out / f"{kind}.json").write_text(
            json.dumps({"about": about, "package": f"models/{kind}", "modelSha1": sha, "images": rows}, indent=1) + "\n")
        print(f"{kind}: {len(rows)} pictures")


if __name__ == "__main__":
    main()
