#!/usr/bin/python3
"""Makes small packages as trainers of today export them, and the predictions that an independent computation gives for them.

Run with Debian's Python after make_reference.py, whose pictures it uses:

    /usr/bin/python3 make_trainers.py

As there, nothing of EdgeInspector, ONNX Runtime or OpenCV takes part: networks are computed by PyTorch; pictures are prepared,
boxes suppressed and segments measured with NumPy. What is written: trainers/ (packages) and trainers.json (expectations).
"""
import hashlib, html, io, json, math, os, shutil

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

import make_reference as base
from make_reference import TAGS, resize_bilinear

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = os.path.join(HERE, "trainers")
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
GREY = 114


# ---- pictures ----------------------------------------------------------------------------------------------------------------------------

def nearest(side):
    return max(1, math.floor(side + 0.5 + 1e-9))


def resize_antialiased(picture, width, height):
    """Bilinear over all that a new pixel covers, as torchvision resizes: a triangle over twice the new pixel's width. Rounded once,
    at the end; Pillow also rounds between the two directions, which moves probabilities of these networks by up to 1e-3 (tried)."""
    def weights(source, target):
        scale = source / target
        reach = max(scale, 1)
        centres = (np.arange(target) + 0.5) * scale
        share = np.maximum(0, 1 - np.abs(np.arange(source)[None, :] + 0.5 - centres[:, None]) / reach)
        return share / share.sum(1, keepdims=True)

    rows, columns = weights(picture.shape[0], height), weights(picture.shape[1], width)
    return np.clip(
        np.floor(np.einsum("yi,ijc,xj->yxc", rows, picture.astype(np.float64), columns, optimize=True) + 0.5), 0, 255).astype(np.uint8)


def view(picture, geometry, resize=resize_bilinear):
    """The network's picture (RGB bytes), what it shows of the frame (left, top, width, height in pixels),
    and the part of the frame that is really in it."""
    height, width = picture.shape[:2]
    kind = geometry[0]
    if kind == "stretch":
        return resize(picture, *geometry[1]), (0, 0, width, height), (0, 0, width, height)
    if kind == "square":  # The middle square first, then its size.
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return resize(picture[top:top + side, left:left + side], *geometry[1]), (left, top, side, side), (left, top, side, side)
    if kind == "shorter":  # The shorter side to a length, then the middle.
        _, target, (crop_width, crop_height) = geometry
        ratio = target / min(width, height)
        scaled = (nearest(width * ratio), nearest(height * ratio))
        left, top = (scaled[0] - crop_width) // 2, (scaled[1] - crop_height) // 2
        seen = resize(picture, *scaled)[top:top + crop_height, left:left + crop_width]
        x, y = width / scaled[0], height / scaled[1]
        where = (left * x, top * y, crop_width * x, crop_height * y)
        return seen, where, where
    if kind == "letterbox":
        _, (input_width, input_height) = geometry
        ratio = min(input_width / width, input_height / height)
        scaled = (nearest(width * ratio), nearest(height * ratio))
        left, top = (input_width - scaled[0]) // 2, (input_height - scaled[1]) // 2
        seen = np.full((input_height, input_width, 3), GREY, np.uint8)
        seen[top:top + scaled[1], left:left + scaled[0]] = resize(picture, *scaled)
        x, y = width / scaled[0], height / scaled[1]
        return seen, (-left * x, -top * y, input_width * x, input_height * y), (0, 0, width, height)
    raise ValueError(kind)


def to_grey(picture):
    """OpenCV's fixed-point weights for 8-bit pictures: 0.114, 0.587, 0.299 in 32768ths, which Pillow's "L" agrees with to rounding."""
    red, green, blue = (picture[:, :, i].astype(np.int64) for i in range(3))
    return ((red * 9798 + green * 19235 + blue * 3735 + (1 << 14)) >> 15).astype(np.float64)


def values_of(seen, case):
    """Pixels to the numbers of the tensor [1,3,H,W], or [1,1,H,W]; float64."""
    values = seen.astype(np.float64)
    if case.get("grey"):
        values = to_grey(seen)[:, :, None]
    elif case.get("order", "RGB") == "BGR":
        values = values[:, :, ::-1]
    lowest, highest = case.get("range", (0, 1))
    values = values / 255 * (highest - lowest) + lowest
    mean, std = case.get("normalise", ([0, 0, 0], [1, 1, 1]))
    channels = values.shape[2]
    values = (values - np.array(mean[:channels])) / np.array(std[:channels])
    return values.transpose(2, 0, 1)[None]


def tensor_of(picture, case):
    seen, where, real = view(picture, case["geometry"], resize_antialiased if case.get("antialias") else resize_bilinear)
    values = values_of(seen, case)
    if case.get("half"):
        values = values.astype(np.float16)
    return torch.from_numpy(values.astype(np.float32)), where, real


def placed(box, where, real, size):
    """From shares of the network's picture (left, top, right, bottom) to shares of the frame; None when nothing is left."""
    box = np.clip(np.array(box, np.float64), 0, 1)
    if box[2] <= box[0] or box[3] <= box[1]:
        return None
    x = np.clip([where[0] + box[0] * where[2], where[0] + box[2] * where[2]], real[0], real[0] + real[2]) / size[0]
    y = np.clip([where[1] + box[1] * where[3], where[1] + box[3] * where[3]], real[1], real[1] + real[3]) / size[1]
    x, y = np.clip(x, 0, 1), np.clip(y, 0, 1)
    if x[1] <= x[0] or y[1] <= y[0]:
        return None
    return {"left": float(x[0]), "top": float(y[0]), "width": float(x[1] - x[0]), "height": float(y[1] - y[0])}


# ---- networks ----------------------------------------------------------------------------------------------------------------------------

class Net(torch.nn.Module):
    """A classifier: convolution, nine means, a linear layer; and what exporters leave at its two ends."""

    def __init__(self, seed, outputs, side, channels=3, end=None, scale=1.0, shift=0.0):
        super().__init__()
        torch.manual_seed(seed)
        self.convolution = torch.nn.Conv2d(channels, 8, 5, stride=3)
        self.pool = torch.nn.AvgPool2d(((side - 5) // 3 + 1) // 3)
        self.linear = torch.nn.Linear(72, outputs)
        with torch.no_grad():
            self.linear.weight *= 12
        self.end, self.scale, self.shift = end, scale, shift

    def forward(self, x):
        if self.scale != 1:
            x = x * self.scale
        if self.shift != 0:
            x = x + self.shift
        x = self.pool(torch.relu(self.convolution(x)))[:, :, :3, :3]
        x = self.linear(x.flatten(1))
        return x if self.end is None else self.end(x)


def softmax(x):
    return torch.softmax(x, 1)


class Yolo(torch.nn.Module):
    """Heads over cells of 8, 16 and 32 pixels, with the boxes worked out in the network as exporters do it."""

    def __init__(self, seed, classes, side, kind="v8", share=False, coefficients=0, most=0, weight=1.5):
        super().__init__()
        torch.manual_seed(seed)
        self.kind, self.classes, self.side, self.share = kind, classes, side, share
        self.coefficients, self.most, self.weight = coefficients, most, weight
        self.numbers = 4 + (1 if kind == "v5" else 0) + classes + coefficients
        self.per_cell = 3 if kind == "v5" else 1
        self.body = torch.nn.Conv2d(3, 6, 8, stride=8)
        self.heads = torch.nn.ModuleList(torch.nn.Conv2d(6, self.per_cell * self.numbers, 1) for _ in range(3))
        if coefficients:
            self.prototypes = torch.nn.Conv2d(3, coefficients, 4, stride=4)

    def forward(self, x):
        features = torch.relu(self.body(x) * 4)
        rows = []
        levels = features, torch.nn.functional.avg_pool2d(features, 2), torch.nn.functional.avg_pool2d(features, 4)
        for head, stride, level in zip(self.heads, (8, 16, 32), levels):
            ones = torch.ones_like(level[:, :1])
            column, row = torch.cumsum(ones, 3) - 1, torch.cumsum(ones, 2) - 1
            said = head(level)
            for anchor in range(self.per_cell):
                part = said[:, anchor * self.numbers:(anchor + 1) * self.numbers]
                x_centre = (torch.sigmoid(part[:, 0:1] * 3) * 2 - 0.5 + column) * stride
                y_centre = (torch.sigmoid(part[:, 1:2] * 3) * 2 - 0.5 + row) * stride
                wide = torch.exp(torch.tanh(part[:, 2:4]) * self.weight) * (stride * (2 + anchor))
                scores = torch.sigmoid(part[:, 4:self.numbers - self.coefficients] * 5 - 1)
                place = torch.cat([x_centre, y_centre, wide], 1)
                if self.share:
                    place = place / self.side
                rows.append(torch.cat([place, scores, part[:, self.numbers - self.coefficients:] * 3], 1).flatten(2))
        every = torch.cat(rows, 2)
        if self.kind == "v5":
            return every.transpose(1, 2)
        if self.kind == "end to end":
            every = every.transpose(1, 2)
            best, tag = every[:, :, 4:4 + self.classes].max(2, keepdim=True)
            best, index = torch.topk(best, self.most, dim=1)
            corners = torch.cat([every[:, :, :2] - every[:, :, 2:4] / 2, every[:, :, :2] + every[:, :, 2:4] / 2], 2)
            found = torch.cat([corners, tag.float()], 2).gather(1, index.expand(-1, -1, 5))
            return torch.cat([found[:, :, :4], best, found[:, :, 4:]], 2)
        if self.coefficients:
            return every, self.prototypes(x)
        return every


class Anomaly(torch.nn.Module):
    """A map that is brighter where the picture differs from its surroundings, and the score of its brightest place."""

    def __init__(self, seed, raw=False):
        super().__init__()
        torch.manual_seed(seed)
        self.convolution = torch.nn.Conv2d(3, 4, 8, stride=4)
        self.raw = raw

    def forward(self, x):
        heat = (self.convolution(x) ** 2).sum(1, keepdim=True)
        if self.raw:
            return heat * 3
        heat = torch.sigmoid(heat * 1.5 - 2)
        return heat.flatten(1).amax(1) * 0.9, heat


def export(network, shape, inputs, outputs, dynamic=None, opset=12, producer=None, properties=None):
    buffer = io.BytesIO()
    torch.onnx.export(
        network.eval(), torch.zeros(shape), buffer, input_names=[inputs], output_names=outputs, opset_version=opset, dynamic_axes=dynamic,
        do_constant_folding=True)
    model = onnx.load_from_string(buffer.getvalue())
    model.ir_version = min(model.ir_version, 8)
    if producer:
        model.producer_name, model.producer_version = producer, ""
    for key, value in (properties or {}).items():
        model.metadata_props.add(key=key, value=str(value))
    return model


def channels_last(model, element=TensorProto.FLOAT):
    """[N,H,W,C] in front of a network that wants [N,C,H,W], as converters from TensorFlow leave it."""
    graph = model.graph
    name, dims = graph.input[0].name, [d.dim_value or d.dim_param for d in graph.input[0].type.tensor_type.shape.dim]
    for node in graph.node:
        for i, value in enumerate(node.input):
            if value == name:
                node.input[i] = name + "_first"
    graph.node.insert(0, helper.make_node("Transpose", [name], [name + "_first"], perm=[0, 3, 1, 2]))
    del graph.input[:]
    graph.input.extend([helper.make_tensor_value_info(name, element, [dims[0], dims[2], dims[3], dims[1]])])
    return model


def typed(model, element_in, element_out=None):
    """Another element type at the two ends, with a cast inside."""
    graph = model.graph
    name = graph.input[0].name
    for node in graph.node:
        for i, value in enumerate(node.input):
            if value == name:
                node.input[i] = name + "_cast"
    graph.input[0].type.tensor_type.elem_type = element_in
    graph.node.insert(0, helper.make_node("Cast", [name], [name + "_cast"], to=TensorProto.FLOAT))
    if element_out:
        out = graph.output[0].name
        for node in graph.node:
            for i, value in enumerate(node.output):
                if value == out:
                    node.output[i] = out + "_cast"
        graph.output[0].type.tensor_type.elem_type = element_out
        graph.node.append(helper.make_node("Cast", [out + "_cast"], [out], to=element_out))
    return model


def quantised(model, network):
    """Weights of the first convolution as int8 and the pixels as uint8, between QuantizeLinear and DequantizeLinear;
    the network gets the same rounded weights."""
    graph = model.graph
    convolution = next(node for node in graph.node if node.op_type == "Conv")
    weights = next(tensor for tensor in graph.initializer if tensor.name == convolution.input[1])
    values = numpy_helper.to_array(weights)
    scale = np.float32(np.abs(values).max() / 127)
    whole = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
    with torch.no_grad():
        network.body.weight.copy_(torch.from_numpy(whole.astype(np.float32) * scale))
    graph.initializer.remove(weights)
    graph.initializer.extend([
        numpy_helper.from_array(whole, "w8"), numpy_helper.from_array(scale.reshape(()), "w_scale"),
        numpy_helper.from_array(np.int8(0).reshape(()), "w_zero"),
        numpy_helper.from_array(np.float32(1 / 255).reshape(()), "x_scale"), numpy_helper.from_array(np.uint8(0).reshape(()), "x_zero")])
    name = convolution.input[0]
    convolution.input[0], convolution.input[1] = "x_real", "w_real"
    at = list(graph.node).index(convolution)
    for node in (
        helper.make_node("DequantizeLinear", ["w8", "w_scale", "w_zero"], ["w_real"]),
        helper.make_node("DequantizeLinear", ["x8", "x_scale", "x_zero"], ["x_real"]),
        helper.make_node("QuantizeLinear", [name, "x_scale", "x_zero"], ["x8"]),
    ):
        graph.node.insert(at, node)
    return model


# ---- decoding ----------------------------------------------------------------------------------------------------------------------------

def overlap(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def suppressed(candidates, limit, most=64):
    """Greedy, within a tag; candidates are (probability, tag, corners, what else)."""
    kept = []
    for candidate in sorted(candidates, key=lambda c: -c[0]):
        if len(kept) == most:
            break
        if all(other[1] != candidate[1] or overlap(other[2], candidate[2]) <= limit for other in kept):
            kept.append(candidate)
    return kept


def covered(prototypes, coefficients, corners):
    """The share of the network's picture where the segment is: cells whose middle lies in the box
    and whose logistic value is above one half."""
    mask = 1 / (1 + np.exp(-np.tensordot(coefficients, prototypes, 1)))
    height, width = mask.shape
    left, top, right, bottom = np.clip(corners, 0, 1)
    x, y = (np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height
    inside = ((y > top) & (y < bottom))[:, None] & ((x > left) & (x < right))[None, :]
    return float(((mask > 0.5) & inside).sum() / mask.size)


def decode_boxes(case, every, prototypes, side, classes):
    scale = 1 if case["share"] else 1 / side
    kind, k = case["kind"], case.get("coefficients", 0)
    found = []
    if kind == "end to end":
        rows = sorted((row for row in every if row[4] >= 0.01), key=lambda row: -row[4])[:64]
        return [(float(row[4]), int(row[5]), row[:4] * scale, 0.0) for row in rows]
    if kind == "v8":
        every = every.T
    for row in every:
        x, y, w, h = row[:4] * scale
        corners = np.array([x - w / 2, y - h / 2, x + w / 2, y + h / 2])
        scores = row[5:5 + classes] * row[4] if kind == "v5" else row[4:4 + classes]
        for tag in range(classes):
            if scores[tag] >= 0.01:
                found.append((float(scores[tag]), tag, corners, row[len(row) - k:] if k else None))
    kept = suppressed(found, 0.45 if kind == "v5" else 0.7)
    return [(p, tag, corners, covered(prototypes, rest, corners) if k else 0.0) for p, tag, corners, rest in kept]


# ---- packages ----------------------------------------------------------------------------------------------------------------------------

def write(name, model, files):
    onnx.checker.check_model(model)
    content = model.SerializeToString()
    os.makedirs(os.path.join(PACKAGES, name))
    for file, data in {"model.onnx": content, **files}.items():
        with open(os.path.join(PACKAGES, name, file), "wb") as stream:
            stream.write(data if isinstance(data, bytes) else data.encode())
    return content


def custom_vision(model, detector, target, crop, anchors="null"):
    """The manifest and the metadata of an export of July 2026."""
    metadata = {
        "CustomVision.Metadata.AdditionalModelInfo": "", "CustomVision.Metadata.Version": "1.2",
        "CustomVision.Postprocess.Method": "Yolo" if detector else "ClassificationMultiClass",
        "CustomVision.Postprocess.Yolo.Biases": anchors, "CustomVision.Postprocess.Yolo.NmsThreshold": "0.45" if detector else "0.0",
        "CustomVision.Preprocess.CropHeight": str(crop), "CustomVision.Preprocess.CropMethod": "OneCropCenter",
        "CustomVision.Preprocess.CropWidth": str(crop),
        "CustomVision.Preprocess.MaxDimension": "0", "CustomVision.Preprocess.MaxScale": "0.0", "CustomVision.Preprocess.MinDimension": "0",
        "CustomVision.Preprocess.MinScale": "0.0",
        "CustomVision.Preprocess.NormalizeMean": "[0.0, 0.0, 0.0]", "CustomVision.Preprocess.NormalizeStd": "[1.0, 1.0, 1.0]",
        "CustomVision.Preprocess.ResizeMethod": "ByShorterSide",
        "CustomVision.Preprocess.TargetHeight": str(target), "CustomVision.Preprocess.TargetWidth": str(target),
        "Image.BitmapPixelFormat": "Rgb8", "Image.ColorSpaceGamma": "SRGB", "Image.NominalPixelRange": "Normalized_0_1"}
    manifest = {
        "DomainType": "ObjectDetection" if detector else "Classification", "Platform": "ONNX", "Flavor": None, "ExporterVersion": "2.0",
        "ExportedDate": "2026-07-28T09:15:00.1234567Z", "IterationId": "7b2c9a51-2f5e-4c77-9b62-3f6c2c0a0002",
        "ModelFileName": "model.onnx", "LabelFileName": "labels.txt",
        "MetadataPropsFileName": "metadata_properties.json", "ModelFileSHA1": hashlib.sha1(model.SerializeToString()).hexdigest().upper(),
        "SchemaVersion": "1.0"}
    return {"cvexport.manifest": json.dumps(manifest, indent=2), "metadata_properties.json": json.dumps(metadata, indent=2)}


def ultralytics(task, tags, side, **more):
    args = {"batch": 1, "half": False, "dynamic": False, "simplify": True, "nms": False, **more.pop("args", {})}
    return {
        "description": "Ultralytics YOLO model trained on parts.yaml", "author": "Ultralytics", "version": "8.3.0",
        "license": "AGPL-3.0 License (https://ultralytics.com/license)",
        "stride": 32, "task": task, "batch": 1, "imgsz": [side, side], "names": dict(enumerate(tags)), "args": args, **more}


def probabilities(numbers, tags):
    return [{"tagName": tag, "probability": float(p), "boundingBox": None} for tag, p in zip(tags, numbers)]


CASES = {}


def case(make):
    CASES[make.__name__.replace("_", "-")] = make
    return make


def classifier_case(name, network, model, settings, files, tags, finish=None):
    """Writes the package and gives what predicts for it."""
    write(name, model, files)

    def predict(picture):
        tensor, _, _ = tensor_of(picture, settings)
        with torch.no_grad():
            numbers = network(tensor).numpy()[0].astype(np.float64)
        if settings.get("half"):
            numbers = numbers.astype(np.float16).astype(np.float64)
        return probabilities(numbers if finish is None else finish(numbers), tags)

    return predict


def softmax_of(numbers):
    numbers = np.exp(numbers - numbers.max())
    return numbers / numbers.sum()


LABELS = {"labels.txt": "\n".join(TAGS)}
CLASS_MAP = ["ok", "scratch > 10 mm", "dent & \"deep\"", "missing"]


def shorter_centre(name, seed, target, crop, class_map=False):
    network = Net(seed, len(TAGS), crop, end=softmax)
    model = export(network, (1, 3, crop, crop), "data", ["model_output"], {"data": {0: "None"}, "model_output": {0: "None"}})
    files = dict(LABELS)
    if class_map:
        model = base.to_label_and_map(model, TAGS)
    files.update(custom_vision(model, False, target, crop))
    return classifier_case(name, network, model, {"geometry": ("shorter", target, (crop, crop))}, files, TAGS)


@case
def customvision_2026(name):
    return shorter_centre(name, 101, 256, 224)


@case
def customvision_2026_small(name):
    return shorter_centre(name, 102, 80, 64)


@case
def customvision_2026_map(name):
    return shorter_centre(name, 103, 73, 64, class_map=True)


@case
def customvision_2026_detector(name):
    network = base.Grid(len(TAGS), 104, 1.0).eval()
    model = base.export(network, (1, 3, 96, 96), "model_outputs0")
    model.ir_version = min(model.ir_version, 8)
    write(name, model, {**LABELS, **custom_vision(model, True, 128, 96, json.dumps(base.ANCHORS))})

    def predict(picture):
        tensor, where, real = tensor_of(picture, {"geometry": ("shorter", 128, (96, 96))})
        with torch.no_grad():
            output = network(tensor).numpy()
        found = base.decode_grid(output, base.ANCHORS, len(TAGS), 0.45)
        return boxes_of([(p, tag, (b[0], b[1], b[0] + b[2], b[1] + b[3]), 0) for tag, p, b in found], TAGS, where, real, picture)

    return predict


def boxes_of(found, tags, where, real, picture, segments=False):
    size = (picture.shape[1], picture.shape[0])
    predictions = []
    for probability, tag, corners, area in found:
        box = placed(corners, where, real, size)
        if box:
            prediction = {"tagName": tags[tag], "probability": float(probability), "boundingBox": box}
            if segments:
                prediction["maskArea"] = min(area * where[2] * where[3] / size[0] / size[1], box["width"] * box["height"])
            predictions.append(prediction)
    return predictions


@case
def windows_ml_map(name):
    """An export of 2018 or 2019: one bare file; its tags are in the ZipMap, written as for a web page."""
    network = Net(105, len(CLASS_MAP), 64, end=softmax, scale=1 / 255)
    model = export(network, (1, 3, 64, 64), "data", ["model_output"])
    model = base.to_label_and_map(model, [html.escape(tag) for tag in CLASS_MAP])
    settings = {"geometry": ("square", (64, 64)), "order": "BGR", "range": (0, 255), "antialias": True}
    return classifier_case(name, network, model, settings, {}, CLASS_MAP)


@case
def torchvision_logits(name):
    network = Net(106, len(TAGS), 64)
    model = export(network, (1, 3, 64, 64), "input", ["output"], {"input": {0: "batch"}, "output": {0: "batch"}})
    settings = {"geometry": ("shorter", 73, (64, 64)), "normalise": IMAGENET, "antialias": True}
    return classifier_case(name, network, model, settings, LABELS, TAGS, softmax_of)


@case
def torchvision_logits_224(name):
    network = Net(107, len(TAGS), 224)
    model = export(network, (1, 3, 224, 224), "input.1", ["output_495"])
    return classifier_case(
        name, network, model, {"geometry": ("shorter", 256, (224, 224)), "normalise": IMAGENET, "antialias": True}, LABELS, TAGS,
        softmax_of)


@case
def torch_normalises_itself(name):
    """Mean and deviation are in the network; what the shape of a picture is asked for must not be taken for that."""
    network = Net(108, len(TAGS), 64, scale=4.0, shift=-2.0)
    model = export(network, (1, 3, 64, 64), "input", ["output"])
    return classifier_case(name, network, model, {"geometry": ("shorter", 73, (64, 64)), "antialias": True}, LABELS, TAGS, softmax_of)


@case
def torch_asks_for_the_shape(name):
    """A network of dynamic batch that works with its input's shape before the first weights: that is no normalisation."""
    class Shaped(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = Net(109, len(TAGS), 64)

        def forward(self, x):
            return self.inner(x).view(x.shape[0] * 1, -1)

    network = Shaped()
    model = export(network, (1, 3, 64, 64), "input", ["output"], {"input": {0: "batch"}, "output": {0: "batch"}})
    # Exporters write it where it stands in the code, often first.
    nodes = sorted(model.graph.node, key=lambda node: 0 if node.op_type in ("Shape",) else 1)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    assert model.graph.node[0].op_type == "Shape"
    return classifier_case(
        name, network, model, {"geometry": ("shorter", 73, (64, 64)), "normalise": IMAGENET, "antialias": True}, LABELS, TAGS, softmax_of)


@case
def one_logit_for_two_tags(name):
    network = Net(110, 1, 64)
    model = export(network, (1, 3, 64, 64), "input", ["output"])
    return classifier_case(
        name, network, model, {"geometry": ("shorter", 73, (64, 64)), "normalise": IMAGENET, "antialias": True},
        {"labels.txt": "good\nbad"}, ["good", "bad"],
        lambda n: [1 - 1 / (1 + math.exp(-n[0])), 1 / (1 + math.exp(-n[0]))])


@case
def one_logit_for_one_tag(name):
    network = Net(111, 1, 64)
    model = export(network, (1, 3, 64, 64), "input", ["output"])
    return classifier_case(
        name, network, model, {"geometry": ("shorter", 73, (64, 64)), "normalise": IMAGENET, "antialias": True},
        {"labels.txt": "defect"}, ["defect"],
        lambda n: [1 / (1 + math.exp(-n[0]))])


@case
def sidecar_says_it_all(name):
    """What edgeinspector.json says wins over what the network looks like."""
    network = Net(112, len(TAGS), 64)
    model = export(network, (1, 3, 64, 64), "input", ["output"])
    said = {
        "Labels": TAGS,
        "Preprocessing": {
            "ColourOrder": "Bgr", "Range": "MinusOneToOne", "Mean": [0.1], "Std": [0.5, 0.6, 0.7], "Crop": "NoCrop", "Resize": "Stretch"},
        "Classifier": {"Scores": "Sigmoid"}}
    settings = {
        "geometry": ("stretch", (64, 64)), "order": "BGR", "range": (-1, 1), "normalise": ([0.1] * 3, [0.5, 0.6, 0.7]), "antialias": True}
    return classifier_case(
        name, network, model, settings, {"edgeinspector.json": json.dumps(said, indent=2)}, TAGS, lambda n: 1 / (1 + np.exp(-n)))


@case
def keras_softmax(name):
    network = Net(113, len(TAGS), 64, end=softmax)
    model = channels_last(
        export(network, (1, 3, 64, 64), "input_1", ["dense"], {"input_1": {0: "unk__1"}, "dense": {0: "unk__2"}}, producer="tf2onnx"))
    return classifier_case(name, network, model, {"geometry": ("stretch", (64, 64)), "range": (-1, 1)}, LABELS, TAGS)


@case
def keras_rescales_itself(name):
    network = Net(114, len(TAGS), 64, end=softmax, scale=1 / 127.5, shift=-1.0)
    model = channels_last(export(network, (1, 3, 64, 64), "input_1", ["dense"], producer="tf2onnx"))
    return classifier_case(name, network, model, {"geometry": ("stretch", (64, 64)), "range": (0, 255)}, LABELS, TAGS)


@case
def keras_one_sigmoid(name):
    network = Net(115, 1, 64, end=torch.sigmoid)
    model = channels_last(
        export(network, (1, 3, 64, 64), "input_1", ["dense"], {"input_1": {0: "unk__1"}, "dense": {0: "unk__2"}}, producer="tf2onnx"))
    return classifier_case(
        name, network, model, {"geometry": ("stretch", (64, 64)), "range": (-1, 1)}, {"labels.txt": "good\nbad"}, ["good", "bad"],
        lambda n: [1 - n[0], n[0]])


@case
def keras_bytes(name):
    """Pixels as they are: whole numbers can't be anything else."""
    network = Net(116, len(TAGS), 64, end=softmax, scale=1 / 255)
    model = channels_last(
        typed(export(network, (1, 3, 64, 64), "input_1", ["dense"], producer="tf2onnx"), TensorProto.UINT8), TensorProto.UINT8)
    model.graph.node[0].CopyFrom(helper.make_node("Transpose", ["input_1"], ["input_1_first"], perm=[0, 3, 1, 2]))
    return classifier_case(name, network, model, {"geometry": ("stretch", (64, 64)), "range": (0, 255)}, LABELS, TAGS)


@case
def torch_bytes(name):
    network = Net(117, len(TAGS), 64, scale=1 / 255)
    model = typed(export(network, (1, 3, 64, 64), "input", ["output"]), TensorProto.UINT8)
    return classifier_case(
        name, network, model, {"geometry": ("shorter", 73, (64, 64)), "range": (0, 255), "antialias": True}, LABELS, TAGS, softmax_of)


def grey_case(name, seed, last):
    network = Net(seed, len(TAGS), 64, channels=1, end=softmax)
    model = export(network, (1, 1, 64, 64), "input", ["output"], {"input": {0: "batch"}, "output": {0: "batch"}})
    model = channels_last(model) if last else model
    said = {"Preprocessing": {"Range": "ZeroToOne", "Resize": "Stretch", "Crop": "NoCrop", "Mean": [0], "Std": [1]}}
    return classifier_case(
        name, network, model, {"geometry": ("stretch", (64, 64)), "grey": True}, {**LABELS, "edgeinspector.json": json.dumps(said)}, TAGS)


@case
def grey_first(name):
    return grey_case(name, 118, False)


@case
def grey_last(name):
    return grey_case(name, 119, True)


@case
def half_in_and_out(name):
    network = Net(120, len(TAGS), 64, end=softmax)
    model = typed(export(network, (1, 3, 64, 64), "input", ["output"]), TensorProto.FLOAT16, TensorProto.FLOAT16)
    said = {"Preprocessing": {"ColourOrder": "Rgb", "Range": "ZeroToOne"}}
    return classifier_case(
        name, network, model, {"geometry": ("stretch", (64, 64)), "half": True}, {**LABELS, "edgeinspector.json": json.dumps(said)}, TAGS)


@case
def double_in_and_out(name):
    network = Net(121, len(TAGS), 64, end=softmax)
    model = typed(export(network, (1, 3, 64, 64), "input", ["output"]), TensorProto.DOUBLE, TensorProto.DOUBLE)
    said = {"Preprocessing": {"ColourOrder": "Rgb", "Range": "ZeroToOne"}}
    return classifier_case(
        name, network, model, {"geometry": ("stretch", (64, 64))}, {**LABELS, "edgeinspector.json": json.dumps(said)}, TAGS)


@case
def ultralytics_classify(name):
    network = Net(122, len(TAGS), 64, end=softmax)
    model = export(network, (1, 3, 64, 64), "images", ["output0"], properties=ultralytics("classify", TAGS, 64))
    return classifier_case(name, network, model, {"geometry": ("shorter", 64, (64, 64)), "antialias": True}, {}, TAGS)


def yolo_case(name, seed, properties=None, tags=TAGS, side=64, size=None, dynamic=None, files=None, quantise=False, **more):
    settings = {"kind": "v8", "share": False, **more}
    network = Yolo(seed, len(tags), side, **settings).eval()
    outputs = ["output0", "output1"] if settings.get("coefficients") else ["output0"]
    model = export(
        network, (1, 3, *(size or (side, side))), "images", outputs, dynamic, opset=13 if quantise else 12, properties=properties)
    if quantise:
        model = quantised(model, network)
    write(name, model, files or {})
    width, height = (size[1], size[0]) if size else (side, side)

    def predict(picture):
        tensor, where, real = tensor_of(picture, {"geometry": ("letterbox", (width, height))})
        with torch.no_grad():
            output = network(tensor)
        every, prototypes = (output[0], output[1].numpy()[0].astype(np.float64)) if settings.get("coefficients") else (output, None)
        found = decode_boxes(
            settings, every.numpy()[0].astype(np.float64), prototypes, np.array([width, height, width, height]) if size else side,
            len(tags))
        return boxes_of(found, tags, where, real, picture, bool(settings.get("coefficients")))

    return predict


@case
def ultralytics_detect(name):
    return yolo_case(name, 130, ultralytics("detect", TAGS, 64))


@case
def ultralytics_detect_shares(name):
    return yolo_case(name, 131, ultralytics("detect", TAGS, 64), share=True, weight=2.5)


@case
def ultralytics_detect_dynamic(name):
    dynamic = {"images": {0: "batch", 2: "height", 3: "width"}, "output0": {0: "batch", 2: "anchors"}}
    return yolo_case(name, 132, ultralytics("detect", TAGS, 96), side=96, dynamic=dynamic)


@case
def ultralytics_detect_wide(name):
    """Not a square."""
    return yolo_case(name, 133, ultralytics("detect", TAGS, 128), size=(64, 128))


@case
def ultralytics_detect_int8(name):
    return yolo_case(name, 134, ultralytics("detect", TAGS, 64), quantise=True)


@case
def v8_without_properties(name):
    return yolo_case(name, 135, tags=["scratch", "dent"], files={"labels.txt": "scratch\r\ndent\r\n"})


@case
def v5_boxes(name):
    return yolo_case(name, 136, {"stride": 32, "names": dict(enumerate(TAGS))}, kind="v5")


@case
def v5_one_tag(name):
    """Six numbers to a box, as end to end has; the number of boxes tells."""
    return yolo_case(name, 137, kind="v5", tags=["defect"], files={"labels.txt": "defect"})


@case
def ultralytics_end_to_end(name):
    return yolo_case(name, 138, ultralytics("detect", TAGS, 64, end2end=True), kind="end to end", most=20)


@case
def ultralytics_nms_inside(name):
    """Exported with nms=True: the same layout, and only the arguments tell."""
    return yolo_case(name, 139, ultralytics("detect", TAGS, 64, end2end=False, args={"nms": True}), kind="end to end", most=30)


@case
def end_to_end_without_properties(name):
    return yolo_case(name, 140, tags=TAGS, side=128, kind="end to end", most=300, share=True, files=LABELS)


@case
def ultralytics_segment(name):
    return yolo_case(name, 141, ultralytics("segment", TAGS, 64), coefficients=8)


def anomaly_case(name, seed, raw, normalise, scale=None):
    network = Anomaly(seed, raw).eval()
    if raw:
        model = export(network, (1, 3, 64, 64), "input", ["output"])
        files = {"edgeinspector.json": json.dumps({"Anomaly": scale})}
    else:
        model = export(
            network, (1, 3, 64, 64), "input", ["pred_score", "anomaly_map"],
            {"input": {0: "batch"}, "pred_score": {0: "batch"}, "anomaly_map": {0: "batch"}})
        files = {}
    write(name, model, files)

    def predict(picture):
        tensor, where, real = tensor_of(picture, {"geometry": ("stretch", (64, 64)), "normalise": normalise, "antialias": True})
        with torch.no_grad():
            output = network(tensor)
        if raw:
            heat = np.clip(
                (output.numpy()[0, 0].astype(np.float64) - scale["Threshold"]) / (scale["Maximum"] - scale["Minimum"]) + 0.5, 0, 1)
            score = heat.max()
        else:
            score, heat = float(output[0][0]), output[1].numpy()[0, 0].astype(np.float64)
        return regions(heat.astype(np.float32), float(score), where, real, picture)

    return predict


def regions(heat, score, where, real, picture):
    """Boxes around the cells that hang together, over eight neighbours."""
    level = np.float32(0.5) if heat.max() >= 0.5 else heat.max() / np.float32(2)
    hot, found = heat >= level, []
    height, width = hot.shape
    seen = np.zeros_like(hot)
    for start in zip(*np.nonzero(hot)):
        if seen[start]:
            continue
        cells, waiting = [], [start]
        seen[start] = True
        while waiting:
            y, x = waiting.pop()
            cells.append((y, x))
            for ny in range(max(0, y - 1), min(height, y + 2)):
                for nx in range(max(0, x - 1), min(width, x + 2)):
                    if hot[ny, nx] and not seen[ny, nx]:
                        seen[ny, nx] = True
                        waiting.append((ny, nx))
        ys, xs = [c[0] for c in cells], [c[1] for c in cells]
        box = min(xs) / width, min(ys) / height, (max(xs) + 1) / width, (max(ys) + 1) / height
        found.append((float(max(heat[c] for c in cells)), len(cells) / hot.size, box))
    found.sort(key=lambda r: -r[0])
    result = [(score if i == 0 else min(peak, score), 0, box, area) for i, (peak, area, box) in enumerate(found[:64])]
    return boxes_of(result, ["anomaly"], where, real, picture, segments=True)


@case
def anomalib(name):
    return anomaly_case(name, 150, False, IMAGENET)


@case
def anomalib_raw_map(name):
    return anomaly_case(name, 151, True, IMAGENET, {"Threshold": 4.0, "Minimum": 0.5, "Maximum": 120.5})


def main():
    shutil.rmtree(PACKAGES, ignore_errors=True)
    os.makedirs(PACKAGES)
    images = {file: np.array(Image.open(os.path.join(base.IMAGES, file)).convert("RGB")) for file in ("wide.png", "tall.png", "small.png")}
    cases = []
    for name, make in CASES.items():
        predict = make(name)
        expected = [
            {"file": file, "predictions": sorted(predict(picture), key=lambda p: -p["probability"])} for file, picture in images.items()]
        cases.append({"package": name, "images": expected})
        first = expected[0]["predictions"]
        print(
            name, [round(p["probability"], 3) for p in first[:4]], [round(p.get("maskArea") or 0, 3) for p in first[:3]],
            [len(e["predictions"]) for e in expected])
    with open(os.path.join(HERE, "trainers.json"), "w") as stream:
        stream.write('{"made by": "make_trainers.py", "cases": [\n' + ",\n".join(
            f'{{"package": "{c["package"]}", "images": [\n' + ",\n".join(json.dumps(rounded(image)) for image in c["images"]) + "]}"
            for c in cases) + "]}\n")


def rounded(value):
    """Six digits: a hundredth of what is compared."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
