"""`deskterm customer export` and `erase` on a real store."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from house import empty_store, home
from real_desk import RealDesk, real

__all__ = ["empty_store", "home", "real"]

CHECK = ("--operator", "anna")


def ids(real: RealDesk) -> list[int]:
    return sorted(row["id"] for row in real.data("customer", "list"))


def test_a_customer_is_exported_into_a_new_folder(real: RealDesk, tmp_path: Path) -> None:
    customer = ids(real)[0]
    folder = tmp_path / "all of it"
    assert real.data("customer", "export", str(customer), str(folder), *CHECK) == {"folder": str(folder)}
    data = json.loads((folder / "customer.json").read_text())
    assert data["customer"]["id"] == customer
    again = real.json("customer", "export", str(customer), str(folder), *CHECK)
    assert again.status == 73


def test_a_customer_is_erased_and_stays_away(real: RealDesk) -> None:
    first, *others = ids(real)
    name = real.data("customer", "show", str(first))["name"]
    erased = real.data("customer", "erase", str(first), "--yes", *CHECK)
    assert (erased["customer_id"], erased["conversations"], erased["messages"]) == (first, 1, 1)
    assert ids(real) == others
    with closing(sqlite3.connect(real.home / "desk.db")) as connection:
        assert connection.execute("SELECT count(*) FROM message WHERE text LIKE ?", (f"%{name}%",)).fetchone() == (0,)
    assert name.encode() not in (real.home / "desk.db").read_bytes()


def test_erasing_is_asked_about_and_only_for_those_who_may(real: RealDesk) -> None:
    customer = str(ids(real)[0])
    assert real.json("customer", "erase", customer, *CHECK).status == 64  # a script says --yes
    assert real.json("customer", "erase", customer, "--yes", "--operator", "boris").status == 77
    assert real.json("customer", "erase", "9999", "--yes", *CHECK).status == 66
    assert int(customer) in ids(real)


def test_who_may_be_the_same_person_is_named_before(real: RealDesk) -> None:
    first, second, third, *_others = ids(real)
    with closing(sqlite3.connect(real.home / "desk.db")) as connection, connection:
        for other, score in ((second, 60), (third, 90)):
            connection.execute(
                "INSERT INTO duplicate (low_id, high_id, reason, score, state, at) VALUES (?, ?, 'email', ?, 'open', 0)",
                (first, other, score),
            )
    shown = real.run("customer", "erase", str(first), "--yes", *CHECK)
    assert shown.status == 0
    lines = [line for line in shown.err.splitlines() if "may be the same person" in line]
    assert [line.split(" ")[:2] for line in lines] == [["card", str(third)], ["card", str(second)]]
    with closing(sqlite3.connect(real.home / "desk.db")) as connection, connection:
        connection.execute(
            "INSERT INTO duplicate (low_id, high_id, reason, score, state, at) VALUES (?, ?, 'phone', 90, 'open', 0)",
            (second, third),
        )
    erased = real.data("customer", "erase", str(third), "--yes", *CHECK)
    assert [(one["id"], one["reason"]) for one in erased["likely_same"]] == [(second, "phone")]
    assert real.data("customer", "erase", str(second), "--yes", *CHECK)["likely_same"] == []
