"""What was trained becomes an artifact, and a state that increments go on from."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from vireo_training.artifact.distributions import Distributions
from vireo_training.artifact.write import Artifact, TrainingRun, write_artifact
from vireo_training.data import Samples
from vireo_training.data.samples import RECENT
from vireo_training.train.job import Job
from vireo_training.train.ranking import TrainedRanking
from vireo_training.train.retrieval import TrainedRetrieval
from vireo_training.train.state import TrainingState, features_of, keep_state

NAMES = {"all": "feed", "retrieval": "feed-retrieval", "ranking": "feed-ranking"}


@dataclass(frozen=True)
class TrainedModels:
    what: str  # of NAMES
    retrieval: TrainedRetrieval | None
    ranking: TrainedRanking | None
    training: TrainingRun
    twin: TrainingRun
    """Of the models that the metrics are from."""
    distributions: Distributions | None
    whole_until_ms: int  # the end of what the last whole training has seen
    whole_seed: int


def written(job: Job, trained: TrainedModels, registry: Path) -> Path:
    """The artifact's folder; only the first rank writes."""
    if job.ranks.rank > 0:
        return registry
    job.say("Writing the artifact")
    retrieval, ranking = trained.retrieval, trained.ranking
    manifest = job.export.manifest
    lists = [{"name": name, "length": RECENT} for name in manifest.lists]
    metrics = {**(retrieval.metrics if retrieval else {}), **(ranking.metrics if ranking else {})}
    for name, found in metrics.items():
        job.say(f"  {name}: {found.value:.4f}" + (f" ({found.low:.4f} to {found.high:.4f})" if found.low else ""))
    state = state_of(job, trained)
    folder = write_artifact(
        registry,
        Artifact(
            name=NAMES[trained.what],
            created_ms=manifest.created_ms,
            feature_set=manifest.feature_set,
            person_features=[*({"name": name} for name in manifest.person_features), *lists],
            item_features=[{"name": name} for name in manifest.item_features],
            tables=job.config.ranking.network.tables,
            training=trained.training,
            twin=trained.twin,
            graphs=[*(retrieval.graphs(job) if retrieval else []), *([ranking.graph(job)] if ranking else [])],
            videos=job.export.videos,
            retrieval=retrieval.part(job) if retrieval else None,
            ranking=ranking.part(job) if ranking else None,
            metrics=metrics,
            distributions=trained.distributions,
        ),
    )
    keep_state(folder, state)
    return folder


def state_of(job: Job, trained: TrainedModels) -> TrainingState:
    return TrainingState(
        what=trained.what,
        features=features_of(job.export.samples),
        training=asdict(trained.training),
        whole_until_ms=trained.whole_until_ms,
        whole_seed=trained.whole_seed,
        ranking=trained.ranking.state(job) if trained.ranking else None,
        retrieval=trained.retrieval.state(job) if trained.retrieval else None,
    )


def window(job: Job, samples: Samples) -> TrainingRun:
    return TrainingRun(
        from_ms=int(samples.time_ms.min()),
        until_ms=int(samples.time_ms.max()) + 1,
        rows=len(samples),
        seed=job.seed,
        configuration=job.configuration,
    )
