"""Customers as a table: read as office programs write it, never a formula, again and again without doubles."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path
from typing import Any

import pytest
from house import empty_store, home
from hypothesis import given
from hypothesis import strategies as st
from real_desk import RealDesk, real

from deskterm.customers_csv import columns
from deskterm.desk.card import NO_CARD
from deskterm.tables import BadTable, defused, plain, read, written

__all__ = ["empty_store", "home", "real"]

AS = ("--operator", "anna")
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@pytest.mark.parametrize(
    "text", ["=1+1", "+7912000000x", "+7 912", "-1", "@x", "\tx", "\rx", "\nx", "＝1", " =1", "'=1", "''-"]
)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert plain(defused(text)) == text


@pytest.mark.parametrize("text", ["", "+79120000000", "Ольга", "'quoted'", "1-2", "a=b", "’=1"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert defused(text) == plain(text) == text


@given(st.text())
def test_whatever_was_written_is_read_back(text: str) -> None:
    assert plain(defused(text)) == text


@given(st.lists(st.tuples(CELL, CELL), max_size=8))
def test_a_table_is_read_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    data = "".join(written([("name", "phone"), *rows])).encode("utf-8-sig")
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assert [row for _, row in read(data).rows] == kept
    for cells in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
def test_delimiter_and_encoding_are_found(delimiter: str, encoding: str) -> None:
    text = f'Имя{delimiter}Телефон\r\n"Щукин{delimiter} Ёж"{delimiter}8 912 000-00-01\r\n'
    table = read(text.encode(encoding))
    assert table.head == ("Имя", "Телефон")
    assert table.rows == ((2, (f"Щукин{delimiter} Ёж", "8 912 000-00-01")),)
    assert columns(table.head, {}, NO_CARD) == {0: "name", 1: "phone"}


@pytest.mark.parametrize(
    ("data", "wanted"),
    [(b"", {}), (b"a;b\n1;2\n", {}), (b"name\nx\n", {"phone": "mobile"}), (b"name\nx\n", {"shoe": "name"})],
)
def test_what_is_no_table_of_customers_is_said_so(data: bytes, wanted: dict[str, str]) -> None:
    with pytest.raises(BadTable):
        columns(read(data).head, wanted, NO_CARD)


def table(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "in.csv"
    path.write_text("\r\n".join(lines) + "\r\n", encoding="windows-1251")
    return str(path)


def outcome(data: Any) -> tuple[int, int, int, list[str]]:
    return data["added"], data["changed"], data["unchanged"], [line for line, _ in data["errors"]]


def test_customers_come_in_once(real: RealDesk, tmp_path: Path) -> None:
    file = table(
        tmp_path,
        "Клиент;Мобила;Почта;Компания",
        "Щукин Пётр;8 912 345-67-89;Petr@Shchukin.Test;ООО Рога",
        "Без адреса;;;",
        "Ольга Новая;;olga@client.test;",
        "Плохой;12;;",
    )
    args = ("customer", "import", file, "--map", "phone=Мобила", *AS)
    dry = real.json(*args, "--dry-run")
    assert outcome(dry.data) == (2, 0, 1, ["5"])
    assert dry.status == 65
    before = len(real.data("customer", "list"))
    assert outcome(real.json(*args).data) == (2, 0, 1, ["5"])
    assert len(real.data("customer", "list")) == before + 2
    (row,) = real.data("customer", "list", "petr")
    card = real.data("customer", "show", str(row["id"]))
    assert (card["name"], card["company"]) == ("Щукин Пётр", "ООО Рога")
    assert sorted((one["value"], one["proof"]) for one in card["identities"]) == [
        ("+79123456789", "entered"),
        ("petr@shchukin.test", "entered"),
    ]
    assert outcome(real.json(*args).data) == (0, 0, 3, ["5"])
    (olga,) = real.data("customer", "list", "olga@client")
    assert olga["name"] == "olga"
    assert outcome(real.json(*args, "--update").data) == (0, 1, 2, ["5"])
    (olga,) = real.data("customer", "list", "olga@client")
    assert olga["name"] == "Ольга Новая"


def test_what_is_exported_comes_in_elsewhere_as_it_was(real: RealDesk, tmp_path: Path) -> None:
    real.data("customer", "import", table(tmp_path, "name;phone", "=cmd|' /C calc'!A0;+7 912 345 67 89"), *AS)
    out = tmp_path / "out.csv"
    done = real.data("customer", "export-list", str(out), *AS)
    assert done == {"path": str(out), "customers": 7}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    cells = list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")))
    assert cells[0] == ["id", "name", "phone", "email", "telegram", "company", "language", "tags"]
    assert cells[-1][1:3] == ["'=cmd|' /C calc'!A0", "+79123456789"]
    again = real.data("customer", "import", str(out), *AS)
    assert outcome(again) == (0, 0, 7, [])
    assert real.json("customer", "export-list", str(out), *AS).status == 73
    some = tmp_path / "some.csv"
    assert real.data("customer", "export-list", str(some), "--query", "olga", *AS)["customers"] == 1


def test_operators_neither_import_nor_export(real: RealDesk, tmp_path: Path) -> None:
    file = table(tmp_path, "name", "x")
    assert real.json("customer", "import", file, "--operator", "boris").status == 77
    assert real.json("customer", "export-list", str(tmp_path / "x.csv"), "--operator", "boris").status == 77
    assert not (tmp_path / "x.csv").exists()
