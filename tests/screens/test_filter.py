"""The filter prompt on a real store: live results, Enter and Esc, completion, mistakes, the other keyboard layout."""

from collections.abc import Iterator

import pytest
from desk_pilot import WIDE, Desk
from house import House
from house_pilot import console_on, customers_write, done

from deskterm import i18n
from deskterm.desk.commands import Assign, Close, SetTags
from deskterm.desk.query import parse
from deskterm.desk.rows import View


@pytest.fixture
async def busy(house: House) -> House:
    """A house to which twelve people have written; two conversations have a tag."""
    await customers_write(house)
    for conversation_id in (1, 5):
        await done(house, SetTags(conversation_id, add=("возврат",)))
    return house


@pytest.fixture
def _russian() -> Iterator[None]:
    i18n.use("ru")
    yield
    i18n.use("en")


def numbers(d: Desk) -> list[int]:
    return [row.number for row in d.inbox.list.rows]


async def type_(d: Desk, text: str) -> None:
    await d.press(*("space" if letter == " " else letter for letter in text))


async def test_the_list_follows_what_is_typed_and_enter_keeps_it(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash")
        await d.until(lambda: d.inbox.prompt.field.has_focus)
        assert d.inbox.prompt.field.value == "is:open "
        await type_(d, "refund")
        await d.until(lambda: len(d.inbox.list.rows) == 3)
        assert d.inbox.prompt.is_open
        await d.press("enter")
        await d.until(lambda: d.app.focused is d.inbox.list)
        assert not d.inbox.prompt.is_open
        await d.until_shown("Filter  is:open refund  1 of 3")
        await d.press("e")
        await d.until_shown("1 of 2")


async def test_free_words_show_where_they_were_found(busy: House) -> None:
    async with console_on(busy, size=WIDE) as d:
        await d.press("slash")
        await type_(d, "посылки")
        await d.until(lambda: len(d.inbox.list.rows) == 3)
        hit = d.inbox.list.rows[0].hit
        assert hit is not None
        assert [hit.text[first:last] for first, last in hit.spans][-1].casefold().startswith("посылка")
        await d.until(lambda: "осылка" in d.lines[3])
        styles = {s.text: s.style for s in d.app.screen._compositor.render_strips()[3] if s.text.casefold() == "посылка"}
        assert styles
        assert all(style is not None and style.underline for style in styles.values())


async def test_esc_goes_back_to_the_view_as_it_was(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("g", "a", "j", "j")
        await d.until(lambda: d.inbox.view is View.ALL)
        here = d.chosen
        await d.press("slash")
        await type_(d, "refund")
        await d.until(lambda: len(d.inbox.list.rows) == 3)
        await d.press("escape")
        await d.until(lambda: d.inbox.view is View.ALL and len(d.inbox.list.rows) == 12)
        assert d.chosen == here
        assert d.app.focused is d.inbox.list


async def test_a_filter_that_says_the_same_as_a_view_is_that_view(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash")
        await type_(d, "tag:none")
        await d.until(lambda: d.inbox.view is View.UNTAGGED)
        await d.press("enter")
        assert "No tag  1 of 10" in d.lines[0]


async def test_a_mistake_leaves_the_list_and_tab_takes_the_correction(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash")
        await type_(d, "taq:x")
        await d.until_shown("at 9: there is no field taq. Did you mean tag?")
        await d.press("enter")
        assert d.inbox.prompt.is_open
        assert d.inbox.view is View.INBOX
        await d.press("left", "tab")
        assert d.inbox.prompt.field.value == "is:open tag:x"
        await d.press("end")
        await d.until_shown("tag has no value x")


async def test_a_tag_that_nobody_has_given_is_named_with_the_nearest(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash")
        await type_(d, "tag:вазврат ")
        await d.until_shown("at 13: tag has no value вазврат. Did you mean возврат?")
        await d.press("tab")
        assert d.inbox.prompt.field.value == "is:open tag:возврат "
        await d.until(lambda: len(d.inbox.list.rows) == 2)


async def test_tab_takes_the_offer_that_arrows_choose(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash")
        await type_(d, "ta")
        await d.until_shown("tag:")
        await d.press("tab")
        assert d.inbox.prompt.field.value == "is:open tag:"
        await d.until_shown("возврат")
        await type_(d, "n")
        await d.press("tab")
        assert d.inbox.prompt.field.value == "is:open tag:none "
        await type_(d, "sort:")
        await d.until_shown("the most urgent first")
        await d.press("down", "tab")
        assert d.inbox.prompt.field.value == "is:open tag:none sort:newest "


async def test_what_was_typed_in_the_wrong_layout_is_offered_in_the_right_one(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash", "ctrl+u")
        await type_(d, "шыЖсдщыув")
        await d.until_shown("is:closed")
        assert d.inbox.view is not View.CLOSED
        await done(busy, Close(3))
        await d.press("tab")
        assert d.inbox.prompt.field.value == "is:closed "
        await d.until(lambda: d.inbox.view is View.CLOSED and numbers(d) == [1003])


@pytest.mark.usefixtures("_russian")
async def test_in_russian_the_filter_is_russian(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash")
        await d.until(lambda: d.inbox.prompt.field.value == "статус:открыто ")
        await type_(d, "тег:возврат")
        await d.until(lambda: len(d.inbox.list.rows) == 2)


async def test_the_slash_works_in_a_cyrillic_layout_and_while_reading(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("enter")
        await d.until(lambda: d.inbox.is_reading)
        await d.press("full_stop")
        await d.until(lambda: d.inbox.prompt.is_open and d.inbox.list.display)
        await type_(d, "jk")
        assert d.inbox.prompt.field.value == "is:open jk"


async def test_a_filter_without_a_counter_is_counted_by_the_desk(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash", "ctrl+u")
        await type_(d, "id:>1002 id:<1008")
        await d.press("enter")
        await d.until_shown("1 of 5")


async def test_letters_typed_at_once_are_for_the_filter(busy: House) -> None:
    """Typed in one go, `/e` must not close a conversation."""
    async with console_on(busy) as d:
        d.inbox.action_filter()
        assert d.inbox.focused is d.inbox.prompt.field


async def test_a_colleague_is_called_by_name(busy: House) -> None:
    await done(busy, Assign(3, busy.anna.id))
    async with console_on(busy) as d:
        await d.press("slash")
        await type_(d, "исполнитель:а")
        await d.until_shown("anna Анна")
        await type_(d, "нна")
        await d.press("enter")
        await d.until(lambda: numbers(d) == [1003])
        assert d.inbox.place.listing == parse("is:open assignee:anna")
        await d.press("slash")
        await type_(d, "assignee:Xaver")
        await d.until_shown("assignee has no value Xaver. Known: anna Анна, boris, me, none, any")


async def test_what_is_wrong_comes_before_the_keys_where_there_is_little_room(busy: House) -> None:
    async with console_on(busy, size=(60, 20)) as d:
        await d.press("slash")
        await type_(d, "tag:вазврат ")
        await d.until_shown("at 13: tag has no value вазврат. Did you mean возврат?")
        await d.press("escape", "asterisk")
        await type_(d, "tag:вазврат ")
        await d.until_shown("Did you mean возврат?")


async def test_words_in_the_wrong_layout_that_find_nothing_are_offered_in_the_right_one(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash", "ctrl+u")
        await type_(d, "gjcskrf")
        await d.until_shown("nothing found · Tab: посылка")
        await d.press("tab")
        assert d.inbox.prompt.field.value == "посылка "
        await d.until(lambda: len(d.inbox.list.rows) == 3)
        await d.press("ctrl+u")
        await type_(d, "jkmuf")
        await d.press("enter")
        await d.until_shown("Nothing found. / and Tab: ольга")
        await d.press("slash")
        await d.until_shown("nothing found · Tab: ольга")
        await d.press("tab", "enter")
        await d.until(lambda: len(d.inbox.list.rows) == 2)


async def test_one_enter_mends_a_line_of_several_pieces_in_the_wrong_layout(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash", "ctrl+u")
        await type_(d, "шы:щзут ефп:djpdhfn")
        await d.until_shown("Tab: is:open tag:возврат")
        await d.press("enter")
        await d.until(lambda: numbers(d) == [1001, 1005])
        assert d.inbox.place.text == "is:open tag:возврат"


async def test_tab_leaves_alone_what_is_finished_unless_the_arrows_chose(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash", "ctrl+u")
        await type_(d, "waiting:>1h")
        await d.press("tab", "tab")
        assert d.inbox.prompt.field.value == "waiting:>1h"
        await type_(d, " ")
        await d.until_shown("↓ chooses")
        await d.press("tab")
        assert d.inbox.prompt.field.value == "waiting:>1h "
        await d.press("down", "tab")
        assert d.inbox.prompt.field.value == "waiting:>1h is:"


async def test_a_small_or_is_told_of(busy: House) -> None:
    async with console_on(busy) as d:
        await d.press("slash", "ctrl+u")
        await type_(d, "id:1001 или id:1002 ")
        await d.until_shown("OR is written in capitals · Tab: id:1001 ИЛИ id:1002")
        await d.press("tab")
        await d.until(lambda: sorted(numbers(d)) == [1001, 1002])


async def test_what_the_view_hides_is_told_and_one_key_shows_it(busy: House) -> None:
    for conversation_id in (1, 5):
        await done(busy, Close(conversation_id))
    async with console_on(busy) as d:
        await d.press("slash")
        await type_(d, "tag:возврат")
        await d.until_shown("nothing found, but 2 without is:open · Tab: tag:возврат")
        await d.press("enter")
        await d.until_shown("Nothing found, but 2 without is:open. / and Tab: tag:возврат")
        await d.press("slash")
        await d.until_shown("nothing found, but 2 without is:open · Tab: tag:возврат")
        await d.press("tab", "enter")
        await d.until(lambda: len(numbers(d)) == 2)
