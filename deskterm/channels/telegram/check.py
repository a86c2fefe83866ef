"""The connection test of `deskterm check`: every step for real, with the fix where one fails."""

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
_PRIVACY = (
    "in groups it sees commands and replies to it only; to have it see all, make it an admin, or turn privacy off"
    " (@BotFather, /setprivacy) and add it to the group again"
)


async def check(opener: Opener) -> list[CheckResult]:
    """Return what was tried: the server and the token, what it sees in groups, that nobody else takes the bot's messages."""
    results = []
    try:
        step = "token"
        server = await opener()
        bot = await _who(server)
        name, username = clean_line(person(bot), 80), clean_line(text(bot.get("username")), 40)
        results.append(CheckResult("token", True, f"{name} (@{username})" if username else name))
        results.append(CheckResult("groups", True, _groups(bot)))
        step = "webhook"
        results.append(await _webhook(server))
    except CallFailed as failure:
        fix = _FIXES.get(failure.kind, "test again; if it stays so, look at api_base in the configuration")
        results.append(CheckResult(step, False, failure.reason, fix))
    return results


async def _who(server: BotServer) -> Json:
    bot = table(await server.call("getMe", {}))
    if integer(bot.get("id")) is None:
        raise CallFailed(Failure.UNCLEAR, "the server does not say who the bot is")
    return bot


def _groups(bot: Json) -> str:
    """Say what the bot sees in groups: its privacy mode (Bot FAQ, "What messages will my bot get?"). Admins see all."""
    if bot.get("can_join_groups") is False:
        return "private chats only"
    if bot.get("can_read_all_group_messages") is True:
        return "reads all messages of its groups"
    return _PRIVACY


async def _webhook(server: BotServer) -> CheckResult:
    info = table(await server.call("getWebhookInfo", {}))
    if text(info.get("url")):
        return CheckResult("webhook", False, "a webhook is set for this bot", _WEBHOOK_FIX)
    waiting = integer(info.get("pending_update_count")) or 0
    return CheckResult("webhook", True, f"none; {waiting} updates wait at the server")
