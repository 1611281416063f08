"""What a scenario reads: recorded files, and the rows of a table in a page."""

import gzip
from html.parser import HTMLParser
from pathlib import Path


class _Rows(HTMLParser):
    def __init__(self, table: str) -> None:
        super().__init__()
        self.table, self.inside = table, False
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.inside = dict(attrs).get("id") == self.table
        elif self.inside and tag == "tr":
            self.rows.append([])
        elif self.inside and tag in ("td", "th"):
            self.cell = []

    def handle_endtag(self, tag):
        if tag == "table":
            self.inside = False
        elif tag in ("td", "th") and self.cell is not None:
            self.rows[-1].append(" ".join(" ".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def rows_of(html: str, table: str) -> list[list[str]]:
    """The texts of the cells of `<table id=...>`, row by row, the heading first."""
    reader = _Rows(table)
    reader.feed(html)
    return reader.rows


def unpacked(path: Path, folder: Path) -> Path:
    """A recorded file without its gzip."""
    plain = folder / path.name.removesuffix(".gz")
    plain.write_bytes(gzip.decompress(path.read_bytes()))
    return plain
