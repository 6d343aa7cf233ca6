#!/usr/bin/python3
"""Makes small model packages, pictures, and the predictions that an independent computation gives for them.

Run with Debian's Python (python3-torch, python3-onnx, python3-numpy, python3-pil):

    /usr/bin/python3 make_reference.py

Nothing of EdgeInspector, ONNX Runtime or OpenCV takes part: networks are computed by PyTorch, pictures are prepared and outputs decoded
with NumPy, following the Python samples that Custom Vision puts into its export zips. The resize is a NumPy version of the 8-bit bilinear
resize of OpenCV (half-pixel centres, 11-bit weights, the same rounding as its reference path), since the result is 8-bit pixels again.
"""
import hashlib, io, json, math, os, shutil, zipfile

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = os.path.join(HERE, "packages")
IMAGES = os.path.join(HERE, "images")
ANCHORS = [0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828]
TAGS = ["ok", "scratch", "dent", "missing-component"]


# ---- pictures ----------------------------------------------------------------------------------------------------------------------------

def make_images():
    """Pictures with edges, gradients and colour, of sizes that do not divide evenly."""
    rng = np.random.default_rng(7)
    images = {}
    for name, (width, height) in {"wide": (320, 200), "tall": (150, 237), "small": (61, 47)}.items():
        y, x = np.mgrid[0:height, 0:width].astype(np.float64)
        picture = np.stack([127 + 120 * np.sin(x / 17 + y / 29), 255 * x / width, 255 * y / height], axis=2)
        picture += rng.normal(0, 6, picture.shape)
        for _ in range(6):
            left, top = rng.integers(0, width - 20), rng.integers(0, height - 20)
            picture[top:top + rng.integers(4, 20), left:left + rng.integers(4, 20)] = rng.integers(0, 256, 3)
        images[name + ".png"] = np.clip(np.rint(picture), 0, 255).astype(np.uint8)  # RGB
    os.makedirs(IMAGES, exist_ok=True)
    for name, picture in images.items():
        Image.fromarray(picture).save(os.path.join(IMAGES, name), optimize=True)
    return images


def resize_bilinear(picture, width, height):
    """OpenCV's INTER_LINEAR for 8-bit pictures."""
    def weights(source, target, columns):
        scale = 1 / (target / source)
        position = ((np.arange(target) + 0.5) * scale - 0.5).astype(np.float32)
        index = np.floor(position).astype(np.int64)
        share = (position - index).astype(np.float32)
        if columns:  # Beyond the edge, columns take the edge alone; rows mix the edge with itself, which rounds differently.
            share[(index < 0) | (index >= source - 1)] = 0
        second = np.rint(share * 2048).astype(np.int64)
        first = np.rint((1 - share) * 2048).astype(np.int64)
        return index.clip(0, source - 1), (index + 1).clip(0, source - 1), first, second

    x0, x1, a0, a1 = weights(picture.shape[1], width, True)
    y0, y1, b0, b1 = weights(picture.shape[0], height, False)
    source = picture.astype(np.int64)
    rows = source[:, x0] * a0[None, :, None] + source[:, x1] * a1[None, :, None]
    upper, lower = rows[y0], rows[y1]
    b0, b1 = b0[:, None, None], b1[:, None, None]
    return ((((b0 * (upper >> 4)) >> 16) + ((b1 * (lower >> 4)) >> 16) + 2) >> 2).clip(0, 255).astype(np.uint8)


def prepare(picture, case, fixed):
    """From RGB pixels to the tensor as the case's metadata say. Returns the tensor [1,3,H,W] and the crop (left, top, width, height)."""
    height, width = picture.shape[:2]
    crop = (0, 0, width, height)
    if case.get("crop") == "FullImageShorterSide":
        side = min(width, height)
        crop = ((width - side) // 2, (height - side) // 2, side, side)
    picture = picture[crop[1]:crop[1] + crop[3], crop[0]:crop[0] + crop[2]]
    if fixed:
        size = fixed
    elif case.get("resize") == "ByPixelCountAlign32":
        target = case["target"]
        ratio = math.sqrt(target * target / crop[2] / crop[3])
        size = tuple(32 * math.ceil(int(side * ratio) / 32) for side in crop[2:])
    elif case.get("resize") == "ByShorterSideAlign32":
        ratio = case["target"] / min(crop[2:])
        size = tuple(32 * math.ceil(int(side * ratio) / 32) for side in crop[2:])
    else:
        size = (case["target"], case["target"])
    values = resize_bilinear(picture, *size).astype(np.float32)
    if case["colours"] == "Bgr8":
        values = values[:, :, ::-1]
    if case["range"] == "Normalized_0_1":
        values = values / np.float32(255)
    values = (values - np.array(case.get("mean", [0, 0, 0]), np.float32)) / np.array(case.get("std", [1, 1, 1]), np.float32)
    return values.transpose(2, 0, 1)[None].astype(np.float32), crop


# ---- networks ----------------------------------------------------------------------------------------------------------------------------

class Classifier(torch.nn.Module):
    """Convolution, pooling, a linear layer. The scale keeps the probabilities away from 0 and 1, where nothing would be proved."""

    def __init__(self, classes, multilabel, seed, scale):
        super().__init__()
        torch.manual_seed(seed)
        self.convolution = torch.nn.Conv2d(3, 8, 5, stride=3)
        self.linear = torch.nn.Linear(8 * 9, classes)
        self.multilabel, self.scale = multilabel, scale

    def logits(self, x):
        x = torch.relu(self.convolution(x * self.scale))
        x = torch.nn.functional.avg_pool2d(x, 6, 6)  # 64 pixels in, 20 after the convolution, 3 here
        return self.linear(x.flatten(1)) * 4

    def forward(self, x):
        logits = self.logits(x)
        return torch.sigmoid(logits) if self.multilabel else torch.softmax(logits, 1)


class Grid(torch.nn.Module):
    """A raw YOLOv2 head over strided convolutions: 32 pixels to a cell, any input size."""

    def __init__(self, classes, seed, scale):
        super().__init__()
        torch.manual_seed(seed)
        self.body = torch.nn.Sequential(
            torch.nn.Conv2d(3, 6, 4, stride=4), torch.nn.LeakyReLU(0.1), torch.nn.Conv2d(6, 12, 4, stride=4), torch.nn.LeakyReLU(0.1),
            torch.nn.Conv2d(12, 5 * (5 + classes), 2, stride=2))
        self.scale = scale

    def forward(self, x):
        return self.body(x * self.scale) * 8


def export(network, shape, output, dynamic=None):
    buffer = io.BytesIO()
    torch.onnx.export(
        network.eval(), torch.zeros(shape), buffer, input_names=["data"], output_names=[output], opset_version=11, dynamic_axes=dynamic)
    return onnx.load_from_string(buffer.getvalue())


def to_channels_last(model, element):
    """The input as [1,H,W,3] of the given type, turned into float32 [1,3,H,W] by the network itself."""
    graph = model.graph
    name, (_, channels, height, width) = graph.input[0].name, (d.dim_value for d in graph.input[0].type.tensor_type.shape.dim)
    for node in graph.node:
        for i, value in enumerate(node.input):
            if value == name:
                node.input[i] = name + "_first"
    graph.node.insert(0, helper.make_node("Cast", [name], [name + "_float"], to=TensorProto.FLOAT))
    graph.node.insert(1, helper.make_node("Transpose", [name + "_float"], [name + "_first"], perm=[0, 3, 1, 2]))
    del graph.input[:]
    graph.input.extend([helper.make_tensor_value_info(name, element, [1, height, width, channels])])
    return model


def to_half_input(model):
    """Makes input and output float16 around the float32 network, as far as a consumer can see."""
    for values, kind in ((model.graph.input, "input"), (model.graph.output, "output")):
        name = values[0].name
        inner = name + "_float"
        for node in model.graph.node:
            names = node.input if kind == "input" else node.output
            for i, used in enumerate(names):
                if used == name:
                    names[i] = inner
        values[0].type.tensor_type.elem_type = TensorProto.FLOAT16
        if kind == "input":
            model.graph.node.insert(0, helper.make_node("Cast", [name], [inner], to=TensorProto.FLOAT))
        else:
            model.graph.node.append(helper.make_node("Cast", [inner], [name], to=TensorProto.FLOAT16))
    return model


def to_label_and_map(model, tags):
    """Output as the first exports have it: classLabel (string tensor) and loss (sequence of maps)."""
    probabilities = model.graph.output[0].name
    model.graph.node.append(helper.make_node("ArgMax", [probabilities], ["best"], axis=1, keepdims=0))
    model.graph.node.append(helper.make_node("LabelEncoder", ["best"], ["classLabel"], domain="ai.onnx.ml",
                                             keys_int64s=list(range(len(tags))), values_strings=tags, default_string=""))
    model.graph.node.append(helper.make_node("ZipMap", [probabilities], ["loss"], domain="ai.onnx.ml", classlabels_strings=tags))
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info("classLabel", TensorProto.STRING, [1]))
    loss = onnx.ValueInfoProto(name="loss")
    entry = loss.type.sequence_type.elem_type.map_type
    entry.key_type = TensorProto.STRING
    entry.value_type.tensor_type.elem_type = TensorProto.FLOAT
    model.graph.output.append(loss)
    model.opset_import.append(helper.make_opsetid("ai.onnx.ml", 2))
    return model


def corner_model(seed, rows, class_type):
    """[S1]: boxes, classes and scores that depend on the picture's mean colour."""
    rng = np.random.default_rng(seed)
    left_top = rng.uniform(-0.05, 0.6, (rows, 2))
    boxes = np.concatenate([left_top, left_top + rng.uniform(0.1, 0.5, (rows, 2))], 1).astype(np.float32)
    classes = rng.integers(0, len(TAGS), rows)
    weights = rng.normal(0, 1.5, (3, rows)).astype(np.float32)
    scores_bias = rng.normal(-0.5, 1.5, rows).astype(np.float32)
    numpy_type = {TensorProto.INT64: np.int64, TensorProto.FLOAT: np.float32}[class_type]
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["image_tensor"], ["mean4"]),
            helper.make_node("Flatten", ["mean4"], ["mean"]),
            helper.make_node("MatMul", ["mean", "weights"], ["weighted"]),
            helper.make_node("Add", ["weighted", "bias"], ["logits"]),
            helper.make_node("Sigmoid", ["logits"], ["detected_scores"]),
            helper.make_node("Unsqueeze", ["weighted"], ["column"], axes=[2]),
            helper.make_node("Mul", ["column", "hundredth"], ["shift"]),
            helper.make_node("Add", ["boxes", "shift"], ["detected_boxes"]),
            helper.make_node("Identity", ["classes"], ["detected_classes"]),
        ],
        "corners",
        [helper.make_tensor_value_info("image_tensor", TensorProto.FLOAT, [1, 3, 96, 96])],
        [
            helper.make_tensor_value_info("detected_boxes", TensorProto.FLOAT, [1, None, 4]),
            helper.make_tensor_value_info("detected_classes", class_type, [1, None]),
            helper.make_tensor_value_info("detected_scores", TensorProto.FLOAT, [1, None]),
        ],
        [
            numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(scores_bias[None], "bias"),
            numpy_helper.from_array(boxes[None], "boxes"), numpy_helper.from_array(classes[None].astype(numpy_type), "classes"),
            numpy_helper.from_array(np.float32(0.01).reshape(1), "hundredth"),
        ])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])

    def compute(tensor):
        weighted = tensor.mean(axis=(2, 3)) @ weights
        scores = 1 / (1 + np.exp(-(weighted + scores_bias)))
        return boxes + weighted[0][:, None] * np.float32(0.01), classes, scores[0]

    return model, compute


# ---- decoding, as in the samples ---------------------------------------------------------------------------------------------------------

def logistic(x):
    return 1 / (1 + np.exp(-x))


def decode_grid(output, anchors, classes, nms, across=False, logistic_centre=True, threshold=0.01, most=64):
    """ObjectDetection._extract_bb and _non_maximum_suppression of the script in export zips."""
    grid = output[0].transpose(1, 2, 0)
    height, width, _ = grid.shape
    anchors = np.array(anchors).reshape(-1, 2)
    grid = grid.reshape(height, width, len(anchors), -1).astype(np.float64)
    s = logistic if logistic_centre else (lambda v: v)
    x = (s(grid[..., 0]) + np.arange(width)[None, :, None]) / width
    y = (s(grid[..., 1]) + np.arange(height)[:, None, None]) / height
    w = np.exp(grid[..., 2]) * anchors[:, 0] / width
    h = np.exp(grid[..., 3]) * anchors[:, 1] / height
    boxes = np.stack([x - w / 2, y - h / 2, w, h], -1).reshape(-1, 4)
    scores = grid[..., 5:]
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    probabilities = (scores / scores.sum(-1, keepdims=True) * logistic(grid[..., 4])[..., None]).reshape(-1, classes)

    best, tag = probabilities.max(1), probabilities.argmax(1)
    areas = boxes[:, 2] * boxes[:, 3]
    found = []
    while len(found) < most:
        i = int(best.argmax())
        if best[i] < threshold:
            break
        found.append((int(tag[i]), float(best[i]), boxes[i]))
        overlap_w = np.minimum(boxes[i, 0] + boxes[i, 2], boxes[:, 0] + boxes[:, 2]) - np.maximum(boxes[i, 0], boxes[:, 0])
        overlap_h = np.minimum(boxes[i, 1] + boxes[i, 3], boxes[:, 1] + boxes[:, 3]) - np.maximum(boxes[i, 1], boxes[:, 1])
        overlap = np.maximum(0, overlap_w) * np.maximum(0, overlap_h)
        suppressed = overlap / (areas[i] + areas - overlap) > nms
        suppressed[i] = True
        if across:
            probabilities[suppressed] = 0
        else:
            probabilities[suppressed, tag[i]] = 0
        best, tag = probabilities.max(1), probabilities.argmax(1)
    return found


def clipped(tag, probability, left, top, width, height, crop, size):
    """Clips to the input picture and maps from the crop to the whole picture."""
    right, bottom = min(1, max(0, left + width)), min(1, max(0, top + height))
    left, top = min(1, max(0, left)), min(1, max(0, top))
    if right <= left or bottom <= top:
        return None
    box = {"left": (crop[0] + left * crop[2]) / size[0], "top": (crop[1] + top * crop[3]) / size[1],
           "width": (right - left) * crop[2] / size[0], "height": (bottom - top) * crop[3] / size[1]}
    return {"tagName": tag, "probability": float(probability), "boundingBox": {key: float(value) for key, value in box.items()}}


# ---- packages ----------------------------------------------------------------------------------------------------------------------------

def metadata_of(case, detector):
    values = {
        "CustomVision.Metadata.Version": "1.2",
        "CustomVision.Postprocess.Method": "Yolo" if detector else "ClassificationMultiClass",
        "CustomVision.Postprocess.Yolo.Biases": json.dumps(case.get("anchors", [])) if detector else "null",
        "CustomVision.Postprocess.Yolo.NmsThreshold": str(case.get("nms", 0.45)) if detector else "0.0",
        "CustomVision.Preprocess.CropHeight": "0", "CustomVision.Preprocess.CropWidth": "0",
        "CustomVision.Preprocess.CropMethod": case.get("crop", "NoCrop"),
        "CustomVision.Preprocess.MaxDimension": "0", "CustomVision.Preprocess.MaxScale": "0.0",
        "CustomVision.Preprocess.MinDimension": "0", "CustomVision.Preprocess.MinScale": "0.0",
        "CustomVision.Preprocess.NormalizeMean": str(case.get("mean", [0.0, 0.0, 0.0])),
        "CustomVision.Preprocess.NormalizeStd": str(case.get("std", [1.0, 1.0, 1.0])),
        "CustomVision.Preprocess.ResizeMethod": case.get("resize", "Stretch"),
        "CustomVision.Preprocess.TargetHeight": str(case["target"]), "CustomVision.Preprocess.TargetWidth": str(case["target"]),
        "Image.BitmapPixelFormat": case.get("json_colours", case["colours"]), "Image.ColorSpaceGamma": "SRGB",
        "Image.NominalPixelRange": case.get("json_range", case["range"]),
    }
    return values


def write_package(name, case, model, detector, flavor=None):
    if case.get("in_onnx"):
        for key, value in (
            ("Image.BitmapPixelFormat", case["colours"]), ("Image.ColorSpaceGamma", "SRGB"), ("Image.NominalPixelRange", case["range"])):
            model.metadata_props.add(key=key, value=value)
    model.ir_version = min(model.ir_version, 8)
    onnx.checker.check_model(model)
    content = model.SerializeToString()
    files = {"model.onnx": content, "labels.txt": "\n".join(TAGS).encode()}
    if not case.get("bare"):
        files["cvexport.manifest"] = json.dumps({
            "DomainType": "ObjectDetection" if detector else "Classification", "Platform": "ONNX", "Flavor": flavor,
            "ExporterVersion": "2.1", "ExportedDate": "2026-11-23T00:00:00.0000000Z",
            "IterationId": "0f6fd1a3-6d0d-4a3c-9c0e-6a1f9d1c0001", "ModelFileName": "model.onnx",
            "LabelFileName": "labels.txt", "MetadataPropsFileName": "metadata_properties.json",
            "ModelFileSHA1": hashlib.sha1(content).hexdigest().upper(), "SchemaVersion": "1.0"}, indent=2).encode()
        files["metadata_properties.json"] = json.dumps(metadata_of(case, detector), indent=2).encode()
    if case.get("zip"):
        with zipfile.ZipFile(os.path.join(PACKAGES, name + ".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            for file, data in files.items():
                archive.writestr(zipfile.ZipInfo(file, (2026, 11, 23, 0, 0, 0)), data)
        return name + ".zip"
    os.makedirs(os.path.join(PACKAGES, name))
    for file, data in files.items():
        with open(os.path.join(PACKAGES, name, file), "wb") as stream:
            stream.write(data)
    return name


BYTES = {"colours": "Bgr8", "range": "NominalRange_0_255"}
UNITS = {"colours": "Rgb8", "range": "Normalized_0_1"}

CLASSIFIERS = {
    "softmax-no-metadata": {**BYTES, "bare": True, "target": 64, "fixed": 64},
    "softmax-onnx-metadata-wins": {
        **BYTES, "in_onnx": True, "json_colours": "Rgb8", "json_range": "Normalized_0_1", "target": 64, "fixed": 64},
    "softmax-rgb-units": {**UNITS, "in_onnx": True, "target": 64, "fixed": 64, "zip": True},
    "softmax-json-rgb-bytes": {**BYTES, "colours": "Rgb8", "target": 64, "fixed": 64},
    "softmax-mean-std": {**UNITS, "target": 64, "fixed": 64, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
    "softmax-centre-square": {**UNITS, "target": 64, "fixed": 64, "crop": "FullImageShorterSide"},
    "softmax-float16": {**UNITS, "target": 64, "fixed": 64, "half": True},
    "sigmoid-multilabel": {**BYTES, "target": 64, "fixed": 64, "multilabel": True},
    "label-and-map": {**BYTES, "target": 64, "fixed": 64, "map": True},
}
GRIDS = {
    "grid-fixed-416": {**BYTES, "target": 416, "fixed": 416, "bare": True},
    "grid-dynamic-pixel-count": {**UNITS, "target": 256, "resize": "ByPixelCountAlign32", "anchors": ANCHORS},
    "grid-dynamic-shorter-side": {
        **BYTES, "in_onnx": True, "target": 128, "resize": "ByShorterSideAlign32",
        "anchors": [1.0, 2.0, 2.0, 1.0, 3.0, 3.0, 0.5, 0.5, 4.0, 2.0], "nms": 0.3},
    "grid-centre-square": {**BYTES, "target": 160, "fixed": 160, "crop": "FullImageShorterSide", "anchors": ANCHORS},
    "grid-across-tags": {**BYTES, "target": 160, "fixed": 160, "anchors": ANCHORS, "settings": {"suppressAcrossTags": True}},
    "grid-plain-centre": {**BYTES, "target": 160, "fixed": 160, "anchors": ANCHORS, "settings": {"logisticCentre": False}},
}
CORNERS = {
    "corners-int64": {
        **BYTES, "range": "Normalized_0_1", "colours": "Rgb8", "target": 96, "fixed": 96, "rows": 7, "type": TensorProto.INT64},
    "corners-float-classes": {**BYTES, "range": "Normalized_0_1", "target": 96, "fixed": 96, "rows": 5, "type": TensorProto.FLOAT},
}


LAST = {
    "channels-last": {**UNITS, "target": 64, "fixed": 64, "mean": [0.5, 0.4, 0.3], "std": [0.2, 0.25, 0.3], "last": TensorProto.FLOAT},
    "channels-last-bytes": {**BYTES, "target": 64, "fixed": 64, "last": TensorProto.UINT8},
}


def scale_of(case):
    return 1 / 255 if case["range"] == "NominalRange_0_255" else 1.0


def classifier(name, case, seed):
    network = Classifier(len(TAGS), case.get("multilabel", False), seed, scale_of(case)).eval()
    model = export(network, (1, 3, 64, 64), "model_output")
    if case.get("half"):
        model = to_half_input(model)
    if case.get("last"):
        model = to_channels_last(model, case["last"])
    if case.get("map"):
        model = to_label_and_map(model, TAGS)
    package = write_package(name, case, model, False, "OnnxFloat16" if case.get("half") else None)

    def predict(picture):
        tensor, _ = prepare(picture, case, (64, 64))
        if case.get("half"):
            tensor = tensor.astype(np.float16).astype(np.float32)
        with torch.no_grad():
            probabilities = network(torch.from_numpy(tensor)).numpy()[0]
        if case.get("half"):
            probabilities = probabilities.astype(np.float16)
        return [{"tagName": tag, "probability": float(p), "boundingBox": None} for tag, p in zip(TAGS, probabilities)]

    return package, predict


def grid(name, case, seed):
    network = Grid(len(TAGS), seed, scale_of(case)).eval()
    fixed = case.get("fixed")
    side = fixed or 64
    dynamic = None if fixed else {"data": {2: "height", 3: "width"}, "model_outputs0": {2: "rows", 3: "columns"}}
    package = write_package(name, case, export(network, (1, 3, side, side), "model_outputs0", dynamic), True)
    settings = case.get("settings", {})

    def predict(picture):
        tensor, crop = prepare(picture, case, (fixed, fixed) if fixed else None)
        with torch.no_grad():
            output = network(torch.from_numpy(tensor)).numpy()
        found = decode_grid(output, case.get("anchors", ANCHORS), len(TAGS), case.get("nms", 0.45),
                            settings.get("suppressAcrossTags", False), settings.get("logisticCentre", True))
        size = (picture.shape[1], picture.shape[0])
        return [p for p in (clipped(TAGS[tag], value, *box, crop, size) for tag, value, box in found) if p]

    return package, predict


def corners(name, case, seed):
    model, compute = corner_model(seed, case["rows"], case["type"])
    package = write_package(name, case, model, True)

    def predict(picture):
        tensor, crop = prepare(picture, case, (96, 96))
        size = (picture.shape[1], picture.shape[0])
        rows = [clipped(TAGS[tag], score, box[0], box[1], box[2] - box[0], box[3] - box[1], crop, size)
                for box, tag, score in zip(*compute(tensor)) if score >= 0.01]
        return [p for p in rows if p]

    return package, predict


def main():
    shutil.rmtree(PACKAGES, ignore_errors=True)
    os.makedirs(PACKAGES)
    images = make_images()
    cases = []
    for make, table in ((classifier, CLASSIFIERS), (grid, GRIDS), (corners, CORNERS), (classifier, LAST)):
        for name, case in table.items():
            package, predict = make(name, case, len(cases) + 1)
            expected = [
                {"file": file, "predictions": sorted(predict(picture), key=lambda p: -p["probability"])}
                for file, picture in images.items()]
            cases.append({"package": package, "settings": case.get("settings", {}), "images": expected})
            print(name, [round(p["probability"], 3) for p in expected[0]["predictions"][:4]], len(expected[0]["predictions"]))
    with open(os.path.join(HERE, "expected.json"), "w") as stream:
        json.dump({"made by": "make_reference.py", "cases": cases}, stream, indent=1)


if __name__ == "__main__":
    main()
