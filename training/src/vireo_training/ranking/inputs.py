"""What the ranker reads; fields are named as the inputs of the exported graph (docs/models.md)."""

from typing import NamedTuple

from torch import Tensor


class VideoInputs(NamedTuple):
    """Videos as rows of hashed tables, 0 is none; leading dimensions are the caller's."""

    ids: Tensor  # [..., 2] int64; 0 also where the id had too few impressions in training
    creators: Tensor  # [...] int64
    audios: Tensor  # [...] int64
    categories: Tensor  # [..., C] int64
    lengths_ms: Tensor  # [...], 0 unknown


class RequestInputs(NamedTuple):
    """What is known of P requests beside their past."""

    person_values: Tensor  # [P, F] raw
    surface: Tensor  # [P] int64
    device: Tensor  # [P] int64
    network_kbps: Tensor  # [P], 0 unknown
    hour_of_day: Tensor  # [P] int64, -1 unknown
    weekday: Tensor  # [P] int64, 1 to 7, 0 unknown


class OutcomeInputs(NamedTuple):
    """What came of a person's last L plays, newest first; zeros where there were fewer."""

    recent_outcomes: Tensor  # [P, L] int64, bits; server/src/people/outcomes.ts names them
    recent_gaps_s: Tensor  # [P, L]
    recent_watch_ratios: Tensor  # [P, L] thousandths, -1 unknown


class RankingOutputs(NamedTuple):
    logits: Tensor  # [N, T]
    watch_logits: Tensor  # [N, K], as WatchHead says
