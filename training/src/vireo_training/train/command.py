"""`python -m vireo_training train`: an export becomes an artifact in a registry."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from torch import distributed

from vireo_training.artifact.write import Artifact, TrainingRun, write_artifact
from vireo_training.config import Config, read_config
from vireo_training.data import Export, ExportError, Samples, read_export
from vireo_training.data.samples import RECENT
from vireo_training.evaluation.progress import to_stderr
from vireo_training.train.job import Job, checkpoint_folder, quick
from vireo_training.train.ranking import train_ranking
from vireo_training.train.retrieval import train_retrieval
from vireo_training.training_loop import Ranks

NAMES = {"all": "feed", "retrieval": "feed-retrieval", "ranking": "feed-ranking"}
LEAST_DAYS = 2
LEAST_SAMPLES = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--samples", type=Path, required=True, help="what `vireo samples` has written")
    parser.add_argument(
        "--out", type=Path, default=Path("models"), help="registry to write into (default: %(default)s)"
    )
    parser.add_argument("--what", choices=tuple(NAMES), default="all", help="which models (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn (default: %(default)s)")
    parser.add_argument("--config", type=Path, help="JSON with settings; unknown ones stop the run")
    parser.add_argument("--quick", action="store_true", help="the last days and one epoch, to see that it works")


def run(given: argparse.Namespace) -> None:
    """Raises ValueError or RuntimeError with what to do about it."""
    config = read_config(given.config)
    ranks = join_ranks(config)
    say = to_stderr if ranks.rank == 0 else silence
    say(f"Reading {given.samples}")
    export = checked(read_export(given.samples, config.utc_offset_hours))
    if given.quick:
        export, config = quick(export, config)
    checkpoints = checkpoint_folder(given.out, export.manifest, config, given.seed, f"{given.what} {given.quick}")
    checkpoints.mkdir(parents=True, exist_ok=True)
    folder = made(Job(export, config, given.seed, ranks, checkpoints, say), given.what, given.out)
    if ranks.rank == 0:
        shutil.rmtree(checkpoints)
        print(f"artifact: {folder}")


def silence(line: str) -> None:
    """What the first rank says is enough."""


def join_ranks(config: Config) -> Ranks:
    """Those that `torchrun` has started, or this process alone."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        return Ranks()
    distributed.init_process_group("nccl" if config.ranking.device == "cuda" else "gloo")
    return Ranks(distributed.get_rank(), world)


def checked(export: Export) -> Export:
    """Raises ExportError where there is too little to learn from, or what there is was frozen for a benchmark."""
    manifest, samples = export.manifest, export.samples
    days = len(set(samples.day.tolist()))
    if days < LEAST_DAYS or len(samples) < LEAST_SAMPLES:
        raise ExportError(
            f"{manifest.folder} has {len(samples):,} samples of {days} days; training needs {LEAST_SAMPLES:,} of"
            f" {LEAST_DAYS}, the last of which its choices are made on"
        )
    if manifest.features_as_of != "page":
        raise ExportError(
            f"{manifest.folder} has features as of the {manifest.features_as_of}, which no server sees; make samples"
            " with `--freeze page`"
        )
    return export


def made(job: Job, what: str, registry: Path) -> Path:
    retrieval = None if what == "ranking" else train_retrieval(job)
    ranking = None if what == "retrieval" else train_ranking(job)
    if job.ranks.rank > 0:
        return registry
    job.say("Writing the artifact")
    export, samples = job.export, job.export.samples
    manifest = export.manifest
    lists = [{"name": name, "length": RECENT} for name in manifest.lists]
    metrics = {**(retrieval.metrics if retrieval else {}), **(ranking.metrics if ranking else {})}
    for name, value in metrics.items():
        job.say(f"  {name}: {value:.4f}")
    return write_artifact(
        registry,
        Artifact(
            name=NAMES[what],
            created_ms=manifest.created_ms,
            feature_set=manifest.feature_set,
            person_features=[*({"name": name} for name in manifest.person_features), *lists],
            item_features=[{"name": name} for name in manifest.item_features],
            tables=job.config.ranking.network.tables,
            training=window(job, samples),
            twin=window(job, samples.before(job.last_day)),
            graphs=[*(retrieval.graphs if retrieval else []), *([ranking.graph] if ranking else [])],
            videos=export.videos,
            retrieval=retrieval.part if retrieval else None,
            ranking=ranking.part if ranking else None,
            metrics=metrics,
        ),
    )


def window(job: Job, samples: Samples) -> TrainingRun:
    return TrainingRun(
        from_ms=int(samples.time_ms.min()),
        until_ms=int(samples.time_ms.max()) + 1,
        rows=len(samples),
        seed=job.seed,
        configuration=job.configuration,
    )
