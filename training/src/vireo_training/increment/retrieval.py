"""The two towers learn what people did since, and some of what they did before again."""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import RetrievalData
from vireo_training.facts import VideoFacts
from vireo_training.increment.replay import repeated, reservoir_of
from vireo_training.increment.settings import IncrementSettings
from vireo_training.retrieval.examples import Examples, history_examples, page_examples
from vireo_training.retrieval.popularity import PopularityByDay
from vireo_training.retrieval.settings import RetrievalSettings
from vireo_training.retrieval.tensors import Catalogue
from vireo_training.retrieval.training import ALONE, Trained, Trainer
from vireo_training.training_loop import Run


def reservoir_examples(data: RetrievalData, settings: RetrievalSettings, most: int, seed: int) -> Examples:
    """Of what whole trainings learn, pages and cuts of the untimed history."""
    popularity = PopularityByDay.until(int(data.samples.day.max()) + 1, data)
    examples = page_examples(data.samples, popularity, settings)
    if settings.history_cuts > 0 and len(data.history) > 0:
        examples = examples.joined(history_examples(data.history, np.random.default_rng(seed), settings))
    return examples.where(reservoir_of(len(examples), most, seed))


def go_on(
    trained: Trained,
    data: RetrievalData,
    new: NDArray[np.bool_],
    reservoir: Examples,
    facts: VideoFacts,
    settings: RetrievalSettings,
    increment: IncrementSettings,
    seed: int,
    run: Run[Trained] = ALONE,
) -> Trained:
    """Other towers; `trained` stays as it was. `data` is all that is known by now, `new` is a mask of its samples.

    The first day of the data must be that of the reservoir's. Words and ids are known as `facts` say. How often each
    video is in a batch is estimated further.
    """
    popularity = PopularityByDay.until(int(data.samples.day.max()), data)
    pages = page_examples(data.samples.where(new), popularity, settings)
    random = np.random.default_rng((seed, int(new.sum()), int(data.samples.time_ms.max())))
    again = reservoir.where(repeated(np.arange(len(reservoir)), len(pages), increment.replay_share, random))
    examples = pages.joined(again)
    schedule = replace(
        settings,
        epochs=increment.epochs,
        batch_size=increment.retrieval_batch_size,
        learning_rate=increment.retrieval_learning_rate,
        warm_up_steps=round(increment.warm_up * math.ceil(len(examples) / increment.retrieval_batch_size)),
    )
    device = trained.catalogue.device
    copied = Trained(
        copy.deepcopy(trained.model),
        Catalogue.of(data.samples, facts, settings.towers.tables, device),
        popularity,
        copy.deepcopy(trained.frequency),
    )
    trainer = Trainer(copied, lambda _: examples, np.unique(data.shown()[1]), schedule, seed, run)
    for _ in range(increment.epochs):
        trainer.learn_epoch(increment.epochs)
    copied.model.eval()
    return copied
