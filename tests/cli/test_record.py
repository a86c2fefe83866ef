"""`deskterm record` on a real desk, and closing where the card lacks what must be filled in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fake_root import Result
from house import empty_store, home
from real_desk import CONFIG, RealDesk, real

from deskterm.desk.query import know
from deskterm.office import OfficeError
from deskterm.record_files import read_rows

__all__ = ["empty_store", "home", "real"]

RECORDS = """
[records.order]
label = { en = "Order", ru = "Заказ" }
customer_by = ["email"]
[records.order.columns.email]
type = "email"
[records.order.columns.total]
type = "number"
label.en = "Total"
"""
REQUIRED = """
[card.fields.size]
label.en = "Size"
[[card.required]]
fields = ["size", "company"]
channels = ["mail"]
"""


class Annas(RealDesk):
    """The real desk, on which anna acts."""

    def run(self, *arguments: str) -> Result:
        """Run one command line in this process."""
        return super().run(*arguments, "--operator", "anna")


def configured(real: RealDesk, more: str) -> Annas:
    config = real.home / "config.toml"
    config.write_text(CONFIG + more, encoding="utf-8")
    config.chmod(0o600)
    return Annas(real.home, real.numbers, real._capture)


@pytest.fixture
def shop(real: RealDesk) -> Annas:
    """A real desk that keeps orders."""
    return configured(real, RECORDS)


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_bytes(text.encode("utf-8-sig"))
    return str(path)


def test_a_file_comes_in_and_again_without_doubles(shop: Annas, tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "orders.csv",
        'Order no;Email;Total;Colour\n5531;olga@client.test;1990,50;red\n\n5532;;"x\ny";\n;;1;\n5533;;7;;9\n',
    )
    command = ("record", "import", file, "--kind", "order", "--map", "id=order no")
    dry = shop.run(*command, "--dry-run")
    assert dry.status == 65
    assert dry.out.splitlines() == [
        "line 7: there are more values than columns",
        "line 4: Total: “x y” is no number: write it as 1234.5 or 1234,5.",
        "line 6: The row has no number in its column id.",
        "left out, since the configuration does not know them: Colour",
        "nothing was kept (a dry run)",
        "new: 1 · changed: 0 · as before: 0 · wrong: 3",
    ]
    assert shop.data("record", "list", "order") == []
    first = shop.json(*command)
    assert (first.status, first.data["added"], len(first.data["errors"]), first.data["left_out"]) == (65, 1, 3, ["Colour"])
    assert shop.json(*command).data["unchanged"] == 1
    rows = shop.data("record", "list", "order")
    assert [(row["external_id"], row["values"], row["customer_id"]) for row in rows] == [
        ("5531", {"email": "olga@client.test", "total": "1990.5"}, 1)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1251"])
def test_a_file_of_an_office_program_comes_in_by_its_labels(shop: Annas, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "заказы.csv"
    file.write_bytes("Заказ;EMAIL;Total;Цвет\n5531;olga@client.test;1990,50;синий\n".encode(encoding))
    report = shop.data("record", "import", str(file), "--kind", "order")
    assert (report["added"], report["errors"], report["notes"], report["left_out"]) == (1, [], [], ["Цвет"])
    assert shop.data("record", "show", "order", "5531")["values"] == {"email": "olga@client.test", "total": "1990.5"}


@pytest.mark.parametrize("mapped", [["--map", "id=No,total=Sum"], ["--map", "id=No", "--map", "total=Sum"]])
def test_columns_are_named_at_once_or_one_by_one(shop: Annas, tmp_path: Path, mapped: list[str]) -> None:
    file = write(tmp_path, "orders.csv", "No,Sum\n5531,2\n")
    assert shop.data("record", "import", file, "--kind", "order", *mapped)["added"] == 1
    assert shop.data("record", "show", "order", "5531")["values"] == {"total": "2"}


def test_every_wrong_cell_is_told_and_a_number_that_stands_twice(shop: Annas, tmp_path: Path) -> None:
    text = "id,Mail,Sum\n5531,olga@client.test,5\n5532,nobody,much\n5531,,7\nАБ-77,,1\n"
    file = write(tmp_path, "orders.csv", text)
    command = ("record", "import", file, "--kind", "order", "--map", "email=Mail,total=Sum")
    first = shop.json(*command).data
    assert [(one["place"], one["message"].split(":")[0]) for one in first["errors"]] == [("line 3", "Mail"), ("line 3", "Sum")]
    assert [(one["place"], one["message"].split(":")[0]) for one in first["notes"]] == [
        ("line 4", "5531 stands here again"),
        ("line 5", "АБ-77 is not as the configuration says (digits, prefix)"),
    ]
    assert shop.data("record", "show", "order", "5531")["values"] == {"email": "olga@client.test", "total": "7"}
    again = shop.json(*command).data
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert "wrong: 1" in shop.run(*command).out


def test_json_comes_in_as_it_is_written(shop: Annas, tmp_path: Path) -> None:
    items: list[Any] = [{"id": 1, "total": 10.10}, {"id": "2", "total": None}, {"id": {"a": 1}}, 3, {"id": "3", "total": True}]
    file = write(tmp_path, "orders.json", json.dumps(items))
    report = shop.json("record", "import", file, "--kind", "order").data
    assert (report["added"], [error["place"] for error in report["errors"]]) == (2, ["object 3", "object 4", "object 5"])
    assert shop.data("record", "show", "order", "1")["values"] == {"total": "10.1"}


def test_one_record_is_put_and_shown(shop: Annas) -> None:
    put = shop.run("record", "put", "order", "5531", "email=olga@client.test", "total=1990,50")
    assert (put.status, put.out) == (0, "Order 5531\ncustomer: olga (1)\nemail: olga@client.test\nTotal: 1990.5\n")
    assert shop.run("record", "put", "order", "#5531", "total=").out.splitlines()[-1] == "email: olga@client.test"
    assert shop.run("record", "list", "order").out == "#5531\t1\tolga@client.test\t\n"
    wrong = shop.json("record", "put", "order", "1", "total=x")
    assert (wrong.status, wrong.error["code"]) == (1, "refused")
    assert shop.json("record", "put", "order", "1", "total").error["code"] == "usage"
    assert shop.json("record", "show", "order", "77").error["code"] == "not_found"
    unknown = shop.json("record", "list", "invoice")
    assert (unknown.status, unknown.error["fix"]) == (78, "Known: order")
    for number in range(3):
        assert shop.run("record", "put", "order", f"90{number}").status == 0
    page = shop.json("record", "list", "order", "--limit", "2")
    rest = shop.json("record", "list", "order", "--limit", "2", "--after", json.loads(page.out)["next"])
    assert [row["external_id"] for row in (*page.data, *rest.data)] == ["902", "901", "900", "#5531"]


def test_the_filter_knows_orders_of_the_configuration(shop: Annas) -> None:
    assert shop.run("record", "put", "order", "5531", "email=taras@client.test").status == 0
    assert shop.listed("order:5531") == [shop.numbers[2]]
    assert shop.listed("заказ:5531") == [shop.numbers[2]]
    assert shop.json("conversation", "list", "ordr:5531").error["code"] == "bad_query"


@pytest.mark.parametrize("query", ["order:5531", "заказ:5531", "Order:#5531 is:open"])
def test_a_process_that_begins_with_a_query_knows_them(shop: Annas, query: str) -> None:
    assert shop.run("record", "put", "order", "5531", "email=taras@client.test").status == 0
    know(())
    assert [row["number"] for row in shop.data("conversation", "list", query)] == [shop.numbers[2]]
    know(())
    assert shop.data("conversation", "tag", "--query", query, "+vip")["changed"] == 1
    know(())
    assert shop.run("view", "save", "orders", query).status == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--map", "sum=Total"), "--map names no column of ours"),
        (("--map", "total=Sum"), "the file has no column Sum"),
        ((), "no column holds the number of the record"),
    ],
)
def test_a_mapping_that_cannot_be(shop: Annas, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    file = write(tmp_path, "orders.csv", "No,Total\n1,2\n")
    result = shop.json("record", "import", file, "--kind", "order", *arguments)
    assert (result.status, result.error["message"]) == (64, words)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", "", "the file is empty"),
        ("a.csv", "id,id\n1,2\n", "a column stands twice: id"),
        ("a.csv", 'id\n"1\n', "line 2: unexpected end of data"),
        ("a.json", "{", "the file is not JSON"),
        ("a.json", "{}", "the file is no list"),
        ("a.txt", "[[", "the file is not JSON"),
    ],
)
def test_files_that_are_none(tmp_path: Path, name: str, text: str, words: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OfficeError, match=words) as caught:
        read_rows(path)
    assert caught.value.code == "bad_file"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "no_input"), (tmp_path, "no_input")):
        with pytest.raises(OfficeError) as caught:
            read_rows(path)
        assert caught.value.code == code


def test_closing_says_what_is_missing_and_how_it_is_set(real: RealDesk) -> None:
    desk = configured(real, REQUIRED)
    first, second, third = map(str, real.numbers[:3])
    refused = desk.json("conversation", "close", first)
    assert (refused.status, refused.error) == (
        1,
        {
            "code": "fields_wanted",
            "message": f"#{first} is closed only when the customer's card says: Company, Size",
            "fix": "Run: deskterm customer edit 1 --company … --set size=…",
        },
    )
    reply = desk.json("conversation", "reply", first, "done", "--close")
    assert reply.error["code"] == "fields_wanted"
    assert desk.run("customer", "edit", "1", "--company", "Ромашка", "--set", "size=M").status == 0
    many = desk.json("conversation", "close", first, second, third)
    assert many.data["changed"] == 1
    assert many.data["fields_wanted"] == [
        {"number": int(second), "fields": ["company", "size"]},
        {"number": int(third), "fields": ["company", "size"]},
    ]
    told = desk.run("conversation", "close", second, third)
    assert told.status == 1
    assert [line for line in told.err.splitlines() if "#" in line] == [
        f"deskterm: #{second}: Company, Size",
        f"deskterm: #{third}: Company, Size",
    ]
