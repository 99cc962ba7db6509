"""Hubert with a classification head (`HubertForSequenceClassification`)."""

from __future__ import annotations

from transformers import HubertForSequenceClassification, PretrainedConfig, Wav2Vec2FeatureExtractor

from .pretrained import WaveformClassifier, load_extractor, load_model

# Self-attention's memory grows with the square of the length; the segments of a recording are at most 10 s long.
WINDOW_SECONDS = 10.0
HOP_SECONDS = 8.0
MINIMUM_SECONDS = 0.4


def build(
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
    model = load_model(HubertForSequenceClassification, label_count, checkpoint=checkpoint, config=config, require_head=require_head)
    extractor = load_extractor(Wav2Vec2FeatureExtractor, checkpoint) if checkpoint else Wav2Vec2FeatureExtractor(do_normalize=True)
    return WaveformClassifier(model, extractor)
