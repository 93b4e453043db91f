#!/usr/bin/env python3
"""Makes whisper-base/{encoder,decoder}.int8.onnx of the float32 graphs that PyTorch exported.

    quantize_whisper.py ENCODER.onnx DECODER.onnx CONFIG.json OUTPUT_FOLDER

The graphs have the interface that models/README.md gives, without the output `alignment`. CONFIG.json is Whisper's own, for
its `alignment_heads`. Needs onnx, onnxruntime and numpy.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer


def blockwise(source, target):
    """Stores the weights of matrix products in 8 bits with a scale for each block of 64. Accuracy level 4 also rounds the
    activations to 8 bits, with a scale for each row: one for the whole tensor lets one outlier coarsen all of it."""
    quantizer = MatMulNBitsQuantizer(
        onnx.load(source),
        algo_config=DefaultWeightOnlyQuantConfig(
            block_size=64, is_symmetric=True, accuracy_level=4, bits=8, op_types_to_quantize=("MatMul",)))
    quantizer.process()
    quantizer.model.save_model_to_file(str(target))


def give_alignment(model, heads):
    """Adds an output with the attention of the heads that follow the sound, from which word times are read."""
    graph = model.graph
    outputs = []
    for layer, head in heads:
        index = f"alignment_head_{head}"
        if index not in {initializer.name for initializer in graph.initializer}:
            graph.initializer.append(numpy_helper.from_array(np.array([head], dtype=np.int64), index))
        output = f"alignment_{layer}_{head}"
        graph.node.append(helper.make_node("Gather", [f"/L.{layer}/Softmax_1_output_0", index], [output], name=output, axis=1))
        outputs.append(output)
    graph.node.append(helper.make_node("Concat", outputs, ["alignment"], name="alignment_concat", axis=1))
    graph.output.append(helper.make_tensor_value_info("alignment", TensorProto.FLOAT, ["B", len(heads), "N", "S"]))
    onnx.checker.check_model(model)


def give_first(model):
    """Adds an input that says from which token on logits are returned, so that one run scores a whole text."""
    graph = model.graph
    slices = [node for node in graph.node if node.name == "/Slice"]
    start = slices[0].input[1]
    slices[0].input[1] = "first"
    for node in [node for node in graph.node if start in node.output]:
        graph.node.remove(node)
    graph.input.append(helper.make_tensor_value_info("first", TensorProto.INT64, [1]))
    for output in graph.output:
        if output.name == "logits":
            output.type.tensor_type.shape.dim[1].Clear()
            output.type.tensor_type.shape.dim[1].dim_param = "L"
    onnx.checker.check_model(model)


def main():
    encoder, decoder, config, folder = map(Path, sys.argv[1:5])
    blockwise(encoder, folder / "encoder.int8.onnx")
    partial = folder / "decoder.partial.onnx"
    blockwise(decoder, partial)
    target = folder / "decoder.int8.onnx"
    # The table of token embeddings, a quarter of the file.
    quantize_dynamic(partial, target, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["Gather"])
    partial.unlink()
    model = onnx.load(target)
    give_alignment(model, json.loads(config.read_text())["alignment_heads"])
    give_first(model)
    onnx.save(model, target)


if __name__ == "__main__":
    main()
