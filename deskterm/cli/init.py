"""`deskterm init`: a desk from nothing: configuration, first channel, store, first operator."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from deskterm import config, logs
from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.asking import Asker
from deskterm.cli.channel import connected_as_json
from deskterm.cli.channel_dialog import Connected, connect
from deskterm.cli.channel_options import ChannelOptions
from deskterm.cli.invocation import Place, command
from deskterm.cli.operator import LOGIN, sound_login, sound_name
from deskterm.config.hours import zone_rule
from deskterm.config.write import new_text, write_config
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.paths import Paths, make_private_dir
from deskterm.settings import Settings
from deskterm.times.zones import machine_zone
from deskterm.words.reasons import shown


@dataclass(frozen=True)
class DeskOptions:
    """The desk itself and its first operator, who becomes the owner."""

    desk: Annotated[str | None, typer.Option("--desk", metavar="NAME", help=_("The desk's name."))] = None
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help=_("The time zone of its working hours: Europe/Moscow."))
    ] = None
    login: Annotated[str | None, typer.Option("--login", help=_("Your login here: a short word in a-z."))] = None
    name: Annotated[str | None, typer.Option("--name", help=_("Your name, as customers and colleagues see it."))] = None
    no_channel: Annotated[bool, typer.Option("--no-channel", help=_("Connect no channel yet."))] = False


@command
def init(place: Place, desk: DeskOptions, options: ChannelOptions) -> Answer:
    """Set up a desk. A configuration that is there already is kept, and only the store is made."""
    paths = place.paths()
    make_private_dir(paths.home)
    logs.start(paths.home)
    asker = Asker(interactive=not options.no_input and not place.json)
    connected: Connected | None = None
    if paths.config.exists():
        asker.say(_("There is a configuration already: {path}. It is kept as it is.").format(path=paths.config))
        settings = config.load(paths, secrets=False)
        login, name = _first_operator(desk, asker)
    else:
        title = asker.text(_("The desk's name"), "--desk", desk.desk, "deskterm", _rule(sound_name))
        zone = asker.text(_("The time zone of your working hours"), "--timezone", desk.timezone, machine_zone(), zone_rule)
        login, name = _first_operator(desk, asker)
        settings, connected = _configure(new_text(title, zone), paths, desk, options, asker)
    from deskterm import runtime

    runtime.create_store(settings, login, name)
    return _answer(settings, login, connected)


def _first_operator(desk: DeskOptions, asker: Asker) -> tuple[str, str]:
    login = asker.text(_("Your login here"), "--login", desk.login, _usual_login(), _rule(sound_login))
    name = asker.text(_("Your name, as customers and colleagues see it"), "--name", desk.name, login, _rule(sound_name))
    return login, name


def _usual_login() -> str:
    try:
        login = getpass.getuser().lower()
    except (OSError, KeyError):  # no entry for this uid: containers
        return "owner"
    return login if LOGIN.fullmatch(login) else "owner"


def _configure(
    text: str, paths: Paths, desk: DeskOptions, options: ChannelOptions, asker: Asker
) -> tuple[Settings, Connected | None]:
    wants = not desk.no_channel and (not asker.interactive or asker.confirm(_("Connect a channel now?"), default=True))
    if wants:
        connected = connect(text, paths, options, asker)
        return connected.settings, connected
    settings = config.parse(text, paths, secrets=False)
    write_config(paths.config, text)
    return settings, None


def _rule(sound: Callable[[str], str]) -> Callable[[str], str]:
    """Turn a check that raises OfficeError into a rule for the asker."""

    def rule(answer: str) -> str:
        try:
            return sound(answer)
        except OfficeError as error:
            raise ValueError(shown(error.fix)) from error

    return rule


def _answer(settings: Settings, login: str, connected: Connected | None) -> Answer:
    data: dict[str, Json] = {
        "config": str(settings.config_file),
        "home": str(settings.home),
        "operator": login,
        "connected": connected_as_json(connected) if connected is not None else None,
    }

    def show(paper: Paper) -> None:
        paper.line(_("configuration: {path}").format(path=settings.config_file))
        paper.line(_("store: {path}").format(path=settings.home))
        if not settings.channels:
            paper.line(_("Next: deskterm channel add"))
        paper.line(_("Next: deskterm opens the console; deskterm demo shows it with made-up customers."))

    return Answer(data, show)
