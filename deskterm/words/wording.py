"""Codes in people's words: why a command was refused, what became of a message, how a channel is. For console and command line.

Every table maps a code to a message marked for translation; the functions translate it where it is shown. A code that no table
knows (from a newer store, or a channel's own) is shown as it is, cleaned, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from deskterm.desk.commands import Refused
from deskterm.desk.model import Delivery, Held, Origin, Priority, Role, Status
from deskterm.desk.post import HealthState
from deskterm.desk.text import clean_line
from deskterm.i18n import N_, _, ngettext
from deskterm.words.wording_time import REFUSALS_OF_TIME

REFUSALS: dict[str, str] = {
    "overtaken": N_("{name} answered {ago} ago. Nothing was sent."),
    "customer_wrote": N_("The customer wrote again {ago} ago. Nothing was sent."),
    "not_found": N_("It is not there any more."),
    "viewer": N_("You may look, but not change anything."),
    "empty": N_("There is nothing to send."),
    "too_long": N_("The text is too long: {length} characters of {limit}."),
    "no_address": N_("There is no address to answer to."),
    "own_address": N_("{address} is an address of our own."),
    "blocked": N_("What {address} writes is blocked as spam: an answer would not come in."),
    "already_open": N_("There is a conversation with them already: #{number}. Write there."),
    "unreachable": N_("The customer has blocked us on this channel."),
    "reply_to_differs": N_("The answer would go to {address}, not to the address that the customer writes from."),
    "channel_disabled": N_("The channel is switched off."),
    "by_hand": N_("Contacts are only logged there: nothing can be sent. Write on another channel."),
    "not_by_hand": N_("What comes in there is not logged by hand. Choose the telephone or a visit."),
    "bad_outcome": N_("A contact ends as one of: solved, open, call_back, no_answer."),
    "bad_duration": N_("A contact lasts a day at most."),
    "empty_contact": N_("What was said?"),
    "files_not_supported": N_("This channel carries no files."),
    "file_gone": N_("An attached file is not there any more. Attach it again."),
    "file_too_large": N_("An attached file is larger than the {size} that this channel carries."),
    "unknown_operator": N_("There is no such operator."),
    "nobody_waits": N_("Nobody waits for an answer here."),
    "not_failed": N_("This message has not failed."),
    "not_uncertain": N_("There is no doubt about this message."),
    "not_yours": N_("Only {name} may take this back."),
    "gone_out": N_("Too late: the message has gone out."),
    "unknown_team": N_("There is no such team."),
    "bad_tag": N_("A tag cannot be called “{name}”: at most 40 characters, no commas, quotes, colons or brackets."),
    "too_many_tags": N_("A conversation can have {n} tags at most."),
    "tags_wanted": N_("Say first what it was about: conversations of this channel are closed with a tag."),
    "closed": N_("The conversation is closed."),
    "group_not_blocked": N_("The members of a group are not blocked; put away as spam it can be."),
    "nothing_to_undo": N_("There is nothing to undo."),
    "nothing_to_redo": N_("There is nothing to do again."),
    "changed_since": N_("Changed since then by {name}. Nothing was changed; once more goes to what was before it."),
    "card_changed": N_("{name} has changed the same since you saw the card. Nothing was changed: look at it again first."),
    "name_wanted": N_("A name is wanted."),
    "bad_address": N_("“{address}” is no address that a customer can have here."),
    "two_customers": N_("The addresses are two customers'. Merge their cards if they are one person's."),
    "identity_taken": N_("{address} is {name}'s already. Merge the two cards if they are one person's."),
    "identity_used": N_("{address} was written from or to: it stays with what was said. Part or merge cards instead."),
    "same_customer": N_("Both are the same customer already."),
    "not_merged": N_("This card stands by itself: there is nothing to part."),
    "erased": N_("This customer was erased."),
    "empty_note": N_("The note is empty."),
    "unknown_field": N_("No card has a field “{name}”."),
    "company_exists": N_("There is a company {name} already."),
    "bad_number": N_("“{value}” is no number: write it as 1234.5 or 1234,5."),
    "bad_date": N_("Write the date as 31.12.2026."),
    "no_such_day": N_("There is no such day."),
    "unclear_date": N_("Which is the month? Write it as 31.12.2026."),
    "bad_choice": N_("“{value}” is none of these: {choices}."),
    "unclear_choice": N_("“{value}” may be one of several: {choices}."),
    "bad_phone": N_("“{value}” is no telephone number that can be called from everywhere: write it with the country's code."),
    "bad_link": N_("“{value}” is no address of a web page: write it as https://example.org."),
    "bad_yes_no": N_("“{value}” is neither yes nor no."),
    "bad_email": N_("“{value}” is no e-mail address: write it as olga@example.org."),
    "id_wanted": N_("The row has no number in its column id."),
    "unknown_column": N_("The configuration knows no column “{name}” of these records."),
    "fields_wanted": N_("Fill in the customer's card first: {fields}."),
    "same_conversation": N_("#{number} is that conversation already."),
    "already_merged": N_("#{number} was merged into another conversation already."),
    "other_customer": N_("#{number} is another customer's. Merge the two cards first, if they are one person's."),
    "spam_differs": N_("One of them is spam. Say first what #{number} is."),
    "stands_alone": N_("#{number} stands by itself: there is nothing to part."),
    "merged_further": N_("It went into #{number}, which was merged itself. Part #{number} first."),
    "nothing_left": N_("No message of #{number} is left to part."),
    "nothing_chosen": N_("No message is chosen."),
    "all_chosen": N_("At least one message must stay."),
    "not_its_message": N_("That message is not of this conversation."),
    **REFUSALS_OF_TIME,
}
"""Every code of `desk.decide` and of undoing, with the names that its words take."""

IN_BRACKETS: dict[str, str] = {
    "changed_since": N_("changed since then"),
    "too_many_tags": N_("they would have too many tags"),
    "fields_wanted": N_("the card lacks what must be filled in"),
}
"""Refusals of some of many, where `REFUSALS` says more than holds for them all."""

CHANGED_BY: dict[str, str] = {
    "customer": N_("the customer"),
    "clock": N_("the clock"),
    "channel": N_("the channel"),
    "desk": N_("the desk"),
}
"""Who changed something, where it was no operator (`model.ActorKind`)."""

RELATED: dict[str, str] = {
    "refers": N_("it refers to it"),
    "similar": N_("the same was written there"),
    "elsewhere": N_("it is open on another channel"),
    "operator": N_("an operator says so"),
}
"""Why a conversation may be about the same matter as another."""

DELIVERIES: dict[Delivery, str] = {
    Delivery.QUEUED: N_("queued"),
    Delivery.SENDING: N_("sending"),
    Delivery.SENT: N_("sent"),
    Delivery.FAILED: N_("failed"),
    Delivery.UNCERTAIN: N_("uncertain"),
    Delivery.CANCELLED: N_("taken back"),
}

PRIORITIES: dict[Priority, str] = {
    Priority.LOW: N_("low"),
    Priority.NORMAL: N_("normal"),
    Priority.HIGH: N_("high"),
    Priority.URGENT: N_("urgent"),
}

HEALTH: dict[HealthState, str] = {
    HealthState.STARTING: N_("starting"),
    HealthState.OK: N_("well"),
    HealthState.RETRYING: N_("trying again"),
    HealthState.REFUSED: N_("refused"),
    HealthState.CONFLICT: N_("in conflict"),
    HealthState.STOPPED: N_("stopped"),
}

HELD: dict[Held, str] = {
    Held.RECEIVED: N_("received"),
    Held.STORED: N_("stored"),
    Held.QUARANTINED: N_("quarantined"),
    Held.IGNORED: N_("ignored"),
}

STATUSES: dict[Status, str] = {Status.OPEN: N_("open"), Status.SNOOZED: N_("snoozed"), Status.CLOSED: N_("closed")}

ROLES: dict[Role, str] = {
    Role.OWNER: N_("owner"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.OPERATOR: N_("operator"),
    Role.VIEWER: N_("viewer"),
}

ORIGINS: dict[Origin, str] = {
    Origin.HUMAN: N_("customer"),
    Origin.AUTO: N_("automatic"),
    Origin.BOUNCE: N_("delivery report"),
    Origin.LIST: N_("mailing list"),
    Origin.OWN: N_("our own"),
}

NOTES: dict[str, str] = {
    "unparseable": N_("This message could not be understood; the source shows all of it"),
    "oversize": N_("The mail is too large; only its first part was kept"),
    "headers cut": N_("Some headers were too long and are cut"),
    "too deep": N_("Parts nested too deep were left out"),
    "too many parts": N_("There were too many parts; the rest was left out"),
    "text cut": N_("The text was too long and is cut"),
    "signature not checked": N_("The signature was not checked"),
    "reply-to differs": N_("Asks for answers at another address than it came from"),
    "encrypted": N_("Encrypted: it cannot be read here"),
    "calendar": N_("Holds an invitation"),
    "reply to a story": N_("Answers a story"),
    "incomplete": N_("The mail ends before its end; something is missing"),
    "undated": N_("It says no usable date; the time is that of its arrival"),
    "sender verified": N_("The sender's address is genuine, as our mail server found"),
    "sender not authentic": N_("The sender's address is forged (DMARC)"),
    "forwarded by us": N_("Forwarded to us by a colleague; who wrote it is not proven"),
    "forwarded by us, not proven": N_(
        "Looks forwarded by a colleague, which is not proven: anybody could have written all of it"
    ),
    "cover not proven": N_("Stands above a forwarded mail, as if a colleague had written it; that is not proven"),
    "anonymous admin": N_("Written by an anonymous admin of the group"),
    "writes as a channel": N_("Written in the name of a channel or another group"),
    "post of the linked channel": N_("A post of the linked channel"),
}
"""`Inbound.notes`: what the reader of a message should know about it."""
GOOD_NOTES = frozenset({"sender verified"})
"""Those of `NOTES` that are good news; the others are warnings."""

PLACEHOLDERS: dict[str, str] = {
    "animation": N_("animation"),
    "audio": N_("audio"),
    "callback_query": N_("a button was pressed"),
    "chat_shared": N_("shared chat"),
    "checklist": N_("checklist"),
    "connected_website": N_("logged in at a website"),
    "contact": N_("contact"),
    "deleted_business_messages": N_("messages were deleted"),
    "dice": N_("dice"),
    "document": N_("document"),
    "empty": N_("empty message"),
    "encrypted mail": N_("encrypted mail"),
    "erased": N_("erased"),
    "forum_topic_created": N_("a topic was created"),
    "forum_topic_edited": N_("a topic was renamed"),
    "game": N_("game"),
    "giveaway": N_("giveaway"),
    "invoice": N_("invoice"),
    "left_chat_member": N_("somebody left the group"),
    "live_photo": N_("live photo"),
    "location": N_("location"),
    "message_reaction": N_("reaction"),
    "migrate_from_chat_id": N_("the group was another one before"),
    "migrate_to_chat_id": N_("the group became a supergroup"),
    "my_chat_member": N_("membership"),
    "new_chat_members": N_("somebody joined the group"),
    "new_chat_title": N_("the group has a new title"),
    "paid_media": N_("paid media"),
    "passport_data": N_("passport data"),
    "photo": N_("photo"),
    "pinned_message": N_("a message was pinned"),
    "poll": N_("poll"),
    "refunded_payment": N_("refunded"),
    "signed mail": N_("signed mail"),
    "sticker": N_("sticker"),
    "story": N_("story"),
    "successful_payment": N_("paid"),
    "users_shared": N_("shared users"),
    "venue": N_("venue"),
    "video": N_("video"),
    "video_note": N_("video note"),
    "voice": N_("voice message"),
    "web_app_data": N_("web app data"),
}
"""`Inbound.placeholder`: what stands for a message without a text of its own."""

ACTIVITIES: dict[str, str] = {
    "unreachable": N_("the customer has blocked us"),
    "reachable": N_("the customer can be reached again"),
    "recognised": N_(
        "recognised by a proven telephone number: two cards were joined; if they are two people, part them on the card"
        " or by: deskterm customer part {value}"
    ),
    "assigned": N_("given to {value}"),
    "unassigned": N_("given to nobody"),
    "closed": N_("closed"),
    "reopened": N_("reopened"),
}
"""What the desk itself says in a thread; {value} is a name, or the id of a card."""


_UNITS = (N_("{n} B"), N_("{n} KB"), N_("{n} MB"), N_("{n} GB"))


class _Values(dict[str, object]):
    """The values of a message's names; one that is missing is shown as "?" instead of failing."""

    def __missing__(self, name: str) -> str:
        return "?"


def refusal_words(refused: Refused) -> str:
    """Return why a command was refused, as a sentence."""
    words = REFUSALS.get(refused.code)
    if words is None:
        return _("This cannot be done: {code}.").format(code=clean_line(refused.code, 80))
    return _(words).format_map(_values(refused.values))


def changer_words(refused: Refused) -> str:
    """Return who changed what a command was refused for."""
    return str(_values(refused.values)["name"])


def reason_words(code: str) -> str:
    """Return why some of many refused, to stand in brackets behind how many they are: "3 nobody waits for an answer here"."""
    words = _(IN_BRACKETS[code]) if code in IN_BRACKETS else refusal_words(Refused(code)).rstrip(".")
    return words[:1].lower() + words[1:]


def _values(raw: Mapping[str, str | int]) -> _Values:
    values = _Values({name: clean_line(value) if isinstance(value, str) else value for name, value in raw.items()})
    seconds, limit = raw.get("seconds"), raw.get("limit")
    if isinstance(seconds, int):
        values["ago"] = span_words(seconds)
    if raw.get("by") in CHANGED_BY:
        values["name"] = _(CHANGED_BY[str(raw["by"])])
    if isinstance(limit, int):
        values["size"] = size_words(limit)
    return values


def related_words(why: str) -> str:
    """Return why a conversation may be about the same matter as another; empty where nobody said."""
    return _(RELATED[why]) if why in RELATED else ""


def span_words(seconds: float) -> str:
    """Return a length of time in words, in its largest whole unit: "5 seconds", "2 hours", "3 days"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return ngettext("{n} second", "{n} seconds", whole).format(n=whole)
    if whole < 3600:
        return ngettext("{n} minute", "{n} minutes", whole // 60).format(n=whole // 60)
    if whole < 86_400:
        return ngettext("{n} hour", "{n} hours", whole // 3600).format(n=whole // 3600)
    return ngettext("{n} day", "{n} days", whole // 86_400).format(n=whole // 86_400)


def count_words(count: int) -> str:
    """Return a count as it is shown: "212", "12 000"."""
    return f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def day_and_time(at: datetime) -> str:
    """Return a time to come with its day, in the operator's zone: "Mon 23.11 09:00"."""
    local = at.astimezone()
    form = "%d.%m %H:%M" if local.year == datetime.now(local.tzinfo).year else "%d.%m.%Y %H:%M"
    return f"{_(_WEEKDAYS[local.weekday()])} {local.strftime(form)}"


def size_words(size: int) -> str:
    """Return a size in bytes, rounded, in decimal units: "812 B", "120 KB", "2.4 MB"."""
    value = float(max(0, size))
    for words in _UNITS[:-1]:
        if value < 999.5:
            return _shown(words, value)
        value /= 1000
    return _shown(_UNITS[-1], value)


def _shown(words: str, value: float) -> str:
    tenths = value < 9.95 and words != _UNITS[0]
    return _(words).format(n=f"{value:.1f}" if tenths else f"{value:.0f}")


def delivery_words(state: Delivery) -> str:
    """Return what became of an outgoing message, in a word or two."""
    return _(DELIVERIES[state])


def priority_words(priority: Priority) -> str:
    """Return how much a conversation matters, in a word."""
    return _(PRIORITIES[priority])


def health_words(state: HealthState) -> str:
    """Return how a channel is, in a word or two."""
    return _(HEALTH[state])


def held_words(state: Held) -> str:
    """Return what became of a ledger row."""
    return _(HELD[state])


def status_words(status: Status) -> str:
    """Return where a conversation stands."""
    return _(STATUSES[status])


def role_words(role: Role) -> str:
    """Return what an operator may do, in a word."""
    return _(ROLES[role])


def origin_words(origin: Origin) -> str:
    """Return who wrote an incoming message, by what its headers say."""
    return _(ORIGINS[origin])


def note_words(code: str) -> str:
    """Return what a reader should know about a message."""
    return _known(NOTES, code)


def placeholder_words(code: str) -> str:
    """Return what stands for a message without a text of its own; a channel's own code is shown with spaces."""
    return _known(PLACEHOLDERS, code)


def activity_words(code: str, value: str = "") -> str:
    """Return what the desk says in a thread. Where the row holds no code apart, its text is the code."""
    code, value = (code, value) if code else (value, "")
    words = ACTIVITIES.get(code)
    return _known(ACTIVITIES, code) if words is None else _(words).format_map(_Values(value=clean_line(value)))


def _known(table: Mapping[str, str], code: str) -> str:
    words = table.get(code)
    return clean_line(code.replace("_", " "), 200) if words is None else _(words)
