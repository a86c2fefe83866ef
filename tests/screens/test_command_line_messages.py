"""Writing from the `:` line on a real store: at once with a text, in the composer or the form without; nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from house import House
from test_command_line import below, desk, now, say, typed

from deskterm.desk.commands import Done, Reply
from deskterm.desk.model import Kind
from deskterm.desk.rows import Draft, MessageRow, NewMessage
from deskterm.screens.command_line import CommandLineScreen
from deskterm.screens.new_message import NewMessageScreen


async def written(house: House, number: int) -> list[MessageRow]:
    """Return what we wrote in a conversation."""
    found = await house.office.by_number(number)
    assert found is not None
    return [row for row in (await house.office.messages(found)).rows if row.kind is not Kind.INCOMING]


async def draft_of(house: House, number: int) -> Draft | None:
    found = await house.office.by_number(number)
    assert found is not None
    return await house.office.draft(found)


async def test_a_reply_with_a_text_goes_at_once_and_is_taken_back_as_ever(house: House) -> None:
    async with desk(house) as d:
        first, second = d.chosen, d.inbox.list.rows[1].number
        await say(d, 'reply He said "yes",  twice --close')
        await d.until_shown("Goes out in")
        (sent,) = await written(house, first)
        assert (sent.text, sent.kind, (await now(d, house, first)).status) == (
            'He said "yes",  twice',
            Kind.OUTGOING,
            "closed",
        )
        await d.until(lambda: d.chosen == second)
        await d.press("z")
        await d.until_shown("Taken back: the text is here again.")
        await d.until(lambda: d.inbox.pane.composer.text == 'He said "yes",  twice')
        assert (await now(d, house, first)).status == "open"


async def test_a_note_and_a_reply_to_others_by_number(house: House, tmp_path: Path) -> None:
    file = tmp_path / "the invoice.txt"
    file.write_text("paid")
    async with desk(house) as d:
        first, third = d.chosen, d.inbox.list.rows[2].number
        await say(d, "note call back")
        await d.until_shown("The note is kept.")
        assert [(row.kind, row.text) for row in await written(house, first)] == [(Kind.NOTE, "call back")]
        await say(d, f'reply #{third} here it is --attach "{file}"')
        await d.until_shown("Goes out in")
        (sent,) = await written(house, third)
        assert (sent.text, [one.name for one in sent.attachments]) == ("here it is", ["the invoice.txt"])
        assert d.chosen == first


async def test_without_a_text_one_writes_in_the_composer(house: House, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a")
    async with desk(house) as d:
        composer = d.inbox.pane.composer
        await say(d, "reply")
        await d.until(lambda: composer.is_open and not composer.note)
        await d.press("escape", "escape")
        await say(d, "note")
        await d.until(lambda: composer.is_open and composer.note)
        await d.press("escape", "escape")
        other = d.inbox.list.rows[3].number
        await say(d, f"reply {other} --attach {file}")
        await d.until(lambda: composer.is_open and [one.name for one in composer.files] == ["a.txt"])
        assert d.inbox.pane.row is not None
        assert d.inbox.pane.row.number == other
        assert await written(house, other) == []


async def test_a_verb_in_the_wrong_layout_shows_its_text_before_it_is_sent(house: House) -> None:
    async with desk(house) as d:
        composer = d.inbox.pane.composer
        first = d.chosen
        await say(d, "куздн Привет")
        await d.until(lambda: composer.is_open and composer.text == "Привет")
        assert await written(house, first) == []


async def test_what_is_begun_is_not_written_over(house: House) -> None:
    async with desk(house) as d:
        first = d.chosen
        await say(d, "reply")
        await d.until(lambda: d.inbox.pane.composer.is_open)
        await d.press(*"begun", "escape", "escape")
        await d.until(lambda: not d.inbox.is_reading)
        await say(d, "reply second")
        await d.until(lambda: f"a reply is begun in #{first}. Send it or throw it away first." in below(d).words)
        assert typed(d) == "reply second"
        assert await written(house, first) == []
        kept = await draft_of(house, first)
        assert kept is not None
        assert kept.text == "begun"


async def test_what_the_desk_refuses_is_kept_as_a_draft(house: House) -> None:
    async with desk(house) as d:
        first = d.chosen
        await d.press("enter")
        await d.until(lambda: d.inbox.is_reading and d.inbox.pane.thread.rows)
        d.inbox.pane.look_again = lambda: None  # type: ignore[method-assign]
        found = await house.office.by_number(first)
        assert found is not None
        answer = await house.as_(house.boris).submit(Reply(found, "mine", None))
        assert isinstance(answer, Done), answer
        await say(d, "reply too late")
        await d.until(lambda: d.inbox.pane.composer.text == "too late" and d.inbox.pane.composer.warning)
        await d.press("escape", "escape")
        await d.until(lambda: not d.inbox.is_reading)
        kept = await draft_of(house, first)
        assert kept is not None
        assert kept.text == "too late"
        assert [row.text for row in await written(house, first)] == ["mine"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("reply --close", "--close goes with a text. Write the text behind it."),
        ("reply #99 x", "there is no conversation #99"),
        ("reply see --attach /no/such/file", "there is no file /no/such/file. Name a file that can be read."),
        ("start o@x.test --channel nowhere hello", "there is no such channel to write on. Known: mail"),
        ("reply 1500 will come back", "it is not clear whether 1500 is a conversation or begins the text."),
    ],
)
async def test_what_is_wrong_is_said_and_the_line_stays(house: House, line: str, words: str) -> None:
    async with desk(house) as d:
        first = d.chosen
        await say(d, line)
        await d.until(lambda: words in below(d).words)
        assert typed(d) == line
        assert await written(house, first) == []


async def test_forward_with_an_address_goes_at_once_else_its_form_opens(house: House) -> None:
    async with desk(house) as d:
        first = d.chosen
        await say(d, "forward")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen))
        await d.press("escape")
        await d.until(lambda: not isinstance(d.app.screen, NewMessageScreen))
        await say(d, f"forward {first} stock@shop.test please look")
        await d.until_shown("The conversation has begun")
        await d.until(lambda: d.inbox.pane.row is not None and d.inbox.pane.row.number > first)
        assert d.inbox.pane.row is not None
        new = d.inbox.pane.row.number
        (sent,) = await written(house, new)
        assert sent.text.startswith("please look\n\n---------- Forwarded message ----------\n")
        assert "order of olga" in sent.text
        assert await house.office.new_message() is None


async def test_start_goes_at_once_when_all_is_said_else_its_form_opens(house: House) -> None:
    async with desk(house) as d:
        await say(d, "start new@client.test --subject Delivery")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
        form = d.app.screen
        assert isinstance(form, NewMessageScreen)
        assert (form.message.to, form.message.subject, form.message.channel) == ("new@client.test", "Delivery", "mail")
        await d.press("escape")
        await d.until(lambda: d.app.screen is d.inbox)
        await say(d, "start other@client.test --subject Hello we found your parcel")
        await d.until_shown("A message to new@client.test is begun.")
        await d.press("y")
        await d.until_shown("The conversation has begun")
        await d.until(lambda: d.inbox.pane.row is not None and d.inbox.pane.row.subject == "Hello")
        assert d.inbox.pane.row is not None
        (sent,) = await written(house, d.inbox.pane.row.number)
        assert sent.text == "we found your parcel"


async def test_a_start_that_is_refused_stays_in_its_form(house: House) -> None:
    async with desk(house) as d:
        await say(d, "start not-an-address --channel mail hello")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
        await d.until_shown("Choose a customer, or type a whole address.")
        assert isinstance(d.app.screen, NewMessageScreen)
        assert d.app.screen.message == NewMessage("mail", "not-an-address", "", "hello")


async def test_show_and_list_do_what_the_shell_prints(house: House) -> None:
    async with desk(house) as d:
        number = d.inbox.list.rows[2].number
        await say(d, f"show {number}")
        await d.until(lambda: d.inbox.is_reading and d.inbox.pane.row is not None and d.inbox.pane.row.number == number)
        await say(d, "list subject:taras")
        await d.until(lambda: len(d.inbox.list.rows) == 1)
        await say(d, "list")
        await d.until(lambda: len(d.inbox.list.rows) == 5)


async def test_completion_of_messages(house: House, tmp_path: Path) -> None:
    (tmp_path / "the invoice.txt").write_text("a")
    async with desk(house) as d:
        for line, done in (
            ("reply --cl", "reply --close "),
            (f"reply --attach {tmp_path}/the", f'reply --attach "{tmp_path}/the invoice.txt" '),
            ("reply #100", "reply #100"),
            ("forward oli", "forward oli"),
            ("forward olg", "forward olga@client.test "),
            ("start --channel m", "start --channel mail "),
            ("jndtn", "ответить "),
        ):
            await d.press("colon")
            await d.until(lambda: d.app.screen is not d.inbox)
            screen = d.app.screen
            assert isinstance(screen, CommandLineScreen)
            screen._field.value = line
            await d.press("tab")
            await d.until(lambda line=line, done=done: typed(d).startswith(done))  # type: ignore[misc]
            await d.press("escape")
            await d.until(lambda: d.app.screen is d.inbox)


async def test_text_after_a_message_is_typed_ahead_for_the_line(house: House) -> None:
    async with desk(house) as d:
        first: int = d.chosen
        await d.press("colon", *"note ring them", "enter")
        await d.until_shown("The note is kept.")
        assert [row.text for row in await written(house, first)] == ["ring them"]
