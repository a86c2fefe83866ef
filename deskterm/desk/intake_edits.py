"""What comes for a message that is here already: a customer's edit of it, a further piece of its album. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from deskterm.desk import facts as f
from deskterm.desk.arrival import Arrival, Earlier
from deskterm.desk.post import Ignored, Inbound, InFile
from deskterm.desk.text import clean, clean_line


def file_marks(content_id: str, ref: str, sha256: str, name: str) -> frozenset[str]:
    """Return what a file is known by: its id on the channel, where to fetch it, its bytes; its name where there is nothing
    else."""
    return frozenset(mark for mark in (content_id, ref, sha256) if mark) or frozenset((name,))


def _marks(file: InFile) -> frozenset[str]:
    digest = "" if file.data is None else hashlib.sha256(file.data).hexdigest()
    return file_marks(file.content_id, file.remote.ref if file.remote else "", digest, file.name)


def edited(inbound: Inbound, arrival: Arrival, earlier: Earlier, now: datetime) -> list[f.Fact] | Ignored:
    """Return what a customer's change of a message makes, or why it is none."""
    text, placeholder = _after_edit(inbound, earlier)
    files = [harmless(file) for file in inbound.attachments]
    places = tuple(place for place, file in enumerate(files) if not _marks(file) & earlier.file_marks)
    if inbound.version_key in earlier.version_keys or (text == earlier.text and not places):
        return Ignored("an edit without new words")
    return [
        f.MessageEdited(
            conversation_id=earlier.conversation.id,
            message_id=earlier.message_id,
            at=now,
            inbound_id=arrival.inbound_id,
            channel_id=arrival.channel_id,
            with_words=bool(_own_words(inbound)),
            placeholder=placeholder,
            external_id=inbound.edit_of,
            version_key=inbound.version_key,
            text=text,
            attachments=tuple(files[place] for place in places),
            places=places,
        )
    ]


def _own_words(inbound: Inbound) -> str:
    """Return what a person wrote: the text of a message without one only names its kind ("photo")."""
    return "" if inbound.placeholder else clean(inbound.text)


def _after_edit(inbound: Inbound, earlier: Earlier) -> tuple[str, str]:
    """Return the text and the placeholder after an edit. A piece of an album changes only its own caption: where others have
    captions too, nobody knows which lines were this one's, so new words are added and none go."""
    if not earlier.words_of_another:
        return clean(inbound.text), inbound.placeholder
    words = _own_words(inbound)
    if not words or f"\n{words}\n" in f"\n{earlier.text}\n":
        return earlier.text, earlier.placeholder
    nothing_else = bool(earlier.placeholder) or not earlier.text
    return (words if nothing_else else f"{earlier.text}\n{words}"), ""


def album(inbound: Inbound, arrival: Arrival, earlier: Earlier) -> list[f.Fact]:
    """Return what a further piece of an album makes."""
    return [
        f.AlbumExtended(
            conversation_id=earlier.conversation.id,
            message_id=earlier.message_id,
            inbound_id=arrival.inbound_id,
            channel_id=arrival.channel_id,
            external_ids=(inbound.external_id,),
            text=_own_words(inbound),
            attachments=tuple(harmless(file) for file in inbound.attachments),
        )
    ]


def harmless(file: InFile) -> InFile:
    """Return a file with names and words that can be shown."""
    return replace(
        file,
        name=clean_line(file.name, 150),
        media_type=clean_line(file.media_type, 100),
        unavailable=clean_line(file.unavailable, 200),
    )
