"""What a person's command does: `decide(command, situation, now) -> facts | Refused`. Pure.

A refusal changes nothing and carries a code whose words are in `deskterm.words.wording`. The rules themselves stand in
`decide_writing`, `decide_start`, `decide_sending`, `decide_triage`, `decide_customer`, `uniting`, `decide_merging`
and `decide_reminder`; undoing
stands in `desk.undo`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from deskterm.desk import commands as c
from deskterm.desk import commands_customer as cc
from deskterm.desk import commands_time as ct
from deskterm.desk import (
    decide_contact,
    decide_customer,
    decide_merging,
    decide_reminder,
    decide_sending,
    decide_start,
    decide_task,
    decide_triage,
    decide_writing,
    uniting,
)
from deskterm.desk.commands import Command, Refused
from deskterm.desk.model import Operator, Role
from deskterm.desk.situation import Decided, Situation


def decide(command: Command, situation: Situation, now: datetime) -> Decided:
    """Return what the command makes happen, or why it does not. An empty list: it is so already, or somebody looked who may
    only look: what is unread is so for everybody, and stays so for those who answer."""
    if situation.me.role is Role.VIEWER and _seen_in_passing(command):
        return []
    return forbidden(command, situation.me) or _DECIDERS[type(command)](command, situation, now)


def forbidden(command: Command, me: Operator) -> Refused | None:
    """Return the refusal of who may only look. That they looked is no act of theirs, and is not refused."""
    return Refused("viewer") if me.role is Role.VIEWER and not _seen_in_passing(command) else None


def _seen_in_passing(command: Command) -> bool:
    return isinstance(command, c.MarkRead) and not command.by_hand


_DECIDERS: dict[type[Any], Callable[[Any, Situation, datetime], Decided]] = {
    c.Reply: decide_writing.reply,
    c.Note: decide_writing.note,
    c.StartConversation: decide_start.start,
    c.Assign: decide_triage.assign,
    c.Take: decide_triage.take,
    c.SetTeam: decide_triage.set_team,
    c.SetPriority: decide_triage.set_priority,
    c.SetTags: decide_triage.set_tags,
    c.Close: decide_triage.close,
    c.Reopen: decide_triage.reopen,
    c.Snooze: decide_triage.snooze,
    c.MarkSpam: decide_triage.mark_spam,
    c.MarkRead: decide_triage.mark_read,
    c.MarkUnread: decide_triage.mark_unread,
    c.NoReplyNeeded: decide_triage.no_reply_needed,
    c.RetrySend: decide_sending.retry,
    c.RetryAllFailed: decide_sending.retry_all,
    c.MarkDelivered: decide_sending.mark_delivered,
    c.TakeBack: decide_sending.take_back,
    c.SendNow: decide_sending.send_now,
    cc.LogContact: decide_contact.log,
    cc.AddCustomer: decide_customer.add,
    cc.EditCustomer: decide_customer.edit,
    cc.AddIdentity: decide_customer.add_identity,
    cc.RemoveIdentity: decide_customer.remove_identity,
    cc.ShareIdentity: decide_customer.share_identity,
    cc.WriteCustomerNote: decide_customer.write_note,
    cc.EditCompany: decide_customer.edit_company,
    cc.MergeCustomers: uniting.merge,
    cc.PartCustomer: uniting.part,
    cc.DismissDuplicate: uniting.dismiss,
    cc.MergeConversations: decide_merging.merge,
    cc.PartConversation: decide_merging.part,
    cc.SplitConversation: decide_merging.split,
    cc.DismissRelated: decide_merging.dismiss_related,
    cc.NoteRelated: decide_merging.note_related,
    ct.AddTask: decide_task.add,
    ct.ChangeTask: decide_task.change,
    ct.DropTask: decide_task.drop,
    ct.Remind: decide_reminder.remind,
    ct.MoveReminder: decide_reminder.move,
    ct.SettleReminder: decide_reminder.settle,
    ct.SettlePromise: decide_reminder.settle_promise,
}
"""What is not here is made of others: `Many` of acts, `Undo` and `Redo` of what the journal holds."""
