"""Help from the action table with the operator's own keys, the filter language on one page, counts beside the views of `g`."""

from __future__ import annotations

import pytest
from desk_pilot import desk

from deskterm import i18n
from deskterm.desk.query import FIELDS, Mistake, parse
from deskterm.desk.rows import View
from deskterm.i18n import _
from deskterm.keys.actions import ACTIONS, Context, Group
from deskterm.keys.keymap import Keymap
from deskterm.query_examples import EXAMPLES, RULES
from deskterm.query_help import help_words
from deskterm.screens.filter_help import FilterHelpScreen, filter_help_lines
from deskterm.screens.help import HelpScreen, help_lines
from deskterm.screens.which_key import WhichKeyScreen
from deskterm.verbs.table import VERBS
from deskterm.widgets.paint import Line
from deskterm.widgets.text_view import TextView


def words(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


def test_help_begins_with_the_keys_of_where_one_is() -> None:
    for here in (Context.LIST, Context.THREAD, Context.OUTBOX, Context.COMPOSER):
        text = "\n".join(words(help_lines(Keymap(), "", here, 120)))
        own = [action for action in ACTIONS if here in action.contexts and action.group is not Group.LATER]
        away = [action for action in ACTIONS if here not in action.contexts and Context.ANYWHERE not in action.contexts]
        assert max(text.index(f"{action.help[:24]}") for action in own) < text.index("Elsewhere") < len(text)
        assert all(action.help[:24] in text for action in (*own, *away))


def test_help_shows_ones_own_keys_and_every_verb() -> None:
    lines = words(help_lines(Keymap({"act.reply": "f7"}), "", Context.LIST, 120))
    assert any("F7" in line and "Reply" in line for line in lines)
    assert all(any(f":{verb.name}" in line for line in lines) for verb in VERBS)
    only = words(help_lines(Keymap(), "snooze customer", Context.LIST, 120))
    assert any(":snooze" in line for line in only)
    assert not any(":close" in line for line in only)


def test_every_query_of_the_page_is_one_in_both_languages() -> None:
    for query, _words in (*RULES, *EXAMPLES):
        assert not isinstance(parse(query), Mistake), query
    for language in ("en", "ru"):
        i18n.use(language)
        try:
            page = "\n".join(words(filter_help_lines(100)))
            for field in FIELDS:
                assert f" {field.names(language)[0]}:" in page
                assert help_words(field.help)[:20] in page
        finally:
            i18n.use("en")


async def test_the_page_is_reached_from_help_and_from_the_filter() -> None:
    async with desk() as d:
        await d.press("question_mark")
        await d.until(lambda: isinstance(d.app.screen, HelpScreen))
        await d.press("f2")
        await d.until(lambda: isinstance(d.app.screen, FilterHelpScreen))
        assert "how long the customer waits" in d.app.screen.query_one(TextView).words
        await d.press("escape", "escape")
        await d.until(lambda: d.app.screen is d.inbox)
        await d.press("slash", "f1")
        await d.until(lambda: isinstance(d.app.screen, FilterHelpScreen))
        await d.press("escape")
        await d.until(lambda: d.app.screen is d.inbox and d.inbox.prompt.field.has_focus)


async def test_the_menu_of_views_has_their_counts() -> None:
    async with desk() as d:
        await d.until(lambda: d.inbox.counts is not None)
        assert d.inbox.counts is not None
        count = d.inbox.counts.views[View.INBOX]
        await d.press("g")
        await d.until(lambda: isinstance(d.app.screen, WhichKeyScreen))
        await d.until_shown(f"i  Inbox  {count}")


async def test_a_menu_that_is_higher_than_the_screen_has_two_columns() -> None:
    async with desk(size=(80, 16)) as d:
        await d.press("g")
        await d.until_shown("Health")
        assert "Inbox" in d.text
        assert "First row" in d.text


@pytest.mark.parametrize("tongue", ["en", "ru"])
def test_a_wide_help_cuts_no_title(tongue: str) -> None:
    i18n.use(tongue)
    try:
        lines = ["".join(span.text for span in line) for line in help_lines(Keymap(), "", None, 200)]
        titles = [_(action.title) for action in ACTIONS if not action.id.startswith("view.")]
    finally:
        i18n.use("en")
    assert [title for title in titles if not any(title in line for line in lines)] == []
