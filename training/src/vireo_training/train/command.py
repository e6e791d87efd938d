"""`python -m vireo_training train`: an export becomes an artifact in a registry."""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

from torch import distributed

from vireo_training.artifact.distributions import distributions_of
from vireo_training.config import Config, ConfigError, config_of, read_config
from vireo_training.data import Export, ExportError, read_export
from vireo_training.evaluation.progress import to_stderr
from vireo_training.train.increment import CAME_FROM, go_on
from vireo_training.train.job import Job, checkpoint_folder, quick
from vireo_training.train.models import NAMES, TrainedModels, window, written
from vireo_training.train.ranking import train_ranking
from vireo_training.train.retrieval import train_retrieval
from vireo_training.train.state import TrainingState, read_state
from vireo_training.training_loop import Ranks

LEAST_DAYS = 2
LEAST_SAMPLES = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--samples", type=Path, required=True, help="what `vireo samples` has written")
    parser.add_argument(
        "--out", type=Path, default=Path("models"), help="registry to write into (default: %(default)s)"
    )
    parser.add_argument("--what", choices=tuple(NAMES), help="which models (default: all, or those of --from)")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn (default: %(default)s)")
    parser.add_argument("--config", type=Path, help="JSON with settings; unknown ones stop the run")
    parser.add_argument(
        "--until",
        metavar="DAY",
        type=date.fromisoformat,
        help="leave out samples from this day on, such as 2026-05-05: for a model to be judged on it",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true", help="the last days and one epoch, to see that it works")
    how.add_argument(
        "--from",
        dest="begin",
        metavar="ARTIFACT",
        type=Path,
        help="go on from this artifact with the samples that came after it: an increment, in a minute",
    )


def run(given: argparse.Namespace) -> None:
    """Raises ValueError or RuntimeError with what to do about it."""
    begun = read_state(given.begin) if given.begin else None
    what = given.what or (begun.what if begun else "all")
    config = going_on(begun, what, given) if begun else read_config(given.config)
    ranks = join_ranks(config)
    say = to_stderr if ranks.rank == 0 else silence
    say(f"Reading {given.samples}")
    export = checked(until(read_export(given.samples, config.utc_offset_hours), given.until))
    if given.quick:
        export, config = quick(export, config)
    checkpoints = checkpoint_folder(
        given.out, export.manifest, config, given.seed, f"{what} {given.quick} {given.until}"
    )
    job = Job(export, config, given.seed, ranks, checkpoints, say)
    if begun:
        folder = go_on(job, begun, given.begin, given.out)
    else:
        checkpoints.mkdir(parents=True, exist_ok=True)
        folder = train(job, what, given.out)
    if ranks.rank == 0:
        shutil.rmtree(checkpoints, ignore_errors=True)
        print(f"artifact: {folder}")


def going_on(begun: TrainingState, what: str, given: argparse.Namespace) -> Config:
    """The configuration of an increment: that of the artifact, but for how it goes on and what is valued."""
    if what != begun.what:
        raise ValueError(f"{given.begin} has {begun.what} models; an increment of {what} goes on from others")
    settings = {name: value for name, value in begun.run.configuration.items() if name != CAME_FROM}
    config = config_of(settings, str(given.begin))
    if given.config is None:
        return config
    other = read_config(given.config)
    changed = replace(config, increment=other.increment, value=other.value)
    if changed != other:
        raise ConfigError(f"{given.config}: an increment may change `increment` and `value` only; train without --from")
    return changed


def silence(line: str) -> None:
    """What the first rank says is enough."""


def join_ranks(config: Config) -> Ranks:
    """Those that `torchrun` has started, or this process alone."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        return Ranks()
    distributed.init_process_group("nccl" if config.ranking.device == "cuda" else "gloo")
    return Ranks(distributed.get_rank(), world)


def until(export: Export, day: date | None) -> Export:
    """Without what was shown from that day on."""
    if day is None:
        return export
    return replace(export, samples=export.samples.before((day - date(1970, 1, 1)).days))


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


def train(job: Job, what: str, registry: Path) -> Path:
    """The artifact's folder."""
    samples = job.export.samples
    retrieval = None if what == "ranking" else train_retrieval(job)
    ranking = None if what == "retrieval" else train_ranking(job)
    whole, twin = window(job, samples), window(job, samples.before(job.last_day))
    distributions = distributions_of(samples)
    models = TrainedModels(what, retrieval, ranking, whole, twin, distributions, whole.until_ms, job.seed)
    return written(job, models, registry)
