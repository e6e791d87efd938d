"""Trains the ranker that ships, and the twin that its figures are from."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.prune import L1Unstructured, global_unstructured, remove

from vireo_training.artifact.graphs import Graph, Session, export_fp32
from vireo_training.artifact.inputs import Encoder
from vireo_training.artifact.served_graph import ServedGraph, write_graph
from vireo_training.artifact.serving_shape import request, requests_of, served_logits
from vireo_training.artifact.write import Known, RankingPart, Task
from vireo_training.data import Samples
from vireo_training.evaluation.results import Estimate
from vireo_training.facts import facts_of
from vireo_training.ranking.base import RankingModule
from vireo_training.ranking.calibration import LEAST_POSITIVES, Calibration, value_weights
from vireo_training.ranking.ranker import judged
from vireo_training.ranking.served import INPUTS, OUTPUTS, ROWS, ServedRanker
from vireo_training.ranking.training import Trained, train
from vireo_training.train.best import BestEpoch
from vireo_training.train.job import Job
from vireo_training.train.quality import auc_by_person
from vireo_training.train.state import hashes
from vireo_training.training_loop import Run

CALIBRATION_REQUESTS = 1_000
PARITY_REQUESTS = 2
PARITY_CANDIDATES = 4
PRUNED_SHARE = 0.5

USUAL_VALUE: Mapping[str, float] = {
    "long_view": 1.0,
    # Finish and watch time tell of the same quantity as a long view.
    "finish": 0.3,
    "like": 2.0,
    "share": 3.0,
    "comment": 2.0,
    "follow": 4.0,
    "skip": -0.5,
    "not_interested": -10.0,
}
"""What each task weighs in y = Σ w · P unless configured; the others weigh nothing."""


@dataclass(frozen=True)
class TrainedRanking:
    trained: Trained
    calibrations: Mapping[str, Calibration]
    positives: Mapping[str, int]  # by task; of watch time, how many are known
    metrics: dict[str, Estimate]

    def part(self, job: Job) -> RankingPart:
        settings = self.trained.settings
        weights = value_weights(
            {task: self.positives[task] for task in settings.network.tasks}, USUAL_VALUE, job.config.value
        )
        heads = [
            Task(task, "binary", self.positives[task], (line.slope, line.intercept), weights[task])
            for task in settings.network.tasks
            for line in [self.calibrations[task]]
        ]
        watch = Task("watch_ms", "watch_time", self.positives["watch_ms"], None, 0.0)
        return RankingPart(Known(self.trained.catalogue.known, settings.known_from), [*heads, watch])

    def graph(self, job: Job) -> ServedGraph:
        return served(job, self.trained, self.calibrations, job.export.samples)

    def state(self, job: Job) -> dict[str, Any]:
        return {
            "network": self.trained.network.state_dict(),
            "weights": list(self.trained.weights),
            "calibrations": {task: [line.slope, line.intercept] for task, line in self.calibrations.items()},
            "positives": dict(self.positives),
            "known": hashes(job.export.videos, self.trained.catalogue.known),
        }


@dataclass(frozen=True)
class Choice:
    """Made on the last day by the twin, which has not learned from it."""

    epochs: int
    calibrations: dict[str, Calibration]


def train_ranking(job: Job) -> TrainedRanking:
    samples, settings = job.export.samples, job.config.ranking
    twin, choice = choose(job)
    metrics = twin_metrics(job, twin, choice) if job.ranks.rank == 0 else {}
    stage = "ranking, all days"
    run: Run[Trained] = Run(job.ranks, job.file("ranking.pt"), job.following(stage), prepares=job.preparing(stage))
    trained = train(samples, job.export.videos, settings, choice.epochs, job.seed, run)
    return TrainedRanking(trained, choice.calibrations, positives_of(samples, settings.network.tasks), metrics)


def positives_of(samples: Samples, tasks: tuple[str, ...]) -> dict[str, int]:
    watched = int((~np.isnan(samples.labels["watch_ms"])).sum())
    return {task: int(np.nansum(samples.labels[task])) for task in tasks} | {"watch_ms": watched}


def choose(job: Job) -> tuple[Trained, Choice]:
    """Trains on all days but the last, and keeps what does best on that. It goes on from where it was after a kill."""
    samples, settings = job.export.samples, job.config.ranking
    validation = samples.on(job.last_day)
    best = BestEpoch(job, "ranking")

    def look(epoch: int, trained: Trained) -> None:
        loss, choice = judged(epoch, trained.predict(validation), validation, settings.network.tasks)
        best.offer(loss, choice, trained.network)

    stage = "ranking, choosing"
    run: Run[Trained] = Run(
        job.ranks, job.file("ranking-twin-last.pt"), job.following(stage), look, job.preparing(stage)
    )
    twin = train(samples.before(job.last_day), job.export.videos, settings, settings.epochs, job.seed, run)
    found = best.restore(twin.network)
    return twin, Choice(found["epochs"], {task: Calibration(*line) for task, line in found["calibration"].items()})


def twin_metrics(job: Job, twin: Trained, choice: Choice) -> dict[str, Estimate]:
    """AUC on the last day in the serving shape: of each precision, and with the smallest weights pruned."""
    job.say("ranking: figures of the exported graphs on the last day")
    samples = job.export.samples
    validation, before = samples.on(job.last_day), samples.before(job.last_day)
    encoder = encoder_of(job, twin)
    tasks = tuple(task for task in twin.settings.network.tasks if np.nansum(validation.labels[task]) >= LEAST_POSITIVES)
    columns = {task: twin.settings.network.tasks.index(task) for task in tasks}
    pruned = replace(twin, network=prune(twin.network))
    with TemporaryDirectory() as folder:
        files = write_graph(Path(folder), served(job, twin, choice.calibrations, before))
        files["pruned"] = Path(folder) / "pruned.onnx"
        smaller = served(job, pruned, choice.calibrations, before)
        export_fp32(smaller.model, smaller.graph, smaller.calibration[0], files["pruned"])
        found = {
            name: served_auc(Session(file), validation, encoder, columns, job.seed) for name, file in files.items()
        }
    return {f"ranker.{name}.auc.{task}": value for name, by in found.items() for task, value in by.items()}


def served_auc(
    session: Session, samples: Samples, encoder: Encoder, columns: Mapping[str, int], seed: int
) -> dict[str, Estimate]:
    """By task, whose logits are in these columns."""
    logits = served_logits(session, samples, encoder).astype(np.float64)  # [N, T]
    return {
        task: auc_by_person(samples.labels[task].astype(np.float64), logits[:, column], samples.person, seed)
        for task, column in columns.items()
    }


def prune(network: RankingModule) -> RankingModule:
    """A copy without the smallest weights of its layers, over all of them (Han et al., "Learning both Weights and
    Connections", 2015, without training anew)."""
    pruned = copy.deepcopy(network)
    layers = [(module, "weight") for module in pruned.modules() if isinstance(module, nn.Linear)]
    global_unstructured(layers, L1Unstructured, amount=PRUNED_SHARE)
    for module, name in layers:
        remove(module, name)  # type: ignore[no-untyped-call]
    return pruned


def served(job: Job, trained: Trained, calibrations: Mapping[str, Calibration], samples: Samples) -> ServedGraph:
    """With requests of the samples that it was trained on."""
    encoder = encoder_of(job, trained)
    random = np.random.default_rng(job.seed)
    requests = list(requests_of(samples))
    drawn = [requests[at] for at in np.sort(random.permutation(len(requests))[:CALIBRATION_REQUESTS])]
    return ServedGraph(
        "ranker",
        ServedRanker(trained.network.cpu(), calibrations, trained.settings.network.tasks),
        Graph(INPUTS, OUTPUTS, ROWS),
        calibration=[request(samples, rows, encoder) for rows in drawn],
        parity=[request(samples, several(rows, samples, random), encoder) for rows in drawn[:PARITY_REQUESTS]],
    )


def several(rows: NDArray[np.int64], samples: Samples, random: np.random.Generator) -> NDArray[np.int64]:
    """A request of more candidates than pages of the log may have."""
    return np.append(rows[:1], random.integers(len(samples), size=PARITY_CANDIDATES - 1))


def encoder_of(job: Job, trained: Trained) -> Encoder:
    """Ids as the model knows them."""
    tables = trained.settings.network.tables
    return Encoder.of(job.export.samples, facts_of(job.export.videos, tables).knowing(trained.catalogue.known), tables)
