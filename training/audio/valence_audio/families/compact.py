"""The small network of the embedded model: a time-delay network on log-mel and pitch, pooled by attentive statistics."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .front_end import BANDS, FEATURES, FrontEnd

WINDOW_SECONDS = 8.0
HOP_SECONDS = 6.0
MINIMUM_SECONDS = 0.4

MASKED_BANDS, MASKED_FRAMES, SHIFTED_BANDS = 8, 12, 1.5


class Dense(nn.Module):
    """Each frame beside its neighbours, `dilation` apart, through one matrix: a convolution over time written as a product,
    because products are what the export makes int8. [batch, frames, inputs] to [batch, ceil(frames / stride), outputs]."""

    def __init__(self, inputs: int, outputs: int, width: int = 3, dilation: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.width, self.dilation, self.stride = width, dilation, stride
        self.product = nn.Linear(inputs * width, outputs, bias=False)
        self.normalise = nn.BatchNorm1d(outputs)

    def forward(self, frames: Tensor) -> Tensor:
        if self.width > 1:
            count, edge = frames.shape[1], self.dilation * (self.width // 2)
            padded = nn.functional.pad(frames, (0, 0, edge, edge))
            starts = range(0, self.width * self.dilation, self.dilation)
            frames = torch.cat([padded[:, start : start + count : self.stride] for start in starts], dim=2)
        return torch.relu(self.normalise(self.product(frames).transpose(1, 2)).transpose(1, 2))


class AttentiveStatistics(nn.Module):
    """Weighted mean and deviation over time (Okabe et al. 2018); frames without speech start with next to no weight."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.score = nn.Sequential(nn.Linear(channels, 64), nn.Tanh(), nn.Linear(64, channels))

    def forward(self, frames: Tensor, speech: Tensor) -> Tensor:
        share = torch.softmax(self.score(frames) + torch.log(speech + 1e-4), dim=1)
        mean = (share * frames).sum(1)
        variance = (share * frames * frames).sum(1) - mean * mean
        return torch.cat([mean, variance.clamp(min=1e-4).sqrt()], dim=1)


class Compact(nn.Module):
    """A time-delay network (Waibel et al. 1989; dense layers with residuals as in Desplanques et al. 2020, without their gates):
    float32 [batch, time] at 16 kHz to logits [batch, labels]. Training
    keeps what the front end gives and calls `classify`, as nothing in the front end is learnt."""

    def __init__(self, label_count: int, width: int = 128, dropout: float = 0.25) -> None:
        super().__init__()
        self.front_end = FrontEnd()
        self.first = Dense(FEATURES, width, width=5, stride=2)
        self.blocks = nn.ModuleList([Dense(width, width, dilation=dilation) for dilation in (1, 2, 3, 4)])
        mixed = width * 3 // 2
        self.mix = Dense(width * (1 + len(self.blocks)), mixed, width=1)
        self.pool = AttentiveStatistics(mixed)
        self.normalise = nn.BatchNorm1d(2 * mixed)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(2 * mixed, 128)
        self.labels = nn.Linear(128, label_count)

    def classify(self, features: Tensor) -> Tensor:
        """Features and speech weight, [batch, frames, FEATURES + 1], to logits [batch, labels]; while training, parts are masked and shifted."""
        if self.training:
            features = disturbed(features)
        inputs, speech = features.split([FEATURES, 1], dim=2)
        layers = [self.first(inputs)]
        for block in self.blocks:
            layers.append(layers[-1] + self.dropout(block(layers[-1])))
        frames = self.mix(torch.cat(layers, dim=2))
        statistics = self.normalise(self.pool(frames, speech[:, :: self.first.stride]))
        return self.labels(self.dropout(torch.relu(self.hidden(self.dropout(statistics)))))

    def forward(self, audio: Tensor) -> Tensor:
        return self.classify(torch.cat(self.front_end(audio), dim=2))


def disturbed(features: Tensor) -> Tensor:
    """For each clip of a batch: its bands moved up or down a little (a longer or shorter vocal tract), two runs of bands and two
    of frames blanked (SpecAugment, Park et al. 2019). Uses torch's generator."""
    batch, frames, _ = features.shape
    bands = torch.arange(BANDS)
    place = (bands + (torch.rand(batch, 1) * 2 - 1) * SHIFTED_BANDS).clamp(0, BANDS - 1)
    low = place.floor().long().clamp(max=BANDS - 2)
    share = (place - low)[:, None]
    low = low[:, None].expand(batch, frames, BANDS)
    mel = features[:, :, :BANDS]
    mel = mel.gather(2, low) * (1 - share) + mel.gather(2, low + 1) * share
    mel = mel * (~_runs(batch, BANDS, MASKED_BANDS))[:, None]
    return torch.cat([mel, features[:, :, BANDS:]], dim=2) * (~_runs(batch, frames, MASKED_FRAMES))[:, :, None]


def _runs(batch: int, length: int, longest: int) -> Tensor:
    """True in two runs of 0 to `longest` places, bool [batch, length]."""
    places = torch.arange(length)
    masked = torch.zeros(batch, length, dtype=torch.bool)
    for _ in range(2):
        size = torch.randint(0, longest + 1, (batch, 1))
        start = (torch.rand(batch, 1) * (length - size).clamp(min=1)).long()
        masked |= (places >= start) & (places < start + size)
    return masked


def build(label_count: int, *, width: int = 128, dropout: float = 0.25) -> Compact:
    """A network with random weights, from torch's generator. Raises ValueError below two labels."""
    if label_count < 2:
        raise ValueError(f"{label_count} labels: a classifier needs at least 2")
    return Compact(label_count, width, dropout)
