"""Cross-validates a family with speakers held out, beside the baseline on the same folds: `python -m valence_audio.cross_validate`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch

from . import families
from .baseline import clip_features, support_vectors
from .calibration import confidence_curve, fit_temperature, group_weights, low_confidence_threshold
from .fit import fit, labels_of, logits_of
from .inputs import CONDITIONS, inputs_for
from .manifest import VALENCES, Clip, read_audio, read_corpora
from .metrics import expected_calibration_error, recalls, softmax, unweighted_average_recall, valence_probabilities
from .recipes import Recipe, recipe_with
from .splits import Split, speaker_folds


def held_out_logits(clips: Sequence[Clip], folds: Sequence[Split], recipe: Recipe, cache: Path, processes: int, threads: int = 1) -> dict[str, np.ndarray]:
    """For each of CONDITIONS, logits [clips, labels] of each clip, from the network that never heard its speaker. All corpora are in
    each network's training; every fold runs the recipe's epochs to the end, so that nothing is chosen on the speakers it is judged by."""
    torch.manual_seed(recipe.seed)
    inputs_for(families.family(recipe.family).build(len(labels_of(clips))), clips, recipe.variants, cache, processes)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        work = partial(_fold, clips=clips, folds=folds, recipe=recipe, cache=cache, threads=threads)
        answers = list(pool.map(work, range(len(folds))))
    return {condition: _joined([answer[condition] for answer in answers], folds) for condition in CONDITIONS}


def _fold(number: int, *, clips: Sequence[Clip], folds: Sequence[Split], recipe: Recipe, cache: Path, threads: int) -> dict[str, np.ndarray]:
    torch.set_num_threads(threads)
    torch.manual_seed(recipe.seed)
    labels = labels_of(clips)
    network = families.family(recipe.family).build(len(labels))
    inputs = inputs_for(network, clips, recipe.variants, cache)
    fitted = fit(network, inputs, clips, folds[number].train, recipe, labels, report=lambda line: print(f"fold {number + 1}: {line}", flush=True))
    return {condition: logits_of(fitted.network, inputs, folds[number].held_out, condition) for condition in CONDITIONS}


def baseline_guesses(clips: Sequence[Clip], folds: Sequence[Split], processes: int) -> np.ndarray:
    """Valence numbers [clips] from the baseline of the clip's own corpus, trained on the same folds without the clip's speaker; -1 without valence."""
    truths, corpora = truths_of(clips), np.array([clip.corpus for clip in clips])
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        features = np.stack(list(pool.map(_baseline_features, clips, chunksize=16)))
    guesses = np.full(len(clips), -1)
    for fold in folds:
        for corpus in np.unique(corpora):
            train, test = (np.array([i for i in side if corpora[i] == corpus and truths[i] >= 0]) for side in (fold.train, fold.held_out))
            guesses[test] = support_vectors().fit(features[train], truths[train]).predict(features[test])
    return guesses


def _baseline_features(clip: Clip) -> np.ndarray:
    return clip_features(read_audio(clip.path))


def figures(clips: Sequence[Clip], folds: Sequence[Split], logits: dict[str, np.ndarray], baseline: np.ndarray, recipe: Recipe) -> dict[str, object]:
    """Everything that is reported, as JSON values; recalls in percent. Recalls do not depend on the temperature: it moves no maximum
    of the three valences by more than it changes their emotions' sum, and is in place when they are counted."""
    labels, truths, corpora = labels_of(clips), truths_of(clips), np.array([clip.corpus for clip in clips])
    judged = truths >= 0
    temperature = fit_temperature(logits["clean"][judged], truths[judged], corpora[judged], labels)
    probabilities = {name: valence_probabilities(softmax(answer, temperature), labels) for name, answer in logits.items()}
    plain = valence_probabilities(softmax(logits["clean"]), labels)
    guesses = {**{name: answer.argmax(1) for name, answer in probabilities.items()}, "baseline": baseline}
    weights = group_weights(truths[judged], corpora[judged])
    curve = confidence_curve(probabilities["clean"][judged], truths[judged], corpora[judged])
    return {
        "recipe": asdict(recipe),
        "folds": [sorted({clips[i].speaker for i in fold.held_out}) for fold in folds],
        "corpora": {corpus: _corpus_figures(truths, guesses, corpora == corpus, folds) for corpus in np.unique(corpora).tolist()},
        "temperature": temperature,
        "calibrationError": {
            "before": round(expected_calibration_error(truths[judged], plain[judged], weights), 4),
            "after": round(expected_calibration_error(truths[judged], probabilities["clean"][judged], weights), 4),
        },
        "confidence": curve,
        "lowConfidenceBelow": low_confidence_threshold(curve),
    }


def _corpus_figures(truths: np.ndarray, guesses: dict[str, np.ndarray], members: np.ndarray, folds: Sequence[Split]) -> dict[str, object]:
    kept = members & (truths >= 0)
    result: dict[str, object] = {"clips": int(kept.sum())}
    for name, guess in guesses.items():
        each = []
        for fold in folds:
            place = np.array([i for i in fold.held_out if kept[i]])
            each.append(unweighted_average_recall(truths[place], guess[place]))
        result[name] = {
            "unweightedAverageRecall": _percent(unweighted_average_recall(truths[kept], guess[kept])),
            "meanOfFolds": _percent(np.mean(each)),
            "deviationOfFolds": _percent(np.std(each)),
            "folds": [_percent(one) for one in each],
            "recall": dict(zip(VALENCES, map(_percent, recalls(truths[kept], guess[kept], len(VALENCES))))),
        }
    return result


def truths_of(clips: Sequence[Clip]) -> np.ndarray:
    """Valence numbers [clips]; -1 for surprise."""
    return np.array([VALENCES.index(clip.valence) if clip.valence else -1 for clip in clips])


def table(found: dict) -> str:
    """Markdown: a row a corpus and condition, the baseline last."""
    lines = ["| set | condition | unweighted average recall | mean ± deviation of folds | positive | neutral | negative |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for corpus, rows in found["corpora"].items():
        for name in (*CONDITIONS, "baseline"):
            row = rows[name]
            classes = " | ".join(str(row["recall"][valence]) for valence in VALENCES)
            title = "MFCC + SVM, clean" if name == "baseline" else name
            lines.append(f"| {corpus} | {title} | {row['unweightedAverageRecall']} | {row['meanOfFolds']} ± {row['deviationOfFolds']} | {classes} |")
    return "\n".join(lines)


def _percent(share: float) -> float:
    return round(100 * float(share), 1)


def _joined(parts: Sequence[np.ndarray], folds: Sequence[Split]) -> np.ndarray:
    whole = np.full((sum(len(part) for part in parts), parts[0].shape[1]), np.nan, dtype=np.float32)
    for part, fold in zip(parts, folds):
        whole[fold.held_out] = part
    return whole


def cross_validate(clips: Sequence[Clip], count: int, recipe: Recipe, cache: Path, processes: int) -> dict[str, object]:
    """Folds, networks, baseline and figures; see `figures`."""
    folds = speaker_folds(clips, count, recipe.seed)
    logits = held_out_logits(clips, folds, recipe, cache, processes)
    np.savez(cache / "held-out-logits.npz", **logits)
    return figures(clips, folds, logits, baseline_guesses(clips, folds, processes), recipe)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/audio"), help="folder of corpora, each with manifest.csv")
    parser.add_argument("--cache", type=Path, required=True, help="folder for features, about 2 GB, outside the repository")
    parser.add_argument("--out", type=Path, help="write the figures there as JSON")
    parser.add_argument("--family", choices=families.FAMILIES, default="compact")
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--processes", type=int, default=2, help="folds trained at a time, one thread each")
    given = parser.parse_args()
    found = cross_validate(read_corpora(given.data), given.folds, recipe_with(given.family, epochs=given.epochs, seed=given.seed), given.cache, given.processes)
    if given.out:
        given.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(table(found))


if __name__ == "__main__":
    main()
