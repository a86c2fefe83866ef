"""The panes beside list and conversation at 160 columns, and the views that operators save."""

import pytest
from desk_pilot import Desk
from house import House
from house_pilot import console_on, customers_write, done
from textual.widgets import Input

from deskterm import i18n
from deskterm.desk.commands import Close, SetTags
from deskterm.desk.rows import SavedView, View
from deskterm.screens.asking import ConfirmScreen
from deskterm.screens.places import shown_query
from deskterm.screens.saved_list import SavedListScreen
from deskterm.screens.saved_views import SaveViewScreen

WIDEST = (170, 40)


@pytest.fixture
async def busy(house: House) -> House:
    """A house to which twelve people have written, with a tag and a team."""
    await customers_write(house)
    await done(house, SetTags(1, add=("возврат",)))
    await house.office.add_team("Продажи")
    return house


def pane(d: Desk) -> list[str]:
    return [line[:26].rstrip() for line in d.lines[1:-1] if line[:26].strip()]


async def test_all_views_stand_at_the_left_with_live_counts(busy: House) -> None:
    async with console_on(busy, size=WIDEST) as d:
        await d.until_shown("Tags")
        shown = pane(d)
        assert shown[0] == "▌ Inbox        g i     12"
        assert [line.split()[0] for line in shown[1:5]] == ["Mine", "Unassigned", "No", "Waiting"]
        assert "  Outbox       g o" in shown
        assert shown[shown.index("  Channels") :] == [
            "  Channels", "  mail                 12", "  bot", "  Teams", "  Продажи", "  Tags", "  возврат               1",
        ]  # fmt: skip
        await d.press("e")
        await d.until(lambda: pane(d)[0] == "▌ Inbox        g i     11")


async def test_the_pane_is_reached_by_tab_and_leads_to_a_view(busy: House) -> None:
    async with console_on(busy, size=WIDEST) as d:
        await d.until_shown("Tags")
        await d.press("tab")
        await d.until(lambda: d.inbox.is_reading)
        await d.press("tab")
        assert d.app.focused is d.inbox.views_pane
        assert not d.inbox.is_reading
        await d.press("j", "j", "l")
        await d.until(lambda: d.inbox.view is View.UNASSIGNED)
        assert d.app.focused is d.inbox.list
        await d.press("tab", "tab", "end", "k", "enter")
        await d.until(lambda: d.inbox.place.title == "Продажи")
        await d.press("right_square_bracket")
        await d.until(lambda: d.inbox.place.title == "возврат" and len(d.inbox.list.rows) == 1)
        await d.press("right_square_bracket")
        await d.until(lambda: d.inbox.view is View.INBOX)
        await d.press("left_square_bracket")
        await d.until(lambda: d.inbox.place.title == "возврат")


async def test_below_160_columns_there_are_two_panes_and_the_views_pane_takes_no_keys(busy: House) -> None:
    async with console_on(busy, size=(159, 40)) as d:
        assert not d.inbox.views_pane.display
        await d.press("tab")
        await d.until(lambda: d.inbox.is_reading)
        await d.press("tab")
        assert d.app.focused is d.inbox.list


async def test_the_customer_stands_at_the_right_with_their_other_conversations(busy: House) -> None:
    first = await busy.one("SELECT min(id) FROM conversation")
    await busy.arrive(busy.chat("Здравствуйте", name="Чат"))
    await busy.arrive(busy.mail("Ещё вопрос", "p0@client.test", subject="Другое дело", name="Ольга К."))
    async with console_on(busy, size=WIDEST) as d:
        d.app.open_conversation(first[0])
        await d.until(lambda: "Другое дело" in "\n".join(line[-33:] for line in d.lines))
        right = [line[-33:].strip() for line in d.lines[1:]]
        assert right[:7] == [
            "channel    mail",
            "opened     09:00",
            "status     open",
            "whose      nobody",
            "возврат",
            "answer by  10:00",
            "Ольга К.",
        ]
        assert "ml p0@client.test" in right
        assert "▼ Conversations  2 open · 0 clo…" in right


async def test_a_view_is_saved_with_a_key_and_opened_by_it(busy: House) -> None:
    async with console_on(busy, size=WIDEST) as d:
        await d.press("slash", *"refund", "enter")
        await d.until(lambda: len(d.inbox.list.rows) == 3)
        await d.press("W")
        await d.until(lambda: isinstance(d.app.screen, SaveViewScreen))
        await d.press(*"Refunds", "tab", "3", "enter")
        await d.until_shown("The view Refunds is kept, on the key 3.")
        assert await busy.office.saved_views() == (SavedView(1, "Refunds", "is:open refund", 3, busy.anna.id),)
        await d.until_shown("Refunds  is:open refund  1 of 3")
        await d.press("g", "i")
        await d.until(lambda: d.inbox.view is View.INBOX)
        await d.press("3")
        await d.until(lambda: d.inbox.place.title == "Refunds" and len(d.inbox.list.rows) == 3)
        await d.until(lambda: "▌ Refunds        3" in pane(d))
        await d.press("4")
        await d.until_shown("No view has the key 4 yet. / filters the list, then W saves it under a key.")


async def test_the_first_free_key_is_proposed_and_the_query_is_in_the_operators_language(busy: House) -> None:
    await busy.office.save_view(SavedView(0, "Late", "is:late", 1, busy.anna.id))
    async with console_on(busy) as d:
        await d.until(lambda: d.inbox.shelf.saved)
        await d.press("g", "s", "W")
        await d.until(lambda: isinstance(d.app.screen, SaveViewScreen))
        assert d.app.screen.query_one("#key", Input).value == "2"
        i18n.use("ru")
        try:
            assert shown_query("is:snoozed") == "статус:отложено"
        finally:
            i18n.use("en")
        await d.press(*"Later", "enter")
        await d.until_shown("The view Later is kept, on the key 2.")


async def test_a_view_without_a_key_is_shown_from_the_list_of_all(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("f2")
        await d.until_shown("No view is saved yet. / filters the list, then W saves it under a key.")
        await busy.office.save_view(SavedView(0, "Late", "is:late", 1, busy.anna.id))
        await busy.office.save_view(SavedView(0, "Tagged", "tag:возврат", None, busy.anna.id))
        await d.inbox.look_at_shelf()
        await d.press("enter")
        await d.until(lambda: d.inbox.is_reading)
        await d.press("f2")
        await d.until_shown("Enter shows   F2 renames   Delete forgets   Esc leaves")
        await d.until_shown(" 1  Late  is:late")
        await d.press("down", "enter")
        await d.until(lambda: d.inbox.place.title == "Tagged" and len(d.inbox.list.rows) == 1)
        await d.press("g", "i")
        await d.until(lambda: d.inbox.view is View.INBOX)
        await d.press("f2")
        await d.until(lambda: isinstance(d.app.screen, SavedListScreen))
        await d.press("down", "f2")
        await d.until(lambda: isinstance(d.app.screen, SaveViewScreen))
        await d.press("tab", "7", "enter")
        await d.until_shown("The view Tagged is kept, on the key 7.")


async def test_esc_comes_back_from_a_conversation_that_stood_elsewhere(busy: House) -> None:
    await done(busy, Close(3))
    async with console_on(busy) as d:
        await d.press("j", "j")
        here = d.chosen
        d.app.open_conversation(3)
        await d.until(lambda: d.inbox.view is View.ALL and d.inbox.is_reading)
        d.app.open_conversation(3)
        await d.until(lambda: d.inbox.view is View.ALL and d.inbox.is_reading)
        await d.press("escape")
        await d.until(lambda: d.inbox.view is View.INBOX and d.chosen == here)
        assert d.app.focused is d.inbox.list


async def test_an_empty_list_offers_what_does_something_and_a_narrow_one_the_ways_out(busy: House) -> None:
    async with console_on(busy, size=(60, 20)) as d:
        await d.until(lambda: "/ filter" in d.lines[-1] and "? help" in d.lines[-1])
        await d.press("g", "s")
        await d.until(lambda: d.lines[-1].startswith(" g go  / filter"))
        assert "r reply" not in d.lines[-1]
        await d.press("g", "i")
        await d.until(lambda: "r reply" in d.lines[-1])


async def test_a_saved_view_is_renamed_shared_and_forgotten(busy: House) -> None:
    await busy.office.save_view(SavedView(0, "Old", "is:late", 1, busy.anna.id))
    async with console_on(busy) as d:
        await d.until(lambda: d.inbox.shelf.saved)
        await d.press("1")
        await d.until(lambda: d.inbox.place.title == "Old")
        await d.press("f2")
        await d.until(lambda: isinstance(d.app.screen, SaveViewScreen))
        await d.press("end", *"er", "tab", "tab", "space", "enter")
        await d.until_shown("The view Older is kept, on the key 1.")
        assert await busy.office.saved_views() == (SavedView(1, "Older", "is:late", 1, None),)
        await d.press("delete")
        await d.until(lambda: isinstance(d.app.screen, ConfirmScreen))
        await d.press("y")
        await d.until_shown("The view Older is forgotten.")
        assert await busy.office.saved_views() == ()


async def test_what_cannot_be_saved_is_said_in_the_dialog(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("W", "enter")
        await d.until(lambda: d.app.screen.query(".hint.-problem"))
        assert isinstance(d.app.screen, SaveViewScreen)
        await d.press("escape")
        await d.until(lambda: d.app.screen is d.inbox)
