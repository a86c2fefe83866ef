"""The `peer` marker: without its server a test is skipped, and fails where servers are required."""

from __future__ import annotations

import peers_plugin
import pytest


@pytest.mark.parametrize(("required", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_a_missing_server(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("DESKTERM_REQUIRE_PEERS", required)
    monkeypatch.setitem(peers_plugin._PROGRAMS, "dovecot", lambda: None)
    request.node.add_marker(pytest.mark.peer("dovecot"))
    with pytest.raises(outcome, match="`make peers` installs it"):
        peers_plugin.pytest_runtest_setup(request.node)


def test_a_server_that_is_there(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(peers_plugin._PROGRAMS, "dovecot", lambda: "/usr/sbin/dovecot")
    request.node.add_marker(pytest.mark.peer("dovecot"))
    peers_plugin.pytest_runtest_setup(request.node)
