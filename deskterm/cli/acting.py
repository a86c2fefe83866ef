"""Carrying out a command of the desk from the command line, and waiting for what becomes of a message."""

from __future__ import annotations

import asyncio

from deskterm.cli.wanted import wanted_error
from deskterm.desk.commands import Close, Command, Done, Refused, Reply
from deskterm.desk.model import Delivery
from deskterm.desk.rows import ConversationDetail, DeliveryRow
from deskterm.i18n import _
from deskterm.office import Office, OfficeError
from deskterm.words import wording

LOOK_AGAIN_S = 1.0
"""How long a lost ring of the bell may delay what we wait for."""
_OVERRULED = ("overtaken", "customer_wrote", "unreachable", "reply_to_differs")
"""Refusals that `anyway` overrides."""
_ON_ITS_WAY = (Delivery.QUEUED, Delivery.SENDING)


async def carry_out(office: Office, command: Command) -> Done:
    """Submit a command. A refusal becomes an OfficeError with its code and its sentence."""
    answer = await office.submit(command)
    if isinstance(answer, Refused) and answer.code == "fields_wanted" and isinstance(command, Reply | Close):
        raise await wanted_error(office, command.conversation_id)
    if isinstance(answer, Refused):
        fix = _("Read it again, or send with --anyway.") if answer.code in _OVERRULED else ""
        raise OfficeError(answer.code, wording.refusal_words(answer).rstrip("."), fix)
    return answer


async def conversation_id(office: Office, number: str) -> int:
    """Return the id of the conversation with a number as people write it (1042, #1042). Raises OfficeError."""
    digits = number.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise OfficeError("usage", _("a conversation is named by its number"), _("Write it as 1042."))
    found = await office.by_number(int(digits))
    if found is None:
        raise OfficeError(
            "not_found",
            _("there is no conversation #{number}").format(number=digits),
            _("See: {command}").format(command="deskterm conversation list --view all"),
        )
    return found


async def detail_of(office: Office, number: str) -> ConversationDetail:
    """Return a conversation by its number. Raises OfficeError."""
    detail = await office.conversation(await conversation_id(office, number))
    if detail is None:
        raise OfficeError("not_found", _("there is no conversation #{number}").format(number=number.removeprefix("#")))
    return detail


async def wait_for_receipt(office: Office, message_id: int, timeout_s: float) -> DeliveryRow:
    """Wait until a message went out; returns its delivery.

    Raises OfficeError: "not_sent_yet" after `timeout_s` seconds, "failed", "uncertain" or "cancelled" as it turned out.
    """
    rung = asyncio.Event()
    end = office.on_change(rung.set)
    try:
        async with asyncio.timeout(timeout_s):
            while True:
                rung.clear()
                row = await office.message(message_id)
                delivery = row.delivery if row is not None else None
                if delivery is not None and delivery.state not in _ON_ITS_WAY:
                    break
                try:
                    await asyncio.wait_for(rung.wait(), LOOK_AGAIN_S)
                except TimeoutError:
                    continue
    except TimeoutError:
        words = _("message {id} has not gone out after {seconds} s; it stays queued").format(
            id=message_id, seconds=f"{timeout_s:g}"
        )
        see = _("See: {command}").format(command="deskterm outbox list")
        raise OfficeError("not_sent_yet", words, await nobody_sends(office) or see) from None
    finally:
        end()
    if delivery.state is Delivery.SENT:
        return delivery
    state = " · ".join(filter(None, [wording.delivery_words(delivery.state), delivery.detail]))
    raise OfficeError(
        delivery.state.value,
        _("message {id}: {state}").format(id=message_id, state=state),
        _("See: {command}").format(command="deskterm outbox list"),
    )


async def nobody_sends(office: Office) -> str:
    """Return the notice that nothing sends now, or an empty text where some process does."""
    status = await office.status()
    return "" if status.polling else _("nothing sends now: start deskterm or deskterm worker")
