"""Ids as rows of tables of fixed size, and texts as words: the same bits as server/src/models/hashing.ts."""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

ALGORITHM = "cyrb53-low32"
WORDS_PER_VIDEO = 16


def hash64(ids: Sequence[str], seed: int) -> NDArray[np.uint64]:
    """A 64-bit hash of each id's UTF-16 code units, [N]: cyrb53 by bryc without its final cut, `high << 32 | low`.

    `ids` are strings as they are: an array of NumPy's own strings has lost the zeros at their ends.
    """
    encoded = [each.encode("utf-16-le", "surrogatepass") for each in ids]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded)) // 2  # [N]
    units = np.frombuffer(b"".join(encoded), "<u2").astype(np.uint32)  # [all units]
    starts = np.cumsum(lengths) - lengths  # [N]
    longest_first = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[longest_first], lengths[longest_first]
    low = np.full(len(encoded), 0xDEADBEEF ^ seed, np.uint32)  # [N]
    high = np.full(len(encoded), 0x41C6CE57 ^ seed, np.uint32)  # [N]
    # The nth unit of all ids at once, as long as they have one.
    ended = np.searchsorted(-lengths, -np.arange(lengths.max(initial=0)), side="left")
    for at, count in enumerate(ended):
        unit = units[starts[:count] + at]  # [count]
        low[:count] = (low[:count] ^ unit) * np.uint32(2_654_435_761)
        high[:count] = (high[:count] ^ unit) * np.uint32(1_597_334_677)
    low = mixed(low, 16, 2_246_822_507) ^ mixed(high, 13, 3_266_489_909)
    high = mixed(high, 16, 2_246_822_507) ^ mixed(low, 13, 3_266_489_909)
    hashes = np.empty(len(encoded), np.uint64)
    hashes[longest_first] = high.astype(np.uint64) << np.uint64(32) | low
    return hashes


def mixed(half: NDArray[np.uint32], shift: int, factor: int) -> NDArray[np.uint32]:
    return (half ^ (half >> np.uint32(shift))) * np.uint32(factor)


def rows_of(ids: Sequence[str | None] | NDArray[np.object_], size: int, seed: int) -> NDArray[np.int64]:
    """The row of each id in a table of `size` rows, at least 2, [N]: from 1 on; 0 is "none", as are "" and None."""
    place: dict[str | None, int] = {each: at for at, each in enumerate(dict.fromkeys(ids))}
    known = ["" if each is None else each for each in place]
    low = (hash64(known, seed) & np.uint64(0xFFFF_FFFF)).astype(np.int64)  # [unique]
    rows = np.where([each != "" for each in known], 1 + low % (size - 1), 0)  # [unique]
    return rows[np.fromiter((place[each] for each in ids), np.int64, len(ids))]


RUN = re.compile(
    "[0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2dff\u2e80-\u2fff\u3005-\u3007\u3021-\u302f\u3031-\ufdff"
    "\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc\U00010000-\U0010ffff]+"
)
UNSPACED = "\u3005-\u3007\u3031-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
SAME_SCRIPT = re.compile(f"([{UNSPACED}]+)|[^{UNSPACED}]+")


def words_of(title: str, hashtags: Sequence[str]) -> list[str]:
    """The words of a video, hashtags first, in lower case, each once, at most `WORDS_PER_VIDEO`.

    What is written without spaces (Chinese, Japanese) is cut into overlapping pairs of characters.
    """
    words: dict[str, None] = {}
    for run in RUN.findall(" ".join([*hashtags, title]).lower()):
        for part in SAME_SCRIPT.finditer(run):
            words.update(dict.fromkeys(pairs_of(part[0]) if part[1] else [part[0]]))
    return list(words)[:WORDS_PER_VIDEO]


def pairs_of(characters: str) -> list[str]:
    return [characters] if len(characters) == 1 else [a + b for a, b in pairwise(characters)]
