"""What must be filled in before conversations are closed, said with the command that fills it in."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from deskterm import i18n
from deskterm.cli.answer import Json
from deskterm.desk.card import COMPANY, EMAIL_IDENTITY, NAME, PHONE_IDENTITY
from deskterm.i18n import _
from deskterm.office import Office, OfficeError

MOST_NAMED = 20
"""Most conversations that a person is told of one by one."""


async def wanted_error(office: Office, conversation_id: int) -> OfficeError:
    """Return the error of a conversation that may not be closed yet: which fields are missing, and how they are set."""
    keys = await office.missing_fields(conversation_id)
    number = await _number(office, conversation_id)
    customer_id = await office.customer_of(number)
    message = _("#{number} is closed only when the customer's card says: {fields}").format(
        number=number, fields=_labels(office, keys)
    )
    return OfficeError(
        "fields_wanted", message, _("Run: {command}").format(command=" && ".join(_commands(customer_id or 0, keys)))
    )


def _commands(customer_id: int, keys: Iterable[str]) -> list[str]:
    edits, addresses = [], []
    for key in keys:
        if key in (PHONE_IDENTITY, EMAIL_IDENTITY):
            value = "+79…" if key == PHONE_IDENTITY else "…@…"
            addresses.append(f"deskterm customer identity add {customer_id} {value}")
        elif key in (NAME, COMPANY):
            edits.append(f"--{key} …")
        else:
            edits.append(f"--set {shlex.quote(key)}=…")
    return [*([f"deskterm customer edit {customer_id} {' '.join(edits)}"] if edits else []), *addresses]


async def wanted_lines(office: Office, conversation_ids: Iterable[int]) -> tuple[list[str], list[Json]]:
    """Return of conversations that could not be closed which they are and what is missing: as lines, and as JSON."""
    lines: list[str] = []
    data: list[Json] = []
    for conversation_id in conversation_ids:
        number = await _number(office, conversation_id)
        keys = await office.missing_fields(conversation_id)
        lines.append(f"#{number}: {_labels(office, keys)}")
        data.append({"number": number, "fields": list(keys)})
    if len(lines) > MOST_NAMED:
        lines = [*lines[:MOST_NAMED], _("and {n} more").format(n=len(lines) - MOST_NAMED)]
    return lines, data


def _labels(office: Office, keys: Iterable[str]) -> str:
    return ", ".join(office.card.label(key).shown(i18n.language()) for key in keys)


async def _number(office: Office, conversation_id: int) -> int:
    detail = await office.conversation(conversation_id)
    return 0 if detail is None else detail.row.number
