"""Clicks of people who look at the upper positions more."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class PositionBiasLog:
    """N displayed videos in pages of K positions. P(click) = relevance · examination[position] (the examination
    hypothesis; Craswell et al., An Experimental Comparison of Click Position-Bias Models, WSDM 2008)."""

    page: NDArray[np.int64]  # [N]
    position: NDArray[np.int64]  # [N], 0 to K − 1
    features: NDArray[np.float32]  # [N, F], all that relevance depends on
    relevance: NDArray[np.float64]  # [N], P(click) where it is looked at
    clicked: NDArray[np.bool_]  # [N]
    examination: NDArray[np.float64]  # [K], 1 at the top

    @property
    def log_bias(self) -> NDArray[np.float64]:
        """What an additive term of the position must be, against the top: [K]. Clicks are rare enough that log and
        logit differ by less than the mean relevance."""
        return np.log(self.examination)


def position_bias_log(
    pages: int, positions: int, features: int, *, seed: int, steepness: float = 0.7
) -> PositionBiasLog:
    """Examination is 1 / rank^steepness. The policy that made the pages knows relevance with noise and puts the best on
    top, so that the mean of clicks by position mixes bias and relevance: only who models both finds the bias."""
    random = np.random.default_rng(seed)
    rows = pages * positions
    values = random.normal(size=(pages, positions, features))  # [G, K, F]
    taste = random.normal(size=features) * 0.6 / np.sqrt(features)  # [F]
    score = values @ taste  # [G, K]
    order = np.argsort(-(score + random.normal(0, 0.6, score.shape)), axis=1)
    values = np.take_along_axis(values, order[:, :, None], axis=1)
    # About 5 %: log and logit are nearly the same, and so are a product and a sum of terms.
    relevance = 1 / (1 + np.exp(3.0 - values @ taste))  # [G, K]
    examination = 1 / np.arange(1, positions + 1) ** steepness  # [K]
    clicked = random.random((pages, positions)) < relevance * examination
    return PositionBiasLog(
        page=np.repeat(np.arange(pages), positions),
        position=np.tile(np.arange(positions), pages),
        features=values.reshape(rows, features).astype(np.float32),
        relevance=relevance.reshape(rows),
        clicked=clicked.reshape(rows),
        examination=examination,
    )
