"""Trains the ranker: seeded, in one process or several, and from where it was after a kill."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from vireo_training.data import Samples, Videos
from vireo_training.facts import VideoFacts, facts_of
from vireo_training.ranking.base import RankingModule
from vireo_training.ranking.distillation import taught
from vireo_training.ranking.features import FeatureTransform, fit_features
from vireo_training.ranking.network import RankingNetwork
from vireo_training.ranking.rows import Catalogue, RankingRows
from vireo_training.ranking.settings import NetworkSettings, RankingSettings
from vireo_training.ranking.watch_time import WatchScale, fit_watch_scale
from vireo_training.training_loop import Progress, Run, cosine, load_checkpoint, seeded
from vireo_training.whole_files import save_whole

Ints = NDArray[np.int64]
Build = Callable[[NetworkSettings, FeatureTransform, FeatureTransform, WatchScale], RankingModule]

LEAST_ROWS = 100
ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Predictions:
    logits: NDArray[np.float64]  # [N, T]
    watch_ms: NDArray[np.float64]  # [N]


@dataclass(frozen=True)
class Trained:
    network: RankingModule
    catalogue: Catalogue
    settings: RankingSettings
    weights: tuple[float, ...]  # of the tasks' losses

    def rows(self, samples: Samples) -> RankingRows:
        shape = self.settings.network
        return RankingRows(samples, self.catalogue, shape.tables, shape.recent)

    def predict(self, samples: Samples) -> Predictions:
        """Without the bias of positions."""
        self.network.eval()
        rows = self.rows(samples)
        logits, watch_ms = [], []
        with torch.no_grad():
            for batch in np.array_split(np.arange(len(rows)), max(1, math.ceil(len(rows) / ROWS_AT_ONCE))):
                outputs = rows.outputs(self.network, batch)
                lengths = rows.lengths_ms(batch)
                logits.append(outputs.logits)
                head, scale = self.network.watch_head, self.network.watch_scale
                watch_ms.append(head.watch_ms(outputs.watch_logits, scale, lengths))
        return Predictions(torch.cat(logits).double().cpu().numpy(), torch.cat(watch_ms).double().cpu().numpy())


ALONE: Run[Trained] = Run()


def train(
    samples: Samples,
    videos: Videos,
    settings: RankingSettings,
    epochs: int,
    seed: int,
    run: Run[Trained] = ALONE,
    build: Build = RankingNetwork,
) -> Trained:
    """Learns all samples. The schedule is that of `settings.epochs`, of which the first `epochs` are run.

    Raises ValueError where samples are too few, a feature is not a number, or no task has both outcomes.
    """
    trainer = begun(samples, videos, settings, seed, run, build)
    trainer.resume()
    while trainer.epoch < epochs:
        trainer.learn_epoch(epochs)
        # Before it is saved: a look that a kill cut short is taken again.
        run.after_epoch(trainer.epoch, trainer.trained)
        trainer.save()
    return trainer.trained


def begun(
    samples: Samples, videos: Videos, settings: RankingSettings, seed: int, run: Run[Trained], build: Build
) -> Trainer:
    """With all that is fitted before the first epoch."""
    if len(samples) < LEAST_ROWS:
        raise ValueError(f"{len(samples)} samples are too few to train a ranker; it needs {LEAST_ROWS}")
    shape = settings.network
    rates = {task: positive_share(samples.labels[task]) for task in shape.tasks}
    weights = tuple(loss_weight(rate, settings.rare_power) for rate in rates.values())
    if not any(weights):
        raise ValueError(f"no task has both outcomes: {', '.join(shape.tasks)}; there is nothing to learn")
    seeded(seed)
    device = torch.device(settings.device)
    catalogue = Catalogue.of(known_facts(samples.video, videos, settings), device)
    person_transform = fit_features(samples.person_features, samples.person_values)
    item_transform = fit_features(samples.item_features, samples.item_values)
    watch_scale = fit_watch_scale(videos.lengths_ms[samples.video], samples.labels["watch_ms"])
    network = build(shape, person_transform, item_transform, watch_scale).to(device)
    bounded = np.clip(list(rates.values()), 1e-6, 1 - 1e-6)
    network.biases.data.copy_(torch.from_numpy(np.log(bounded / (1 - bounded))))
    labelled = taught(samples, videos, shape.tasks, settings.teacher, seed, run.prepares)
    made_of = f"{seed} {settings} {build} {digest(samples)}"
    return Trainer(Trained(network, catalogue, settings, weights), labelled, seed, run, made_of)


class Trainer:
    """What is trained, its optimiser, and where they are."""

    def __init__(self, trained: Trained, samples: Samples, seed: int, run: Run[Trained], made_of: str = "") -> None:
        """`made_of` tells checkpoints of one training from those of another."""
        self.trained, self.seed, self.run, self.made_of = trained, seed, run, made_of
        self.network, self.settings = trained.network, trained.settings
        self.device = trained.catalogue.device
        self.epoch = 0
        self.seconds = 0.0
        self.rows = trained.rows(samples)
        self.weights = torch.tensor(trained.weights, dtype=torch.float32, device=self.device)  # [T]
        self.optimiser = torch.optim.AdamW(self.groups(), lr=self.settings.learning_rate)

    def groups(self) -> list[dict[str, object]]:
        """Weights of layers are drawn to 0; what positions add and biases are not."""
        named = list(self.network.named_parameters())
        free = [each for name, each in named if each.ndim == 1 or name.startswith("position_bias")]
        kept = {id(each) for each in free}
        drawn = [each for _, each in named if id(each) not in kept]
        return [
            {"params": drawn, "weight_decay": self.settings.weight_decay},
            {"params": free, "weight_decay": 0.0},
        ]

    def learn_epoch(self, epochs: int) -> None:
        """`epochs` are to be run in all, for the time left."""
        random = np.random.default_rng((self.seed, self.epoch))
        torch.manual_seed(int(random.integers(1 << 62)))
        order = random.permutation(len(self.rows))
        size = self.settings.batch_size
        steps = math.ceil(len(order) / size)
        self.network.train()
        began, before, total = time.monotonic(), self.seconds, 0.0
        for step in range(steps):
            self.set_learning_rate(self.epoch * steps + step, self.settings.epochs * steps)
            total += self.learn(order[step * size : (step + 1) * size])
            done = (self.epoch + (step + 1) / steps) / epochs
            self.seconds = before + time.monotonic() - began
            left = self.seconds / done * (1 - done)
            self.run.report(Progress(self.epoch + 1, epochs, done, total / (step + 1), left))
        self.epoch += 1

    def set_learning_rate(self, step: int, steps: int) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * cosine(step, steps, self.settings.warm_up * steps)

    def learn(self, batch: Ints) -> float:
        """One step; its loss. The sum of the ranks' parts is what one process would find."""
        own = batch[self.run.ranks.rank :: self.run.ranks.world]
        self.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            loss = self.loss(own) / len(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        shown = self.run.ranks.summed(loss, self.network)
        self.optimiser.step()
        return shown

    def loss(self, rows: Ints) -> Tensor:
        """The sum over rows and tasks; labels that are not known count for nothing."""
        network, samples = self.network, self.rows.samples
        outputs = self.rows.outputs(network, rows)
        labels = self.rows.labels(rows, self.settings.network.tasks)  # [B, T]
        logits = outputs.logits + network.position_bias(self.rows.tensor(samples.position[rows]))  # [B, T]
        weights = self.weights * ~labels.isnan()  # [B, T]
        losses = functional.binary_cross_entropy_with_logits(logits, labels.nan_to_num(), reduction="none")  # [B, T]
        watched = self.rows.tensor(samples.labels["watch_ms"][rows])  # [B]
        quantiles = network.watch_scale(self.rows.lengths_ms(rows))  # [B, K + 2]
        watch = network.watch_head.loss(outputs.watch_logits, watched.nan_to_num(), quantiles)  # [B]
        return (losses * weights).sum() + self.settings.watch_weight * (watch * ~watched.isnan()).sum()

    def save(self) -> None:
        if self.run.checkpoint is None or self.run.ranks.rank > 0:
            return
        save_whole(
            self.run.checkpoint,
            {
                "made_of": self.made_of,
                "epoch": self.epoch,
                "seconds": self.seconds,
                "network": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
            },
        )

    def resume(self) -> None:
        """An epoch's draws depend on the seed and its number alone, so there is no state of a generator to keep."""
        state = load_checkpoint(self.run.checkpoint, self.made_of, self.device)
        if state is None:
            return
        self.epoch, self.seconds = state["epoch"], state["seconds"]
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])


def positive_share(labels: NDArray[np.float32]) -> float:
    known = labels[~np.isnan(labels)]
    return float(known.mean()) if len(known) else 0.0


def loss_weight(rate: float, power: float) -> float:
    """1 where half of the rows are positive, more where fewer or more are, 0 where one class is missing."""
    if not 0 < rate < 1:
        return 0.0
    bits = -rate * math.log2(rate) - (1 - rate) * math.log2(1 - rate)
    return float(bits**-power)


def known_facts(
    displayed: Ints, videos: Videos, settings: RankingSettings, earlier: NDArray[np.bool_] | None = None
) -> VideoFacts:
    """Ids only of videos that were displayed often enough, as rows [N] tell, or were known `earlier` [V]."""
    known = np.bincount(displayed, minlength=len(videos)) >= settings.known_from  # [V]
    return facts_of(videos, settings.network.tables).knowing(known if earlier is None else known | earlier)


def digest(samples: Samples) -> str:
    """Of what a training learns from."""
    found = hashlib.sha256()
    for column in (samples.sample_id.astype(str), samples.item_values, samples.person_values, *samples.labels.values()):
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()
