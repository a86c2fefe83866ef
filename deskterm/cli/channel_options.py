"""The options that describe a channel, for `init` and `channel add`. None of them carries a secret: they name where one is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from deskterm.config.channels import Contact, Kind
from deskterm.i18n import _
from deskterm.settings import Security


@dataclass(frozen=True)
class ChannelOptions:
    """What a script says of a channel; what it leaves out is asked, or with `--no-input` taken from the usual."""

    kind: Annotated[Kind | None, typer.Option("--kind", help=_("What kind of channel."))] = None
    channel: Annotated[str | None, typer.Option("--channel", metavar="NAME", help=_("The channel's name, for ever."))] = None
    contact: Annotated[Contact | None, typer.Option("--contact", help=_("What is logged by hand there."))] = None
    address: Annotated[str | None, typer.Option("--address", help=_("The mailbox's address."))] = None
    display_name: Annotated[str | None, typer.Option("--display-name", help=_("The name beside the address."))] = None
    imap_host: Annotated[str | None, typer.Option("--imap-host", help=_("The server that mail is read from."))] = None
    imap_port: Annotated[int | None, typer.Option("--imap-port", min=1, max=65535, help=_("Default: 993."))] = None
    imap_security: Annotated[Security | None, typer.Option("--imap-security", help=_("How it is protected."))] = None
    imap_user: Annotated[str | None, typer.Option("--imap-user", help=_("Default: the address."))] = None
    smtp_host: Annotated[str | None, typer.Option("--smtp-host", help=_("The server that mail is sent through."))] = None
    smtp_port: Annotated[int | None, typer.Option("--smtp-port", min=1, max=65535, help=_("Default: 465."))] = None
    smtp_security: Annotated[Security | None, typer.Option("--smtp-security", help=_("How it is protected."))] = None
    smtp_user: Annotated[str | None, typer.Option("--smtp-user", help=_("Default: as for IMAP; empty: no login."))] = None
    password_env: Annotated[
        str | None, typer.Option("--password-env", metavar="VARIABLE", help=_("The variable that holds the password."))
    ] = None
    password_file: Annotated[
        Path | None, typer.Option("--password-file", metavar="FILE", help=_("A private file that holds the password."))
    ] = None
    token_env: Annotated[
        str | None, typer.Option("--token-env", metavar="VARIABLE", help=_("The variable that holds the bot's token."))
    ] = None
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help=_("A private file that holds the bot's token."))
    ] = None
    api_base: Annotated[str | None, typer.Option("--api-base", metavar="URL", help=_("Another Bot API server."))] = None
    ca_file: Annotated[
        Path | None, typer.Option("--ca-file", metavar="FILE", help=_("The certificate of your own mail servers' issuer."))
    ] = None
    no_test: Annotated[bool, typer.Option("--no-test", help=_("Do not test the connection."))] = False
    no_input: Annotated[bool, typer.Option("--no-input", help=_("Ask nothing: for scripts."))] = False
