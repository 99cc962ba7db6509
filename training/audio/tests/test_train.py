from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import soundfile
from corpus import HEADER, VALENCE, melody, write_corpus
from tiny_models import FAMILIES, checkpoint, sounds

from valence_audio import train as training
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


@pytest.mark.parametrize("family", FAMILIES)
def test_a_checkpoint_is_fine_tuned_and_handed_over(family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writing of the folder has tests of its own; here: what training hands over to it."""
    handed: dict[str, object] = {}
    monkeypatch.setattr(training, "write_model_folder", lambda module, folder, **options: handed.update(options, module=module))
    data = tmp_path / "data"
    data.mkdir()
    rows = [HEADER]
    for place, (clip, kind) in enumerate(zip(*sounds(96, seed=5))):
        emotion = ("happy", "neutral", "sad", "surprise")[kind]
        soundfile.write(data / f"{place}.wav", clip, 16_000)
        rows.append(f"{place}.wav,s{place // 4 % 4},,{emotion},{VALENCE.get(emotion, '')},,,{clip.size / 16_000:.2f}")
    (data / "manifest.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    options = ["--family", family, "--data", str(data), "--out", str(tmp_path / "model"), "--checkpoint", str(checkpoint(family)),
               "--metrics", str(tmp_path / "metrics"), "--epochs", "8", "--learning-rate", "3e-3", "--averaging", "0.8", "--mixup", "0", "--patience", "4", "--freeze", "nothing", "--threads", "1", "--crop-seconds", "0.9"]
    metrics = train(arguments(options, {}))

    assert metrics["history"][-1]["loss"] < metrics["history"][0]["loss"]
    assert metrics["heldOut"]["unweightedAverageRecall"]["clean"] > 0.8
    assert handed["labels"] == [("neutral", "neutral"), ("happy", "positive"), ("sad", "negative"), ("surprise", None)]
    assert (handed["window_seconds"], handed["hop_seconds"]) == ((3.0, 2.4) if family == "whisper" else (10.0, 8.0))
    config = json.loads((tmp_path / "metrics" / "checkpoint" / "config.json").read_text())
    assert config["id2label"] == {"0": "neutral", "1": "happy", "2": "sad", "3": "surprise"}
