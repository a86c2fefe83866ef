"""Taking updates in: what the server hands over is in the store before the server is told to forget it.

getUpdates with an offset confirms every update before it, so the offset goes out only in the call right after the commit,
and never after anything else happened in between: after a quiet week the server numbers its updates anew at random, and an
old offset would then confirm (lose) what nobody saw. Without an offset the server returns all it still holds; what was
kept already is kept once (`Raw.source_key`).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from deskterm.channels.base import LeaseLost, Mark, Porch, StoreUnavailable
from deskterm.channels.telegram.wire import Arrived, BotServer, CallFailed, Failure, Opener
from deskterm.desk.post import Health, HealthState, Raw

MARK = "offset"
KEEPS = timedelta(hours=24)
"""How long Telegram keeps updates (Bot API, "Getting updates")."""
NOTE_EVERY = timedelta(minutes=10)
"""How often a poll that brought nothing is written down: the gap after a restart is known to this much."""

POLL_MAX_S = 50
"""The server ends a long poll after this time, whatever it was asked for."""
FLOOD_MAX_S = 15 * 60.0
BACK_OFF_MAX_S = 60.0
CONFLICT_S = 30.0
REFUSED_S = 300.0
STORE_S = 5.0
EMPTY_MIN_S = 1.0
"""A long poll that ends sooner without an update is answered by something that does not wait: no busy loop."""
ANSWER_S = 5.0

_WEBHOOK_FIX = "stop the program that set the webhook, then remove it (deleteWebhook), or give the desk a bot of its own"
_POLLER_FIX = "stop the other program that polls this bot, or give the desk a bot of its own"
_REFUSED_FIX = "ask @BotFather for a new token and put it into the configuration"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Listener:
    """One bot's polling. `delay_scale` shortens every pause (tests); `now` is the wall clock."""

    def __init__(
        self, opener: Opener, poll_s: int, *, delay_scale: float = 1.0, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._opener = opener
        self._poll_s = min(poll_s, POLL_MAX_S)
        self._scale = delay_scale
        self._now = now
        self._offset: int | None = None
        self._batch: list[Arrived] = []
        self._polled_at: datetime | None = None
        self._noted_at: datetime | None = None
        self._remembered = False
        self._failures = 0

    async def run(self, porch: Porch) -> None:
        """Take updates in until cancelled, or until another process has the lease."""
        with suppress(LeaseLost):
            await self._say(porch, Health(HealthState.STARTING))
            while True:
                delay = await self._turn(porch)
                if delay:
                    await asyncio.sleep(delay * self._scale)

    async def _turn(self, porch: Porch) -> float:
        """Poll once; return how long to wait before the next time, in seconds."""
        offset, self._offset = self._offset, None
        before, self._batch = self._batch, []
        started = asyncio.get_running_loop().time()
        wait_s = self._poll_s if self._failures == 0 and self._remembered else 0
        try:
            if not self._remembered:
                await self._remember(porch)
            server = await self._opener()
            arrived = await server.updates(offset, wait_s)
            await self._keep(porch, arrived)
            await porch.health(Health(HealthState.OK))
        except StoreUnavailable:
            return STORE_S
        except CallFailed as failure:
            return await self._failed(porch, failure)
        await self._answer(server, arrived)
        if arrived and self._offset is None:
            return await self._failed(porch, CallFailed(Failure.UNCLEAR, "updates without an update_id"))
        if arrived and offset is not None and arrived == before:
            return await self._failed(porch, CallFailed(Failure.UNCLEAR, "the server does not take confirmations"))
        self._batch = arrived
        self._failures = 0
        took = asyncio.get_running_loop().time() - started
        return EMPTY_MIN_S if not arrived and wait_s and took < EMPTY_MIN_S else 0.0

    async def _remember(self, porch: Porch) -> None:
        kept = await porch.mark(MARK)
        self._polled_at = self._noted_at = _time_in(kept)
        self._remembered = True

    async def _keep(self, porch: Porch, arrived: Sequence[Arrived]) -> None:
        now = self._now()
        if self._polled_at is not None and now - self._polled_at > KEEPS:
            hours = (now - self._polled_at).total_seconds() / 3600
            await porch.gap(
                hours * 3600, f"not polled for {hours:.0f} h, and Telegram keeps messages for 24 h: some may be missing"
            )
            self._polled_at = now  # said once, even if the store cannot take what came
        following = next((item.update_id + 1 for item in reversed(arrived) if item.update_id is not None), None)
        if arrived or self._noted_at is None or now - self._noted_at >= NOTE_EVERY or now - self._noted_at < timedelta(0):
            mark = Mark(MARK, json.dumps({"at": now.isoformat(timespec="seconds"), "next": following}))
            await porch.take([_raw(item, now) for item in arrived], mark)
            self._noted_at = now
        self._polled_at = now
        self._offset = following

    async def _answer(self, server: BotServer, arrived: Sequence[Arrived]) -> None:
        """Tell pressed buttons that they were heard; the customer's program stops spinning. Losing this loses nothing."""
        with suppress(CallFailed, TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                for item in arrived:
                    if item.callback_id:
                        await server.call("answerCallbackQuery", {"callback_query_id": item.callback_id})

    async def _failed(self, porch: Porch, failure: CallFailed) -> float:
        self._failures += 1
        health, delay = self._judge(failure)
        await self._say(porch, health)
        return delay

    def _judge(self, failure: CallFailed) -> tuple[Health, float]:
        match failure.kind:
            case Failure.FLOOD:
                asked = CONFLICT_S if failure.retry_after_s is None else failure.retry_after_s
                delay = max(1.0, min(asked, FLOOD_MAX_S))
                return Health(HealthState.RETRYING, f"Telegram asks to wait {delay:.0f} s"), delay + random.random()
            case Failure.CONFLICT if "webhook" in failure.reason.lower():
                return Health(HealthState.CONFLICT, "a webhook is set for this bot", _WEBHOOK_FIX), CONFLICT_S
            case Failure.CONFLICT:
                return Health(HealthState.CONFLICT, "another program polls this bot", _POLLER_FIX), CONFLICT_S
            case Failure.UNAUTHORIZED | Failure.NOT_FOUND:
                return Health(HealthState.REFUSED, f"the token is refused: {failure.reason}", _REFUSED_FIX), REFUSED_S
        delay = min(BACK_OFF_MAX_S, 2.0 ** min(self._failures, 6)) * random.uniform(0.5, 1.0)
        return Health(HealthState.RETRYING, failure.reason), delay

    async def _say(self, porch: Porch, health: Health) -> None:
        with suppress(StoreUnavailable):  # the desk says itself that its store cannot write
            await porch.health(health)


def _raw(item: Arrived, at: datetime) -> Raw:
    known = "none" if item.update_id is None else str(item.update_id)
    return Raw(f"{known}:{hashlib.sha256(item.data).hexdigest()[:16]}", item.data, at)


def _time_in(mark: str | None) -> datetime | None:
    """Return the time that a mark of ours holds. A mark that is none of ours says nothing of the past."""
    try:
        at = datetime.fromisoformat(json.loads(mark or "{}")["at"])
    except (ValueError, KeyError, TypeError):
        return None
    return at if at.tzinfo is not None else None
