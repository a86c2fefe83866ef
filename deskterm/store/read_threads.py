"""The thread: messages of a conversation in order, with what stands beside each; and all that surrounds the conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from deskterm.desk.answering import Answered, Recipients, recipients
from deskterm.desk.greeting import first_name
from deskterm.desk.model import Delivery, Kind, Origin
from deskterm.desk.post import Address, Capabilities
from deskterm.desk.recognise import MOST_IN_COPY
from deskterm.desk.rows import (
    GONE_ADDRESS,
    AttachmentRow,
    ConversationDetail,
    DeliveryRow,
    IdentityRow,
    MessagePage,
    MessageRow,
    ReplyRoute,
)
from deskterm.store import answering, read_lists, read_related
from deskterm.store.files import RISKY
from deskterm.store.reader import Look
from deskterm.store.times import from_ms

CUT = 20_000
"""Longest text (code points) that a page of a thread carries of one message; `Office.message` gives the whole."""

_COLUMNS = (
    "m.id, m.conversation_id, m.kind, m.origin, ch.name, ch.kind, m.author_operator_id, o.name, i.name, i.value, m.at,"
    f" substr(m.text, 1, {CUT + 1}), m.subject, m.quoted_from, m.placeholder, m.quote, m.forwarded_from, m.notes, m.version,"
    " m.inbound_id, m.delivery, m.delivery_detail, m.sent_at,"
    " (SELECT min(x.not_before) FROM outbox x WHERE x.message_id = m.id AND x.state IN ('queued', 'uncertain')),"
    " (SELECT max(x.attempt) FROM outbox x WHERE x.message_id = m.id),"
    " (SELECT count(*) FROM outbox x WHERE x.message_id = m.id), m.duration_s, m.outcome,"
    " CASE WHEN m.kind = 'incoming' AND m.outcome <> '' AND i.customer_id IS NOT NULL"
    " THEN (SELECT cu.name FROM customer cu WHERE cu.id = i.customer_id)"
    " WHEN m.kind = 'incoming' AND i.id IS NULL AND (m.outcome <> '' OR m.reply_to <> '')"
    " THEN (SELECT c.title FROM conversation c WHERE c.id = m.conversation_id) END, ch.address,"
    " CASE WHEN m.kind = 'incoming' AND m.recipients <> '' THEN json_array_length(m.recipients, '$.cc') ELSE 0 END"
)
_JOINS = (
    "JOIN channel ch ON ch.id = m.channel_id LEFT JOIN operator o ON o.id = m.author_operator_id"
    " LEFT JOIN identity i ON i.id = m.author_identity_id"
)


def _delivery(raw: Any) -> DeliveryRow | None:
    state, detail, sent_at, not_before, attempt, parts = raw
    if state is None:
        return None
    return DeliveryRow(Delivery(state), detail, from_ms(not_before), attempt or 0, parts or 1, from_ms(sent_at))


def _row(raw: Any, attachments: tuple[AttachmentRow, ...], *, whole: str | None = None) -> MessageRow:
    text: str = raw[11]
    cut = whole is None and len(text) > CUT
    return MessageRow(
        id=raw[0],
        conversation_id=raw[1],
        kind=Kind(raw[2]),
        origin=Origin(raw[3]),
        channel=raw[4],
        channel_kind=raw[5],
        author=_author(raw),
        author_operator_id=raw[6],
        sender=_address(raw),
        at=from_ms(raw[10]),
        text=whole if whole is not None else text[:CUT],
        subject=raw[12],
        quoted_from=raw[13],
        cut=cut,
        placeholder=raw[14],
        quote=raw[15],
        forwarded_from=raw[16],
        notes=tuple(json.loads(raw[17])),
        versions=raw[18],
        inbound_id=raw[19],
        delivery=_delivery(raw[20:26]),
        attachments=attachments,
        duration_s=raw[26],
        outcome=raw[27],
        in_copy=raw[30] if raw[30] > MOST_IN_COPY else 0,
    )


def _author(raw: Any) -> str:
    """Return who said it. What came in is the customer's, also where an operator wrote it down; who has no address that is
    known is called as the conversation is; of a contact logged by hand it is the card that says the name. What we once sent
    and nobody here wrote, as imported mail, is our address's."""
    ours, name, title = raw[7], raw[8], raw[28]
    theirs = (title if raw[27] else "") or name or _address(raw) or title
    if raw[2] == Kind.OUTGOING.value:
        return ours or theirs or raw[29]
    return (theirs or ours or "") if raw[2] == Kind.INCOMING.value else (ours or theirs or "")


def _address(raw: Any) -> str:
    """Return the author's address; nothing is left of one that was erased."""
    return "" if raw[9] is None or raw[9].startswith(GONE_ADDRESS) else raw[9]


async def page(look: Look, conversation_id: int, *, before_id: int | None, after_id: int | None, limit: int) -> MessagePage:
    """Read a page of a thread; see `Office.messages`."""
    if after_id is not None:
        rows = await _stretch(look, conversation_id, "> ?", after_id, "ASC", limit + 1)
        more_after, rows = len(rows) > limit, rows[:limit]
        return await _with_files(look, rows, more_before=True, more_after=more_after)
    newest = before_id if before_id is not None else 2**62
    rows = await _stretch(look, conversation_id, "< ?", newest, "DESC", limit + 1)
    more_before, rows = len(rows) > limit, rows[:limit]
    return await _with_files(look, rows[::-1], more_before=more_before, more_after=before_id is not None)


async def _stretch(look: Look, conversation_id: int, compare: str, bound: int, order: str, limit: int) -> list[Any]:
    return await look.all(
        f"SELECT {_COLUMNS} FROM message m {_JOINS} WHERE m.conversation_id = ? AND m.id {compare}"
        f" ORDER BY m.id {order} LIMIT ?",
        (conversation_id, bound, limit),
    )


async def _with_files(look: Look, rows: list[Any], *, more_before: bool, more_after: bool) -> MessagePage:
    files: dict[int, list[AttachmentRow]] = {}
    if rows:
        for message_id, attachment in await _attachments(look, rows[0][0], rows[-1][0]):
            files.setdefault(message_id, []).append(attachment)
    made = tuple(_row(raw, tuple(files.get(raw[0], ()))) for raw in rows)
    return MessagePage(made, more_before, more_after)


async def _attachments(look: Look, first_id: int, last_id: int) -> list[tuple[int, AttachmentRow]]:
    rows = await look.all(
        "SELECT message_id, id, name, media_type, size, state, reason, inline FROM attachment"
        " WHERE message_id BETWEEN ? AND ? AND message_id IS NOT NULL ORDER BY message_id, position, id",
        (first_id, last_id),
    )
    return [(r[0], AttachmentRow(r[1], r[2], r[3], r[4], r[5], r[6], bool(r[7]), bool(RISKY.search(r[2])))) for r in rows]


async def message(look: Look, message_id: int) -> MessageRow | None:
    """Read one message with its whole text."""
    raw = await look.one(f"SELECT {_COLUMNS} FROM message m {_JOINS} WHERE m.id = ?", (message_id,))
    if raw is None:
        return None
    (text,) = await look.one("SELECT text FROM message WHERE id = ?", (message_id,))
    attachments = tuple(attachment for _, attachment in await _attachments(look, message_id, message_id))
    return _row(raw, attachments, whole=text)


async def detail(
    look: Look, conversation_id: int, me: int, capabilities: Mapping[str, Capabilities]
) -> ConversationDetail | None:
    """Read a conversation with what stands around it; a merged one gives the one it went into."""
    row = await look.one(
        "SELECT t.id, t.customer_id, t.opened_at, t.closed_at, t.merged_into_id, t.last_message_id, c.name, c.language"
        " FROM conversation t LEFT JOIN customer c ON c.id = t.customer_id WHERE t.id = ?",
        (conversation_id,),
    )
    if row is None:
        return None
    if row[4] is not None:
        return await detail(look, row[4], me, capabilities)
    shown = await read_lists.by_id(look, row[0], me)
    if shown is None:
        return None
    last = answering.answered(await look.one(answering.ANSWERED, {"conversation": row[0], "via": None}))
    going = await _recipients(look, row[0], last)
    around = await read_related.around(look, row[0])
    carried = capabilities[shown.channel_kind if last is None else last.channel_kind]
    return ConversationDetail(
        row=shown,
        customer_id=row[1],
        identities=await _identities(look, row[1]),
        reply_to=_shown(going.to),
        cc=_shown(going.cc),
        reply_warning=going.elsewhere,
        can_attach=carried.files,
        max_units=carried.max_units,
        opened_at=from_ms(row[2]),
        closed_at=from_ms(row[3]),
        previous_number=around.previous_number,
        next_number=around.next_number,
        before_number=around.before_number,
        after_number=around.after_number,
        maybe_related_number=around.related_number,
        unreachable=last is not None and last.unreachable,
        last_message_id=row[5],
        related_why=around.related_why,
        merged=around.merged,
        merged_at=around.merged_at,
        split_from_number=around.split_from_number,
        routes=await _routes(look, row[0], last) if around.is_of_several else (),
        greeting=first_name(row[6] or (going.to[0].name if going.to else "")),
        language=row[7] or "",
    )


_WAYS = (
    "SELECT max(id) FROM message WHERE conversation_id = ? AND kind = 'incoming' AND origin IN ('human', 'own')"
    " GROUP BY channel_id, thread_key, CASE thread_key WHEN '' THEN author_identity_id END ORDER BY 1 DESC LIMIT 9"
)


async def _routes(look: Look, conversation_id: int, usual: Answered | None) -> tuple[ReplyRoute, ...]:
    """Return the ways that an answer can go, the usual one first. Only what was merged or split has several: looking through a
    thread costs its length."""
    ids = [row[0] for row in await look.all(_WAYS, (conversation_id,))]
    if usual is not None and usual.message_id not in ids:
        ids.insert(0, usual.message_id)
    routes = []
    for message_id in ids:
        way = answering.answered(await look.one(answering.ANSWERED, {"conversation": conversation_id, "via": message_id}))
        if way is not None and way.enabled:
            channel, kind, at = await look.one(
                "SELECT ch.name, ch.kind, m.at FROM message m JOIN channel ch ON ch.id = m.channel_id WHERE m.id = ?",
                (message_id,),
            )
            going = await _recipients(look, conversation_id, way)
            routes.append(ReplyRoute(message_id, channel, kind, _shown(going.to), from_ms(at)))
    usual_id = None if usual is None else usual.message_id
    routes.sort(key=lambda route: route.message_id != usual_id)
    return tuple(routes) if len(routes) > 1 else ()


async def _recipients(look: Look, conversation_id: int, last: Answered | None) -> Recipients:
    if last is None:
        return Recipients((), ())
    people = await look.all(answering.TAKING_PART, {"conversation": conversation_id, "author": last.author_id})
    return recipients(last, answering.taking_part(people))


def _shown(addresses: tuple[Address, ...]) -> tuple[IdentityRow, ...]:
    return tuple(IdentityRow(address.kind.value, address.value, address.name) for address in addresses)


async def _identities(look: Look, customer_id: int | None) -> tuple[IdentityRow, ...]:
    if customer_id is None:
        return ()
    rows = await look.all("SELECT kind, value, name FROM identity WHERE customer_id = ? ORDER BY id", (customer_id,))
    return tuple(IdentityRow(*row) for row in rows)
