"""Through the model server, as a caller sees it: the answers are PyTorch's behind the original Python feature extractor."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tiny_models import FAMILIES, LABELS, SAMPLING_RATE, model_folder, original, sounds

ROOT = Path(__file__).resolve().parents[3]
SERVER = ROOT / "model-server/main.ts"
VALENCE = {"happy": "positive", "neutral": "neutral", "sad": "negative"}
START_SECONDS = 120

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(not (ROOT / "node_modules/onnxruntime-node").is_dir(), reason="npm ci has not been run"),
]


class Server:
    """`node --import tsx model-server/main.ts` with one model folder, on a port of its own."""

    def __init__(self, folder: Path, log: Path) -> None:
        environment = {**os.environ, "MODEL_FOLDER": str(folder), "PORT": "0", "WORKERS": "1"}
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                ["node", "--import", "tsx", str(SERVER)], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        self.address = ""

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            self.address = self.address or self._bound()
            if self.address:
                try:
                    urllib.request.urlopen(f"{self.address}/ping", timeout=5).close()
                    return
                except OSError:
                    pass
            time.sleep(0.1)
        raise AssertionError(f"the model server did not get ready (exit status {self.process.poll()}):\n{self.log.read_text()}")

    def _bound(self) -> str:
        """Port 0 lets the system choose; the server logs the address it got."""
        lines = (json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{") and line.endswith("}"))
        return next((line["url"] for line in lines if line.get("message") == "listening"), "")

    def ask(self, body: bytes, content_type: str) -> dict:
        request = urllib.request.Request(f"{self.address}/invocations", body, {"Content-Type": content_type})
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.loads(response.read())

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(params=[(family, quantize) for family in FAMILIES for quantize in (False, True)], ids=lambda p: f"{p[0]}-{'int8' if p[1] else 'fp32'}", scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, bool, Server]]:
    family, quantize = request.param
    server = Server(model_folder(family, quantize), tmp_path_factory.mktemp("server") / "log")
    try:
        server.wait()
        yield family, quantize, server
    finally:
        server.stop()


def floats(answer: dict) -> np.ndarray:
    return np.array([answer["probabilities"][label] for label in LABELS])


def pcm(clip: np.ndarray) -> np.ndarray:
    """What a 16-bit WAV file keeps of a clip."""
    return (np.round(clip * 32_768).clip(-32_768, 32_767) / 32_768).astype(np.float32)


def as_wav(clip: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, clip, SAMPLING_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def test_probabilities_and_valence_are_pytorchs(served: tuple[str, bool, Server]) -> None:
    family, quantize, server = served
    pytorch = original(family)
    clips, classes = sounds(100 if quantize else 24, seed=31)
    expected = np.stack([pytorch([clip])[0] for clip in clips])
    answers = [server.ask(clip.astype("<f4").tobytes(), "application/x-float32") for clip in clips]
    found = np.stack([floats(answer) for answer in answers])

    assert (expected.argmax(axis=1) == classes).mean() > 0.9
    if quantize:
        assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() >= 0.99
    else:
        np.testing.assert_allclose(found, expected, atol=1e-4, rtol=0)
    for answer, clip in zip(answers, clips):
        kept = {valence: answer["probabilities"][label] for label, valence in VALENCE.items()}
        if sum(kept.values()) > 0.01:
            # Surprise is dropped and the rest renormalised.
            assert answer["valence"] == pytest.approx({valence: p / sum(kept.values()) for valence, p in kept.items()}, abs=1e-5)
        assert answer["durationMs"] == pytest.approx(len(clip) / 16, abs=1)


def test_wav_and_json_bodies_get_the_same_answer(served: tuple[str, bool, Server]) -> None:
    family, quantize, server = served
    clip = pcm(sounds(2, seed=32, seconds=1.3)[0][1])
    expected = original(family)([clip])[0]

    wav = server.ask(as_wav(clip), "audio/wav")
    listed = server.ask(json.dumps({"samplingRate": SAMPLING_RATE, "audio": clip.tolist()}).encode(), "application/json")

    assert wav["probabilities"] == listed["probabilities"]
    np.testing.assert_allclose(floats(wav), expected, atol=0.05 if quantize else 1e-4, rtol=0)


def test_long_audio_is_the_weighted_mean_of_its_windows(served: tuple[str, bool, Server]) -> None:
    family, quantize, server = served
    if quantize:
        pytest.skip("windows are cut before the graph: fp32 shows it exactly")
    window, hop = (48_000, 38_400) if family == "whisper" else (160_000, 128_000)
    audio = np.concatenate(sounds(4, seed=33, seconds=window / SAMPLING_RATE * 0.7)[0])
    starts = [*range(0, len(audio) - window, hop), len(audio) - window]
    pytorch = original(family)
    each = np.stack([pytorch([audio[start : start + window]])[0] for start in starts])
    added = np.diff([0, *(start + window for start in starts)])
    expected = (each * added[:, np.newaxis]).sum(axis=0) / added.sum()

    answer = server.ask(audio.astype("<f4").tobytes(), "application/x-float32")

    assert [part["startMs"] for part in answer["windows"]] == [round(start / 16) for start in starts]
    np.testing.assert_allclose([[part["probabilities"][label] for label in LABELS] for part in answer["windows"]], each, atol=1e-4, rtol=0)
    np.testing.assert_allclose(floats(answer), expected, atol=1e-4, rtol=0)


def test_audio_shorter_than_the_minimum_gets_400(served: tuple[str, bool, Server]) -> None:
    server = served[2]
    with pytest.raises(urllib.error.HTTPError) as refused:
        server.ask(np.zeros(int(0.39 * SAMPLING_RATE), "<f4").tobytes(), "application/x-float32")
    assert refused.value.code == 400
