from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from corpus import write_corpus

from valence_audio import inputs as module
from valence_audio.families import compact
from valence_audio.inputs import CONDITIONS, CompactFeatures, Waveforms, inputs_for
from valence_audio.manifest import read_audio, read_corpora


def test_features_kept_on_disk_are_what_the_network_hears(tmp_path: Path) -> None:
    clips = read_corpora(write_corpus(tmp_path / "data", speakers=1, clips=1))
    network = compact.build(3).eval()
    kept = inputs_for(network, clips, 2, tmp_path / "cache")
    assert isinstance(kept, CompactFeatures)

    with torch.no_grad():
        heard = network(torch.from_numpy(read_audio(clips[1].path))[None])
        stored = kept.logits(network, torch.from_numpy(kept.condition(1, "clean"))[None])
    torch.testing.assert_close(stored, heard, atol=0.02, rtol=0)
    lengths = {len(kept.variant(1, np.random.default_rng(seed))) for seed in range(20)}
    assert len(lengths) > 1  # as recorded, and at other speeds


def test_features_are_computed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clips = read_corpora(write_corpus(tmp_path / "data", speakers=1, clips=1))
    first = CompactFeatures(clips, 1, tmp_path / "cache")

    def refuse(*given: object, **options: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(module, "_copies", refuse)
    again = CompactFeatures(clips, 1, tmp_path / "cache")

    assert all(np.array_equal(again.condition(2, name), first.condition(2, name)) for name in CONDITIONS)
    with pytest.raises(AssertionError, match="computed again"):
        CompactFeatures(clips[:-1], 1, tmp_path / "cache")


def test_waveforms_are_varied_anew_and_judged_as_they_are(tmp_path: Path) -> None:
    clips = read_corpora(write_corpus(tmp_path / "data", speakers=1, clips=1))
    heard = Waveforms(clips)
    generator = np.random.default_rng(1)

    assert np.array_equal(heard.condition(0, "clean"), read_audio(clips[0].path))
    assert np.array_equal(heard.condition(0, "noise10dB"), heard.condition(0, "noise10dB"))
    assert not np.array_equal(heard.condition(0, "telephone"), heard.condition(0, "clean"))
    first, second = heard.variant(0, generator), heard.variant(0, generator)
    assert first.shape != second.shape or not np.array_equal(first, second)
