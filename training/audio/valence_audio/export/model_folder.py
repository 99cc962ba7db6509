"""Writes a model folder: everything the model server needs to know about a model."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from .agreement import CLIPS_NEEDED, Agreement, ExportError, agreement, require_agreement
from .card import NOT_STATED, model_card
from .golden_clips import SAMPLING_RATE, golden_clips, made_clips, noise, write_wav
from .graph import ProbabilityGraph, Runner, export_graph, with_int8_products
from .labels import check_labels

GRAPH_TOLERANCE = 1e-4
# Of a probability. fp32 answers differ by 1e-6 between CPUs; an int8 value that rounds the other way moved them by up to 3e-4.
GOLDEN_TOLERANCE = {"none": 1e-3, "int8-matmul": 1e-2}
MADE_CLIPS = 100
RANDOM_PREFIX = "random-"


def write_model_folder(
    module: nn.Module,
    folder: str | Path,
    *,
    name: str,
    version: str,
    family: str,
    labels: Sequence[tuple[str, str | None]],
    window_seconds: float,
    hop_seconds: float,
    minimum_seconds: float,
    quantize: bool = True,
    temperature: float = 1.0,
    low_confidence_below: float = 0.5,
    scores: str = "service",
    licence: str = NOT_STATED,
    licence_text: str | None = None,
    agreement_clips: Sequence[np.ndarray] | None = None,
    enforce_agreement: bool = True,
    statements: Mapping[str, str] | None = None,
    card: str | None = None,
) -> dict[str, Any]:
    """Export `module` (audio float32 [batch, time] at 16 kHz → logits [batch, labels]) into `folder`; returns the manifest.

    `labels`: (name, "positive" | "neutral" | "negative" | None) in the order of the logits; None is dropped by the server.
    `temperature` divides the logits; `scores` is "calibrated" where it was fitted on held-out data, else "service".
    `agreement_clips`: float32 [time] clips the int8 graph must label as the fp32 graph does, best from the domain the model is
    for; without them, made ones. `enforce_agreement=False` is for random weights: the name must then begin with "random-".
    `card` replaces the generated CARD.md; otherwise `statements` fills its parts (see card.STATEMENTS).
    The folder is written when everything has passed; other files in it are left alone. The same module gives the same bytes.

    Raises ExportError when the graph doesn't answer as PyTorch does (1e-4) or int8 disagrees with fp32 on more than 1 % of
    the labels, ValueError for arguments that make no sense.
    """
    _check_arguments(name, version, window_seconds, hop_seconds, minimum_seconds, temperature, low_confidence_below, scores)
    check_labels(labels)
    if not enforce_agreement and not name.startswith(RANDOM_PREFIX):
        raise ValueError(f"{name!r}: only a model whose name begins with {RANDOM_PREFIX!r} may skip the agreement gate.")
    golden = golden_clips(minimum_seconds, window_seconds)
    plain = export_graph(module, temperature, round(min(window_seconds, max(2 * minimum_seconds, 1.0)) * SAMPLING_RATE))
    _require_same_answers(module, temperature, Runner(plain), golden, len(labels), minimum_seconds, window_seconds)

    found = Agreement(0, 1.0, 0.0)
    graph = plain
    if quantize:
        graph = with_int8_products(plain, module)
        made = MADE_CLIPS if enforce_agreement else CLIPS_NEEDED
        clips = agreement_clips if agreement_clips is not None else made_clips(made, max(minimum_seconds, 1.0), min(window_seconds, 4.0))
        found = agreement(Runner(plain), Runner(graph), clips)
        if enforce_agreement:
            require_agreement(found)
    runner = Runner(graph)
    quantization = "int8-matmul" if quantize else "none"
    manifest: dict[str, Any] = {
        "schema": "valence.model/1",
        "name": name,
        "version": version,
        "family": family,
        "samplingRate": SAMPLING_RATE,
        "windowSeconds": window_seconds,
        "hopSeconds": hop_seconds,
        "minimumSeconds": minimum_seconds,
        "labels": [{"name": label, "valence": valence} for label, valence in labels],
        "quantization": quantization,
        "lowConfidenceBelow": low_confidence_below,
        "scores": scores,
        "licence": licence,
        "agreement": {"clips": found.clips, "labels": found.labels, "largestDifference": found.largest_difference},
        "golden": [
            {"clip": f"golden/{clip}", "probabilities": [min(1.0, round(float(p), 7)) for p in runner.probabilities(audio[np.newaxis])[0]]}
            for clip, audio in golden.items()
        ],
        "goldenTolerance": GOLDEN_TOLERANCE[quantization],
    }
    origin = "given by the exporter" if agreement_clips is not None else "made by synthesis, no real speech"
    with tempfile.TemporaryDirectory() as temporary:
        draft = Path(temporary)
        (draft / "golden").mkdir()
        for clip, audio in golden.items():
            write_wav(draft / "golden" / clip, audio)
        onnx.save(graph, draft / "model.onnx")
        manifest["files"] = {
            path: {"bytes": (draft / path).stat().st_size, "sha256": hashlib.sha256((draft / path).read_bytes()).hexdigest()}
            for path in ["model.onnx", *(f"golden/{clip}" for clip in golden)]
        }
        manifest["madeWith"] = {
            "python": ".".join(platform.python_version_tuple()[:2]),
            "torch": torch.__version__.partition("+")[0],
            "onnx": onnx.__version__,
            "onnxscript": metadata.version("onnxscript"),
            "onnxruntime": onnxruntime.__version__,
        }
        (draft / "CARD.md").write_text(card or model_card(manifest, origin, statements or {}), encoding="utf-8")
        (draft / "LICENSE").write_text(licence_text or _licence_notice(licence), encoding="utf-8")
        (draft / "model.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        _replace(draft, Path(folder))
    return manifest


def _check_arguments(
    name: str, version: str, window: float, hop: float, minimum: float, temperature: float, low_confidence_below: float, scores: str
) -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"name {name!r}: use lower-case letters, digits and single hyphens, as SageMaker does.")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f"version {version!r}: use three numbers, such as 1.0.0.")
    if not 0 < minimum < window or not 0 < hop <= window:
        raise ValueError(f"minimum {minimum} s, hop {hop} s and window {window} s: the minimum must be shorter than the window, the hop at most as long.")
    if temperature <= 0:
        raise ValueError(f"temperature {temperature}: it must be above 0.")
    if not 0 <= low_confidence_below <= 1:
        raise ValueError(f"low_confidence_below {low_confidence_below}: it is a probability, 0 to 1.")
    if scores not in ("calibrated", "service"):
        raise ValueError(f'scores {scores!r}: use "calibrated" or "service".')


def _require_same_answers(
    module: nn.Module, temperature: float, runner: Runner, golden: Mapping[str, np.ndarray], label_count: int, minimum: float, window: float
) -> None:
    """The graph against PyTorch: every golden clip, a whole window, and the shortest audio in a batch of another size than the example's."""
    shortest = np.stack([noise(minimum, seed=seed) for seed in (3, 4, 5)])
    longest = noise(window, seed=6)[np.newaxis]
    was_training = module.training
    reference = ProbabilityGraph(module, temperature).eval()
    try:
        for audio in [*(clip[np.newaxis] for clip in golden.values()), shortest, longest]:
            audio = audio.astype(np.float32)
            with torch.no_grad():
                expected = reference(torch.from_numpy(audio)).numpy()
            if expected.shape != (len(audio), label_count):
                raise ValueError(f"the module gives {expected.shape[-1]} outputs for {label_count} labels.")
            found = runner.probabilities(audio)
            difference = float(np.abs(expected - found).max())
            if not difference <= GRAPH_TOLERANCE:
                raise ExportError(f"the graph differs from PyTorch by {difference:.2g} on audio of shape {audio.shape} (allowed: {GRAPH_TOLERANCE}).")
    finally:
        module.train(was_training)


def _licence_notice(licence: str) -> str:
    if licence == NOT_STATED:
        return "The licence of these weights was not stated at export: ask the owner of the checkpoint before you pass them on.\n"
    return f"The weights in this folder are under {licence} (SPDX identifier).\n"


def _replace(draft: Path, folder: Path) -> None:
    """Move the new files over the old; model.json comes last, as it is what makes it a model folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "golden", ignore_errors=True)
    for file in ("golden", "model.onnx", "CARD.md", "LICENSE", "model.json"):
        shutil.move(draft / file, folder / file)
