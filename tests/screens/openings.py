"""How each registered screen is opened over a fake desk, in the state where it shows the most words from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from card_seed import SETTINGS
from fake_office import FakeOffice
from fake_seed import EVERY_KIND
from textual.screen import Screen

from deskterm.desk.card import BlockKind, CardBlock, CardField, CardSettings, FieldType, Label, Required, default_blocks
from deskterm.desk.notice_kinds import DEFAULT_WAYS
from deskterm.desk.rows import NewMessage, SavedView, StagedFile
from deskterm.desk.rows_customer import CompanyRow, DuplicateRow, MergedCard, RecordRow
from deskterm.desk.rows_time import NoticeSettings
from deskterm.desk.text import clean_line
from deskterm.keys.actions import Context, Menu
from deskterm.screens.asking import ConfirmScreen, PathScreen
from deskterm.screens.assigning import AssignScreen
from deskterm.screens.attachments import AttachmentsScreen
from deskterm.screens.card_layout import LayoutScreen
from deskterm.screens.carrying import ProgressScreen
from deskterm.screens.choosing_customer import ChooseCustomerScreen
from deskterm.screens.command_line import CommandLineScreen
from deskterm.screens.company import CompanyScreen, EditCompanyScreen
from deskterm.screens.contact import About, ContactScreen
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.customers import CustomersScreen
from deskterm.screens.duplicates import DuplicatesScreen
from deskterm.screens.filter_help import FilterHelpScreen
from deskterm.screens.finding import FindScreen
from deskterm.screens.health import HealthScreen
from deskterm.screens.held import HeldScreen
from deskterm.screens.help import HelpScreen
from deskterm.screens.layout_forms import BlockFormScreen, FieldFormScreen, RuleFormScreen
from deskterm.screens.merge_preview import MergePreviewScreen
from deskterm.screens.merging import MergeScreen
from deskterm.screens.new_message import NewMessageScreen
from deskterm.screens.notice_ways import FIELDS, FieldScreen, LinkScreen, NoticeWaysScreen
from deskterm.screens.notices import NoticesScreen
from deskterm.screens.outbox import OutboxScreen
from deskterm.screens.promised_times import PromisedTimesScreen
from deskterm.screens.querying import QueryScreen
from deskterm.screens.reading import SourceScreen, VersionsScreen
from deskterm.screens.records import RecordScreen, RecordsScreen
from deskterm.screens.reminding import RemindScreen
from deskterm.screens.saved_list import SavedListScreen
from deskterm.screens.saved_views import SaveViewScreen
from deskterm.screens.snoozing import SnoozeScreen
from deskterm.screens.splitting import SplitScreen
from deskterm.screens.tagging import TagsScreen
from deskterm.screens.task_acts import DueScreen
from deskterm.screens.task_form import TaskFormScreen
from deskterm.screens.tasking import TasksHereScreen
from deskterm.screens.tasks import TasksScreen
from deskterm.screens.which_key import WhichKeyScreen

HELD_ID = 5001
"""A ledger row of the fake whose bytes are hostile too."""


def _question(office: FakeOffice) -> Screen[Any]:
    name = office.talk(EVERY_KIND).row.customer
    return ConfirmScreen(f"Send it again to {name}?")


def _versions(office: FakeOffice) -> Screen[Any]:
    return VersionsScreen(next(row.id for row in office.talk(EVERY_KIND).messages if row.versions > 1))


def _source(office: FakeOffice) -> Screen[Any]:
    return SourceScreen(HELD_ID, office.talk(EVERY_KIND).row.customer)


def _new_message(office: FakeOffice) -> Screen[Any]:
    talk = office.talk(EVERY_KIND)
    file = StagedFile(1, talk.row.customer, 9)
    return NewMessageScreen(NewMessage(talk.row.channel, talk.row.customer, talk.row.subject, talk.messages[0].text, (file,)))


def _path(office: FakeOffice) -> Screen[Any]:
    return PathScreen("Save into", clean_line(office.talk(EVERY_KIND).row.customer))


def _assign(office: FakeOffice) -> Screen[Any]:
    return AssignScreen(office.talk(EVERY_KIND).row.customer, 1)


def _tags(office: FakeOffice) -> Screen[Any]:
    async def look() -> tuple[list[tuple[str, ...]], bool]:
        return [(office.talk(EVERY_KIND).row.customer,)], True

    return TagsScreen(office.talk(EVERY_KIND).row.customer, look)


def _contact(office: FakeOffice) -> Screen[Any]:
    talk = office.talk(EVERY_KIND)
    return ContactScreen(About(talk.row.channel, 1, talk.row.customer, (1, 2), talk.messages[0].text))


def _record(office: FakeOffice) -> RecordRow:
    talk = office.talk(EVERY_KIND)
    words = talk.row.customer
    return RecordRow(1, words, words, talk.opened_at, {words: talk.messages[0].text}, EVERY_KIND)


def _odd_field(office: FakeOffice) -> CardField:
    name = office.talk(EVERY_KIND).row.customer
    return CardField("odd", FieldType.CHOICE, Label("odd", {"en": name, "ru": name}), (name,))


def _customer(office: FakeOffice) -> Screen[Any]:
    """A card of which every word is a customer's, with fields and records that the desk declares and that it does not."""
    talk, name = office.talk(EVERY_KIND), office.talk(EVERY_KIND).row.customer
    card, odd = office.known_card(EVERY_KIND), _odd_field(office)
    assert card is not None
    office.card_settings = CardSettings((odd,), default_blocks((odd,)), (), SETTINGS.records)
    at = talk.opened_at
    record = RecordRow(1, "order", name, at, {"total": name, "state": name})
    office.put_card(
        replace(
            card, company=name, language=name, values={"odd": name}, merged=(MergedCard(9, name, at),),
            duplicates=(DuplicateRow(card.id, name, 3, name, "name", 80, at),),
            records=(record, replace(record, id=2, kind="gone")),
        )
    )  # fmt: skip
    return CustomerScreen(EVERY_KIND)


def _task(office: FakeOffice) -> int:
    """A task whose every word is a customer's, and a due reminder of it."""
    talk = office.talk(EVERY_KIND)
    name, text = talk.row.customer, talk.messages[0].text
    task_id = office.add_task(
        name, description=text, tags=(name,), checklist=((name, False), (text, True)), conversation_id=EVERY_KIND,
        due=office.now(), recurrence="FREQ=DAILY",
    )  # fmt: skip
    office.add_reminder(office.now(), name, task_id=task_id)
    return task_id


def _tasks(office: FakeOffice) -> Screen[Any]:
    _task(office)
    return TasksScreen()


def _tasks_here(office: FakeOffice) -> Screen[Any]:
    _task(office)
    return TasksHereScreen(office.talk(EVERY_KIND).row.customer, [task.row for task in office.tables.tasks.values()])


def _notices(office: FakeOffice) -> Screen[Any]:
    """Notices and a due reminder whose every word is a customer's."""
    name = office.talk(EVERY_KIND).row.customer
    for kind in (*DEFAULT_WAYS, name):
        office.tell(kind, conversation_id=EVERY_KIND, by=name, data={"operator": name, "metric": name, "to": name})
    office.add_reminder(office.now(), name, conversation_id=EVERY_KIND)
    return NoticesScreen()


def _field(office: FakeOffice) -> Screen[Any]:
    return FieldScreen(FIELDS["email"], NoticeSettings({}, email=office.talk(EVERY_KIND).row.customer))


OPENINGS: dict[str, Callable[[FakeOffice], Screen[Any]]] = {
    "outbox": lambda _office: OutboxScreen(),
    "held": lambda _office: HeldScreen(),
    "health": lambda _office: HealthScreen(),
    "help": lambda _office: HelpScreen(Context.LIST),
    "filter_help": lambda _office: FilterHelpScreen(),
    "command_line": lambda _office: CommandLineScreen("go 10"),
    "which_key": lambda _office: WhichKeyScreen(Menu.GO),
    "source": _source,
    "versions": _versions,
    "attachments": lambda _office: AttachmentsScreen(EVERY_KIND),
    "assign": _assign,
    "tags": _tags,
    "snooze": lambda office: SnoozeScreen(office.talk(EVERY_KIND).row.customer),
    "remind": lambda office: RemindScreen(office.talk(EVERY_KIND).row.customer, "", office.talk(EVERY_KIND).messages[0].text),
    "save_view": lambda office: SaveViewScreen(SavedView(0, office.talk(EVERY_KIND).row.customer, "is:open")),
    "saved_list": lambda office: SavedListScreen([SavedView(1, office.talk(EVERY_KIND).row.customer, "is:open", 1)]),
    "query": lambda office: QueryScreen(office.talk(EVERY_KIND).row.customer),
    "progress": lambda office: ProgressScreen(office.talk(EVERY_KIND).row.customer, 7),
    "find": lambda office: FindScreen(clean_line(office.talk(EVERY_KIND).row.customer)),
    "new_message": _new_message,
    "path": _path,
    "confirm": _question,
    "customers": lambda _office: CustomersScreen(),
    "choose_customer": lambda office: ChooseCustomerScreen(office.talk(EVERY_KIND).row.customer),
    "duplicates": lambda _office: DuplicatesScreen(),
    "merge_preview": lambda _office: MergePreviewScreen(EVERY_KIND, EVERY_KIND + 1),
    "merge": lambda office: MergeScreen(office.talk(EVERY_KIND).row.customer, (EVERY_KIND,)),
    "split": lambda office: SplitScreen(office.talk(EVERY_KIND).row),
    "contact": _contact,
    "company": lambda _office: CompanyScreen(1),
    "edit_company": lambda office: EditCompanyScreen(CompanyRow(1, *[office.talk(EVERY_KIND).row.customer] * 2, 1)),
    "record": lambda office: RecordScreen(_record(office), office.talk(EVERY_KIND).row.customer),
    "records": lambda office: RecordsScreen([_record(office)]),
    "customer": _customer,
    "tasks": _tasks,
    "task_form": lambda office: TaskFormScreen(_task(office)),
    "task_due": lambda office: DueScreen(office.talk(EVERY_KIND).row.customer, office.now()),
    "tasks_here": _tasks_here,
    "promised_times": lambda office: PromisedTimesScreen(office.talk(EVERY_KIND).row),
    "layout": lambda office: LayoutScreen(office.known_card(EVERY_KIND)),
    "field_form": lambda office: FieldFormScreen(SETTINGS, _odd_field(office)),
    "block_form": lambda office: BlockFormScreen(SETTINGS, CardBlock(BlockKind.NOTES, _odd_field(office).label)),
    "notices": _notices,
    "notice_ways": lambda _office: NoticeWaysScreen(),
    "notice_field": _field,
    "notice_link": lambda office: LinkScreen(office.talk(EVERY_KIND).row.customer, [office.talk(EVERY_KIND).row.customer]),
    "rule_form": lambda office: RuleFormScreen(SETTINGS, {}, Required((office.talk(EVERY_KIND).row.customer,))),
}
"""Screen id -> how to open it. A screen of the registry that is not here fails `test_hostile`; the inbox is always open."""
