"""A message of a thread, line by line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.model import Delivery, Kind, Origin
from deskterm.desk.rows import AttachmentRow, DeliveryRow, MessageRow
from deskterm.widgets.cells import width
from deskterm.widgets.paint import ASCII, Line, Span
from deskterm.widgets.paint_message import ROLES, delivery_mark, message_lines
from deskterm.widgets.strips import changed_cells
from deskterm.widgets.when import moment, short_span

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
AT = NOW - timedelta(minutes=10)
CLOCK = moment(AT, NOW)
"""The time of day in this machine's zone."""
ROW = MessageRow(
    id=7,
    conversation_id=1,
    kind=Kind.INCOMING,
    origin=Origin.HUMAN,
    channel="mail",
    channel_kind="email",
    author="Ольга К.",
    author_operator_id=None,
    sender="olga@example.org",
    at=AT,
    text="Где мой заказ?",
)


def texts(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for line in lines]


def test_an_incoming_message() -> None:
    lines = message_lines(ROW, 60, NOW)
    assert texts(lines) == [f"{' │ Ольга К. <olga@example.org> · mail':<54}{CLOCK}", " │ Где мой заказ?", ""]
    assert lines[0][0].role == "customer"


def test_an_outgoing_message_says_what_became_of_it() -> None:
    row = replace(ROW, kind=Kind.OUTGOING, author="Anna", sender="", delivery=DeliveryRow(Delivery.SENT))
    assert texts(message_lines(row, 50, NOW))[0] == f"{' │ Anna · mail':<37}{CLOCK} ✓ sent"
    assert message_lines(row, 50, NOW)[0][0].role == "operator"


def test_a_note_has_a_title_and_a_bar_of_its_own() -> None:
    row = replace(ROW, kind=Kind.NOTE, author="Bob", sender="")
    lines = message_lines(row, 40, NOW)
    assert texts(lines)[0] == f"{' ┃ NOTE Bob':<34}{CLOCK}"
    assert lines[0][0].role == "note"
    assert texts(message_lines(row, 40, NOW, ASCII))[0].startswith(" # NOTE Bob")


def test_what_the_desk_did_is_one_line() -> None:
    row = replace(ROW, kind=Kind.ACTIVITY, text="Bob", placeholder="assigned")
    assert texts(message_lines(row, 60, NOW)) == [f"   ── given to Bob · {CLOCK}", ""]


def test_what_the_desk_says_at_length_is_read_to_its_end() -> None:
    """It names the command that undoes what the desk did."""
    row = replace(ROW, kind=Kind.ACTIVITY, text="40", placeholder="recognised")
    lines = texts(message_lines(row, 80, NOW))
    assert lines[0].startswith("   ── recognised by")
    assert all(line.startswith("      ") for line in lines[1:-1])
    assert "deskterm customer part 40 ·" in " ".join(" ".join(lines).split())
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("delivery", "words", "role"),
    [
        (DeliveryRow(Delivery.SENT), "✓ sent", "sent"),
        (DeliveryRow(Delivery.QUEUED, not_before=NOW + timedelta(seconds=8)), "⧗ queued 8s", "queued"),
        (DeliveryRow(Delivery.QUEUED, not_before=NOW), "⧗ queued", "queued"),
        (DeliveryRow(Delivery.SENDING), "⧗ sending", "queued"),
        (DeliveryRow(Delivery.FAILED), "! failed", "failed"),
        (DeliveryRow(Delivery.UNCERTAIN), "? uncertain", "warning"),
        (DeliveryRow(Delivery.CANCELLED), "taken back", "muted"),
    ],
)
def test_every_delivery_state_has_a_symbol_and_a_word(delivery: DeliveryRow, words: str, role: str) -> None:
    assert delivery_mark(delivery, NOW) == (words, role)


def test_the_servers_words_stand_under_a_failed_message() -> None:
    row = replace(ROW, kind=Kind.OUTGOING, delivery=DeliveryRow(Delivery.FAILED, detail="550 no such user"))
    assert texts(message_lines(row, 60, NOW))[2] == " │ ! 550 no such user"


def test_quoted_text_is_folded_and_unfolds() -> None:
    row = replace(ROW, text="Да.\n\n> когда?\n> завтра?", quoted_from=3)
    assert texts(message_lines(row, 60, NOW))[1:] == [" │ Да.", " │ ⋯ 2 quoted lines", ""]
    assert texts(message_lines(row, 60, NOW, unfolded=True))[1:] == [" │ Да.", " │ > когда?", " │ > завтра?", ""]


def test_a_message_that_is_all_quoted_shows_the_fold() -> None:
    row = replace(ROW, text="> one", quoted_from=0)
    assert texts(message_lines(row, 60, NOW))[1:] == [" │ ⋯ 1 quoted line", ""]


def test_files_are_listed_with_number_size_and_state() -> None:
    files = (
        AttachmentRow(1, "счёт.pdf", "application/pdf", 120_000, "stored"),
        AttachmentRow(2, "setup.exe", "application/x-msdownload", 9_000, "stored", risky=True),
        AttachmentRow(3, "video.mp4", "video/mp4", None, "unavailable", reason="larger than 20 MB"),
        AttachmentRow(4, "photo.jpg", "image/jpeg", 2_400_000, "pending"),
    )
    assert texts(message_lines(replace(ROW, text="", attachments=files), 60, NOW))[1:] == [
        " │ [1] счёт.pdf 120 KB",
        " │ [2] setup.exe 9.0 KB · may be dangerous",
        " │ [3] video.mp4 · larger than 20 MB",
        " │ [4] photo.jpg 2.4 MB · not fetched yet",
        "",
    ]


def test_what_a_reader_should_know_stands_before_the_text() -> None:
    row = replace(
        ROW, origin=Origin.AUTO, versions=2, forwarded_from="Склад", quote="Уже смотрим.", notes=("reply-to differs",)
    )
    assert texts(message_lines(replace(row, placeholder="sticker", text=""), 78, NOW)) == [
        f"{' │ Ольга К. <olga@example.org> · mail · automatic · edited':<72}{CLOCK}",
        " │ ! Asks for answers at another address than it came from",
        " │ Forwarded from Склад",
        " │ > Уже смотрим.",
        " │ [sticker]",
        "",
    ]


def test_a_cut_message_says_so() -> None:
    assert texts(message_lines(replace(ROW, cut=True), 60, NOW))[2] == " │ ⋯ the message goes on"


def test_what_acts_on_a_terminal_is_made_visible() -> None:
    row = replace(ROW, author="\x1b]0;x\x07", text="a\x1b[2Jb\x9b", sender="<\u202e>", notes=("\x1b",), quote="\x1b")
    assert not any(char in line for line in texts(message_lines(row, 60, NOW)) for char in "\x1b\x07\x9b\u202e")


WORDS = st.text(max_size=80)


@given(WORDS, WORDS, st.text(max_size=300), st.integers(20, 120), st.booleans(), st.sampled_from(list(Kind)))
def test_no_line_is_too_wide_and_every_role_is_known(
    author: str, sender: str, text: str, cells: int, unfolded: bool, kind: Kind
) -> None:
    files = (AttachmentRow(1, author, "text/plain", 5, "failed", reason=sender),)
    row = replace(
        ROW, kind=kind, author=author, sender=sender, text=text, quoted_from=len(text) // 2, quote=sender, attachments=files,
        forwarded_from=author, notes=(author,), placeholder=sender, delivery=DeliveryRow(Delivery.FAILED, detail=text),
    )  # fmt: skip
    for line in message_lines(row, cells, NOW, unfolded=unfolded):
        assert width("".join(span.text for span in line)) <= cells
        assert {span.role for span in line} <= {*ROLES, ""}


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=-5), "0s"),
        (timedelta(seconds=59), "59s"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(days=999), "999d"),
        (timedelta(days=1100), "3y"),
    ],
)
def test_lengths_of_time_fit_four_cells(span: timedelta, words: str) -> None:
    assert short_span(span) == words


def test_moments_have_their_date_unless_they_are_of_today() -> None:
    noon = datetime(2026, 3, 4, 12, 0).astimezone()
    assert moment(noon, noon + timedelta(hours=1)) == "12:00"
    assert moment(noon, noon + timedelta(days=2)) == "04.03 12:00"
    assert moment(noon, noon + timedelta(days=400)) == "04.03.2026 12:00"


def test_good_news_of_a_message_is_no_warning() -> None:
    shown = [line[1] for line in message_lines(replace(ROW, notes=("sender verified", "sender not authentic")), 60, NOW)[1:3]]
    assert [(span.text[0], span.role) for span in shown] == [("✓", "muted"), ("!", "warning")]


def test_people_in_copy_are_counted_where_they_are_too_many() -> None:
    assert texts(message_lines(replace(ROW, in_copy=300), 60, NOW))[1] == " │ 300 people in copy"


def test_a_held_message_of_mine_says_how_long_and_which_key_takes_it_back() -> None:
    waiting = DeliveryRow(Delivery.QUEUED, not_before=NOW + timedelta(seconds=7))
    row = replace(ROW, kind=Kind.OUTGOING, author="Anna", sender="", delivery=waiting)
    lines = texts(message_lines(row, 50, NOW, undo_key="z"))
    assert lines[0] == f"{' │ Anna · mail':<35}{CLOCK} ⧗ queued"
    assert lines[2] == " │ ⧗ goes out in 7s · z takes it back"
    assert texts(message_lines(row, 50, NOW))[0].endswith("⧗ queued 7s")


@pytest.mark.parametrize(
    "delivery",
    [
        DeliveryRow(Delivery.QUEUED, not_before=NOW),
        DeliveryRow(Delivery.QUEUED, not_before=NOW + timedelta(minutes=3), attempt=1),
        DeliveryRow(Delivery.SENT, not_before=NOW + timedelta(minutes=3)),
    ],
)
def test_what_was_tried_or_is_gone_is_not_offered_to_be_taken_back(delivery: DeliveryRow) -> None:
    row = replace(ROW, kind=Kind.OUTGOING, author="Anna", sender="", delivery=delivery)
    assert "takes it back" not in "\n".join(texts(message_lines(row, 60, NOW, undo_key="z")))


def test_the_words_that_were_found_stand_out_in_every_form() -> None:
    row = replace(ROW, text="Заказы, заказу: «ЗАКАЗ». Заказник?")
    lines = message_lines(row, 60, NOW, found={"заказы", "заказу", "заказ"})
    assert [span.text for span in lines[1] if span.role == "hit"] == ["Заказы", "заказу", "ЗАКАЗ"]
    assert texts(lines)[1] == " │ Заказы, заказу: «ЗАКАЗ». Заказник?"


def line(*texts_: str) -> Line:
    return tuple(Span(text) for text in texts_)


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        (line("ab", "10s", "z"), line("ab", "11s", "z"), (2, 5)),
        (line("ab", "10s", "z"), line("ab", "9s", "z"), (2, 6)),
        (line("ж😀", "10s"), line("ж😀", "11s"), (3, 6)),
        (line("ab"), line("ab", "c"), (2, 3)),
        (line("a", "b", "b"), line("a", "b"), (2, 3)),
    ],
)
def test_only_the_cells_that_differ_are_painted_anew(old: Line, new: Line, cells: tuple[int, int]) -> None:
    assert changed_cells(old, new) == cells
