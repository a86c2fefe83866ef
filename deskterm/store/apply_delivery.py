"""Facts about what becomes of outgoing messages: into the outbox and beside the message."""

from __future__ import annotations

from deskterm.desk import facts as f
from deskterm.store import new_messages
from deskterm.store.applied import Applied, Handlers
from deskterm.store.apply_messages import add_refs
from deskterm.store.times import to_ms


def _part_sent(run: Applied, fact: f.PartSent) -> None:
    run.tx.run(
        "UPDATE outbox SET state = 'sent', phase = '', sent_at = ?, detail = ?, filed = 'due', not_before = ? WHERE id = ?",
        (to_ms(fact.at), fact.detail, run.now_ms, fact.outbox_id),
    )
    channel_id = run.tx.one("SELECT channel_id FROM outbox WHERE id = ?", (fact.outbox_id,))[0]
    add_refs(run, channel_id, fact.remote_ids, fact.message_id)
    run.refresh_delivery(fact.message_id, fact.detail)


def _part_put_off(run: Applied, fact: f.PartPutOff) -> None:
    run.tx.run(
        "UPDATE outbox SET state = 'queued', phase = '', not_before = ?, attempt = ?, detail = ? WHERE id = ?",
        (to_ms(fact.not_before), fact.attempt, fact.detail, fact.outbox_id),
    )
    run.refresh_delivery(fact.message_id, fact.detail)


def _part_failed(run: Applied, fact: f.PartFailed) -> None:
    """The part fails, and with it all of the message that has not gone out: half an answer is worse than none."""
    run.tx.run(
        "UPDATE outbox SET state = 'failed', phase = '', detail = ?, filed = '' WHERE id = ?", (fact.detail, fact.outbox_id)
    )
    run.tx.run(
        "UPDATE outbox SET state = 'failed' WHERE message_id = ? AND state IN ('queued', 'uncertain')", (fact.message_id,)
    )
    run.refresh_delivery(fact.message_id, fact.detail)


def _part_uncertain(run: Applied, fact: f.PartUncertain) -> None:
    run.tx.run(
        "UPDATE outbox SET state = 'uncertain', not_before = ?, detail = ? WHERE id = ?",
        (to_ms(fact.not_before), fact.detail, fact.outbox_id),
    )
    run.refresh_delivery(fact.message_id, fact.detail)


def _send_requeued(run: Applied, fact: f.SendRequeued) -> None:
    """The parts go out again. What failed or may have arrived begins anew, with two days of tries; what only waits does not."""
    run.tx.run_many(
        "UPDATE outbox SET at = CASE WHEN state IN ('failed', 'uncertain') THEN ? ELSE at END, state = 'queued', phase = '',"
        " not_before = ?, attempt = 0, detail = '' WHERE id = ?",
        [(run.now_ms, to_ms(fact.not_before), outbox_id) for outbox_id in fact.outbox_ids],
    )
    run.refresh_delivery(fact.message_id, "")


def _send_cancelled(run: Applied, fact: f.SendCancelled) -> None:
    """The words and files go back to their writer, before what was begun since. A note stays a note: it is never sent."""
    run.tx.run_many("UPDATE outbox SET state = 'cancelled' WHERE id = ?", [(outbox_id,) for outbox_id in fact.outbox_ids])
    run.refresh_delivery(fact.message_id, "")
    if fact.as_new:
        new_messages.give_back(run.tx, fact.operator_id, fact.message_id, run.now)
        return
    run.tx.run(
        "INSERT INTO draft (operator_id, conversation_id, note, text, saved_at)"
        " SELECT ?, conversation_id, 0, text, ? FROM message WHERE id = ? ON CONFLICT (operator_id, conversation_id)"
        " DO UPDATE SET text = CASE WHEN trim(text) = '' THEN excluded.text WHEN excluded.text = '' THEN text"
        " ELSE excluded.text || char(10) || char(10) || text END, saved_at = excluded.saved_at",
        (fact.operator_id, run.now_ms, fact.message_id),
    )
    run.tx.run(
        "UPDATE attachment SET operator_id = ?, conversation_id = ?, message_id = NULL WHERE message_id = ?",
        (fact.operator_id, fact.conversation_id, fact.message_id),
    )


def _delivery_settled(run: Applied, fact: f.DeliverySettled) -> None:
    run.tx.run_many(
        "UPDATE outbox SET state = 'sent', phase = '', sent_at = ? WHERE id = ?",
        [(to_ms(fact.at), outbox_id) for outbox_id in fact.outbox_ids],
    )
    run.refresh_delivery(fact.message_id, "")


HANDLERS: Handlers = {
    f.PartSent: _part_sent,
    f.PartPutOff: _part_put_off,
    f.PartFailed: _part_failed,
    f.PartUncertain: _part_uncertain,
    f.SendRequeued: _send_requeued,
    f.SendCancelled: _send_cancelled,
    f.DeliverySettled: _delivery_settled,
}
