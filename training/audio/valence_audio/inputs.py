"""What a network is fed: waveforms, or the features of a front end that learns nothing, computed once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from . import augment as augmentation
from .families import compact, front_end
from .manifest import SAMPLING_RATE, Clip, read_audio

# Each clip has generators of its own, from these and its place in the list.
NOISE_SEED, AUGMENTATION_SEED = 77, 1_000

# The conditions a figure is given for: as recorded, as a telephone carries it, in pink noise at 10 dB.
CONDITIONS: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "clean": lambda audio, generator: audio,
    "telephone": lambda audio, generator: augmentation.telephone(audio),
    "noise10dB": lambda audio, generator: augmentation.add_noise(audio, 10.0, generator),
}


class Inputs(Protocol):
    """Clips by position. Arrays are float32 [steps, …] with `rate` steps a second."""

    rate: int

    def variant(self, clip: int, generator: np.random.Generator) -> np.ndarray:
        """One way the clip could have sounded, for training."""
        ...

    def condition(self, clip: int, name: str) -> np.ndarray:
        """The clip in one of CONDITIONS, the same every time."""
        ...

    def logits(self, network: nn.Module, batch: Tensor) -> Tensor: ...


class Waveforms:
    """Raw audio, augmented anew each time, for families that learn their front end. Clips are padded with silence to `shortest` and
    judged by their first `longest` seconds: what a model is given at a time."""

    rate = SAMPLING_RATE

    def __init__(self, clips: Sequence[Clip], shortest: float = 0.4, longest: float = 10.0) -> None:
        self.audio = [read_audio(clip.path) for clip in clips]
        self.shortest, self.longest = round(shortest * SAMPLING_RATE), round(longest * SAMPLING_RATE)

    def variant(self, clip: int, generator: np.random.Generator) -> np.ndarray:
        return augmentation.augment(self.audio[clip], generator)

    def condition(self, clip: int, name: str) -> np.ndarray:
        audio = CONDITIONS[name](self.audio[clip], np.random.default_rng(NOISE_SEED + clip))[: self.longest]
        return np.pad(audio, (0, max(0, self.shortest - audio.size)))

    def logits(self, network: nn.Module, batch: Tensor) -> Tensor:
        return network(batch)


class CompactFeatures:
    """Features of the compact family in float16: the conditions and `variants` augmented copies of each clip, on disk in `folder`."""

    rate = SAMPLING_RATE // front_end.HOP

    def __init__(self, clips: Sequence[Clip], variants: int, folder: Path, processes: int = 1) -> None:
        self.copies = len(CONDITIONS) + variants
        stem = folder / f"compact-{_fingerprint(clips, variants)}"
        table, offsets = stem.with_suffix(".f16.npy"), stem.with_suffix(".offsets.npy")
        if not (table.is_file() and offsets.is_file()):
            folder.mkdir(parents=True, exist_ok=True)
            work = partial(_copies, variants=variants)
            if processes == 1:
                copies = [work(clip, place) for place, clip in enumerate(clips)]
            else:
                with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)) as pool:
                    copies = list(pool.map(work, clips, range(len(clips)), chunksize=16))
            made = [copy for each in copies for copy in each]
            # The table is renamed into place last: half a table is never taken for a whole one.
            np.save(offsets, np.cumsum([0, *(len(copy) for copy in made)]))
            np.save(stem.with_suffix(".draft.npy"), np.concatenate(made))
            stem.with_suffix(".draft.npy").rename(table)
        self.table, self.offsets = np.load(table, mmap_mode="r"), np.load(offsets)

    def variant(self, clip: int, generator: np.random.Generator) -> np.ndarray:
        # One time in five as recorded, so that clean speech is not forgotten.
        augmented = len(CONDITIONS) + int(generator.integers(self.copies - len(CONDITIONS)))
        return self._copy(clip, 0 if generator.random() < 0.2 else augmented)

    def condition(self, clip: int, name: str) -> np.ndarray:
        return self._copy(clip, list(CONDITIONS).index(name))

    def logits(self, network: nn.Module, batch: Tensor) -> Tensor:
        return network.classify(batch)

    def _copy(self, clip: int, copy: int) -> np.ndarray:
        start, end = self.offsets[clip * self.copies + copy : clip * self.copies + copy + 2]
        return self.table[start:end].astype(np.float32)


def _copies(clip: Clip, place: int, *, variants: int) -> list[np.ndarray]:
    audio = read_audio(clip.path)
    heard = [condition(audio, np.random.default_rng(NOISE_SEED + place)) for condition in CONDITIONS.values()]
    generator = np.random.default_rng(AUGMENTATION_SEED + place)
    heard += [augmentation.augment(audio, generator) for _ in range(variants)]
    with torch.no_grad():
        return [torch.cat(_front_end()(torch.from_numpy(one)[None]), dim=2)[0].half().numpy() for one in heard]


@cache
def _front_end() -> front_end.FrontEnd:
    return front_end.FrontEnd()


def _fingerprint(clips: Sequence[Clip], variants: int) -> str:
    """Changes with the clips, the features' code and the augmentation's code: an old cache is never taken for a new one."""
    digest = hashlib.sha256(f"{variants}".encode())
    for module in (front_end, augmentation):
        digest.update(Path(module.__file__).read_bytes())
    for clip in clips:
        digest.update(f"{clip.path.resolve()} {clip.path.stat().st_size}\n".encode())
    return digest.hexdigest()[:16]


def inputs_for(network: nn.Module, clips: Sequence[Clip], variants: int, folder: Path, processes: int = 1, *, shortest: float = 0.4, longest: float = 10.0) -> Inputs:
    """Features for the compact family, waveforms for every other."""
    return CompactFeatures(clips, variants, folder, processes) if isinstance(network, compact.Compact) else Waveforms(clips, shortest, longest)
