"""The health of the channels at the foot: the ledger's proof has room at usual widths, and a loss is never left out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deskterm.desk.post import HealthState
from deskterm.desk.rows import ChannelRow, Counts, DeskStatus
from deskterm.keys.actions import FOOTER, Context
from deskterm.keys.keymap import Keymap
from deskterm.widgets.paint import Line
from deskterm.widgets.status import foot_line, health_forms, needs_a_look

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MAIL = ChannelRow(
    id=1, name="mail", kind="email", address="help@shop.example", enabled=True, state=HealthState.OK, detail="", fix="",
    last_ok_at=NOW, since=NOW, server_count=118, ours_count=118, counted_at=NOW, held=0,
)  # fmt: skip
CHAT = replace(MAIL, id=2, name="telegram", kind="telegram", server_count=None, last_ok_at=NOW - timedelta(seconds=4))
HOOK = replace(CHAT, id=3, name="site", kind="webhook")
GAP = replace(MAIL, ours_count=117)


def desk(*channels: ChannelRow, held: int = 0) -> DeskStatus:
    return DeskStatus(Counts({}, held=held), channels, (), "this process", "/desk/desk.db", "3.51.3", "wal")


def words(line: Line) -> str:
    return "".join(span.text for span in line)


def foot(status: DeskStatus, cells: int, context: Context = Context.LIST) -> tuple[str, Line]:
    health = health_forms(status, NOW)
    keys, shown = foot_line(FOOTER[context], Keymap(), cells, health, always=needs_a_look(status) or context is Context.LIST)
    assert len(words(keys) + words(shown)) <= cells
    return words(keys), shown


def test_the_longest_form_says_all() -> None:
    assert words(health_forms(desk(MAIL, CHAT, held=2), NOW)[0]) == " ● mail 118/118 · telegram 4s ago · 2 held "


@pytest.mark.parametrize("cells", [60, 80, 100, 120])
def test_the_mailboxs_count_is_shown_at_every_width(cells: int) -> None:
    keys, health = foot(desk(MAIL, CHAT, HOOK), cells)
    assert "118/118" in words(health)
    assert keys.startswith(" r reply  n note")
    assert {span.role for span in health} == {"good", "muted"}


@pytest.mark.parametrize("cells", [60, 80, 100, 120])
@pytest.mark.parametrize("context", [Context.LIST, Context.COMPOSER])
def test_a_loss_is_shown_at_every_width_as_a_problem(cells: int, context: Context) -> None:
    _keys, health = foot(desk(CHAT, GAP, HOOK, held=3), cells, context)
    assert "mail 117/118" in words(health)
    assert {span.role for span in health} == {"problem"}


def test_every_form_of_a_loss_names_it() -> None:
    forms = [words(line) for line in health_forms(desk(GAP, replace(CHAT, state=HealthState.REFUSED), HOOK), NOW)]
    assert all("mail 117/118" in form for form in forms)
    assert forms[-1] == " ● mail 117/118 · 1 more "


def test_more_of_ours_than_the_server_has_is_no_loss() -> None:
    assert replace(MAIL, server_count=100).missing == 0
    assert not needs_a_look(desk(replace(MAIL, server_count=100)))


def test_a_channel_that_is_switched_off_is_not_counted() -> None:
    assert not needs_a_look(desk(replace(GAP, enabled=False), CHAT))


def test_without_a_mailbox_the_channels_are_counted() -> None:
    assert words(health_forms(desk(CHAT, HOOK), NOW)[-1]) == " ● 2 channels "
