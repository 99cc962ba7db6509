"""Hubert with a classification head (`HubertForSequenceClassification`)."""

from functools import partial

from transformers import HubertForSequenceClassification

from .waveform import HOP_SECONDS, MINIMUM_SECONDS, WINDOW_SECONDS, build_waveform_classifier

__all__ = ["HOP_SECONDS", "MINIMUM_SECONDS", "WINDOW_SECONDS", "build"]

build = partial(build_waveform_classifier, HubertForSequenceClassification)
