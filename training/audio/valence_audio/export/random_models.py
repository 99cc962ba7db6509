"""Base-size and tiny models of the three families with random weights, for benches: they cost what trained ones cost."""

from __future__ import annotations

import torch
from transformers import HubertConfig, PretrainedConfig, Wav2Vec2Config, WhisperConfig

from ..families.pretrained import PretrainedClassifier
from .checkpoint import FAMILIES

LABELS: list[tuple[str, str | None]] = [("neutral", "neutral"), ("happy", "positive"), ("angry", "negative"), ("sad", "negative")]
SIZES = ("base", "tiny")

_TINY_WAVEFORM = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "conv_dim": (32,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
    "classifier_proj_size": 32,
}
# openai/whisper-base; the decoder is not built for classification.
_BASE_WHISPER = {"d_model": 512, "encoder_layers": 6, "encoder_attention_heads": 8, "encoder_ffn_dim": 2_048, "decoder_layers": 6}
_TINY_WHISPER = {"d_model": 32, "encoder_layers": 2, "encoder_attention_heads": 2, "encoder_ffn_dim": 64, "decoder_layers": 2}


def random_config(family: str, size: str) -> PretrainedConfig:
    """The configuration of `family` in `size`: "base" as facebook/hubert-base-ls960, facebook/wav2vec2-base, openai/whisper-base."""
    if family not in FAMILIES or size not in SIZES:
        raise ValueError(f"{family} {size}: the families are {', '.join(FAMILIES)}, the sizes {', '.join(SIZES)}.")
    if family == "whisper":
        return WhisperConfig(**(_BASE_WHISPER if size == "base" else _TINY_WHISPER), num_labels=len(LABELS))
    kind = HubertConfig if family == "hubert" else Wav2Vec2Config
    return kind(**({} if size == "base" else _TINY_WAVEFORM), num_labels=len(LABELS))


def random_model(family: str, size: str) -> PretrainedClassifier:
    """The same random weights at every call."""
    torch.manual_seed(1)
    return FAMILIES[family].build(len(LABELS), config=random_config(family, size))
