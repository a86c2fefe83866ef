"""Who works here and which channels there are: the rows that the configuration and an owner make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskterm.desk.addresses import without_plus
from deskterm.desk.model import Actor, ActorKind, Operator, Role
from deskterm.store.engine import StoreError
from deskterm.store.reader import Reader
from deskterm.store.times import to_ms
from deskterm.store.writer import Transaction


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """A channel as the configuration names it. `reopen_ms` counts from closing; `ask_tags`: what is closed wants a tag;
    `retention_days`: how long after closing words are kept (None: for ever)."""

    name: str
    kind: str
    address: str
    enabled: bool
    reopen_ms: int
    ask_tags: bool = False
    retention_days: int | None = None


CHANNELS = "SELECT name, kind, address, enabled, reopen_ms, ask_tags, retention_days FROM channel"
"""The rows that `agree` compares."""


def _row(spec: ChannelSpec) -> tuple[str, str, str, int, int, int, int | None]:
    flags = int(spec.ask_tags), spec.retention_days
    return spec.name, spec.kind, spec.address, int(spec.enabled), spec.reopen_ms, *flags


def agree(known: Iterable[Sequence[Any]], specs: Iterable[ChannelSpec]) -> bool:
    """Return whether the rows of `CHANNELS` say already what `sync_channels` would have them say."""
    wanted = {_row(spec) for spec in specs}
    found = {tuple(row) for row in known}
    names = {row[0] for row in wanted}
    return wanted <= found and not any(row[3] for row in found if row[0] not in names)


def sync_channels(tx: Transaction, specs: Iterable[ChannelSpec]) -> dict[str, int]:
    """Make the channel rows say what the configuration says; returns name -> id. A row that is configured no more stays,
    disabled, for the conversations it brought."""
    wanted = {spec.name: spec for spec in specs}
    for name, kind in tx.all("SELECT name, kind FROM channel"):
        if name in wanted and wanted[name].kind != kind:
            raise StoreError(
                "channel_kind",
                f"channel {name} is a {kind} channel in the store, but a {wanted[name].kind} channel in the configuration",
                f"give the {wanted[name].kind} channel another name",
            )
    rows = [_row(spec) for spec in wanted.values()]
    known = set(tx.all(CHANNELS))
    for row in rows:
        if row not in known:
            tx.run(
                "INSERT INTO channel (name, kind, address, enabled, reopen_ms, ask_tags, retention_days, state, detail, fix,"
                " gap) VALUES (?,?,?,?,?,?,?,'stopped','','','') ON CONFLICT (name) DO UPDATE SET address = excluded.address,"
                " enabled = excluded.enabled, reopen_ms = excluded.reopen_ms, ask_tags = excluded.ask_tags,"
                " retention_days = excluded.retention_days",
                row,
            )
    if {row[0] for row in rows} - {row[0] for row in known}:
        _names_changed(tx)
    for name, _kind, _address, enabled, *_rest in known:
        if name not in wanted and enabled:
            tx.run("UPDATE channel SET enabled = 0, state = 'stopped', detail = '', fix = '' WHERE name = ?", (name,))
    return dict(tx.all("SELECT name, id FROM channel"))


def see_gap(tx: Transaction, name: str, who: Operator, now: datetime) -> bool:
    """Take note of a channel's gap: it is shown no more, the journal keeps it. Returns whether there was one.

    Raises StoreError("not_found").
    """
    # With the rules behind them: not for every start of a console.
    from deskterm.store import journal, situations

    row = tx.one("SELECT id, gap, gap_at FROM channel WHERE name = ?", (name,))
    if row is None:
        raise StoreError("not_found", f"there is no channel {name}", "see: deskterm channel list")
    channel_id, gap, gap_at = row
    if not gap:
        return False
    tx.run("UPDATE channel SET gap = '', gap_at = NULL WHERE id = ?", (channel_id,))
    data = {"channel_id": channel_id, "gap_at": gap_at}
    actor = Actor(ActorKind.OPERATOR, who.id)
    journal.note(tx, "gap_seen", data, command_id=situations.next_command(tx), actor=actor, now_ms=to_ms(now))
    return True


async def channel_id(reader: Reader, name: str) -> int:
    """Return the id of a channel that the store knows."""
    row = await reader.one("SELECT id FROM channel WHERE name = ?", (name,))
    return int(row[0])


async def operator_addresses(reader: Reader) -> dict[str, int]:
    """Return the addresses that operators forward mail from, and whose each is."""
    return {row[0]: int(row[1]) for row in await reader.all("SELECT address, operator_id FROM operator_address")}


def operator_of(tx: Transaction, address: str) -> int | None:
    """Return whose address this is, its plus part aside; None for nobody's who works here now."""
    rows = tx.all("SELECT a.address, o.id FROM operator_address a JOIN operator o ON o.id = a.operator_id WHERE o.disabled = 0")
    return next((int(operator_id) for known, operator_id in rows if without_plus(known) == without_plus(address)), None)


def add_address(tx: Transaction, login: str, address: str, who: Operator, now: datetime) -> bool:
    """Keep that an address is an operator's; returns whether it is new. Raises StoreError: unknown_operator, address_taken."""
    row = tx.one("SELECT id FROM operator WHERE login = ? AND disabled = 0", (login,))
    if row is None:
        raise StoreError("unknown_operator", f"nobody here has the login {login}", "see: deskterm operator list")
    owner = tx.one("SELECT operator_id FROM operator_address WHERE address = ?", (address,))
    if owner is not None and owner[0] != row[0]:
        raise StoreError("address_taken", f"{address} is another operator's", "remove it there first")
    if owner is None and _is_ours(tx, address):
        raise StoreError("address_taken", f"{address} is a mailbox of the desk", "name the operator's own address")
    if owner is None:
        tx.run("INSERT INTO operator_address (address, operator_id) VALUES (?,?)", (address, row[0]))
        _note(tx, "operator_address_added", row[0], who, now)
    return owner is None


def _is_ours(tx: Transaction, address: str) -> bool:
    return tx.one("SELECT 1 FROM channel WHERE kind = 'email' AND lower(address) = ?", (address,)) is not None


def remove_address(tx: Transaction, login: str, address: str, who: Operator, now: datetime) -> bool:
    """Forget that an address is an operator's; returns whether it was."""
    row = tx.one(
        "SELECT o.id FROM operator_address a JOIN operator o ON o.id = a.operator_id WHERE a.address = ? AND o.login = ?",
        (address, login),
    )
    if row is None:
        return False
    tx.run("DELETE FROM operator_address WHERE address = ?", (address,))
    _note(tx, "operator_address_removed", row[0], who, now)
    return True


def _note(tx: Transaction, kind: str, operator_id: int, who: Operator, now: datetime) -> None:
    from deskterm.store import journal, situations

    actor = Actor(ActorKind.OPERATOR, who.id)
    journal.note(tx, kind, {"operator_id": operator_id}, command_id=situations.next_command(tx), actor=actor, now_ms=to_ms(now))


def add_operator(tx: Transaction, login: str, name: str, role: Role, now: datetime) -> Operator:
    """Make an operator. Raises StoreError("operator_exists")."""
    if tx.one("SELECT 1 FROM operator WHERE login = ?", (login,)):
        raise StoreError("operator_exists", f"there is an operator {login} already", "choose another login")
    cursor = tx.run(
        "INSERT INTO operator (login, name, role, created_at, disabled) VALUES (?,?,?,?,0)",
        (login, name, role.value, to_ms(now)),
    )
    _names_changed(tx)
    return Operator(int(cursor.lastrowid or 0), login, name, role)


def _names_changed(tx: Transaction) -> None:
    from deskterm.store import sla_book  # with the language of filters behind it: not for every start of a console

    sla_book.names_changed(tx)
