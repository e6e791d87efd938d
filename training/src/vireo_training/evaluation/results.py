"""What an evaluation has found, as plain values that go to JSON and back."""

from __future__ import annotations

import json
import types
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

FORMAT = 1

Better = Literal["higher", "lower", "one", "none"]


@dataclass(frozen=True)
class Estimate:
    value: float
    low: float | None = None  # of 95 %; None where there is no interval
    high: float | None = None


@dataclass(frozen=True)
class Column:
    name: str
    better: Better  # 'one': the nearer to 1; 'none': nothing is best
    decimals: int = 4


@dataclass(frozen=True)
class Row:
    name: str
    cells: tuple[Estimate | None, ...]  # one a column; None where it can't be said


@dataclass(frozen=True)
class Comparison:
    """Paired differences of the other rows to one."""

    reference: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    section: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...] = ()
    note: str = ""
    plot: str = ""  # what the file of a plot of its differences begins with; none where empty

    def row(self, name: str) -> Row:
        """Raises StopIteration where there is none."""
        return next(row for row in self.rows if row.name == name)


@dataclass(frozen=True)
class Curve:
    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Figure:
    section: str
    name: str  # of its file, without the ending
    title: str
    kind: Literal["calibration", "recall"]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Choice:
    """What a row chose for a test day, on the day before it."""

    kind: str
    row: str
    day: str
    seed: int
    chosen: str  # JSON


@dataclass(frozen=True)
class Results:
    days: tuple[str, ...]  # tested on, ISO
    seeds: tuple[int, ...]
    draws: int  # of the bootstrap
    samples: int  # tested on
    people: int  # tested on
    data_digest: str
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    choices: tuple[Choice, ...]
    refused_for_policy_value: str  # why no other policy's value can be estimated from the tested rows; else empty
    note: str = ""  # said before everything else
    format: int = FORMAT


def to_json(results: Results) -> str:
    return json.dumps(asdict(results), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def from_json(text: str) -> Results:
    """Raises ValueError where the text is not what `to_json` writes."""
    found = json.loads(text)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"results of format {FORMAT} are needed; evaluate again")
    return decoded(Results, found)  # type: ignore[no-any-return]


def decoded(kind: Any, value: Any) -> Any:
    """A value of JSON as the type that a dataclass's field names."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        if not isinstance(value, dict) or set(value) != {field.name for field in fields(kind)}:
            raise ValueError(f"no {getattr(kind, '__name__', kind)}: {value!r}")
        return kind(**{name: decoded(hints[name], part) for name, part in value.items()})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return tuple(decoded(get_args(kind)[0], part) for part in value)
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else decoded(get_args(kind)[0], value)
    return value
