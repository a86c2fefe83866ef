"""`init`, `channel` and `check`: a desk from nothing, tested for real, written privately."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from fake_root import CONFIG, PASSWORD, TOKEN, Desk, FakeChannel, FakeRuntime, secrets_in
from typer.testing import CliRunner

from deskterm import config
from deskterm.cli import channel_dialog
from deskterm.cli.tree import app
from deskterm.config.write import new_text
from deskterm.desk.post import CheckResult
from deskterm.office import OfficeError
from deskterm.paths import find
from deskterm.settings import EmailSettings, Secret, Security, Server
from deskterm.times.zones import machine_zone

BAD = CheckResult("log in", False, "the server refused the password", "Make an app password.")


@pytest.fixture
def empty(desk: Desk) -> Desk:
    """A desk before `init`."""
    desk.config.unlink()
    return desk


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def mailbox(desk: Desk, *more: str) -> list[str]:
    return [
        "init", "--no-input", "--desk", "Лавка", "--login", "Olga", "--name", "Ольга", "--kind", "email",
        "--address", "shop@gmail.com", *more,
    ]  # fmt: skip


def test_init_without_questions_tests_writes_and_makes_the_store(empty: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    answer = empty.json(*mailbox(empty, "--password-env", "SHOP_PASSWORD", "--display-name", "Лавка"))
    assert answer.status == 0
    assert answer.data == {
        "config": str(empty.config),
        "home": str(empty.home),
        "operator": "olga",
        "connected": {
            "channel": {"name": "shop", "kind": "email", "address": "shop@gmail.com", "enabled": True},
            "steps": [{"step": "log in", "ok": True, "detail": "", "fix": ""}],
        },
    }
    assert empty.config.read_text() == (
        new_text("Лавка", machine_zone()) + "\n"
        '[channels.shop]\nkind = "email"\naddress = "shop@gmail.com"\ndisplay_name = "Лавка"\n\n'
        '[channels.shop.imap]\nhost = "imap.gmail.com"\nsecurity = "tls"\npassword = "env:SHOP_PASSWORD"\n\n'
        '[channels.shop.smtp]\nhost = "smtp.gmail.com"\nsecurity = "tls"\nport = 465\n'
    )
    assert mode(empty.config) == 0o600
    assert empty.runtime.calls == [("create_store", str(empty.home), "olga", "Ольга")]
    (tested,) = empty.runtime.tested
    assert isinstance(tested, EmailSettings)
    assert tested.imap == Server("imap.gmail.com", 993, Security.TLS, "shop@gmail.com", Secret(PASSWORD))
    assert config.load(find(empty.home)).channels == (tested,)


def test_what_a_script_leaves_out_is_named(empty: Desk) -> None:
    for arguments, said in [
        (["init", "--no-input", "--login", "a", "--desk", "d"], "--address is missing. Add it, or leave out --no-input."),
        (mailbox(empty), "--password-env is missing. Secrets are never options themselves."),
        (mailbox(empty, "--channel", "Up"), "--channel is not right. Use 1 to 32 of a-z, 0-9, - and _."),
        (mailbox(empty, "--imap-host", "a b"),
         "--imap-host is not right. Write a host name such as imap.example.org, without a port."),
        (mailbox(empty, "--imap-host", "a.example:99999"),
         "--imap-host is not right. Write a port from 1 to 65535 behind the host, or none."),
        (mailbox(empty, "--login", "me"), "--login is not right. The word means something else here: choose another."),
        (mailbox(empty, "--login", "A!"), "--login is not right. Use 1 to 32 of a-z, 0-9, dot, - and _."),
    ]:  # fmt: skip
        result = empty.run(*arguments)
        assert (result.status, result.err) == (64, f"deskterm: {said}\n")
    assert not empty.config.exists()
    assert empty.runtime.calls == []


def test_a_script_s_channel_that_fails_its_test_is_not_written(empty: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    channel = FakeChannel([CheckResult("connect", True), BAD])
    empty.runtime.channel = lambda settings: channel
    answer = empty.json(*mailbox(empty, "--password-env", "SHOP_PASSWORD"))
    assert answer.status == 69
    assert answer.error == {
        "code": "unavailable",
        "message": "the channel does not work: log in: the server refused the password",
        "fix": "Make an app password.",
    }
    assert channel.closed
    assert not empty.config.exists()
    assert empty.json(*mailbox(empty, "--password-env", "SHOP_PASSWORD", "--no-test")).data["connected"]["steps"] == []


def test_a_secret_that_is_not_there_is_named_by_its_key(empty: Desk) -> None:
    answer = empty.json(*mailbox(empty, "--password-env", "NO_SUCH_VARIABLE"))
    assert answer.status == 78
    assert answer.error["message"] == "channels.shop.imap.password: names an environment variable that is not set"
    assert empty.runtime.tested == []


def test_a_test_that_hangs_ends(empty: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_dialog, "TEST_S", 0.05)
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    channel = FakeChannel([], hangs=True)
    empty.runtime.channel = lambda settings: channel
    answer = empty.json(*mailbox(empty, "--password-env", "SHOP_PASSWORD"))
    assert answer.error["message"] == "the channel does not work: connection: no answer within 0.05 s"
    assert channel.closed


def test_init_keeps_a_configuration_that_is_there_and_makes_the_store(desk: Desk) -> None:
    before = desk.config.read_bytes()
    answer = desk.json("init", "--no-input", "--login", "olga")
    assert answer.data["connected"] is None
    assert desk.runtime.calls == [("create_store", str(desk.home), "olga", "olga")]
    assert desk.config.read_bytes() == before


def test_init_without_a_channel(empty: Desk) -> None:
    result = empty.run("init", "--no-input", "--no-channel", "--login", "olga")
    assert result.status == 0
    assert "Next: deskterm channel add\n" in result.out
    assert empty.config.read_text() == new_text("deskterm", machine_zone())


def test_init_in_another_time_zone(empty: Desk) -> None:
    given = ("init", "--no-input", "--no-channel", "--login", "olga", "--timezone")
    refused = empty.run(*given, "Moscow")
    assert (refused.status, refused.err) == (
        64,
        'deskterm: --timezone is not right. Did you mean "Europe/Moscow"?\n',
    )
    assert empty.run(*given, "Europe/Moscow").status == 0
    assert 'timezone = "Europe/Moscow"\n' in empty.config.read_text()
    assert [one.zone for one in config.load(find(empty.home)).promised.calendars] == ["Europe/Moscow"]


def test_init_step_by_step(empty: Desk, runtime: FakeRuntime) -> None:
    steps = iter([[BAD], [CheckResult("log in", True)]])
    runtime.channel = lambda settings: FakeChannel(next(steps))
    typed = [
        "Лавка", "", "Olga!", "olga", "Ольга", "y", "e", "not an address", "help@shop.example", "", "Shop",
        "imap.shop.example", "tls", "smtp.shop.example", "starttls", "wrong-canary",
        "n", "", "", "", "", "", "", "", "", PASSWORD,
    ]  # fmt: skip
    result = CliRunner().invoke(app, ["init"], input="\n".join(typed) + "\n")
    assert result.exit_code == 0, result.output
    assert "PROBLEM log in: the server refused the password. Make an app password." in result.stderr
    assert "Use 1 to 32 of a-z, 0-9, dot, - and _." in result.stderr
    assert PASSWORD not in result.output
    assert "wrong-canary" not in result.output
    assert 'password = "file:secrets/help.password"' in empty.config.read_text()
    assert PASSWORD not in empty.config.read_text()
    secret = empty.home / "secrets" / "help.password"
    assert secret.read_text() == PASSWORD + "\n"
    assert (mode(secret), mode(secret.parent), mode(empty.config)) == (0o600, 0o700, 0o600)
    (channel,) = config.load(find(empty.home)).channels
    assert isinstance(channel, EmailSettings)
    assert channel.imap == Server("imap.shop.example", 993, Security.TLS, "help@shop.example", Secret(PASSWORD))
    assert channel.smtp == Server("smtp.shop.example", 587, Security.STARTTLS, "help@shop.example", Secret(PASSWORD))
    assert runtime.calls == [("create_store", str(empty.home), "olga", "Ольга")]
    assert [secrets_in(tested)[0] for tested in runtime.tested] == ["wrong-canary", PASSWORD]


def test_where_the_options_say_it_all_nothing_is_asked_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["channel", "add", "--kind", "telegram", "--channel", "t", "--token-env", "T"]
    assert desk.run(*said).status == 78
    monkeypatch.setenv("T", TOKEN)
    desk.runtime.channel = lambda settings: FakeChannel([BAD])
    assert desk.run(*said).status == 69
    assert desk.config.read_text() == CONFIG


def test_leaving_in_the_middle_writes_nothing(empty: Desk) -> None:
    result = CliRunner().invoke(app, ["init"], input="Лавка\nolga\n")
    assert result.exit_code != 0
    assert not empty.config.exists()


@pytest.mark.parametrize(
    ("address", "imap", "smtp"),
    [
        ("a@gmail.com", "imap.gmail.com:993 tls", "smtp.gmail.com:465 tls"),
        ("a@ya.ru", "imap.yandex.ru:993 tls", "smtp.yandex.ru:465 tls"),
        ("a@bk.ru", "imap.mail.ru:993 tls", "smtp.mail.ru:465 tls"),
        ("a@hotmail.com", "outlook.office365.com:993 tls", "smtp-mail.outlook.com:587 starttls"),
        ("a@shop.example", "imap.shop.example:993 tls", "smtp.shop.example:465 tls"),
    ],
)
def test_the_servers_follow_from_the_address(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, address: str, imap: str, smtp: str
) -> None:
    monkeypatch.setenv("P", PASSWORD)
    added = desk.json("channel", "add", "--no-input", "--kind", "email", "--address", address, "--password-env", "P")
    assert added.status == 0
    (tested,) = desk.runtime.tested
    assert isinstance(tested, EmailSettings)
    assert [f"{way.host}:{way.port} {way.security}" for way in (tested.imap, tested.smtp)] == [imap, smtp]


def test_channel_add_keeps_the_comments_and_all_else(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T", "987654321:AAE-another_token_0123456789abcdefghij")
    added = desk.json("channel", "add", "--no-input", "--kind", "telegram", "--token-env", "T")
    assert added.data["channel"] == {
        "name": "telegram", "kind": "telegram", "address": "https://api.telegram.org", "enabled": True,
    }  # fmt: skip
    assert desk.config.read_text() == CONFIG + '\n[channels.telegram]\nkind = "telegram"\ntoken = "env:T"\n'
    again = desk.json("channel", "add", "--no-input", "--kind", "telegram", "--token-env", "T", "--channel", "telegram")
    assert again.error["fix"] == 'There is a channel "telegram" already; choose another name.'


def test_channel_add_follows_a_link_to_the_configuration(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("T", "987654321:AAE-another_token_0123456789abcdefghij")
    real = tmp_path / "dotfiles.toml"
    desk.config.rename(real)
    desk.config.symlink_to(real)
    assert desk.run("channel", "add", "--no-input", "--kind", "telegram", "--token-env", "T").status == 0
    assert desk.config.is_symlink()
    assert "[channels.telegram]" in real.read_text()


def test_a_configuration_that_cannot_be_added_to_stays_as_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("T", "987654321:AAE-another_token_0123456789abcdefghij")
    desk.config.write_text(f'channels = {{bot = {{kind = "telegram", token = "{TOKEN}"}}}}\n')
    answer = desk.json("channel", "add", "--no-input", "--kind", "telegram", "--token-env", "T")
    assert answer.status == 78
    assert answer.error["fix"] == "Write its channels as [channels.NAME] tables, or add this one by hand."
    assert "telegram.org" not in desk.config.read_text()


def test_channel_list(desk: Desk) -> None:
    assert desk.run("channel", "list").out == (
        "mail\temail\thelp@example.org\ton\t\nbot\ttelegram\thttps://api.telegram.org\ton\t\n"
    )
    assert desk.json("channel", "list").data[1] == {
        "name": "bot",
        "kind": "telegram",
        "address": "https://api.telegram.org",
        "enabled": True,
        "gap": "",
        "gap_at": None,
    }


def test_a_gap_is_noted_by_who_acts(desk: Desk) -> None:
    assert desk.run("channel", "seen", "bot", "--operator", "bob").out == "noted: bot\n"
    assert desk.json("channel", "seen", "mail").data == {"channel": "mail", "changed": False}
    assert [call for call in desk.runtime.calls if call[0] == "see_gap"] == [
        ("see_gap", "bob", "bot"),
        ("see_gap", None, "mail"),
    ]


def test_check_goes_through_everything(desk: Desk) -> None:
    answer = desk.json("check")
    assert answer.status == 0, answer.out
    steps = answer.data["steps"]
    assert answer.data["problems"] == 0
    assert [step["step"] for step in steps] == [
        "configuration",
        "permissions",
        "SQLite",
        "store",
        "mail: log in",
        "bot: log in",
    ]
    assert all(secrets_in(channel) for channel in desk.runtime.tested)
    assert desk.run("check").out.splitlines()[-1] == "all in order"


def test_check_counts_one_problem_in_the_singular(desk: Desk) -> None:
    desk.runtime.store_error = OfficeError("no_store", "there is no store yet", "Run: deskterm init")
    assert desk.run("check").out.splitlines()[-1] == "1 problem"


def test_check_names_every_problem_and_ends_with_1(desk: Desk) -> None:
    desk.runtime.channel = lambda settings: FakeChannel([BAD])
    desk.runtime.store_error = OfficeError("no_store", "there is no store yet", "Run: deskterm init")
    desk.home.chmod(0o755)
    result = desk.run("check")
    assert result.status == 1
    assert f"PROBLEM permissions: others may open {desk.home}. Run: chmod 700 {desk.home}\n" in result.out
    assert "PROBLEM store: there is no store yet. Run: deskterm init\n" in result.out
    assert "PROBLEM bot: log in: the server refused the password. Make an app password.\n" in result.out
    assert result.out.splitlines()[-1] == "4 problems"


def test_check_names_keys_that_cannot_work(desk: Desk) -> None:
    desk.config.write_text(CONFIG + '[keys]\nact.replly = "R"\n')
    (wrong,) = [step for step in desk.json("check").data["steps"] if not step["ok"]]
    assert wrong == {
        "step": "keys",
        "ok": False,
        "detail": "There is no action act.replly. Did you mean act.reply?",
        "fix": "Change it under [keys]; the console's help (?) shows the ids.",
    }


def test_check_shows_every_mistake_of_the_configuration(desk: Desk) -> None:
    desk.config.write_text("[desk]\nnmae = 1\n[console]\nbell = 1\n")
    answer = desk.json("check")
    assert answer.status == 1
    assert [step["detail"] for step in answer.data["steps"][:2]] == [
        f"{desk.config}:2: desk.nmae: is not known",
        f"{desk.config}:4: console.bell: must be true or false",
    ]


def test_a_configuration_with_secrets_that_others_can_read_is_refused(desk: Desk) -> None:
    desk.config.chmod(0o644)
    for command in (["status"], ["worker"], [], ["conversation", "list"]):
        result = desk.run(*command)
        assert result.status == 78
        assert result.err.splitlines() == [
            f"deskterm: {desk.config}:10: channels.mail.imap.password: is a secret in a file that others can read. "
            f"Run: chmod 600 {desk.config}",
            f"deskterm: {desk.config}:15: channels.bot.token: is a secret in a file that others can read. "
            f"Run: chmod 600 {desk.config}",
            "deskterm: Nothing runs until the configuration is right. Look again with: deskterm check",
        ]
    assert desk.runtime.calls == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mail.example", ("mail.example", None)),
        ("Mail.Example:1143", ("mail.example", 1143)),
        ("127.0.0.1:25", ("127.0.0.1", 25)),
    ],
)
def test_a_port_may_stand_behind_the_host(typed: str, kept: tuple[str, int | None]) -> None:
    assert channel_dialog._name_and_port(channel_dialog._server(typed)) == kept
