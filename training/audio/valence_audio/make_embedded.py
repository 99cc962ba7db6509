"""Makes the model folder that the local stage uses: `python -m valence_audio.make_embedded --data … --out models/embedded-audio`.

Cross-validates (figures, temperature, threshold), trains on all speakers with the same recipe, exports. About 40 minutes on two cores.
`--check` trains again and compares with the folder instead of writing it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from .cross_validate import cross_validate, table
from .embedded_card import LICENCE, LICENCE_TEXT, embedded_card
from .export.model_folder import write_model_folder
from .families import compact
from .fit import fit, labels_of
from .inputs import inputs_for
from .manifest import VALENCE_OF, Clip, read_audio, read_corpora
from .metrics import valence_probabilities
from .recipes import RECIPES

NAME, VERSION = "embedded-audio", "1.0.0"
FOLDS, MOST_BYTES, AGREEMENT_CLIPS = 4, 3_000_000, 200
SAME_VALENCE = 0.9  # another processor rounds otherwise, and training magnifies it: bytes differ, answers hardly


def trained(clips: Sequence[Clip], cache: Path, processes: int) -> nn.Module:
    """The network, trained on all clips by the recipe, one thread: the same bytes on the same processor and versions."""
    recipe, labels = RECIPES["compact"], labels_of(clips)
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    network = compact.build(len(labels))
    inputs = inputs_for(network, clips, recipe.variants, cache, processes)
    return fit(network, inputs, clips, range(len(clips)), recipe, labels, report=lambda line: print(line, flush=True)).network


def write(network: nn.Module, clips: Sequence[Clip], figures: dict, folder: Path) -> None:
    """The model folder with figures.json. Raises ValueError above MOST_BYTES, ExportError as `write_model_folder` does."""
    labels = labels_of(clips)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    manifest = write_model_folder(
        network, folder, name=NAME, version=VERSION, family="compact",
        labels=[(label, VALENCE_OF[label]) for label in labels],
        window_seconds=compact.WINDOW_SECONDS, hop_seconds=compact.HOP_SECONDS, minimum_seconds=compact.MINIMUM_SECONDS,
        quantize=True, temperature=figures["temperature"], low_confidence_below=figures["lowConfidenceBelow"], scores="calibrated",
        licence=LICENCE, licence_text=LICENCE_TEXT, card=embedded_card(figures, labels, parameters),
        agreement_clips=[read_audio(clips[i].path) for i in _spread(len(clips))],
    )
    (folder / "figures.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    size = manifest["files"]["model.onnx"]["bytes"]
    print(f"{folder}: model.onnx {size:,} bytes, int8 agrees with fp32 on {manifest['agreement']['labels']:.1%} of {manifest['agreement']['clips']} clips")
    if size > MOST_BYTES:
        raise ValueError(f"model.onnx has {size:,} bytes, more than {MOST_BYTES:,}; make the network narrower")


def differences(shipped: Path, made: Path, clips: Sequence[Clip]) -> list[str]:
    """What speaks against `shipped` being what this program makes; empty when nothing does."""
    if (shipped / "model.onnx").read_bytes() == (made / "model.onnx").read_bytes():
        print("the same graph, byte for byte")
    found = [key for key in ("labels", "windowSeconds", "hopSeconds", "minimumSeconds", "lowConfidenceBelow", "licence", "version")
             if json.loads((shipped / "model.json").read_text())[key] != json.loads((made / "model.json").read_text())[key]]
    labels = labels_of(clips)
    audio = [read_audio(clips[i].path) for i in _spread(len(clips))]
    guesses = []
    for folder in (shipped, made):
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        guesses.append(valence_probabilities(np.concatenate([session.run(["probs"], {"audio": one[None]})[0] for one in audio]), labels).argmax(1))
    same = float(np.mean(guesses[0] == guesses[1]))
    print(f"the same valence on {same:.1%} of {len(audio)} clips")
    return [f"model.json differs in {key}" for key in found] + ([] if same >= SAME_VALENCE else [f"the same valence on {same:.1%} only"])


def _spread(count: int) -> range:
    return range(0, count, max(1, count // AGREEMENT_CLIPS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/audio"))
    parser.add_argument("--out", type=Path, default=Path("models/embedded-audio"))
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "valence-audio-features", help="folder for features, about 2 GB")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--figures", type=Path, help="figures of an earlier cross-validation with the same recipe, in place of a new one")
    parser.add_argument("--check", action="store_true", help="train again and compare with the folder; its figures are taken as they are")
    given = parser.parse_args()
    clips = read_corpora(given.data)
    known = given.out / "figures.json" if given.check else given.figures
    figures = json.loads(known.read_text()) if known else cross_validate(clips, FOLDS, RECIPES["compact"], given.cache, given.processes)
    if figures["recipe"] != asdict(RECIPES["compact"]):
        sys.exit(f"{known}: made with another recipe than recipes.py has now; cross-validate again")
    network = trained(clips, given.cache, given.processes)
    if not given.check:
        write(network, clips, figures, given.out)
        print(table(figures))
        return
    with tempfile.TemporaryDirectory() as made:
        write(network, clips, figures, Path(made))
        against = differences(given.out, Path(made), clips)
    if against:
        sys.exit("\n".join(against))


if __name__ == "__main__":
    main()
