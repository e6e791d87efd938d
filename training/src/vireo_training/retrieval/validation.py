"""How a fitted model does on a day that it has not seen: what choices are made by."""

from vireo_training.data import RetrievalData
from vireo_training.evaluation.protocols import FittedRetriever
from vireo_training.evaluation.retrieval_quality import find, recalls
from vireo_training.evaluation.retrieval_runs import retrieval_day


def recall_on(day: int, data: RetrievalData, fitted: FittedRetriever, k: int = 100) -> float:
    """The mean Recall@k over people with something to find. Raises ValueError where nobody has."""
    asked = retrieval_day(data, day)
    if len(asked.queries) == 0:
        raise ValueError(f"nobody had a new long view on day {day}; there is nothing to choose a model by")
    found = find(fitted.scores(asked.queries), asked.masked, asked.relevant, k)
    return float(recalls(found, k).value.mean())
