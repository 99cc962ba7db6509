"""python -m valence_audio.export.make_random FAMILY --size base|tiny --out FOLDER: a model folder with random weights, for benches.

Its name says so (random-…). How far int8 agrees with fp32 is measured but not required: random weights answer nearly the
same for everything, so that the most probable label means nothing.
"""

from __future__ import annotations

import argparse
import json

from .checkpoint import FAMILIES
from .model_folder import write_model_folder
from .random_models import LABELS, SIZES, random_model

STATEMENTS = {
    "use": "Measuring speed and memory. Its answers mean nothing.",
    "data": "None: the weights are random numbers.",
    "figures": "None.",
}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m valence_audio.export.make_random", description=__doc__)
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("--size", choices=SIZES, default="base")
    parser.add_argument("--no-quantize", action="store_true")
    parser.add_argument("--out", required=True, metavar="FOLDER")
    options = parser.parse_args(arguments)
    family = FAMILIES[options.family]
    manifest = write_model_folder(
        random_model(options.family, options.size),
        options.out,
        name=f"random-{options.family}-{options.size}",
        version="1.0.0",
        family=options.family,
        labels=LABELS,
        window_seconds=family.WINDOW_SECONDS,
        hop_seconds=family.HOP_SECONDS,
        minimum_seconds=family.MINIMUM_SECONDS,
        quantize=not options.no_quantize,
        enforce_agreement=False,
        licence="Apache-2.0",
        statements=STATEMENTS,
    )
    print(json.dumps({"folder": options.out, "name": manifest["name"], "agreement": manifest["agreement"], "files": manifest["files"]}))


if __name__ == "__main__":
    main()
