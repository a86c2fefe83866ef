"""What every kind of channel in the registry keeps, whatever its wire. A new kind is described in `SETTINGS` and `SOMEBODY`."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from deskterm.channels import registry
from deskterm.channels.base import Channel
from deskterm.desk.post import Address, Capabilities, IdentityKind, Ignored, Inbound, Outbound, SendRejected, Unreadable
from deskterm.settings import (
    ChannelSettings,
    DemoSettings,
    EmailSettings,
    ManualSettings,
    Secret,
    Security,
    Server,
    TelegramSettings,
)

NOWHERE = Server("127.0.0.1", 9, Security.NONE, "desk", Secret("not a secret"))
SETTINGS: dict[str, ChannelSettings] = {
    "email": EmailSettings("mail", "email", address="help@example.test", imap=NOWHERE, smtp=NOWHERE),
    "telegram": TelegramSettings("bot", "telegram", token=Secret("100000:" + "t" * 35), api_base="http://127.0.0.1:9"),
    "demo": DemoSettings("chat", "demo", pace=0.0),
    "manual": ManualSettings("phone", "manual"),
}
SOMEBODY = {
    "email": Address(IdentityKind.EMAIL, "olga@example.test", "Ольга"),
    "telegram": Address(IdentityKind.TELEGRAM, "42", "Тарас"),
    "demo": Address(IdentityKind.DEMO, "7", "Vera"),
    "manual": Address(IdentityKind.PHONE, "+79123456789", "Ольга"),
}
METHODS = [name for name, member in inspect.getmembers(Channel, inspect.isfunction) if not name.startswith("_")]
NOT_A_MESSAGE = [
    b"",
    b"\x00",
    b"{",
    b"[]",
    b"null",
    b'{"update_id": 1}',
    b'{"kind": ["message"], "at": {}}',
    b"\xff\xfe" * 2000,
    b"From: a@b.example\r\n" + b"\r\n" * 3,
    b"(" * 20_000,
    "Тема: привет".encode("koi8-r"),
    b'{"message": {"message_id": 1, "date": 99999999999999999999, "chat": {"id": "x"}, "text": []}}',
]


@pytest.fixture(params=sorted(registry.KINDS))
async def channel(request: pytest.FixtureRequest) -> AsyncIterator[Channel]:
    """A channel of each kind, whose server is not there."""
    made = registry.make(SETTINGS[request.param], "example.test")
    yield made
    await made.close()


def test_every_kind_is_held_to_this() -> None:
    assert set(SETTINGS) == set(registry.KINDS)


async def test_a_channel_says_what_it_is(channel: Channel) -> None:
    assert channel.kind in registry.KINDS
    assert isinstance(channel.capabilities, Capabilities)
    assert registry.capabilities(channel.kind) == channel.capabilities


async def test_a_channel_has_every_method_with_the_same_parameters(channel: Channel) -> None:
    for name in METHODS:
        ours = getattr(type(channel), name)
        assert inspect.iscoroutinefunction(ours), name
        assert list(inspect.signature(ours).parameters) == list(inspect.signature(getattr(Channel, name)).parameters), name


@pytest.mark.parametrize("data", NOT_A_MESSAGE, ids=lambda data: repr(data[:20]))
async def test_parse_raises_nothing_but_unreadable(channel: Channel, data: bytes) -> None:
    try:
        understood: Inbound | Ignored | str = await channel.parse(data)
    except Unreadable as error:
        understood = str(error)
    assert isinstance(understood, Inbound | Ignored) or len(understood.splitlines()) == 1


async def test_what_is_prepared_stays_the_same_bytes(channel: Channel) -> None:
    """A retry sends what was stored; the same part prepared twice is the same, so that twice shows once."""
    outbound = Outbound(
        outbox_id=5,
        message_id="v1.abc.def@example.test",
        part_no=0,
        part_count=1,
        at=datetime(2026, 3, 12, 11, 20, tzinfo=UTC),
        text="Ваш заказ 5531 уже в пути. 📦",
        to=(SOMEBODY[channel.kind],),
        thread_key="42",
        subject="Заказ 5531",
    )
    if not channel.capabilities.sends:
        with pytest.raises(SendRejected):
            await channel.prepare(outbound)
        return
    first = await channel.prepare(outbound)
    assert first
    assert await channel.prepare(outbound) == first


async def test_a_check_says_what_to_do_and_shows_no_secret(channel: Channel) -> None:
    steps = await channel.check()
    assert steps
    assert all(step.ok for step in steps[:-1]), "it stops at the first failure"
    shown = " ".join(f"{step.step} {step.detail} {step.fix}" for step in steps)
    for secret in (NOWHERE.password, SETTINGS["telegram"].token):  # type: ignore[attr-defined]
        assert secret.reveal() not in shown
    if not steps[-1].ok:
        assert steps[-1].detail
        assert steps[-1].fix


async def test_closing_twice_does_no_harm(channel: Channel) -> None:
    await channel.close()
    await channel.close()


def test_settings_show_no_secret() -> None:
    for settings in SETTINGS.values():
        assert "ttttt" not in repr(settings)
        assert "not a secret" not in repr(settings)
        assert {field.name for field in fields(settings)} >= {"name", "kind", "enabled", "reopen_days"}
