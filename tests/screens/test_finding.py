"""Looking for words inside a thread, over the real store: every form of a word, however far away the message is."""

from __future__ import annotations

from desk_pilot import Desk, desk
from house import House

from deskterm.desk.commands import MarkRead
from deskterm.desk.post import MailRefs
from deskterm.desk.rows import View

SIZE = (100, 30)


async def long_thread(house: House, count: int = 400) -> int:
    """One conversation in a chat with so many messages; three of them hold a form of one word."""
    words = {3: "Первый возврат ещё в мае", 200: "А что с возвратом?", count - 5: "Возврата всё нет"}
    for number in range(count):
        await house.arrive(house.chat(words.get(number, f"сообщение {number}")), "bot")
    conversation_id = (await house.office.conversations(View.ALL)).rows[0].id
    await house.office.submit(MarkRead(conversation_id))
    return conversation_id


def hits(d: Desk) -> list[str]:
    thread = d.inbox.pane.thread
    return [span.text for line in thread._lines()[: thread.size.height] for span in line if span.role == "hit"]


async def sought(d: Desk, words: str) -> None:
    await d.press("ctrl+f")
    await d.until_shown("Find in this conversation")
    await d.press(*words, "enter")


async def test_finds_are_walked_from_the_newest_to_the_oldest_and_back(house: House) -> None:
    conversation_id = await long_thread(house)
    async with desk(house.office, size=SIZE) as d:
        await d.open(conversation_id)
        await sought(d, "возврат")
        await d.until(lambda: hits(d) == ["Возврата"])
        assert "F3 older · shift+F3 newer" in d.foot
        await d.press("f3")
        await d.until(lambda: hits(d) == ["возвратом"])
        assert len(d.inbox.pane.thread.rows) <= 60
        await d.press("f3")
        await d.until(lambda: hits(d) == ["возврат"])
        await d.press("f3")
        await d.until_shown("No older message holds “возврат”.")
        assert hits(d) == ["возврат"]
        await d.press("shift+f3", "shift+f3")
        await d.until(lambda: hits(d) == ["Возврата"])
        await d.press("shift+f3")
        await d.until_shown("No newer message holds “возврат”.")
        await d.press("G")
        await d.until(lambda: d.inbox.pane.thread.at_end)


async def test_scrolling_on_from_a_find_shows_what_stands_around_it(house: House) -> None:
    conversation_id = await long_thread(house)
    async with desk(house.office, size=SIZE) as d:
        await d.open(conversation_id)
        await sought(d, "возвратом")
        await d.until(lambda: hits(d) == ["Возврата"])
        await d.press("f3")
        await d.until(lambda: hits(d) == ["возвратом"])
        assert "сообщение 199" in d.text
        assert "сообщение 201" in d.text
        thread = d.inbox.pane.thread
        for _ in range(30):
            await d.press("pagedown")
            if thread.at_end:
                break
        numbers = [int(row.text.split()[1]) for row in thread.rows if row.text.startswith("сообщение")]
        assert numbers == sorted(numbers)
        assert len(set(numbers)) == len(numbers)
        assert numbers[-1] == 399


async def test_nothing_found_is_said_and_the_words_stay_for_the_next_time(house: House) -> None:
    conversation_id = await long_thread(house, 12)
    async with desk(house.office, size=SIZE) as d:
        await d.open(conversation_id)
        await sought(d, "кенгуру")
        await d.until_shown("Nothing in this conversation holds “кенгуру”.")
        await d.press("ctrl+f")
        await d.until_shown("кенгуру")
        await d.press("escape", "f3")
        await d.until_shown("Nothing in this conversation holds “кенгуру”.")


async def test_a_find_in_folded_text_unfolds_its_message(house: House) -> None:
    text = "Да.\n\n> старый вопрос про гарантию"
    await house.arrive(house.mail(text, quoted_from=3, refs=MailRefs(message_id="q@client.test")))
    conversation_id = (await house.office.conversations(View.ALL)).rows[0].id
    async with desk(house.office, size=SIZE) as d:
        await d.open(conversation_id)
        assert "гарантию" not in d.text
        await sought(d, "гарантия")
        await d.until(lambda: hits(d) == ["гарантию"])


async def test_f3_before_any_search_asks_for_words(house: House) -> None:
    conversation_id = await long_thread(house, 12)
    async with desk(house.office, size=SIZE) as d:
        await d.open(conversation_id)
        await d.press("f3")
        await d.until_shown("Find in this conversation")
