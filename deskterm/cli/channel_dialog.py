"""Connecting a channel step by step: ask, test for real, say what to fix, ask again, write."""

from __future__ import annotations

import asyncio
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deskterm import config, logs
from deskterm.cli.asking import Asker
from deskterm.cli.channel_options import ChannelOptions
from deskterm.cli.providers import Provider, provider_of
from deskterm.config import ConfigError
from deskterm.config.channels import NAME, Contact, Kind, address, api_base, host
from deskterm.config.secrets import ENV, FILE
from deskterm.config.write import SECRETS, ChannelTable, Value, with_channel, write_config, write_secret
from deskterm.desk.post import CheckResult
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.paths import Paths, absolute
from deskterm.settings import ChannelSettings, Security, Settings
from deskterm.words.reasons import shown

TEST_S = 90.0
"""How long the test of one channel may take, in seconds; each step of it has its own, shorter limit."""
_TYPED = "DESKTERM_SECRET_BEING_TYPED"
"""Where a typed secret stands for the test, in a mapping of ours: never in the process's own environment."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A channel as asked for. `servers` are a mailbox's two; `secret` is what the configuration says of it ("env:…", "file:…"),
    `typed` the secret itself where a person typed it."""

    name: str
    table: Mapping[str, Value]
    secret: str
    typed: str = ""
    servers: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def as_table(self, secret: str) -> ChannelTable:
        """Return the channel as it stands in the file, with its secret in place."""
        if self.table["kind"] == Kind.TELEGRAM:
            return {**self.table, "token": secret}
        if self.table["kind"] == Kind.MANUAL:
            return dict(self.table)
        return {**self.table, **self.servers, "imap": {**self.servers["imap"], "password": secret}}


@dataclass(frozen=True, slots=True)
class Connected:
    """A channel that was added: its settings, the steps of its test, and the configuration as written."""

    channel: ChannelSettings
    steps: tuple[CheckResult, ...]
    settings: Settings


def connect(text: str, paths: Paths, options: ChannelOptions, asker: Asker) -> Connected:
    """Add one channel to a configuration text and write it.

    Raises OfficeError: "usage" and "configuration" for answers that are missing or wrong, "unavailable" where a script's
    channel fails its test; nothing is written then.
    """
    while True:
        asked = asker.asked
        wanted = _ask(text, options, asker)
        try:
            channel = _channel(paths, wanted)
        except OfficeError as error:
            if asker.asked == asked:  # the options say it all: asking again would change nothing
                raise
            asker.say(f"  {error.words}")
            continue
        steps = _tested(channel, paths, options, asker)
        failed = next((step for step in steps if not step.ok), None)
        if failed is None or _goes_on(failed, asker, answered=asker.asked > asked):
            return Connected(channel, steps, _write(text, paths, wanted))
        asker.say(_("Once more, then; Enter keeps what stands in brackets."))


def _tested(channel: ChannelSettings, paths: Paths, options: ChannelOptions, asker: Asker) -> tuple[CheckResult, ...]:
    if options.no_test:
        return ()
    asker.say(_("Testing the connection…"))
    logs.start(paths.home, logs.secrets_of(Settings(paths.home, None, channels=(channel,))))
    steps = try_channel(channel)
    for step in steps:
        asker.say(step_line(step))
    return steps


def step_line(step: CheckResult) -> str:
    """Return one step of a test as a line: a mark, what was tried, what came of it, and the fix."""
    mark = _("ok") if step.ok else _("PROBLEM")
    line = f"{mark} {shown(step.step)}" + (f": {shown(step.detail)}" if step.detail else "")
    return line if step.ok or not step.fix else f"{line}. {shown(step.fix)}"


def try_channel(channel: ChannelSettings) -> tuple[CheckResult, ...]:
    """Test a channel's connection for real, step by step, within `TEST_S`."""

    async def run() -> tuple[CheckResult, ...]:
        from deskterm import runtime

        opened = runtime.make_channel(channel)
        try:
            async with asyncio.timeout(TEST_S):
                return tuple(await opened.check())
        except TimeoutError:
            words = _("no answer within {seconds} s").format(seconds=f"{TEST_S:g}")
            return (CheckResult(_("connection"), False, words, _("Look at the host, the port and the network.")),)
        finally:
            await opened.close()

    return asyncio.run(run())


def _goes_on(failed: CheckResult, asker: Asker, *, answered: bool) -> bool:
    if not answered:
        detail = ": ".join(filter(None, [failed.step, failed.detail]))
        raise OfficeError("unavailable", _("the channel does not work: {detail}").format(detail=detail), failed.fix)
    return asker.confirm(_("It does not work yet. Write it all the same, and mend it later?"), default=False)


def _write(text: str, paths: Paths, wanted: Wanted) -> Settings:
    secret = wanted.secret
    if wanted.typed:
        ending = "token" if wanted.table["kind"] == Kind.TELEGRAM else "password"
        secret = f"{FILE}{SECRETS}/{wanted.name}.{ending}"
    draft = with_channel(text, wanted.name, wanted.as_table(secret))
    settings = config.parse(draft, paths, secrets=False)
    if wanted.typed:
        write_secret(paths.config.parent / secret.removeprefix(FILE), wanted.typed)
    write_config(paths.config, draft)
    return settings


def _channel(paths: Paths, wanted: Wanted) -> ChannelSettings:
    """Return the channel's settings, through the very reading that every start does, with its secret.

    It is read alone: the other channels' secrets may be out of reach here. Raises OfficeError.
    """
    alone = with_channel("", wanted.name, wanted.as_table(wanted.secret))
    try:
        return config.parse(alone, paths, {**os.environ, _TYPED: wanted.typed}).channels[0]
    except ConfigError as error:
        problem = error.problems[0]
        raise OfficeError("configuration", f"{problem.key}: {problem.what}", problem.fix) from None


def _ask(text: str, options: ChannelOptions, asker: Asker) -> Wanted:
    kinds = [kind.value for kind in Kind]
    kind = asker.choice(_("What kind of channel?"), "--kind", options.kind, kinds, Kind.EMAIL.value)
    if kind == Kind.TELEGRAM:
        return _ask_telegram(text, options, asker)
    if kind == Kind.MANUAL:
        return _ask_manual(text, options, asker)
    return _ask_email(text, options, asker)


def _ask_name(text: str, options: ChannelOptions, asker: Asker, default: str) -> str:
    taken = _names_in(text)
    while default in taken:
        default += "-2"

    def rule(name: str) -> str:
        if not NAME.fullmatch(name):
            raise ValueError(_("Use 1 to 32 of a-z, 0-9, - and _."))
        if name in taken:
            raise ValueError(_('There is a channel "{name}" already; choose another name.').format(name=name))
        return name

    return asker.text(_("A short name for this channel, for ever"), "--channel", options.channel, default, rule)


def _names_in(text: str) -> list[str]:
    channels = tomllib.loads(text).get("channels")
    return list(channels) if isinstance(channels, dict) else []


def _desk_name(text: str) -> str:
    desk = tomllib.loads(text).get("desk")
    name = desk.get("name") if isinstance(desk, dict) else None
    return name if isinstance(name, str) else ""


def _ask_telegram(text: str, options: ChannelOptions, asker: Asker) -> Wanted:
    name = _ask_name(text, options, asker, "telegram")
    table: dict[str, Value] = {"kind": Kind.TELEGRAM.value}
    if options.api_base is not None:
        table["api_base"] = asker.text("", "--api-base", options.api_base, rule=api_base)
    if asker.interactive and options.token_env is None and options.token_file is None:
        asker.say(_("Make a bot: write /newbot to @BotFather in Telegram, who answers with its token."))
    secret, typed = _ask_secret(_("The bot's token (not shown)"), options.token_env, options.token_file, "--token-env", asker)
    return Wanted(name, table, secret, typed)


def _ask_manual(text: str, options: ChannelOptions, asker: Asker) -> Wanted:
    contacts = [contact.value for contact in Contact]
    contact = asker.choice(_("What is logged by hand there?"), "--contact", options.contact, contacts, Contact.PHONE.value)
    name = _ask_name(text, options, asker, contact)
    return Wanted(name, {"kind": Kind.MANUAL.value, "contact": contact}, "")


def _ask_email(text: str, options: ChannelOptions, asker: Asker) -> Wanted:
    ours = asker.text(_("The mailbox's address"), "--address", options.address, rule=address)
    name = _ask_name(text, options, asker, _name_from(ours))
    provider = provider_of(ours)
    display = options.display_name
    if display is None and asker.interactive:
        display = asker.text(_("The name that customers see beside it"), "--display-name", None, _desk_name(text) or name)
    if provider.advice:
        asker.say(_(provider.advice))
    imap = _imap(options, provider, asker)
    smtp = _smtp(options, provider, asker)
    table: dict[str, Value] = {"kind": Kind.EMAIL.value, "address": ours}
    if display:
        table["display_name"] = display
    if options.ca_file is not None:
        table["ca_file"] = str(absolute(options.ca_file))
    secret, typed = _ask_secret(
        _("The mailbox's password (not shown)"), options.password_env, options.password_file, "--password-env", asker
    )
    return Wanted(name, table, secret, typed, {"imap": imap, "smtp": smtp})


def _name_from(ours: str) -> str:
    local = ours.partition("@")[0]
    return local if NAME.fullmatch(local) else "mail"


def _imap(options: ChannelOptions, provider: Provider, asker: Asker) -> dict[str, Value]:
    question = _("The IMAP server (host, or host:port)")
    name, port = _ask_server(question, "--imap-host", options.imap_host, provider.imap_host, provider, asker)
    security = options.imap_security or _ask_security("--imap-security", provider, asker)
    return {"host": name} | _ways(options.imap_port or port, security, options.imap_user)


def _smtp(options: ChannelOptions, provider: Provider, asker: Asker) -> dict[str, Value]:
    question = _("The SMTP server (host, or host:port)")
    name, typed = _ask_server(question, "--smtp-host", options.smtp_host, provider.smtp_host, provider, asker)
    port, security = options.smtp_port or typed, options.smtp_security
    if security is None and name == provider.smtp_host and provider.name:
        security, port = provider.smtp_security, port or provider.smtp_port
    security = security or _ask_security("--smtp-security", provider, asker)
    return {"host": name} | _ways(port, security, options.smtp_user)


def _ways(port: int | None, security: Security, user: str | None) -> dict[str, Value]:
    ways: dict[str, Value] = {"security": security.value}
    if port is not None:
        ways["port"] = port
    if user is not None:
        ways["user"] = user
    return ways


def _ask_security(option: str, provider: Provider, asker: Asker) -> Security:
    if provider.name or not asker.interactive:
        return Security.TLS
    words = [way.value for way in Security]
    return Security(asker.choice(_("How is the connection protected?"), option, None, words, Security.TLS.value))


def _ask_server(
    question: str, option: str, given: str | None, usual: str, provider: Provider, asker: Asker
) -> tuple[str, int | None]:
    """Return a server's name, and its port where one was typed behind it."""
    if given is None and provider.name:
        return usual, None
    return _name_and_port(asker.text(question, option, given, usual, _server))


def _server(text: str) -> str:
    """Return "host" or "host:port" as it is kept. Raises ValueError(fix)."""
    name, port = _name_and_port(text)
    if port is not None and not 1 <= port <= 65535:
        raise ValueError(_("Write a port from 1 to 65535 behind the host, or none."))
    return host(name) if port is None else f"{host(name)}:{port}"


def _name_and_port(text: str) -> tuple[str, int | None]:
    name, _colon, port = text.partition(":")
    # More than one colon is an IPv6 address, whose port goes by --imap-port and --smtp-port.
    return (name, int(port)) if port.isascii() and port.isdigit() else (text, None)


def _ask_secret(question: str, variable: str | None, file: Path | None, option: str, asker: Asker) -> tuple[str, str]:
    """Return what the configuration says of the secret, and the secret where it was typed."""
    if variable is not None and file is not None:
        raise OfficeError("usage", _("the secret is named twice"), _("Leave one of the two options out."))
    if variable is not None:
        return ENV + variable, ""
    if file is not None:
        return FILE + str(absolute(file)), ""
    if not asker.interactive:
        raise OfficeError("usage", _("{option} is missing").format(option=option), _("Secrets are never options themselves."))
    return ENV + _TYPED, asker.secret(question)
