"""The compact family's view of the audio: log-mel bands, a pitch-gram and the level, frame by frame, inside the graph."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from ..manifest import SAMPLING_RATE

FRAME = 640  # 40 ms: three periods of a low voice, so that harmonics and pitch are seen
HOP = 320  # 20 ms
BANDS = 64
LAGS = 40
LOWEST_PITCH, HIGHEST_PITCH = 70.0, 500.0
FEATURES = BANDS + LAGS + 2
QUIET = 1e-7  # about -70 dB of full scale: digital silence becomes this floor, not minus infinity


def mel_filters() -> Tensor:
    """Triangles [bins, BANDS] between 60 Hz and 7.6 kHz, equally spaced on the mel scale 2595 log10(1 + f/700) (O'Shaughnessy 1987)."""
    low, high = (2595 * math.log10(1 + f / 700) for f in (60.0, 7_600.0))
    edges = 700 * (10 ** (torch.linspace(low, high, BANDS + 2, dtype=torch.float64) / 2595) - 1)
    frequency = torch.arange(FRAME // 2 + 1, dtype=torch.float64)[:, None] * SAMPLING_RATE / FRAME
    rising = (frequency - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - frequency) / (edges[2:] - edges[1:-1])
    filters = torch.minimum(rising, falling).clamp(min=0)
    return (filters / filters.sum(0).clamp(min=1e-9)).float()


class FrontEnd(nn.Module):
    """float32 [batch, time] to features [batch, frames, FEATURES] and speech weights [batch, frames, 1]; nothing is learnt here.

    A frame's weight falls from 1 to 0 around 26 dB below the clip's loudest frame, so that pauses and padding count for nothing.
    Log-mel bands have the weighted mean of the clip taken off (channel and loudness go); the pitch-gram is the autocorrelation
    at LAGS lags, equally spaced in log pitch, over that at lag 0 (Wiener-Khinchin: the cosine transform of the power spectrum).
    """

    def __init__(self) -> None:
        super().__init__()
        time = torch.arange(FRAME, dtype=torch.float64)
        window = 0.5 - 0.5 * torch.cos(2 * math.pi * time / FRAME)
        bins = torch.arange(FRAME // 2 + 1, dtype=torch.float64)[:, None]
        angle = 2 * math.pi * torch.remainder(bins * time, FRAME) / FRAME
        basis = torch.cat([torch.cos(angle) * window, torch.sin(angle) * window]) / math.sqrt(float((window**2).sum()))
        self.register_buffer("basis", basis.float()[:, None, :], persistent=False)
        pitch = torch.logspace(math.log2(LOWEST_PITCH), math.log2(HIGHEST_PITCH), LAGS, base=2, dtype=torch.float64)
        lag = SAMPLING_RATE / pitch
        both_sides = torch.full((FRAME // 2 + 1, 1), 2.0, dtype=torch.float64)
        both_sides[[0, -1]] = 1.0
        overlap = torch.stack([(window * torch.roll(window, int(shift))).sum() for shift in lag.round()]) / (window**2).sum()
        correlation = both_sides * torch.cos(2 * math.pi * bins * lag / FRAME) / overlap
        self.register_buffer("projection", torch.cat([mel_filters(), correlation.float(), both_sides.float()], 1), persistent=False)

        # A vector, not a number: the ONNX exporter takes the addition of a number this small for that of zero, and leaves it out.
        self.register_buffer("floor", torch.full((BANDS,), QUIET / BANDS), persistent=False)

    def forward(self, audio: Tensor) -> tuple[Tensor, Tensor]:
        spectrum = nn.functional.conv1d(nn.functional.pad(audio[:, None, :], (FRAME // 2, FRAME // 2)), self.basis, stride=HOP)
        real, imaginary = spectrum.chunk(2, dim=1)
        projected = (real * real + imaginary * imaginary).transpose(1, 2) @ self.projection
        bands, correlation, energy = projected.split([BANDS, LAGS, 1], dim=2)
        level = torch.log(energy / FRAME + QUIET)
        weight = torch.sigmoid(2.0 * (level - level.amax(1, keepdim=True) + 6.0))
        bands = torch.log(bands / FRAME + self.floor)
        share = weight / weight.sum(1, keepdim=True)
        bands = (bands - (bands * share).sum(1, keepdim=True)) / 2.0
        level = (level - (level * share).sum(1, keepdim=True)) / 2.0
        pitches = correlation / (energy + FRAME * QUIET)
        return torch.cat([bands, pitches, level, pitches.amax(2, keepdim=True)], dim=2), weight
