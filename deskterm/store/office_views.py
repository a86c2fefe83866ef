"""The part of the office that keeps what people make beside conversations: tags, teams, saved views, messages begun."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from deskterm.desk.model import Tag, Team
from deskterm.desk.post import IdentityKind
from deskterm.desk.rows import NewMessage, SavedView, StagedFile, StartChannel
from deskterm.office import OfficeError
from deskterm.store import drafts, new_messages, read_customers, saved_views, tags, teams
from deskterm.store.files import safe_name
from deskterm.store.office_base import OnStore
from deskterm.words.query_words import understood

MAX_STAGED = 50 * 2**20
"""Largest file taken in to be sent, in bytes."""


class ViewsOffice(OnStore):
    """Tags, teams, saved views, new messages, staged files."""

    async def tags(self) -> tuple[Tag, ...]:
        """Return all tags, by name."""
        async with self._store.reader.look() as look:
            return await tags.load(look)

    async def rename_tag(self, tag_id: int, name: str) -> Tag:
        """Give a tag another name."""
        self._lead()
        return await self._write(lambda tx: tags.rename(tx, tag_id, name))

    async def teams(self) -> tuple[Team, ...]:
        """Return all teams, by name."""
        async with self._store.reader.look() as look:
            return await teams.load(look)

    async def add_team(self, name: str) -> Team:
        """Make a team without members."""
        self._lead()
        return await self._write(lambda tx: teams.add(tx, name, self._store.now()))

    async def set_team_members(self, team_id: int, operator_ids: Iterable[int]) -> None:
        """Have exactly these operators in a team."""
        self._lead()
        wanted = frozenset(operator_ids)
        await self._write(lambda tx: teams.set_members(tx, team_id, wanted))

    async def remove_team(self, team_id: int) -> int:
        """Take a team's conversations out of its queue, a few at a time, then forget it; returns how many there were."""
        self._lead()
        from deskterm.store import disbanding

        await self._write(lambda tx: teams.see(tx, team_id))
        count = command_id = 0
        is_gone = False
        while not is_gone:
            found = await self._store.reader.all(teams.OF_TEAM, {"team": team_id})
            for batch in disbanding.batches([row[0] for row in found]):
                command_id = await self._write(
                    lambda tx, ids=batch, one=command_id: disbanding.release(tx, team_id, ids, self._me, one, self._store.now())  # type: ignore[misc]
                )
            count += len(found)
            # Somebody may have put a conversation into it meanwhile.
            is_gone = await self._write(lambda tx: teams.remove(tx, team_id))
        return count

    def _lead(self) -> None:
        """See that I may change what everybody shares. Raises OfficeError."""
        if self._me.role not in saved_views.LEADERS:
            raise OfficeError(
                "permission", f"{self._me.login} is neither an owner nor a supervisor", "ask one of them to do this"
            )

    async def saved_views(self) -> tuple[SavedView, ...]:
        """Return the shared saved views and mine."""
        async with self._store.reader.look() as look:
            return await saved_views.load(look, self._me.id)

    async def save_view(self, view: SavedView) -> SavedView:
        """Keep a saved view, once its query is sound."""
        async with self._store.reader.look() as look:
            known = await read_customers.names(look)
        understood(view.query, known)
        return await self._write(lambda tx: saved_views.save(tx, self._me, view, self._store.now()))

    async def delete_view(self, view_id: int) -> None:
        """Forget a saved view."""
        await self._write(lambda tx: saved_views.delete(tx, self._me, view_id))

    async def start_channels(self) -> tuple[StartChannel, ...]:
        """Return the channels on which a conversation can be started."""
        rows = await self._store.reader.all("SELECT id, name, kind, address FROM channel WHERE enabled = 1 ORDER BY id")
        made = []
        for channel_id, name, kind, address in rows:
            if kind not in tuple(IdentityKind):
                continue  # a channel of foreign making: nobody's address is known to be of its kind
            carried = self._rules.capabilities[kind]
            made.append(
                StartChannel(channel_id, name, kind, address, carried.starts, carried.subject, carried.files, carried.max_units)
            )
        return tuple(made)

    async def new_message(self) -> NewMessage | None:
        """Return what I have begun to write to somebody first."""
        async with self._store.reader.look() as look:
            return await new_messages.load(look, self._me.id)

    async def save_new_message(self, message: NewMessage | None) -> None:
        """Keep it; None throws it away with its files."""
        await self._write(lambda tx: new_messages.save(tx, self._me.id, message, self._store.now()))

    async def stage_file(self, conversation_id: int | None, path: Path) -> StagedFile:
        """Take a copy of a file into the store, to be sent."""
        try:
            sha256, size = await asyncio.to_thread(self._store.files.copy_in, path, MAX_STAGED)
        except ValueError:
            raise OfficeError("bad_file", f"{path} is larger than {MAX_STAGED >> 20} MB", "send a link instead") from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OfficeError("bad_file", f"{path}: {reason}", "name a file that you may read") from None
        import mimetypes

        name = safe_name(path.name)
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return await self._write(lambda tx: drafts.stage(tx, self._me.id, conversation_id, name, media_type, size, sha256))

    async def stage_attachment(self, attachment_id: int, conversation_id: int | None) -> StagedFile:
        """Stage a stored attachment once more, to be sent on."""
        return await self._write(lambda tx: new_messages.stage_copy(tx, self._me.id, attachment_id, conversation_id))
