"""A Bot API server on loopback with the contract of core.telegram.org/bots/api, for tests of the Telegram channel.

In process: `async with BotApi() as server: server.world.write("hello")`. As a program of its own:
`python -m peers.bot_api --port 0` prints one JSON line `{"url", "token"}` and takes orders as POST /control/{name} with a JSON
object of arguments: the methods of `BotWorld` named in `ORDERS`, `fault`, and `sent`, `calls`, `pending` to look.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from aiohttp import web
from peers.bot_world import BotWorld, Json, Refused, Sent, Upload

TOKEN = "123456789:AAtest-TOKEN_of-the-loopback-server1"
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HAS_WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
ORDERS = frozenset(
    {
        *("customer", "group", "write", "edit", "send_file", "forward", "press", "block", "unblock", "migrate"),
        *("push", "restart_ids", "expire"),
    }
)
FAULTS = frozenset({"error", "body", "hang", "drop_before", "drop_after", "cut"})


@dataclass
class Fault:
    """What happens to the next call of `method` instead of an answer.

    error: the Bot API's error `code`, `description`, `parameters`. body: `text` or `data` with HTTP status `code`.
    hang: no answer before the server stops. drop_before, drop_after: the connection breaks before or after the call took
    effect. cut: it took effect, and half of the answer comes.
    """

    method: str
    kind: str
    code: int = 500
    description: str = "Internal Server Error"
    parameters: Json = field(default_factory=dict)
    text: str = ""
    data: bytes = b""


@dataclass
class Call:
    """One request as it came; `port` is the client's, so that connections can be told apart."""

    method: str
    params: Json
    port: int = 0


class BotApi:
    """The server. `world` is who writes to the bot, `calls` what came in, `faults` what goes wrong next."""

    def __init__(self, token: str = TOKEN) -> None:
        self.world = BotWorld(token)
        self.world.wake = self._wake
        self.calls: list[Call] = []
        self.faults: deque[Fault] = deque()
        self.reached = asyncio.Event()
        self._changed = asyncio.Event()
        self._stopping = asyncio.Event()
        self._poll = 0
        self._runner: web.AppRunner | None = None
        self.url = ""

    @property
    def token(self) -> str:
        return self.world.token

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.*}", self._file)
        app.router.add_post("/control/{order}", self._control)
        self._stopping.clear()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        host, taken = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{taken}"

    async def stop(self) -> None:
        """End every hanging request and let go of the port; the world stays, `start` goes on with it."""
        self._stopping.set()
        self._wake()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def fault(self, method: str, kind: str, **details: Any) -> None:
        """Let the next call of `method` go wrong ("file" stands for downloads); faults queue up."""
        assert kind in FAULTS, kind
        self.faults.append(Fault(method, kind, **details))

    def counted(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    # HTTP

    def _next_fault(self, method: str) -> Fault | None:
        fault = next((one for one in self.faults if one.method.lower() == method.lower()), None)
        if fault is not None:
            self.faults.remove(fault)
        return fault

    async def _call(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if token != self.token:
            well_formed = token.partition(":")[0].isdigit() and ":" in token
            return _refusal(Refused(401, "Unauthorized") if well_formed else Refused(404, "Not Found"))
        params, upload = await _params(request)
        peer = request.transport.get_extra_info("peername") if request.transport is not None else None
        self.calls.append(Call(method, params, peer[1] if peer else 0))
        self.reached.set()
        self._wake()
        fault = self._next_fault(method)
        if fault is not None and fault.kind in {"error", "body", "hang", "drop_before"}:
            return await self._go_wrong(request, fault)
        try:
            answer = await self._answer(method, params, upload)
        except Refused as refused:
            return _refusal(refused)
        body = json.dumps({"ok": True, "result": answer}, ensure_ascii=False).encode()
        if fault is not None:
            return await _broken(request, body if fault.kind == "cut" else b"")
        return web.Response(body=body, content_type="application/json")

    async def _go_wrong(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.kind == "hang":
            await self._stopping.wait()
            return await _broken(request, b"")
        if fault.kind == "drop_before":
            return await _broken(request, b"")
        if fault.kind == "body":
            return web.Response(status=fault.code, body=fault.data or fault.text.encode(), content_type="text/html")
        return _refusal(Refused(fault.code, fault.description, **fault.parameters))

    async def _file(self, request: web.Request) -> web.StreamResponse:
        fault = self._next_fault("file")
        if fault is not None and fault.kind != "cut":
            return await self._go_wrong(request, fault)
        data = self.world.files.get(request.match_info["path"].removeprefix("documents/"))
        if request.match_info["token"] != self.token or data is None:
            return _refusal(Refused(404, "Not Found"))
        return web.Response(body=data) if fault is None else await _broken(request, data)

    # Methods; names are not case-sensitive

    async def _answer(self, method: str, params: Json, upload: Upload | None) -> Any:
        match method.lower():
            case "getme":
                return self.world.who_am_i()
            case "getupdates":
                return await self._get_updates(params)
            case "sendmessage":
                return self.world.take_text(params)
            case "sendphoto":
                return self.world.take_file("sendPhoto", params, upload)
            case "senddocument":
                return self.world.take_file("sendDocument", params, upload)
            case "getfile":
                return self.world.file_info(str(params.get("file_id", "")))
            case "answercallbackquery":
                self.world.answered_callbacks.append(str(params.get("callback_query_id", "")))
                return True
            case "setwebhook" | "deletewebhook" | "getwebhookinfo":
                return self._webhook(method.lower(), params)
        raise Refused(404, "Not Found: method not found")

    def _webhook(self, method: str, params: Json) -> Any:
        if method == "getwebhookinfo":
            waiting = len(self.world.queue)
            return {"url": self.world.webhook, "has_custom_certificate": False, "pending_update_count": waiting}
        self.world.webhook = str(params.get("url", "")) if method == "setwebhook" else ""
        if str(params.get("drop_pending_updates", "")).lower() == "true":
            self.world.queue.clear()
        self._wake()
        return True

    async def _get_updates(self, params: Json) -> list[Json]:
        """Offsets confirm at once; a newer call ends an older one that still waits."""
        if self.world.webhook:
            raise Refused(409, HAS_WEBHOOK)
        self._poll += 1
        mine = self._poll
        self._wake()
        if "allowed_updates" in params:
            self.world.allowed = list(params["allowed_updates"])
        self.world.confirm(_whole(params, "offset"))
        limit = min(100, max(1, _whole(params, "limit") or 100))
        clock = asyncio.get_running_loop().time
        end = clock() + min(50, max(0, _whole(params, "timeout") or 0))
        while not self.world.queue and clock() < end and mine == self._poll and not self._stopping.is_set():
            try:
                async with asyncio.timeout(end - clock()):
                    await self._changed.wait()
            except TimeoutError:
                break
        if mine != self._poll:
            raise Refused(409, OTHER_POLLER)
        return self.world.queue[:limit]

    # Orders over HTTP, for a server that is a process of its own

    async def _control(self, request: web.Request) -> web.Response:
        order = request.match_info["order"]
        given = await request.json() if request.can_read_body else {}
        look: dict[str, Callable[[], Any]] = {
            "sent": lambda: [_shown(sent) for sent in self.world.sent],
            "calls": lambda: [asdict(call) for call in self.calls],
            "pending": lambda: len(self.world.queue),
            "set_webhook": lambda: self._webhook("setwebhook", given),
            "fault": lambda: self.fault(**given),
        }
        if order in look:
            return web.json_response(look[order]())
        if order not in ORDERS:
            return web.json_response({"error": "no such order"}, status=404)
        return web.json_response(getattr(self.world, order)(**given))


def _shown(sent: Sent) -> Json:
    return {**asdict(sent), "data": len(sent.data)}


def _whole(params: Json, name: str) -> int | None:
    value = params.get(name)
    return None if value in (None, "") else int(value)


def _refusal(refused: Refused) -> web.Response:
    body: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)


async def _broken(request: web.Request, body: bytes) -> web.StreamResponse:
    """Break the connection, after half of `body` where there is one."""
    response = web.StreamResponse()
    if body:
        response.content_length = len(body)
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _params(request: web.Request) -> tuple[Json, Upload | None]:
    """Return a request's parameters from its query and its body: JSON, urlencoded or multipart, as the Bot API takes them."""
    params: Json = dict(request.query)
    upload = None
    if request.content_type == "application/json":
        return params | await request.json(), None
    if request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                upload = Upload(value.filename, value.content_type, value.file.read())
            else:
                params[name] = value
    for name in ("allowed_updates", "reply_parameters"):
        if isinstance(params.get(name), str):
            params[name] = json.loads(params[name])
    return {name: value for name, value in params.items() if not str(value).startswith("attach://")}, upload


async def serve(port: int, token: str) -> None:
    """Run until SIGTERM or SIGINT."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = BotApi(token)
    await server.start(port)
    print(json.dumps({"url": server.url, "token": token}), flush=True)
    await ended.wait()
    await server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description="A Bot API server on loopback, for tests")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.port, chosen.token))


if __name__ == "__main__":
    main()
