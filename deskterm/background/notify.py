"""Telling operators outside of the console: notices leave by e-mail and by the desk's Telegram bot.

They go through the channels that are served anyway: mail through the first mailbox, Telegram through the bot to which an
operator linked their chat. Each way goes at its own pace, so that a mail server that does not answer holds no Telegram message
back.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta

from deskterm.background.duty import Duty, Served
from deskterm.desk.notice_kinds import CARRIED, Way
from deskterm.desk.post import (
    Address,
    ChannelRefused,
    Health,
    HealthState,
    IdentityKind,
    Outbound,
    SendError,
    SendLater,
    SendUncertain,
)
from deskterm.desk.text import clean_line
from deskterm.i18n import _, ngettext
from deskterm.store import lease, notice_post
from deskterm.store.engine import StoreError
from deskterm.store.notice_post import Parcel
from deskterm.words.notice_words import notice_mail_subject, notice_words

log = logging.getLogger("deskterm.background")

LONGEST_NAP_S = 30.0
FINISH_S = 0.9
"""How long what is on the wire may take to come to its end when the back room closes; less than the supervisor waits."""
REFUSED_PAUSE = timedelta(minutes=2)
"""How long a channel that refuses our password is left alone."""
FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 3600.0
MOST_LINES = 40
"""Most notices that one mail or message spells out; the console has them all."""
RECORDING = "recording a notice"
NO_MAILBOX = "the desk has no mailbox to send it from"
NO_BOT = "the bot is not served any more"


class Notifier:
    """Sends the notices of one term of office."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._woken = {way: asyncio.Event() for way in CARRIED}
        self._wired: set[asyncio.Task[None]] = set()
        """What the server may have taken already."""

    async def recover(self) -> None:
        """Settle what an earlier process left in the middle."""
        duty = self._duty
        left = await duty.write(lambda tx: notice_post.recover(tx, duty.store.now()))
        if left:
            log.warning("%d notices were being sent when deskterm was stopped", left)

    def wake(self) -> None:
        """Look again: something changed."""
        for woken in self._woken.values():
            woken.set()

    async def run(self) -> None:
        """Send what falls due, for ever. At the end what is on the wire may come to its end for a moment."""
        serving = [asyncio.create_task(self._serve(way), name=f"notices by {way}") for way in CARRIED]
        try:
            await asyncio.gather(*serving)
        finally:
            for task in serving:
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)
            if self._wired:
                await asyncio.wait(set(self._wired), timeout=FINISH_S)

    async def _serve(self, way: Way) -> None:
        duty = self._duty
        while True:
            self._woken[way].clear()
            for parcel in await duty.write(lambda tx: notice_post.due(tx, way, duty.store.now())):
                await self._finished(asyncio.create_task(self._send(parcel), name=f"notice {parcel.first_id}"))
            await self._wait(way)

    async def _finished(self, sending: asyncio.Task[None]) -> None:
        """Wait for one parcel; whoever is cancelled meanwhile takes along what is not on the wire yet."""
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            if sending not in self._wired:
                sending.cancel()
            raise

    async def _wait(self, way: Way) -> None:
        due = await self._duty.write(lambda tx: notice_post.next_due(tx, way))
        nap = LONGEST_NAP_S
        if due is not None:
            nap = min(nap, max(0.05, (due - self._duty.store.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(nap):
                await self._woken[way].wait()

    def _served(self, parcel: Parcel) -> Served | None:
        if parcel.way is Way.EMAIL:
            return next((one for one in self._duty.served.values() if one.settings.kind == "email"), None)
        return None if parcel.channel_id is None else self._duty.served.get(parcel.channel_id)

    async def _send(self, parcel: Parcel) -> None:
        duty, served = self._duty, self._served(parcel)
        if served is None:
            await self._failed(parcel, NO_MAILBOX if parcel.way is Way.EMAIL else NO_BOT)
            return
        wired, task = False, asyncio.current_task()

        async def told() -> None:
            nonlocal wired
            await duty.write(lambda tx: notice_post.on_wire(tx, parcel))
            wired = True
            if task is not None:
                self._wired.add(task)
                task.add_done_callback(self._wired.discard)

        try:
            outbound = self._outbound(parcel)
            payload = await served.channel.prepare(outbound)
            await served.channel.send(outbound, payload, told)
        except SendError as error:
            await self._refused(served, parcel, error)
        except (lease.Lost, StoreError):
            raise  # what was on the wire is settled by the next term's `recover`
        except Exception as error:
            log.exception("telling of notice %s by %s", parcel.first_id, parcel.way)
            words = f"interrupted: {type(error).__name__}"
            await self._refused(served, parcel, SendUncertain(words) if wired else SendLater(words))
        else:
            await duty.write_until_done(lambda tx: notice_post.sent(tx, parcel, duty.store.now()), RECORDING)
            await duty.sending(served.id, None)

    async def _refused(self, served: Served, parcel: Parcel, error: SendError) -> None:
        """Try again what surely did not arrive, and a mail that perhaps did: under its Message-ID it is the same mail."""
        duty, reason = self._duty, clean_line(error.reason, 300)
        pause: timedelta | None = None
        match error:
            case ChannelRefused():
                pause = REFUSED_PAUSE
                fix = f"correct the password or token of {served.settings.name}"
                await duty.sending(served.id, Health(HealthState.REFUSED, reason, fix))
            case SendLater(after_s=after_s):
                pause = _pause(parcel.attempt) if after_s is None else timedelta(seconds=after_s)
            case SendUncertain() if parcel.way is Way.EMAIL:
                pause = _pause(parcel.attempt)
            case SendUncertain():
                reason = notice_post.UNCERTAIN
        if pause is None:
            await self._failed(parcel, reason)
            return
        until = duty.store.now() + pause
        await duty.write_until_done(lambda tx: notice_post.put_off(tx, parcel, until, reason), RECORDING)

    async def _failed(self, parcel: Parcel, detail: str) -> None:
        duty = self._duty
        await duty.write_until_done(lambda tx: notice_post.failed(tx, parcel, detail, duty.store.now()), RECORDING)

    def _outbound(self, parcel: Parcel) -> Outbound:
        duty = self._duty
        told = [notice_words(row, duty.store.now()) for row in parcel.rows[:MOST_LINES]]
        more = len(parcel.rows) - len(told)
        if more:
            told.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
        values = {"outbox_id": 0, "part_no": 0, "part_count": 1, "at": parcel.at, "attempt": parcel.attempt, "automatic": True}
        if parcel.way is Way.TELEGRAM:
            return Outbound(message_id="", to=(), thread_key=parcel.chat, text="\n".join(told), **values)  # type: ignore[arg-type]
        footer = _("How you are told is yours to choose: deskterm notice settings show. Nobody reads answers to this mail.")
        return Outbound(
            message_id=duty.store.signer.notice_mail_id(parcel.first_id, duty.mail_domain),
            to=(Address(IdentityKind.EMAIL, parcel.email),),
            subject=self._subject(parcel),
            text="\n".join([*told, "", "-- ", footer]),
            **values,  # type: ignore[arg-type]
        )

    def _subject(self, parcel: Parcel) -> str:
        if len(parcel.rows) == 1:
            return notice_mail_subject(parcel.rows[0], self._duty.store.now())
        count = len(parcel.rows)
        return ngettext("deskterm: {n} notice", "deskterm: {n} notices", count).format(n=count)


def _pause(attempt: int) -> timedelta:
    return timedelta(seconds=min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**attempt))
