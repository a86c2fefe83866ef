"""Who is told of what: rules that hold whatever happens, and cases by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk import facts as f
from deskterm.desk import facts_time as ft
from deskterm.desk.mentions import mentioned
from deskterm.desk.model import Actor, ActorKind, Conversation, Origin, Role, Status
from deskterm.desk.notice_kinds import DEFAULT_WAYS, NoticeKind, Way, possible, sound_ways
from deskterm.desk.notice_people import People, Person
from deskterm.desk.notice_settled import settled
from deskterm.desk.notice_values import Gathered, Scene, Slept, TaskOf, Told
from deskterm.desk.noticing import concerns, wanted
from deskterm.desk.quiet_hours import quiet_until
from deskterm.desk.sla_book import Deed, Metric

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CLOCK = Actor(ActorKind.CLOCK)
PERSONS = (
    Person(1, "anna", "Анна Иванова", Role.OWNER),
    Person(2, "boris", "Boris", Role.OPERATOR),
    Person(3, "sofia", "Sofia", Role.SUPERVISOR),
    Person(4, "vera", "Вера", Role.VIEWER),
    Person(5, "max", "Max", Role.OPERATOR, supervisor_id=2),
)
PEOPLE = People(PERSONS, {1: frozenset({2, 3}), 2: frozenset({5})})
IDS = [person.id for person in PERSONS]


def talk(number: int = 1, assignee: int | None = None, team: int | None = None) -> Conversation:
    return Conversation(number, 1000 + number, 1, Status.OPEN, NOW, NOW, NOW, assignee_id=assignee, team_id=team)


def clock(number: int = 1, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    values = {"metric": Metric.FIRST_REPLY, "started_at": NOW - HOUR, "due_at": at, "stage": 1, "at": at}
    return {"conversation_id": number, **values, **more}


def tell(facts: list[f.Fact], *talks: Conversation, actor: Actor = CLOCK, people: People = PEOPLE, **tasks: Any) -> list[Told]:
    states = {one.id: one for one in talks or (talk(),)}
    scene = Scene(states, tasks.get("tasks", {}), command_id=9, slept=tasks.get("slept"))
    return wanted(facts, scene, people, actor, NOW)


def kinds(told: list[Told]) -> list[tuple[int, str]]:
    return sorted((one.operator_id, one.kind.value) for one in told)


# what holds whatever happens

talk_ids = st.integers(1, 3)
who = st.sampled_from([*IDS, None, 99])
times = st.timedeltas(timedelta(0), timedelta(hours=9)).map(lambda ago: NOW - ago)
metrics = st.sampled_from(list(Metric))


def message(number: int, message_id: int, at: datetime, waits: bool) -> f.MessageReceived:
    return f.MessageReceived(
        conversation_id=number, message_id=message_id, channel_id=1, origin=Origin.HUMAN, author_identity_id=1, at=at,
        waits=waits,
    )  # fmt: skip


def alarm(kind: type[Any], number: int, metric: Metric, at: datetime, stage: int, to: str) -> Any:
    more = {"share": 0.75} if kind is ft.SlaWarned else {"deed": Deed.NOTIFY, "to": to} if kind is ft.SlaEscalated else {}
    return kind(**clock(number, at, metric=metric, stage=stage, **more))


facts = st.lists(
    st.one_of(
        st.builds(lambda n, a, b: f.Assigned(conversation_id=n, from_id=a, to_id=b, how="operator"), talk_ids, who, who),
        st.builds(message, talk_ids, st.integers(1, 5), times, st.booleans()),
        st.builds(lambda n, at: f.LateMarked(conversation_id=n, at=at), talk_ids, times),
        st.builds(
            alarm, st.sampled_from([ft.SlaWarned, ft.SlaMissed, ft.SlaEscalated]), talk_ids, metrics, times, st.integers(1, 3),
            st.sampled_from(["assignee", "team", "supervisor", "owner", "boris", "nobody-here"]),
        ),
        st.builds(lambda t, at: ft.TaskOverdue(task_id=t, at=at), st.integers(1, 3), times),
        st.builds(
            lambda o, r, at: ft.ReminderMoved(
                reminder_id=r, operator_id=o, state="due", was_state="set", due=at, was_due=at, at=at
            ),
            st.sampled_from(IDS), st.integers(1, 3), times,
        ),
        st.builds(
            lambda n, text: f.NoteAdded(conversation_id=n, message_id=7, operator_id=1, at=NOW, text=text),
            talk_ids, st.lists(st.sampled_from(["@anna", "@boris", "@Анна", "a@max", "@max@shop.test", "и"])).map(" ".join),
        ),
    ),
    max_size=6,
)  # fmt: skip
actors = st.sampled_from([CLOCK, *(Actor(ActorKind.OPERATOR, one) for one in IDS), Actor(ActorKind.CUSTOMER, 1)])
tasks = st.dictionaries(st.integers(1, 3), st.builds(TaskOf, who, st.sampled_from([1, 2, None]), who), max_size=3)
states = st.tuples(*(st.builds(talk, st.just(n), who, st.sampled_from([1, 2, None])) for n in (1, 2, 3)))


@given(facts, states, actors, tasks)
def test_nobody_is_told_twice_nor_of_their_own(happened: Any, talks: Any, actor: Actor, known: Any) -> None:
    told = tell(happened, *talks, actor=actor, tasks=known)
    if actor.kind is ActorKind.OPERATOR:
        assert actor.id not in {one.operator_id for one in told}
    assert {one.operator_id for one in told} <= set(IDS), "only who works here"
    once = Counter((one.operator_id, one.key) for one in told if one.gathered is not Gathered.COUNTED)
    assert [place for place, count in once.items() if count > 1] == []
    about = Counter((one.operator_id, one.subject) for one in told if one.subject)
    assert [place for place, count in about.items() if count > 1] == []
    for one in told:
        assert all(isinstance(value, int | float | str | bool | None) for value in one.data.values())


@given(facts, states, actors, tasks)
def test_the_same_again_has_the_same_keys(happened: Any, talks: Any, actor: Actor, known: Any) -> None:
    first = tell(happened, *talks, actor=actor, tasks=known)
    assert [(one.operator_id, one.key) for one in tell(happened, *talks, actor=actor, tasks=known)] == [
        (one.operator_id, one.key) for one in first
    ]


@given(facts, states, actors, tasks)
def test_what_concerns_nobody_tells_nobody(happened: Any, talks: Any, actor: Actor, known: Any) -> None:
    by_id = {one.id: one for one in talks}
    quiet = [one for one in happened if not concerns(one, by_id) and not isinstance(one, f.MessageReceived)]
    assert tell(quiet, *talks, actor=actor, tasks=known) == []


@given(facts, states, tasks)
def test_a_missed_promise_never_goes_unheard(happened: Any, talks: Any, known: Any) -> None:
    """As long as anybody works here who answers customers."""
    missed = [one for one in happened if isinstance(one, ft.SlaMissed)]
    told = tell(happened, *talks, tasks=known)
    for one in missed:
        heard = {note.kind for note in told if note.conversation_id == one.conversation_id}
        assert heard & {NoticeKind.SLA_LATE, NoticeKind.ESCALATED}


# by hand


@pytest.mark.parametrize(
    ("assignee", "team", "expected"),
    [
        (2, None, [(2, "sla_late"), (3, "missed")]),
        (3, None, [(1, "missed"), (3, "sla_late")]),
        (1, None, [(1, "sla_late"), (3, "missed")]),
        (5, None, [(2, "missed"), (5, "sla_late")]),
        (5, 1, [(2, "missed"), (5, "sla_late")]),
        (None, 1, [(2, "sla_late"), (3, "sla_late")]),
        (None, None, [(1, "sla_late"), (2, "sla_late"), (3, "sla_late"), (5, "sla_late")]),
        (99, 2, [(5, "sla_late")]),
    ],
)
def test_whose_a_missed_promise_is(assignee: int | None, team: int | None, expected: list[tuple[int, str]]) -> None:
    assert kinds(tell([ft.SlaMissed(**clock())], talk(1, assignee, team))) == expected


def test_one_founder_alone_is_told_once() -> None:
    alone = People(PERSONS[:1])
    assert kinds(tell([ft.SlaMissed(**clock())], talk(1, 1), people=alone)) == [(1, "sla_late")]


@pytest.mark.parametrize(
    ("to", "expected"),
    [("assignee", [2]), ("team", [2, 3]), ("supervisor", [3]), ("owner", [1]), ("max", [5]), ("gone", [1])],
)
def test_whom_an_escalation_tells(to: str, expected: list[int]) -> None:
    step = ft.SlaEscalated(**clock(), deed=Deed.NOTIFY, to=to)
    assert [one.operator_id for one in tell([step], talk(1, 2, 1))] == expected


@pytest.mark.parametrize(
    ("deed", "to", "done", "expected"),
    [
        (Deed.ASSIGN, "gone", False, [(3, "escalated")]),
        (Deed.ASSIGN, "boris", True, []),
        (Deed.ASSIGN, "boris", False, []),
        (Deed.ASSIGN, "nobody", False, []),
        (Deed.RAISE, "high", False, []),
    ],
)
def test_only_a_step_that_leads_to_nobody_is_told_of_itself(deed: Deed, to: str, done: bool, expected: Any) -> None:
    step = ft.SlaEscalated(**clock(), deed=deed, to=to, done=done)
    assert kinds(tell([step], talk(1, 2, 1))) == expected


def test_a_promise_missed_and_given_away_in_one_is_told_to_who_had_it() -> None:
    given_away = f.Assigned(conversation_id=1, from_id=2, to_id=3, how="operator")
    told = tell([ft.SlaMissed(**clock()), given_away], talk(1, 3))
    assert kinds(told) == [(2, "sla_late"), (3, "assigned"), (3, "missed")]


@pytest.mark.parametrize(("ago", "missed"), [(1, False), (2, False), (3, True), (60, True), (61, False), (4000, False)])
def test_what_the_desk_slept_through_is_for_the_digest(ago: int, missed: bool) -> None:
    at = NOW - timedelta(minutes=ago)
    slept = Slept(NOW - HOUR, NOW - timedelta(minutes=2))
    for fact in (ft.SlaMissed(**clock(at=at)), message(1, 1, at, waits=True)):
        (one, *_rest) = tell([fact], talk(1, 2), slept=slept)
        assert one.missed is missed


def test_an_open_desk_tells_at_once_what_a_change_made_late_long_ago() -> None:
    told = tell([ft.SlaMissed(**clock(at=NOW - timedelta(days=3)))], talk(1, 2))
    assert [one.missed for one in told] == [False, False]


def test_late_under_a_policy_is_its_clocks_matter() -> None:
    late = f.LateMarked(conversation_id=1, at=NOW)
    assert kinds(tell([late], talk(1, 2))) == [(2, "sla_late"), (3, "missed")]
    assert tell([late], replace(talk(1, 2), sla_policy="general")) == []
    assert kinds(tell([ft.SlaMissed(**clock()), late], talk(1, 2))) == [(2, "sla_late"), (3, "missed")]


def test_an_overdue_task() -> None:
    overdue = ft.TaskOverdue(task_id=1, at=NOW)
    for task, expected in (
        (TaskOf(2), [(2, "overdue"), (3, "missed")]),
        (TaskOf(None, 1, 5), [(2, "overdue"), (3, "overdue")]),
        (TaskOf(None, None, 5), [(5, "overdue")]),
        (TaskOf(), [(1, "overdue"), (2, "overdue"), (3, "overdue"), (5, "overdue")]),
    ):
        assert kinds(tell([overdue], tasks={1: task})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@anna", {1}),
        ("Посмотри, @АННА!", {1}),
        ("(@Анна Иванова)", {1}),
        ("@anna.", {1}),
        ("@anna's", {1}),
        ("@boris, @max", {2, 5}),
        ("@bo", set()),
        ("@borisov", set()),
        ("@boris.petrov", set()),
        ("mail@anna.test", set()),
        ("olga@anna", set()),
        ("@anna@shop.test", set()),
        ("https://t.me/@anna", set()),
        ("anna", set()),
        ("@", set()),
        ("@Артём", {6}),
        ("@артем", {6}),
    ],
)
def test_whom_a_note_names(text: str, expected: set[int]) -> None:
    names = {**PEOPLE.names(), 6: ("artem", "Артём")}
    assert mentioned(text, names) == expected


@given(st.text(alphabet="@abcnо .-\n", max_size=200))
def test_any_text_may_be_searched_for_names(text: str) -> None:
    assert mentioned(text, PEOPLE.names()) <= set(IDS)


# ways and hours


@given(st.sampled_from(list(DEFAULT_WAYS)), st.lists(st.sampled_from([way.value for way in Way])))
def test_who_is_told_at_all_finds_it_in_the_console(kind: NoticeKind, names: list[str]) -> None:
    ways = sound_ways(kind, tuple(names))
    if kind is NoticeKind.NEW:
        assert ways is None or set(ways) <= {Way.BELL, Way.DESKTOP}
        return
    assert ways is not None
    assert (Way.CONSOLE in ways) is bool(names)
    assert set(possible(kind)) >= set(ways)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("21:59", None),
        ("22:00", "2026-11-23 08:00"),
        ("23:30", "2026-11-23 08:00"),
        ("00:00", "2026-11-22 08:00"),
        ("07:59", "2026-11-22 08:00"),
        ("08:00", None),
    ],
)
def test_quiet_hours_over_midnight(at: str, until: str | None) -> None:
    moment = datetime.fromisoformat(f"2026-11-22 {at}+00:00")
    ends = quiet_until(moment, 22 * 60, 8 * 60, UTC)
    assert ends == (None if until is None else datetime.fromisoformat(f"{until}+00:00"))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(0, 1439), st.integers(0, 1439))
def test_quiet_hours_end_and_are_over_then(at: datetime, start: int, end: int) -> None:
    moment = at.replace(tzinfo=UTC)
    ends = quiet_until(moment, start, end, UTC)
    if ends is not None:
        assert moment < ends <= moment + timedelta(days=1)
        assert quiet_until(ends, start, end, UTC) is None


# what is done with


def test_who_read_or_answered_is_told_no_more() -> None:
    boris = Actor(ActorKind.OPERATOR, 2)
    (read,) = settled([f.ConversationRead(conversation_id=1, unread=0)], boris)
    assert (read.operator_id, read.conversation_id) == (2, 1)
    assert settled([f.ConversationRead(conversation_id=1, unread=1)], boris) == []
    assert settled([f.ConversationRead(conversation_id=1, unread=0)], CLOCK) == []


def test_what_was_missed_stays_until_it_is_read() -> None:
    facts = [
        f.ConversationClosed(conversation_id=1, at=NOW),
        ft.SlaEnded(conversation_id=1, metric=Metric.FIRST_REPLY, started_at=NOW, at=NOW, outcome="missed", spent_ms=1),
    ]
    for one in settled(facts, CLOCK):
        assert not {NoticeKind.MISSED, NoticeKind.ESCALATED, NoticeKind.DIGEST} & set(one.kinds)
