"""Makes a decoder for the tests that has the tensors of Moonshine's and fails when it is run.

    make_failing.py DECODER    needs onnx 1.19
"""
import sys

import onnx
from onnx import TensorProto, helper

from network import of_layers

LAYERS = 8
CACHE = ["B", 8, "P", 52]
CROSS = [1, 8, "F", 52]


def floats(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


# No text has a multiple of 32,768 tokens.
shape = helper.make_tensor("shape", TensorProto.INT64, [3], [-1, 1, 32768])
graph = helper.make_graph(
    [
        helper.make_node("Cast", ["tokens"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["numbers", "shape"], ["logits"]),
        *(helper.make_node("Identity", [past], [present])
          for past, present in zip(of_layers(("past_k", "past_v"), LAYERS), of_layers(("present_k", "present_v"), LAYERS))),
    ],
    "failing",
    [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["B", "N"]),
     *(floats(name, CACHE) for name in of_layers(("past_k", "past_v"), LAYERS)),
     *(floats(name, CROSS) for name in of_layers(("cross_k", "cross_v"), LAYERS))],
    [floats("logits", ["X", "Y", 32768]), *(floats(name, CACHE) for name in of_layers(("present_k", "present_v"), LAYERS))],
    [shape],
)
model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)])
onnx.checker.check_model(model)
onnx.save(model, sys.argv[1])
