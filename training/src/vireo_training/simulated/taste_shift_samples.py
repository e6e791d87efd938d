"""A simulated log as samples that the ranker learns from."""

import numpy as np

from vireo_training.data import LABELS, History, RetrievalData, Samples, Videos
from vireo_training.data.samples import MS_PER_DAY, RECENT
from vireo_training.simulated.taste_shift import TasteShiftLog


def retrieval_data(log: TasteShiftLog) -> RetrievalData:
    """What is known is who belongs to which group (the surface says it) and what a video is about. No feature follows
    what people do: what changes has to be learned."""
    rows, videos = len(log.person), len(log.category_of_video)
    group = log.group_of_person[log.person]
    unknown = np.full(rows, np.nan, dtype=np.float32)
    nothing = np.zeros((rows, RECENT), dtype=np.float32)
    labels = dict.fromkeys(LABELS, unknown) | {
        "long_view": log.long_view.astype(np.float32),
        "watch_ms": np.where(log.long_view, 20_000, 2_000).astype(np.float32),
    }
    samples = Samples(
        people=np.array([f"p{each}" for each in range(len(log.group_of_person))], dtype=np.object_),
        surfaces=tuple(f"group-{each}" for each in range(len(log.has_shifted))),
        devices=("",),
        person_features=("group",),
        item_features=("category",),
        sample_id=np.array([f"s{each}" for each in range(rows)], dtype=np.object_),
        person=log.person,
        video=log.video,
        time_ms=log.time_ms,
        day=log.time_ms // MS_PER_DAY,
        surface=group,
        device=np.zeros(rows, dtype=np.int64),
        network_kbps=np.zeros(rows, dtype=np.float32),
        hour_of_day=np.zeros(rows, dtype=np.int64),
        weekday=np.ones(rows, dtype=np.int64),
        position=np.full(rows, -1),
        propensity=unknown,
        person_values=group.astype(np.float32)[:, None],
        item_values=log.category_of_video[log.video].astype(np.float32)[:, None],
        recent_videos=np.full((rows, RECENT), -1, dtype=np.int32),
        recent_outcomes=nothing.astype(np.int32),
        recent_gaps_s=nothing,
        recent_watch_ratios=nothing,
        labels=labels,
    )
    catalogue = Videos(
        ids=np.array([f"v{each}" for each in range(videos)], dtype=np.object_),
        creators=np.full(videos, "", dtype=np.object_),
        audios=np.full(videos, "", dtype=np.object_),
        categories=tuple((f"c{each}",) for each in log.category_of_video),
        words=((),) * videos,
        lengths_ms=np.full(videos, 20_000, dtype=np.float32),
        embeddings=np.empty((videos, 0), dtype=np.float32),
    )
    none = np.empty(0, dtype=np.int64)
    return RetrievalData(catalogue, History(none, none, none.astype(np.bool_), none.astype(np.bool_)), samples)
