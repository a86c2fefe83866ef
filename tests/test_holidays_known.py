"""Public holidays as the library knows them: countries, parts of them, days of rest that are worked."""

from __future__ import annotations

from datetime import date

import pytest

from deskterm.holidays_known import NoSuchPlace, holidays_of

TODAY = date(2026, 11, 22)


def test_a_country_moves_its_working_days() -> None:
    """Russia's 2025: Saturday 1 November was worked for Monday the 3rd (government decree of 4 October 2024, No. 1335)."""
    found = holidays_of("RU", "", TODAY)
    assert date(2025, 11, 1) in found.worked
    assert {date(2025, 11, 3), date(2025, 11, 4), date(2025, 12, 31), date(2026, 1, 9)} <= found.off
    assert date(2025, 11, 5) not in found.off
    assert found.until == date(2029, 12, 31)
    assert {day.year for day in found.off | found.worked} == {2025, 2026, 2027, 2028, 2029}


def test_a_part_of_a_country_has_holidays_of_its_own_in_any_case() -> None:
    assert date(2026, 1, 6) in holidays_of("de", "by", TODAY).off
    assert date(2026, 1, 6) not in holidays_of("DE", "", TODAY).off
    assert date(2026, 3, 8) in holidays_of("DE", "BE", TODAY).off  # women's day, in Berlin


@pytest.mark.parametrize("country", ["", "R", "ZZ", "Russia", "RUS", "__", "ECB"])
def test_what_is_no_country(country: str) -> None:
    with pytest.raises(NoSuchPlace, match="Write the two letters of a country") as caught:
        holidays_of(country, "", TODAY)
    assert not caught.value.part


def test_what_is_no_part_of_a_country() -> None:
    with pytest.raises(NoSuchPlace, match='Did you mean "NSW"') as caught:
        holidays_of("AU", "NSV", TODAY)
    assert caught.value.part
    with pytest.raises(NoSuchPlace, match="Known here: Augsburg, BB, BE"):
        holidays_of("DE", "XXXXX", TODAY)
