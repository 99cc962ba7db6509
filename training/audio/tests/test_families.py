"""The families answer as the published classifier does behind its original feature extractor, in Python, outside any graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_models import FAMILIES, LABELS, SAMPLING_RATE, config, sounds
from transformers import AutoFeatureExtractor, AutoModelForAudioClassification, WhisperFeatureExtractor

from valence_audio.families.pretrained import CheckpointError, PretrainedClassifier
from valence_audio.families.whisper import LogMel

SECONDS = (0.4, 0.73, 1.5, 2.9999)


def saved(family: str, folder: Path, seed: int = 3, **options: object) -> PretrainedClassifier:
    torch.manual_seed(seed)
    module = FAMILIES[family].build(len(LABELS), config=config(family), **options)
    module.save_checkpoint(folder, LABELS)
    return module


@pytest.mark.parametrize("family", FAMILIES)
def test_logits_are_those_of_the_original_feature_extractor_and_model(family: str, tmp_path: Path) -> None:
    saved(family, tmp_path)
    extractor = AutoFeatureExtractor.from_pretrained(tmp_path)
    original = AutoModelForAudioClassification.from_pretrained(tmp_path).eval()
    module = FAMILIES[family].build(len(LABELS), checkpoint=str(tmp_path), require_head=True)

    for seconds in SECONDS:
        clips = sounds(3, seed=1, seconds=seconds)[0]
        features = extractor(clips, sampling_rate=SAMPLING_RATE, return_tensors="pt")
        with torch.no_grad():
            expected = original(**features).logits
            found = module(torch.from_numpy(np.stack(clips)))

        assert expected.std() > 1e-3
        torch.testing.assert_close(found, expected, atol=2e-5, rtol=0)


@pytest.mark.parametrize("family", ["hubert", "wav2vec2"])
def test_audio_is_normalised_only_where_the_checkpoint_says_so(family: str, tmp_path: Path) -> None:
    module = saved(family, tmp_path)
    module.extractor.do_normalize = False
    module.save_checkpoint(tmp_path, LABELS)
    plain = FAMILIES[family].build(len(LABELS), checkpoint=str(tmp_path))
    quiet = torch.from_numpy(np.stack(sounds(2, seed=1, seconds=1.0)[0])) * 0.01 + 0.2

    with torch.no_grad():
        assert not plain.extractor.do_normalize
        torch.testing.assert_close(plain(quiet), plain.model(quiet).logits)
        module.extractor.do_normalize = True
        torch.testing.assert_close(module(quiet), module((quiet - 0.2) * 50), atol=1e-3, rtol=0)


def test_log_mel_is_whispers() -> None:
    extractor = WhisperFeatureExtractor(chunk_length=10)
    front = LogMel(extractor, extractor.n_samples)
    for clip in [*sounds(4, seed=2)[0], np.zeros(8_000, np.float32), np.ones(160_000, np.float32), sounds(1, seed=3, seconds=12)[0][0]]:
        expected = extractor(clip, sampling_rate=SAMPLING_RATE, return_tensors="pt").input_features

        found = front(torch.from_numpy(clip).unsqueeze(0))

        # Half a thousandth of the range: bins at the floor, eight decades down, keep few digits of fp32 in either.
        torch.testing.assert_close(found, expected, atol=1e-3, rtol=0)
        assert (found - expected).abs().mean() < 2e-6


def test_whisper_is_cut_to_the_window_and_keeps_the_first_positions(tmp_path: Path) -> None:
    module = saved("whisper", tmp_path / "whole")
    whole = module.model.encoder.embed_positions.weight.clone()

    cut = FAMILIES["whisper"].build(len(LABELS), checkpoint=str(tmp_path / "whole"), window_seconds=2)
    cut.save_checkpoint(tmp_path / "cut", LABELS)
    again = FAMILIES["whisper"].build(len(LABELS), checkpoint=str(tmp_path / "cut"), window_seconds=None)

    assert (module.window_seconds, cut.window_seconds, again.window_seconds) == (3, 2, 2)
    torch.testing.assert_close(again.model.encoder.embed_positions.weight, whole[:100])
    audio = torch.from_numpy(np.stack(sounds(2, seed=1, seconds=1.2)[0]))
    with torch.no_grad():
        torch.testing.assert_close(again(audio), cut(audio))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_new_head_is_made_for_fine_tuning_and_refused_for_export(family: str, tmp_path: Path) -> None:
    module = saved(family, tmp_path)
    body = {key: value for key, value in module.model.state_dict().items() if not key.startswith(("projector", "classifier"))}
    module.model.save_pretrained(tmp_path, state_dict=body)

    assert FAMILIES[family].build(7, checkpoint=str(tmp_path)).model.classifier.out_features == 7
    with pytest.raises(CheckpointError, match="no classification head"):
        FAMILIES[family].build(len(LABELS), checkpoint=str(tmp_path), require_head=True)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_checkpoint_with_missing_weights_is_refused_by_name(family: str, tmp_path: Path) -> None:
    module = saved(family, tmp_path)
    gap = next(key for key in module.model.state_dict() if "layers.1" in key)
    module.model.save_pretrained(tmp_path, state_dict={key: value for key, value in module.model.state_dict().items() if key != gap})

    with pytest.raises(CheckpointError, match="1 weights .* missing"):
        FAMILIES[family].build(len(LABELS), checkpoint=str(tmp_path))


def test_another_familys_checkpoint_another_rate_and_a_missing_extractor_are_refused(tmp_path: Path) -> None:
    module = saved("hubert", tmp_path)
    with pytest.raises(CheckpointError, match="'hubert', but this family is 'wav2vec2'"):
        FAMILIES["wav2vec2"].build(len(LABELS), checkpoint=str(tmp_path))
    module.extractor.sampling_rate = 8_000
    module.save_checkpoint(tmp_path, LABELS)
    with pytest.raises(CheckpointError, match="8000 Hz"):
        FAMILIES["hubert"].build(len(LABELS), checkpoint=str(tmp_path))
    (tmp_path / "preprocessor_config.json").unlink()
    with pytest.raises(CheckpointError, match="preprocessor_config"):
        FAMILIES["hubert"].build(len(LABELS), checkpoint=str(tmp_path))
