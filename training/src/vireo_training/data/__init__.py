"""Reads what `vireo samples` has written into arrays."""

from vireo_training.data.export import Export, ExportError, read_export
from vireo_training.data.history import History
from vireo_training.data.queries import Queries, queries_of
from vireo_training.data.retrieval import RetrievalData
from vireo_training.data.samples import LABELS, Samples
from vireo_training.data.videos import Videos

__all__ = [
    "LABELS",
    "Export",
    "ExportError",
    "History",
    "Queries",
    "RetrievalData",
    "Samples",
    "Videos",
    "queries_of",
    "read_export",
]
