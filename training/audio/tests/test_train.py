from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from corpus import VALENCE, melody, write_corpus

from valence_audio.train import arguments, train

QUICK = ["--family", "compact", "--epochs", "12", "--batch", "24", "--variants", "3", "--averaging", "0.9", "--threads", "1", "--crop-seconds", "1.0"]


def test_compact_learns_melodies_and_tells_them_in_voices_it_never_heard(tmp_path: Path) -> None:
    data = write_corpus(tmp_path / "data", speakers=5, clips=12)
    environment = {
        "SM_CHANNEL_TRAINING": str(data), "SM_MODEL_DIR": str(tmp_path / "model"), "SM_OUTPUT_DATA_DIR": str(tmp_path / "output"),
    }

    train(arguments([*QUICK, "--cache", str(tmp_path / "cache")], environment))

    metrics = json.loads((tmp_path / "output" / "metrics.json").read_text())
    assert metrics["heldOut"]["unweightedAverageRecall"]["clean"] > 0.9
    manifest = json.loads((tmp_path / "model" / "model.json").read_text())
    assert manifest["labels"] == [{"name": name, "valence": VALENCE[name]} for name in ("neutral", "happy", "sad")]
    assert manifest["scores"] == "calibrated"
    session = onnxruntime.InferenceSession(str(tmp_path / "model" / "model.onnx"))
    generator = np.random.default_rng(9)
    for place, emotion in enumerate(("neutral", "happy", "sad")):
        answers = [session.run(["probs"], {"audio": melody(emotion, generator, 165.0)[None]})[0][0].argmax() for _ in range(10)]
        assert np.mean(np.array(answers) == place) > 0.8


def test_the_command_line_goes_before_the_jobs_environment(tmp_path: Path) -> None:
    environment = {"SM_CHANNEL_TRAINING": "/opt/ml/input/data/training", "SM_MODEL_DIR": "/opt/ml/model"}

    parsed = arguments(["--data", str(tmp_path), "--learning_rate", "0.01"], environment)

    assert (parsed.data, parsed.out, parsed.learning_rate) == (tmp_path, Path("/opt/ml/model"), 0.01)


def test_says_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments([], {})

    assert "no --data, and SM_CHANNEL_TRAINING is not set" in capsys.readouterr().err


def test_a_family_from_a_checkpoint_asks_for_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments(["--data", "d", "--out", "o", "--family", "hubert"], {})

    assert "hubert starts from a checkpoint: give --checkpoint FOLDER or --hub-id NAME" in capsys.readouterr().err


def test_two_trainings_with_one_seed_give_the_same_graph(tmp_path: Path) -> None:
    data = write_corpus(tmp_path / "data", speakers=3, clips=8)
    for run in ("first", "second"):
        options = [*QUICK, "--epochs", "5", "--data", str(data), "--out", str(tmp_path / run), "--cache", str(tmp_path / f"cache-{run}")]
        train(arguments(options, {}))

    assert (tmp_path / "first" / "model.onnx").read_bytes() == (tmp_path / "second" / "model.onnx").read_bytes()
