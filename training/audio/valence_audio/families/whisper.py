"""A Whisper encoder with a classification head (`WhisperForAudioClassification`), cut to a short window."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from transformers import PretrainedConfig, WhisperFeatureExtractor, WhisperForAudioClassification

from .pretrained import SAMPLING_RATE, CheckpointError, PretrainedClassifier, load_extractor, load_model

WINDOW_SECONDS = 10.0
HOP_SECONDS = 8.0
MINIMUM_SECONDS = 0.4

# The encoder's second convolution halves 100 log-mel frames a second.
POSITIONS_A_SECOND = 50


class LogMel(nn.Module):
    """`WhisperFeatureExtractor` for audio [batch, time] → [batch, mels, frames], as operations every ONNX runtime has.

    The Fourier transform is a strided convolution with a Hann window (as torch.stft, centred, reflected edges). The mel
    product is a convolution of width 1, so that quantising the matrix products leaves it in fp32: its output spans eight decades.
    """

    def __init__(self, extractor: WhisperFeatureExtractor, window_samples: int) -> None:
        super().__init__()
        self.window_samples = window_samples
        self.hop = extractor.hop_length
        self.half = extractor.n_fft // 2
        sample = np.arange(extractor.n_fft)
        angle = 2 * np.pi * np.outer(np.arange(self.half + 1), sample) / extractor.n_fft
        hann = 0.5 - 0.5 * np.cos(2 * np.pi * sample / extractor.n_fft)
        self.register_buffer("cosine", _kernel(np.cos(angle) * hann), persistent=False)
        self.register_buffer("sine", _kernel(np.sin(angle) * hann), persistent=False)
        self.register_buffer("mel", torch.tensor(extractor.mel_filters.T, dtype=torch.float32).unsqueeze(2), persistent=False)

    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        silence = audio.new_zeros(1, self.window_samples).expand(audio.shape[0], -1)
        padded = torch.cat([audio, silence], dim=1)[:, : self.window_samples]
        centred = F.pad(padded.unsqueeze(1), (self.half, self.half), mode="reflect")
        power = F.conv1d(centred, self.cosine, stride=self.hop).square() + F.conv1d(centred, self.sine, stride=self.hop).square()
        decades = F.conv1d(power[:, :, :-1], self.mel).clamp(min=1e-10).log10()
        return (torch.maximum(decades, decades.amax(dim=(1, 2), keepdim=True) - 8.0) + 4.0) / 4.0


def _kernel(rows: np.ndarray) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float32).unsqueeze(1)


class WhisperClassifier(PretrainedClassifier):
    """Audio is padded with silence to the window, and cut there, as the extractor does."""

    def __init__(self, model: WhisperForAudioClassification, extractor: WhisperFeatureExtractor) -> None:
        super().__init__(model, extractor)
        self.log_mel = LogMel(extractor, extractor.n_samples)

    @property
    def window_seconds(self) -> float:
        return self.extractor.n_samples / SAMPLING_RATE

    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        return self.model(self.log_mel(audio)).logits


def build(
    label_count: int,
    *,
    checkpoint: str | None = None,
    config: PretrainedConfig | None = None,
    require_head: bool = False,
    window_seconds: float | None = WINDOW_SECONDS,
) -> WhisperClassifier:
    """A classifier of audio float32 [batch, time] at 16 kHz into logits [batch, label_count].

    The positional embedding is cut to at most `window_seconds` (whole seconds): a fifth of the work of the usual 30 s at 10 s,
    but only right for a model that is (or was) fine-tuned with the same cut. `None` keeps the checkpoint's own window.
    Raises `CheckpointError` when weights are missing or the extractor isn't Whisper's.
    """
    model = load_model(WhisperForAudioClassification, label_count, checkpoint=checkpoint, config=config, require_head=require_head)
    own_seconds = model.config.max_source_positions / POSITIONS_A_SECOND
    seconds = own_seconds if window_seconds is None else min(window_seconds, own_seconds)
    name = checkpoint or "this config"
    if seconds != int(seconds) or seconds < 1:
        raise CheckpointError(f"{name}: a window of {seconds:g} s; it must be whole seconds, from 1 to the encoder's {own_seconds:g}.")
    if seconds < own_seconds:
        _cut(model, int(seconds))
    if checkpoint:
        extractor = load_extractor(WhisperFeatureExtractor, checkpoint)
        found = (extractor.n_fft, extractor.hop_length, extractor.feature_size, extractor.dither)
        if found != (400, 160, model.config.num_mel_bins, 0.0):
            raise CheckpointError(
                f"{name}: n_fft, hop_length, feature_size and dither are {found}; Whisper's are 400, 160, {model.config.num_mel_bins} and 0."
            )
    extractor = WhisperFeatureExtractor(feature_size=model.config.num_mel_bins, chunk_length=int(seconds))
    return WhisperClassifier(model, extractor)


def _cut(model: WhisperForAudioClassification, seconds: int) -> None:
    positions = seconds * POSITIONS_A_SECOND
    kept = model.encoder.embed_positions.weight[:positions].detach().clone()
    model.encoder.embed_positions = nn.Embedding.from_pretrained(kept, freeze=True)
    model.encoder.max_source_positions = positions
    model.config.max_source_positions = positions
