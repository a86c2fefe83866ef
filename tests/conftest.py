"""What all tests share. The first line puts the newer SQLite in place, before anything imports the older one."""

import deskterm.sqlite_bootstrap  # noqa: F401

pytest_plugins = ["peers_plugin"]
