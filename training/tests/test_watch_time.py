import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vireo_training.ranking.watch_time import STEPS, WatchHead, WatchScale, fit_watch_scale


def watched(rows: int = 6_000) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Watch times are an even share of the length; a few lengths are unknown."""
    random = np.random.default_rng(4)
    lengths = np.exp(random.uniform(np.log(5_000), np.log(300_000), rows))
    times = lengths * random.random(rows)
    lengths[::50] = 0
    return lengths.astype(np.float32), times.astype(np.float32)


def scale() -> WatchScale:
    return fit_watch_scale(*watched())


def test_quantiles_follow_the_length_between_and_beyond_what_was_seen() -> None:
    middle = scale()(torch.tensor([10_000.0, 10_500.0, 100_000.0]))[:, STEPS // 2]
    assert middle[0] == pytest.approx(5_000, rel=0.15)
    assert middle[0] < middle[1] < middle[2]
    assert middle[2] == pytest.approx(50_000, rel=0.15)
    assert torch.isfinite(scale()(torch.tensor([1.0, 1e9]))).all()


def test_an_unknown_length_has_quantiles_of_its_own() -> None:
    lengths, times = watched()
    found = scale()(torch.tensor([0.0]))[0, STEPS // 2].item()
    assert found == pytest.approx(float(np.quantile(times[lengths == 0], 0.5 - 0.5 / STEPS)), rel=0.01)


def test_the_watch_time_is_the_median_of_the_chances_to_last() -> None:
    head = WatchHead(4, "survival")
    levels = scale().levels()[1:-1]
    usual = torch.logit(1 - levels).unsqueeze(0)
    median = head.watch_ms(usual, scale(), torch.tensor([60_000.0])).item()
    assert median == pytest.approx(30_000, rel=0.1)
    longer = head.watch_ms(usual + 2, scale(), torch.tensor([60_000.0])).item()
    shorter = head.watch_ms(usual - 2, scale(), torch.tensor([60_000.0])).item()
    assert 0 < shorter < median < longer <= 60_000


def test_chances_to_last_only_fall() -> None:
    torch.manual_seed(1)
    logits = WatchHead(4, "survival")(torch.randn(50, 4))
    assert (torch.diff(logits, dim=1) <= 0).all()


def test_an_untrained_head_lasts_as_usual() -> None:
    head = WatchHead(4, "survival")
    chances = torch.sigmoid(head(torch.zeros(1, 4)))
    torch.testing.assert_close(chances[0], 1 - scale().levels()[1:-1])


@pytest.mark.parametrize("kind", ["survival", "quantile"])
def test_a_head_learns_who_watches_longer(kind: str) -> None:
    torch.manual_seed(1)
    random = np.random.default_rng(5)
    lengths = np.full(3_000, 60_000, dtype=np.float32)
    eager = random.random(3_000) < 0.5
    times = (np.where(eager, 40_000, 10_000) + 10_000 * random.random(3_000)).astype(np.float32)
    quantiles = fit_watch_scale(lengths, times)
    head = WatchHead(1, "survival" if kind == "survival" else "quantile")
    optimiser = torch.optim.Adam(head.parameters(), lr=0.05)
    mixed = torch.from_numpy(eager.astype(np.float32)).unsqueeze(1)
    lengths_ms, watch_ms = torch.from_numpy(lengths), torch.from_numpy(times)
    for _ in range(150):
        optimiser.zero_grad()
        head.loss(head(mixed), watch_ms, quantiles(lengths_ms)).mean().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    predicted = head.watch_ms(head(mixed), quantiles, lengths_ms).detach().numpy()
    assert predicted[eager].mean() == pytest.approx(45_000, rel=0.1)
    assert predicted[~eager].mean() == pytest.approx(15_000, rel=0.15)


def test_where_no_length_is_known_all_are_alike() -> None:
    _, times = watched()
    quantiles = fit_watch_scale(np.zeros(len(times), dtype=np.float32), times)(torch.tensor([0.0, 9_000.0]))
    torch.testing.assert_close(quantiles[0], quantiles[1])


def test_too_few_known_watch_times_are_refused() -> None:
    times = np.full(200, np.nan, dtype=np.float32)
    times[:3] = 1_000
    with pytest.raises(ValueError, match="3 known watch times are too few"):
        fit_watch_scale(np.full(200, 9_000, dtype=np.float32), times)


def test_no_watch_time_is_below_zero_where_sums_of_rises_and_falls_are_rounded() -> None:
    torch.manual_seed(0)
    heights_s = torch.cat([10 * torch.rand(8), torch.zeros(4)])
    quantiles_s = torch.cat([torch.zeros(12, 2), heights_s.unsqueeze(1).expand(-1, STEPS)], dim=1)
    rounded = WatchScale(torch.arange(7.0, 19.0), quantiles_s, torch.zeros(STEPS + 2))
    lengths = torch.exp(torch.linspace(15, 19, 500))
    lasting = torch.tensor([[0.5] + [-9.0] * (STEPS - 1)]).expand(len(lengths), -1)
    assert (WatchHead(4, "survival").watch_ms(lasting, rounded, lengths) >= 0).all()
