"""The training loop, the same for every family."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, one_hot

from .inputs import Inputs
from .manifest import VALENCE_OF, VALENCES, Clip
from .metrics import softmax, unweighted_average_recall, valence_probabilities
from .recipes import Recipe


@dataclass
class Fitted:
    """The network with its averaged weights, in evaluation mode; one entry an epoch with its loss and, with validation, its recall."""

    network: nn.Module
    history: list[dict[str, float]] = field(default_factory=list)


def labels_of(clips: Sequence[Clip]) -> list[str]:
    """The emotions that occur, in the order of VALENCE_OF. Raises ValueError when they stand for fewer than two valences."""
    labels = [label for label in VALENCE_OF if any(clip.emotion == label for clip in clips)]
    if len({VALENCE_OF[label] for label in labels} - {None}) < 2:
        raise ValueError(f"the clips' emotions ({', '.join(labels)}) stand for fewer than two valences; there is nothing to tell apart")
    return labels


def draw_weights(clips: Sequence[Clip], among: Sequence[int], surprise_share: float) -> np.ndarray:
    """How often each of the clips at `among` is drawn: class weights. Corpora weigh by the fourth root of their size, each valence of
    a corpus the same (surprise: `surprise_share` of that), each emotion of a valence the same. Sums to 1, [len(among)]."""
    keys = [(clips[i].corpus, clips[i].valence, clips[i].emotion) for i in among]
    corpora = {corpus: sum(1 for key in keys if key[0] == corpus) for corpus, _, _ in keys}
    weights = np.zeros(len(keys))
    for corpus, valence, emotion in set(keys):
        emotions = len({key[2] for key in keys if key[:2] == (corpus, valence)})
        share = corpora[corpus] ** 0.25 * (surprise_share if valence is None else 1.0) / emotions
        members = [place for place, key in enumerate(keys) if key == (corpus, valence, emotion)]
        weights[members] = share / len(members)
    return weights / weights.sum()


def fit(
    network: nn.Module,
    inputs: Inputs,
    clips: Sequence[Clip],
    train: Sequence[int],
    recipe: Recipe,
    labels: Sequence[str],
    held_out: Sequence[int] = (),
    report: Callable[[str], None] = lambda line: None,
) -> Fitted:
    """Trains `network` on the clips at `train`, for emotions and their valences at once. With `recipe.patience` and `held_out`
    speakers it stops early and gives back the best epoch; without, it runs all epochs. Raises FloatingPointError when the loss does."""
    torch.manual_seed(recipe.seed)
    generator = np.random.default_rng(recipe.seed)
    weights = draw_weights(clips, train, recipe.surprise_share)
    truths = torch.tensor([labels.index(clip.emotion) if clip.emotion in labels else -1 for clip in clips])
    steps = max(1, len(train) // recipe.batch)
    learnt = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.learning_rate, total_steps=steps * recipe.epochs, pct_start=0.15)
    averaged = copy.deepcopy(network).eval()
    fitted, best, waited, done = Fitted(averaged), (-1.0, averaged.state_dict()), 0, 0
    for epoch in range(recipe.epochs):
        network.train()
        total = 0.0
        for _ in range(steps):
            drawn = np.asarray(train)[generator.choice(len(train), recipe.batch, p=weights)]
            batch, shares = mixed(_crops(inputs, drawn, recipe, generator), _smoothed(truths[drawn], len(labels), recipe), recipe.mixup, generator)
            loss = joint_loss(inputs.logits(network, batch), shares, labels)
            if not torch.isfinite(loss):
                raise FloatingPointError(f"the loss is {loss.item()} in epoch {epoch + 1}; use a learning rate below {recipe.learning_rate}")
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learnt, 5.0)
            optimizer.step()
            schedule.step()
            done += 1
            _average(averaged, network, min(recipe.averaging, done / (done + 9)))
            total += loss.item()
        entry = {"epoch": epoch + 1, "loss": round(total / steps, 4)}
        if held_out and recipe.patience:
            entry["recall"] = round(valence_recall(logits_of(averaged, inputs, held_out), clips, held_out, labels), 4)
            better = entry["recall"] > best[0]
            waited = 0 if better else waited + 1
            if better:
                best = (entry["recall"], copy.deepcopy(averaged.state_dict()))
        fitted.history.append(entry)
        report(", ".join(f"{name} {value}" for name, value in entry.items()))
        if recipe.patience and waited >= recipe.patience:
            break
    if best[0] >= 0:
        averaged.load_state_dict(best[1])
    return fitted


def joint_loss(logits: Tensor, shares: Tensor, labels: Sequence[str]) -> Tensor:
    """Cross-entropy of the emotions plus that of the valences their probabilities sum to, without surprise. `shares`: [batch, labels]."""
    member = torch.tensor([[float(VALENCE_OF[label] == valence) for valence in VALENCES] for label in labels])
    logarithms = log_softmax(logits, dim=1)
    summed = logarithms.exp() @ member + 1e-6
    valences = torch.log(summed / summed.sum(1, keepdim=True))
    return -(shares * logarithms).sum(1).mean() - ((shares @ member) * valences).sum(1).mean()


def mixed(batch: Tensor, shares: Tensor, strength: float, generator: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Mixup (Zhang et al. 2018): each example with a lesser part of another, inputs and labels alike; Beta(strength, strength)."""
    if strength == 0:
        return batch, shares
    part = float(generator.beta(strength, strength))
    part = max(part, 1 - part)
    other = torch.from_numpy(generator.permutation(len(batch)))
    return part * batch + (1 - part) * batch[other], part * shares + (1 - part) * shares[other]


def logits_of(network: nn.Module, inputs: Inputs, clips: Sequence[int], condition: str = "clean") -> np.ndarray:
    """Logits [clips, labels] of whole clips, one at a time: padding changes the answers of some families."""
    network.eval()
    with torch.no_grad():
        answers = [inputs.logits(network, torch.from_numpy(inputs.condition(clip, condition))[None])[0].numpy() for clip in clips]
    return np.stack(answers)


def valence_recall(logits: np.ndarray, clips: Sequence[Clip], among: Sequence[int], labels: Sequence[str]) -> float:
    """Unweighted average recall of the valences, 0 to 1, over the clips at `among` that have one."""
    truths = np.array([VALENCES.index(clips[i].valence) if clips[i].valence else -1 for i in among])
    guesses = valence_probabilities(softmax(logits), labels).argmax(1)
    return unweighted_average_recall(truths[truths >= 0], guesses[truths >= 0])


def _crops(inputs: Inputs, clips: np.ndarray, recipe: Recipe, generator: np.random.Generator) -> Tensor:
    """A batch of parts of equal length, 0.8 to 1.25 times `crop_seconds`; shorter clips are padded with silence."""
    steps = int(recipe.crop_seconds * generator.uniform(0.8, 1.25) * inputs.rate)
    crops = []
    for clip in clips:
        whole = inputs.variant(int(clip), generator)
        start = int(generator.integers(max(1, len(whole) - steps + 1)))
        crop = whole[start : start + steps]
        crops.append(np.pad(crop, [(0, steps - len(crop))] + [(0, 0)] * (crop.ndim - 1)))
    return torch.from_numpy(np.stack(crops))


def _smoothed(truths: Tensor, count: int, recipe: Recipe) -> Tensor:
    return one_hot(truths, count) * (1 - recipe.label_smoothing) + recipe.label_smoothing / count


@torch.no_grad()
def _average(averaged: nn.Module, network: nn.Module, decay: float) -> None:
    for mean, value in zip(averaged.state_dict().values(), network.state_dict().values()):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)
