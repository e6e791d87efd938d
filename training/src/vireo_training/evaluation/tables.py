"""From values under draws of people to a table with intervals and paired differences."""

from collections.abc import Mapping, Sequence

import numpy as np

from vireo_training.evaluation.bootstrap import estimate
from vireo_training.evaluation.ranking_quality import Floats
from vireo_training.evaluation.results import Column, Comparison, Row, Table

Values = Sequence[Floats | None]
"""For each column what a measure says under each draw [1 + B]; None where it can't be said."""


def table(
    section: str,
    title: str,
    columns: Sequence[Column],
    values: Mapping[str, Values],
    references: Sequence[str] = (),
    *,
    note: str = "",
    plot: str = "",
) -> Table:
    """`values` are by row. References that are no rows are passed over."""
    return Table(
        section=section,
        title=title,
        columns=tuple(columns),
        rows=tuple(row_of(name, own) for name, own in values.items()),
        comparisons=tuple(
            Comparison(
                reference,
                tuple(
                    row_of(name, differences(own, values[reference]))
                    for name, own in values.items()
                    if name != reference
                ),
            )
            for reference in references
            if reference in values and len(values) > 1
        ),
        note=note,
        plot=plot,
    )


def differences(values: Values, reference: Values) -> Values:
    return [
        None if ours is None or theirs is None else ours - theirs
        for ours, theirs in zip(values, reference, strict=True)
    ]


def row_of(name: str, values: Values) -> Row:
    return Row(name, tuple(None if each is None else estimate(each) for each in values))


def weighted_mean(values: Values, weights: Sequence[float]) -> Floats | None:
    """Of the columns' values; None where one is missing."""
    known = [each for each in values if each is not None]
    return np.average(known, axis=0, weights=weights) if known and len(known) == len(values) else None
