#!/usr/bin/env python3
"""Exports a Whisper with random weights as Hugging Face's optimum does, to try out what a model's size and shape cost.

    export_random.py tiny|wide|turbo OUTPUT_FOLDER

`turbo` has the shape of large-v3-turbo: 128 mel bands, 32 layers of 1280 in the encoder and 4 in the decoder, 51,866 tokens; 3.2 GB.
`wide` is the same with 2 layers in the encoder.
`tiny` is as small as it can be with the same tokens; src/test/resources/models/whisper-random is made with it. The tokenizer has the
special tokens and a token for each byte.

    python3 -m venv venv
    venv/bin/pip install optimum-onnx==0.1.0 "transformers<4.58" torch onnx onnxruntime
"""
import json
import sys
import tempfile
from pathlib import Path

import torch
from optimum.exporters.onnx import main_export
from transformers import GenerationConfig, WhisperConfig, WhisperForConditionalGeneration

SHAPES = {"tiny": (8, 2, 1, 1), "wide": (1280, 20, 2, 4), "turbo": (1280, 20, 32, 4)}
LANGUAGES = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn "
    "sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my "
    "bo tl mg as tt haw ln ha ba jw su yue").split()


def special_tokens():
    names = ["<|endoftext|>", "<|startoftranscript|>"] + [f"<|{code}|>" for code in LANGUAGES]
    names += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    return names + [f"<|{step * 0.02:.2f}|>" for step in range(1501)]


def byte_tokens():
    """The characters by which GPT-2 writes bytes, in the order of its vocabulary."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]


def main():
    width, heads, encoder_layers, decoder_layers = SHAPES[sys.argv[1]]
    output = Path(sys.argv[2])
    special = special_tokens()
    torch.manual_seed(1)
    config = WhisperConfig(
        vocab_size=50257 + len(special), num_mel_bins=128, d_model=width, encoder_layers=encoder_layers, decoder_layers=decoder_layers,
        encoder_attention_heads=heads, decoder_attention_heads=heads, encoder_ffn_dim=4 * width, decoder_ffn_dim=4 * width,
        pad_token_id=50257, bos_token_id=50257, eos_token_id=50257, decoder_start_token_id=50258)
    model = WhisperForConditionalGeneration(config)
    for weights in model.parameters():
        # Few distinct values, so that the files compress well.
        weights.data = (weights.data * 50).round() / 50
    model.generation_config = GenerationConfig(
        alignment_heads=[[0, 0]], suppress_tokens=[1, 2, 7], begin_suppress_tokens=[220, 50257], decoder_start_token_id=50258)
    tokenizer = {
        "version": "1.0",
        "added_tokens": [{"id": 50257 + i, "content": name, "special": True} for i, name in enumerate(special)],
        "model": {"type": "BPE", "vocab": {token: i for i, token in enumerate(byte_tokens())}, "merges": []},
    }
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        del model
        main_export(folder, output, task="automatic-speech-recognition-with-past", do_validation=False)
    (output / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    (output / "preprocessor_config.json").write_text(json.dumps({
        "chunk_length": 30, "feature_size": 128, "hop_length": 160, "n_fft": 400, "sampling_rate": 16000}))


if __name__ == "__main__":
    main()
