"""The demo's channel by the contract of channels: what it hands over, understands, sends and remembers."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peers.memory_porch import MemoryPorch

from deskterm.channels import registry
from deskterm.channels.base import LeaseLost
from deskterm.channels.demo import DemoChannel, wire
from deskterm.channels.demo.channel import MARK
from deskterm.channels.demo.people import LANGUAGES, Clue, clue_of, person
from deskterm.channels.demo.pictures import picture
from deskterm.channels.demo.script import Rhythm, Script
from deskterm.channels.demo.state import MOST_TURNS, Coming, Progress, restored
from deskterm.demo.shop import ScriptedMailbox
from deskterm.desk.model import Origin
from deskterm.desk.post import (
    Address,
    Bounce,
    HealthState,
    IdentityKind,
    Inbound,
    InFile,
    MailRefs,
    Outbound,
    RemoteFile,
    SendRejected,
    Unreadable,
)
from deskterm.settings import DemoSettings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def channel(pace: float = 0.0, *, kind: type[DemoChannel] = DemoChannel, seed: int = 7) -> DemoChannel:
    return kind(DemoSettings("chat", kind.kind, seed=seed, pace=pace))


@asynccontextmanager
async def listening(one: DemoChannel, porch: MemoryPorch) -> AsyncIterator[None]:
    task = asyncio.create_task(one.listen(porch))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def reply_to(inbound: Inbound, outbox_id: int = 1, text: str = "Завтра") -> Outbound:
    assert inbound.sender is not None
    return Outbound(
        outbox_id=outbox_id,
        message_id=f"v1.ours{outbox_id}@shop.example",
        part_no=0,
        part_count=1,
        at=NOW,
        text=text,
        to=(inbound.sender,),
        thread_key=inbound.thread_key,
        subject=f"Re: {inbound.subject}",
        reply_to_external=inbound.external_id,
        references=(inbound.refs.message_id,) if inbound.refs else (),
    )


async def deliver(one: DemoChannel, outbound: Outbound) -> list[str]:
    wired: list[str] = []

    async def on_wire() -> None:
        wired.append("wire")

    receipt = await one.send(outbound, await one.prepare(outbound), on_wire)
    assert receipt.remote_ids == (f"sent.{outbound.outbox_id}",)
    return wired


async def kept(one: DemoChannel, porch: MemoryPorch) -> list[Inbound]:
    found = [await one.parse(raw.data) for raw in porch.kept.values()]
    assert all(isinstance(message, Inbound) for message in found)
    return found  # type: ignore[return-value]


def test_the_registry_knows_it() -> None:
    made = registry.make(DemoSettings("chat", "demo"), "shop.example")
    assert isinstance(made, DemoChannel)
    assert registry.capabilities("demo") == made.capabilities


async def test_somebody_writes_soon_and_can_be_understood() -> None:
    one, porch = channel(), MemoryPorch()
    async with listening(one, porch):
        await porch.until_health(HealthState.OK)
        await porch.until_kept(1)
    first = (await kept(one, porch))[0]
    assert first.sender is not None
    assert first.sender.kind is IdentityKind.DEMO
    assert first.thread_key == first.sender.value
    assert first.text
    assert clue_of(first.external_id) is not None


async def test_the_same_seed_makes_the_same_customers() -> None:
    def lines(seed: int) -> list[str]:
        script = Script(seed, "chat", "demo", 1.0, Rhythm())
        return [json.dumps([line.after_s, line.message]) for number in range(40) for line in script.newcomer(number)]

    assert lines(7) == lines(7)
    assert lines(7) != lines(8)


def test_newcomers_keep_their_rhythm() -> None:
    script = Script(7, "chat", "demo", 1.0, Rhythm(4.0, 20.0, 60.0))
    assert script.pause_before(0) == 4.0
    pauses = [script.pause_before(number) for number in range(1, 200)]
    assert 20 <= min(pauses) < 25
    assert 55 < max(pauses) <= 60
    assert {Script(7, "chat", "demo", 0.0, Rhythm()).pause_before(number) for number in range(1, 50)} == {1.0}


async def test_a_reply_is_delivered_and_answered_in_its_chat() -> None:
    one, porch = channel(), MemoryPorch()
    async with listening(one, porch):
        await porch.until_kept(1)
        first = (await kept(one, porch))[0]
        assert await deliver(one, reply_to(first)) == ["wire"]
        await porch.until(lambda: any(".re1" in key for key in porch.kept))
    answer = next(message for message in await kept(one, porch) if ".re1" in message.external_id)
    assert (answer.sender, answer.thread_key) == (first.sender, first.thread_key)


async def test_thanks_do_not_come_for_ever() -> None:
    script = Script(7, "chat", "demo", 1.0, Rhythm())
    who = person(7, 41)
    inbound = Inbound(Clue("delivery", who.language.code, 41).name("1"), who.address("demo"), NOW, "?", thread_key="41")
    turn, said = 0, []
    for outbox_id in range(1, 6):
        lines, turn = script.answer(reply_to(inbound, outbox_id), turn)
        said.append(len(lines))
    assert said[0] >= 1
    assert said[2:] == [0, 0, 0]


@pytest.mark.parametrize("number", range(30))
def test_an_answer_comes_in_time_and_fits_its_matter(number: int) -> None:
    script = Script(7, "chat", "demo", 1.0, Rhythm())
    who = person(7, number)
    topic = who.language.topics[number % len(who.language.topics)]
    inbound = Inbound(Clue(topic.code, who.language.code, number).name("1"), who.address("demo"), NOW, "?", thread_key="x")
    lines, _turn = script.answer(reply_to(inbound), 0)
    assert 5 <= lines[0].after_s <= 15
    fitting = {who.say(text) for text in (*topic.questions, *who.language.thanks)}
    assert lines[0].message["text"] in fitting


def test_a_reply_to_what_the_script_never_wrote_is_not_answered() -> None:
    inbound = Inbound("something else", Address(IdentityKind.DEMO, "a", "A"), NOW, "?")
    assert Script(7, "chat", "demo", 1.0, Rhythm()).answer(reply_to(inbound), 0) == ([], 0)


async def test_a_mail_is_answered_by_mail() -> None:
    one, porch = channel(kind=ScriptedMailbox), MemoryPorch()
    async with listening(one, porch):
        await porch.until_kept(1)
        first = (await kept(one, porch))[0]
        outbound = reply_to(first, text="Завтра\nс 10 до 18")
        await deliver(one, outbound)
        await porch.until(lambda: any(".re1" in key for key in porch.kept))
        await porch.until(lambda: porch.counts.get(("INBOX", 1)) == list(range(1, len(porch.kept) + 1)))
    answer = next(message for message in await kept(one, porch) if ".re1" in message.external_id)
    assert answer.refs is not None
    assert answer.refs.in_reply_to == (outbound.message_id,)
    assert answer.text[answer.quoted_from :].endswith("> Завтра\n> с 10 до 18")
    assert sorted(copy.position for copy in porch.copies) == list(range(1, len(porch.kept) + 1))


async def test_who_is_gone_is_not_reached() -> None:
    gone = person(7, 3, gone=True).address("email")
    inbound = Inbound("x", gone, NOW, "?")

    async def on_wire() -> None:
        raise AssertionError("nothing may go out")

    with pytest.raises(SendRejected, match="does not exist"):
        await channel().send(reply_to(inbound), b"", on_wire)


async def test_a_restart_goes_on_where_it_was() -> None:
    one, porch = channel(), MemoryPorch()
    async with listening(one, porch):
        await porch.until_kept(1)
    before = set(porch.kept)
    waiting = Progress(newcomer=5, coming=[Coming(0.0, "later", wire.plain(Inbound("later", None, NOW, "ещё")))])
    porch.marks[MARK] = waiting.kept()
    async with listening(channel(), porch):
        await porch.until(lambda: "later" in porch.kept and any(".live5" in key for key in porch.kept))
    assert before < set(porch.kept)
    assert restored(porch.marks[MARK]).newcomer >= 6


async def test_what_the_store_refuses_is_said_again() -> None:
    one, porch = channel(), MemoryPorch()
    porch.break_down()
    async with listening(one, porch):
        await asyncio.sleep(0)
        porch.failure = None
        await porch.until_kept(1)
    assert restored(porch.marks[MARK]).newcomer >= 1


async def test_a_lost_lease_ends_it() -> None:
    porch = MemoryPorch()
    porch.break_down(LeaseLost())
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(channel().listen(porch), 30)


def test_turns_are_not_remembered_for_ever() -> None:
    progress = Progress()
    for number in range(MOST_TURNS + 10):
        progress.set_turn(str(number), 1)
    progress.set_turn("20", 2)
    again = restored(progress.kept())
    assert len(again.turns) == MOST_TURNS
    assert (again.turn("9"), again.turn("20"), list(again.turns)[-1]) == (0, 2, "20")


async def test_files_are_fetched() -> None:
    one = channel()
    assert (await one.fetch(RemoteFile("picture:5"))).startswith(b"\x89PNG\r\n\x1a\n")
    for unknown in ("picture:x", "picture:", "slip:1", "/etc/passwd"):
        with pytest.raises(SendRejected):
            await one.fetch(RemoteFile(unknown))


async def test_nothing_to_test_and_nothing_to_find() -> None:
    one = channel()
    outbound = reply_to(Inbound("x", person(7, 1).address("demo"), NOW, ""))
    assert [result.ok for result in await one.check()] == [True]
    assert await one.resolve(outbound, b"") is None
    await one.file_sent(outbound, b"")
    await one.close()


MESSAGES = (
    Inbound(
        "a.ru.1", Address(IdentityKind.TELEGRAM, "7", "Тарас"), NOW, "привет", thread_key="7", album="a", placeholder="photo"
    ),
    Inbound("b", None, NOW, "", origin=Origin.BOUNCE, bounce=Bounce("m@x", "a@b", "5.1.1", permanent=True, text="no")),
    Inbound(
        "c",
        Address(IdentityKind.EMAIL, "a@b.example"),
        NOW,
        "text\n> quoted",
        subject="s",
        quoted_from=4,
        cc=(Address(IdentityKind.EMAIL, "c@d.example", "C"),),
        refs=MailRefs("m", ("a",), ("a", "b"), ("help@shop.example",)),
        attachments=(InFile("a.txt", "text/plain", b"\x00\xff"), InFile("b.png", "image/png", remote=RemoteFile("picture:1"))),
        reply_to="e@f.example",
    ),
    Inbound("d", Address(IdentityKind.DEMO, "d", "D"), NOW, "2", edit_of="c", version_key="c.v2", unreachable=True),
)


@pytest.mark.parametrize("inbound", MESSAGES, ids=lambda inbound: inbound.external_id)
async def test_what_is_packed_is_understood_as_it_was(inbound: Inbound) -> None:
    assert await channel().parse(wire.packed(wire.plain(inbound))) == inbound


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        wire.understood(data)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = sorted({key for inbound in MESSAGES for key in wire.plain(inbound)})


@given(st.sampled_from(MESSAGES), st.sampled_from(_KEYS), _JSON)
def test_a_message_with_a_strange_value_is_understood_or_unreadable(inbound: Inbound, key: str, value: object) -> None:
    message = {**wire.plain(inbound), key: value}
    with contextlib.suppress(Unreadable):
        assert isinstance(wire.understood(json.dumps(message).encode()), Inbound)


@pytest.mark.parametrize("number", range(60))
async def test_everything_the_script_says_is_understood(number: int) -> None:
    for kind in ("email", "telegram", "demo"):
        for line in Script(3, "x", kind, 1.0, Rhythm()).newcomer(number):
            understood = wire.understood(wire.packed(line.message))
            assert "{" not in understood.text + understood.subject
            assert understood.external_id == line.key


def test_every_word_can_be_said() -> None:
    for language in LANGUAGES.values():
        who = person(1, 1, language=language.code)
        texts = [*language.greetings, *language.thanks, *language.afterwards, *language.nudges, *language.goodbyes]
        for topic in language.topics:
            texts += [*topic.subjects, *topic.openings, *topic.details, *topic.replies, *topic.questions, *topic.explanations]
            texts += topic.notes
            assert len(topic.openings) == len(topic.replies)
            assert len(topic.questions) == len(topic.explanations)
        assert all("{" not in who.say(text) for text in texts)
    assert [topic.code for topic in LANGUAGES["ru"].topics] == [topic.code for topic in LANGUAGES["en"].topics]


def test_people_are_somebody_else_on_every_channel_and_nobody_real() -> None:
    who = replace(person(1, 12, language="ru"), name="Пётр Щукин")
    assert who.address("email") == Address(IdentityKind.EMAIL, "petr.schukin.12@post.example", "Пётр Щукин")
    assert who.address("telegram") == Address(IdentityKind.TELEGRAM, "500000012", "Пётр Щукин")
    assert who.address("demo") == Address(IdentityKind.DEMO, "petr.schukin.12", "Пётр Щукин")


def test_clues_of_others_are_none() -> None:
    assert clue_of("delivery.ru.12.rest.more") == Clue("delivery", "ru", 12)
    for other in ("", "delivery", "delivery.xx.1.a", "delivery.ru.x.a", "delivery.ru.-1.a", "delivery.ru.²."):
        assert clue_of(other) is None


def test_pictures_are_few_and_always_the_same() -> None:
    assert picture(1) == picture(13)
    assert len({picture(number) for number in range(100)}) == 12
