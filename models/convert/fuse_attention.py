#!/usr/bin/env python3
"""Replaces the self-attention of an encoder by ONNX Runtime's MultiHeadAttention, which never holds the scores of all pairs of
columns: in 30 s of audio these take more memory than everything else. The results differ by rounding alone.

    fuse_attention.py moonshine-base-en/encoder.int8.onnx OUTPUT

    python3 -m venv venv
    venv/bin/pip install onnx==1.23.2
"""
import sys

import onnx
from onnx import helper, numpy_helper

HEADS = 8


class Graph:
    def __init__(self, graph):
        self.graph = graph
        self.producers = {name: node for node in graph.node for name in node.output}
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.constants |= {node.output[0]: node.attribute[0].t for node in graph.node if node.op_type == "Constant"}

    def consumer(self, name, kind):
        return next(node for node in self.graph.node if name in node.input and node.op_type == kind)

    def number(self, name):
        return float(numpy_helper.to_array(self.constants[name])) if name in self.constants else None

    def joined(self, name):
        """The tensor [batch, columns, width] from which this one, divided into heads, comes; and its scale."""
        scale = 1.0
        rotary = None
        while True:
            node = self.producers[name]
            if node.op_type == "Mul":
                scale *= self.number(node.input[1])
            elif node.op_type == "RotaryEmbedding":
                rotary = node
            elif node.op_type == "Reshape":
                return node.input[0], rotary, scale
            elif node.op_type != "Transpose":
                raise ValueError(f"{node.op_type} in the attention")
            name = node.input[0]

    def fuse(self, softmax):
        """Puts one node in place of an attention's; those that nothing reads any more remain."""
        products = self.producers[softmax.input[0]]
        mixed = self.consumer(softmax.output[0], "MatMul")
        result = self.consumer(self.consumer(mixed.output[0], "Transpose").output[0], "Reshape")
        inputs, scale = [], 1.0
        for name in (*products.input, mixed.input[1]):
            joined, rotary, factor = self.joined(name)
            scale *= factor
            if rotary is not None:
                turned = helper.make_node("RotaryEmbedding", [joined, *rotary.input[1:]], [joined + "_rotated"], domain=rotary.domain)
                turned.attribute.extend(rotary.attribute)
                self.insert_before(result, turned)
                joined = turned.output[0]
            inputs.append(joined)
        attention = helper.make_node(
            "MultiHeadAttention", inputs, [result.output[0]], domain="com.microsoft", num_heads=HEADS, scale=scale)
        self.insert_before(result, attention)
        self.graph.node.remove(result)

    def insert_before(self, node, new):
        self.graph.node.insert(list(self.graph.node).index(node), new)

    def prune(self):
        needed = {output.name for output in self.graph.output}
        for node in reversed(list(self.graph.node)):
            if needed.isdisjoint(node.output):
                self.graph.node.remove(node)
            else:
                needed.update(node.input)
        for tensor in list(self.graph.initializer):
            if tensor.name not in needed:
                self.graph.initializer.remove(tensor)


def main():
    model = onnx.load(sys.argv[1])
    graph = Graph(model.graph)
    for softmax in [node for node in model.graph.node if node.op_type == "Softmax"]:
        graph.fuse(softmax)
    graph.prune()
    onnx.save(model, sys.argv[2])


if __name__ == "__main__":
    main()
