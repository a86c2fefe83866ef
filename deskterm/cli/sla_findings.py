"""Whether what is promised can be kept to: are the people, teams and names that it speaks of there, is it in force? What
`deskterm check` and `deskterm sla check` find."""

from __future__ import annotations

from deskterm.config.promises import NOBODY, TOLD
from deskterm.desk.calendar import add
from deskterm.desk.post import CheckResult
from deskterm.desk.query import check as unknown_name
from deskterm.desk.query import folded, sure
from deskterm.desk.sla_book import Book, Deed
from deskterm.i18n import _
from deskterm.office import Office
from deskterm.words.query_words import mistake_words


async def sla_findings(office: Office, book: Book) -> list[CheckResult]:
    """Return a result for each policy and calendar, and whether the desk judges by the book."""
    return [*await _named(office, book), *await _in_force(office, book)]


async def _in_force(office: Office, book: Book) -> list[CheckResult]:
    """Return whether the desk judges by the book; nothing where it does."""
    judged = await office.book()
    if judged == book or not (judged.policies or book.policies):
        return []
    if office.demo:
        return [CheckResult(_("in force"), True, _("a demo keeps to what it was made with, whatever is written here"))]
    if not (await office.status()).polling:
        return [CheckResult(_("in force"), True, _("from the next start of deskterm or deskterm worker"))]
    fix = _("Start deskterm or deskterm worker anew: it judges by the configuration it was started with.")
    return [CheckResult(_("in force"), False, _("the desk judges by what was promised before"), fix)]


async def _named(office: Office, book: Book) -> list[CheckResult]:
    """Return of each policy and calendar whether the people, teams and tags that it names exist."""
    names, logins = await office.names(), {one.login for one in await office.operators()}
    steps = []
    for policy in book.policies:
        mistake = unknown_name(sure(policy.query), names, policy.query)
        people = {step.to for step in policy.steps if step.deed is Deed.ASSIGN and step.to != NOBODY}
        people |= {step.to for step in policy.steps if step.deed is Deed.NOTIFY and step.to not in TOLD}
        missing = sorted(people - logins)
        fix = _("See: {command}").format(command="deskterm operator list") if missing else ""
        said = [_("there is nobody called {login}").format(login=login) for login in missing]
        said += [mistake_words(mistake)] if mistake is not None else []
        steps.append(CheckResult(_("policy {name}").format(name=policy.key), not said, "; ".join(said), fix))
    teams = {folded(team) for team in names.teams}
    for calendar in book.calendars:
        unknown = ", ".join(team for team in calendar.teams if folded(team) not in teams)
        detail = _("there is no team {name}").format(name=unknown) if unknown else ""
        fix = _("See: {command}").format(command="deskterm team list") if unknown else ""
        if not unknown and add(calendar, int(office.now().timestamp() * 1000), 1) is None:
            detail = _("it has no hours ahead: what counts by it never comes due")
            fix = _("Write [calendars.{name}] with its hours: docs/sla.md.").format(name=calendar.key)
        steps.append(CheckResult(_("calendar {name}").format(name=calendar.key), not detail, detail, fix))
    return steps
