"""Writing: answers and notes told apart, drafts that survive, refusals that lose nothing, taking back, the editor, files."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desk_pilot import WIDE, Desk, desk
from fake_office import FakeOffice
from fake_seed import EVERY_KIND
from textual.widgets import Input

from deskterm.app import DeskApp
from deskterm.desk.commands import Note, Reply, TakeBack
from deskterm.desk.model import Delivery, Kind
from deskterm.desk.rows import Draft
from deskterm.office import OfficeError

ONE = 5
"""A conversation on mail, with one message."""


def written(d: Desk) -> str:
    return d.inbox.pane.composer.text


async def draft(d: Desk, conversation_id: int = ONE) -> Draft | None:
    return await d.office.draft(conversation_id)


async def test_an_answer_says_to_whom_and_by_what() -> None:
    async with desk(size=(100, 30)) as d:
        await d.open(EVERY_KIND)
        await d.press("r")
        await d.until_shown("Reply to Li Wei <700002> by telegram")
        assert "To: Li Wei <700002>  Cc: Boss <bo" in d.text
        assert "! the answer goes to other@exa" in d.text
        assert "0 of 4096 · 1 message" in d.text
        assert d.foot.startswith(" ctrl+s send  Esc keep as draft  ctrl+o attach  F4 editor")


async def test_a_note_looks_different_in_word_border_and_colour() -> None:
    async with desk() as d:
        await d.open(EVERY_KIND)
        await d.press("n")
        await d.until_shown("INTERNAL NOTE · never sent to the customer")
        assert "┏" in d.text
        assert "To:" not in d.text
        assert "other@example.net" not in d.text
        note = d.inbox.pane.composer.styles.border.top[1]
        await d.press("escape", "r")
        await d.until_shown("Reply to Li Wei")
        assert "╭" in d.text
        assert d.inbox.pane.composer.styles.border.top[1] != note


async def test_an_answer_is_sent_and_can_be_taken_back() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"hello", "ctrl+s", "enter")
        await d.until_shown("Goes out in 10s · z takes it back")
        sent = d.office.talk(ONE).messages[-1]
        assert d.office.submitted[-1] == Reply(ONE, "hello", d.office.talk(ONE).messages[-2].id)
        assert sent.delivery is not None
        assert sent.delivery.state is Delivery.QUEUED
        assert d.app.focused is d.inbox.pane.thread
        assert await draft(d) is None
        await d.press("z")
        await d.until(lambda: written(d) == "hello")
        assert d.office.submitted[-1] == TakeBack(sent.id)
        assert "Taken back: the text is here again." in d.foot


async def test_taking_back_too_late_says_so() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"hello", "ctrl+s", "enter")
        await d.until_shown("Goes out in 10s")
        d.office.advance(seconds=11)
        await d.press("z")
        await d.until_shown("Too late: the message has gone out.")


async def test_after_an_answer_the_list_goes_on_with_the_next_conversation() -> None:
    async with desk() as d:
        first, second = d.inbox.list.rows[0], d.inbox.list.rows[1]
        await d.press("r", *"hello", "ctrl+s", "enter")
        await d.until_shown("Goes out in 10s")
        assert d.inbox.pane.row is not None
        assert d.inbox.pane.row.id == first.id
        await d.press("escape")
        await d.until(lambda: d.chosen == second.number)


async def test_send_and_close() -> None:
    async with desk() as d:
        first, second = d.inbox.list.rows[0], d.inbox.list.rows[1]
        await d.press("r", *"bye", "ctrl+s", "e")
        await d.until(lambda: d.chosen == second.number)
        (reply,) = [command for command in d.office.submitted if isinstance(command, Reply)]
        assert (reply.conversation_id, reply.text, reply.close) == (first.id, "bye", True)
        await d.until(lambda: d.app.focused is d.inbox.list)


async def test_a_note_is_kept_and_never_a_reply() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("n", *"careful", "ctrl+s")
        await d.until_shown("Enter  Send")
        assert "Send and close" not in d.text
        await d.press("enter")
        await d.until_shown("The note is kept.")
        assert d.office.submitted[-1] == Note(ONE, "careful")
        assert d.office.talk(ONE).messages[-1].kind is Kind.NOTE


async def test_keys_typed_at_once_after_the_reply_key_are_text() -> None:
    async with desk() as d:
        d.office.gate = asyncio.Event()
        await d.press("r", "e", "A", "N", "q")
        d.office.gate.set()
        await d.until_shown("Reply to")
        assert written(d) == "eANq"
        assert all(not isinstance(command, Reply) for command in d.office.submitted)
        assert d.office.submitted == [] or len(d.office.submitted) == 1


async def test_a_cyrillic_text_stays_as_it_is_typed() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("к", *"Привет, Ж.")
        assert written(d) == "Привет, Ж."


async def test_a_draft_is_kept_within_a_second_and_comes_back() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"half")
        await d.until(lambda: ONE in d.office._drafts)
        assert await draft(d) == Draft(ONE, "half", saved_at=d.office.now())
        await d.press("escape")
        assert not d.inbox.pane.composer.is_open
        assert d.app.focused is d.inbox.pane.thread
        await d.press("r")
        await d.until(lambda: written(d) == "half")
        await d.press(*"way")
        assert written(d) == "halfway"


@pytest.mark.parametrize("leave", [["escape"], ["escape", "J"], ["escape", "escape"], ["ctrl+q"]])
async def test_every_way_out_keeps_the_draft(leave: list[str]) -> None:
    office = FakeOffice()
    async with desk(office) as d:
        await d.open(ONE)
        await d.press("r", *"text")
        await d.pilot.press(*leave)
        if leave != ["ctrl+q"]:
            await d.until(lambda: ONE in office._drafts)
    assert office._drafts[ONE].text == "text"


async def test_what_is_typed_before_the_draft_is_read_goes_behind_it() -> None:
    office = FakeOffice()
    await office.save_draft(Draft(ONE, "old "))
    async with desk(office) as d:
        await d.open(ONE)
        office.gate = asyncio.Event()
        await d.press("r", *"new", "escape")
        office.gate.set()
        await d.until(lambda: office._drafts[ONE].text == "old new")


async def test_a_begun_reply_is_not_turned_into_a_note() -> None:
    office = FakeOffice()
    await office.save_draft(Draft(ONE, "for the customer"))
    async with desk(office) as d:
        await d.open(ONE)
        await d.press("n")
        await d.until_shown("A reply is begun here; send or throw it away first.")
        assert written(d) == "for the customer"
        assert not d.inbox.pane.composer.note
        assert "INTERNAL NOTE" not in d.text


async def test_throwing_away_asks_first() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"rubbish", "f8")
        await d.until_shown("F8 once more throws away what is written here.")
        assert written(d) == "rubbish"
        await d.press("f8")
        await d.until(lambda: not d.inbox.pane.composer.is_open)
        await d.until(lambda: ONE not in d.office._drafts)


async def test_somebody_was_faster_and_the_text_stays() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"mine")
        d.office.arrive("Уже не надо", conversation_id=ONE)
        await d.until_shown("Уже не надо")
        await d.press("ctrl+s", "enter")
        await d.until_shown("The customer wrote again 0 seconds ago. Nothing was sent. ctrl+s a sends")
        assert written(d) == "mine"
        assert d.inbox.pane.composer.has_focus_within
        await d.press("ctrl+s", "a")
        await d.until_shown("Goes out in 10s")
        reply = d.office.submitted[-1]
        assert isinstance(reply, Reply)
        assert reply.anyway


async def test_sending_anyway_is_not_offered_before() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"x", "ctrl+s")
        assert "Send anyway" not in d.text
        await d.press("a")
        assert all(not isinstance(command, Reply) for command in d.office.submitted)


async def test_nothing_to_send_is_said() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", "ctrl+s", "enter")
        await d.until_shown("There is nothing to send.")


async def test_a_full_disk_is_said_and_the_text_stays() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"text")
        d.office.write_error = OfficeError("disk_full", "The disk is full.", "Make room.")
        await d.press("ctrl+s", "enter")
        await d.until_shown("The disk is full. Make room.")
        composer = d.inbox.pane.composer
        await d.until(lambda: composer.has_focus_within and not composer._under_way)
        assert written(d) == "text"
        d.office.write_error = None
        await d.press("!")
        assert written(d) == "text!"


async def test_a_message_is_sent_once_however_often_the_keys_are_pressed() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"once")
        await d.until(lambda: d.inbox.pane.composer._filled)
        d.office.gate = asyncio.Event()
        await d.press("ctrl+s", "enter", "ctrl+s", "enter", "ctrl+s", "enter")
        d.office.gate.set()
        await d.until_shown("Goes out in 10s")
        assert sum(isinstance(command, Reply) for command in d.office.submitted) == 1


async def test_the_length_counts_what_the_channel_counts() -> None:
    async with desk(size=WIDE) as d:
        await d.open(EVERY_KIND)
        await d.press("r")
        await d.until_shown("0 of 4096")
        d.inbox.pane.composer.put_text("😀" + "a" * 4095)
        await d.until_shown("4097 of 4096 · 2 messages")


async def test_a_file_is_attached_and_removed(tmp_path: Path) -> None:
    file = tmp_path / "счёт.pdf"
    file.write_bytes(b"x" * 1200)
    async with desk(size=WIDE) as d:
        await d.open(ONE)
        await d.press("r", "ctrl+o")
        await d.until_shown("Attach a file")
        for char in str(file):
            await d.pilot.press(char)
        await d.press("enter")
        await d.until_shown("[1] счёт.pdf 1.2 KB")
        await d.until(lambda: ONE in d.office._drafts and d.office._drafts[ONE].files)
        await d.press("ctrl+r")
        await d.until(lambda: "счёт.pdf" not in d.text)


async def test_a_file_that_is_not_there_is_said_and_the_path_stays(tmp_path: Path) -> None:
    (tmp_path / "nowhere.txt").write_bytes(b"x")
    async with desk(size=WIDE) as d:
        await d.open(ONE)
        await d.press("r", "ctrl+o", *"nowhere", "enter")
        await d.until_shown("no such file: nowhere. Choose another one")
        field = d.app.screen.query_one(Input)
        assert field.value == "nowhere"
        assert field.has_focus
        field.value = f"{tmp_path}/nowhere.txt"
        await d.press("enter")
        await d.until_shown("[1] nowhere.txt 1 B")
        assert d.inbox.pane.composer.has_focus_within


class Lent(DeskApp):
    """A console whose terminal can be lent without there being one."""

    @contextmanager
    def suspend(self) -> Iterator[None]:
        yield


def editor(folder: Path, words: str) -> str:
    """Return the path of an editor that does this to its file."""
    script = folder / "editor"
    script.write_text(f'#!/bin/sh\nfile="$1"\n{words}\n', encoding="utf-8")
    script.chmod(0o755)
    return str(script)


@pytest.fixture
def lent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk_pilot.DeskApp", Lent)
    monkeypatch.delenv("VISUAL", raising=False)


@pytest.mark.usefixtures("lent")
async def test_the_editor_writes_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = f'stat -c "%a %n" "$file" "$(dirname "$file")" > {tmp_path}/seen; echo " and more" >> "$file"'
    monkeypatch.setenv("EDITOR", editor(tmp_path, look))
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"some", "f4")
        await d.until(lambda: written(d) == "some and more")
        await d.until(lambda: ONE in d.office._drafts and d.office._drafts[ONE].text == "some and more")
    seen = (tmp_path / "seen").read_text().split()
    assert (seen[0], seen[2]) == ("600", "700")
    assert not Path(seen[1]).exists()


@pytest.mark.usefixtures("lent")
@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("echo lost > $file; exit 3", "The editor ended with 3; the text is as it was."),
        ("rm $file", "The editor left no file; the text is as it was."),
    ],
)
async def test_a_failing_editor_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, words: str) -> None:
    monkeypatch.setenv("EDITOR", editor(tmp_path, does))
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"some", "f4")
        await d.until_shown(words)
        assert written(d) == "some"


@pytest.mark.usefixtures("lent")
@pytest.mark.parametrize(
    ("command", "words"),
    [("/nowhere/at-all", "The editor /nowhere/at-all cannot be started."), ("'", "$EDITOR cannot be understood")],
)
async def test_an_editor_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, command: str, words: str) -> None:
    monkeypatch.setenv("EDITOR", command)
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"some", "f4")
        await d.until_shown(words)
        assert written(d) == "some"


async def test_a_terminal_that_cannot_be_lent_is_said() -> None:
    async with desk() as d:
        await d.open(ONE)
        await d.press("r", *"some", "f4")
        await d.until_shown("This terminal cannot be lent to an editor.")
        assert written(d) == "some"


async def test_an_answer_written_from_the_list_leads_back_to_it_and_on() -> None:
    async with desk(size=WIDE) as d:
        answered = d.chosen
        await d.press("r")
        await d.until_shown("Reply to")
        await d.press("o", "k", "ctrl+s", "enter")
        await d.until(lambda: not d.inbox.is_reading and d.chosen != answered)
        following = d.chosen
        await d.press("z")
        await d.until_shown("Taken back")
        assert d.inbox.pane.row.number == answered
        assert following != answered
        await d.press("escape", "escape")
        await d.until(lambda: d.chosen == answered)
