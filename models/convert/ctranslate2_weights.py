"""Reads the weights of a model as CTranslate2 keeps it."""
import struct

import numpy as np

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
