#!/usr/bin/env python3
"""Divides the self-attention of Whisper's encoder into groups of two heads, one after the other: the scores of all pairs of columns
take a quarter of the memory, and results are the same, bit by bit.

    split_attention.py whisper-base/encoder.int8.onnx OUTPUT

    python3 -m venv venv
    venv/bin/pip install onnx==1.23.2
"""
import sys

import onnx
from onnx import helper

GROUPS = 4


def split(graph, softmax):
    producers = {name: node for node in graph.node for name in node.output}
    scores = producers[softmax.input[0]]
    mixed = next(node for node in graph.node if softmax.output[0] in node.input)
    nodes, groups = [], {}
    for name in (*scores.input, mixed.input[1]):
        groups[name] = [f"{name}/group{i}" for i in range(GROUPS)]
        nodes.append(helper.make_node("Split", [name], groups[name], axis=1))
    results = []
    for i in range(GROUPS):
        part = f"{mixed.output[0]}/group{i}"
        nodes += [
            helper.make_node("MatMul", [groups[name][i] for name in scores.input], [part + "/scores"]),
            helper.make_node("Softmax", [part + "/scores"], [part + "/weights"], axis=-1),
            helper.make_node("MatMul", [part + "/weights", groups[mixed.input[1]][i]], [part])]
        results.append(part)
    nodes.append(helper.make_node("Concat", results, list(mixed.output), axis=1))
    place = list(graph.node).index(mixed)
    for node in reversed(nodes):
        graph.node.insert(place, node)
    for node in (scores, softmax, mixed):
        graph.node.remove(node)


def main():
    model = onnx.load(sys.argv[1])
    for softmax in [node for node in model.graph.node if node.op_type == "Softmax"]:
        split(model.graph, softmax)
    onnx.save(model, sys.argv[2])


if __name__ == "__main__":
    main()
