"""The rows of the table of retrieval: the two towers, and what they have to beat."""

from vireo_training.evaluation.protocols import Retriever
from vireo_training.retrieval.baselines.co_watching import CoWatching
from vireo_training.retrieval.baselines.item_to_item import Cosine, Ease, ItemToItem
from vireo_training.retrieval.baselines.matrix_factorisation import MatrixFactorisation
from vireo_training.retrieval.baselines.popularity import Popularity
from vireo_training.retrieval.retriever import TwoTowerRetriever
from vireo_training.retrieval.settings import RetrievalSettings

POPULARITY_POWER = 0.3
"""Of yesterday's impressions; as in docs/evaluation.md."""
EASE = "EASE"
EASE_TIMES_POPULARITY = "EASE × popularity"


BASELINES: tuple[Retriever, ...] = (
    Popularity(days=1),
    Popularity(days=7),
    MatrixFactorisation(),
    ItemToItem("item-kNN", Cosine()),
    ItemToItem("item-kNN × popularity", Cosine(), POPULARITY_POWER),
    ItemToItem(EASE, Ease()),
    ItemToItem(EASE_TIMES_POPULARITY, Ease(), POPULARITY_POWER),
    CoWatching(),
)
DETERMINISTIC = frozenset(each.name for each in BASELINES if not isinstance(each, MatrixFactorisation))
"""Names of rows that a seed does not change."""


def retrievers_of(settings: RetrievalSettings) -> tuple[Retriever, ...]:
    return (TwoTowerRetriever(settings), *BASELINES)
