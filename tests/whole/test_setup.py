"""From nothing to answering: `init` and `channel add` against real servers, `check`, then a mail and a Telegram message."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from peers.dovecot import PASSWORD
from world import World

pytestmark = [pytest.mark.whole, pytest.mark.peer("dovecot")]


@pytest.fixture
async def nothing(world, tmp_path, monkeypatch):
    """The servers of `world`, and no desk yet."""
    fresh = World(tmp_path / "fresh", world.dovecot, world.smtp, world.bot, world.user)
    environment = fresh.environment() | {"MAIL_PASSWORD": PASSWORD, "BOT_TOKEN": world.bot.token, "WRONG": "nonsense"}
    monkeypatch.setattr(fresh, "environment", lambda: environment)
    return fresh


def mailbox(world, password="MAIL_PASSWORD"):
    return (
        "--kind", "email", "--channel", "support", "--address", world.user, "--display-name", "Поддержка",
        "--imap-host", "localhost", "--imap-port", str(world.dovecot.imaps), "--ca-file", str(world.dovecot.certificate.cert),
        "--smtp-host", "127.0.0.1", "--smtp-port", str(world.smtp.port), "--smtp-security", "none", "--smtp-user", "",
        "--password-env", password,
    )  # fmt: skip


async def test_a_new_user_comes_from_nothing_to_answering_on_both_channels(nothing):
    started = await nothing.command(
        "init", "--no-input", "--desk", "Лавка", "--login", "anna", "--name", "Анна", *mailbox(nothing)
    )
    assert started
    config = nothing.home / "config.toml"
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert stat.S_IMODE(nothing.home.stat().st_mode) == 0o700
    told = config.read_text(encoding="utf-8").replace("[desk]\n", "[desk]\nundo_seconds = 0\n")
    config.write_text("# a comment of mine\n" + told, encoding="utf-8")
    await nothing.command(
        "channel", "add", "--no-input", "--kind", "telegram", "--channel", "bot", "--token-env", "BOT_TOKEN",
        "--api-base", nothing.bot.url,
    )  # fmt: skip
    assert config.read_text(encoding="utf-8").startswith("# a comment of mine\n")
    assert PASSWORD not in config.read_text(encoding="utf-8")
    code, out, err = await nothing.run("check", "--json")
    assert code == 0, (out, err)
    async with nothing.worker():
        await nothing.send_mail(nothing.mail("письмо"))
        nothing.bot.world.write("сообщение", chat_id=7)
        await nothing.until(lambda: nothing.stored("письмо") and nothing.stored("сообщение"), "both are stored")
        for row in await nothing.command("conversation", "list"):
            await nothing.command("conversation", "reply", str(row["number"]), "Здравствуйте!", "--wait")
    assert len(nothing.smtp.accepted) == 1
    assert [sent.text for sent in nothing.bot.world.sent] == ["Здравствуйте!"]
    for path in nothing.home.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, (path, oct(mode))


async def test_init_says_what_to_fix_and_leaves_nothing_half_made(nothing):
    code, out, _ = await nothing.run("init", "--no-input", "--json", "--login", "anna", *mailbox(nothing, "WRONG"))
    assert code != 0
    error = json.loads(out)["error"]
    assert error["fix"]
    assert "nonsense" not in out
    assert not (nothing.home / "desk.db").exists()


async def test_a_mode_that_lets_others_in_is_refused_with_the_command(nothing):
    await nothing.command("init", "--no-input", "--login", "anna", "--no-channel")
    config: Path = nothing.home / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + '\n[channels.bot]\nkind = "telegram"\ntoken = "1234567:inline"\n')
    config.chmod(0o644)
    code, _, err = await nothing.run("worker")
    assert code == 78
    assert f"chmod 600 {config}" in err
