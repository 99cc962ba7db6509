"""Tiny classifiers of the three pretrained families, trained for some steps on made sounds, as a random net's answers are all alike."""

from __future__ import annotations

import atexit
import copy
import functools
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from transformers import (
    AutoFeatureExtractor,
    AutoModelForAudioClassification,
    HubertConfig,
    PretrainedConfig,
    Wav2Vec2Config,
    WhisperConfig,
)

from valence_audio.export import model_folder as writer
from valence_audio.export.checkpoint import export_checkpoint
from valence_audio.export.graph import export_graph
from valence_audio.families import hubert, wav2vec2, whisper
from valence_audio.families.pretrained import PretrainedClassifier

LABELS = ["happy", "neutral", "sad", "surprise"]
SAMPLING_RATE = 16_000

WAVEFORM = {
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "conv_dim": (32,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
    "classifier_proj_size": 32,
    "mask_time_prob": 0.0,
    "layerdrop": 0.0,
    "hidden_dropout": 0.0,
    "attention_dropout": 0.0,
    "feat_proj_dropout": 0.0,
    "activation_dropout": 0.0,
}

FAMILIES = {"hubert": hubert, "wav2vec2": wav2vec2, "whisper": whisper}


def config(family: str) -> PretrainedConfig:
    if family == "whisper":
        return WhisperConfig(
            d_model=32,
            encoder_layers=2,
            encoder_attention_heads=2,
            encoder_ffn_dim=64,
            decoder_layers=1,
            decoder_attention_heads=2,
            decoder_ffn_dim=64,
            max_source_positions=150,
            classifier_proj_size=32,
            init_std=0.1,  # with the usual 0.02 a net of this width takes hundreds of steps to find the padding out
            num_labels=len(LABELS),
        )
    # The two normalisations of the published checkpoints: "group" (base) and "layer" with stable layer norm (large).
    large = {"feat_extract_norm": "layer", "do_stable_layer_norm": True, "conv_bias": True}
    return HubertConfig(**WAVEFORM, num_labels=len(LABELS)) if family == "hubert" else Wav2Vec2Config(**WAVEFORM, **large, num_labels=len(LABELS))


def sounds(count: int, seed: int, seconds: float | None = None) -> tuple[list[np.ndarray], list[int]]:
    """Clips of 0.5 to 3 s (or of `seconds`) in four classes: low tone, high tone, siren, noise; with noise beneath, at any level."""
    random = np.random.default_rng(seed)
    clips, classes = [], []
    for index in range(count):
        kind = index % len(LABELS)
        time = np.arange(int((seconds or random.uniform(0.5, 3.0)) * SAMPLING_RATE)) / SAMPLING_RATE
        pitch = {0: random.uniform(150, 300), 1: random.uniform(1_500, 3_000), 2: 700.0, 3: 0.0}[kind]
        wobble = 0.6 * np.sin(2 * np.pi * random.uniform(3, 6) * time) if kind == 2 else 0.0
        sound = np.sin(2 * np.pi * np.cumsum(pitch * (1 + wobble) * np.ones(len(time))) / SAMPLING_RATE)
        sound = sound + random.uniform(0.05, 0.2) * random.standard_normal(len(time))
        if kind == 3:
            sound = random.standard_normal(len(time)) * 0.5
        clips.append((random.uniform(0.05, 0.4) * sound).astype(np.float32))
        classes.append(kind)
    return clips, classes


def trained(family: str, steps: int = 60) -> PretrainedClassifier:
    torch.manual_seed(7)
    torch.set_num_threads(1)
    module = FAMILIES[family].build(len(LABELS), config=config(family))
    if family == "wav2vec2":
        module.extractor.do_normalize = False
    optimizer = torch.optim.AdamW(module.parameters(), lr=3e-3)
    module.train()
    for step in range(steps):
        # Whisper pads every clip to its window, so it has to meet all lengths; the others need short ones only.
        seconds = 0.5 + step % 5 * 0.6 if family == "whisper" else 0.6
        clips, classes = sounds(16, seed=100 + step, seconds=seconds)
        loss = F.cross_entropy(module(torch.from_numpy(np.stack(clips))), torch.tensor(classes))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimizer.step()
    return module.eval()


_FOLDERS = Path(tempfile.mkdtemp(prefix="valence-audio-tests-"))
atexit.register(shutil.rmtree, _FOLDERS, ignore_errors=True)


@functools.cache
def checkpoint(family: str) -> Path:
    """The folder of the trained model as transformers saves it: made once for all tests."""
    folder = _FOLDERS / family / "checkpoint"
    trained(family).save_checkpoint(folder, LABELS)
    return folder


@functools.cache
def model_folder(family: str, quantize: bool) -> Path:
    """The checkpoint's model folder, by the export command's own way: made once for all tests."""
    folder = _FOLDERS / family / ("int8" if quantize else "fp32")
    with patch.object(writer, "export_graph", lambda module, *_: _traced(family, module)):
        export_checkpoint(str(checkpoint(family)), folder, name=f"tiny-{family}", quantize=quantize, clips=sounds(60, seed=50)[0])
    return folder


_graphs: dict[str, onnx.ModelProto] = {}


def _traced(family: str, module: PretrainedClassifier) -> onnx.ModelProto:
    # Tracing takes ten seconds: the fp32 and the int8 folder of a family come from one trace.
    if family not in _graphs:
        _graphs[family] = export_graph(module, 1.0, SAMPLING_RATE)
    return copy.deepcopy(_graphs[family])


def original(family: str) -> Callable[[list[np.ndarray]], np.ndarray]:
    """PyTorch and the original Python feature extractor: clips of equal length → probabilities [batch, labels]."""
    extractor = AutoFeatureExtractor.from_pretrained(checkpoint(family))
    model = AutoModelForAudioClassification.from_pretrained(checkpoint(family)).eval()

    def probabilities(clips: list[np.ndarray]) -> np.ndarray:
        features = extractor(clips, sampling_rate=SAMPLING_RATE, return_tensors="pt")
        with torch.no_grad():
            return torch.softmax(model(**features).logits, dim=-1).numpy()

    return probabilities
