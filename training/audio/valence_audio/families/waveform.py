"""What HuBERT and Wav2Vec2 share: they read the waveform, by one feature extractor, in windows of one length."""

from __future__ import annotations

import torch
from transformers import PretrainedConfig, PreTrainedModel, Wav2Vec2FeatureExtractor

from .pretrained import PretrainedClassifier, load_extractor, load_model

# Self-attention's memory grows with the square of the length; the segments of a recording are at most 10 s long.
WINDOW_SECONDS = 10.0
HOP_SECONDS = 8.0
MINIMUM_SECONDS = 0.4


class WaveformClassifier(PretrainedClassifier):
    """HuBERT and Wav2Vec2: the waveform itself, normalised to zero mean and unit variance where the extractor says so."""

    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        if self.extractor.do_normalize:
            # Wav2Vec2FeatureExtractor.zero_mean_unit_var_norm: population variance, 1e-7 under the root.
            audio = audio - audio.mean(dim=1, keepdim=True)
            audio = audio / torch.sqrt(audio.square().mean(dim=1, keepdim=True) + 1e-7)
        return self.model(audio).logits


def build_waveform_classifier(
    model_class: type[PreTrainedModel],
    label_count: int,
    *,
    checkpoint: str | None = None,
    config: PretrainedConfig | None = None,
    require_head: bool = False,
) -> WaveformClassifier:
    """A classifier of audio float32 [batch, time] at 16 kHz into logits [batch, label_count].

    `checkpoint` is a folder or a hub id with a preprocessor_config.json; `config` gives random weights and normalised audio.
    Raises `CheckpointError` when weights are missing (with `require_head`, the head's too).
    """
    model = load_model(model_class, label_count, checkpoint=checkpoint, config=config, require_head=require_head)
    extractor = load_extractor(Wav2Vec2FeatureExtractor, checkpoint) if checkpoint else Wav2Vec2FeatureExtractor(do_normalize=True)
    return WaveformClassifier(model, extractor)
