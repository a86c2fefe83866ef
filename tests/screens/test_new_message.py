"""Writing to somebody first, and passing a customer's words on: over the real store."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_pilot import Desk, desk
from house import House
from textual.widgets import Input

from deskterm.desk.post import Address, IdentityKind, InFile
from deskterm.desk.rows import NewMessage
from deskterm.screens.new_message import NewMessageScreen
from deskterm.widgets.choice import Choice

SIZE = (100, 30)


@pytest.fixture
async def known(house: House, tmp_path: Path) -> House:
    """A house to which a customer wrote by mail and another one by the bot."""
    await house.arrive(
        house.mail("Где мой заказ?\n\n> цитата", quoted_from=15, attachments=(InFile("счёт.pdf", "application/pdf", b"%PDF"),))
    )
    await house.arrive(house.chat("привет"), "bot")
    (tmp_path / "счёт.pdf").write_bytes(b"%PDF")
    sha256, size = house.store.files.copy_in(tmp_path / "счёт.pdf", 2**20)
    await house.store.writer.run(
        lambda tx: tx.run("UPDATE attachment SET state = 'stored', sha256 = ?, size = ?", (sha256, size))
    )
    return house


def form(d: Desk) -> NewMessageScreen:
    assert isinstance(d.app.screen, NewMessageScreen), d.text
    return d.app.screen


async def begun(d: Desk, *keys: str) -> NewMessageScreen:
    await d.press("c")
    await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
    screen = form(d)
    await d.press(*keys)
    return screen


async def test_a_mail_to_a_typed_address_begins_a_conversation_with_its_undo_window(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        await begun(d, *"new@client.test", "enter", *"Hello", "enter", *"How are you?")
        await d.press("ctrl+s")
        await d.until_shown("Enter  Send")
        assert "Send and close" not in d.text
        await d.press("enter")
        await d.until_shown("goes out in 10s · z takes it back")
        assert d.app.screen is d.inbox
        assert d.inbox.pane.row is not None
        assert (d.inbox.pane.row.customer, d.inbox.pane.row.subject) == ("new@client.test", "Hello")
        assert await known.office.new_message() is None


async def test_it_can_be_taken_back_and_is_not_lost(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        await begun(d, *"new@client.test", "enter", *"Hello", "enter", *"How are you?", "ctrl+s", "enter")
        await d.until_shown("goes out in 10s · z takes it back")
        await d.press("z")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
        assert (form(d).message.to, form(d).message.subject, form(d).message.text) == (
            "new@client.test",
            "Hello",
            "How are you?",
        )
        await d.press("ctrl+s", "enter")
        await d.until_shown("goes out in 10s · z takes it back")


async def test_a_customer_is_found_by_a_few_letters_and_the_channel_follows(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d, *"тар")
        await d.until(lambda: screen._suggestions.display)
        assert "Тарас" in d.text
        await d.press("enter")
        assert screen.to.value == "Тарас <7>"
        assert screen.query_one(Choice).chosen == "bot"
        assert not screen._subject_line.display
        assert d.app.focused is screen.text


async def test_a_chat_that_is_open_is_offered_and_takes_the_text_along(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d, *"тар")
        await d.until(lambda: screen._suggestions.display)
        await d.press("enter", *"Ещё раз", "ctrl+s", "enter")
        await d.until_shown("already: #1002. Go on")
        await d.press("y")
        await d.until(lambda: d.app.screen is d.inbox and d.inbox.pane.composer.is_open)
        await d.until(lambda: d.inbox.pane.composer.text == "Ещё раз")
        assert await known.office.new_message() is None


@pytest.mark.parametrize(
    ("typed", "channel", "words"),
    [
        ("", "mail", "Choose a customer, or type a whole address."),
        ("olga", "mail", "Choose a customer, or type a whole address."),
        ("olga", "bot", "Choose one of those who wrote to @desk_bot before."),
    ],
)
async def test_what_is_no_address_is_said_at_its_field_before_the_ways_to_send(
    known: House, typed: str, channel: str, words: str
) -> None:
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d)
        screen.to.value = typed
        screen.query_one(Choice).choose(channel)
        screen.set_focus(screen.text)
        await d.press("x", "ctrl+s")
        await d.until_shown(words)
        assert screen.query_one("#problem-to").has_class("-shown")
        assert d.app.screen is screen
        assert d.app.focused is screen.to


@pytest.mark.parametrize(
    ("typed", "channel", "words"),
    [
        ("support@desk.test", "mail", "support@desk.test is an address of our own."),
        ("12345", "bot", "Choose one of those who wrote to @desk_bot before."),
    ],
)
async def test_what_only_the_desk_knows_to_be_wrong_is_said_at_its_field(
    known: House, typed: str, channel: str, words: str
) -> None:
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d)
        screen.to.value = typed
        screen.query_one(Choice).choose(channel)
        screen._subject.value = "about"
        screen.set_focus(screen.text)
        await d.press("x", "ctrl+s", "enter")
        await d.until_shown(words)
        assert screen.query_one("#problem-to").has_class("-shown")
        assert d.app.focused is screen.to


async def test_a_mail_without_a_subject_is_asked_about_once(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d, *"a@b.test", "enter", "enter", *"body", "ctrl+s")
        await d.until_shown("There is no subject. ctrl+s once more sends it without one.")
        assert d.app.screen is screen
        assert d.app.focused is screen._subject
        await d.press("ctrl+s", "enter")
        await d.until_shown("goes out in 10s")
        assert await known.one("SELECT subject FROM conversation ORDER BY id DESC LIMIT 1") == ("",)


async def test_the_question_for_a_subject_goes_when_it_is_typed(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d, *"a@b.test", "enter", "enter", *"body", "ctrl+s")
        await d.until_shown("There is no subject.")
        await d.press(*"Order")
        assert not screen.query_one("#problem-subject").has_class("-shown")
        await d.press("ctrl+s", "enter")
        await d.until_shown("goes out in 10s")


async def test_an_empty_text_is_said_at_the_text(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d, *"a@b.test", "ctrl+s", "enter")
        await d.until_shown("There is nothing to send.")
        assert screen.query_one("#problem-text").has_class("-shown")


async def test_it_is_kept_as_typed_and_comes_back(known: House, tmp_path: Path) -> None:
    file = tmp_path / "план.txt"
    file.write_text("x")
    async with desk(known.office, size=SIZE) as d:
        await begun(d, *"half an addr", "tab", "tab", *"Sub", "enter", *"text", "ctrl+o", *str(file), "enter")
        await d.until_shown("[1] план.txt 1 B")
        await d.until_shown("text")
        await d.press("escape")
        await d.until_shown("Kept: c goes on with it.")
    kept = await known.office.new_message()
    assert kept is not None
    assert (kept.to, kept.channel, kept.subject, kept.text, [one.name for one in kept.files]) == (
        "half an addr", "mail", "Sub", "text", ["план.txt"],
    )  # fmt: skip
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d, "!")
        assert screen.message.text == "text!"
        assert screen.to.value == "half an addr"
        await d.press("ctrl+r")
        await d.until(lambda: "план.txt" not in d.text)


async def test_it_is_kept_while_one_types(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        await begun(d, *"a@b.test")
        for _ in range(300):
            if (await known.office.new_message() or NewMessage("", "", "", "")).to == "a@b.test":
                break
            await d.pilot.pause(0.01)
        else:
            raise AssertionError("it was never kept")


async def test_throwing_it_away_asks_first(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        await begun(d, *"a@b.test", "f8")
        await d.until_shown("F8 once more throws away what is written here.")
        await d.press("f8")
        await d.until(lambda: d.app.screen is d.inbox)
        assert await known.office.new_message() is None


async def test_a_forward_holds_who_when_and_what_and_the_files(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        await d.until(lambda: any(row.channel == "mail" for row in d.inbox.list.rows))
        row = next(row for row in d.inbox.list.rows if row.channel == "mail")
        await d.open(row.id)
        await d.press("f")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
        screen = form(d)
        assert screen.message.subject == "Fwd: Заказ 5531"
        lines = screen.message.text.strip().splitlines()
        assert lines[0] == "---------- Forwarded message ----------"
        assert lines[1] == "From: Ольга К. <olga@client.test>"
        assert lines[3:] == ["Subject: Заказ 5531", "", "Где мой заказ?"]
        assert "[1] счёт.pdf 4 B" in d.text
        assert isinstance(d.app.focused, Input)
        await d.press(*"boss@firm.test", "enter", *"See below.", "ctrl+s", "enter")
        await d.until_shown("goes out in 10s")
        before = await known.office.conversation(row.id)
        assert before is not None
        assert before.row.waiting_since == row.waiting_since
        assert d.inbox.pane.detail is not None
        assert d.inbox.pane.detail.maybe_related_number == row.number
        text, files = await known.one(
            "SELECT m.text, (SELECT count(*) FROM attachment a WHERE a.message_id = m.id) FROM message m"
            " WHERE m.kind = 'outgoing'"
        )
        assert text.startswith("See below.\n\n\n---------- Forwarded")
        assert files == 1


async def test_a_begun_message_is_not_thrown_away_by_a_forward_unasked(known: House) -> None:
    await known.office.save_new_message(NewMessage("mail", "a@b.test", "", "dear"))
    async with desk(known.office, size=SIZE) as d:
        await d.press("f")
        await d.until_shown("A message to a@b.test is begun.")
        await d.press("n")
        kept = await known.office.new_message()
        assert kept is not None
        assert kept.text == "dear"
        await d.press("f", "y")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen))


async def test_hostile_names_are_harmless_in_the_form(known: House) -> None:
    await known.arrive(known.mail("x", sender="evil@client.test", name='Evil\x1b[31m <x@y>\u202e, "q"'))
    async with desk(known.office, size=SIZE) as d:
        screen = await begun(d, *"evil")
        await d.until(lambda: screen._suggestions.display)
        await d.press("enter")
        assert screen.to.value.endswith("<evil@client.test>")
        assert not set("\x1b\u202e") & set(d.text)
        await d.press(*"s", "enter", *"t", "ctrl+s", "enter")
        await d.until_shown("goes out in 10s")


def test_an_address_reads_back() -> None:
    from deskterm.desk.rows import StartChannel
    from deskterm.screens.addressing import Suggestion, address_of

    mail = StartChannel(1, "mail", "email", "s@d.test", "any", True, True)
    bot = StartChannel(2, "bot", "telegram", "@b", "known", False, True)
    assert address_of(Suggestion("Ольга <К.>", "olga@client.test", "email", 1).address, mail) == Address(
        IdentityKind.EMAIL, "olga@client.test", "Ольга К."
    )
    assert address_of(Suggestion("Тарас", "7", "telegram", 1).address, bot) == Address(IdentityKind.TELEGRAM, "7", "Тарас")
    assert address_of("тар", bot) is None
    assert address_of("тар", mail) is None


async def test_the_drafts_say_which_new_message_is_begun_also_where_there_is_no_other(known: House) -> None:
    async with desk(known.office, size=SIZE) as d:
        await begun(d, *"new@client.test", "enter", *"Hello", "escape")
        await d.until_shown("Kept: c goes on with it.")
        assert "new message to" not in d.text
        await d.press("g", "d")
        await d.until_shown("✎ new message to new@client.test begun · c goes on  Hello")
        await d.until_shown("Nothing here.")
        await d.press("c")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
        await d.press("f8", "f8")
        await d.until(lambda: d.app.screen is d.inbox and "new message to" not in d.text)


async def test_the_line_of_a_begun_forward_goes_with_the_drafts(known: House) -> None:
    await known.office.save_new_message(NewMessage("mail", "", "Fwd: Заказ", "x", (), 1))
    async with desk(known.office, size=SIZE) as d:
        await d.press("g", "d")
        await d.until_shown("✎ forward to nobody yet begun · c goes on  Fwd: Заказ")
        await d.press("g", "i")
        await d.until(lambda: "begun · c goes on" not in d.text)


async def test_a_forward_gone_on_with_stands_where_one_writes(known: House) -> None:
    async with desk(known.office, size=(80, 16)) as d:
        await d.until(lambda: any(row.channel == "mail" for row in d.inbox.list.rows))
        await d.open(next(row.id for row in d.inbox.list.rows if row.channel == "mail"))
        await d.press("f")
        await d.until(lambda: isinstance(d.app.screen, NewMessageScreen) and d.app.screen._loaded)
        await d.press(*"boss@firm.test", "enter", *"See below.", "escape")
        await d.until_shown("Kept: c goes on with it.")
        screen = await begun(d)
        assert screen.text.cursor_location == (0, len("See below."))
        assert screen.text.scroll_offset.y == 0
        await d.press("!")
        assert screen.message.text.startswith("See below.!\n\n\n---------- Forwarded message")
