"""The ranker learns new samples, and some of the old ones again."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vireo_training.data import Samples
from vireo_training.facts import VideoFacts
from vireo_training.increment.replay import repeated
from vireo_training.increment.settings import IncrementSettings
from vireo_training.ranking.rows import Catalogue
from vireo_training.ranking.training import ALONE, Trained, Trainer
from vireo_training.training_loop import Run

Ints = NDArray[np.int64]


def go_on(
    trained: Trained,
    samples: Samples,
    new: Ints,
    reservoir: Ints,
    facts: VideoFacts,
    settings: IncrementSettings,
    seed: int,
    run: Run[Trained] = ALONE,
) -> Trained:
    """Another ranker; `trained` stays as it was. `new` and `reservoir` are rows of the samples; `facts` say which
    videos have an id by now. Transforms of features, quantiles of watch time and the weights of tasks stay those of the
    whole training. Labels are what happened: trees would have to learn everything anew.
    """
    random = np.random.default_rng((seed, len(new), int(samples.time_ms[new].max(initial=0))))
    rows = np.append(new, repeated(reservoir, len(new), settings.replay_share, random))
    schedule = replace(
        trained.settings,
        epochs=settings.epochs,
        batch_size=settings.ranking_batch_size,
        learning_rate=settings.ranking_learning_rate,
        warm_up=settings.warm_up,
    )
    copied = replace(
        trained,
        network=copy.deepcopy(trained.network),
        catalogue=Catalogue.of(facts, trained.catalogue.device),
        settings=schedule,
    )
    trainer = Trainer(copied, samples.where(rows), seed, run)
    for _ in range(settings.epochs):
        trainer.learn_epoch(settings.epochs)
    return replace(copied, settings=trained.settings)
