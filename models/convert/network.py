"""Builds ONNX networks node by node."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"


class Graph:
    def __init__(self):
        self.nodes, self.values, self.count = [], {}, 0

    def value(self, array, name=None):
        """Adds a constant; 64-bit floats become 32-bit ones."""
        self.count += 1
        name = name or f"value_{self.count}"
        self.values[name] = np.ascontiguousarray(array, np.float32 if np.asarray(array).dtype == np.float64 else None)
        return name

    def integers(self, *numbers):
        return self.value(np.array(numbers, np.int64))

    def op(self, kind, inputs, output=None, domain="", outputs=1, **attributes):
        """Adds a node and returns the name of its output, or names if there are several."""
        self.count += 1
        names = [output] if output else [f"{kind.lower()}_{self.count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, name=f"{kind}_{self.count}", domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def model(self, name, inputs, outputs):
        graph = helper.make_graph(
            self.nodes, name, inputs, outputs, [numpy_helper.from_array(array, key) for key, array in self.values.items()])
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def tensor(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def of_layers(names, count):
    """The names of tensors of which every layer has its own: networks that pass one tensor for all layers copy it in each run."""
    return [f"{name}_{layer}" for layer in range(count) for name in names]
