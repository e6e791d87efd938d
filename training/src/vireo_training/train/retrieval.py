"""Trains the two towers that ship, and the twin that their figures are from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from vireo_training.artifact.graphs import Arrays, Graph
from vireo_training.artifact.inputs import Encoder
from vireo_training.artifact.served_graph import ServedGraph
from vireo_training.artifact.write import Known, RetrievalPart
from vireo_training.evaluation.results import Estimate
from vireo_training.evaluation.retrieval_quality import find, ndcgs, recalls
from vireo_training.evaluation.retrieval_runs import retrieval_day
from vireo_training.facts import VideoFacts
from vireo_training.retrieval.popularity import WINDOWS
from vireo_training.retrieval.retriever import FittedTwoTower
from vireo_training.retrieval.served import PERSON_INPUTS, ServedVideoTower, video_inputs
from vireo_training.retrieval.training import Trained, known_facts, train
from vireo_training.retrieval.validation import recall_on
from vireo_training.train.best import BestEpoch
from vireo_training.train.job import Job
from vireo_training.train.quality import mean_by_person
from vireo_training.train.state import hashes
from vireo_training.training_loop import Run

CALIBRATION_REQUESTS = 500
CALIBRATION_VIDEOS = 2_000
PARITY_VIDEOS = 4


@dataclass(frozen=True)
class TrainedRetrieval:
    trained: Trained
    facts: VideoFacts
    metrics: dict[str, Estimate]

    @torch.no_grad()
    def part(self, job: Job) -> RetrievalPart:
        settings, model, catalogue = job.config.retrieval, self.trained.model.eval(), self.trained.catalogue
        vectors = catalogue.videos(model, torch.arange(len(catalogue), device=catalogue.device)).cpu().numpy()
        weights = model.popularity.weight.detach().cpu().flatten().tolist()
        popularity = dict(zip((f"video_{window}" for window in WINDOWS), weights, strict=True))
        known = Known(self.facts.known, settings.known_from)
        return RetrievalPart(known, vectors, popularity if settings.popularity else {})

    def graphs(self, job: Job) -> list[ServedGraph]:
        return served(job, self.trained, self.facts)

    def state(self, job: Job) -> dict[str, Any]:
        videos = job.export.videos
        return {
            "model": self.trained.model.state_dict(),
            "videos": hashes(videos, np.ones(len(videos), dtype=np.bool_)),
            "gaps": self.trained.frequency.gaps,  # [V], of those videos
            "known": hashes(videos, self.facts.known),
        }


def train_retrieval(job: Job) -> TrainedRetrieval:
    data, settings = job.export.retrieval, job.config.retrieval
    twin, epochs = choose(job)
    metrics = twin_metrics(job, twin) if job.ranks.rank == 0 else {}
    run: Run[Trained] = Run(job.ranks, job.file("retrieval.pt"), job.following("retrieval, all days"))
    trained = train(data, job.last_day + 1, settings, epochs, job.seed, run)
    return TrainedRetrieval(trained, known_facts(data, settings), metrics)


def choose(job: Job) -> tuple[Trained, int]:
    """Trains on all days but the last, and keeps what does best on that. It goes on from where it was after a kill."""
    data, settings = job.export.retrieval, job.config.retrieval
    best = BestEpoch(job, "retrieval")

    def look(epoch: int, trained: Trained) -> None:
        recall = recall_on(job.last_day, data, FittedTwoTower(trained, job.last_day, settings.popularity))
        best.offer(-recall, {"epochs": epoch}, trained.model)

    run: Run[Trained] = Run(job.ranks, job.file("retrieval-twin-last.pt"), job.following("retrieval, choosing"), look)
    twin = train(data.before(job.last_day), job.last_day, settings, settings.epochs, job.seed, run)
    return twin, int(best.restore(twin.model)["epochs"])


def twin_metrics(job: Job, twin: Trained) -> dict[str, Estimate]:
    """On the last day, over the whole catalogue."""
    asked = retrieval_day(job.export.retrieval, job.last_day)
    scores = FittedTwoTower(twin, job.last_day, job.config.retrieval.popularity).scores(asked.queries)
    found = find(scores, asked.masked, asked.relevant, 1_000)
    values = {f"retrieval.recall@{cut}": recalls(found, cut) for cut in (20, 100, 1_000)}
    values["retrieval.ndcg@20"] = ndcgs(found, 20)
    people = len(asked.queries.person)
    return {name: mean_by_person(value, found.person, people, job.seed) for name, value in values.items()}


def served(job: Job, trained: Trained, facts: VideoFacts) -> list[ServedGraph]:
    samples = job.export.samples
    encoder = Encoder.of(samples, facts, job.config.retrieval.towers.tables)
    random = np.random.default_rng(job.seed)
    rows = np.sort(random.permutation(len(samples))[:CALIBRATION_REQUESTS])
    people: list[Arrays] = [encoder.person(samples.where(rows[at : at + 1])) for at in range(len(rows))]
    drawn = random.permutation(len(job.export.videos))[:CALIBRATION_VIDEOS]
    taken = video_inputs(job.export.videos.embeddings.shape[1])
    return [
        ServedGraph(
            "person_tower",
            trained.model.person.cpu(),
            Graph(PERSON_INPUTS, ("vector",), frozenset()),
            calibration=people,
            parity=people[:2],
        ),
        ServedGraph(
            "video_tower",
            ServedVideoTower(trained.model.video.cpu(), taken),
            Graph(taken, ("vectors",), frozenset({*taken, "vectors"})),
            calibration=[encoder.videos(drawn)],
            parity=[encoder.videos(drawn[:PARITY_VIDEOS]), encoder.videos(drawn[:1])],
        ),
    ]
