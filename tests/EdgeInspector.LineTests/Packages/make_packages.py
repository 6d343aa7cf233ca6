#!/usr/bin/python3
"""Makes the model packages of the line tests, in the form of Custom Vision exports. Run with Debian's Python (python3-onnx, python3-numpy):

    /usr/bin/python3 make_packages.py

quick  tells bright pictures (defect) from dark ones (ok) in well under a millisecond: for tests of everything but the model.
hung   says the same of dark pictures; at a bright one it goes round a loop for ever, inside ONNX Runtime,
       which leaves the loop when it is told to end the run.
stuck  the same, but a bright picture keeps a single node at work for many minutes, where nothing can interrupt it.
slow   computes 80 large convolutions over one repeated weight and then says the same: a small file that is late for any sensible deadline.
"""
import hashlib, json, os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
TAGS = ["ok", "defect"]


def head(nodes, weights, features, channels):
    """Mean brightness m (0..1) of each of the channels, mixed into the logits ±20 (m - 0.5), and the softmax over them."""
    weights["sides"] = np.array([[-20.0 / channels] * channels, [20.0 / channels] * channels], np.float32)
    weights["middle"] = np.array([10, -10], np.float32)
    nodes += [
        helper.make_node("GlobalAveragePool", [features], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["flat"]),
        helper.make_node("Gemm", ["flat", "sides", "middle"], ["logits"], transB=1),
        helper.make_node("Softmax", ["logits"], ["model_output"], axis=1),
    ]


def quick():
    nodes, weights = [], {}
    head(nodes, weights, "data", 3)
    return nodes, weights, 32


def hung():
    """A loop of (mean - 0.6) times 10^15 rounds, none for darker pictures, such as the grey ones of a warm-up,
    that carries the picture's mean through."""
    weights = {
        "bright": np.array(0.6, np.float32), "zero": np.array(0, np.float32), "rounds": np.array(1e15, np.float32),
        "always": np.array(True)}
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["goes_on"]), helper.make_node("Identity", ["value"], ["same"])], "round",
        [helper.make_tensor_value_info("number", TensorProto.INT64, []), helper.make_tensor_value_info("go", TensorProto.BOOL, []),
         helper.make_tensor_value_info("value", TensorProto.FLOAT, [1, 3, 1, 1])],
        [helper.make_tensor_value_info("goes_on", TensorProto.BOOL, []),
         helper.make_tensor_value_info("same", TensorProto.FLOAT, [1, 3, 1, 1])])
    nodes = [
        helper.make_node("GlobalAveragePool", ["data"], ["brightness"]),
        helper.make_node("ReduceMean", ["brightness"], ["one"], keepdims=0),
        helper.make_node("Sub", ["one", "bright"], ["above"]),
        helper.make_node("Max", ["above", "zero"], ["excess"]),
        helper.make_node("Mul", ["excess", "rounds"], ["wanted"]),
        helper.make_node("Cast", ["wanted"], ["count"], to=TensorProto.INT64),
        helper.make_node("Loop", ["count", "always", "brightness"], ["carried"], body=body),
    ]
    head(nodes, weights, "carried", 3)
    return nodes, weights, 32


def stuck():
    """Compares up to a million boxes that do not overlap with each other (NonMaxSuppression): one for darker pictures,
    such as the grey ones of a warm-up."""
    weights = {
        "bright": np.array(0.6, np.float32), "zero": np.array(0, np.float32), "many": np.array(1e9, np.float32),
        "most": np.array(1e6, np.float32), "one": np.array(1, np.float32), "half": np.array(0.5, np.float32),
        "overlap": np.array([0.5], np.float32), "single": np.array([1], np.int64)}
    nodes = [
        helper.make_node("GlobalAveragePool", ["data"], ["brightness"]),
        helper.make_node("ReduceMean", ["brightness"], ["mean_of_all"], keepdims=0),
        helper.make_node("Sub", ["mean_of_all", "bright"], ["above"]),
        helper.make_node("Max", ["above", "zero"], ["excess"]),
        helper.make_node("Mul", ["excess", "many"], ["wanted"]),
        helper.make_node("Min", ["wanted", "most"], ["capped"]),
        helper.make_node("Add", ["capped", "one"], ["boxes_wanted"]),
        helper.make_node("Range", ["zero", "boxes_wanted", "one"], ["at"]),
        helper.make_node("Unsqueeze", ["at"], ["tops"], axes=[1]),
        helper.make_node("Mul", ["tops", "zero"], ["lefts"]),
        helper.make_node("Add", ["tops", "half"], ["bottoms"]),
        helper.make_node("Add", ["lefts", "one"], ["rights"]),
        helper.make_node("Concat", ["tops", "lefts", "bottoms", "rights"], ["rows"], axis=1),
        helper.make_node("Unsqueeze", ["rows"], ["boxes"], axes=[0]),
        helper.make_node("Mul", ["at", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "one"], ["ones"]),
        helper.make_node("Unsqueeze", ["ones"], ["scores"], axes=[0, 1]),
        helper.make_node("Cast", ["boxes_wanted"], ["count"], to=TensorProto.INT64),
        helper.make_node("Reshape", ["count", "single"], ["counts"]),
        helper.make_node("NonMaxSuppression", ["boxes", "scores", "counts", "overlap"], ["selected"]),
        helper.make_node("Cast", ["selected"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMax", ["numbers"], ["last"], keepdims=0),
        helper.make_node("Mul", ["last", "zero"], ["no_more"]),
        helper.make_node("Add", ["brightness", "no_more"], ["carried"]),
    ]
    head(nodes, weights, "carried", 3)
    return nodes, weights, 32


def slow(channels=64, convolutions=80):
    """Each convolution passes its input on with a little noise, so that nothing can be left out and nothing overflows."""
    rng = np.random.default_rng(1)
    mix = np.zeros((channels, 3, 1, 1), np.float32)
    mix[np.arange(channels), np.arange(channels) % 3] = 1
    kernel = rng.normal(0, 1e-5, (channels, channels, 3, 3)).astype(np.float32)
    kernel[np.arange(channels), np.arange(channels), 1, 1] += 1
    weights = {"mix": mix, "kernel": kernel}
    nodes = [helper.make_node("Conv", ["data", "mix"], ["c0"], kernel_shape=[1, 1])]
    for i in range(convolutions):
        nodes.append(helper.make_node("Conv", [f"c{i}", "kernel"], [f"c{i + 1}"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]))
    head(nodes, weights, f"c{convolutions}", channels)
    return nodes, weights, 128


def write(name, nodes, weights, size):
    folder = os.path.join(HERE, name)
    os.makedirs(folder, exist_ok=True)
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 3, size, size])],
        [helper.make_tensor_value_info("model_output", TensorProto.FLOAT, [1, len(TAGS)])],
        [numpy_helper.from_array(value, key) for key, value in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=7)
    onnx.checker.check_model(model, full_check=True)
    content = model.SerializeToString()
    files = {
        "model.onnx": content,
        "labels.txt": "\n".join(TAGS).encode(),
        "cvexport.manifest": json.dumps({
            "DomainType": "Classification", "Platform": "ONNX", "Flavor": None, "ExporterVersion": "2.2",
            "ExportedDate": "2026-11-24T00:00:00Z", "IterationId": f"line-tests-{name}", "ModelFileName": "model.onnx",
            "LabelFileName": "labels.txt",
            "MetadataPropsFileName": "metadata_properties.json", "ModelFileSHA1": hashlib.sha1(content).hexdigest(), "SchemaVersion": "1.0",
        }, indent=2).encode(),
        "metadata_properties.json": json.dumps({
            "CustomVision.Metadata.Version": "1.2", "CustomVision.Postprocess.Method": "ClassificationMultiClass",
            "CustomVision.Preprocess.CropMethod": "FullImageShorterSide", "CustomVision.Preprocess.ResizeMethod": "Stretch",
            "CustomVision.Preprocess.TargetHeight": str(size), "CustomVision.Preprocess.TargetWidth": str(size),
            "Image.BitmapPixelFormat": "Rgb8", "Image.NominalPixelRange": "Normalized_0_1",
        }, indent=2).encode(),
    }
    for file, bytes_ in files.items():
        with open(os.path.join(folder, file), "wb") as out:
            out.write(bytes_)
    print(name, len(content), "bytes")


write("quick", *quick())
write("hung", *hung())
write("stuck", *stuck())
write("slow", *slow())
