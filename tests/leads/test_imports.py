"""How files are read; the awkward ones that others collected are found beside the project."""

from pathlib import Path

import pytest

from leads import imports
from leads.imports import BrokenRow, CsvFile, Row, UnreadableFile

SPECTRUM = Path(__file__).resolve().parents[3] / "shared/data/csv_spectrum/csvs"


def written(folder: Path, content: str | bytes) -> CsvFile:
    path = folder / "leads.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return imports.open_csv(path)


def cells(file: CsvFile) -> list[list[str]]:
    return [list(row.cells.values()) if isinstance(row, Row) else [row.reason] for row in file.rows()]


@pytest.mark.parametrize(
    ("name", "header", "rows"),
    [
        (
            "comma_in_quotes",
            ["first", "last", "address", "city", "zip"],
            [["John", "Doe", "120 any st.", "Anytown, WW", "08123"]],
        ),
        ("empty", ["a", "b", "c"], [["1", "", ""], ["2", "3", "4"]]),
        ("empty_crlf", ["a", "b", "c"], [["1", "", ""], ["2", "3", "4"]]),
        ("escaped_quotes", ["a", "b"], [["1", 'ha "ha" ha'], ["3", "4"]]),
        ("json", ["key", "val"], [["1", '{"type": "Point", "coordinates": [102.0, 0.5]}']]),
        (
            "location_coordinates",
            ["Contact Phone Number", "Location Coordinates", "Cities", "Counties"],
            [["2095257564", "37\ufffd36'37.8\"N 121\ufffd2'17.9\"W", "Modesto", "Stanislaus"]],
        ),
        ("newlines", ["a", "b", "c"], [["1", "2", "3"], ["Once upon \na time", "5", "6"], ["7", "8", "9"]]),
        (
            "newlines_crlf",
            ["a", "b", "c"],
            [["1", "2", "3"], ["Once upon \r\na time", "5", "6"], ["7", "8", "9"]],
        ),
        ("quotes_and_newlines", ["a", "b"], [["1", 'ha \n"ha" \nha'], ["3", "4"]]),
        ("simple", ["a", "b", "c"], [["1", "2", "3"]]),
        ("simple_crlf", ["a", "b", "c"], [["1", "2", "3"]]),
        ("utf8", ["a", "b", "c"], [["1", "2", "3"], ["4", "5", "ʤ"]]),
    ],
)
def test_the_files_of_the_csv_spectrum_read_as_they_were_meant(
    name: str, header: list[str], rows: list[list[str]]
) -> None:
    path = SPECTRUM / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"The collection of awkward CSV files is not at {SPECTRUM}.")

    file = imports.open_csv(path)

    assert (file.header, cells(file)) == (header, rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    file = written(tmp_path, delimiter.join(["name", "city"]) + "\n" + delimiter.join(["Eva", "Köln"]) + "\n")

    assert (file.header, cells(file)) == (["name", "city"], [["Eva", "Köln"]])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, "name\r\nMüller\r\n".encode(encoding))

    assert (file.header, cells(file)) == (["name"], [["Müller"]])


def test_old_line_ends_and_blank_lines_are_read_over(tmp_path: Path) -> None:
    file = written(tmp_path, "\n\na,b\r1,2\r\r3,4\r")

    assert [(row.line, row.cells) for row in file.rows()] == [
        (4, {"a": "1", "b": "2"}),
        (6, {"a": "3", "b": "4"}),
    ]


def test_rows_of_blank_cells_are_read_over_and_keep_their_number(tmp_path: Path) -> None:
    file = written(tmp_path, "email;name\na@a.example;A\n;\n ; \nb@b.example;B\n")

    rows = list(file.rows())

    assert [(row.line, row.number) for row in rows] == [(2, 0), (5, 3)]


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_a_hint_for_spreadsheets_is_no_header(tmp_path: Path, mark: str) -> None:
    file = written(tmp_path, f"sep={mark}\r\nemail{mark}name\r\na@a.example{mark}A\r\n")

    assert file.header == ["email", "name"]
    assert [(row.line, row.cells) for row in file.rows()] == [(3, {"email": "a@a.example", "name": "A"})]


def test_a_row_is_known_by_the_line_on_which_it_begins(tmp_path: Path) -> None:
    file = written(tmp_path, 'a,b\n1,"two\nlines"\n3,4\n')

    assert [row.line for row in file.rows()] == [2, 4]


def test_an_unclosed_quotation_mark_costs_its_own_line_only(tmp_path: Path) -> None:
    file = written(tmp_path, 'a,b\n1,2\n3,"four\n5,6\n7,8\n')

    rows = list(file.rows())

    assert rows[1] == BrokenRow(3, ['3,"four'], "A quotation mark is opened here and never closed.")
    assert [row.cells for row in rows if isinstance(row, Row)] == [
        {"a": "1", "b": "2"},
        {"a": "5", "b": "6"},
        {"a": "7", "b": "8"},
    ]


def test_an_unclosed_quotation_mark_in_a_large_file_is_given_up_in_time(tmp_path: Path) -> None:
    file = written(tmp_path, 'a,b\n1,"two\n' + "3,4\n" * 50_000)

    rows = list(file.rows())

    assert isinstance(rows[0], BrokenRow)
    assert len(rows) == 50_001


def test_a_row_with_too_many_or_too_few_cells_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, "a,b\n1\n1,2\n1,2,3\n")

    assert cells(file) == [
        ["The row has 1 cell, the header 2 cells."],
        ["1", "2"],
        ["The row has 3 cells, the header 2 cells."],
    ]


def test_text_after_a_closing_quotation_mark_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, 'a,b\n"1"x,2\n3,4\n')

    assert cells(file) == [
        ["Something follows a closing quotation mark. Double the quotation marks inside a quoted cell."],
        ["3", "4"],
    ]


def test_a_column_without_a_name_is_called_by_its_place(tmp_path: Path) -> None:
    assert written(tmp_path, "a,,c\n1,2,3\n").header == ["a", "column 2", "c"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"a,b,a\n1,2,3\n", "has the column a more than once"),
        (b"a\0b,c\n1,2\n", "is not a text file"),
        (b"PK\x03\x04\x14\0\x08\0\x81\x8d", "is a zip archive, not a CSV file"),
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "is an Excel workbook, not a CSV file"),
        (b"MZ\x90\0\x03\0\0\0", "is a program, not a CSV file"),
        (b"\x7fELF\x02\x01", "is a program, not a CSV file"),
        (b"\x1f\x8b\x08\0", "is a compressed file, not a CSV file"),
        (b"\n <!DOCTYPE html><html>", "is a web page, not a CSV file"),
        (b"x" * 1_000_001, "Line 1 is longer than 1,000,000 characters"),
        (b"\xff\xfe\0", "is not a text file in UTF-16"),
        (b'a,"b\n1,2\n', "The header of .* on line 1, cannot be read: A quotation mark"),
        (b",".join(b"c%d" % number for number in range(10_000)), "has 10,000 columns; at most 1,000"),
    ],
)
def test_what_is_no_csv_file_is_said_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        written(tmp_path, content)


def test_a_missing_file_and_a_folder_are_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        imports.open_csv(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile, match="is a directory"):
        imports.open_csv(tmp_path)


def test_a_line_without_an_end_is_not_read_into_memory(tmp_path: Path) -> None:
    file = written(tmp_path, "a,b\n1,2\n" + "x" * 3_000_000)

    rows = file.rows()

    assert next(rows).line == 2
    with pytest.raises(UnreadableFile, match="Line 3 is longer than 1,000,000 characters"):
        next(rows)


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_a_name_of_a_column_may_go_over_two_lines(tmp_path: Path, mark: str) -> None:
    file = written(tmp_path, f'"E-mail\naddress"{mark}name\n\na@a.example{mark}A\n')

    assert file.header == ["E-mail\naddress", "name"]
    assert cells(file) == [["a@a.example", "A"]]
