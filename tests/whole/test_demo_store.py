"""The demo's store: the same from the same seed, whole, with something in every view; and a desk that lives on it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deskterm import runtime
from deskterm.demo import run, shop
from deskterm.demo import seed as seeding
from deskterm.demo.history import outlines
from deskterm.demo.run import take_away
from deskterm.demo.showcase import CONVERSATIONS
from deskterm.desk import commands as c
from deskterm.desk.commands_customer import LogContact
from deskterm.desk.model import Delivery, Held
from deskterm.desk.post import HealthState
from deskterm.desk.rows import View
from deskterm.office import Office, OfficeError
from deskterm.store import store as stores
from deskterm.store.engine import STORE_FILE
from deskterm.store.multiply import Extent

SIZE = 200
PATIENCE_S = 60.0
NOW = datetime.now(UTC)

_OPEN = "status = 'open' AND spam = 0"
_COUNTED = {
    ("all", 0): "spam = 0",
    ("spam", 0): "spam = 1",
    ("inbox", 0): _OPEN,
    ("unassigned", 0): f"{_OPEN} AND assignee_id IS NULL",
    ("untagged", 0): f"{_OPEN} AND tag_ids = ''",
    ("waiting", 0): f"{_OPEN} AND waiting_since IS NOT NULL",
    ("late", 0): f"{_OPEN} AND late = 1",
    ("snoozed", 0): "status = 'snoozed' AND spam = 0",
    ("closed", 0): "status = 'closed' AND spam = 0",
    ("failed", 0): "failed > 0 AND spam = 0",
} | {("mine", one): f"{_OPEN} AND assignee_id = {one}" for one in range(1, len(shop.STAFF) + 1)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo store that nobody changes."""
    home = tmp_path_factory.mktemp("demo")
    seeding.make(home, Extent(SIZE), 7, NOW)
    return home


@contextlib.contextmanager
def looked_at(home: Path) -> Any:
    connection = sqlite3.connect(f"file:{home / STORE_FILE}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def one(home: Path, sql: str) -> Any:
    with looked_at(home) as connection:
        return connection.execute(sql).fetchone()[0]


def every(home: Path, sql: str) -> list[Any]:
    with looked_at(home) as connection:
        return connection.execute(sql).fetchall()


def test_the_file_is_whole(made: Path) -> None:
    assert every(made, "PRAGMA integrity_check") == [("ok",)]
    assert every(made, "PRAGMA foreign_key_check") == []
    assert stores.check(made) == "ok"
    assert sorted(path.name for path in made.iterdir() if not path.name.startswith(STORE_FILE)) == ["files"]


def test_there_are_as_many_as_asked_for(made: Path) -> None:
    assert one(made, "SELECT count(*) FROM conversation") == SIZE
    assert one(made, "SELECT value FROM meta WHERE key = 'demo'") == "1"


@pytest.mark.parametrize(("counter", "where"), _COUNTED.items(), ids=lambda value: str(value)[:24])
def test_counters_equal_counting(made: Path, counter: tuple[str, int], where: str) -> None:
    view, scope = counter
    counted = one(made, f"SELECT count(*) FROM conversation WHERE {where}")
    assert counted > 0
    assert one(made, f"SELECT n FROM counter WHERE view = '{view}' AND scope = {scope}") == counted


def test_what_is_derived_is_as_the_messages_say(made: Path) -> None:
    wrong = every(
        made,
        "SELECT c.id FROM conversation c WHERE message_count <> (SELECT count(*) FROM message m WHERE m.conversation_id = c.id)"
        " OR last_message_id <> (SELECT max(id) FROM message m WHERE m.conversation_id = c.id"
        " AND kind IN ('incoming', 'outgoing'))",
    )
    assert wrong == []
    assert one(made, "SELECT count(*) FROM message WHERE kind = 'incoming' AND inbound_id IS NULL") == 0
    assert one(made, "SELECT count(*) FROM inbound WHERE state = 'received'") == 0
    assert one(made, "SELECT count(*) FROM journal WHERE kind = 'conversation_opened'") == SIZE
    assert one(made, "SELECT count(*) FROM message WHERE at > stored_at OR stored_at > " + str(ms(NOW))) == 0


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def test_the_next_ids_are_free(made: Path) -> None:
    following = dict(every(made, "SELECT name, next FROM sequence"))
    for table in ("conversation", "message", "customer", "identity"):
        assert following[table] == one(made, f"SELECT max(id) + 1 FROM {table}")
    assert following["number"] == one(made, "SELECT max(number) + 1 FROM conversation")


def test_an_eighth_is_open_and_half_of_that_waits(made: Path) -> None:
    outlined = outlines(20_000, 3, NOW)
    is_open = [one for one in outlined if one.is_open]
    assert 0.10 < len(is_open) / len(outlined) < 0.15
    assert 0.4 < sum(one.waits for one in is_open) / len(is_open) < 0.6
    assert all(NOW - timedelta(days=3650) < one.begins <= one.ends <= NOW for one in outlined)
    late = one(made, "SELECT max(due_at) FROM conversation WHERE late = 1")
    assert late <= ms(NOW)
    assert one(made, f"SELECT count(*) FROM conversation WHERE late = 0 AND status = 'open' AND due_at <= {ms(NOW)}") == 0


def test_clocks_run_are_nearly_over_are_late_and_stand_still(made: Path) -> None:
    is_open = "SELECT count(*) FROM conversation WHERE status <> 'closed' AND sla_policy <> ''"
    for state in ("due_at IS NOT NULL", "soon = 1", "late = 1", "due_at IS NULL AND left_ms IS NOT NULL"):
        assert one(made, f"{is_open} AND {state}") > 0, state
    assert one(made, "SELECT count(*) FROM conversation WHERE status <> 'closed' AND spam = 0 AND sla_policy = ''") == 0
    assert one(made, f"SELECT count(*) FROM conversation WHERE alarm_at <= {ms(NOW)}") == 0


def test_there_is_something_to_do_and_to_come_back_to(made: Path) -> None:
    tasks = every(made, "SELECT status, overdue, assignee_id IS NULL, recurrence <> '' FROM task")
    assert {row[0] for row in tasks} >= {"open", "done"}
    assert all(any(row[column] for row in tasks) for column in (1, 2, 3))
    assert one(made, "SELECT count(*) FROM task WHERE checklist <> '[]' AND message_id IS NOT NULL") == 1
    assert dict(every(made, "SELECT state, count(*) FROM reminder GROUP BY 1")) == {"due": 1, "set": 4}
    assert dict(every(made, "SELECT state, count(*) FROM promise GROUP BY 1")) == {"open": 1, "overdue": 1}
    assert one(made, "SELECT count(*) FROM notice WHERE operator_id = 1 AND read_at IS NULL") > 0


def test_it_holds_one_of_everything(made: Path) -> None:
    states = dict(every(made, "SELECT delivery, count(*) FROM message WHERE delivery IS NOT NULL GROUP BY 1"))
    assert set(states) == {"sent", "failed", "uncertain"}
    assert states["failed"] == 3
    assert states["uncertain"] == 1
    assert {kind for (kind,) in every(made, "SELECT DISTINCT kind FROM message")} == {
        "incoming",
        "outgoing",
        "note",
        "activity",
    }
    assert {row[0] for row in every(made, "SELECT DISTINCT origin FROM message")} >= {"human", "auto", "bounce"}
    assert one(made, "SELECT count(*) FROM message_version") == 2
    assert one(made, "SELECT max(n) FROM (SELECT count(*) AS n FROM attachment GROUP BY message_id)") == 3
    assert one(made, "SELECT count(*) FROM conversation WHERE is_group = 1") == 1
    assert one(made, "SELECT count(*) FROM conversation WHERE previous_id IS NOT NULL") == 1
    assert one(made, "SELECT count(*) FROM message WHERE quoted_from IS NOT NULL") == 12
    assert one(made, "SELECT count(*) FROM draft") == 1
    assert one(made, "SELECT count(DISTINCT channel_id) FROM conversation") == 3
    assert [row[0] for row in every(made, "SELECT DISTINCT state FROM attachment")] == ["stored"]
    for (sha256,) in every(made, "SELECT DISTINCT sha256 FROM attachment"):
        assert (made / "files" / sha256[:2] / sha256).is_file()


_CONTENT = (
    "SELECT id, conversation_id, kind, text, delivery, author_operator_id, author_identity_id FROM message ORDER BY id",
    "SELECT id, number, status, title, subject, preview, assignee_id, customer_id, unread, late FROM conversation ORDER BY id",
    "SELECT id, kind, value, name FROM identity ORDER BY id",
    "SELECT id, message_id, name, sha256 FROM attachment ORDER BY id",
    "SELECT command_id, kind, conversation_id, message_id FROM journal ORDER BY seq",
)
_AGENDA = (
    "SELECT number, title, status, overdue, assignee_id, conversation_id, message_id FROM task ORDER BY id",
    "SELECT words, state, operator_id, conversation_id, customer_id FROM reminder ORDER BY id",
    "SELECT words, state, conversation_id FROM promise ORDER BY id",
    "SELECT conversation_id, metric, outcome, stage FROM sla_clock ORDER BY 1, 2",
)


def test_the_same_seed_makes_the_same_desk_at_any_time(made: Path, tmp_path: Path) -> None:
    (tmp_path / "same").mkdir()
    (tmp_path / "other").mkdir()
    seeding.make(tmp_path / "same", Extent(SIZE), 7, NOW + timedelta(days=100, minutes=7))
    seeding.make(tmp_path / "other", Extent(SIZE), 8, NOW)
    for sql in _AGENDA:
        assert every(tmp_path / "same", sql) == every(made, sql)
    for sql in _CONTENT:
        assert every(tmp_path / "same", sql) == every(made, sql)
        assert every(tmp_path / "other", sql) != every(made, sql)


@pytest.mark.parametrize("size", [1, CONVERSATIONS, CONVERSATIONS + 1])
def test_small_demos_are_as_small_as_asked_for(tmp_path: Path, size: int) -> None:
    seeding.make(tmp_path, Extent(size), 7, NOW)
    assert one(tmp_path, "SELECT count(*) FROM conversation") == size


# --- a desk on it


@asynccontextmanager
async def living(home: Path, seed: int = 7) -> AsyncIterator[Office]:
    """Open the desk with its back room at pace 0."""
    settings = shop.settings(home, seed, 0.0)
    async with runtime.open_desk(settings, make=shop.channel_maker(seed, 0.0)) as desk:
        serving = asyncio.create_task(desk.serve())
        try:
            yield await desk.office(shop.ME)
        finally:
            serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await serving


async def until(office: Office, true: Callable[[], Awaitable[Any]]) -> Any:
    """Wait until a look at the desk finds something, looking again at every bell."""
    rang = asyncio.Event()
    end = office.on_change(rang.set)
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                rang.clear()
                found = await true()
                if found:
                    return found
                await rang.wait()
    finally:
        end()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A small demo of this test's own."""
    seeding.make(tmp_path, Extent(60), 7, datetime.now(UTC))
    return tmp_path


async def test_every_view_has_something(home: Path) -> None:
    async with living(home) as office:
        assert office.demo
        for view in set(View) - {View.SNOOZED}:
            window = await office.conversations(view)
            assert window.rows, view
        counts = await office.counts()
        assert (counts.failed, counts.uncertain, counts.held) == (3, 1, 3)
        mail = next(one for one in (await office.status()).channels if one.name == shop.MAIL)
        assert mail.server_count == mail.ours_count
        assert mail.server_count


async def test_a_customer_comes_is_answered_and_answers(home: Path) -> None:
    async with living(home) as office:
        total = 60

        async def newcomer() -> Any:
            rows = (await office.conversations(View.ALL)).rows
            return next((row for row in rows if row.number > 1000 + total), None)

        row = await until(office, newcomer)
        assert row.waiting_since is not None
        done = await office.submit(c.Reply(row.id, "Сейчас посмотрим!"))
        assert isinstance(done, c.Done)

        async def answered() -> Any:
            messages = (await office.messages(row.id)).rows
            return next((m for m in messages if m.id > done.message_id and m.author_operator_id is None), None)

        assert await until(office, answered)
        sent = await office.message(done.message_id)
        assert sent is not None
        assert sent.delivery is not None
        assert sent.delivery.state is Delivery.SENT


@pytest.mark.parametrize("channel", [shop.MAIL, shop.BOT, shop.CHAT])
async def test_old_conversations_of_every_channel_are_answered_in_their_place(home: Path, channel: str) -> None:
    async with living(home) as office:
        rows = (await office.conversations(View.INBOX)).rows
        row = next(row for row in rows if row.channel == channel and not row.failed and not row.is_group)
        done = await office.submit(c.Reply(row.id, "Спасибо, проверим.", anyway=True))
        assert isinstance(done, c.Done)

        async def answered() -> Any:
            messages = (await office.messages(row.id)).rows
            return [m for m in messages if m.id > done.message_id and m.kind == "incoming"]

        assert await until(office, answered)


async def test_a_call_is_logged_in_the_demo(home: Path) -> None:
    async with living(home) as office:
        phone = next(one for one in (await office.status()).channels if one.name == shop.PHONE)
        assert (phone.kind, phone.state) == ("manual", HealthState.OK)
        done = await office.submit(
            LogContact(phone.id, "Просила перезвонить", name="Ольга", outcome="call_back", duration_s=180)
        )
        assert isinstance(done, c.Done)
        detail = await office.conversation(done.conversation_id)
        assert (detail.row.customer, detail.row.channel) == ("Ольга", shop.PHONE)


async def test_a_held_message_can_be_understood_again(home: Path) -> None:
    async with living(home) as office:
        held = await office.held(Held.QUARANTINED)
        readable = next(row for row in held if row.channel == shop.CHAT)
        broken = next(row for row in held if row.channel == shop.MAIL)
        assert await office.reparse(readable.id) is None
        assert (await office.reparse(broken.id)) is not None


async def test_a_second_start_goes_on(home: Path) -> None:
    async def more_than(office: Office, number: int) -> bool:
        return (await office.counts()).views[View.ALL] > number

    for _start in range(2):
        before = one(home, "SELECT count(*) FROM conversation")
        async with living(home) as office:
            await until(office, lambda before=before, office=office: more_than(office, before))
    names = [name for (name,) in every(home, "SELECT source_key FROM inbound WHERE source_key LIKE '%.live%'")]
    assert any(".live0" in name for name in names)
    assert any(".live1" in name for name in names)


# --- the program


def deskterm(*words: str, **more: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESKTERM_")}
    return subprocess.Popen(
        [sys.executable, "-m", "deskterm", *words],
        env=kept | {"LC_ALL": "C.UTF-8"} | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs the tests in the background has SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_the_command_makes_a_demo_once(tmp_path: Path) -> None:
    home = tmp_path / "d"
    kept = f"There is a demo desk in {home} already; it is opened as it is, whatever --size and --seed say.\n"
    for size, said in (("20", ""), ("40", kept)):
        made = deskterm("demo", "--no-console", "--home", str(home), "--size", size)
        out, err = made.communicate(timeout=120)
        assert (made.returncode, out) == (0, "")
        assert err == f"{said}The demo desk is in {home} and stays there; open it with: deskterm demo --home {home}\n"
    assert one(home, "SELECT count(*) FROM conversation") == 20


def test_a_demo_is_read_and_acted_on_without_a_configuration(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "d"
    shutil.copytree(made, home)

    def asked(*words: str) -> Any:
        running = deskterm("--home", str(home), "conversation", *words, "--json")
        out, err = running.communicate(timeout=60)
        assert running.returncode == 0, err
        return json.loads(out)["data"]

    number = asked("list", "is:waiting", "--limit", "1")[0]["number"]
    assert asked("close", str(number), "--operator", "boris")["changed"] == 1
    assert asked("list", f"id:{number} is:closed", "--count") == {"count": 1}
    asked("undo", "--operator", "boris")
    asked("reply", str(number), "Ответим завтра", "--operator", "anna")
    assert one(home, "SELECT count(*) FROM message WHERE delivery = 'queued' AND text = 'Ответим завтра'") == 1
    assert not (home / "config.toml").exists()


def test_a_real_desk_without_its_configuration_is_no_demo(tmp_path: Path) -> None:
    stores.create(tmp_path)
    running = deskterm("--home", str(tmp_path), "conversation", "list")
    _, err = running.communicate(timeout=60)
    assert (running.returncode, "there is no configuration here" in err) == (78, True)


def test_a_temporary_demo_goes_but_for_a_crash_report(tmp_path: Path) -> None:
    for name, crashed in (("calm", False), ("crashed", True)):
        folder = tmp_path / name
        for path in ("desk.db", "files/ab/abc", "logs/deskterm.log", *(["logs/crash-1.txt"] if crashed else [])):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("x")
        take_away(folder)
    assert not (tmp_path / "calm").exists()
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["crashed/logs/crash-1.txt", "crashed/logs/deskterm.log"]


def test_a_real_desk_is_refused_and_left_alone(tmp_path: Path) -> None:
    stores.create(tmp_path)
    before = (tmp_path / STORE_FILE).read_bytes()
    with pytest.raises(OfficeError, match="not a demo"):
        run(size=20, seed=7, home=tmp_path, pace=0.0, console=False)
    assert (tmp_path / STORE_FILE).read_bytes() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_cancelled_leaves_nothing_half_made(tmp_path: Path, number: signal.Signals) -> None:
    home = tmp_path / "d"
    making = deskterm("demo", "--no-console", "--home", str(home), "--size", "100000")
    try:
        for _ in range(600):
            if list(home.glob(".making-*/desk.db-wal")):
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                making.wait(0.1)
        making.send_signal(number)
        making.communicate(timeout=60)
    finally:
        making.kill()
    assert making.returncode in (130, 128 + number)
    assert list(home.iterdir()) == []
