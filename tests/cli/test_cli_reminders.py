"""`deskterm reminder`, `deskterm promise`, and promises noted by `deskterm conversation reply`, on a real store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from house import empty_store, home
from real_desk import CONFIG, RealDesk, real

from deskterm.cli.exits import Exit

__all__ = ["empty_store", "home", "real"]


def soon(text: str, minutes: int) -> bool:
    """Whether a time lies so many minutes ahead, give or take what the test takes."""
    ahead = datetime.fromisoformat(text) - datetime.now(UTC)
    return timedelta(minutes=minutes - 2) < ahead <= timedelta(minutes=minutes)


def test_a_reminder_from_its_beginning_to_its_end(real: RealDesk) -> None:
    number = real.numbers[0]
    made = real.data("reminder", "add", "in 30 min", "позвонить", "--conversation", f"#{number}", "--operator", "anna")
    assert (made["reminder_id"], soon(made["at"], 30)) == (1, True)
    (row,) = real.data("reminder", "list", "--operator", "anna")
    assert {name: row[name] for name in ("id", "words", "operator", "by", "state", "about", "conversation_number")} == {
        "id": 1,
        "words": "позвонить",
        "operator": "Анна",
        "by": "Анна",
        "state": "set",
        "about": f"#{number} olga",
        "conversation_number": number,
    }
    moved = real.data("reminder", "move", "1", "in 2h", "--operator", "anna")
    assert moved == {"reminder_id": 1, "changed": True}
    assert soon(real.data("reminder", "list", "--operator", "anna")[0]["at"], 120)
    assert real.data("reminder", "done", "1", "--operator", "anna") == {"reminder_id": 1, "changed": True}
    assert real.data("reminder", "list", "--operator", "anna") == []
    assert real.data("reminder", "done", "1", "--operator", "anna") == {"reminder_id": 1, "changed": False}


def test_for_another_and_of_a_customer(real: RealDesk) -> None:
    real.data("reminder", "add", "in 1 day", "--customer", "olga", "--for", "boris", "--operator", "anna")
    assert real.data("reminder", "list", "--operator", "anna") == []
    (row,) = real.data("reminder", "list", "--everybody", "--customer", "olga", "--operator", "anna")
    assert (row["operator"], row["by"], row["about"]) == ("Boris", "Анна", "olga")
    no = real.json("reminder", "done", "1", "--operator", "nobody")
    assert no.status != 0
    assert real.data("reminder", "cancel", "1", "--operator", "boris")["changed"]


def test_what_is_not_understood(real: RealDesk) -> None:
    for words, code in (
        (("add", "вчера"), "usage"),
        (("add", "blah"), "usage"),
        (("add", "in 1h", "--for", "vera"), "unknown_operator"),
        (("add", "in 1h", "--conversation", "9999"), "not_found"),
        (("add", "in 1h", "--customer", "zzz"), "not_found"),
        (("add", "in 1h", "--task", "T9"), "not_found"),
        (("add", "in 1h", "ы" * 400), "too_long"),
        (("done", "9"), "not_found"),
    ):
        result = real.json("reminder", *words, "--operator", "anna")
        assert (result.status != 0, result.error["code"]) == (True, code), words


def test_a_reply_that_promises(real: RealDesk) -> None:
    number = str(real.numbers[1])
    data = real.data("conversation", "reply", number, "Отвечу в течение двух часов", "--remind", "--operator", "anna")
    (noted,) = data["promises"]
    assert (noted["words"], noted["reminded"], soon(noted["due"], 120)) == ("Отвечу в течение двух часов", True, True)
    assert [row["words"] for row in real.data("reminder", "list", "--operator", "anna")] == ["Отвечу в течение двух часов"]
    (row,) = real.data("promise", "list", "--conversation", number)
    assert (row["state"], row["operator"], row["conversation_number"]) == ("open", "Анна", real.numbers[1])
    assert real.data("promise", "list", "--overdue") == []
    assert real.data("conversation", "list", "has:promise")[0]["number"] == real.numbers[1]
    assert real.data("promise", "kept", "1", "--operator", "anna") == {"promise_id": 1, "changed": True}
    assert real.data("promise", "list")[0]["state"] == "kept"
    assert real.data("promise", "drop", "1", "--operator", "anna") == {"promise_id": 1, "changed": True}
    said = real.run("conversation", "reply", number, "Напишу через час", "--operator", "anna")
    assert "promised: " in said.err
    assert real.data("conversation", "reply", number, "Спасибо!", "--operator", "anna")["promises"] == []


def at_ten(text: str) -> bool:
    return datetime.fromisoformat(text).astimezone(ZoneInfo("Pacific/Kiritimati")).strftime("%H:%M") == "10:00"


def test_times_are_read_in_the_desk_s_zone_and_it_is_named(real: RealDesk) -> None:
    (real.home / "config.toml").write_text(f'{CONFIG}\n[desk]\ntimezone = "Pacific/Kiritimati"\n', encoding="utf-8")
    anna, number = ("--operator", "anna"), str(real.numbers[0])
    told = real.run("reminder", "add", "ещьщккщц 10Ж00", *anna)
    assert told.status == 0, told.err
    assert told.out.endswith("10:00 Pacific/Kiritimati\n")
    assert at_ten(real.data("reminder", "list", *anna)[0]["at"])
    assert at_ten(real.data("task", "add", "call", "--due", "tomorrow 10:00", *anna)["row"]["due"])
    real.data("conversation", "snooze", number, "pfdnhf 10^00", *anna)
    assert at_ten(real.row(int(number))["snoozed_until"])
    real.data("conversation", "reopen", number, *anna)
    replied = real.data("conversation", "reply", number, "I'll call you tomorrow at 10:00", *anna)
    assert at_ten(replied["promises"][0]["due"])


def test_a_date_that_no_month_has_is_refused(real: RealDesk) -> None:
    for words in (
        ("reminder", "add", "31.02"),
        ("task", "add", "x", "--due", "0.5"),
        ("conversation", "snooze", f"{real.numbers[0]}", "31.04"),
    ):
        refused = real.run(*words, "--operator", "anna")
        assert refused.status == Exit.USAGE, refused.err
        assert "is no time that is understood" in refused.err
