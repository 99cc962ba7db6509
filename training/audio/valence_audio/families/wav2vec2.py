"""Wav2Vec2 with a classification head (`Wav2Vec2ForSequenceClassification`)."""

from functools import partial

from transformers import Wav2Vec2ForSequenceClassification

from .waveform import HOP_SECONDS, MINIMUM_SECONDS, WINDOW_SECONDS, build_waveform_classifier

__all__ = ["HOP_SECONDS", "MINIMUM_SECONDS", "WINDOW_SECONDS", "build"]

build = partial(build_waveform_classifier, Wav2Vec2ForSequenceClassification)
