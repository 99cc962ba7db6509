from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpus import HEADER, write_corpus

from valence_audio.manifest import ManifestError, read_audio, read_corpora, read_manifest

ROW = "a.wav,s1,female,happy,positive,hello,en,1.0"


def manifest(folder: Path, *rows: str, header: str = HEADER) -> Path:
    for name in ("a.wav", "b.wav"):
        soundfile.write(folder / name, np.zeros(1600), 16_000)
    (folder / "manifest.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder / "manifest.csv"


def test_reads_the_words_of_different_corpora_as_one_set_of_labels(tmp_path: Path) -> None:
    clips = read_manifest(manifest(tmp_path, ROW.replace("happy", "happiness"), 'b.wav,s2,male,Surprised,,"well, well",en,0.5'))

    assert [(clip.emotion, clip.valence, clip.seconds) for clip in clips] == [("happy", "positive", 1.0), ("surprise", None, 0.5)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([ROW.replace("happy", "bored")], "line 2: emotion 'bored' is unknown"),
        ([ROW.replace("positive", "negative")], "line 2: valence 'negative' does not go with 'happy'; write positive"),
        ([ROW, ROW.replace("1.0", "long").replace("a.wav", "b.wav")], "line 3: duration_s 'long' is not a number of seconds"),
        ([ROW.replace("1.0", "nan")], "line 2: duration_s 'nan'"),
        ([ROW.replace("a.wav", "c.wav")], "line 2: no file"),
        ([ROW.replace("s1", "")], "line 2: speaker is empty"),
        ([ROW, ROW], "line 3: 'a.wav' stands in line 2 already"),
        ([ROW + ",more"], "line 2: not 8 values"),
        (["a.wav,s1"], "line 2: not 8 values"),
        ([], "no clips"),
    ],
)
def test_refuses_and_says_the_line(tmp_path: Path, rows: list[str], message: str) -> None:
    with pytest.raises(ManifestError, match=message):
        read_manifest(manifest(tmp_path, *rows))


def test_names_the_columns_that_are_missing(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="line 1: missing the columns speaker, text"):
        read_manifest(manifest(tmp_path, header=HEADER.replace("speaker,", "").replace("text,", "")))


def test_a_folder_without_corpora_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="no manifest.csv here nor one folder below"):
        read_corpora(tmp_path)


def test_reads_each_corpus_of_a_folder_under_its_name(tmp_path: Path) -> None:
    write_corpus(tmp_path / "second", speakers=1, clips=1)
    write_corpus(tmp_path / "first", speakers=1, clips=2)

    assert [clip.corpus for clip in read_corpora(tmp_path)] == ["first"] * 6 + ["second"] * 3


def test_audio_of_another_rate_and_two_channels_becomes_16_khz_mono(tmp_path: Path) -> None:
    time = np.arange(8_000) / 8_000
    soundfile.write(tmp_path / "a.wav", np.stack([0.5 * np.sin(2 * np.pi * 440 * time), np.zeros(8_000)], axis=1), 8_000)

    audio = read_audio(tmp_path / "a.wav")

    assert (audio.dtype, audio.size) == (np.float32, 16_000)
    assert np.abs(audio).max() == pytest.approx(0.25, abs=0.01)


def test_a_file_that_is_no_audio_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("not audio")

    with pytest.raises(ManifestError, match="a.wav: not readable as audio"):
        read_audio(tmp_path / "a.wav")
