#!/usr/bin/env python3
"""Exports Whisper as the two float32 graphs that quantize_whisper.py makes whisper-base of.

    export_whisper.py MODEL_FOLDER OUTPUT_FOLDER

MODEL_FOLDER holds Whisper as CTranslate2 keeps it: model.bin (16-bit floats) and config.json. The networks are rebuilt in PyTorch
with their weights and exported to encoder.onnx and decoder.onnx, with the interface that models/README.md gives, without the output
`alignment`; both are then run once and compared with PyTorch. The whole way:

    python3 -m venv venv
    venv/bin/pip install torch==2.9.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 ml_dtypes onnx-ir
    venv/bin/python models/convert/export_whisper.py MODEL_FOLDER graphs
    venv/bin/python models/convert/quantize_whisper.py graphs/encoder.onnx graphs/decoder.onnx MODEL_FOLDER/config.json OUTPUT_FOLDER
"""
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

# The numbers that CTranslate2's model_spec.py gives its types.
TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def read_weights(path):
    """Reads a model.bin of CTranslate2, version 6 of its binary format."""
    content = memoryview(path.read_bytes())
    position = 0

    def number(form):
        nonlocal position
        (value,) = struct.unpack_from(form, content, position)
        position += struct.calcsize(form)
        return value

    def text():
        nonlocal position
        length = number("<H")
        # A zero byte ends it.
        value = bytes(content[position:position + length - 1]).decode()
        position += length
        return value

    number("<I")  # version of the format
    text()  # name of the specification
    number("<I")  # its revision
    weights = {}
    for _ in range(number("<I")):
        name = text()
        shape = [number("<I") for _ in range(number("<B"))]
        kind = TYPES[number("<B")]
        size = number("<I")
        weights[name] = np.frombuffer(content[position:position + size], dtype=kind).reshape(shape)
        position += size
    return weights


class Weights:
    """Makes layers of the weights under a name."""

    def __init__(self, weights):
        self.weights = weights
        self.heads = int(weights["encoder/num_heads"])
        self.width = weights["encoder/conv1/weight"].shape[0]
        self.head_size = self.width // self.heads

    def tensor(self, name):
        return torch.from_numpy(self.weights[name].astype(np.float32).copy())

    def layers(self, part):
        prefix = f"{part}/layer_"
        numbers = [name[len(prefix):].split("/")[0] for name in self.weights if name.startswith(prefix)]
        return 1 + max(int(number) for number in numbers if number.isdigit())

    def linear(self, name, block=None):
        """A linear layer; `block` picks one of those that CTranslate2 keeps together."""
        weight, bias = self.tensor(name + "/weight"), self.tensor(name + "/bias")
        if block is not None:
            rows = slice(block * self.width, (block + 1) * self.width)
            weight, bias = weight[rows], bias[rows]
        # Whisper's keys have no bias.
        layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bool(bias.abs().max() > 0))
        layer.weight.data = weight.contiguous()
        if layer.bias is not None:
            layer.bias.data = bias.contiguous()
        return layer

    def norm(self, name):
        layer = nn.LayerNorm(self.width)
        layer.weight.data = self.tensor(name + "/gamma")
        layer.bias.data = self.tensor(name + "/beta")
        return layer

    def split(self, values):
        return values.view(values.shape[0], values.shape[1], self.heads, self.head_size).transpose(1, 2)

    def attend(self, queries, keys, values, mask=None):
        scores = torch.matmul(queries * (self.head_size**-0.5), keys.transpose(-1, -2))
        if mask is not None:
            scores = scores + mask
        heard = torch.matmul(torch.softmax(scores, -1), values)
        return heard.transpose(1, 2).reshape(heard.shape[0], -1, self.width)


class EncoderLayer(nn.Module):
    def __init__(s, weights, name):
        super().__init__()
        attention = name + "/self_attention"
        s.weights = weights
        s.ln1 = weights.norm(attention + "/layer_norm")
        s.q = weights.linear(attention + "/linear_0", 0)
        s.k = weights.linear(attention + "/linear_0", 1)
        s.v = weights.linear(attention + "/linear_0", 2)
        s.o = weights.linear(attention + "/linear_1")
        s.ln2 = weights.norm(name + "/ffn/layer_norm")
        s.f1 = weights.linear(name + "/ffn/linear_0")
        s.f2 = weights.linear(name + "/ffn/linear_1")

    def forward(s, x):
        h = s.ln1(x)
        split = s.weights.split
        x = x + s.o(s.weights.attend(split(s.q(h)), split(s.k(h)), split(s.v(h))))
        return x + s.f2(functional.gelu(s.f1(s.ln2(x))))


class Encoder(nn.Module):
    """mel [B, 80, T] → cross_k, cross_v [layers of the decoder, B, heads, T/2, head size]"""

    def __init__(s, weights):
        super().__init__()
        s.weights = weights
        width = weights.width
        s.c1 = nn.Conv1d(weights.weights["encoder/conv1/weight"].shape[1], width, 3, padding=1)
        s.c2 = nn.Conv1d(width, width, 3, stride=2, padding=1)
        for layer, name in ((s.c1, "conv1"), (s.c2, "conv2")):
            layer.weight.data = weights.tensor(f"encoder/{name}/weight")
            layer.bias.data = weights.tensor(f"encoder/{name}/bias")
        s.pos = nn.Parameter(weights.tensor("encoder/position_encodings/encodings"))
        s.L = nn.ModuleList(EncoderLayer(weights, f"encoder/layer_{i}") for i in range(weights.layers("encoder")))
        s.ln = weights.norm("encoder/layer_norm")
        across = [f"decoder/layer_{i}/attention/linear_1" for i in range(weights.layers("decoder"))]
        s.ck = nn.ModuleList(weights.linear(name, 0) for name in across)
        s.cv = nn.ModuleList(weights.linear(name, 1) for name in across)

    def forward(s, mel):
        x = functional.gelu(s.c2(functional.gelu(s.c1(mel)))).transpose(1, 2)
        x = x + s.pos[:x.shape[1]]
        for layer in s.L:
            x = layer(x)
        x = s.ln(x)
        split = s.weights.split
        return torch.stack([split(k(x)) for k in s.ck]), torch.stack([split(v(x)) for v in s.cv])


class DecoderLayer(nn.Module):
    def __init__(s, weights, name):
        super().__init__()
        itself, across = name + "/self_attention", name + "/attention"
        s.weights = weights
        s.ln1 = weights.norm(itself + "/layer_norm")
        s.q = weights.linear(itself + "/linear_0", 0)
        s.k = weights.linear(itself + "/linear_0", 1)
        s.v = weights.linear(itself + "/linear_0", 2)
        s.o = weights.linear(itself + "/linear_1")
        s.lnc = weights.norm(across + "/layer_norm")
        s.cq = weights.linear(across + "/linear_0")
        s.co = weights.linear(across + "/linear_2")
        s.ln2 = weights.norm(name + "/ffn/layer_norm")
        s.f1 = weights.linear(name + "/ffn/linear_0")
        s.f2 = weights.linear(name + "/ffn/linear_1")

    def forward(s, x, past_k, past_v, cross_k, cross_v, mask):
        h = s.ln1(x)
        split, attend = s.weights.split, s.weights.attend
        k = torch.cat([past_k, split(s.k(h))], 2)
        v = torch.cat([past_v, split(s.v(h))], 2)
        x = x + s.o(attend(split(s.q(h)), k, v, mask))
        x = x + s.co(attend(split(s.cq(s.lnc(x))), cross_k, cross_v))
        return x + s.f2(functional.gelu(s.f1(s.ln2(x)))), k, v


class Decoder(nn.Module):
    """tokens [B, N], past_k, past_v [layers, B, heads, P, head size], cross_k, cross_v → logits of the last token [B, 1, tokens],
    present_k, present_v"""

    def __init__(s, weights):
        super().__init__()
        table = weights.tensor("decoder/embeddings/weight")
        s.emb = nn.Embedding(*table.shape)
        s.emb.weight.data = table
        s.pos = nn.Parameter(weights.tensor("decoder/position_encodings/encodings"))
        s.L = nn.ModuleList(DecoderLayer(weights, f"decoder/layer_{i}") for i in range(weights.layers("decoder")))
        s.ln = weights.norm("decoder/layer_norm")
        s.proj = nn.Linear(table.shape[1], table.shape[0], bias=False)
        s.proj.weight.data = table.clone()

    def forward(s, tokens, past_k, past_v, cross_k, cross_v):
        added, past = tokens.shape[1], past_k.shape[3]
        rows = torch.arange(added, device=tokens.device) + past
        x = s.emb(tokens) + s.pos[rows]
        columns = torch.arange(past + added)
        mask = torch.where(columns[None, :] > rows[:, None], torch.tensor(-1e9), torch.tensor(0.0))
        keys, values = [], []
        for i, layer in enumerate(s.L):
            x, k, v = layer(x, past_k[i], past_v[i], cross_k[i], cross_v[i], mask)
            keys.append(k)
            values.append(v)
        return s.proj(s.ln(x[:, -1:])), torch.stack(keys), torch.stack(values)


def export(encoder, decoder, folder):
    mel = torch.randn(1, 80, 3000)
    cross_k, cross_v = encoder(mel)
    tokens = torch.tensor([[50258, 50259, 50359]])
    layers, _, heads, _, size = cross_k.shape
    nothing = torch.zeros(layers, 1, heads, 0, size)
    _, past_k, past_v = decoder(tokens, nothing, nothing, cross_k, cross_v)
    torch.onnx.export(
        encoder, (mel,), str(folder / "encoder.onnx"), input_names=["mel"], output_names=["cross_k", "cross_v"],
        dynamic_axes={"mel": {0: "B", 2: "T"}, "cross_k": {1: "B", 3: "S"}, "cross_v": {1: "B", 3: "S"}},
        opset_version=17, dynamo=False)
    axes = {"tokens": {0: "B", 1: "N"}, "logits": {0: "B"}}
    for name, length in (("past_k", "P"), ("past_v", "P"), ("cross_k", "S"), ("cross_v", "S"), ("present_k", "Q"), ("present_v", "Q")):
        axes[name] = {1: "B", 3: length}
    torch.onnx.export(
        decoder, (tokens, past_k, past_v, cross_k, cross_v), str(folder / "decoder.onnx"),
        input_names=["tokens", "past_k", "past_v", "cross_k", "cross_v"],
        output_names=["logits", "present_k", "present_v"], dynamic_axes=axes, opset_version=17, dynamo=False)


def compare(encoder, decoder, folder):
    """Says how far the exported graphs are from PyTorch, on other lengths than those exported with."""
    import onnxruntime

    mel = torch.randn(1, 80, 2000)
    cross_k, cross_v = encoder(mel)
    session = onnxruntime.InferenceSession(str(folder / "encoder.onnx"))
    found_k, found_v = session.run(None, {"mel": mel.numpy()})
    print("encoder: greatest difference", np.abs(cross_k.numpy() - found_k).max())
    session = onnxruntime.InferenceSession(str(folder / "decoder.onnx"))
    layers, _, heads, _, size = cross_k.shape
    nothing = np.zeros((layers, 1, heads, 0, size), np.float32)
    first, second = np.array([[50258, 50259, 50359]]), np.array([[50364]])
    across = {"cross_k": found_k, "cross_v": found_v}
    _, k, v = session.run(None, dict(across, tokens=first, past_k=nothing, past_v=nothing))
    found, _, _ = session.run(None, dict(across, tokens=second, past_k=k, past_v=v))
    whole = torch.from_numpy(np.concatenate([first, second], 1))
    expected, _, _ = decoder(whole, torch.from_numpy(nothing), torch.from_numpy(nothing), cross_k, cross_v)
    print("decoder, with past: greatest difference", np.abs(expected.numpy() - found).max())


def main():
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    weights = Weights(read_weights(source / "model.bin"))
    encoder, decoder = Encoder(weights).eval(), Decoder(weights).eval()
    with torch.no_grad():
        export(encoder, decoder, folder)
        compare(encoder, decoder, folder)


if __name__ == "__main__":
    main()
