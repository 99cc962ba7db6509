"""python -m valence_audio.export CHECKPOINT --out FOLDER: a Hugging Face checkpoint into a model folder. See docs/audio-models.md."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from transformers.utils import logging

from .checkpoint import export_checkpoint, read_clips


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m valence_audio.export", description=__doc__)
    parser.add_argument("checkpoint", help="folder or hub id of a HuBERT, Wav2Vec2 or Whisper audio classifier")
    parser.add_argument("--out", required=True, metavar="FOLDER")
    parser.add_argument("--name", help="default: from the checkpoint's name")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--labels", metavar="FILE.json", help='{"label": "positive" | "neutral" | "negative" | null} for labels not known here')
    parser.add_argument("--no-quantize", action="store_true", help="keep the matrix products in fp32")
    parser.add_argument("--clips", metavar="FOLDER", help="recordings (16 kHz mono) to compare int8 with fp32 on; default: made sounds")
    parser.add_argument("--window", type=float, metavar="SECONDS", help="default: 10, or what a Whisper checkpoint was fine-tuned with")
    parser.add_argument("--temperature", type=float, metavar="T", help="divides the logits; fitted on held-out data")
    parser.add_argument("--low-confidence", type=float, default=0.5, metavar="P")
    parser.add_argument("--licence", metavar="SPDX", help="default: what the checkpoint's README says")
    parser.add_argument("--card", metavar="FILE.json", help='what the card says: {"use", "data", "figures", "limits"}, Markdown each')
    options = parser.parse_args(arguments)
    # What its load report warns of is an error here, and a progress bar is none of the answer.
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        manifest = export_checkpoint(
            options.checkpoint,
            options.out,
            name=options.name,
            version=options.version,
            label_valences=_json(options.labels),
            quantize=not options.no_quantize,
            window_seconds=options.window,
            temperature=options.temperature,
            low_confidence_below=options.low_confidence,
            clips=read_clips(options.clips) if options.clips and not options.no_quantize else None,
            licence=options.licence,
            statements=_json(options.card),
        )
    except (ValueError, OSError) as error:
        print(f"export: {error}", file=sys.stderr)
        return 1
    print(_summary(options.out, manifest, made_clips=not options.clips))
    return 0


def _json(path: str | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: not JSON ({error}).") from error
    if not isinstance(found, dict):
        raise ValueError(f"{path}: it must be one JSON object.")
    return found


def _summary(folder: str, manifest: dict[str, Any], made_clips: bool) -> str:
    lines = [
        f"{folder}: {manifest['name']} {manifest['version']} ({manifest['family']}, {manifest['files']['model.onnx']['bytes'] / 1e6:.1f} MB)",
        "labels: " + ", ".join(f"{label['name']} → {label['valence'] or 'dropped'}" for label in manifest["labels"]),
        f"window {manifest['windowSeconds']:g} s, hop {manifest['hopSeconds']:g} s, minimum {manifest['minimumSeconds']:g} s; licence: {manifest['licence']}",
    ]
    if manifest["quantization"] != "none":
        found = manifest["agreement"]
        lines.append(
            f"int8: {found['labels']:.1%} of the labels of {found['clips']} clips as fp32, probabilities within {found['largestDifference']:.4f}"
            + (" (made sounds: give --clips with recordings of your domain)" if made_clips else "")
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
