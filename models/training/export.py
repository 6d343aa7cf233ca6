"""
Packages the trained models exactly as Custom Vision exports them.

    python3 export.py --weights work --out ..
"""
import argparse
import datetime
import hashlib
import json
import uuid
from pathlib import Path

import onnx
import torch
from torch import nn

from data import DEFECTS, DETECTOR_TARGET, LABELS
from evaluate import load
from network import ANCHORS

ALPHABETICAL = sorted(LABELS)  # as Custom Vision lists its tags


class PackagedClassifier(nn.Module):
    """RGB 0..1 to probabilities in the order of labels.txt."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        self.order = [LABELS.index(tag) for tag in ALPHABETICAL]
        # The four defects' channels and the constant are brought in order by weights, so that the graph holds no gather.
        place = torch.zeros(5, 4)
        for row, tag in enumerate(ALPHABETICAL):
            if tag in DEFECTS:
                place[row, DEFECTS.index(tag)] = 1
        self.scores = nn.Linear(4, 5)
        with torch.no_grad():
            self.scores.weight[:] = place * net.gain
            self.scores.bias[:] = place @ net.bias

    def forward(self, x):
        maps = self.net.maps(*self.net.backbone(x))
        return torch.softmax(self.scores(nn.functional.adaptive_max_pool2d(maps, 1).flatten(1)), 1)


def take_bgr_255(detector):
    """Folds colour order and range into the first layer."""
    first = detector.backbone.fine[0][0]
    with torch.no_grad():
        first.weight[:] = first.weight.flip(1) / 255
    return detector


def package(folder, net, example, dynamic, output, labels, domain, properties):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    torch.onnx.export(net, example, path, opset_version=12, input_names=["data"], output_names=[output], dynamic_axes=dynamic)
    model = onnx.load(path)
    model.producer_name, model.producer_version = "EdgeInspector models/training", "1"
    model.doc_string = ""
    for key, value in properties.items():
        if key.startswith("Image."):
            model.metadata_props.add(key=key, value=value)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    digest = hashlib.sha1(path.read_bytes()).hexdigest()
    (folder / "labels.txt").write_text("\n".join(labels) + "\n")
    (folder / "metadata_properties.json").write_text(json.dumps(properties, indent=2) + "\n")
    (folder / "cvexport.manifest").write_text(json.dumps({
        "DomainType": domain, "Platform": "ONNX", "Flavor": None, "ExporterVersion": "2.2",
        "ExportedDate": datetime.datetime.utcnow().strftime("%Y-%m-%dT%H:%M:%S.%f0Z"),
        "IterationId": str(uuid.uuid5(uuid.NAMESPACE_OID, digest)),
        "ModelFileName": "model.onnx", "LabelFileName": "labels.txt", "MetadataPropsFileName": "metadata_properties.json",
        "ModelFileSHA1": digest, "SchemaVersion": "1.0"}, indent=2) + "\n")
    print(f"{folder}: {path.stat().st_size / 1e6:.2f} MB, {sum(p.numel() for p in net.parameters())} parameters")


def properties(method, biases, suppression, crop, resize, target, layout, value_range):
    p = "CustomVision.Preprocess."
    return {
        "CustomVision.Metadata.Version": "1.2",
        "CustomVision.Postprocess.Method": method,
        "CustomVision.Postprocess.Yolo.Biases": biases,
        "CustomVision.Postprocess.Yolo.NmsThreshold": suppression,
        p + "CropHeight": "0", p + "CropMethod": crop, p + "CropWidth": "0",
        p + "MaxDimension": "0", p + "MaxScale": "0.0", p + "MinDimension": "0", p + "MinScale": "0.0",
        p + "NormalizeMean": "[0.0, 0.0, 0.0]", p + "NormalizeStd": "[1.0, 1.0, 1.0]",
        p + "ResizeMethod": resize, p + "TargetHeight": str(target[1]), p + "TargetWidth": str(target[0]),
        "Image.BitmapPixelFormat": layout, "Image.ColorSpaceGamma": "SRGB", "Image.NominalPixelRange": value_range,
    }


def packaged(weights, kind):
    """The network as it is shipped; also what reference.py computes with."""
    net = load(Path(weights) / "parts.pt")
    return PackagedClassifier(net.classifier).eval() if kind == "classifier" else take_bgr_255(net.detector)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--weights", default="work")
    options.add_argument("--out", default="..")
    o = options.parse_args()
    out = Path(o.out)
    package(out / "part-classifier", packaged(o.weights, "classifier"), torch.zeros(1, 3, 480, 480),
            {"data": {0: "N"}, "model_output": {0: "N"}}, "model_output", ALPHABETICAL, "Classification",
            properties("ClassificationMultiClass", "[]", "0.0", "FullImageShorterSide", "Stretch", (480, 480), "Rgb8", "Normalized_0_1"))
    package(out / "part-detector", packaged(o.weights, "detector"), torch.zeros(1, 3, 480, 640),
            {"data": {2: "H", 3: "W"}, "model_outputs0": {2: "h", 3: "w"}}, "model_outputs0", DEFECTS, "ObjectDetection",
            properties("Yolo", json.dumps(ANCHORS), "0.45", "NoCrop", "ByPixelCountAlign32", DETECTOR_TARGET, "Bgr8", "NominalRange_0_255"))


if __name__ == "__main__":
    main()
