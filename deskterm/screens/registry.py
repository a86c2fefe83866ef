"""Every screen and dialog by its id: the places that `g` leads to, and the list by which the hostile test opens them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from deskterm.screens.asking import ConfirmScreen, PathScreen
from deskterm.screens.assigning import AssignScreen
from deskterm.screens.attachments import AttachmentsScreen
from deskterm.screens.card_layout import LayoutScreen
from deskterm.screens.carrying import ProgressScreen
from deskterm.screens.choosing_customer import ChooseCustomerScreen
from deskterm.screens.command_line import CommandLineScreen
from deskterm.screens.company import CompanyScreen, EditCompanyScreen
from deskterm.screens.contact import ContactScreen
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.customers import CustomersScreen
from deskterm.screens.duplicates import DuplicatesScreen
from deskterm.screens.filter_help import FilterHelpScreen
from deskterm.screens.finding import FindScreen
from deskterm.screens.health import HealthScreen
from deskterm.screens.held import HeldScreen
from deskterm.screens.help import HelpScreen
from deskterm.screens.inbox import InboxScreen
from deskterm.screens.layout_forms import BlockFormScreen, FieldFormScreen, RuleFormScreen
from deskterm.screens.merge_preview import MergePreviewScreen
from deskterm.screens.merging import MergeScreen
from deskterm.screens.new_message import NewMessageScreen
from deskterm.screens.notice_ways import FieldScreen, LinkScreen, NoticeWaysScreen
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

ROOMS: dict[str, Callable[[], Screen[None]]] = {
    "outbox": OutboxScreen,
    "held": HeldScreen,
    "health": HealthScreen,
    "customers": CustomersScreen,
    "layout": LayoutScreen,
    "tasks": TasksScreen,
    "notices": NoticesScreen,
}
"""Rooms that need nothing to be opened: the id is what the action `room('…')` names."""

SCREENS: dict[str, type[Screen[Any]]] = {
    "inbox": InboxScreen,
    "outbox": OutboxScreen,
    "held": HeldScreen,
    "health": HealthScreen,
    "help": HelpScreen,
    "filter_help": FilterHelpScreen,
    "which_key": WhichKeyScreen,
    "source": SourceScreen,
    "versions": VersionsScreen,
    "attachments": AttachmentsScreen,
    "assign": AssignScreen,
    "tags": TagsScreen,
    "snooze": SnoozeScreen,
    "remind": RemindScreen,
    "query": QueryScreen,
    "save_view": SaveViewScreen,
    "saved_list": SavedListScreen,
    "command_line": CommandLineScreen,
    "progress": ProgressScreen,
    "find": FindScreen,
    "new_message": NewMessageScreen,
    "path": PathScreen,
    "confirm": ConfirmScreen,
    "customers": CustomersScreen,
    "choose_customer": ChooseCustomerScreen,
    "duplicates": DuplicatesScreen,
    "merge_preview": MergePreviewScreen,
    "merge": MergeScreen,
    "split": SplitScreen,
    "contact": ContactScreen,
    "company": CompanyScreen,
    "edit_company": EditCompanyScreen,
    "record": RecordScreen,
    "records": RecordsScreen,
    "customer": CustomerScreen,
    "layout": LayoutScreen,
    "field_form": FieldFormScreen,
    "block_form": BlockFormScreen,
    "rule_form": RuleFormScreen,
    "tasks": TasksScreen,
    "task_form": TaskFormScreen,
    "task_due": DueScreen,
    "tasks_here": TasksHereScreen,
    "promised_times": PromisedTimesScreen,
    "notices": NoticesScreen,
    "notice_ways": NoticeWaysScreen,
    "notice_field": FieldScreen,
    "notice_link": LinkScreen,
}
"""All screens. Whoever adds one adds it here, and tells the hostile test how it is opened."""
