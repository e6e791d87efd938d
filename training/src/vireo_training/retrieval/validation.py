"""How a fitted model does on a day that it has not seen: what choices are made by."""

import numpy as np

from vireo_training.data import RetrievalData, queries_of
from vireo_training.evaluation.protocols import FittedRetriever
from vireo_training.evaluation.retrieval_quality import find, recalls


def recall_on(day: int, data: RetrievalData, fitted: FittedRetriever, k: int = 100) -> float:
    """The mean Recall@k over people with something to find. Raises ValueError where nobody has."""
    person, video = data.relevant_on(day)
    if len(person) == 0:
        raise ValueError(f"nobody had a new long view on day {day}; there is nothing to choose a model by")
    people, of_pair = np.unique(person, return_inverse=True)
    shown_to, shown = data.before(day).shown()
    asked = np.isin(shown_to, people)
    masked = (np.searchsorted(people, shown_to[asked]), shown[asked])
    scores = fitted.scores(queries_of(data.samples, day, people))  # [P, V]
    return float(recalls(find(scores, masked, (of_pair, video), k), k).value.mean())
