"""What came of an act, in a sentence: for the foot of the screen after a key, and for the shell."""

from __future__ import annotations

from collections.abc import Iterable

from deskterm.desk import commands as do
from deskterm.desk.commands import ConversationAct, Done
from deskterm.desk.model import Status
from deskterm.desk.query import folded
from deskterm.desk.rows import ConversationRow
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, ngettext
from deskterm.words.wording import count_words, day_and_time, priority_words, reason_words, status_words

_SAID: dict[type, str] = {
    do.Take: N_("#{number} is yours."),
    do.Assign: N_("#{number} is passed on."),
    do.SetTeam: N_("#{number} is in the queue of {team}."),
    do.Close: N_("#{number} is closed."),
    do.Reopen: N_("#{number} is open again."),
    do.NoReplyNeeded: N_("#{number} needs no reply."),
    do.SetTags: N_("#{number} is tagged {tags}."),
    do.SetPriority: N_("#{number} is {priority} now."),
    do.Snooze: N_("#{number} comes back {until}."),
    do.MarkSpam: N_("#{number} is put away as spam."),
    do.MarkRead: N_("#{number} is marked as read."),
    do.MarkUnread: N_("#{number} is marked as unread."),
}
"""What is said of one conversation."""

_UNITED: dict[str, str] = {
    "addcustomer": N_("a new card"),
    "editcustomer": N_("a change of a card"),
    "addidentity": N_("an address of a card"),
    "removeidentity": N_("an address of a card"),
    "shareidentity": N_("whether an address is shared"),
    "writecustomernote": N_("a note on a card"),
    "mergecustomers": N_("one card made of two"),
    "partcustomer": N_("two cards made of one"),
    "dismissduplicate": N_("that two customers are two"),
    "editcompany": N_("a change of a company"),
    "mergeconversations": N_("one conversation made of several"),
    "partconversation": N_("a conversation parted again"),
    "splitconversation": N_("messages split off"),
    "dismissrelated": N_("that it is a matter of its own"),
    "noterelated": N_("that it may belong to another"),
    "logcontact": N_("a call or visit"),
    "addtask": N_("a new task"),
    "droptask": N_("that a task was a mistake"),
    "remind": N_("a reminder"),
    "movereminder": N_("the time of a reminder"),
    "settlereminder": N_("that a reminder is dealt with"),
    "settlepromise": N_("what became of a promise"),
}
"""What was taken back or done again where it is no act on conversations."""


def act_words(act: ConversationAct, number: int, *, team: str = "") -> str:
    """Say what was done to one conversation; `team` is the name of the one that it was given to, where that is known."""
    words = _SAID[type(act)]
    if isinstance(act, do.MarkSpam) and not act.spam:
        words = N_("#{number} is no spam.")
    elif isinstance(act, do.MarkSpam) and act.block:
        words = N_("#{number} is put away as spam, and its sender is blocked.")
    elif isinstance(act, do.SetTags) and not act.add:
        words = N_("#{number} is tagged {gone} no more.")
    elif isinstance(act, do.SetTags) and act.remove:
        words = N_("#{number} is tagged {tags}, and {gone} no more.")
    elif isinstance(act, do.SetTeam) and act.team_id is None:
        words = N_("#{number} is in no team's queue.")
    elif isinstance(act, do.SetTeam) and not team:
        words = N_("#{number} is in another queue.")
    elif isinstance(act, do.Snooze) and act.until is None:
        words = N_("#{number} comes back when the customer writes.")
    values: dict[str, object] = {"number": number, "team": clean_line(team, 60)}
    if isinstance(act, do.SetTags):
        values |= {"tags": _listed(act.add), "gone": _listed(act.remove)}
    if isinstance(act, do.SetPriority):
        values["priority"] = priority_words(act.priority)
    if isinstance(act, do.Snooze) and act.until is not None:
        values["until"] = day_and_time(act.until)
    return _(words).format(**values)


def _listed(tags: Iterable[str]) -> str:
    return ", ".join(clean_line(tag, 60) for tag in tags)


def new_tag_words(act: ConversationAct, known: Iterable[str]) -> str:
    """Say which tags of an act did not exist before it: "new tag «refund»"; "" where all did."""
    before = {folded(name) for name in known}
    new = [f"«{clean_line(name, 60)}»" for name in act.add if folded(name) not in before] if isinstance(act, do.SetTags) else []
    return ngettext("new tag {names}", "new tags {names}", len(new)).format(names=", ".join(new)) if new else ""


def many_words(done: Done, asked: int) -> str:
    """Say what was done to many, and what was not and why: "Done: 12 conversations · refused: 3 (…)"."""
    words = ngettext("Done: {n} conversation", "Done: {n} conversations", done.count).format(n=count_words(done.count))
    if done.refused:
        return f"{words} · {refused_words(done)}"
    rest = asked - done.count
    return words + " · " + _("{n} were so already").format(n=count_words(rest)) if rest > 0 else words


def stopped_words(done: int, total: int, key: str) -> str:
    """Say that a long act was stopped, and by which key it is taken back ("": by none)."""
    words = _("Stopped: {done} of {total} are done").format(done=count_words(done), total=count_words(total))
    return words + " · " + _("{key} takes them back").format(key=key) if key else words


def undone_words(done: Done, row: ConversationRow | None, *, again: bool) -> str:
    """Say what was taken back, or done `again`, and how the conversation is now where it was one."""
    before = _("Done again") if again else _("Taken back")
    kind = done.undone[0].replace("_", "").lower() if done.undone is not None else ""
    if kind == "changetask":
        tasks = ngettext("a change of a task", "a change of {n} tasks", done.count).format(n=count_words(done.count))
        return f"{before}: {tasks}" + (f" · {refused_words(done)}" if done.refused else "")
    what = _UNITED.get(kind, "")
    if what:
        return f"{before}: {_(what)}" + (f" · #{row.number} {clean_line(row.customer, 40)}" if row is not None else "")
    if row is not None and done.undone is not None:
        return f"{before}: {_state(done.undone[0], row)}"
    words = ngettext("{n} conversation", "{n} conversations", done.count).format(n=count_words(done.count))
    return f"{before}: {words}" + (f" · {refused_words(done)}" if done.refused else "")


def refused_words(done: Done) -> str:
    """Say how often and why parts of a command about many were refused."""
    total = sum(count for _code, count in done.refused)
    why = [f"{count_words(count)} {reason_words(code)}" for code, count in done.refused]
    return _("refused: {count} ({reasons})").format(count=count_words(total), reasons="; ".join(why))


def _state(kind: str, row: ConversationRow) -> str:
    """Say how that of a conversation is which the kind of command changes."""
    about = f"#{row.number} {clean_line(row.customer, 40)}"
    kind = kind.replace("_", "").lower()
    if kind in ("take", "assign"):
        name = clean_line(row.assignee)
        return _("{about} is {name}'s").format(about=about, name=name) if name else _("{about} is nobody's").format(about=about)
    if kind == "settags":
        tags = ", ".join(clean_line(tag) for tag in row.tags)
        return _("{about}: {tags}").format(about=about, tags=tags) if tags else _("{about} has no tags").format(about=about)
    if kind == "setpriority":
        return _("{about} is {priority}").format(about=about, priority=priority_words(row.priority))
    if kind == "markspam":
        return _("{about} is spam").format(about=about) if row.spam else _("{about} is no spam").format(about=about)
    if kind == "setteam":
        team = clean_line(row.team)
        return (
            _("{about} is in {team}").format(about=about, team=team) if team else _("{about} is in no team").format(about=about)
        )
    if kind in ("close", "reopen", "snooze"):
        is_open = row.status is Status.OPEN
        return (_("{about} is open again") if is_open else _("{about} is {status}")).format(
            about=about, status=status_words(row.status)
        )
    return _("{about} is as it was").format(about=about)
