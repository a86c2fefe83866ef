"""`deskterm status`: the desk in one look, or in one line for a tmux bar or a prompt."""

from __future__ import annotations

from typing import Annotated

import typer

from deskterm.cli.answer import Answer, Paper
from deskterm.cli.as_json import as_json
from deskterm.cli.conversation_shown import gap_words, local
from deskterm.cli.invocation import Invocation, command
from deskterm.desk.post import HealthState
from deskterm.desk.rows import ChannelRow, DeskStatus, View
from deskterm.i18n import _
from deskterm.office import Office
from deskterm.words.reasons import shown
from deskterm.words.wording import health_words


@command
def status(
    invocation: Invocation,
    line: Annotated[bool, typer.Option("--line", help=_("One line, for a tmux bar or a prompt."))] = False,
) -> Answer:
    """Show counts, channels with their ledgers, and who polls."""

    async def look(office: Office) -> Answer:
        found = await office.status()
        return Answer(
            as_json(found), (lambda paper: paper.line(one_line(found))) if line else (lambda paper: _show(paper, found))
        )

    return invocation.ask(look, acting=False)


def one_line(found: DeskStatus) -> str:
    """Return the desk in one line: what waits, what went wrong, how the channels are. What is zero is left out."""
    counts = found.counts
    parts = [_("inbox {count}").format(count=counts.views.get(View.INBOX, 0))]
    late = counts.views.get(View.LATE, 0)
    parts += [_("{count} late").format(count=late)] if late else []
    parts += [_("{count} failed").format(count=counts.failed)] if counts.failed else []
    parts += [_("{count} uncertain").format(count=counts.uncertain)] if counts.uncertain else []
    parts += [_("{count} held").format(count=counts.held)] if counts.held else []
    parts += [f"{channel.name} {_state(channel)}" for channel in found.channels if channel.enabled]
    if not found.polling:
        parts.append(_("nobody polls"))
    return " · ".join(parts)


def _state(channel: ChannelRow) -> str:
    if channel.state is not HealthState.OK:
        return health_words(channel.state)
    if channel.server_count is None or channel.ours_count is None:
        return "ok"
    return f"{channel.ours_count}/{channel.server_count}"


def _show(paper: Paper, found: DeskStatus) -> None:
    paper.table([_("view"), _("conversations")], [[view.value, str(count)] for view, count in found.counts.views.items()])
    counts = found.counts
    paper.line(
        _("outbox: {queued} waiting, {failed} failed, {uncertain} uncertain; quarantine: {held}").format(
            queued=counts.queued, failed=counts.failed, uncertain=counts.uncertain, held=counts.held
        )
    )
    titles = [_("channel"), _("kind"), _("address"), _("state"), _("ledger"), _("last heard"), _("detail")]
    paper.table(titles, [_channel(channel) for channel in found.channels])
    for channel in found.channels:
        if channel.fix:
            paper.line(f"{channel.name}: {shown(channel.fix)}")
        if channel.gap:
            gap = gap_words(channel.gap, channel.gap_at)
            paper.line(_("{name}: messages may be missing: {gap}").format(name=channel.name, gap=gap))
            paper.line(_("Taken note? {command}").format(command=f"deskterm channel seen {channel.name}"))
    paper.line(_("polling: {who}").format(who=shown(found.polling) or _("nobody; start deskterm or deskterm worker")))
    paper.line(
        _("store: {path}, SQLite {version}, journal_mode={mode}").format(
            path=found.store_path, version=found.sqlite, mode=found.journal_mode
        )
    )


def _channel(channel: ChannelRow) -> list[str]:
    state = health_words(channel.state) if channel.enabled else _("off")
    ledger = "" if channel.server_count is None else f"{channel.ours_count or 0}/{channel.server_count}"
    return [channel.name, channel.kind, channel.address, state, ledger, local(channel.last_ok_at), shown(channel.detail)]
