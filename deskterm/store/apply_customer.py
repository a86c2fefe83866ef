"""Facts about customers' cards: into their tables.

A merge and a parting only point rows elsewhere; see `schema_customer`. Both are a few statements, however much there is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from deskterm.desk import facts as f
from deskterm.desk.query import folded
from deskterm.store import companies, duplicates, records
from deskterm.store.applied import Applied, Handlers
from deskterm.store.situations_customer import merged_cards, survivor_id

_MOVED = (("identity", "home_id"), ("customer_note", "home_id"), ("record", "home_id"), ("conversation", "home_customer_id"))
"""What belongs to a customer -> where it keeps whose it was before a merge."""


# --- what a card says


def _customer_changed(run: Applied, fact: f.CustomerChanged) -> None:
    _say(run, fact.customer_id, fact.fields, fact.values)
    _tag(run, fact.customer_id, fact.tags_added, fact.tags_removed)
    _grow(run, fact.customer_id)
    _look_up_anew(run, fact.customer_id, named="name" in fact.fields)


def _say(run: Applied, customer_id: int, fields: Sequence[str], values: Sequence[str]) -> None:
    for key, value in zip(fields, values, strict=True):
        match key:
            case "name" | "language":
                run.tx.run(f"UPDATE customer SET {key} = ? WHERE id = ?", (value, customer_id))
            case "company":
                run.tx.run("UPDATE customer SET company_id = ? WHERE id = ?", (int(value) if value else None, customer_id))
            case _ if value:
                run.tx.run(
                    "INSERT INTO customer_value (customer_id, field, value) VALUES (?,?,?)"
                    " ON CONFLICT (customer_id, field) DO UPDATE SET value = excluded.value",
                    (customer_id, key, value),
                )
            case _:
                run.tx.run("DELETE FROM customer_value WHERE customer_id = ? AND field = ?", (customer_id, key))
    if "name" in fields:
        run.names[customer_id] = values[list(fields).index("name")]
        _retitle(run, customer_id)


def _retitle(run: Applied, customer_id: int) -> None:
    """Conversations are called by their customer; those of groups have none."""
    run.tx.run(
        "UPDATE conversation SET title = (SELECT name FROM customer WHERE id = ?) WHERE customer_id = ? AND is_group = 0",
        (customer_id, customer_id),
    )


def _tag(run: Applied, customer_id: int, added: Iterable[int], removed: Iterable[int]) -> None:
    run.tx.run_many(
        "INSERT INTO customer_tag (customer_id, tag_id) VALUES (?,?) ON CONFLICT DO NOTHING",
        [(customer_id, tag_id) for tag_id in added],
    )
    run.tx.run_many(
        "DELETE FROM customer_tag WHERE customer_id = ? AND tag_id = ?", [(customer_id, tag_id) for tag_id in removed]
    )


def _grow(run: Applied, *customer_ids: int) -> None:
    run.tx.run_many("UPDATE customer SET version = version + 1 WHERE id = ?", [(one,) for one in customer_ids])


def _look_up_anew(run: Applied, customer_id: int, *, named: bool = True) -> None:
    """Have search find a card by what it says now, and by its name those that are like it."""
    run.told_anew.add(customer_id)
    if named:
        duplicates.keep_keys(run.tx, customer_id)


# --- merging and parting


def _customers_merged(run: Applied, fact: f.CustomersMerged) -> None:
    into, gone = fact.customer_id, fact.from_id
    holder = survivor_id(run.tx, into) or into
    run.tx.run("UPDATE customer SET merged_into_id = ? WHERE id = ?", (into, gone))
    for table, home in _MOVED:
        run.tx.run(
            f"UPDATE {table} SET {home} = coalesce({home}, ?), customer_id = ? WHERE customer_id = ?", (gone, holder, gone)
        )
    _hand_over(run, gone, holder)
    _say(run, into, fact.fields, fact.values)
    _tag(run, into, fact.tags_added, ())
    _grow(run, into, gone)
    _retitle(run, holder)
    for one in {gone, into, holder}:
        _look_up_anew(run, one)


def _hand_over(run: Applied, before: int, after: int) -> None:
    """Conversations that were loaded for this command are written back whole: they say whose they are now."""
    for conversation_id, state in run.after.items():
        if state.customer_id == before:
            run.after[conversation_id] = replace(state, customer_id=after)


def _customer_parted(run: Applied, fact: f.CustomerParted) -> None:
    parted, holder = fact.from_id, survivor_id(run.tx, fact.customer_id) or fact.customer_id
    run.tx.run("UPDATE customer SET merged_into_id = NULL WHERE id = ?", (parted,))
    own = json.dumps(merged_cards(run.tx, parted))
    for table, home in _MOVED:
        run.tx.run(
            f"UPDATE {table} SET customer_id = ?, {home} = nullif({home}, ?)"
            f" WHERE customer_id = ? AND {home} IN (SELECT value FROM json_each(?))",
            (parted, parted, holder, own),
        )
    _say(run, fact.customer_id, fact.fields, fact.values)
    _tag(run, fact.customer_id, (), fact.tags_removed)
    _grow(run, fact.customer_id, parted)
    _retitle(run, parted)
    _take_back(run, parted)
    for one in {parted, fact.customer_id, holder}:
        _look_up_anew(run, one)


def _take_back(run: Applied, parted: int) -> None:
    rows = dict(run.tx.all("SELECT id, customer_id FROM conversation WHERE customer_id = ?", (parted,)))
    for conversation_id, state in run.after.items():
        if conversation_id in rows and state.customer_id != parted:
            run.after[conversation_id] = replace(state, customer_id=parted)


# --- addresses


def _identity_proved(run: Applied, fact: f.IdentityProved) -> None:
    run.tx.run(
        "UPDATE identity SET customer_id = ?, proof = ?, shared = ?, label = CASE WHEN ? <> '' THEN ? ELSE label END"
        " WHERE id = ?",
        (fact.customer_id, fact.proof, int(fact.shared), fact.label, fact.label, fact.identity_id),
    )
    run.identity_told_anew(fact.identity_id)
    records.link_records(run.tx, fact.identity_id)


def _identity_removed(run: Applied, fact: f.IdentityRemoved) -> None:
    """Nobody's from now on; `home_id` keeps whose it was, so that erasing them finds it until it is somebody's again."""
    run.tx.run(
        "UPDATE identity SET customer_id = NULL, home_id = coalesce(home_id, customer_id) WHERE id = ?", (fact.identity_id,)
    )
    records.unlink_records(run.tx, fact.identity_kind.value, fact.value, fact.customer_id)
    _look_up_anew(run, fact.customer_id)


def _claim_made(run: Applied, fact: f.ClaimMade) -> None:
    run.tx.run(
        "INSERT INTO claim (kind, value, customer_id, evidence, message_id, at) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        (fact.identity_kind.value, fact.value, fact.customer_id, fact.evidence, fact.message_id, run.now_ms),
    )


# --- notes, likely doubles, companies


def _note_written(run: Applied, fact: f.CustomerNoteWritten) -> None:
    """One that is taken away keeps its row without words, so that it can come back as whose and of when it was."""
    if fact.made:
        run.tx.run(
            "INSERT INTO customer_note (id, customer_id, text, pinned, at, operator_id) VALUES (?,?,?,?,?,?)",
            (fact.note_id, fact.customer_id, fact.text, int(fact.pinned), run.now_ms, run.operator_id),
        )
    else:
        run.tx.run("UPDATE customer_note SET text = ?, pinned = ? WHERE id = ?", (fact.text, int(fact.pinned), fact.note_id))
    _grow(run, fact.customer_id)


def duplicate_found(run: Applied, fact: f.DuplicateFound) -> None:
    """Two customers are likely one; what somebody has decided about them stands."""
    run.tx.run(
        "INSERT INTO duplicate (low_id, high_id, reason, score, state, at) VALUES (?,?,?,?,'open',?)"
        " ON CONFLICT (low_id, high_id) DO UPDATE SET reason = excluded.reason, score = excluded.score"
        " WHERE state = 'open' AND excluded.score > score",
        (fact.low_id, fact.high_id, fact.reason, fact.score, run.now_ms),
    )


def _duplicate_settled(run: Applied, fact: f.DuplicateSettled) -> None:
    decided_by = None if fact.state == "open" else run.operator_id
    run.tx.run(
        "INSERT INTO duplicate (low_id, high_id, reason, score, state, at, decided_by) VALUES (?,?,'name',0,?,?,?)"
        " ON CONFLICT (low_id, high_id) DO UPDATE SET state = excluded.state, decided_by = excluded.decided_by",
        (fact.low_id, fact.high_id, fact.state, run.now_ms, decided_by),
    )


def _company_changed(run: Applied, fact: f.CompanyChanged) -> None:
    name = folded(fact.name)
    if fact.made:
        run.tx.run(
            "INSERT INTO company (id, name, folded, note, created_at) VALUES (?,?,?,?,?)",
            (fact.company_id, fact.name, name, fact.note, run.now_ms),
        )
        companies.keep_words(run.tx, fact.company_id, fact.name)
        return
    companies.keep_words(run.tx, fact.company_id, fact.name)
    run.tx.run("UPDATE company SET name = ?, folded = ?, note = ? WHERE id = ?", (fact.name, name, fact.note, fact.company_id))
    run.told_anew.update(row[0] for row in run.tx.all("SELECT id FROM customer WHERE company_id = ?", (fact.company_id,)))


HANDLERS: Handlers = {
    f.CustomerChanged: _customer_changed,
    f.CustomersMerged: _customers_merged,
    f.CustomerParted: _customer_parted,
    f.IdentityProved: _identity_proved,
    f.IdentityRemoved: _identity_removed,
    f.ClaimMade: _claim_made,
    f.CustomerNoteWritten: _note_written,
    f.DuplicateFound: duplicate_found,
    f.DuplicateSettled: _duplicate_settled,
    f.CompanyChanged: _company_changed,
}
