"""What is counted as having come above the screen."""

from dataclasses import replace

from test_paint_rows import ROW

from deskterm.desk.rows import ConversationRow, RowKey
from deskterm.widgets.arrivals import Arrivals


def row(sort: int, id_: int) -> ConversationRow:
    return replace(ROW, id=id_, key=RowKey(sort, id_))


TEN = [row(sort * 10, sort) for sort in range(10)]
TOP = RowKey(50, 5)


def known() -> Arrivals:
    arrivals = Arrivals()
    arrivals.know(TEN)
    return arrivals


def test_what_is_new_above_is_counted_once() -> None:
    arrivals = known()
    for _ in range(2):
        arrivals.hear([row(-5, 77), row(45, 78), *TEN], TOP)
    assert arrivals.count == 2


def test_what_was_on_the_screen_or_below_and_came_above_is_counted() -> None:
    arrivals = known()
    arrivals.hear([row(-5, 8), *TEN[:8]], TOP)
    assert arrivals.count == 1


def test_what_stood_above_all_the_time_or_comes_below_is_not() -> None:
    arrivals = known()
    arrivals.hear([row(-5, 3), *TEN[4:], row(70, 79)], TOP)
    assert arrivals.count == 0


def test_what_goes_below_again_is_not_counted_any_more() -> None:
    arrivals = known()
    arrivals.hear([row(-5, 77)], TOP)
    arrivals.hear([row(95, 77)], TOP)
    assert arrivals.count == 0


def test_the_conversation_under_the_cursor_goes_where_the_operator_sent_it() -> None:
    arrivals = known()
    arrivals.hear([row(-5, 77)], TOP, own_id=77)
    assert arrivals.count == 0


def test_of_what_stood_before_the_first_known_row_nothing_is_said() -> None:
    arrivals = known()
    arrivals.hear([row(-5, 77), row(15, 78)], TOP, since=RowKey(0, 0))
    assert arrivals.count == 1


def test_seen_and_forgotten() -> None:
    arrivals = known()
    arrivals.hear([row(-5, 77)], TOP)
    arrivals.seen()
    assert arrivals.count == 0
    arrivals.forget()
    arrivals.hear(TEN, TOP)
    assert arrivals.count == 5
