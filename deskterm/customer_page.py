"""What there is of a customer as a page that anybody can read: plain HTML, nothing in it is fetched or run.

Everything from outside is escaped; the page's own policy forbids whatever an oversight would let through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from deskterm import i18n
from deskterm.i18n import N_

Data = Mapping[str, Any]
"""An object of `customer.json`; see docs/privacy.md for its shape."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.2em .6em;text-align:left;vertical-align:top}"
    "article{border-top:1px solid #999;margin-top:1em}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}"
)
_ADDRESSES = {"phone": N_("telephone"), "email": N_("e-mail"), "telegram": N_("Telegram")}
_PROOFS = {
    "verified": N_("verified"),
    "written": N_("has written"),
    "entered": N_("entered by hand"),
    "claimed": N_("only claimed"),
}
_STATUSES = {"open": N_("open"), "snoozed": N_("snoozed"), "closed": N_("closed")}
_KINDS = {"incoming": N_("from the customer"), "outgoing": N_("from us"), "note": N_("internal note")}


def page(data: Data, language: str) -> str:
    """Return the page of an export, in a language of `i18n.LANGUAGES`."""
    _ = i18n.in_language(language)
    card = data["customer"]
    title = escape(card["name"] or _("customer {id}").format(id=card["id"]))
    parts = [
        "<!doctype html>",
        f'<html lang="{language}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
        f"<p>{escape(_('All that is kept of this customer, as of {at}.').format(at=_time(data['exported_at'])))}</p>",
        *_card(data, _),
        *_tasks(data, _),
        *_noted(data, _),
        *(part for one in data["conversations"] for part in _conversation(one, _)),
    ]
    if data["elsewhere"]:
        parts += [f"<h2>{escape(_('Written in groups and in conversations of others'))}</h2>"]
        parts += [part for one in data["elsewhere"] for part in _message(one, _)]
    return "\n".join([*parts, "</body></html>", ""])


def _said(words: Mapping[str, str], code: str, _: Callable[[str], str]) -> str:
    """Return the word for a code of `customer.json`."""
    return _(words[code]) if code in words else code


def _first(data: Data) -> str:
    """Return when the first message was written, "" where there is none: old mail was here before the card was."""
    times = [message["at"] for one in data["conversations"] for message in one["messages"]]
    return min([*times, *(message["at"] for message in data["elsewhere"])], default="")


def _card(data: Data, _: Callable[[str], str]) -> Iterable[str]:
    card = data["customer"]
    rows = [(_("name"), card["name"]), (_("language"), card["language"]), (_("company"), card["company"])]
    rows += list(card["fields"].items())
    rows += [(_("tags"), ", ".join(card["tags"])), (_("first contact"), _time(_first(data) or card["created_at"]))]
    yield _table((), [row for row in rows if row[1]])
    yield _section(_("Addresses"), (_("kind"), _("address"), _("name"), _("how it is known")), (
        (_said(_ADDRESSES, one["kind"], _), one["value"], one["name"] or one["label"], _said(_PROOFS, one["proof"], _))
        for one in card["addresses"]
    ))  # fmt: skip
    yield _section(_("Said to be theirs"), (_("kind"), _("address"), _("how it is known")), (
        (_said(_ADDRESSES, one["kind"], _), one["value"], one["evidence"]) for one in card["claims"]
    ))  # fmt: skip
    yield _section(_("Notes on the card"), (_("when"), _("who"), _("text")), (
        (_time(one["at"]), one["author"], one["text"]) for one in card["notes"]
    ))  # fmt: skip
    yield _section(_("Records"), (_("kind"), _("number"), _("when"), _("what it says")), (
        (one["kind"], one["number"], _time(one["at"]), "; ".join(f"{key}: {value}" for key, value in one["values"].items()))
        for one in card["records"]
    ))  # fmt: skip


_TASK_STATUSES = {
    "open": N_("to do"),
    "started": N_("in progress"),
    "done": N_("done"),
    "cancelled": N_("cancelled"),
}


def _tasks(data: Data, _: Callable[[str], str]) -> Iterable[str]:
    yield _section(_("Tasks"), (_("number"), _("what is to be done"), _("until"), _("status"), _("whose it is")), (
        (f"T{one['number']}", _task_text(one), _time(one["due_at"]) if one["due_at"] else "",
         _said(_TASK_STATUSES, one["status"], _), one["assignee"])
        for one in data["tasks"]
    ))  # fmt: skip


_PROMISE_STATES = {"open": N_("to be kept"), "overdue": N_("overdue"), "kept": N_("kept"), "dropped": N_("dropped")}
_REMINDER_STATES = {"set": N_("set"), "due": N_("due"), "done": N_("done"), "cancelled": N_("cancelled")}


def _noted(data: Data, _: Callable[[str], str]) -> Iterable[str]:
    for title, key, states in (
        (_("Promises"), "promises", _PROMISE_STATES),
        (_("Reminders"), "reminders", _REMINDER_STATES),
    ):
        head = (_("until"), _("words"), _("status"), _("operator"))
        rows = ((_time(one["due_at"]), one["words"], _said(states, one["state"], _), one["operator"]) for one in data[key])
        yield _section(title, head, rows)


def _task_text(one: Data) -> str:
    points = (f"[{'x' if point['done'] else ' '}] {point['text']}" for point in one["checklist"])
    return " · ".join(filter(None, (one["title"], one["description"], *points)))


def _section(title: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [tuple(row) for row in rows]
    return f"<h2>{escape(title)}</h2>\n{_table(head, cells)}" if cells else ""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = [f"<tr>{heads}</tr>"] if heads else []
    lines += ["<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


def _conversation(one: Data, _: Callable[[str], str]) -> Iterable[str]:
    title = " ".join(filter(None, [f"#{one['number']}", one["subject"]]))
    yield f"<h2>{escape(title)}</h2>"
    about = [one["channel"], _said(_STATUSES, one["status"], _), _time(one["opened_at"]), *one["tags"]]
    yield f"<p>{escape(' · '.join(filter(None, about)))}</p>"
    for message in one["messages"]:
        yield from _message(message, _)


def _message(one: Data, _: Callable[[str], str]) -> Iterable[str]:
    kind = _said(_KINDS, one["kind"], _)
    yield f"<article><p><b>{escape(' · '.join(filter(None, [_time(one['at']), kind, one['author'], one['channel']])))}</b></p>"
    people = [address["value"] for address in (*one["to"], *one["cc"])]
    if people:
        yield f"<p>{escape(_('to: {people}').format(people=', '.join(people)))}</p>"
    if one["subject"]:
        yield f"<p>{escape(one['subject'])}</p>"
    if one["quote"]:
        yield f"<blockquote><pre>{escape(one['quote'])}</pre></blockquote>"
    yield f"<pre>{escape(one['text'] or one['placeholder'])}</pre>"
    for version in one["versions"]:
        yield f"<p>{escape(_('before it was edited ({at}):').format(at=_time(version['at'])))}</p>"
        yield f"<pre>{escape(version['text'])}</pre>"
    for file in one["files"]:
        name = escape(file["name"])
        yield (
            f'<p><a href="{quote(file["path"])}">{name}</a></p>' if file["path"] else f"<p>{name} ({escape(file['state'])})</p>"
        )
    yield "</article>"


def _time(text: str) -> str:
    """Return an RFC 3339 time as a person reads it, in the desk's own zone, which is named."""
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M %Z")
