"""Tells by its first bytes what a file is, whatever its name says; what is certainly no CSV file is named."""

from __future__ import annotations

ENOUGH = 8192  # bytes from the beginning
ADVICE = "Save it as CSV and bring that."

# How files of a kind begin, and what people call them.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"#!", "a script"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ\x00", "a compressed file"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file"),
    (b"Rar!", "a compressed file"),
    (b"\x28\xb5\x2f\xfd", "a compressed file"),
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document"),
    (b"SQLite format 3\x00", "a database"),
    (b"PAR1", "a Parquet file"),
)
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MARKUP = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "an XML file"))


def foreign_kind(beginning: bytes) -> str:
    """What the file is where it is certainly no CSV, such as "a picture"; '' for what may be one."""
    if beginning.startswith(_ZIPS):
        workbook = b"xl/" in beginning or b"[Content_Types].xml" in beginning
        return "an Excel workbook" if workbook else "a zip archive"
    for begins, kind in _BEGINNINGS:
        if beginning.startswith(begins) and _is_sure(begins, beginning):
            return kind
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for begins, kind in _MARKUP if text.startswith(begins)), "")


def _is_sure(begins: bytes, beginning: bytes) -> bool:
    """Two letters may also begin the name of a column: a program goes on with bytes that are no text."""
    return begins != b"MZ" or b"\0" in beginning
