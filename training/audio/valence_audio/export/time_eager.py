"""python -m valence_audio.export.time_eager: how fast PyTorch eager runs a base-size classifier on one thread, as JSON.

The other side of the comparison with the model server: same sizes, random weights (speed doesn't depend on them).
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch

from .checkpoint import FAMILIES
from .golden_clips import voice
from .random_models import SIZES, random_model


def time_eager(family: str, size: str, seconds: float, runs: int, threads: int) -> dict[str, object]:
    """Milliseconds a clip of `seconds` (median and best of `runs`, after one to warm up) and the real-time factor of the median."""
    torch.set_num_threads(threads)
    model = random_model(family, size)
    audio = torch.from_numpy(voice(seconds, seed=1)).float().unsqueeze(0)
    took = []
    with torch.inference_mode():
        model(audio)
        for _ in range(runs):
            started = time.perf_counter()
            model(audio)
            took.append((time.perf_counter() - started) * 1_000)
    median = statistics.median(took)
    return {
        "engine": "pytorch-eager",
        "torch": torch.__version__,
        "family": family,
        "size": size,
        "threads": threads,
        "clipSeconds": seconds,
        "runs": runs,
        "medianMs": round(median, 1),
        "bestMs": round(min(took), 1),
        # Seconds of audio a second of work.
        "realTimeFactor": round(seconds * 1_000 / median, 2),
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m valence_audio.export.time_eager", description=__doc__)
    parser.add_argument("--family", choices=FAMILIES, default="hubert")
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    print(json.dumps(time_eager(options.family, options.size, options.seconds, options.runs, options.threads)))


if __name__ == "__main__":
    main()
