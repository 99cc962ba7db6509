"""The commands: a checkpoint folder in, a model folder out; what is wrong is said in one line and nothing is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tiny_models import LABELS, SAMPLING_RATE, checkpoint, sounds

from valence_audio.export import checkpoint as exporting
from valence_audio.export.__main__ import main
from valence_audio.export.checkpoint import read_clips
from valence_audio.export.make_random import main as make_random
from valence_audio.export.time_eager import time_eager


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the Whisper checkpoint, to be changed by a test."""
    return shutil.copytree(checkpoint("whisper"), tmp_path / "My_Checkpoint v2")


def change_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_the_checkpoint_and_the_caller_say_is_in_the_folder(changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change_config(changed, id2label={"0": "excited", "1": "neutral", "2": "sad", "3": "surprise"}, label2id={})
    (changed / "README.md").write_text("---\nlanguage: en\nlicense: cc-by-4.0\n---\n# A model\n")
    (changed / "LICENSE").write_text("the whole text")
    (tmp_path / "labels.json").write_text('{"excited": "positive"}')
    (tmp_path / "card.json").write_text('{"data": "200 made sounds.", "figures": "None."}')
    (tmp_path / "clips").mkdir()
    for index, clip in enumerate(sounds(24, seed=5, seconds=1.0)[0]):
        soundfile.write(tmp_path / "clips" / f"{index}.wav", clip, SAMPLING_RATE, subtype="PCM_16")
    given = ["--labels", str(tmp_path / "labels.json"), "--card", str(tmp_path / "card.json"), "--clips", str(tmp_path / "clips")]

    assert main([str(changed), "--out", str(tmp_path / "out"), "--version", "2.1.0", "--window", "2", "--temperature", "1.5", *given]) == 0

    manifest = json.loads((tmp_path / "out/model.json").read_text())
    card = (tmp_path / "out/CARD.md").read_text()
    assert (manifest["name"], manifest["version"], manifest["licence"]) == ("my-checkpoint-v2", "2.1.0", "cc-by-4.0")
    assert (manifest["windowSeconds"], manifest["hopSeconds"], manifest["scores"]) == (2, 1.6, "calibrated")
    assert manifest["labels"][0] == {"name": "excited", "valence": "positive"}
    assert manifest["agreement"]["clips"] == 24
    assert (tmp_path / "out/LICENSE").read_text() == "the whole text"
    assert "200 made sounds." in card
    assert card.count("not stated") == 2
    assert "excited → positive, neutral → neutral, sad → negative, surprise → dropped" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model_type": "bert"}, "model_type 'bert' is not supported; use a hubert, wav2vec2, whisper checkpoint"),
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2", "3": "sad"}}, "LABEL_0, LABEL_1, LABEL_2 is not known. Give --labels"),
        ({"id2label": {"0": "happy", "2": "sad"}}, "must name every output"),
        ({"id2label": {"0": "happy", "1": "sad"}}, "2 weights of WhisperForAudioClassification are missing or have another shape (classifier.bias"),
    ],
)
def test_a_checkpoint_that_does_not_do_is_refused(changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], changes: dict, message: str) -> None:
    change_config(changed, **changes)

    assert main([str(changed), "--out", str(tmp_path / "out")]) == 1

    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_place_without_a_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing"), "--out", str(tmp_path / "out")]) == 1
    assert "no config.json there" in capsys.readouterr().err


def test_clips_of_another_rate_or_too_short_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no .wav or .flac"):
        read_clips(tmp_path)
    for name, samples, rate in (("eight.wav", np.zeros(8_000), 8_000), ("stereo.wav", np.zeros((16_000, 2)), SAMPLING_RATE), ("short.wav", np.zeros(100), SAMPLING_RATE)):
        soundfile.write(tmp_path / name, samples, rate)
        with pytest.raises(ValueError, match=name):
            read_clips(tmp_path)
        (tmp_path / name).unlink()


def test_of_many_clips_two_hundred_from_all_over_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_CLIPS", 4)
    for index in range(10):
        soundfile.write(tmp_path / f"{index}.flac", np.full(8_000, index / 100), SAMPLING_RATE)

    assert [round(float(clip[0]) * 100) for clip in read_clips(tmp_path)] == [0, 3, 6, 9]


def test_a_random_folder_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_random(["whisper", "--size", "tiny", "--out", str(tmp_path)])

    printed = json.loads(capsys.readouterr().out)
    manifest = json.loads((tmp_path / "model.json").read_text())
    assert printed["name"] == manifest["name"] == "random-whisper-tiny"
    assert manifest["windowSeconds"] == 10
    assert "random numbers" in (tmp_path / "CARD.md").read_text()


def test_eager_timing_is_consistent() -> None:
    found = time_eager("whisper", "tiny", seconds=1.0, runs=3, threads=1)

    assert found["medianMs"] >= found["bestMs"] > 0
    assert found["realTimeFactor"] == pytest.approx(1_000 / found["medianMs"], rel=0.01)


def test_the_labels_of_the_tiny_models_are_the_checkpoints(changed: Path) -> None:
    assert list(json.loads((changed / "config.json").read_text())["id2label"].values()) == LABELS
