"""The configuration: what it says becomes settings, and every mistake in it is named with its line and its fix."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm import config
from deskterm.config import ConfigError
from deskterm.config.lines import line_of, lines_of
from deskterm.paths import Paths
from deskterm.settings import EmailSettings, FileSent, Secret, Security, Server, TelegramSettings

FILE = Path("/desk/config.toml")
PATHS = Paths(Path("/desk"), FILE)
MAILBOX = """
[channels.support]
kind = "email"
address = "Help@Example.org"
[channels.support.imap]
host = "imap.example.org"
password = "canary-imap"
[channels.support.smtp]
host = "smtp.example.org"
"""
BOT = '[channels.bot]\nkind = "telegram"\ntoken = "{token}"\n'
TOKEN = "123456789:AAE-canary_token_0123456789abcdefghij"


def problems(text: str, **more: object) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.parse(text, PATHS, **more)  # type: ignore[arg-type]
    return [str(problem).removeprefix(f"{FILE}:") for problem in caught.value.problems]


def test_a_mailbox_has_the_usual_ports_and_smtp_logs_in_as_imap_does() -> None:
    settings = config.parse(MAILBOX, PATHS, {})
    (mailbox,) = settings.channels
    assert isinstance(mailbox, EmailSettings)
    secret = Secret("canary-imap")
    assert mailbox.address == "help@example.org"
    assert mailbox.imap == Server("imap.example.org", 993, Security.TLS, "help@example.org", secret)
    assert mailbox.smtp == Server("smtp.example.org", 465, Security.TLS, "help@example.org", secret)
    assert settings.desk.mail_domain == "example.org"
    assert settings.home == Path("/desk")
    assert settings.config_file == FILE


def test_starttls_changes_the_usual_ports() -> None:
    text = MAILBOX.replace("[channels.support.smtp]", 'security = "starttls"\n[channels.support.smtp]\nsecurity = "starttls"')
    (mailbox,) = config.parse(text, PATHS, {}).channels
    assert isinstance(mailbox, EmailSettings)
    assert (mailbox.imap.port, mailbox.smtp.port) == (143, 587)


def test_an_smtp_relay_without_a_user_gets_no_password() -> None:
    (mailbox,) = config.parse(MAILBOX + 'user = ""\n', PATHS, {}).channels
    assert isinstance(mailbox, EmailSettings)
    assert mailbox.smtp == Server("smtp.example.org", 465, Security.TLS, "", Secret(""))


def test_everything_that_can_be_set_is_set() -> None:
    text = """
desk = {name = "Лавка", mail_domain = "Почта.рф", undo_seconds = 0}
[console]
language = "ru"
theme = "nord"
ascii = true
bell = false
[keys]
act.reply = "R"
"act.note" = "m"
[keys.menu]
go = "G"
[channels.m]
kind = "email"
enabled = false
reopen_days = 0.5
ask_tags = true
address = "a@b.example"
display_name = "Лавка"
folders = ["INBOX", "Shop"]
sent_folder = "Sent"
file_sent = "no"
aliases = ["C@d.example"]
plus_addresses = false
history_days = 0
authserv_id = "mx.b.example"
max_mail_mb = 2
poll_seconds = 5
idle_seconds = 60
full_scan_seconds = 30
imap = {host = "127.0.0.1", port = 10143, security = "none", user = "u", password = "p1"}
smtp = {host = "::1", port = 10025, security = "none", user = "v", password = "p2"}
"""
    settings = config.parse(text, PATHS, {})
    assert settings.desk == type(settings.desk)("Лавка", "xn--80a1acny.xn--p1ai", 0.0)
    assert settings.console == type(settings.console)(
        "ru", "nord", True, False, {"act.reply": "R", "act.note": "m", "menu.go": "G"}
    )
    assert settings.channels == (
        EmailSettings(
            name="m",
            kind="email",
            enabled=False,
            reopen_days=0.5,
            ask_tags=True,
            address="a@b.example",
            display_name="Лавка",
            imap=Server("127.0.0.1", 10143, Security.NONE, "u", Secret("p1")),
            smtp=Server("::1", 10025, Security.NONE, "v", Secret("p2")),
            folders=("INBOX", "Shop"),
            sent_folder="Sent",
            file_sent=FileSent.NO,
            aliases=("c@d.example",),
            plus_addresses=False,
            history_days=0,
            authserv_id="mx.b.example",
            max_mail_bytes=2 * 2**20,
            poll_s=5,
            idle_s=60,
            full_scan_s=30,
        ),
    )


def test_a_bot() -> None:
    text = BOT.format(token=TOKEN) + 'api_base = "http://127.0.0.1:8081/"\npoll_seconds = 0\nask_tags = true\n'
    settings = config.parse(text, PATHS, {})
    assert settings.channels == (
        TelegramSettings("bot", "telegram", token=Secret(TOKEN), api_base="http://127.0.0.1:8081", poll_s=0, ask_tags=True),
    )
    assert settings.desk.mail_domain == "deskterm.invalid"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[desk]\nnmae = 1\n", ['2: desk.nmae: is not known. Did you mean "name"?']),
        ("[dsk]\n", ['1: dsk: is not known. Did you mean "desk"?']),
        ("[desk]\nzzz = 1\n", ["2: desk.zzz: is not known. Known here: name, mail_domain, undo_seconds, timezone."]),
        ("desk = 3\n", ["1: desk: must be a table. Write it as [desk] on a line of its own."]),
        ("[desk]\nname = 3\n", ["2: desk.name: must be a text. Put it in quotes."]),
        ('[desk]\nname = ""\n', ["2: desk.name: is not right. Use 1 to 80 characters."]),
        ('[desk]\nname = "a\\u001b[2J"\n', ["2: desk.name: holds characters that no line of text has. Write it anew."]),
        ('[desk]\nmail_domain = "a b"\n', ["2: desk.mail_domain: is not right. Write a domain such as example.org."]),
        ("[desk]\nundo_seconds = 601\n", ["2: desk.undo_seconds: must be a number from 0 to 600. Change it."]),
        ("[desk]\nundo_seconds = nan\n", ["2: desk.undo_seconds: must be a number from 0 to 600. Change it."]),
        ("[desk]\nundo_seconds = true\n", ["2: desk.undo_seconds: must be a number from 0 to 600. Change it."]),
        ('[console]\nlanguage = "rus"\n', ['2: console.language: is not right. Did you mean "ru"?']),
        ('[console]\nbell = "yes"\n', ["2: console.bell: must be true or false. Write it without quotes."]),
        ("[keys]\nreply = 5\n", ["2: keys.reply: must be a text. Put it in quotes."]),
        (
            '[channels."Support!"]\nkind = "email"\naddress = "a@b.example"\nimap.host = "h"\nimap.user = ""\nsmtp.host = "h"',
            ["1: channels.Support!: is no name for a channel. Use 1 to 32 of a-z, 0-9, - and _."],
        ),
        (
            BOT.format(token=TOKEN) + 'ask_tags = "yes"\n',
            ["4: channels.bot.ask_tags: must be true or false. Write it without quotes."],
        ),
        (BOT.format(token=TOKEN) + "ask_tag = true\n", ['4: channels.bot.ask_tag: is not known. Did you mean "ask_tags"?']),
        ("[channels.x]\n", ['1: channels.x: has no kind. Add kind = "email", kind = "telegram" or kind = "manual".']),
        ('[channels.x]\nkind = "telegramm"\n', ['2: channels.x.kind: is not right. Did you mean "telegram"?']),
        ('[channels.x]\nkind = "demo"\n', ["2: channels.x.kind: is not right. Known here: email, telegram, manual."]),
        (
            '[channels.x]\nkind = "manual"\ncontact = "fax"\n',
            ["3: channels.x.contact: is not right. Known here: phone, visit."],
        ),
        ('[channels.x]\nkind = "telegram"\n', ["1: channels.x.token: is missing. Add it."]),
        (
            BOT.format(token="hunter2"),
            [
                "3: channels.bot.token: does not look like the token of a bot. "
                "Copy it from @BotFather: digits, a colon, letters."
            ],
        ),
        (
            BOT.format(token=TOKEN) + 'api_base = "http://example.org"\n',
            [
                "4: channels.bot.api_base: is not right. "
                "Write https://host, or http://localhost:port for a server on this machine."
            ],
        ),
        (
            MAILBOX.replace("Help@", "help at "),
            ["4: channels.support.address: is not right. Write an address such as help@example.org."],
        ),
        (
            MAILBOX.replace("imap.example.org", "imap.example.org:993/x"),
            ["6: channels.support.imap.host: is not right. Write a host name such as imap.example.org, without a port."],
        ),
        (
            MAILBOX + "port = 65536\n",
            ["10: channels.support.smtp.port: must be a whole number from 1 to 65535. Change it."],
        ),
        (
            MAILBOX + 'security = "ssl"\n',
            ["10: channels.support.smtp.security: is not right. Known here: tls, starttls, none."],
        ),
        (
            MAILBOX + 'security = "none"\n',
            [
                "10: channels.support.smtp.security: would send the password in the clear. "
                'Use "tls" or "starttls"; "none" is for servers on this machine only.'
            ],
        ),
        (
            MAILBOX.replace("kind", 'folders = "INBOX"\nkind'),
            ['3: channels.support.folders: must be a list of texts. Write it as ["one", "two"].'],
        ),
        (
            MAILBOX.replace("kind", 'ca_file = "missing.pem"\nkind'),
            ["3: channels.support.ca_file: names a file that is not there. Name a PEM file."],
        ),
        (
            MAILBOX + MAILBOX.replace("support", "again"),
            ['11: channels.again: reads the same mailbox or bot as "support". Remove one of them.'],
        ),
        (
            BOT.format(token="env:NO_SUCH"),
            [
                "3: channels.bot.token: names an environment variable that is not set. "
                "Set it before the start, or put the secret into a file and write file:PATH."
            ],
        ),
        (
            BOT.format(token="file:no/such"),
            ["3: channels.bot.token: names a file that cannot be read. Make it with the secret as its only line, mode 600."],
        ),
        ("[desk\n", ["1: is not TOML: Expected ']' at the end of a table declaration. Mend this line or the one before it."]),
        ("a = hunter2\n", ["1: is not TOML: Invalid value. Mend this line or the one before it."]),
        (
            "[hunter2]\n[hunter2]\n",
            ["2: is not TOML: a key or table stands twice, or a stray character. Mend this line or the one before it."],
        ),
    ],
)
def test_each_mistake_has_its_words(text: str, said: list[str]) -> None:
    assert problems(text, environ={}) == said


def test_all_mistakes_are_named_together_in_the_order_of_the_file() -> None:
    text = '[console]\nbell = 1\n[channels.x]\nkind = "email"\n[desk]\nname = 1\n'
    assert [line.split(":")[0] for line in problems(text)] == ["2", "3", "3", "3", "6"]


def test_an_inline_secret_in_a_file_for_all_is_refused_with_the_command() -> None:
    assert problems(MAILBOX, private=False) == [
        "7: channels.support.imap.password: is a secret in a file that others can read. Run: chmod 600 /desk/config.toml"
    ]


def test_without_secrets_none_is_read_but_an_open_file_is_still_refused() -> None:
    (bot,) = config.parse(BOT.format(token="env:NO_SUCH"), PATHS, {}, secrets=False).channels
    assert bot == TelegramSettings("bot", "telegram", token=Secret(""))
    (bot,) = config.parse(BOT.format(token="file:no/such"), PATHS, {}, secrets=False).channels
    assert bot == TelegramSettings("bot", "telegram", token=Secret(""))
    (bot,) = config.parse(BOT.format(token=TOKEN), PATHS, {}, secrets=False).channels
    assert bot == TelegramSettings("bot", "telegram", token=Secret(""))
    assert len(problems(BOT.format(token=TOKEN), secrets=False, private=False)) == 1


def test_secrets_come_from_the_environment_and_from_private_files(tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path / "config.toml")
    secret = tmp_path / "bot.token"
    secret.write_text(f"{TOKEN}\n")
    secret.chmod(0o600)
    (bot,) = config.parse(BOT.format(token="file:bot.token"), paths, {}, private=False).channels
    assert bot == TelegramSettings("bot", "telegram", token=Secret(TOKEN))
    (bot,) = config.parse(BOT.format(token="env:T"), paths, {"T": TOKEN}, private=False).channels
    assert bot == TelegramSettings("bot", "telegram", token=Secret(TOKEN))


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (TOKEN, 0o644, "names a file that others can read. Run: chmod 600 {path}"),
        (TOKEN, 0o620, "names a file that others can read. Run: chmod 600 {path}"),
        ("", 0o600, "names an empty file. Write the secret into it."),
        ("a\nb", 0o600, "names a file that cannot be read. Make it with the secret as its only line, mode 600."),
    ],
)
def test_a_secret_file_must_be_private_and_one_line(tmp_path: Path, content: str, mode: int, said: str) -> None:
    secret = tmp_path / "bot.token"
    secret.write_text(content)
    secret.chmod(mode)
    with pytest.raises(ConfigError) as caught:
        config.parse(BOT.format(token="file:bot.token"), Paths(tmp_path, tmp_path / "c.toml"), {})
    assert caught.value.problems[0].what + ". " + caught.value.problems[0].fix == said.format(path=secret)


def test_a_credential_of_systemd_needs_no_mode_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text(TOKEN)
    (tmp_path / "bot").chmod(0o440)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    (bot,) = config.parse(BOT.format(token="credential:bot"), PATHS, environ, private=False).channels
    assert bot == TelegramSettings("bot", "telegram", token=Secret(TOKEN))
    said = ["3: channels.bot.token: names a credential that systemd did not pass. Add LoadCredential= to the service."]
    assert problems(BOT.format(token="credential:bot"), environ={}) == said
    assert problems(BOT.format(token="credential:other"), environ=environ) == said
    assert problems(BOT.format(token="credential:../bot"), environ=environ) == said


def test_a_named_pipe_does_not_hold_up_the_start(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ConfigError, match="cannot be read"):
        config.parse(BOT.format(token="file:pipe"), Paths(tmp_path, tmp_path / "c.toml"), {})


def test_files_that_are_no_configuration(tmp_path: Path) -> None:
    def said(path: Path) -> str:
        with pytest.raises(ConfigError) as caught:
            config.load(Paths(tmp_path, path), {})
        return str(caught.value.problems[0]).removeprefix(f"{path}:1: ")

    assert said(tmp_path / "none.toml") == "there is no configuration here. Run: deskterm init"
    assert said(tmp_path) == "Is a directory. Name another file with --config."
    (tmp_path / "latin").write_bytes(b"\xff")
    assert said(tmp_path / "latin") == "is not UTF-8. Save it as UTF-8 text."
    (tmp_path / "big").write_bytes(b"#" * (2**20 + 1))
    assert said(tmp_path / "big") == "is too large for a configuration. Name the right file with --config."


def test_the_example_is_a_configuration_and_so_is_every_line_that_it_leaves_out(tmp_path: Path) -> None:
    example = Path(__file__).parents[1] / "config.example.toml"
    (tmp_path / "ca.pem").touch()
    (tmp_path / "secrets").mkdir()
    token = tmp_path / "secrets" / "telegram.token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    paths = Paths(tmp_path, tmp_path / "config.toml")
    environ = {"SUPPORT_PASSWORD": "x"}
    text = example.read_text(encoding="utf-8")
    as_written = config.parse(text, paths, environ, private=False)
    said = [line.removeprefix("# ") if _is_setting(line) else line for line in text.splitlines()]
    all_set = config.parse("\n".join(said), paths, environ, private=False)
    assert [channel.name for channel in as_written.channels] == ["support", "telegram", "phone"]
    assert all_set.console == type(all_set.console)(keys={"act.reply": "R"})
    assert all_set.desk == as_written.desk
    mailbox, shown = as_written.channels[0], all_set.channels[0]
    assert isinstance(mailbox, EmailSettings)
    assert isinstance(shown, EmailSettings)
    assert (shown.imap, shown.smtp, shown.folders, shown.poll_s) == (mailbox.imap, mailbox.smtp, ("INBOX",), mailbox.poll_s)
    assert [replace(one, retention_days=None) for one in all_set.channels[1:]] == list(as_written.channels[1:])


def _is_setting(line: str) -> bool:
    key, equals, value = line.removeprefix("# ").partition(" = ")
    return (
        line.startswith("# ")
        and bool(equals)
        and key.replace("_", "").replace(".", "").isalpha()
        and value[:1] in '"[tf0123456789'
    )


SECRETS = st.text(alphabet="abcdefXYZ0123456789!$%&/=?-_~", min_size=12, max_size=40)
PLACES = [
    'password = "{}"',
    "password = {}",
    'password = ["{}"]',
    'password = {{a = "{}"}}',
    'password = "{}',
    'passwrod = "{}"',
    'user = 3\npassword = "{}"',
    'host = "{} {}"',
    'security = "{}"',
    'port = "{}"',
    'password = "env:{}"',
    'password = "file:{}"',
    'password = "credential:{}"',
    'password = "{}\\u0007"',
    'password = """{}\n{}"""',
]


@given(secret=SECRETS, place=st.sampled_from(PLACES), private=st.booleans())
def test_no_error_repeats_what_may_be_a_secret(secret: str, place: str, private: bool) -> None:
    text = MAILBOX.replace('password = "canary-imap"', place.replace("{}", secret)).replace('host = "imap.example.org"\n', "")
    with pytest.raises(ConfigError) as caught:
        config.parse(text, PATHS, {}, private=private)
    everything = f"{caught.value}{caught.value!r}{caught.value.problems}{caught.value.message}{caught.value.fix}"
    assert secret not in everything
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_settings_never_show_their_secrets() -> None:
    settings = config.parse(MAILBOX + BOT.format(token=TOKEN), PATHS, {})
    assert "canary" not in repr(settings)
    assert "canary" not in str(settings)


def test_lines_are_found_through_long_strings_arrays_and_dotted_keys() -> None:
    text = 'a = """\nb = 1\n"""\n[t] # [no]\nc.d = [\n  "x = 1", # ]\n]\n"q.r" = {e = 1}\n[t.u]\nf = \'\'\'x\'\'\'\ng = 1'
    lines = lines_of(text)
    assert lines == {
        ("a",): 1,
        ("t",): 4,
        ("t", "c"): 5,
        ("t", "c", "d"): 5,
        ("t", "q.r"): 8,
        ("t", "u"): 9,
        ("t", "u", "f"): 10,
        ("t", "u", "g"): 11,
    }
    assert line_of(lines, ("t", "q.r", "e")) == 8
    assert line_of(lines, ("nothing",)) == 1


def test_a_list_of_channels_is_one_problem() -> None:
    with pytest.raises(ConfigError) as told:
        config.parse('[[channels]]\nkind = "email"\n', PATHS, {})
    assert len(told.value.problems) == 1


def test_a_mistake_says_that_nothing_runs_and_one_typo_is_one_problem(tmp_path: Path) -> None:
    text = '[console]\nlanguage = "ru"\n[card.fields.hue]\ntype = "choice"\nchoise = ["red"]\n'
    assert problems(text) == ['5: card.fields.hue.choise: is not known. Did you mean "choices"?']
    with pytest.raises(ConfigError) as caught:
        config.parse(text, PATHS)
    assert caught.value.words.splitlines()[1:] == [
        "Nothing runs until the configuration is right. Look again with: deskterm check"
    ]
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    assert config.language(path) == "ru"
    for other in ("[console]\nlanguage = 3", "console = 1", "[[", ""):
        path.write_text(other, encoding="utf-8")
        assert config.language(path) == "auto"
