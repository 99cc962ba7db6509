"""Fine-tunes a family on a folder of labelled speech and writes a model folder: `python -m valence_audio.train`.

On a laptop the folders are arguments. As a SageMaker training job (script mode) they come from the environment: SM_CHANNEL_TRAINING
(the corpora), SM_CHANNEL_CHECKPOINT (where to start from), SM_MODEL_DIR (the model folder) and SM_OUTPUT_DATA_DIR (metrics.json and, for
the families that start from a checkpoint, the checkpoint as it is after training).
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from . import families
from .calibration import confidence_curve, fit_temperature, group_weights, low_confidence_threshold
from .export.model_folder import write_model_folder
from .fit import fit, labels_of, logits_of
from .inputs import CONDITIONS, inputs_for
from .manifest import SAMPLING_RATE, VALENCE_OF, VALENCES, Clip, read_audio, read_corpora
from .metrics import confusion, expected_calibration_error, recalls, softmax, unweighted_average_recall, valence_probabilities
from .recipes import recipe_with
from .splits import validation_split

HYPERPARAMETERS = {"epochs": int, "batch": int, "learning_rate": float, "weight_decay": float, "label_smoothing": float,
                   "mixup": float, "crop_seconds": float, "averaging": float, "variants": int, "patience": int, "seed": int}


def arguments(given: Sequence[str] | None, environment: Mapping[str, str]) -> argparse.Namespace:
    """The command line, with what a training job's environment says where the command line is silent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)

    def folder(name: str, variable: str, meaning: str) -> None:
        value = environment.get(variable)
        parser.add_argument(name, type=Path, default=Path(value) if value else None, help=f"{meaning} (in a job: {variable})")

    folder("--data", "SM_CHANNEL_TRAINING", "folder with manifest.csv, or of corpora with one each")
    folder("--out", "SM_MODEL_DIR", "the model folder to write")
    folder("--metrics", "SM_OUTPUT_DATA_DIR", "folder for metrics.json; --out unless given")
    folder("--checkpoint", "SM_CHANNEL_CHECKPOINT", "Hugging Face checkpoint folder; needed by hubert, wav2vec2 and whisper")
    parser.add_argument("--hub-id", help="in place of --checkpoint: a checkpoint's name on the hub")
    parser.add_argument("--cache", type=Path, default=Path("/tmp/valence-audio-features"), help="folder for computed features")
    parser.add_argument("--family", choices=families.FAMILIES, default="compact")
    parser.add_argument("--name", help="the model's name; audio-FAMILY unless given")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--licence", default="not stated", help="of the weights, as an SPDX identifier; the data's licence may bind it")
    parser.add_argument("--validation", type=float, default=0.2, help="share of each corpus's speakers to hold out")
    parser.add_argument("--quantize", choices=("yes", "no"), default="yes")
    parser.add_argument("--freeze", choices=("features", "nothing"), default="features",
                        help="features: the convolutions of a HuBERT or Wav2Vec2 checkpoint stay as they are")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    for name, kind in HYPERPARAMETERS.items():
        # SageMaker hands hyperparameters over as they are named, which may be with either stroke.
        parser.add_argument(f"--{name}", *([f"--{name.replace('_', '-')}"] if "_" in name else []), type=kind)
    parsed = parser.parse_args(given)
    for name, variable in (("data", "SM_CHANNEL_TRAINING"), ("out", "SM_MODEL_DIR")):
        if getattr(parsed, name) is None:
            parser.error(f"no --{name}, and {variable} is not set")
    if parsed.family != "compact" and not (parsed.checkpoint or parsed.hub_id):
        parser.error(f"{parsed.family} starts from a checkpoint: give --checkpoint FOLDER or --hub-id NAME")
    return parsed


def held_out_metrics(clips: Sequence[Clip], held_out: Sequence[int], logits: dict[str, np.ndarray], labels: Sequence[str]) -> dict[str, object]:
    """Temperature, threshold and figures of the speakers held out, under each of CONDITIONS; shares of 1, not percent."""
    truths = np.array([VALENCES.index(clips[i].valence) if clips[i].valence else -1 for i in held_out])
    judged, corpora = truths >= 0, np.array([clips[i].corpus for i in held_out])
    truths, corpora = truths[judged], corpora[judged]
    temperature = fit_temperature(logits["clean"][judged], truths, corpora, labels)
    probabilities = {name: valence_probabilities(softmax(answer[judged], temperature), labels) for name, answer in logits.items()}
    clean = probabilities["clean"]
    curve = confidence_curve(clean, truths, corpora)
    return {
        "speakers": sorted({clips[i].speaker for i in held_out}),
        "clips": int(judged.sum()),
        "unweightedAverageRecall": {name: round(unweighted_average_recall(truths, answer.argmax(1)), 4) for name, answer in probabilities.items()},
        "recall": dict(zip(VALENCES, np.round(recalls(truths, clean.argmax(1), len(VALENCES)), 4).tolist())),
        "confusion": confusion(truths, clean.argmax(1), len(VALENCES)).tolist(),
        "calibrationError": round(expected_calibration_error(truths, clean, group_weights(truths, corpora)), 4),
        "temperature": temperature,
        "confidence": curve,
        "lowConfidenceBelow": low_confidence_threshold(curve),
    }


def train(given: argparse.Namespace) -> dict[str, object]:
    """Trains, judges on the speakers held out, writes the model folder and metrics.json; gives the metrics."""
    torch.set_num_threads(given.threads)
    recipe = recipe_with(given.family, **{name: getattr(given, name) for name in HYPERPARAMETERS})
    torch.manual_seed(recipe.seed)
    clips = read_corpora(given.data)
    labels = labels_of(clips)
    split = validation_split(clips, range(len(clips)), given.validation, recipe.seed)
    module = families.family(given.family)
    start = {} if given.family == "compact" else {"checkpoint": str(given.checkpoint or given.hub_id)}
    network = module.build(len(labels), **start)
    if given.freeze == "features" and given.family in ("hubert", "wav2vec2"):
        network.model.freeze_feature_encoder()
    window = getattr(network, "window_seconds", module.WINDOW_SECONDS)  # a Whisper checkpoint may have its own
    inputs = inputs_for(network, clips, recipe.variants, given.cache, given.threads, shortest=module.MINIMUM_SECONDS, longest=window)
    fitted = fit(network, inputs, clips, split.train, recipe, labels, split.held_out, report=lambda line: print(line, flush=True))
    logits = {condition: logits_of(fitted.network, inputs, split.held_out, condition) for condition in CONDITIONS}
    metrics = {"recipe": asdict(recipe), "history": fitted.history, "heldOut": held_out_metrics(clips, split.held_out, logits, labels)}
    folder = given.metrics or given.out
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n", encoding="utf-8")
    if hasattr(fitted.network, "save_checkpoint"):
        fitted.network.save_checkpoint(folder / "checkpoint", labels)
    figures = metrics["heldOut"]
    write_model_folder(
        fitted.network, given.out, name=given.name or f"audio-{given.family}", version=given.version, family=given.family,
        labels=[(label, VALENCE_OF[label]) for label in labels],
        window_seconds=window, hop_seconds=round(window * module.HOP_SECONDS / module.WINDOW_SECONDS, 3), minimum_seconds=module.MINIMUM_SECONDS,
        quantize=given.quantize == "yes", temperature=figures["temperature"], low_confidence_below=figures["lowConfidenceBelow"],
        scores="calibrated", licence=given.licence,
        agreement_clips=[read_audio(clips[i].path)[: round(window * SAMPLING_RATE)] for i in split.held_out[:: max(1, len(split.held_out) // 200)]],
        statements={"figures": f"unweighted average recall of {figures['clips']} clips of {len(figures['speakers'])} speakers: {figures['unweightedAverageRecall']}"},
    )
    return metrics


def main() -> None:
    metrics = train(arguments(None, os.environ))
    # SageMaker reads metrics out of the log by pattern; see docs/audio-training.md.
    print(f"held_out_recall={metrics['heldOut']['unweightedAverageRecall']['clean']}", flush=True)


if __name__ == "__main__":
    main()
