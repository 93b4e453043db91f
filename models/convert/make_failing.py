"""Makes a decoder for the tests that has the tensors of Moonshine's and fails when it is run.

    make_failing.py DECODER    needs onnx 1.19
"""
import sys

import onnx
from onnx import TensorProto, helper

CACHE = [8, "B", 8, "P", 52]
CROSS = [8, 1, 8, "F", 52]


def floats(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


# No text has a multiple of 32,768 tokens.
shape = helper.make_tensor("shape", TensorProto.INT64, [3], [-1, 1, 32768])
graph = helper.make_graph(
    [
        helper.make_node("Cast", ["tokens"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["numbers", "shape"], ["logits"]),
        helper.make_node("Identity", ["past_k"], ["present_k"]),
        helper.make_node("Identity", ["past_v"], ["present_v"]),
    ],
    "failing",
    [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["B", "N"]), floats("past_k", CACHE), floats("past_v", CACHE),
     floats("cross_k", CROSS), floats("cross_v", CROSS)],
    [floats("logits", ["X", "Y", 32768]), floats("present_k", CACHE), floats("present_v", CACHE)],
    [shape],
)
model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)])
onnx.checker.check_model(model)
onnx.save(model, sys.argv[1])
