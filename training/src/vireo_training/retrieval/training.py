"""Trains the two towers: seeded, in one process or several, and from where it was after a kill."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vireo_training.data import RetrievalData
from vireo_training.facts import VideoFacts, facts_of
from vireo_training.retrieval.examples import Examples, history_examples, page_examples
from vireo_training.retrieval.loss import FrequencyEstimate
from vireo_training.retrieval.objective import Objective
from vireo_training.retrieval.popularity import WINDOWS, PopularityByDay
from vireo_training.retrieval.settings import RetrievalSettings
from vireo_training.retrieval.tensors import Catalogue
from vireo_training.retrieval.two_tower import TwoTower
from vireo_training.training_loop import Progress, Run, cosine, load_checkpoint, seeded
from vireo_training.whole_files import save_whole

LEAST_WORD_VIDEOS = 5
"""A word of fewer videos has no vector: it would tell the video, not what it is about."""


@dataclass(frozen=True)
class Trained:
    model: TwoTower
    catalogue: Catalogue
    popularity: PopularityByDay
    frequency: FrequencyEstimate

    def popularity_term(self, day: int) -> Tensor:
        """What is added to each video's score on a day: [V]."""
        row = int(self.popularity.row_of(np.array(day)))
        values = self.catalogue.tensor(self.popularity.values[row])  # [V, WINDOWS]
        return self.model.popularity(values).squeeze(1)  # type: ignore[no-any-return]


ALONE: Run[Trained] = Run()


def train(
    data: RetrievalData, until_day: int, settings: RetrievalSettings, epochs: int, seed: int, run: Run[Trained] = ALONE
) -> Trained:
    """Learns from all days before one. The schedule is that of `settings.epochs`, of which the first `epochs` are run.

    Raises ValueError where nothing was watched.
    """
    trainer = begun(data.before(until_day), until_day, settings, seed, run)
    trainer.resume()
    while trainer.epoch < epochs:
        trainer.learn_epoch(epochs)
        # Before it is saved: a look that a kill cut short is taken again.
        run.after_epoch(trainer.epoch, trainer.trained)
        trainer.save()
    trainer.trained.model.eval()
    return trainer.trained


def begun(data: RetrievalData, until_day: int, settings: RetrievalSettings, seed: int, run: Run[Trained]) -> Trainer:
    """With all that is known before the first epoch."""
    seeded(seed)
    device = torch.device(settings.device)
    catalogue = Catalogue.of(data.samples, known_facts(data, settings), settings.towers.tables, device)
    popularity = PopularityByDay.until(until_day, data)
    model = TwoTower(settings.towers, data.videos.embeddings.shape[1], len(WINDOWS)).to(device)
    pages = page_examples(data.samples, popularity, settings)
    if len(pages) == 0:
        raise ValueError(f"nothing was watched before day {until_day}; there is nothing to learn from")

    def examples(random: np.random.Generator) -> Examples:
        if settings.history_cuts == 0 or len(data.history) == 0:
            return pages
        return pages.joined(history_examples(data.history, random, settings))

    trained = Trained(model, catalogue, popularity, FrequencyEstimate(len(catalogue), device))
    made_of = f"{seed} {until_day} {settings} {digest(data)}"
    return Trainer(trained, examples, np.unique(data.shown()[1]), settings, seed, run, made_of)


class Trainer:
    """What is trained, its optimiser, and where they are."""

    def __init__(
        self,
        trained: Trained,
        examples: Callable[[np.random.Generator], Examples],
        displayed: NDArray[np.int64],
        settings: RetrievalSettings,
        seed: int,
        run: Run[Trained],
        made_of: str = "",
    ) -> None:
        """`examples` are asked for anew in each epoch. `displayed` are videos that ever were, in ascending order.
        `made_of` tells checkpoints of one training from those of another."""
        self.trained, self.examples, self.settings = trained, examples, settings
        self.seed, self.run, self.made_of = seed, run, made_of
        self.epoch = 0
        self.seconds = 0.0
        self.objective = Objective(
            settings, trained.model, trained.catalogue, trained.popularity, trained.frequency, displayed, run.ranks
        )
        self.optimiser = torch.optim.Adam(trained.model.parameters(), lr=settings.learning_rate)

    def learn_epoch(self, epochs: int) -> None:
        """`epochs` are to be run in all, for the time left."""
        random = np.random.default_rng((self.seed, self.epoch))
        torch.manual_seed(int(random.integers(1 << 62)))
        examples = self.examples(random)
        order = random.permutation(len(examples))
        steps = math.ceil(len(examples) / self.settings.batch_size)
        self.trained.model.train()
        began, before, total = time.monotonic(), self.seconds, 0.0
        for step, start in enumerate(range(0, len(order), self.settings.batch_size)):
            self.set_learning_rate(self.epoch * steps + step, self.settings.epochs * steps)
            total += self.learn(examples.where(order[start : start + self.settings.batch_size]), random)
            done = (self.epoch + (step + 1) / steps) / epochs
            self.seconds = before + time.monotonic() - began
            left = self.seconds / done * (1 - done)
            self.run.report(Progress(self.epoch + 1, epochs, done, total / (step + 1), left))
        self.epoch += 1

    def set_learning_rate(self, step: int, steps: int) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.learning_rate * cosine(step, steps, self.settings.warm_up_steps)

    def learn(self, batch: Examples, random: np.random.Generator) -> float:
        """One step; its loss."""
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.objective(batch, random)
        loss.backward()  # type: ignore[no-untyped-call]
        summed = self.run.ranks.summed(loss, self.trained.model)
        self.optimiser.step()
        return summed

    def save(self) -> None:
        if self.run.checkpoint is None or self.run.ranks.rank > 0:
            return
        save_whole(
            self.run.checkpoint,
            {
                "made_of": self.made_of,
                "epoch": self.epoch,
                "seconds": self.seconds,
                "model": self.trained.model.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "frequency": self.trained.frequency.state(),
            },
        )

    def resume(self) -> None:
        """Goes on from the checkpoint, if there is one of the same data, settings and seed.

        An epoch's draws depend on the seed and its number alone, so there is no state of a generator to keep.
        """
        state = load_checkpoint(self.run.checkpoint, self.made_of, self.trained.catalogue.device)
        if state is None:
            return
        self.epoch, self.seconds = state["epoch"], state["seconds"]
        self.trained.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.trained.frequency.restore(**state["frequency"])


def known_facts(
    data: RetrievalData, settings: RetrievalSettings, earlier: NDArray[np.bool_] | None = None
) -> VideoFacts:
    """Ids of videos that were displayed often enough, or were known `earlier` [V], and words of enough videos."""
    known = np.bincount(data.shown()[1], minlength=len(data.videos)) >= settings.known_from  # [V]
    facts = facts_of(data.videos, settings.towers.tables).knowing(known if earlier is None else known | earlier)
    videos_of_word = np.bincount(facts.words.ravel(), minlength=settings.towers.tables.words)
    return replace(facts, words=np.where(videos_of_word[facts.words] >= LEAST_WORD_VIDEOS, facts.words, 0))


def digest(data: RetrievalData) -> str:
    """Of what a training learns from."""
    found = hashlib.sha256()
    labels = data.samples.labels
    for column in (data.samples.sample_id.astype(str), labels["long_view"], labels["like"], *data.shown()):
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()
