"""An exported graph answers as PyTorch does, in fp32 to 1e-4 and in int8 with the same labels; what doesn't is not written."""

from __future__ import annotations

import hashlib
import json
import wave
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from tiny_models import FAMILIES, LABELS, SAMPLING_RATE, checkpoint, model_folder, original, sounds
from torch import nn

from valence_audio.export.agreement import ExportError
from valence_audio.export.graph import Runner, export_graph, with_int8_products
from valence_audio.export.model_folder import write_model_folder

VALENCES = [("yes", "positive"), ("no", "negative")]


def runner(folder: Path) -> Runner:
    return Runner(onnx.load(folder / "model.onnx"))


class Products(nn.Module):
    """The mean spectrum through a fixed matrix (a buffer) and a learnt one; `outlier` is the weight of an input that is always 0."""

    def __init__(self, outlier: float = 0.0, learnt_scale: float = 1.0) -> None:
        super().__init__()
        random = torch.Generator().manual_seed(1)
        self.register_buffer("mel", torch.rand(16, 15, generator=random))
        self.learnt = nn.Linear(16, 2, bias=False)
        weight = torch.randn(2, 15, generator=random) * learnt_scale
        self.learnt.weight = nn.Parameter(torch.cat([weight - weight.mean(0), torch.full((2, 1), outlier)], dim=1))

    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        frames = audio[:, : audio.shape[1] // 16 * 16].reshape(audio.shape[0], -1, 16)
        spectrum = frames.square().mean(dim=1) @ self.mel
        return self.learnt(torch.cat([spectrum, torch.zeros_like(spectrum[:, :1])], dim=1))


def write(module: nn.Module, folder: Path, **options: object) -> dict:
    given = {"name": "products", "version": "1.0.0", "family": "test", "labels": VALENCES}
    seconds = {"window_seconds": 2.0, "hop_seconds": 1.0, "minimum_seconds": 0.1}
    return write_model_folder(module, folder, **{**given, **seconds, **options})


@pytest.mark.parametrize("family", FAMILIES)
def test_fp32_graph_equals_pytorch_with_the_original_extractor_at_any_length_and_batch(family: str) -> None:
    graph = runner(model_folder(family, quantize=False))
    pytorch = original(family)
    for batch, seconds in ((1, 0.4), (3, 0.5313), (2, 1.0), (1, 2.2), (4, 3.0)):
        clips = sounds(batch, seed=20 + batch, seconds=seconds)[0]
        np.testing.assert_allclose(graph.probabilities(np.stack(clips)), pytorch(clips), atol=1e-4, rtol=0)


@pytest.mark.parametrize("family", FAMILIES)
def test_int8_gives_the_labels_of_pytorch(family: str) -> None:
    graph = runner(model_folder(family, quantize=True))
    pytorch = original(family)
    clips, classes = sounds(200, seed=8)
    expected = np.array([pytorch([clip])[0].argmax() for clip in clips])
    found = np.array([graph.probabilities(clip[np.newaxis])[0].argmax() for clip in clips])

    assert (expected == classes).mean() > 0.95, "the model has learnt nothing, so agreeing with it means nothing"
    assert (found == expected).mean() >= 0.99


@pytest.mark.parametrize("family", FAMILIES)
def test_only_learnt_matrix_products_are_int8(family: str) -> None:
    plain = [node.op_type for node in onnx.load(model_folder(family, quantize=False) / "model.onnx").graph.node]
    int8 = [node.op_type for node in onnx.load(model_folder(family, quantize=True) / "model.onnx").graph.node]

    # Six products a layer, the projector's and the classifier's; attention's own two a layer have no weights.
    layers = 2 if family == "whisper" else 1
    assert int8.count("MatMulInteger") >= 6 * layers + 2
    assert int8.count("MatMul") == 2 * layers
    assert int8.count("Conv") == plain.count("Conv") > 0


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("quantize", [False, True])
def test_the_manifest_says_what_is_in_the_folder(family: str, quantize: bool) -> None:
    folder = model_folder(family, quantize)
    manifest = json.loads((folder / "model.json").read_text())
    on_disk = {"model.onnx", *(f"golden/{path.name}" for path in (folder / "golden").iterdir())}

    assert set(manifest["files"]) == on_disk
    for path, entry in manifest["files"].items():
        content = (folder / path).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert manifest["labels"] == [
        {"name": "happy", "valence": "positive"},
        {"name": "neutral", "valence": "neutral"},
        {"name": "sad", "valence": "negative"},
        {"name": "surprise", "valence": None},
    ]
    assert manifest["windowSeconds"] == (3.0 if family == "whisper" else 10.0)
    assert manifest["quantization"] == ("int8-matmul" if quantize else "none")
    assert manifest["agreement"]["clips"] == (60 if quantize else 0)
    graph = runner(folder)
    for golden in manifest["golden"]:
        with wave.open(str(folder / golden["clip"])) as file:
            assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLING_RATE, 1, 2)
            audio = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32_768
        np.testing.assert_allclose(graph.probabilities(audio[np.newaxis])[0], golden["probabilities"], atol=1e-6, rtol=0)


def test_exporting_leaves_the_module_as_it_was_and_gives_the_same_bytes_again() -> None:
    module = Products()
    nn.utils.parametrizations.weight_norm(module.learnt)
    module.train()
    audio = torch.from_numpy(np.stack(sounds(2, seed=1, seconds=0.5)[0]))
    keys = list(module.state_dict())
    with torch.no_grad():
        before = module(audio)

    first, second = (export_graph(module, 1.0, SAMPLING_RATE) for _ in range(2))

    assert module.training
    assert list(module.state_dict()) == keys
    assert any("parametrizations" in key for key in keys)
    with torch.no_grad():
        torch.testing.assert_close(module(audio), before, atol=0, rtol=0)
    assert first.SerializeToString() == second.SerializeToString()
    int8 = [with_int8_products(first, module).SerializeToString() for _ in range(2)]
    assert int8[0] == int8[1]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_folder_holds_nothing_about_the_machine_it_was_made_on(family: str) -> None:
    for path in model_folder(family, quantize=True).rglob("*.*"):
        for place in (Path(torch.__file__).parents[1], Path(__file__).parents[1], Path.home()):
            assert str(place).encode() not in path.read_bytes(), path


def test_the_temperature_is_in_the_graph(tmp_path: Path) -> None:
    module = Products(learnt_scale=30)
    audio = np.stack(sounds(3, seed=4, seconds=0.5)[0])
    with torch.no_grad():
        expected = torch.softmax(module(torch.from_numpy(audio)) / 2.5, dim=-1).numpy()

    write(module, tmp_path, temperature=2.5, scores="calibrated", quantize=False)

    np.testing.assert_allclose(runner(tmp_path).probabilities(audio), expected, atol=1e-6)
    assert json.loads((tmp_path / "model.json").read_text())["scores"] == "calibrated"


def test_products_with_a_fixed_matrix_stay_in_fp32() -> None:
    module = Products()

    nodes = [node.op_type for node in with_int8_products(export_graph(module, 1.0, 4_000), module).graph.node]

    assert (nodes.count("MatMulInteger"), nodes.count("MatMul") + nodes.count("Gemm")) == (1, 1)


def test_int8_that_disagrees_is_not_written_and_the_error_has_the_figures(tmp_path: Path) -> None:
    # Each output's one scale is spent on a weight that never counts: all the others round to 0, and int8 always says the first label.
    module = Products(outlier=50_000.0)
    clips = sounds(40, seed=3, seconds=0.5)[0]
    with torch.no_grad():
        if int(module(torch.from_numpy(clips[0][np.newaxis])).argmax()) == 0:
            module.learnt.weight[:, :-1] *= -1

    with pytest.raises(ExportError, match=r"agree on \d+\.\d% of the labels of 40 clips"):
        write(module, tmp_path / "folder", agreement_clips=clips)

    assert not (tmp_path / "folder").exists()


def test_a_random_model_may_skip_the_gate_only_under_a_name_that_says_so(tmp_path: Path) -> None:
    clips = sounds(20, seed=3, seconds=0.5)[0]
    with pytest.raises(ValueError, match="random-"):
        write(Products(), tmp_path, enforce_agreement=False, agreement_clips=clips)

    manifest = write(Products(), tmp_path, name="random-products", enforce_agreement=False, agreement_clips=clips)

    assert manifest["agreement"]["clips"] == 20


def test_a_module_that_acts_differently_in_the_graph_is_not_written(tmp_path: Path) -> None:
    class Moody(Products):
        def forward(self, audio: torch.Tensor) -> torch.Tensor:
            return super().forward(audio) * (1.0 if torch.compiler.is_exporting() else 1.5)

    with pytest.raises(ExportError, match="differs from PyTorch by"):
        write(Moody(learnt_scale=100), tmp_path / "folder", quantize=False)
    assert not (tmp_path / "folder").exists()


def test_too_few_clips_prove_nothing(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="19 clips"):
        write(Products(), tmp_path, agreement_clips=sounds(19, seed=3, seconds=0.5)[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "My Model"}, "lower-case"),
        ({"version": "v1"}, "three numbers"),
        ({"minimum_seconds": 3.0}, "minimum 3.0 s"),
        ({"hop_seconds": 2.5}, "hop 2.5 s"),
        ({"temperature": 0.0}, "temperature 0.0"),
        ({"low_confidence_below": 50}, "low_confidence_below 50"),
        ({"scores": "good"}, "scores 'good'"),
        ({"labels": [("yes", "positive"), ("yes", "negative")]}, "more than once"),
        ({"labels": [("yes", "positive"), ("no", "bad")]}, "'bad'"),
        ({"labels": [("yes", "positive"), ("no", None)]}, "fewer than two valences"),
        ({"labels": [*VALENCES, ("maybe", "neutral")]}, "2 outputs for 3 labels"),
        ({"statements": {"date": "2024"}}, "no part date"),
    ],
)
def test_arguments_that_make_no_sense_are_named(tmp_path: Path, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        write(Products(), tmp_path, quantize=False, **options)


def test_audio_shorter_than_the_receptive_field_gets_an_error_not_an_answer() -> None:
    graph = runner(model_folder("hubert", quantize=True))
    with pytest.raises(Exception, match="(?i)onnxruntime|runtime_exception|invalid"):
        graph.probabilities(np.zeros((1, 100), np.float32))


def test_checkpoints_are_read_back_from_their_folder() -> None:
    assert (checkpoint("hubert") / "preprocessor_config.json").is_file()
    assert json.loads((checkpoint("hubert") / "config.json").read_text())["id2label"] == {str(i): label for i, label in enumerate(LABELS)}
