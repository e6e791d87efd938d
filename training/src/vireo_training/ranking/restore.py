"""A ranker from its weights alone."""

from collections.abc import Mapping

from torch import Tensor

from vireo_training.ranking.features import FeatureTransform, Ratio
from vireo_training.ranking.network import RankingNetwork
from vireo_training.ranking.settings import NetworkSettings
from vireo_training.ranking.watch_time import WatchScale


def restored_network(state: Mapping[str, Tensor], settings: NetworkSettings) -> RankingNetwork:
    """What was fitted before training (columns, priors, scales, quantiles) is among the weights too."""

    def transform(side: str) -> FeatureTransform:
        counts, ratios = (len(state[f"{side}_transform.{name}"]) for name in ("counts", "parts"))
        return FeatureTransform([0] * counts, [Ratio(0, 0, False, 0.0, 0.0)] * ratios)

    scale = WatchScale(*(state[f"watch_scale.{name}"].clone() for name in ("knots", "quantiles_s", "unknown_s")))
    network = RankingNetwork(settings, transform("person"), transform("item"), scale)
    network.load_state_dict(state)
    return network
