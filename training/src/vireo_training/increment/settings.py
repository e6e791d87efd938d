"""What can be set for increments."""

from dataclasses import dataclass


@dataclass(frozen=True)
class IncrementSettings:
    """How a model goes on with new samples. What a share of each increment repeats is drawn from a reservoir of older
    ones, which stays the same from one whole training to the next."""

    replay_share: float = 0.5  # of what an increment learns; 0: nothing is repeated
    reservoir: int = 50_000  # samples, or examples of retrieval, that are drawn from
    epochs: int = 1
    ranking_learning_rate: float = 0.0002
    ranking_batch_size: int = 256
    retrieval_learning_rate: float = 0.0005
    retrieval_batch_size: int = 256
    warm_up: float = 0.1  # share of the steps: both begin without the moments of earlier gradients
