"""People and videos as a matrix."""

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from vireo_training.data import RetrievalData

Floats = NDArray[np.float32]


def long_view_matrix(data: RetrievalData) -> scipy.sparse.csr_array:
    """1 where a person had a long view of a video, untimed history too: [people, V]."""
    person, video = data.long_views()
    shape = (len(data.samples.people), len(data.videos))
    matrix = scipy.sparse.csr_array((np.ones(len(person), np.float32), (person, video)), shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def together(matrix: scipy.sparse.csr_array) -> Floats:
    """How many people had a long view of both: [V, V]; of one, on the diagonal."""
    return np.asarray((matrix.T @ matrix).toarray(), dtype=np.float32)
