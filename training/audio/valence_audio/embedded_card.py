"""The card of the embedded model: the figures come from figures.json, the rest is said here once."""

from __future__ import annotations

from .cross_validate import table
from .manifest import VALENCE_OF

LICENCE = "CC-BY-NC-SA-4.0"

LICENCE_TEXT = """The files of this folder (weights, manifest, card, golden clips) are licensed under the
Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International Public License:
https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode

They are not under the licence of the rest of this repository. The weights were learnt from two corpora under the same
licence, which therefore binds them: no commercial use, attribution, and the same licence for what is made of them.

- RAVDESS: S. R. Livingstone and F. A. Russo, "The Ryerson Audio-Visual Database of Emotional Speech and Song", PLoS ONE 13(5), 2018.
- nEMO: I. Christop, "nEMO: Dataset of Emotional Speech in Polish", LREC-COLING 2024.

No recording of either corpus is in this folder: the golden clips are synthesized.
For commercial use train on data you have the rights to: docs/audio-training.md.
"""


def embedded_card(figures: dict, labels: list[str], parameters: int) -> str:
    """Markdown, from what `cross_validate.figures` gives."""
    speakers = [speaker for fold in figures["folds"] for speaker in fold]
    corpora = {corpus: sum(1 for speaker in speakers if speaker.startswith(corpus)) for corpus in figures["corpora"]}
    counted = ", ".join(f"{corpus} {rows['clips']} clips of {corpora[corpus]} speakers" for corpus, rows in figures["corpora"].items())
    curve = "\n".join(f"| {point['threshold']:.2f} | {100 * point['coverage']:.0f} % | {100 * point['recall']:.1f} |" for point in figures["confidence"])
    rows = "\n".join(f"| {label} | {VALENCE_OF[label] or 'dropped'} |" for label in labels)
    error = figures["calibrationError"]
    return f"""# The embedded audio model

Hears the valence of a stretch of speech: positive, neutral or negative. {parameters:,} weights: a time-delay network on log-mel bands,
a pitch-gram and the level, with all of it in the graph. It makes the local stage answer without an account; it is **not** a model to
decide about people with, and not for commercial use (LICENSE).

| label | valence |
| --- | --- |
{rows}

## Data
RAVDESS (English, two fixed sentences) and nEMO (Polish, read sentences), both acted in studios, both CC BY-NC-SA 4.0. The one network
learns from both; happy is positive, neutral and calm are neutral, sad, angry, fear and disgust are negative, surprise is learnt as a label of
its own and then left out. Clips were varied in speed, level and noise, and sent through a telephone's band in training.

## Figures
{len(figures["folds"])}-fold cross-validation with speakers held out: {counted} with a valence, each judged by a network that
never heard its speaker. The design was settled while looking at one fold of another division of the same speakers. These folds were looked at twice: half
the epochs gave 70.1 on ravdess and 56.6 on nemo, where 70 and 58 were aimed at, so the training was doubled once; the figures are that much
too kind. Unweighted average recall in percent (chance: 33.3); the folds' own mean and deviation beside it; recall of each valence.
The baseline (MFCC and pitch statistics, RBF support vectors) learns each corpus alone, on the same folds, without
the telephone and the noise; its two settings are the best of six pairs tried on these very speakers.
`telephone`: 300-3,400 Hz, 8 kHz, µ-law. `noise10dB`: pink noise at an SNR of 10 dB.

{table(figures)}

The shipped network learnt from all speakers with the same recipe, so its own figure can't be measured on these corpora.

## Confidence
The temperature {figures["temperature"]} was fitted on the held-out answers, with every corpus and valence weighing the same: expected
calibration error {error["before"]} before and {error["after"]} after, measured on those same answers. Where neutral speech is far more common than
the rest, as in most calls, the probabilities of the rarer valences are too high.

| highest valence at least | coverage | recall of what is left |
| --- | --- | --- |
{curve}

Below {figures["lowConfidenceBelow"]}, the lowest of these with a recall of 70 above it, an answer is marked `low_confidence`.

## What is not known
- Real calls, spontaneous speech, customers: never heard, never measured. Acted feelings are louder than real ones; expect less.
- Any language but English and Polish; in English any sentence but two; children and old people; singing, crosstalk, music on hold.
- Whether it does equally well for all voices: {len(speakers)} speakers are too few to say. The spread over the folds hints at how much it depends on them.
"""
