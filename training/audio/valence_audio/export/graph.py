"""A classifier as an ONNX graph: audio in, probabilities out; fp32 and with int8 matrix products."""

from __future__ import annotations

import copy
import logging
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from torch.nn.utils import parametrize


class ProbabilityGraph(nn.Module):
    """Logits [batch, labels] → softmax(logits / temperature), Guo et al. 2017, "On Calibration of Modern Neural Networks"."""

    def __init__(self, module: nn.Module, temperature: float) -> None:
        super().__init__()
        self.module = module
        self.temperature = temperature

    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        return torch.softmax(self.module(audio) / self.temperature, dim=-1)


def export_graph(module: nn.Module, temperature: float, example_samples: int) -> onnx.ModelProto:
    """The fp32 graph of `module` (logits from audio [batch, time]): `audio` → `probs`, batch and time dynamic.

    The module itself is left as it was. The graph carries no source paths: the same module gives the same bytes anywhere.
    """
    plain = copy.deepcopy(module).eval()
    _fold_parametrizations(plain)
    # A batch of 2: a batch of 1 would be specialised to 1 for ever.
    example = torch.randn(2, example_samples, generator=torch.Generator().manual_seed(1)) * 0.1
    dynamic = torch.export.Dim.DYNAMIC
    logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)  # torchvision is not missed
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            ProbabilityGraph(plain, temperature).eval(),
            (example,),
            dynamo=True,
            verbose=False,
            input_names=["audio"],
            output_names=["probs"],
            dynamic_shapes={"audio": {0: dynamic, 1: dynamic}},
        )
    graph = program.model_proto
    _strip(graph)
    return graph


def _fold_parametrizations(module: nn.Module) -> None:
    """Put plain weights where there is weight norm (HuBERT's and Wav2Vec2's positional convolution): ONNX has no operator for it.

    Not by `remove_parametrizations`: it changes the part's class, which a deep copy shares with the original.
    """
    for part in list(module.modules()):
        if parametrize.is_parametrized(part):
            weights = {name: getattr(part, name).detach().clone() for name in part.parametrizations}
            part.__class__ = parametrize.type_before_parametrizations(part)
            del part.parametrizations
            for name, weight in weights.items():
                part.register_parameter(name, nn.Parameter(weight))


def _strip(model: onnx.ModelProto) -> None:
    """Take out what the exporter notes down about the machine (stack traces with paths), and name the dynamic dimensions."""
    graph = model.graph
    # quantize_dynamic trusts these shapes, and those of a dynamo export contradict it once weights are int8.
    del graph.value_info[:]
    del graph.metadata_props[:]
    del model.metadata_props[:]
    for part in [model, graph, *graph.input, *graph.output, *graph.initializer, *graph.node]:
        part.doc_string = ""
    for part in [*graph.input, *graph.output, *graph.initializer, *graph.node]:
        del part.metadata_props[:]
    batch, time = graph.input[0].type.tensor_type.shape.dim
    batch.dim_param, time.dim_param = "batch", "time"
    graph.output[0].type.tensor_type.shape.dim[0].dim_param = "batch"


def with_int8_products(model: onnx.ModelProto, module: nn.Module) -> onnx.ModelProto:
    """`model` with its learnt matrix products in int8, one scale per channel; convolutions and recurrences stay in fp32.

    Quantised convolutions moved the answers of trained models and ran slower. Products with a fixed matrix (a buffer of
    `module`: mel filters, transforms) stay in fp32, too: their outputs span many decades. Weights take 7 of 8 bits, because
    CPUs without VNNI add two products in 16 bits, which 8-bit weights overflow: the same folder would answer differently there.
    """
    fixed = {f"module.{name}" for name, _ in module.named_buffers()}
    kept = [node.name for node in model.graph.node if fixed.intersection(node.input)]
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # it advises an optimisation pass that the export has done
    with tempfile.TemporaryDirectory() as folder:
        try:
            prepared, written = Path(folder) / "prepared.onnx", Path(folder) / "int8.onnx"
            onnx.save(model, prepared)
            quantize_dynamic(
                prepared,
                written,
                op_types_to_quantize=["MatMul", "Gemm"],
                per_channel=True,
                reduce_range=True,
                weight_type=QuantType.QInt8,
                nodes_to_exclude=kept,
            )
        finally:
            logger.setLevel(level)
        quantized = onnx.load(written)
    _strip(quantized)
    return quantized


class Runner:
    """Runs a graph on one thread, as a child of the model server does."""

    def __init__(self, model: onnx.ModelProto) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def probabilities(self, audio: np.ndarray) -> np.ndarray:
        """float32 [batch, time] at 16 kHz → float32 [batch, labels]."""
        return self.session.run(["probs"], {"audio": np.ascontiguousarray(audio, dtype=np.float32)})[0]
