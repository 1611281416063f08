"""Scores of many leads in few bytes: the ids as gaps, the scores and grades as one byte each, all compressed."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

GRADES = ("", "A", "B", "C", "D")
NONE = 255
Row = tuple[int, int | None, str]


def pack(rows: Sequence[Row]) -> bytes:
    """(lead, score, grade), in the order of leads, at least one."""
    ids = [row[0] for row in rows]
    gaps = [after - before for before, after in pairwise([0, *ids])]
    scores = bytes(NONE if row[1] is None else row[1] for row in rows)
    grades = bytes(GRADES.index(row[2]) for row in rows)
    return zlib.compress(struct.pack(f"<I{len(rows)}Q", len(rows), *gaps) + scores + grades, 6)


def unpack(packed: bytes) -> Iterator[Row]:
    """The opposite of `pack`."""
    plain = zlib.decompress(packed)
    (count,) = struct.unpack_from("<I", plain)
    ids = accumulate(struct.unpack_from(f"<{count}Q", plain, 4))
    scores, grades = plain[4 + 8 * count : 4 + 9 * count], plain[4 + 9 * count :]
    for lead_id, score, grade in zip(ids, scores, grades, strict=True):
        yield lead_id, (None if score == NONE else score), GRADES[grade]
