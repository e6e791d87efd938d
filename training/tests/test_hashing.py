import json
from pathlib import Path

import numpy as np

from vireo_training.hashing import hash64, rows_of, words_of

VECTORS = json.loads((Path(__file__).parent / "hashing-vectors.json").read_text("utf-8"))


def test_hashes_and_rows_are_those_of_the_server_one_by_one_and_together() -> None:
    for seed in {vector["seed"] for vector in VECTORS["hashes"]}:
        vectors = [vector for vector in VECTORS["hashes"] if vector["seed"] == seed]
        expected = [vector["high"] << 32 | vector["low"] for vector in vectors]
        assert hash64([vector["id"] for vector in vectors], seed).tolist() == expected
    for vector in VECTORS["rows"]:
        assert rows_of([vector["id"]], vector["size"], vector["seed"]).tolist() == [vector["row"]]
    of_one = [vector for vector in VECTORS["rows"] if vector["size"] == 1_009]
    assert rows_of([vector["id"] for vector in of_one] * 2, 1_009, 1).tolist() == [v["row"] for v in of_one] * 2


def test_words_are_those_of_the_server() -> None:
    for vector in VECTORS["words"]:
        assert words_of(vector["title"], vector["hashtags"]) == vector["words"]


def test_none_is_row_0_and_no_ids_are_no_rows() -> None:
    assert rows_of([None, "", "a", None], 10, 1)[[0, 1, 3]].tolist() == [0, 0, 0]
    assert rows_of([], 10, 1).shape == (0,)
    assert hash64([], 1).dtype == np.uint64
