"""Houses and rooms for tests of the back room: see `house` and `scripted`."""

import pytest
from house import empty_store, home, house, open_house
from scripted import Room

__all__ = ["empty_store", "home", "house", "open_house"]


@pytest.fixture
async def room(house):
    """A term of office over one open store."""
    return await Room.over(house)
