#!/usr/bin/python3
"""Makes mobilenet-v2: a classifier with the shape and the cost of MobileNetV2 (width 1.0) at 224 pixels,
in the form of a Custom Vision export. Its weights mean nothing. Run with Debian's Python (python3-onnx, python3-numpy):

    /usr/bin/python3 make_mobilenet.py                         # the package in the repository
    /usr/bin/python3 make_mobilenet.py --tags 500 --out DIR    # the same with so many tags, elsewhere

Source of the shape: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), table 2; batch normalisation
is taken to be folded into the convolutions. So that the file stays small, every weight is cut from one repeated bank of numbers;
ONNX Runtime works the weights out once, when it loads the model.
"""
import argparse, hashlib, json, os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

arguments = argparse.ArgumentParser()
arguments.add_argument("--tags", type=int, default=5)
arguments.add_argument("--out", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "mobilenet-v2"))
arguments = arguments.parse_args()
FOLDER = arguments.out
TAGS = ["dent", "misaligned", "missing-component", "ok", "scratch"]
TAGS = TAGS[:arguments.tags] + [f"tag-{i}" for i in range(len(TAGS), arguments.tags)]
SIDE = 224
BANK = 1 << 15
# Expansion, channels, repeats, stride of each row of the table.
ROWS = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]

nodes, weights = [], {
    "bank": np.random.default_rng(1).normal(0, 1, BANK).astype(np.float32), "zero": np.array(0, np.float32), "six": np.array(6, np.float32)}


def weight(name, shape, fan_in):
    """Numbers of the bank, repeated to the shape and scaled so that the values keep their size from layer to layer."""
    count = int(np.prod(shape))
    repeats = -(-count // BANK)
    weights.update({
        name + "_n": np.array([repeats], np.int64), name + "_from": np.array([0], np.int64), name + "_to": np.array([count], np.int64),
        name + "_shape": np.array(shape, np.int64), name + "_scale": np.array((2 / fan_in) ** 0.5, np.float32)})
    nodes.extend([
        helper.make_node("Tile", ["bank", name + "_n"], [name + "_long"]),
        helper.make_node("Slice", [name + "_long", name + "_from", name + "_to"], [name + "_flat"]),
        helper.make_node("Reshape", [name + "_flat", name + "_shape"], [name + "_raw"]),
        helper.make_node("Mul", [name + "_raw", name + "_scale"], [name]),
    ])
    return name


def convolution(name, data, inputs, outputs, kernel=1, stride=1, depthwise=False, bounded=True):
    group = inputs if depthwise else 1
    shape = [outputs, inputs // group, kernel, kernel]
    weights[name + "_bias"] = np.zeros(outputs, np.float32)
    nodes.append(helper.make_node(
        "Conv", [data, weight(name, shape, inputs // group * kernel * kernel), name + "_bias"], [name + "_out"],
        kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[kernel // 2] * 4, group=group))
    if not bounded:
        return name + "_out"
    nodes.append(helper.make_node("Clip", [name + "_out", "zero", "six"], [name + "_act"]))
    return name + "_act"


data, channels = convolution("stem", "data", 3, 32, 3, 2), 32
for row, (expansion, outputs, repeats, first_stride) in enumerate(ROWS):
    for i in range(repeats):
        name, stride, wide = f"b{row}_{i}", first_stride if i == 0 else 1, channels * expansion
        inner = data if expansion == 1 else convolution(name + "_expand", data, channels, wide)
        inner = convolution(name + "_depth", inner, wide, wide, 3, stride, depthwise=True)
        inner = convolution(name + "_project", inner, wide, outputs, bounded=False)
        if stride == 1 and channels == outputs:
            nodes.append(helper.make_node("Add", [data, inner], [name + "_sum"]))
            inner = name + "_sum"
        data, channels = inner, outputs
data = convolution("last", data, channels, 1280)
weights["bias"] = np.zeros(len(TAGS), np.float32)
nodes += [
    helper.make_node("GlobalAveragePool", [data], ["mean"]),
    helper.make_node("Flatten", ["mean"], ["flat"]),
    helper.make_node("Gemm", ["flat", weight("head", [len(TAGS), 1280], 1280), "bias"], ["logits"], transB=1),
    helper.make_node("Softmax", ["logits"], ["model_output"], axis=1),
]

graph = helper.make_graph(
    nodes, "mobilenet-v2",
    [helper.make_tensor_value_info("data", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
    [helper.make_tensor_value_info("model_output", TensorProto.FLOAT, ["N", len(TAGS)])],
    [numpy_helper.from_array(value, key) for key, value in weights.items()])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 12)], ir_version=7)
onnx.checker.check_model(model, full_check=True)
content = model.SerializeToString()
files = {
    "model.onnx": content,
    "labels.txt": "\n".join(TAGS).encode(),
    "cvexport.manifest": json.dumps({
        "DomainType": "Classification", "Platform": "ONNX", "Flavor": None, "ExporterVersion": "2.2",
        "ExportedDate": "2026-11-24T00:00:00Z",
        "IterationId": "benchmark-mobilenet-v2", "ModelFileName": "model.onnx", "LabelFileName": "labels.txt",
        "MetadataPropsFileName": "metadata_properties.json", "ModelFileSHA1": hashlib.sha1(content).hexdigest(), "SchemaVersion": "1.0",
    }, indent=2).encode(),
    "metadata_properties.json": json.dumps({
        "CustomVision.Metadata.Version": "1.2", "CustomVision.Postprocess.Method": "ClassificationMultiClass",
        "CustomVision.Preprocess.CropMethod": "FullImageShorterSide", "CustomVision.Preprocess.ResizeMethod": "Stretch",
        "CustomVision.Preprocess.TargetHeight": str(SIDE), "CustomVision.Preprocess.TargetWidth": str(SIDE),
        "Image.BitmapPixelFormat": "Rgb8", "Image.NominalPixelRange": "Normalized_0_1",
    }, indent=2).encode(),
}
os.makedirs(FOLDER, exist_ok=True)
for file, bytes_ in files.items():
    with open(os.path.join(FOLDER, file), "wb") as out:
        out.write(bytes_)
print(len(content), "bytes")
