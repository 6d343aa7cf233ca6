#!/usr/bin/python3
"""Makes small networks as old exporters wrote them, and the probabilities that an independent computation gives for one picture.

Run with Debian's Python (python3-onnx, python3-numpy):

    /usr/bin/python3 make_old_exports.py

Nothing of EdgeInspector or ONNX Runtime takes part: every operator is computed with NumPy as the operator set of its network describes it
(https://github.com/onnx/onnx/blob/main/docs/Changelog.md). The picture has just the size of the input, so that nothing is resized:
byte i of its pixels (blue, green, red, row by row) is (31 i + 7 (i // 97)) mod 256.

- onnx12: flavour ONNX12 of Custom Vision (operator set 7), which needs no conversion.
- onnx10: flavour ONNX10 (operator set 6, `loss` typed as a map, old attributes).
- first-export-2018: as Custom Vision exported in spring 2018 (operator set 1, LegacyPadding, FC, broadcast by axis).
- operator-set-1: most of the other operators in the form of set 1, with attributes without types,
  as files before version 3 of the format have them.
- operator-set-5: operators in the form of sets 2 to 5.
"""
import json, os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORKS = os.path.join(HERE, "networks")
LOWEST = float(np.finfo(np.float32).min)
RNG = np.random.default_rng(15)
expected = {}


def picture(size):
    i = np.arange(size * size * 3)
    return ((31 * i + 7 * (i // 97)) % 256).reshape(size, size, 3).transpose(2, 0, 1)[None].astype(np.float64)


def weights(*shape, scale=1.0):
    return (RNG.normal(0, scale, shape)).astype(np.float32)


# ---- operators ---------------------------------------------------------------------------------------------------------------------------

def conv(x, w, b, stride=1):
    k = w.shape[2]
    side = (x.shape[2] - k) // stride + 1
    out = np.zeros((1, w.shape[0], side, side))
    for i in range(side):
        for j in range(side):
            out[0, :, i, j] = np.tensordot(w, x[0, :, i * stride:i * stride + k, j * stride:j * stride + k], 3) + b
    return out


def pool(x, k, stride, how=np.max, round_up=False):
    """Windows that reach over the end see what is there; their number is rounded up as Caffe does it."""
    count = -(-(x.shape[2] - k) // stride) + 1 if round_up else (x.shape[2] - k) // stride + 1
    out = np.zeros((1, x.shape[1], count, count))
    for i in range(count):
        for j in range(count):
            out[0, :, i, j] = how(x[0, :, i * stride:i * stride + k, j * stride:j * stride + k], axis=(1, 2))
    return out


def channels(values):
    return np.asarray(values, np.float64)[None, :, None, None]


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


# ---- files -------------------------------------------------------------------------------------------------------------------------------

def tensor(name, value):
    return numpy_helper.from_array(value, name)


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def loss(is_map):
    info = onnx.ValueInfoProto(name="loss")
    target = info.type if is_map else info.type.sequence_type.elem_type
    target.map_type.key_type = TensorProto.STRING
    target.map_type.value_type.tensor_type.elem_type = TensorProto.FLOAT
    if is_map:
        target.map_type.value_type.tensor_type.shape.dim.add().dim_value = 1
    return info


def untyped(node):
    for attribute in node.attribute:
        attribute.ClearField("type")
    return node


def save(name, nodes, constants, size, outputs, opsets, ir=3, producer="OnnxMLTools"):
    def type_of(constant):
        if hasattr(helper, "np_dtype_to_tensor_dtype"):
            return helper.np_dtype_to_tensor_dtype(constant.dtype)
        return onnx.mapping.NP_TYPE_TO_TENSOR_TYPE[constant.dtype]

    inputs = [value("data", ["None", 3, size, size])] + [value(k, v.shape, type_of(v)) for k, v in constants.items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, [tensor(k, v) for k, v in constants.items()])
    model = helper.make_model(graph, producer_name=producer)
    model.ir_version = ir
    del model.opset_import[:]
    for domain, version in opsets:
        entry = model.opset_import.add()
        entry.domain, entry.version = domain, version
    with open(os.path.join(NETWORKS, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def answers(tags, probabilities):
    return {tag: float(probability) for tag, probability in zip(tags, np.ravel(probabilities))}


# ---- Custom Vision -----------------------------------------------------------------------------------------------------------------------

TAGS = ["Defective", "Normal"]


def custom_vision():
    size = 41
    c = {
        "c1w": weights(6, 3, 3, 3, scale=0.2), "c1b": weights(6), "c2w": weights(8, 6, 2, 2, scale=0.3), "c2b": weights(8),
        "fw": weights(2, 8, scale=0.4), "fb": weights(2, scale=0.2),
        "bs": np.float32([0.9, 1.1, 1.0]), "bb": np.float32([0.1, -0.2, 0.3]), "bm": np.float32([4, -3, 2]),
        "bv": np.float32([900, 1100, 1000]),
        "mul": np.float32([0.8, 1.2, 1.0]), "add": np.float32([0.3, -0.1, 0.2]),
    }
    d = {name: constant.astype(np.float64) for name, constant in c.items()}
    x = picture(size) + channels([-104, -117, -123])
    x = (x - channels(d["bm"])) / np.sqrt(channels(d["bv"]) + np.float32(1e-5)) * channels(d["bs"]) + channels(d["bb"])
    x = x * channels(d["mul"]) + channels(d["add"])
    x = np.maximum(conv(x, d["c1w"], d["c1b"], 2), 0)
    assert (x.shape[2] - 3) % 2 == 1  # The last window reaches over the end.
    x = pool(x, 3, 2, round_up=True)
    x = np.maximum(conv(x, d["c2w"], d["c2b"]), 0)
    assert (x.shape[2] - 3) % 2 == 0  # It does not.
    x = pool(x, 3, 2, round_up=True)
    x = 1 / (1 + np.exp(-(d["fw"] @ x.mean(axis=(2, 3))[0] + d["fb"])))
    for name in ("onnx12", "onnx10", "first-export-2018"):
        expected[name] = answers(TAGS, x)
        first, ten = name == "first-export-2018", name != "onnx12"
        constants = dict(c) if first else {**c, "mul": c["mul"].reshape(3, 1, 1), "add": c["add"].reshape(3, 1, 1)}
        test = {"is_test": 1, "momentum": 0.0} if ten else {}
        if first:
            test.update(spatial=1, consumed_inputs=[0, 0, 0, 1, 1])
        old = {"axis": 1, "broadcast": 1} if ten else {}

        def padded(source, target, end):
            if first:
                return helper.make_node(
                    "LegacyPadding", [source], [target], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0], value=LOWEST,
                    domain="com.microsoft")
            return helper.make_node("Pad", [source], [target], pads=[0, 0, 0, 0, 0, 0, end, end], value=LOWEST)

        pooling = dict(kernel_shape=[3, 3], strides=[2, 2], auto_pad="VALID", **({"dilations": [1, 1]} if first else {}))
        nodes = [
            helper.make_node("ImageScaler", ["data"], ["x1"], bias=[-104.0, -117.0, -123.0], scale=1.0),
            helper.make_node("BatchNormalization", ["x1", "bs", "bb", "bm", "bv"], ["x2"], epsilon=1e-5, **test),
            helper.make_node("Mul", ["x2", "mul"], ["x3"], **old),
            helper.make_node("Add", ["x3", "add"], ["x4"], **old),
            helper.make_node(
                "Conv", ["x4", "c1w", "c1b"], ["x5"], kernel_shape=[3, 3], strides=[2, 2], auto_pad="VALID", dilations=[1, 1], group=1),
            helper.make_node("Relu", ["x5"], ["x6"], **({"consumed_inputs": [0]} if first else {})),
            padded("x6", "x7", 1),
            helper.make_node("MaxPool", ["x7"], ["x8"], **pooling),
            helper.make_node(
                "Conv", ["x8", "c2w", "c2b"], ["x9"], kernel_shape=[2, 2], strides=[1, 1], auto_pad="VALID", dilations=[1, 1], group=1),
            helper.make_node("Relu", ["x9"], ["x10"]),
            padded("x10", "x11", 0),
            helper.make_node("MaxPool", ["x11"], ["x12"], **pooling),
            helper.make_node("Dropout", ["x12"], ["x13"], ratio=0.5, **({"is_test": 1} if ten else {})),
            helper.make_node("GlobalAveragePool", ["x13"], ["x14"]),
            helper.make_node("Flatten", ["x14"], ["x15"], axis=1),
            helper.make_node("FC", ["x15", "fw", "fb"], ["x16"], axis=1, axis_w=1) if first
            else helper.make_node(
                "Gemm", ["x15", "fw", "fb"], ["x16"], alpha=1.0, beta=1.0, transA=0, transB=1, **({"broadcast": 1} if ten else {})),
            helper.make_node("Sigmoid", ["x16"], ["probabilities"]),
            helper.make_node(
                "Constant", [], ["tags"], value=helper.make_tensor("tags", TensorProto.STRING, [2], [tag.encode() for tag in TAGS])),
            helper.make_node("ArgMax", ["probabilities"], ["best"], axis=1, keepdims=1),
            helper.make_node("ArrayFeatureExtractor", ["tags", "best"], ["classLabel"], domain="ai.onnx.ml"),
            helper.make_node("ZipMap", ["probabilities"], ["loss"], domain="ai.onnx.ml", classlabels_strings=TAGS),
        ]
        label = value("classLabel", [1] if ten else ["None", 1], TensorProto.STRING)
        outputs = [loss(True), label] if first else [label, loss(ten)]
        opsets = [("", 1 if first else 6 if ten else 7), ("ai.onnx.ml", 1)] + ([("com.microsoft", 1)] if first else [])
        save(name, nodes, constants, size, outputs, opsets, producer="WinMLTools" if first else "OnnxMLTools")


# ---- the other operators -----------------------------------------------------------------------------------------------------------------

def operator_set_1():
    size = 12
    c = {
        "slope": np.float32([0.1, 0.3, 0.5]), "sub": np.float32([100, 110, 120]), "div": np.float32([30, 40, 50]),
        "rows": weights(3, 12, scale=0.2),
        "cw": weights(4, 6, 3, 3, scale=0.2), "cb": weights(4, scale=0.2), "gw": weights(16, 3, scale=0.2), "gb": weights(3, scale=0.2),
        "ins": np.float32([1.1, 0.9, 1.2, 1.0]), "inb": np.float32([0.1, 0.2, -0.1, 0]),
    }
    d = {name: constant.astype(np.float64) for name, constant in c.items()}
    x = (picture(size) - channels(d["sub"])) / channels(d["div"])
    x = x + d["rows"][None, :, :, None]  # Broadcast along the axes 1 and 2.
    slope = np.where(x < 0, x * channels(d["slope"]), x)
    leaky = np.where(x < 0, x * np.float32(0.2), x)
    x = np.concatenate([slope, leaky], axis=1)
    x = conv(x, d["cw"], d["cb"], 1)
    x = (x - x.mean(axis=(2, 3), keepdims=True)) / np.sqrt(
        x.var(axis=(2, 3), keepdims=True) + np.float32(1e-5)) * channels(d["ins"]) + channels(d["inb"])
    x = np.clip(x, -1.5, 1.5)
    x = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)], constant_values=0.25)
    x = pool(x, 3, 3, np.mean)
    x = x.repeat(2, axis=2).repeat(2, axis=3)
    x = pool(x, 4, 4, np.max)
    x = np.tanh(x + x).reshape(-1, 16)
    expected["operator-set-1"] = answers(["a", "b", "c"], softmax(x @ d["gw"] + d["gb"]))
    used = {"consumed_inputs": [0]}
    nodes = [
        helper.make_node("Sub", ["data", "sub"], ["x1"], broadcast=1, axis=1, consumed_inputs=[0, 0]),
        helper.make_node("Div", ["x1", "div"], ["x2"], broadcast=1, axis=1),
        helper.make_node("Add", ["x2", "rows"], ["x3"], broadcast=1, axis=1),
        helper.make_node("PRelu", ["x3", "slope"], ["x4"], **used),
        helper.make_node("LeakyRelu", ["x3"], ["x5"], alpha=0.2, **used),
        helper.make_node("Concat", ["x4", "x5"], ["x6"]),
        helper.make_node("Conv", ["x6", "cw", "cb"], ["x7"], kernel_shape=[3, 3]),
        helper.make_node("InstanceNormalization", ["x7", "ins", "inb"], ["x8"], epsilon=1e-5, is_test=1, spatial=1),
        helper.make_node("Clip", ["x8"], ["x9"], min=-1.5, max=1.5, **used),
        helper.make_node("Pad", ["x9"], ["x10"], paddings=[0, 0, 1, 1, 0, 0, 1, 1], mode="constant", value=0.25),
        helper.make_node("AveragePool", ["x10"], ["x11"], kernel_shape=[3, 3], strides=[3, 3]),
        helper.make_node("Upsample", ["x11"], ["x12"], height_scale=2.0, width_scale=2.0, mode="nearest"),
        helper.make_node("MaxPool", ["x12"], ["x13"], kernel_shape=[4, 4], strides=[4, 4], dilations=[1, 1]),
        helper.make_node("Sum", ["x13", "x13"], ["x14"], consumed_inputs=[0, 0]),
        helper.make_node("Tanh", ["x14"], ["x15"], **used),
        helper.make_node("Cast", ["x15"], ["x16"], to="FLOAT"),
        helper.make_node("Reshape", ["x16"], ["x17"], shape=[-1, 16], **used),
        helper.make_node("Unsqueeze", ["x17"], ["x18"], axes=[0]),
        helper.make_node("Squeeze", ["x18"], ["x19"], axes=[0]),
        helper.make_node("Gemm", ["x19", "gw", "gb"], ["x20"], broadcast=1),
        helper.make_node("Dropout", ["x20"], ["x21"], **used),
        helper.make_node("Softmax", ["x21"], ["probabilities"]),
    ]
    save("operator-set-1", [untyped(node) for node in nodes], c, size, [value("probabilities", ["None", 3])], [], ir=2, producer="CNTK")


def operator_set_5():
    size = 8
    c = {"shape": np.int64([-1, 3]), "mean": np.float32([128, 120, 110]), "two": np.float32([2])}
    x = (picture(size) - channels(c["mean"])) / 60
    first, second = x[:, :, :4], x[:, :, 4:]
    x = np.maximum(first, second)
    x = np.minimum(x, 2 * np.ones(1))
    x = (1 / (1 + np.exp(-x))) ** 2
    x = x.mean(axis=(2, 3)).reshape(-1, 3)
    expected["operator-set-5"] = answers(["a", "b", "c"], softmax(x * 5))
    c["sixty"] = np.float32([60])
    c["five"] = np.float32([5])
    nodes = [
        helper.make_node("Sub", ["data", "mean"], ["x1"], broadcast=1, axis=1),
        helper.make_node("Div", ["x1", "sixty"], ["x2"], broadcast=1, axis=0),
        helper.make_node("Split", ["x2"], ["x3", "x4"], axis=2, split=[4, 4]),
        helper.make_node("Max", ["x3", "x4"], ["x5"], consumed_inputs=[0, 0]),
        helper.make_node("Clip", ["x5"], ["x6"], max=2.0),
        helper.make_node("Sigmoid", ["x6"], ["x7"]),
        helper.make_node("Pow", ["x7", "two"], ["x8"], broadcast=1),
        helper.make_node("Pad", ["x8"], ["x9"], pads=[0] * 8),
        helper.make_node("GlobalAveragePool", ["x9"], ["x10"]),
        helper.make_node("Reshape", ["x10", "shape"], ["x11"]),
        helper.make_node("Mul", ["x11", "five"], ["x12"], broadcast=1),
        helper.make_node("Softmax", ["x12"], ["probabilities"], axis=1),
    ]
    save("operator-set-5", nodes, c, size, [value("probabilities", ["None", 3])], [("ai.onnx", 5)])


if __name__ == "__main__":
    os.makedirs(NETWORKS, exist_ok=True)
    custom_vision()
    operator_set_1()
    operator_set_5()
    with open(os.path.join(HERE, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=2)
        file.write("\n")
    print(json.dumps(expected, indent=2))
