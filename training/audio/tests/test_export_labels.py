"""Labels become valences by name, whatever their order, and an unknown one is never guessed."""

from __future__ import annotations

import random

import pytest

from valence_audio.export.labels import LabelError, with_valence

# What the four data sets and SUPERB call them.
EXPECTED = {
    "happy": "positive",
    "joy": "positive",
    "neutral": "neutral",
    "calm": "neutral",
    "angry": "negative",
    "anger": "negative",
    "sad": "negative",
    "sadness": "negative",
    "fear": "negative",
    "fearful": "negative",
    "disgust": "negative",
    "surprise": None,
    "surprised": None,
    "neu": "neutral",
    "hap": "positive",
    "ang": "negative",
    "positive": "positive",
    "negative": "negative",
}


@pytest.mark.parametrize("seed", range(5))
def test_every_known_label_in_any_order_keeps_its_place(seed: int) -> None:
    names = random.Random(seed).sample(list(EXPECTED), len(EXPECTED))

    assert with_valence(names) == [(name, EXPECTED[name]) for name in names]


def test_case_and_spaces_do_not_matter_and_the_name_is_kept() -> None:
    assert with_valence([" Happy", "SAD"]) == [(" Happy", "positive"), ("SAD", "negative")]


def test_an_unknown_label_is_an_error_that_says_how_to_name_it() -> None:
    with pytest.raises(LabelError, match=r"boredom, LABEL_3 is not known. Give --labels .*\"boredom\""):
        with_valence(["happy", "boredom", "sad", "LABEL_3"])


def test_the_given_map_goes_first() -> None:
    assert with_valence(["happy", "boredom", "surprise"], {"boredom": "negative", "happy": None}) == [
        ("happy", None),
        ("boredom", "negative"),
        ("surprise", None),
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [({"hapy": "positive"}, "hapy, which the model doesn't have; its labels are happy, sad"), ({"sad": "bad"}, "'sad' the valence 'bad'")],
)
def test_a_map_that_does_not_fit_is_an_error(given: dict[str, str], message: str) -> None:
    with pytest.raises(LabelError, match=message):
        with_valence(["happy", "sad"], given)
