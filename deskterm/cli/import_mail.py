"""`deskterm import mail`: years of mail out of files into conversations and cards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deskterm.cli.answer import Answer, Json, Paper
from deskterm.cli.groups import group
from deskterm.cli.invocation import Invocation, command
from deskterm.cli.progress import counted
from deskterm.desk.model import Role
from deskterm.i18n import _
from deskterm.office import OfficeError
from deskterm.settings import EmailSettings, Settings
from deskterm.words import reasons

if TYPE_CHECKING:
    from deskterm.background.history import MailHistory, Report

app = group()

SHOWN = 20
"""Most mails that are named on paper for each reason; JSON names more."""


@app.command("mail", help=_("Bring old mail in: .eml, mbox, Maildir, and folders of them. Nobody is answered."))
@command
def mail(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help=_("Files and folders of mail."))],
    invocation: Invocation,
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help=_("The mailbox that the mail belongs to."))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be done."))] = False,
) -> Answer:
    """Import archives; again and again brings nothing twice."""
    settings = invocation.settings()
    mailbox = _mailbox(settings, channel)
    for path in paths:
        if not path.exists():
            raise OfficeError("no_input", _("there is no file {path}").format(path=path), _("Name a mail file or folder."))

    async def bring() -> Report:
        from deskterm import runtime
        from deskterm.background.history import MailHistory
        from deskterm.channels.base import NotNow
        from deskterm.store import people
        from deskterm.store.engine import StoreError

        async with runtime.open_desk(settings) as desk:
            me = (await desk.office(invocation.operator)).me
            if me.role not in (Role.OWNER, Role.SUPERVISOR):
                raise OfficeError("not_supervisor", _("{login} may not import").format(login=me.login), _("Ask a supervisor."))
            channel_id = await people.channel_id(desk.store.reader, mailbox.name)
            importing = MailHistory(desk.store, desk.rules, channel_id, mailbox, settings.desk.mail_domain)
            with counted(shown=not invocation.json) as count:
                try:
                    return await importing.bring(paths, me, count, dry_run=dry_run)
                except asyncio.CancelledError:
                    raise _stopped(importing) from None
                except StoreError as error:
                    raise OfficeError(error.code, error.message, error.fix) from error
                except NotNow as error:
                    raise OfficeError("not_now", str(error), _("Try again later.")) from error

    report = asyncio.run(bring())
    return Answer(_data(report, dry_run=dry_run), _shown(report, dry_run=dry_run))


def _mailbox(settings: Settings, name: str) -> EmailSettings:
    mailboxes = [one for one in settings.channels if isinstance(one, EmailSettings)]
    if not name and len(mailboxes) == 1:
        return mailboxes[0]
    found = next((one for one in mailboxes if one.name == name), None)
    if found is None:
        names = ", ".join(one.name for one in mailboxes)
        what = _("there is no mailbox {name}").format(name=name) if name else _("it is not said which mailbox")
        fix = (
            _("Use one of: {names}").format(names=names)
            if names
            else _("Run: {command}").format(command="deskterm channel add --kind email")
        )
        raise OfficeError("no_channel", what, fix)
    return found


def _stopped(importing: MailHistory) -> OfficeError:
    done, total = importing.report.taken, importing.report.found
    words = _("stopped: {done} of {total} are done and stay so").format(done=done, total=total)
    return OfficeError("interrupted", words, _("Run it again: it goes on where it was."))


def _data(report: Report, *, dry_run: bool) -> Json:
    return {
        "dry_run": dry_run,
        "found": report.found,
        "taken": report.taken,
        "already_here": report.already,
        "held": report.held_count,
        "ignored": dict(report.ignored),
        "no_mail": report.stray_count,
        "conversations": report.conversations,
        "customers": report.customers,
        "ignored_mails": [{"where": where, "reason": reason} for where, reason in report.skipped],
        "held_mails": [{"where": where, "reason": reason} for where, reason in report.held],
        "no_mails": [{"where": where, "reason": reason} for where, reason in report.strays],
    }


def _shown(report: Report, *, dry_run: bool) -> Callable[[Paper], None]:
    def show(paper: Paper) -> None:
        paper.line(_("mails found: {count}").format(count=report.found))
        taken = _("would be taken in: {count}") if dry_run else _("taken in: {count}")
        paper.line(taken.format(count=report.taken))
        paper.line(_("here already: {count}").format(count=report.already))
        if not dry_run:
            paper.line(_("new conversations: {count}").format(count=report.conversations))
            paper.line(_("new customers: {count}").format(count=report.customers))
        for reason, count in report.ignored.most_common():
            words = _("left out, {reason}: {count}").format(reason=reasons.shown(reason), count=count)
            _list(paper, words, count, [one for one in report.skipped if one[1] == reason])
        _list(paper, _("held: {count}"), report.held_count, report.held)
        _list(paper, _("no mail: {count}"), report.stray_count, report.strays)

    return show


def _list(paper: Paper, title: str, count: int, named: list[tuple[str, str]]) -> None:
    if not count:
        return
    paper.line(title.format(count=count))
    told = named[:SHOWN]
    for where, reason in told:
        paper.line(f"  {where}: {reasons.shown(reason)}")
    if count > len(told):
        paper.line(_("  and {count} more").format(count=count - len(told)))
