"""Stores for tests: see `house`."""

from house import empty_store, home, house, open_house

__all__ = ["empty_store", "home", "house", "open_house"]
