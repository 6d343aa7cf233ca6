#!/usr/bin/python3
"""Opens the first dimension of some of the reference packages, so that they take several pictures at once.

    /usr/bin/python3 make_batch_packages.py

All of them look at each picture by itself, but for the last two, which only claim to take several:
one fails when it gets them, the other one mixes them.
"""
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent
SOURCE = HERE.parent / "Reference" / "packages"


def open_first(model):
    for value in [*model.graph.input, *model.graph.output]:
        if value.type.HasField("tensor_type") and value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_param = "N"
    del model.graph.value_info[:]


def classes_for_each(model):
    """The classes are a constant of one row; added to a zero for each picture they become one row a picture."""
    last = next(node for node in model.graph.node if node.output[0] == "detected_classes")
    scores = next(node for node in model.graph.node if node.output[0] == "detected_scores").output[0]
    model.graph.initializer.append(numpy_helper.from_array(np.zeros(1, np.float32), "nothing"))
    constant = last.input[0]
    model.graph.node.remove(last)
    model.graph.node.extend([
        helper.make_node("Mul", [scores, "nothing"], ["none_each"]),
        helper.make_node("Cast", ["none_each"], ["none_each_whole"], to=TensorProto.INT64),
        helper.make_node("Add", ["none_each_whole", constant], ["detected_classes"])])


def before_last(model, kind, **attributes):
    """Puts a node between the last one and the output."""
    last = model.graph.node[-1]
    name = last.output[0]
    last.output[0] = "inner"
    inputs = ["inner"]
    if kind == "Reshape":
        model.graph.initializer.append(numpy_helper.from_array(np.array([1, 4], np.int64), "one_picture"))
        inputs.append("one_picture")
    model.graph.node.append(helper.make_node(kind, inputs, [name], **attributes))


def main():
    for name, source, change in [
            ("softmax", "softmax-no-metadata", None), ("float16", "softmax-float16", None), ("map", "label-and-map", None),
            ("grid", "grid-centre-square", None), ("corners", "corners-int64", classes_for_each),
            ("fails", "softmax-no-metadata", lambda model: before_last(model, "Reshape")),
            ("mixes", "softmax-no-metadata", lambda model: before_last(model, "Softmax", axis=0))]:
        folder = HERE / "packages" / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(SOURCE / source, folder)
        model = onnx.load(folder / "model.onnx")
        open_first(model)
        if change:
            change(model)
        onnx.checker.check_model(model)
        onnx.save(model, folder / "model.onnx")
        if (manifest := folder / "cvexport.manifest").exists():
            told = json.loads(manifest.read_text())
            told["ModelFileSHA1"] = hashlib.sha1((folder / "model.onnx").read_bytes()).hexdigest()
            manifest.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
