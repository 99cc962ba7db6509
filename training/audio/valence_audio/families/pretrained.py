"""What the families that come from Hugging Face checkpoints share: loading without silent gaps, saving."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel, SequenceFeatureExtractor

SAMPLING_RATE = 16_000

# A checkpoint that was never fine-tuned has no head; the masking vector is used in training only.
HEAD = ("projector.", "classifier.", "layer_weights")
TRAINING_ONLY = "masked_spec_embed"


class CheckpointError(ValueError):
    """A checkpoint that can't be used as it is: the message names the folder or id, what is wrong and what to do."""


def load_model(
    model_class: type[PreTrainedModel],
    label_count: int,
    *,
    checkpoint: str | None,
    config: PretrainedConfig | None,
    require_head: bool,
) -> PreTrainedModel:
    """A model in fp32 and evaluation mode, from a checkpoint (local folder or hub id) or, with random weights, from a config.

    With `require_head` the classification head must come from the checkpoint; without it a new head of `label_count`
    labels is made where the checkpoint has none or one of another size. Any other weight that is missing is an error:
    transformers would fill it with random numbers and only log a warning.
    """
    if label_count < 2:
        raise ValueError(f"label_count is {label_count}: a classifier needs at least 2 labels.")
    if (checkpoint is None) == (config is None):
        raise ValueError("Give either a checkpoint (folder or hub id) or a config (random weights), not both and not neither.")
    if config is not None:
        own = copy.deepcopy(config)
        if own.num_labels != label_count:
            own.num_labels = label_count
        return model_class(own).float().eval()
    own = _checkpoint_config(model_class, str(checkpoint))
    if own.num_labels != label_count:
        if require_head:
            raise CheckpointError(f"{checkpoint}: its head has {own.num_labels} labels, but {label_count} were asked for.")
        own.num_labels = label_count
    model, loaded = model_class.from_pretrained(
        checkpoint, config=own, dtype=torch.float32, output_loading_info=True, ignore_mismatched_sizes=True
    )
    gaps = {*loaded["missing_keys"], *(key for key, *_ in loaded["mismatched_keys"])}
    gaps = sorted(key for key in gaps if not key.endswith(TRAINING_ONLY))
    body = [key for key in gaps if not key.startswith(HEAD)]
    if body or (gaps and require_head):
        names = ", ".join((body or gaps)[:3])
        raise CheckpointError(
            f"{checkpoint}: {len(body or gaps)} weights of {model_class.__name__} are missing or have another shape ({names}). "
            + ("It is not a checkpoint of this family." if body else "It has no classification head: fine-tune it first.")
        )
    return model.eval()


def _checkpoint_config(model_class: type[PreTrainedModel], checkpoint: str) -> PretrainedConfig:
    kinds = PretrainedConfig.get_config_dict(checkpoint)[0]
    wanted = model_class.config_class.model_type
    if kinds.get("model_type") != wanted:
        raise CheckpointError(f"{checkpoint}: its config.json says model_type {kinds.get('model_type')!r}, but this family is {wanted!r}.")
    return model_class.config_class.from_pretrained(checkpoint)


def load_extractor(extractor_class: type[SequenceFeatureExtractor], checkpoint: str) -> SequenceFeatureExtractor:
    """The checkpoint's own feature extractor; it must be there, because its settings change every answer."""
    try:
        extractor = extractor_class.from_pretrained(checkpoint)
    except OSError as error:
        raise CheckpointError(
            f"{checkpoint}: no preprocessor_config.json. Copy it from the checkpoint this one was fine-tuned from: "
            "it says whether audio is normalised."
        ) from error
    if extractor.sampling_rate != SAMPLING_RATE:
        raise CheckpointError(f"{checkpoint}: it expects {extractor.sampling_rate} Hz; only {SAMPLING_RATE} Hz is served. Fine-tune a 16 kHz checkpoint.")
    return extractor


class PretrainedClassifier(nn.Module):
    """A Hugging Face classifier with its preprocessing inside: audio float32 [batch, time] at 16 kHz → logits [batch, labels]."""

    def __init__(self, model: PreTrainedModel, extractor: SequenceFeatureExtractor) -> None:
        super().__init__()
        self.model = model
        self.extractor = extractor

    def save_checkpoint(self, folder: str | Path, labels: list[str]) -> None:
        """Write a checkpoint folder that transformers, `build` and the export command read; `labels` in the order of the logits."""
        if len(labels) != self.model.config.num_labels:
            raise ValueError(f"{len(labels)} labels for {self.model.config.num_labels} outputs: {labels}.")
        self.model.config.id2label = dict(enumerate(labels))
        self.model.config.label2id = {label: index for index, label in enumerate(labels)}
        self.model.save_pretrained(folder)
        self.extractor.save_pretrained(folder)
