"""What a sampled softmax counts, and how it knows what is often sampled."""

import math

import numpy as np
import pytest
import torch

from vireo_training.retrieval.loss import HIDDEN, FrequencyEstimate, info_nce
from vireo_training.retrieval.negatives import draw_hard

NONE = torch.tensor([[-1]])


def test_a_target_competes_with_the_other_candidates() -> None:
    logits = torch.tensor([[1.0, 2.0, 0.5]])
    loss = info_nce(logits, torch.tensor([[1]]), torch.tensor([[1.0]]), NONE)
    assert loss.item() == pytest.approx(-logits.log_softmax(1)[0, 1].item())


def test_other_targets_of_a_person_and_what_they_have_seen_are_no_negatives() -> None:
    logits = torch.tensor([[1.0, 2.0, 0.5, 3.0]])
    loss = info_nce(logits, torch.tensor([[0, 1, -1]]), torch.tensor([[1.0, 0.5, 0.0]]), torch.tensor([[3]]))
    expected = math.log1p(math.exp(0.5 - 1)) + 0.5 * math.log1p(math.exp(0.5 - 2))
    assert loss.item() == pytest.approx(expected)


def test_a_target_that_nothing_competes_with_teaches_nothing() -> None:
    logits = torch.tensor([[1.0, 2.0]], requires_grad=True)
    info_nce(logits, torch.tensor([[0, 1]]), torch.ones(1, 2), NONE).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert torch.equal(logits.grad, torch.zeros(1, 2))


def test_hard_negatives_compete_too() -> None:
    logits = torch.tensor([[1.0, 2.0]])
    hard = torch.tensor([[1.5, HIDDEN]])
    loss = info_nce(logits, torch.tensor([[0]]), torch.tensor([[1.0]]), NONE, hard)
    assert loss.item() == pytest.approx(-torch.tensor([1.0, 2.0, 1.5]).log_softmax(0)[0].item())


def test_drawn_hard_negatives_stand_for_all_that_were_not_watched() -> None:
    unwatched = np.array([[7, 8, 9, 10], [5, -1, -1, -1], [-1, -1, -1, -1]])
    drawn = draw_hard(unwatched, 2, np.random.default_rng(1))
    assert set(drawn.videos[0]) < {7, 8, 9, 10}
    assert drawn.videos[1:].tolist() == [[5, -1], [-1, -1]]
    assert np.exp(drawn.log_stands_for[:, 0]).tolist() == pytest.approx([2, 1, 1])


def test_the_estimate_learns_how_often_a_video_is_in_a_batch() -> None:
    random = np.random.default_rng(1)
    chances = np.array([0.9, 0.3, 0.05])
    estimate = FrequencyEstimate(3, torch.device("cpu"))
    for _ in range(3000):
        estimate.meet(torch.from_numpy(np.flatnonzero(random.random(3) < chances)))
    found = torch.exp(estimate.meet(torch.arange(3))).numpy()
    assert found == pytest.approx(chances, rel=0.4)


def slope_of_learnt_scores(*, corrected: bool) -> float:
    """Of scores on the log of how often each of 60 videos is wanted, learnt from batches of eight; 1 is the truth."""
    random = np.random.default_rng(1)
    wanted = np.arange(1, 61) ** -1.0
    wanted /= wanted.sum()
    scores = torch.zeros(60, requires_grad=True)
    optimiser = torch.optim.Adam([scores], lr=0.05)
    estimate = FrequencyEstimate(60, torch.device("cpu"))
    for _ in range(600):
        targets = torch.from_numpy(random.choice(60, 8, p=wanted))
        candidates, columns = torch.unique(targets, return_inverse=True)
        chance = estimate.meet(candidates)
        logits = (scores[candidates] - chance * corrected).expand(8, -1)
        optimiser.zero_grad()
        info_nce(logits, columns.unsqueeze(1), torch.ones(8, 1), NONE.expand(8, 1)).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return float(np.polyfit(np.log(wanted), scores.detach().numpy(), 1)[0])


def test_the_correction_undoes_that_popular_videos_are_sampled_more_often() -> None:
    assert slope_of_learnt_scores(corrected=True) == pytest.approx(1, abs=0.25)
    assert slope_of_learnt_scores(corrected=False) < 0.5
