"""Who or what wrote a mail: a person, a machine, a mail server, a list, ourselves. Read off its headers only.

RFC 3834 (automatic answers), RFC 3464 (delivery reports), RFC 8098 (read receipts), RFC 2369 (lists), and what Exchange and
others send instead. The order matters: the first rule that holds decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from deskterm.channels.email.addresses import mailboxes, normal_address, one_of
from deskterm.channels.email.headers import Headers, message_ids
from deskterm.channels.email.mime import Mail
from deskterm.desk.model import Origin

LOOP_HEADER = "X-Deskterm-Loop"
"""The field that marks what this desk sent; its value is the address it was sent from."""
_SIGNED = re.compile(r"v1\.[a-z2-7]{20}\.[a-z2-7]{20}@(?P<domain>.+)", re.IGNORECASE)
_POSTMASTER = re.compile(r"(?:mailer-?daemon|postmaster|mail-?delivery)\b")
_BOUNCED = re.compile(
    r"(?:undeliver|mail delivery failed|delivery status notification|failure notice|returned mail|delivery failure|недоставлен|"
    r"mail delivery system|delivery has failed|не удалось доставить|сообщение не доставлено|unzustellbar)",
    re.IGNORECASE,
)
_AUTO_SUBJECT = re.compile(
    r"\s*(?:автоответ|автоматический ответ|вне офиса|я в отпуске|automatic reply|auto:|auto-?reply|out of (?:the )?office|"
    r"нет на рабочем месте|automatische antwort|abwesenheit|réponse automatique|respuesta automática|risposta automatica)",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(r"(?:no|do[-_.]?not|not)[-_.]?reply|mailer-?daemon|bounces?\b|ne-?otvechai")
_SUPPRESS = re.compile(r"all|oof|autoreply")


def classify(mail: Mail, own_addresses: Sequence[str] = (), mail_domain: str = "") -> Origin:
    """Return who wrote a mail. `mail_domain` is the right side of the ids that this desk signs."""
    headers = mail.headers
    sender = sender_address(headers)
    if _is_own_loop(headers, own_addresses, mail_domain):
        return Origin.OWN
    if (report := _report(mail)) is not None:
        return report
    if "x-failed-recipients" in headers or (_is_null_path(headers) and _POSTMASTER.match(sender)):
        return Origin.BOUNCE
    if _POSTMASTER.match(sender) and _BOUNCED.search(headers.text("subject")):
        return Origin.BOUNCE
    if _is_automatic(headers):
        return Origin.AUTO
    if "list-id" in headers or "list-unsubscribe" in headers or _precedence(headers) in ("bulk", "list", "junk"):
        return Origin.LIST
    if _speaks_alone(mail, sender):
        return Origin.AUTO
    return Origin.OWN if one_of(sender, own_addresses) else Origin.HUMAN


def sender_address(headers: Headers) -> str:
    """Return the address in From, normalised; empty when there is none."""
    return next((mailbox.address for mailbox in mailboxes(headers, "from") if mailbox.address), "")


def _is_own_loop(headers: Headers, own_addresses: Sequence[str], mail_domain: str) -> bool:
    if one_of(normal_address(headers.text(LOOP_HEADER.lower())), own_addresses):
        return True
    signed = (_SIGNED.fullmatch(message_id) for message_id in message_ids(headers, "message-id"))
    return bool(mail_domain) and any(found is not None and found["domain"].lower() == mail_domain.lower() for found in signed)


def _report(mail: Mail) -> Origin | None:
    """A report of what did not arrive is a bounce; one of success or of reading is merely automatic."""
    kinds = {part.type_field.value for part in mail.root.parts}
    declared = mail.root.type_field.get("report-type").lower() if mail.root.type_field.value == "multipart/report" else ""
    if declared == "disposition-notification" or "message/disposition-notification" in kinds:
        return Origin.AUTO
    if declared != "delivery-status" and not kinds & {"message/delivery-status", "message/global-delivery-status"}:
        return None
    status = next((part for part in mail.root.parts if part.type_field.value.endswith("delivery-status")), None)
    actions = re.findall(rb"^Action:[ \t]*([a-z]+)", status.content()[:100_000], re.IGNORECASE | re.MULTILINE) if status else []
    arrived = bool(actions) and all(action.lower() in (b"delivered", b"relayed", b"expanded") for action in actions)
    return Origin.AUTO if arrived else Origin.BOUNCE


def _is_null_path(headers: Headers) -> bool:
    return headers.plain("return-path").replace(" ", "") == "<>"


def _precedence(headers: Headers) -> str:
    return headers.plain("precedence")


def _is_automatic(headers: Headers) -> bool:
    submitted = headers.plain("auto-submitted").partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(headers.plain(name) not in ("", "no", "none", "false") for name in ("x-autoreply", "x-autorespond", "x-auto-reply")):
        return True
    if _SUPPRESS.search(headers.plain("x-auto-response-suppress")):
        return True
    if "x-ms-exchange-generated-message-source" in headers or "x-ms-exchange-inbox-rules-loop" in headers:
        return True
    return _precedence(headers) in ("auto_reply", "auto-reply") or _is_null_path(headers)


def _speaks_alone(mail: Mail, sender: str) -> bool:
    """Return whether the mail's subject, sender or kind is one that no person answers by hand."""
    if mail.root.type_field.value == "text/calendar":
        return True
    return bool(_AUTO_SUBJECT.match(mail.headers.text("subject")) or _NO_REPLY.match(sender.partition("@")[0]))
