"""The tree of commands, one module per noun, and the options that stand before them."""

from __future__ import annotations

from typing import Annotated

import typer

import deskterm
from deskterm.cli import (
    attachment,
    channel,
    check,
    company,
    contact,
    conversation,
    customer,
    customer_csv,
    customer_merging,
    customer_privacy,
    demo,
    import_mail,
    init,
    mail,
    notice,
    notice_settings,
    operator,
    outbox,
    promise,
    quarantine,
    record,
    reminder,
    sla,
    status,
    tag,
    task,
    team,
    view,
    worker,
)
from deskterm.cli.answer import Answer
from deskterm.cli.bare import Bare
from deskterm.cli.invocation import Invocation, command
from deskterm.i18n import _


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"deskterm {deskterm.__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help=_("Print the version."))]

app = typer.Typer(
    help=_("A customer-support desk in a terminal. Without a command it opens the console."),
    no_args_is_help=False,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
@command
def open_console(context: typer.Context, invocation: Invocation, version: Version = False) -> Answer | None:
    """Open the console, unless a command follows."""
    if context.invoked_subcommand is not None:
        context.obj = invocation
        return None
    status = Bare(invocation.home, invocation.config, invocation.operator).run()
    return Answer(None, lambda paper: None, status=status)


app.command("demo", help=_("Try the console with made-up customers who write and answer. Touches nothing of yours."))(demo.demo)
app.command("init", help=_("Set up a desk: its name, its first operator and its first channel, tested for real."))(init.init)
app.add_typer(channel.app, name="channel", help=_("The channels: mailboxes and bots."))
app.command("check", help=_("Test the configuration, the permissions, the store and every connection."))(check.check)
app.command("worker", help=_("Receive and send without a screen, until told to end (SIGTERM)."))(worker.worker)
app.command("status", help=_("The desk in one look, or in one line."))(status.status)
app.add_typer(conversation.app, name="conversation", help=_("Conversations: list, read, answer, assign, close."))
app.add_typer(contact.app, name="contact", help=_("Telephone calls and visits, written down."))
customer.app.add_typer(customer_merging.app)
customer.app.add_typer(customer_privacy.app)
customer.app.add_typer(customer_csv.app)
app.add_typer(customer.app, name="customer", help=_("Customers: their cards, likely doubles, merging and parting."))
app.add_typer(company.app, name="company", help=_("Companies that customers belong to."))
notice.app.add_typer(notice_settings.app, name="settings", help=_("By which ways you are told of what, where and when."))
app.add_typer(notice.app, name="notice", help=_("Notices: what you are told of, and by which ways."))
app.add_typer(outbox.app, name="outbox", help=_("What has not gone out: waiting, failed, uncertain."))
app.add_typer(quarantine.app, name="quarantine", help=_("What came in and could not be understood."))
app.add_typer(attachment.app, name="attachment", help=_("Files that customers sent."))
app.add_typer(operator.app, name="operator", help=_("The people who work here."))
app.add_typer(team.app, name="team", help=_("Teams: operators who share a queue."))
app.add_typer(tag.app, name="tag", help=_("Tags: what conversations are about."))
app.add_typer(task.app, name="task", help=_("Tasks: work that outlives a message."))
app.add_typer(view.app, name="view", help=_("Saved views: queries with a name and a key."))
app.add_typer(reminder.app, name="reminder", help=_("Reminders: what somebody is to come back to, and when."))
app.add_typer(promise.app, name="promise", help=_("Promises: times that our own replies promised."))
app.add_typer(sla.app, name="sla", help=_("What is promised: business hours, first replies, resolutions."))
app.add_typer(import_mail.app, name="import", help=_("Bring in what was before the desk: mail archives."))
app.add_typer(record.app, name="record", help=_("Orders, shipments and other records of the business."))
app.add_typer(mail.app, name="mail", help=_("Look into mail files."))
