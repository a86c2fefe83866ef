"""The connection test of `deskterm channel check`: every step for real, with the fix where one fails."""

from __future__ import annotations

from deskterm.channels.telegram.content import person
from deskterm.channels.telegram.fields import Json, integer, table, text
from deskterm.channels.telegram.wire import BotServer, CallFailed, Failure, Opener
from deskterm.desk.post import CheckResult
from deskterm.desk.text import clean_line

_FIXES = {
    Failure.UNSENT: "look at the network, the proxy and the firewall, and at api_base in the configuration",
    Failure.UNAUTHORIZED: "ask @BotFather for the bot's token (/mybots, API Token) and put it into the configuration",
    Failure.NOT_FOUND: "ask @BotFather for the bot's token (/mybots, API Token) and put it into the configuration",
    Failure.FLOOD: "wait a few minutes and test again",
}
_WEBHOOK_FIX = "another program takes this bot's messages: stop it and remove the webhook, or make a bot of the desk's own"


async def check(opener: Opener) -> list[CheckResult]:
    """Return what was tried: the server and the token, then that nobody else takes the bot's messages."""
    results = []
    try:
        step = "token"
        server = await opener()
        results.append(await _who(server))
        step = "webhook"
        results.append(await _webhook(server))
    except CallFailed as failure:
        fix = _FIXES.get(failure.kind, "test again; if it stays so, look at api_base in the configuration")
        results.append(CheckResult(step, False, failure.reason, fix))
    return results


async def _who(server: BotServer) -> CheckResult:
    bot = table(await server.call("getMe", {}))
    if integer(bot.get("id")) is None:
        raise CallFailed(Failure.UNCLEAR, "the server does not say who the bot is")
    name, username = clean_line(person(bot), 80), clean_line(text(bot.get("username")), 40)
    groups = _groups(bot)
    return CheckResult("token", True, f"{name} (@{username}), {groups}" if username else f"{name}, {groups}")


def _groups(bot: Json) -> str:
    if bot.get("can_join_groups") is False:
        return "private chats only"
    sees_all = bot.get("can_read_all_group_messages") is True
    return "reads all messages of its groups" if sees_all else "in groups it sees commands and replies to it only"


async def _webhook(server: BotServer) -> CheckResult:
    info = table(await server.call("getWebhookInfo", {}))
    if text(info.get("url")):
        return CheckResult("webhook", False, "a webhook is set for this bot", _WEBHOOK_FIX)
    waiting = integer(info.get("pending_update_count")) or 0
    return CheckResult("webhook", True, f"none; {waiting} updates wait at the server")
