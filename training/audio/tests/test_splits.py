from __future__ import annotations

from pathlib import Path

import pytest

from valence_audio.manifest import Clip
from valence_audio.splits import Split, SplitError, check_split, speaker_folds, validation_split


def clips(speakers: dict[str, int], corpus: str = "one") -> list[Clip]:
    return [
        Clip(Path(f"{speaker}-{take}.wav"), corpus, speaker, "female" if place % 2 else "male", "happy", "en", 1.0)
        for place, speaker in enumerate(speakers)
        for take in range(speakers[speaker])
    ]


BOTH = clips({f"a{number}": 3 for number in range(7)}) + clips({f"b{number}": 2 for number in range(5)}, "two")


def test_holds_each_clip_out_once_and_no_speaker_is_on_both_sides() -> None:
    folds = speaker_folds(BOTH, 3)

    assert sorted(place for fold in folds for place in fold.held_out) == list(range(len(BOTH)))
    for fold in folds:
        assert sorted(fold.train + fold.held_out) == list(range(len(BOTH)))
        assert not {BOTH[i].speaker for i in fold.train} & {BOTH[i].speaker for i in fold.held_out}
        assert {BOTH[i].corpus for i in fold.held_out} == {"one", "two"}


def test_every_fold_holds_out_voices_of_both_genders() -> None:
    voices = clips({f"a{number}": 1 for number in range(8)})

    assert all({voices[i].gender for i in fold.held_out} == {"female", "male"} for fold in speaker_folds(voices, 4))


def test_the_seed_decides() -> None:
    assert speaker_folds(BOTH, 3, seed=1) == speaker_folds(BOTH, 3, seed=1)
    assert speaker_folds(BOTH, 3, seed=1) != speaker_folds(BOTH, 3, seed=2)


def test_refuses_a_speaker_on_two_sides_by_name() -> None:
    with pytest.raises(SplitError, match="heard on both sides: one/a0"):
        check_split(BOTH, Split([0, 5], [1, 8]))


def test_refuses_an_empty_side() -> None:
    with pytest.raises(SplitError, match="0 held out"):
        check_split(BOTH, Split([0], []))


@pytest.mark.parametrize("count", [1, 6])
def test_refuses_more_folds_than_a_corpus_has_speakers(count: int) -> None:
    with pytest.raises(SplitError, match=f"{count} folds of the"):
        speaker_folds(BOTH, count)


def test_validation_holds_out_speakers_of_each_corpus_among_those_given() -> None:
    among = [i for i, clip in enumerate(BOTH) if clip.speaker not in ("a0", "b0")]

    split = validation_split(BOTH, among, share=0.25)

    assert sorted(split.train + split.held_out) == among
    assert {BOTH[i].corpus for i in split.held_out} == {"one", "two"}


def test_one_speaker_can_not_be_validated_on() -> None:
    with pytest.raises(SplitError, match="one speaker"):
        validation_split(BOTH, range(3))
