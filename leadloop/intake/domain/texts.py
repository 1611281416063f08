"""Text as strangers send it: one normal form, no control characters, and cells that only look filled."""

import re
import unicodedata

# What drop-downs, spreadsheets and programs leave in a field nobody filled. Only the unmistakable: "NA" may be Namibia, "Null" a name.
BLANKS = frozenset(
    (
        "", "-", "--", "---", ".", "..", "...", "?", "/", "_", "\u2013", "\u2014",
        "Select", "select", "SELECT", "Select...", "Select One", "Select one", "Please select", "Please Select", "please select",
        "Please select...", "- Select -", "-- Select --", "--Select--", "-Select-", "--select--", "Choose",
        "Choose one", "Please choose", "Bitte w\u00e4hlen",
        "-None-", "--None--", "None", "none", "NONE", "(none)", "(blank)", "(empty)", "(not set)", "(unknown)", "not set",
        "Not Provided", "not provided", "N/A", "n/a", "N/a", "N.A.", "n.a.", "#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!",
        "#NULL!", "#NUM!", "#ERROR!",
        "null", "NULL", "<null>", "\\N", "nil", "NaN", "nan", "undefined", "[object Object]",
    )
)  # fmt: skip

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")


def one_line(text: str) -> str:
    """One line in NFC: control characters, direction overrides and lone surrogates out, white space single, ends trimmed."""
    text = text.strip()
    if text.isascii():
        if text.isprintable():
            return " ".join(text.split()) if "  " in text else text
    else:
        text = unicodedata.normalize("NFC", text)
    return " ".join(_CONTROLS.sub(" ", text).split())


def lines(text: str) -> str:
    """The same for text of several lines: line ends become "\\n", at most one blank line in a row."""
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _SPACES.sub(" ", _CONTROLS.sub("", text))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(str.strip, text.split("\n")))).strip()


def is_blank(text: str) -> bool:
    """Whether trimmed `text` says nothing."""
    return text in BLANKS
