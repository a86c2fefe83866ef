"""The action table holds together: every action has words, a place, a handler, and no key means two things in one place."""

from itertools import combinations

import pytest
from textual.app import App

from deskterm.app import DeskApp
from deskterm.keys.actions import ACTIONS, BY_ID, FOOTER, Action, Context, Menu, actions_in, menu_actions
from deskterm.keys.keymap import bindings, clash, normal_key, opener
from deskterm.screens.card_acts import CardActs
from deskterm.screens.card_layout import LayoutScreen
from deskterm.screens.company import CompanyScreen
from deskterm.screens.compose import ComposePane
from deskterm.screens.customer import CustomerScreen
from deskterm.screens.customers import CustomersScreen
from deskterm.screens.duplicates import DuplicatesScreen
from deskterm.screens.health import HealthScreen
from deskterm.screens.held import HeldScreen
from deskterm.screens.inbox import InboxScreen
from deskterm.screens.merge_preview import MergePreviewScreen
from deskterm.screens.notices import NoticesScreen
from deskterm.screens.outbox import OutboxScreen
from deskterm.screens.task_form import TaskFormScreen
from deskterm.screens.tasks import TasksScreen
from deskterm.widgets.card_view import CardView
from deskterm.widgets.conversation_list import ConversationList
from deskterm.widgets.line_list import LineList
from deskterm.widgets.task_list import TaskList
from deskterm.widgets.text_view import TextView
from deskterm.widgets.thread import ThreadView

SERVERS: dict[Context, tuple[type, ...]] = {
    Context.ANYWHERE: (DeskApp, ConversationList, ThreadView),
    Context.LIST: (ConversationList, InboxScreen),
    Context.THREAD: (ThreadView, InboxScreen),
    Context.COMPOSER: (ComposePane,),
    Context.OUTBOX: (LineList, OutboxScreen),
    Context.HELD: (LineList, HeldScreen),
    Context.HEALTH: (LineList, TextView, HealthScreen),
    Context.CUSTOMERS: (LineList, CustomersScreen),
    Context.DUPLICATES: (LineList, DuplicatesScreen),
    Context.PREVIEW: (LineList, MergePreviewScreen),
    Context.COMPANY: (LineList, CompanyScreen),
    Context.CARD: (CardView, CardActs, CustomerScreen, InboxScreen),
    Context.LAYOUT: (LineList, LayoutScreen),
    Context.NOTICES: (LineList, NoticesScreen),
    Context.TASKS: (TaskList, TasksScreen),
    Context.TASK: (TaskFormScreen,),
}
RESERVED = {f"ctrl+{key}" for key in "imhjzba"} | {"ctrl+left_square_bracket", "ctrl+space", "ctrl+enter"}


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_words_keys_and_a_place(action: Action) -> None:
    assert action.title
    assert action.help
    assert not action.help.endswith(".")
    assert action.contexts
    assert action.keys
    assert [normal_key(key) for key in action.keys] == list(action.keys)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_carried_out_where_it_says(action: Action) -> None:
    method = f"action_{action.command.partition('(')[0]}"
    for context in action.contexts:
        assert any(hasattr(server, method) for server in SERVERS[context]), f"nobody in {context} has {method}"


def test_no_key_means_two_things_in_one_place() -> None:
    found = [
        (first.id, second.id, key)
        for first, second in combinations(ACTIONS, 2)
        if (key := clash(first, first.keys, second, second.keys)) is not None
    ]
    assert found == []


def test_no_key_is_taken_that_terminals_keep_or_alias() -> None:
    taken = {key for action in ACTIONS for key in action.keys}
    assert taken.isdisjoint(RESERVED)
    assert not any(key.startswith("alt+") for key in taken)


def test_no_daily_action_needs_a_modifier() -> None:
    here = {*actions_in(Context.LIST), *actions_in(Context.THREAD)}
    only_modified = {action.id for action in here if all("+" in key for key in action.keys)}
    assert only_modified <= {"move.half_down", "move.half_up", "find.in_thread", "find.back"}


@pytest.mark.parametrize("menu", list(Menu))
def test_every_menu_is_opened_by_an_action_and_has_second_keys(menu: Menu) -> None:
    assert BY_ID[opener(menu)].command in (f"menu('{menu}')", "quit")
    assert BY_ID[opener(menu)].at_once
    assert len(menu_actions(menu)) >= 2


def test_the_footer_names_actions_that_work_there() -> None:
    for context, ids in FOOTER.items():
        for action_id in ids:
            contexts = BY_ID[action_id].contexts
            assert context in contexts or Context.ANYWHERE in contexts


@pytest.mark.parametrize("server", [DeskApp, ConversationList, ThreadView, InboxScreen, ComposePane])
def test_every_binding_comes_from_the_table(server: type) -> None:
    own = server.__dict__.get("BINDINGS", ())
    assert {binding.id for binding in own} <= set(BY_ID)
    assert all(binding.action == BY_ID[binding.id].command for binding in own)


def test_the_application_has_no_binding_that_is_not_in_the_table() -> None:
    known = {key for action in ACTIONS for key in action.keys}
    assert set(DeskApp._merged_bindings.key_to_bindings) <= known
    assert "ctrl+c" not in DeskApp._merged_bindings.key_to_bindings
    assert "ctrl+c" in App._merged_bindings.key_to_bindings


def test_every_action_with_a_key_of_its_own_is_bound_where_it_works() -> None:
    bound = {
        Context.LIST: [*ConversationList.BINDINGS, *InboxScreen.BINDINGS],
        Context.THREAD: [*ThreadView.BINDINGS, *InboxScreen.BINDINGS],
        Context.COMPOSER: ComposePane.__mro__[1].BINDINGS,
        Context.ANYWHERE: DeskApp.BINDINGS,
    }
    for context, found in bound.items():
        assert {binding.id for binding in bindings(context)} <= {binding.id for binding in found}


def test_letters_that_are_kept_for_later_mean_nothing_else() -> None:
    own = [action for action in ACTIONS if action.menu is None]
    later = {key: action.id for action in own if action.id.startswith("later.") for key in action.keys}
    others = {key for action in own if action.id not in later.values() for key in action.keys}
    assert set(later) <= {*"cMiTbr"}
    assert others.isdisjoint(later)


def test_tab_is_the_next_pane_and_nothing_else() -> None:
    """On a card it goes to the next field, as in any form; among tasks and notices to the next ones."""
    wanted = ["move.pane", "card.next", "tasks.next", "notices.other"]
    assert [action.id for action in ACTIONS if "tab" in action.keys] == wanted
