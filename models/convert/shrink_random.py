#!/usr/bin/env python3
"""Makes a model of export_random.py small enough for the tests, and varies its precision: large weights are computed while it loads,
as waves across rows and columns, instead of being stored. A loaded one takes as much memory as any of its shape.

    shrink_random.py FOLDER OUTPUT_FOLDER PRECISION

PRECISION ends the names of the networks, as in an export of several: `fp32` (no ending), `fp16` (inputs and outputs too), `int8`, `q4`.
Needs what export_random.py does, and onnxconverter-common==1.16.0 and onnx_ir.
"""
import shutil
import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxconverter_common.float16 import convert_float_to_float16
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

LARGE = 4096
MERGED = ("encoder_model", "decoder_model_merged")
APART = ("encoder_model", "decoder_model", "decoder_with_past_model")
FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16)


def varied(path, precision):
    if precision == "int8":
        quantize_dynamic(path, path.with_suffix(".int8"), weight_type=QuantType.QInt8, extra_options={"EnableSubgraph": True})
        return onnx.load(path.with_suffix(".int8"))
    model = onnx.load(path)
    if precision == "fp16":
        for node in model.graph.node:
            for attribute in node.attribute:
                if node.op_type == "Cast" and attribute.i == TensorProto.FLOAT:
                    attribute.i = TensorProto.FLOAT16
        return convert_float_to_float16(model, keep_io_types=False, disable_shape_infer=True, check_fp16_ready=False)
    if precision == "q4":
        quantizer = MatMulNBitsQuantizer(model, block_size=32, is_symmetric=True)
        quantizer.process()
        return quantizer.model.model
    return model


def compute_weights(graph):
    """Replaces each large tensor of two dimensions or more by nodes that compute one: 0.05 sin(row + 1.7 column)."""
    nodes = []
    for tensor in list(graph.initializer):
        if tensor.data_type in FLOATS and len(tensor.dims) > 1 and numpy.prod(tensor.dims) > LARGE:
            columns = int(numpy.prod(tensor.dims[1:]))
            nodes += wave(tensor, int(tensor.dims[0]), columns)
            graph.initializer.remove(tensor)
            graph.initializer.extend([
                numpy_helper.from_array(numpy.array([tensor.dims[0], 1]), tensor.name + "/tall"),
                numpy_helper.from_array(numpy.array([1, columns]), tensor.name + "/wide"),
                numpy_helper.from_array(numpy.array(list(tensor.dims)), tensor.name + "/shape")])
    for node in reversed(nodes):
        graph.node.insert(0, node)


def wave(tensor, rows, columns):
    name = tensor.name

    def constant(part, value):
        return helper.make_node(
            "Constant", [], [f"{name}/{part}"], value=numpy_helper.from_array(numpy.array(value, numpy.float32)))

    def node(kind, inputs, output, **attributes):
        return helper.make_node(kind, [f"{name}/{each}" for each in inputs], [output], name=f"{output}/{kind}", **attributes)

    return [
        constant("0", 0), constant("1", 1), constant("1.7", 1.7), constant("0.05", 0.05),
        constant("rows", rows), constant("columns", columns),
        node("Range", ["0", "rows", "1"], f"{name}/row"),
        node("Range", ["0", "columns", "1"], f"{name}/number"),
        node("Mul", ["number", "1.7"], f"{name}/column"),
        node("Reshape", ["row", "tall"], f"{name}/down"),
        node("Reshape", ["column", "wide"], f"{name}/across"),
        node("Add", ["down", "across"], f"{name}/phase"),
        node("Sin", ["phase"], f"{name}/sine"),
        node("Mul", ["sine", "0.05"], f"{name}/weight"),
        node("Reshape", ["weight", "shape"], f"{name}/shaped"),
        node("Cast", ["shaped"], name, to=tensor.data_type)]


def main():
    source, output, precision = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    (output / "onnx").mkdir(parents=True, exist_ok=True)
    for description in source.glob("*.json"):
        shutil.copy(description, output)
    # The converter to 16 bits cannot convert a merged decoder.
    for name in APART if precision == "fp16" else MERGED:
        model = varied(source / (name + ".onnx"), precision)
        compute_weights(model.graph)
        onnx.save(model, output / "onnx" / (name + ("" if precision == "fp32" else "_" + precision) + ".onnx"))


if __name__ == "__main__":
    main()
