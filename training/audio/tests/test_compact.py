from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from corpus import melody

from valence_audio.export.graph import Runner, export_graph, with_int8_products
from valence_audio.families import FAMILIES, compact, family
from valence_audio.families.front_end import BANDS, FEATURES, HIGHEST_PITCH, HOP, LAGS, LOWEST_PITCH, FrontEnd, mel_filters


def features(audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    with torch.no_grad():
        found, weight = FrontEnd()(torch.from_numpy(audio.astype(np.float32))[None])
    return found[0].numpy(), weight[0, :, 0].numpy()


def harmonics(hertz: float, seconds: float = 0.5) -> np.ndarray:
    time = np.arange(int(16_000 * seconds)) / 16_000
    return 0.1 * sum(np.sin(2 * np.pi * hertz * step * time) / step for step in range(1, 8))


@pytest.mark.parametrize("hertz", [90, 150, 220, 330])
def test_the_pitch_gram_is_highest_at_the_pitch(hertz: float) -> None:
    pitches = np.logspace(np.log2(LOWEST_PITCH), np.log2(HIGHEST_PITCH), LAGS, base=2)
    gram = features(harmonics(hertz))[0][5:-5, BANDS : BANDS + LAGS].mean(0)

    # Half the pitch peaks, too: only the highest of its octave is judged.
    octave = pitches > hertz / 2**0.5
    assert pitches[octave][gram[octave].argmax()] == pytest.approx(hertz, rel=0.04)
    assert gram.max() > 0.8


def test_noise_has_no_pitch() -> None:
    assert features(np.random.default_rng(1).normal(0, 0.1, 16_000))[0][5:-5, BANDS : BANDS + LAGS].mean(0).max() < 0.3


def test_loudness_changes_nothing() -> None:
    generator = np.random.default_rng(1)
    audio = melody("happy", generator, 150)
    audio += 0.02 * generator.standard_normal(audio.size).astype(np.float32)  # well above the floor of digital silence

    difference = np.abs(features(audio * 0.2)[0] - features(audio)[0])[:, :BANDS]

    assert difference.mean() < 0.02 and features(audio)[0][:, :BANDS].std() > 0.5


def test_silence_around_speech_weighs_nothing() -> None:
    audio = melody("sad", np.random.default_rng(1), 150)
    pause = np.zeros(320 * 50, np.float32)

    found, weight = features(np.concatenate([pause, audio, pause]))

    assert weight[:45].max() < 1e-3 and weight[-45:].max() < 1e-3
    assert weight[60:-60].mean() > 0.9
    alone = features(audio)[0]
    assert found[55 : 50 + len(alone) - 5] == pytest.approx(alone[5:-5], abs=0.02)


def test_every_mel_band_hears_something_and_none_is_louder() -> None:
    filters = mel_filters().numpy()

    assert filters.sum(0) == pytest.approx(np.ones(BANDS))
    assert (np.diff(filters.argmax(0)) >= 0).all()


@pytest.mark.parametrize("samples", [HOP, 6_400, 6_401, 128_000])
def test_answers_finite_logits_for_any_length_and_for_silence(samples: int) -> None:
    network = compact.build(5).eval()
    with torch.no_grad():
        for audio in (torch.zeros(2, samples), torch.ones(2, samples), torch.randn(2, samples)):
            logits = network(audio)
            assert logits.shape == (2, 5) and torch.isfinite(logits).all()


def test_a_batch_answers_as_its_clips_do_alone() -> None:
    network = compact.build(4).eval()
    audio = torch.randn(3, 20_000)
    with torch.no_grad():
        torch.testing.assert_close(network(audio), torch.cat([network(one[None]) for one in audio]), atol=1e-5, rtol=0)


def test_the_graph_is_small_answers_as_pytorch_and_keeps_its_transforms_in_fp32() -> None:
    torch.manual_seed(1)
    network = compact.build(8).eval()
    network.labels.weight.data *= 20  # as opinionated as a trained one
    plain = export_graph(network, 1.0, 32_000)
    int8 = with_int8_products(plain, network)

    for samples in (6_400, 20_001, 128_000):
        noise = np.random.default_rng(samples).normal(0, 0.1, samples)
        # A pure tone leaves most bands at the floor, which an exporter may take for zero.
        audio = np.stack([noise, np.sin(np.arange(samples) / 5), np.zeros(samples)]).astype(np.float32)
        with torch.no_grad():
            expected = torch.softmax(network(torch.from_numpy(audio)), 1).numpy()
        assert Runner(plain).probabilities(audio) == pytest.approx(expected, abs=1e-5)
        assert Runner(int8).probabilities(audio) == pytest.approx(expected, abs=0.02)
    assert int8.ByteSize() < 3_000_000
    types = {onnx.TensorProto.DataType.Name(one.data_type) for one in int8.graph.initializer if np.prod(one.dims) > 12_000}
    assert types == {"FLOAT", "INT8"}
    large = [one.name for one in int8.graph.initializer if one.data_type == onnx.TensorProto.FLOAT and np.prod(one.dims) > 12_000]
    assert all("front_end" in name for name in large), large


def test_training_disturbs_and_judging_does_not() -> None:
    given = torch.rand(2, 100, FEATURES + 1)
    network = compact.build(4).eval()
    with torch.no_grad():
        assert torch.equal(network.classify(given), network.classify(given))
    torch.manual_seed(1)
    once = compact.disturbed(given)

    assert once.shape == given.shape
    assert not torch.equal(once, compact.disturbed(given))


def test_the_registry_knows_every_family_and_no_other() -> None:
    for name in FAMILIES:
        module = family(name)
        assert callable(module.build) and 0 < module.MINIMUM_SECONDS < module.HOP_SECONDS <= module.WINDOW_SECONDS
    with pytest.raises(ValueError, match="'wavlm' is unknown; use one of compact, hubert"):
        family("wavlm")
