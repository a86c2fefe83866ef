"""`deskterm notice`: what one is told of, and by which ways."""

from __future__ import annotations

import asyncio
import re
from typing import Annotated

import typer

from deskterm.cli import cursors
from deskterm.cli.acting import nobody_sends
from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.conversation_shown import local
from deskterm.cli.exits import Exit
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.rows_time import NoticeDeliveryRow, NoticeRow
from deskterm.i18n import _, ngettext
from deskterm.office import Office, OfficeError
from deskterm.settings import Settings
from deskterm.words import reasons
from deskterm.words.notice_words import notice_words, way_name

app = group()

LOOK_AGAIN_S = 0.5
_ON_ITS_WAY = ("queued", "sending")
_USERNAME = re.compile(r"@(\w{4,32})\)?$", re.ASCII)
_STATES = {
    "queued": lambda: _("queued"),
    "sending": lambda: _("being sent"),
    "sent": lambda: _("sent"),
    "failed": lambda: _("failed"),
    "dropped": lambda: _("read first"),
}


@app.command("list", help=_("List what you were told of and have not read, the newest first."))
@command
def list_(
    invocation: Invocation,
    all_: Annotated[bool, typer.Option("--all", help=_("With what you have read."))] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help=_("How many at most."))] = 50,
    after: Annotated[str | None, typer.Option("--after", metavar="CURSOR", help=_("The page after this cursor."))] = None,
) -> Answer:
    """Show one's own notices."""

    async def look(office: Office) -> Answer:
        before_id = None if after is None else cursors.read(after, 1)[0]
        rows = await office.notices(unread=not all_, before_id=before_id, limit=limit + 1)
        page = rows[:limit]
        now = office.now()
        cells = [[str(row.id), "" if row.read_at else "*", local(row.at), notice_words(row, now)] for row in page]
        titles = [_("id"), _("new"), _("time"), _("notice")]
        data: Json = [_as_json(row, office) for row in page]
        following = cursors.write(page[-1].id) if len(rows) > limit else None
        return Answer(data, lambda paper: paper.table(titles, cells), next=following)

    return invocation.ask(look)


def _as_json(row: NoticeRow, office: Office) -> Json:
    shown = as_json(row)
    assert isinstance(shown, dict)
    return {**shown, "words": notice_words(row, office.now())}


@app.command("read", help=_("Mark notices as read, by their ids or all."))
@command
def read(
    invocation: Invocation,
    ids: Annotated[list[int] | None, typer.Argument(metavar="[ID]...", help=_("Ids as the list shows them."))] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("All of them."))] = False,
    unread: Annotated[bool, typer.Option("--unread", help=_("Mark them as not read again."))] = False,
) -> Answer:
    """Mark one's own notices as read."""

    async def act(office: Office) -> Answer:
        if bool(ids) is all_:
            raise OfficeError("usage", _("it is not said which notices"), _("Name ids, or all with --all."))
        changed = await office.read_notices(None if all_ else ids, read=not unread)
        words = ngettext("{n} notice marked", "{n} notices marked", changed).format(n=changed)
        return Answer({"changed": changed}, lambda paper: paper.line(words))

    return invocation.ask(act)


@app.command("link", help=_("Get a code that links your own Telegram to a bot of the desk; it is good for ten minutes, once."))
@command
def link(invocation: Invocation) -> Answer:
    """Print a code, and the link that sends it where the bot's name can be asked for."""

    async def act(office: Office) -> str:
        return await office.telegram_code()

    code = invocation.ask(act)
    links = [f"https://t.me/{name}?start={code}" for name in _bots(invocation.settings(secrets=True))]

    def show(paper: Paper) -> None:
        for one in links:
            paper.line(_("open: {link}").format(link=one))
        paper.line(_("or write to the desk's bot, in a chat of your own with it: /start {code}").format(code=code))
        paper.line(_("Good for ten minutes, once. The bot answers there when it is done."))

    return Answer({"code": code, "links": as_json(links)}, show)


def _bots(settings: Settings) -> list[str]:
    """Ask the bots of the desk what they are called; those that do not answer are left out."""
    from deskterm.cli.channel_dialog import try_channel

    names = []
    for channel in settings.channels:
        if channel.kind == "telegram" and channel.enabled:
            first = next(iter(try_channel(channel)), None)
            found = _USERNAME.search(first.detail) if first is not None and first.ok else None
            names += [found[1]] if found else []
    return names


@app.command("unlink", help=_("Send nothing to your Telegram any more."))
@command
def unlink(invocation: Invocation) -> Answer:
    """Forget the linked chat."""

    async def act(office: Office) -> Answer:
        from dataclasses import replace

        settings = await office.notice_settings()
        if settings.telegram:
            await office.set_notice_settings(replace(settings, telegram=""))
        words = _("no Telegram is linked any more") if settings.telegram else _("no Telegram was linked")
        return Answer({"changed": bool(settings.telegram)}, lambda paper: paper.line(words))

    return invocation.ask(act)


@app.command("test", help=_("Send yourself one notice by every way that leads to you, and say what became of it."))
@command
def try_ways(
    invocation: Invocation,
    timeout: Annotated[float, typer.Option("--timeout", min=1, max=3600, help=_("How many seconds to wait at most."))] = 60,
) -> Answer:
    """Send a notice, and wait until it left or could not."""

    async def act(office: Office) -> Answer:
        notice_id = await office.test_notice()
        idle = await nobody_sends(office)
        rows = await (office.notice_deliveries(notice_id) if idle else _settled(office, notice_id, timeout))
        failed = any(row.state == "failed" for row in rows)

        def show(paper: Paper) -> None:
            paper.line(_("console: it is in the list of notices"))
            for row in rows:
                paper.line(": ".join(filter(None, [way_name(row.way), _STATES[row.state](), reasons.shown(row.detail)])))
            if not rows:
                paper.line(_("No other way leads to you: name an address, or link your Telegram."))

        data: Json = {"notice": notice_id, "ways": as_json(rows)}
        return Answer(data, show, notice=idle, status=Exit.UNAVAILABLE if failed else Exit.OK)

    return invocation.ask(act)


async def _settled(office: Office, notice_id: int, timeout_s: float) -> tuple[NoticeDeliveryRow, ...]:
    """Wait until a notice left by all its ways, or could not; returns what became of it by then."""
    rang = asyncio.Event()
    end = office.on_change(rang.set)
    rows: tuple[NoticeDeliveryRow, ...] = ()
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                rang.clear()
                rows = await office.notice_deliveries(notice_id)
                if not any(row.state in _ON_ITS_WAY for row in rows):
                    return rows
                try:
                    await asyncio.wait_for(rang.wait(), LOOK_AGAIN_S)
                except TimeoutError:
                    continue
    except TimeoutError:
        return rows
    finally:
        end()
