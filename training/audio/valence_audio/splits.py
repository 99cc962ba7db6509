"""Splits by speaker: no voice is on two sides, ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .manifest import Clip


class SplitError(ValueError):
    """A split that would let a speaker be heard in training and in judgement, or that has an empty side."""


@dataclass(frozen=True)
class Split:
    """Positions in the list of clips, ascending."""

    train: list[int]
    held_out: list[int]


def check_split(clips: Sequence[Clip], split: Split) -> Split:
    """Gives the split back. Raises SplitError when a speaker is on both sides or a side is empty."""
    sides = [{(clips[i].corpus, clips[i].speaker) for i in side} for side in (split.train, split.held_out)]
    shared = sides[0] & sides[1]
    if shared:
        names = ", ".join(f"{corpus}/{speaker}" for corpus, speaker in sorted(shared))
        raise SplitError(f"heard on both sides: {names}; put all clips of a speaker on one")
    if not split.train or not split.held_out:
        raise SplitError(f"{len(split.train)} clips to train on and {len(split.held_out)} held out; each side needs some")
    return split


def speaker_folds(clips: Sequence[Clip], count: int, seed: int = 0) -> list[Split]:
    """`count` folds. In each corpus the speakers are dealt out over the folds, first one gender, then the other, in an order
    drawn from the seed: each speaker is held out once, and each fold holds out voices of each corpus. Raises SplitError."""
    fold_of: dict[tuple[str, str], int] = {}
    generator = np.random.default_rng(seed)
    for corpus in sorted({clip.corpus for clip in clips}):
        gender_of = {clip.speaker: clip.gender for clip in clips if clip.corpus == corpus}
        if not 2 <= count <= len(gender_of):
            raise SplitError(f"{count} folds of the {len(gender_of)} speakers of {corpus}; ask for 2 to {len(gender_of)}")
        dealt = sorted(gender_of)
        generator.shuffle(dealt)
        dealt.sort(key=lambda speaker: gender_of[speaker])
        fold_of |= {(corpus, speaker): place % count for place, speaker in enumerate(dealt)}
    places = np.array([fold_of[clip.corpus, clip.speaker] for clip in clips])
    return [
        check_split(clips, Split(np.flatnonzero(places != fold).tolist(), np.flatnonzero(places == fold).tolist()))
        for fold in range(count)
    ]


def validation_split(clips: Sequence[Clip], among: Sequence[int], share: float = 0.2, seed: int = 0) -> Split:
    """Holds out whole speakers, at least one and about `share` of those of each corpus, from the clips at the positions `among`."""
    subset = [clips[i] for i in among]
    speakers = [len({clip.speaker for clip in subset if clip.corpus == corpus}) for corpus in {clip.corpus for clip in subset}]
    if not speakers or min(speakers) < 2:
        raise SplitError("a corpus with one speaker can't be split by speaker; give two or more, or train without validation")
    fold = speaker_folds(subset, max(2, min(round(1 / share), min(speakers))), seed)[0]
    return check_split(clips, Split([among[i] for i in fold.train], [among[i] for i in fold.held_out]))
