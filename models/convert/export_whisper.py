#!/usr/bin/env python3
"""Makes whisper-base/{encoder,decoder}.int8.onnx of Whisper's weights.

    export_whisper.py MODEL_FOLDER OUTPUT_FOLDER

    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 onnx==1.23.2 onnxruntime==1.29.0 ml_dtypes onnx_ir
    venv/bin/python models/convert/export_whisper.py MODEL_FOLDER OUTPUT_FOLDER

MODEL_FOLDER holds Whisper as CTranslate2 keeps it: model.bin (16-bit floats) and config.json. Every layer has inputs and outputs of its
own for keys and values: if one tensor held those of all layers, every run would begin and end with copying it.
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

from ctranslate2_weights import read_weights
from network import MICROSOFT, Graph, of_layers, tensor

HEADS, HEAD_SIZE, WIDTH, LAYERS, BANDS, TOKENS = 8, 64, 512, 6, 80, 51865
GROUPS, EPSILON = 4, 1e-5


class Whisper(Graph):
    def __init__(self, weights):
        super().__init__()
        self.weights = weights
        self.split_shape, self.join_shape = self.integers(0, 0, HEADS, HEAD_SIZE), self.integers(0, 0, WIDTH)

    def linear(self, name, block=None):
        """The weights, inputs × outputs, and bias of a layer; `block` picks one of those that CTranslate2 keeps together."""
        rows = slice(None) if block is None else slice(block * WIDTH, (block + 1) * WIDTH)
        return self.weights[name + "/weight"][rows].T, self.weights[name + "/bias"][rows]

    def attention(self, name):
        """The weights and biases of the queries, keys and values of a self-attention."""
        (queries, bias), (keys, _), (values, more) = (self.linear(name + "/linear_0", block) for block in range(3))
        # Whisper's keys have no bias.
        return queries, keys, values, np.concatenate([bias, np.zeros(WIDTH, np.float32), more])

    def norm(self, x, name):
        parts = (self.value(self.weights[f"{name}/layer_norm/{part}"]) for part in ("gamma", "beta"))
        return self.op("LayerNormalization", [x, *parts], axis=-1, epsilon=EPSILON)

    def add(self, x, array):
        return self.op("Add", [x, self.value(array)])

    def split(self, x):
        return self.op("Transpose", [self.op("Reshape", [x, self.split_shape])], perm=[0, 2, 1, 3])

    def product(self, x, parameters):
        weights, bias = parameters
        return self.add(self.op("MatMul", [x, self.value(weights)]), bias)

    def joined(self, x):
        return self.op("Reshape", [self.op("Transpose", [x], perm=[0, 2, 1, 3]), self.join_shape])

    def scores(self, queries, keys):
        scaled = self.op("Mul", [queries, self.value(np.array(HEAD_SIZE**-0.5))])
        return self.op("MatMul", [scaled, self.op("Transpose", [keys], perm=[0, 1, 3, 2])])

    def fed(self, x, name):
        """The two layers that follow attention."""
        up, bias = self.linear(name + "/linear_0")
        h = self.op("BiasGelu", [self.op("MatMul", [self.norm(x, name), self.value(up)]), self.value(bias)], domain=MICROSOFT)
        return self.product(h, self.linear(name + "/linear_1"))


class Encoder(Whisper):
    """mel [B, 80, T] → cross_k_0, cross_v_0, cross_k_1 … [B, heads, T/2, head size]"""

    def attended(self, parts):
        """Attention, two heads at a time: the scores of all pairs of columns, which take more memory than everything else, are never
        held whole."""
        groups = [self.op("Split", [self.split(part)], outputs=GROUPS, axis=1) for part in parts]
        results = [self.op("MatMul", [self.op("Softmax", [self.scores(q, k)], axis=-1), v]) for q, k, v in zip(*groups)]
        return self.joined(self.op("Concat", results, axis=1))

    def layer(self, x, name):
        attention, feed = name + "/self_attention", name + "/ffn"
        *parts, bias = self.attention(attention)
        h = self.product(self.norm(x, attention), (np.concatenate(parts, 1), bias))
        h = self.attended(self.op("Split", [h], outputs=3, axis=-1))
        x = self.op("Add", [x, self.product(h, self.linear(attention + "/linear_1"))])
        return self.op("Add", [x, self.fed(x, feed)])

    def build(self):
        x = "mel"
        for name, stride in (("conv1", 1), ("conv2", 2)):
            parameters = [self.value(self.weights[f"encoder/{name}/{part}"]) for part in ("weight", "bias")]
            x = self.op("Conv", [x, *parameters], kernel_shape=[3], pads=[1, 1], strides=[stride])
            x = self.op("Gelu", [x], domain=MICROSOFT)
        x = self.op("Transpose", [x], perm=[0, 2, 1])
        first = self.integers(0)
        positions = self.value(self.weights["encoder/position_encodings/encodings"])
        x = self.op("Add", [x, self.op("Slice", [positions, first, self.op("Shape", [x], start=1, end=2), first])])
        for layer in range(LAYERS):
            x = self.layer(x, f"encoder/layer_{layer}")
        x = self.norm(x, "encoder")
        names = of_layers(("cross_k", "cross_v"), LAYERS)
        for name in names:
            _, side, layer = name.split("_")
            weights, bias = self.linear(f"decoder/layer_{layer}/attention/linear_1", "kv".index(side))
            # Keys have no bias.
            h = self.product(x, (weights, bias)) if side == "v" else self.op("MatMul", [x, self.value(weights)])
            self.op("Transpose", [self.op("Reshape", [h, self.split_shape])], name, perm=[0, 2, 1, 3])
        return self.model("whisper_encoder", [tensor("mel", ["B", BANDS, "T"])],
                          [tensor(name, ["B", HEADS, "S", HEAD_SIZE]) for name in names])


class Decoder(Whisper):
    """tokens [B, N], first [1], past_k_0, past_v_0, past_k_1 … [B, heads, P, head size], and the encoder's outputs for one window →
    logits of the tokens from number `first` on (counted from the end if negative), present_k_0 …, alignment [B, heads, N, S]"""

    def rows(self, table, numbers):
        """Rows of a table in 8 bits."""
        low, high = min(table.min(), 0), max(table.max(), 0)
        scale = np.float32((high - low) / np.float32(255))
        zero = np.round(-low / scale)
        stored = np.clip(np.round(table / scale) + zero, 0, 255).astype(np.uint8)
        picked = self.op("Gather", [self.value(stored), numbers], axis=0)
        return self.op("DequantizeLinear", [picked, self.value(scale), self.value(np.array(zero, np.uint8))])

    def build(self, alignment_heads):
        zero, one, first, second = self.value(np.array(0)), self.value(np.array(1)), self.integers(0), self.integers(1)
        past = self.op("Squeeze", [self.op("Shape", ["past_k_0"], start=2, end=3), first])
        added = self.op("Squeeze", [self.op("Shape", ["tokens"], start=1, end=2), first])
        whole = self.op("Add", [past, added])
        rows, columns = self.op("Range", [past, whole, one]), self.op("Range", [zero, whole, one])
        later = self.op("Greater", [self.op("Unsqueeze", [columns, first]), self.op("Unsqueeze", [rows, second])])
        mask = self.op("Where", [later, self.value(np.array(-1e9)), self.value(np.array(0.0))])
        table = self.weights["decoder/embeddings/weight"]
        positions = self.rows(self.weights["decoder/position_encodings/encodings"], rows)
        x = self.op("Add", [self.rows(table, "tokens"), positions])
        attended = []
        for layer in range(LAYERS):
            name = f"decoder/layer_{layer}"
            itself, across = name + "/self_attention", name + "/attention"
            *parts, bias = self.attention(itself)
            h = self.product(self.norm(x, itself), (np.concatenate(parts, 1), bias))
            queries, keys, values = self.op("Split", [h], outputs=3, axis=-1)
            keys = self.op("Concat", [f"past_k_{layer}", self.split(keys)], f"present_k_{layer}", axis=2)
            values = self.op("Concat", [f"past_v_{layer}", self.split(values)], f"present_v_{layer}", axis=2)
            weights = self.op("Softmax", [self.op("Add", [self.scores(self.split(queries), keys), mask])], axis=-1)
            h = self.joined(self.op("MatMul", [weights, values]))
            x = self.op("Add", [x, self.product(h, self.linear(itself + "/linear_1"))])

            h = self.product(self.norm(x, across), self.linear(across + "/linear_0"))
            attended.append(self.op("Softmax", [self.scores(self.split(h), f"cross_k_{layer}")], axis=-1))
            h = self.joined(self.op("MatMul", [attended[-1], f"cross_v_{layer}"]))
            x = self.op("Add", [x, self.product(h, self.linear(across + "/linear_2"))])

            x = self.op("Add", [x, self.fed(x, name + "/ffn")])
        x = self.norm(self.op("Slice", [x, "first", self.integers(2**63 - 1), second, second]), "decoder")
        self.op("MatMul", [x, self.value(table.T)], "logits")
        parts = [self.op("Gather", [attended[layer], self.integers(head)], axis=1) for layer, head in alignment_heads]
        self.op("Concat", parts, "alignment", axis=1)
        return self.model(
            "whisper_decoder",
            [tensor("tokens", ["B", "N"], TensorProto.INT64), tensor("first", [1], TensorProto.INT64),
             *(tensor(name, ["B", HEADS, "P", HEAD_SIZE]) for name in of_layers(("past_k", "past_v"), LAYERS)),
             *(tensor(name, [1, HEADS, "S", HEAD_SIZE]) for name in of_layers(("cross_k", "cross_v"), LAYERS))],
            [tensor("logits", ["B", "L", TOKENS]),
             *(tensor(name, ["B", HEADS, "Q", HEAD_SIZE]) for name in of_layers(("present_k", "present_v"), LAYERS)),
             tensor("alignment", ["B", len(alignment_heads), "N", "S"])])


def blockwise(model, path):
    """Stores the weights of products in 8 bits with a scale for each block of 64. Accuracy level 4 also rounds the activations to
    8 bits."""
    quantizer = MatMulNBitsQuantizer(
        model,
        algo_config=DefaultWeightOnlyQuantConfig(
            block_size=64, is_symmetric=True, accuracy_level=4, bits=8, op_types_to_quantize=("MatMul",)))
    quantizer.process()
    quantizer.model.save_model_to_file(str(path))


def compare(model, path, inputs):
    """Says how far the outputs of the stored network are from those of the exact one."""
    sources = model.SerializeToString(), str(path)
    runners = [onnxruntime.InferenceSession(source, providers=["CPUExecutionProvider"]) for source in sources]
    results = zip(*(runner.run(None, inputs) for runner in runners))
    print(path.name, "relative differences", [f"{np.linalg.norm(a - b) / np.linalg.norm(a):.3f}" for a, b in results])


def main():
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    weights = {name: value.astype(np.float32) for name, value in read_weights(source / "model.bin").items()}
    alignment_heads = json.loads((source / "config.json").read_text())["alignment_heads"]
    networks = {"encoder.int8.onnx": Encoder(weights).build(), "decoder.int8.onnx": Decoder(weights).build(alignment_heads)}
    for file, model in networks.items():
        blockwise(model, folder / file)
        onnx.checker.check_model(str(folder / file))
    picture = np.random.default_rng(1).random((1, BANDS, 1600), np.float32)
    compare(Encoder(weights).build(), folder / "encoder.int8.onnx", {"mel": picture})


if __name__ == "__main__":
    main()
