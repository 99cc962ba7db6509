"""The model card of a folder: what is in the manifest, and what the exporter was told; nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOT_STATED = "not stated"

# Mitchell et al. 2019, "Model Cards for Model Reporting", cut to what a caller of the endpoint must know.
STATEMENTS = {
    "use": "Intended use",
    "data": "Training data",
    "figures": "Figures on speakers it never heard",
    "limits": "Limits",
}


def model_card(manifest: Mapping[str, Any], clips_origin: str, statements: Mapping[str, str]) -> str:
    """Markdown. `statements` has some of the keys of STATEMENTS; what is missing is marked as not stated. Raises ValueError for others."""
    strangers = sorted(set(statements) - set(STATEMENTS))
    if strangers:
        raise ValueError(f"the card has no part {', '.join(strangers)}; its parts are {', '.join(STATEMENTS)}.")
    labels = "\n".join(f"| {label['name']} | {label['valence'] or 'dropped'} |" for label in manifest["labels"])
    agreement = manifest["agreement"]
    quantised = (
        f"int8 matrix products, the rest fp32. Same label as fp32 on {agreement['labels']:.1%} of {agreement['clips']} clips "
        f"({clips_origin}); largest difference of a probability {agreement['largestDifference']:.4f}."
        if manifest["quantization"] == "int8-matmul"
        else "none (fp32)."
    )
    scores = "calibrated on held-out data" if manifest["scores"] == "calibrated" else "as the network gives them, not calibrated"
    told = "\n\n".join(f"## {title}\n{statements.get(key, NOT_STATED)}" for key, title in STATEMENTS.items())
    return f"""# {manifest["name"]} {manifest["version"]}

A {manifest["family"]} classifier of speech in the model folder format `{manifest["schema"]}`.

- Input: mono audio at {manifest["samplingRate"]} Hz, from {manifest["minimumSeconds"]} s; longer than {manifest["windowSeconds"]} s is cut into windows, one every {manifest["hopSeconds"]} s.
- Probabilities: {scores}; an answer whose highest valence is below {manifest["lowConfidenceBelow"]} is marked as of low confidence.
- Quantisation: {quantised}
- Licence: {manifest["licence"]}

| label | valence |
| --- | --- |
{labels}

{told}

## Golden clips
Made by synthesis; the model server checks at every start that the model answers them as it did here, within {manifest["goldenTolerance"]}.
"""
