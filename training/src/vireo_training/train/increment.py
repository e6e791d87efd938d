"""An increment: models go on from the state of the last artifact, with the samples that came since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vireo_training.artifact.distributions import distributions_of, read_distributions
from vireo_training.artifact.write import TrainingRun
from vireo_training.data import Samples, Videos
from vireo_training.evaluation.results import Estimate
from vireo_training.increment import ranking as ranking_increment
from vireo_training.increment import retrieval as retrieval_increment
from vireo_training.increment.replay import reservoir_of
from vireo_training.ranking import training as ranking
from vireo_training.ranking.calibration import LEAST_POSITIVES, Calibration
from vireo_training.ranking.restore import restored_network
from vireo_training.ranking.rows import Catalogue as RankingCatalogue
from vireo_training.retrieval import training as retrieval
from vireo_training.retrieval.loss import FIRST_GAP, FrequencyEstimate
from vireo_training.retrieval.popularity import WINDOWS, PopularityByDay
from vireo_training.retrieval.tensors import Catalogue as RetrievalCatalogue
from vireo_training.retrieval.two_tower import TwoTower
from vireo_training.train.job import Job
from vireo_training.train.models import TrainedModels, written
from vireo_training.train.quality import auc_by_person
from vireo_training.train.ranking import TrainedRanking, positives_of
from vireo_training.train.retrieval import TrainedRetrieval
from vireo_training.train.state import TrainingState, are_among, features_of, hashes_of
from vireo_training.training_loop import Run

Bools = NDArray[np.bool_]
CAME_FROM = "from"
"""Among the configuration in a manifest."""


def go_on(job: Job, begun: TrainingState, artifact: Path, registry: Path) -> Path:
    """The new artifact. `artifact` is the one that `begun` was left with. Raises ValueError where there is nothing to
    learn or to repeat, or features are others."""
    new = new_samples(job, begun)
    job.say(f"{int(new.sum()):,} new samples")
    until_ms = int(job.export.samples.time_ms.max()) + 1
    before, distributions = begun.run, read_distributions(artifact)
    # The same rows learned in other steps make another model: its manifest says which it comes from.
    configuration = job.configuration | {CAME_FROM: artifact.absolute().name}
    trained = TrainedModels(
        begun.what,
        increment_retrieval(job, begun, begun.retrieval, new) if begun.retrieval else None,
        increment_ranking(job, begun, begun.ranking, new) if begun.ranking else None,
        TrainingRun(before.from_ms, until_ms, before.rows + int(new.sum()), job.seed, configuration),
        before,
        distributions and distributions + distributions_of(job.export.samples.where(new)),
        begun.whole_until_ms,
        begun.whole_seed,
    )
    return written(job, trained, registry)


def new_samples(job: Job, state: TrainingState) -> Bools:
    """A mask."""
    samples = job.export.samples
    if state.features != features_of(samples):
        raise ValueError("the samples have other features than the model was trained on; train without --from")
    new = samples.time_ms >= state.run.until_ms
    if not new.any():
        raise ValueError(f"there are no samples after {iso(state.run.until_ms)}, until which the model has learned")
    if job.config.increment.replay_share > 0 and not (samples.time_ms < state.whole_until_ms).any():
        raise ValueError(
            f"there are no samples before {iso(state.whole_until_ms)} to repeat; export older ones too, or set"
            " increment.replay_share to 0"
        )
    return new


def iso(time_ms: int) -> str:
    return str(np.datetime64(time_ms, "ms"))


def increment_ranking(job: Job, begun: TrainingState, state: Mapping[str, Any], new: Bools) -> TrainedRanking:
    samples, videos, settings = job.export.samples, job.export.videos, job.config.ranking
    device = torch.device(settings.device)
    earlier = are_among(videos, state["known"])
    facts = ranking.known_facts(samples.video, videos, settings, earlier)
    network = restored_network(state["network"], settings.network).to(device)
    before = ranking.Trained(
        network, RankingCatalogue.of(facts.knowing(earlier), device), settings, tuple(state["weights"])
    )
    calibrations = {task: Calibration(*line) for task, line in state["calibrations"].items()}
    old = np.flatnonzero(samples.time_ms < begun.whole_until_ms)
    trained = ranking_increment.go_on(
        before,
        samples,
        np.flatnonzero(new),
        old[reservoir_of(len(old), job.config.increment.reservoir, begun.whole_seed)],
        facts,
        job.config.increment,
        job.seed,
        Run(job.ranks, report=job.following("ranking, increment")),
    )
    come = samples.where(new)
    added = positives_of(come, settings.network.tasks)
    positives = {task: count + added[task] for task, count in state["positives"].items()}
    return TrainedRanking(trained, calibrations, positives, quality_before(before, come, job.seed))


def quality_before(before: ranking.Trained, new: Samples, seed: int) -> dict[str, Estimate]:
    """What the model that the increment goes on from made of the new samples, before it or another learned them."""
    logits = before.predict(new).logits
    found = {}
    for task, own in zip(before.settings.network.tasks, logits.T, strict=True):
        labels = new.labels[task].astype(np.float64)
        if min((labels == 1).sum(), (labels == 0).sum()) >= LEAST_POSITIVES:
            found[f"ranker.fp32.auc.{task}"] = auc_by_person(labels, own.astype(np.float64), new.person, seed)
    return found


def increment_retrieval(job: Job, begun: TrainingState, state: Mapping[str, Any], new: Bools) -> TrainedRetrieval:
    data, settings = job.export.retrieval, job.config.retrieval
    device = torch.device(settings.device)
    facts = retrieval.known_facts(data, settings, are_among(data.videos, state["known"]))
    model = TwoTower(settings.towers, data.videos.embeddings.shape[1], len(WINDOWS)).to(device)
    model.load_state_dict(state["model"])
    before = retrieval.Trained(
        model,
        RetrievalCatalogue.of(data.samples, facts, settings.towers.tables, device),
        PopularityByDay.until(job.last_day, data),
        frequency_of(data.videos, state, device),
    )
    old = replace(data, samples=data.samples.where(data.samples.time_ms < begun.whole_until_ms))
    trained = retrieval_increment.go_on(
        before,
        data,
        new,
        retrieval_increment.reservoir_examples(old, settings, job.config.increment.reservoir, begun.whole_seed),
        facts,
        settings,
        job.config.increment,
        job.seed,
        Run(job.ranks, report=job.following("retrieval, increment")),
    )
    return TrainedRetrieval(trained, facts, {})


def frequency_of(videos: Videos, state: Mapping[str, Any], device: torch.device) -> FrequencyEstimate:
    """As it was; nothing is known of videos that have come since."""
    estimate = FrequencyEstimate(len(videos), device)
    place = {each: at for at, each in enumerate(state["videos"].tolist())}
    at = np.array([place.get(each, -1) for each in hashes_of(videos).tolist()])  # [V]
    gaps = torch.from_numpy(np.where(at >= 0, state["gaps"].cpu().numpy()[at], np.float32(FIRST_GAP)))
    estimate.restore(gaps.to(device), estimate.last, 0)
    return estimate
