"""Everything a person can do by a key, in one table: bindings, footer, help, menus and palette are all made from it.

An action's `id` is what `[keys]` in the configuration names. Its `command` is a Textual action: the screen or widget that
serves one of the action's contexts has a method `action_<command>`. Keys are written as Textual writes them. An action with a
`menu` is a second key: it works after that menu's own key was pressed.
"""

from __future__ import annotations

from deskterm.i18n import N_
from deskterm.keys import make
from deskterm.keys.action import GROUP_TITLES, OPENERS, Action, Context, Group, Menu
from deskterm.keys.card_actions import CARD_ACTIONS, CARDS
from deskterm.keys.customer_actions import CUSTOMER_ACTIONS, PEOPLE
from deskterm.keys.make import HERE
from deskterm.keys.time_actions import TIME_ACTIONS, TIME_FOOTER, TIMES

__all__ = [
    "ACTIONS",
    "BY_HAND_FOOTER",
    "BY_ID",
    "EMPTY_FOOTER",
    "FOOTER",
    "GROUP_TITLES",
    "KEPT_IN_FOOTER",
    "MARKED_FOOTER",
    "OPENERS",
    "Action",
    "Context",
    "Group",
    "Menu",
    "actions_in",
    "menu_actions",
]

_BRACKETS = " ".join(("right_square_bracket", "left_square_bracket"))
_ALL_LISTS = (Context.LIST, Context.OUTBOX, Context.HELD, Context.HEALTH, *PEOPLE, *CARDS)
_ROOMS = (Context.THREAD, Context.PREVIEW, *_ALL_LISTS, *TIMES)
_MARKED = (Context.LIST, *TIMES)
_RANGED = (Context.LIST, Context.TASKS)
_RANKED = (*HERE, Context.TASKS)

_MOVES = (
    make.move("down", "j down", N_("Down"), N_("One row or line down"), _ROOMS, "down"),
    make.move("up", "k up", N_("Up"), N_("One row or line up"), _ROOMS, "up"),
    make.move("half_down", "ctrl+d", N_("Half a page down"), N_("Half a page down"), HERE, "half_down"),
    make.move("half_up", "ctrl+u", N_("Half a page up"), N_("Half a page up"), HERE, "half_up"),
    make.move("page_down", "pagedown", N_("Page down"), N_("A page down"), _ROOMS, "page_down"),
    make.move("page_up", "pageup", N_("Page up"), N_("A page up"), _ROOMS, "page_up"),
    make.move("first", "home", N_("First"), N_("To the first row, or the beginning of the conversation"), _ROOMS, "first"),
    make.move("last", "end G", N_("Last"), N_("To the last row, or the newest message"), _ROOMS, "last"),
    make.move("open", "enter l right", N_("Open"), N_("Open what is under the cursor"), (*_ALL_LISTS, Context.NOTICES), "open"),
    make.move("back", "escape h left q", N_("Back"), N_("One step back; never loses text"), _ROOMS, "back"),
    make.move("pane", "tab", N_("Next pane"), N_("Between the list and the conversation"), HERE, "pane"),
    make.move(
        "next",
        "J",
        N_("Next conversation"),
        N_("To the next conversation of the list while reading"),
        (Context.THREAD,),
        "next",
        N_("next"),
    ),
    make.move(
        "previous",
        "K",
        N_("Previous conversation"),
        N_("To the previous conversation while reading"),
        (Context.THREAD,),
        "previous",
    ),
    make.move("next_view", "right_square_bracket", N_("Next view"), N_("To the next view of the list"), HERE, "next_view"),
    make.move(
        "previous_view",
        "left_square_bracket",
        N_("Previous view"),
        N_("To the previous view of the list"),
        HERE,
        "previous_view",
    ),
)

_GOES = (
    Action(
        "menu.go",
        ("g",),
        N_("Go…"),
        N_("Show the places to go to and wait for the second key"),
        Group.GO,
        (Context.ANYWHERE,),
        "menu('go')",
        in_palette=False,
        at_once=True,
    ),
    make.go("inbox", "i", N_("Inbox"), N_("Open conversations, the most urgent first"), "view('inbox')"),
    make.go("mine", "m", N_("Mine"), N_("Open conversations assigned to me"), "view('mine')"),
    make.go("unassigned", "u", N_("Unassigned"), N_("Open conversations that nobody has taken"), "view('unassigned')"),
    make.go("untagged", "n", N_("No tag"), N_("Open conversations without a tag"), "view('untagged')"),
    make.go("waiting", "w", N_("Waiting"), N_("Conversations in which a customer waits for an answer"), "view('waiting')"),
    make.go("late", "l", N_("Late"), N_("Conversations whose promised time has passed"), "view('late')"),
    make.go("snoozed", "s", N_("Snoozed"), N_("Conversations that come back later"), "view('snoozed')"),
    make.go("closed", "x", N_("Closed"), N_("Closed conversations, the newest first"), "view('closed')"),
    make.go("all", "a", N_("All"), N_("All conversations, the newest first"), "view('all')"),
    make.go("drafts", "d", N_("Drafts"), N_("Conversations in which I have begun to write"), "view('drafts')"),
    make.go("failed", "f", N_("Failed"), N_("Conversations with a message that did not go out"), "view('failed')"),
    make.go("spam", "j", N_("Spam"), N_("Conversations put away as spam"), "view('spam')"),
    make.go("outbox", "o", N_("Outbox"), N_("Messages that wait, failed, or may not have arrived"), "room('outbox')"),
    make.go(
        "customers",
        "c",
        N_("Customers"),
        N_("All customers: found by a few letters, likely doubles, companies"),
        "room('customers')",
    ),
    make.go("held", "q", N_("Held"), N_("What arrived and is no message: quarantined and ignored"), "room('held')"),
    make.go("health", "h", N_("Health"), N_("How the channels and the store are"), "room('health')"),
    make.go("layout", "k", N_("Shape of cards"), N_("Choose the blocks and fields of cards"), "room('layout')"),
    make.go("first", "g", N_("First row"), N_("To the first row, or the beginning of the conversation"), "first"),
)

_ACTS = (
    make.act("reply", "r", N_("Reply"), N_("Answer the customer"), at_once=True),
    make.act("note", "n", N_("Note"), N_("Write an internal note; it is never sent"), at_once=True),
    make.act("forward", "f", N_("Forward…"), N_("Pass the customer's words and files on to somebody else"), at_once=True),
    Action(
        "compose.new",
        ("c",),
        N_("Write to somebody…"),
        N_("Begin a conversation: a customer or an address, on a channel that reaches them"),
        Group.ACT,
        HERE,
        "write_new",
        at_once=True,
    ),
    make.act("assign", "a", N_("Assign…"), N_("Give the conversation to an operator, a team, or nobody"), at_once=True),
    make.act("take", "A", N_("Take"), N_("Make the conversation mine")),
    make.act(
        "close",
        "e",
        N_("Close or reopen"),
        N_("The matter is done, or is not done after all"),
        command="toggle_closed",
        hint=N_("close"),
    ),
    make.act(
        "unread", "u", N_("Read or unread"), N_("Mark the conversation as read, or as not yet seen"), command="toggle_unread"
    ),
    make.act("tags", "t", N_("Tags…"), N_("Say what it is about: tick tags, or type a new one"), at_once=True, hint=N_("tags")),
    make.menu(Menu.PRIORITY, "p", N_("Priority…"), N_("Say how much it matters"), _RANKED),
    make.choice(Menu.PRIORITY, "low", "l 1", N_("Low"), N_("It may wait"), "priority(0)", _RANKED),
    make.choice(Menu.PRIORITY, "normal", "n 2", N_("Normal"), N_("It matters as others do"), "priority(1)", _RANKED),
    make.choice(Menu.PRIORITY, "high", "h 3", N_("High"), N_("Answer it sooner"), "priority(2)", _RANKED),
    make.choice(Menu.PRIORITY, "urgent", "u 4", N_("Urgent"), N_("Answer it first"), "priority(3)", _RANKED),
    make.menu(Menu.SNOOZE, "s", N_("Snooze…"), N_("Out of sight until a time, or until the customer writes")),
    make.choice(Menu.SNOOZE, "hour", "h", N_("An hour"), N_("It comes back in an hour"), "snooze('hour')"),
    make.choice(Menu.SNOOZE, "tonight", "e", N_("Tonight"), N_("It comes back this evening"), "snooze('tonight')"),
    make.choice(Menu.SNOOZE, "tomorrow", "t", N_("Tomorrow"), N_("It comes back tomorrow morning"), "snooze('tomorrow')"),
    make.choice(Menu.SNOOZE, "monday", "m", N_("Monday"), N_("It comes back on Monday morning"), "snooze('monday')"),
    make.choice(Menu.SNOOZE, "until", "s", N_("At a time…"), N_("Type when it comes back, in words"), "snooze_until"),
    make.choice(
        Menu.SNOOZE,
        "customer",
        "c",
        N_("Until the customer writes"),
        N_("It comes back with a message"),
        "snooze('customer')",
    ),
    make.choice(Menu.SNOOZE, "wake", "w", N_("Back now"), N_("It is snoozed no more"), "wake"),
    make.menu(Menu.SPAM, "x", N_("Spam…"), N_("Put it away as spam, or say that it is none")),
    make.choice(Menu.SPAM, "only", "x s", N_("Spam"), N_("Put it away as spam"), "spam('only')"),
    make.choice(
        Menu.SPAM, "block", "b", N_("Spam, and block the sender"), N_("Hold back what they write from now on"), "spam('block')"
    ),
    make.choice(Menu.SPAM, "not", "n", N_("Not spam"), N_("It is none; the sender is not blocked"), "spam('not')"),
    make.act("attachments", "o", N_("Attachments…"), N_("Show the files of the conversation and save them")),
    Action(
        "menu.copy",
        ("y",),
        N_("Copy…"),
        N_("Copy a text, an address or the number to the clipboard"),
        Group.ACT,
        HERE,
        "menu('copy')",
        in_palette=False,
        at_once=True,
    ),
    Action("copy.text", ("t",), N_("Text"), N_("Copy the customer's last message"), Group.ACT, HERE, "copy('text')", Menu.COPY),
    Action(
        "copy.address", ("a",), N_("Address"), N_("Copy the customer's address"), Group.ACT, HERE, "copy('address')", Menu.COPY
    ),
    Action(
        "copy.number", ("n",), N_("Number"), N_("Copy the conversation's number"), Group.ACT, HERE, "copy('number')", Menu.COPY
    ),
    make.act("no_reply", "N", N_("No reply needed"), N_("End the customer's wait without an answer")),
    make.act("next_urgent", "w", N_("What next"), N_("To the most urgent conversation that waits, and why it is")),
    make.act(
        "undo",
        "z",
        N_("Take back"),
        N_("Take back a message that has not gone out, or what I did last, also before this start"),
        contexts=(*HERE, *PEOPLE, Context.PREVIEW, Context.CARD, *TIMES),
        command="take_back",
    ),
    make.act("redo", "Z", N_("Do again"), N_("Do again what was taken back last"), (*HERE, Context.CARD, *TIMES)),
    make.act("retry", "R", N_("Send again"), N_("Send a failed or uncertain message again"), (*HERE, Context.OUTBOX), "retry"),
    make.act("retry_all", "X", N_("Send all failed again"), N_("Send everything again that failed"), (Context.OUTBOX,)),
    make.act("delivered", "D", N_("It did arrive"), N_("Mark an uncertain message as arrived"), (Context.OUTBOX,)),
    make.act("send_now", "S", N_("Send now"), N_("Do not wait any longer with the last message sent"), (*HERE, Context.OUTBOX)),
    make.act("unfold", "Q", N_("Quoted text"), N_("Show or fold quoted text and signatures"), (Context.THREAD,)),
    make.act("versions", "E", N_("Earlier versions…"), N_("Show what an edited message said before"), (Context.THREAD,)),
    make.act("source", "O", N_("Source…"), N_("Show the last message as it came"), (Context.THREAD,)),
    make.act("parse", "R", N_("Read again"), N_("Try to understand a held message again"), (Context.HELD,)),
    make.act("save_raw", "W", N_("Save…"), N_("Save a held message to a file as it came"), (Context.HELD,)),
    make.act(
        "held_state",
        _BRACKETS,
        N_("Quarantined or ignored"),
        N_("Between what is quarantined and what is ignored"),
        (Context.HELD,),
    ),
)

_MARKS = (
    make.mark(
        "toggle", "space", N_("Mark"), N_("Mark the row, or unmark it, and go down; acts take all that are marked"), _MARKED
    ),
    make.mark("range", "v", N_("Mark a range"), N_("Mark from here to where the cursor goes; again or space ends it"), _RANGED),
    make.mark("all", "V", N_("Mark all"), N_("Mark all that the list holds, also what is not on the screen"), _MARKED),
    make.mark("query", "asterisk", N_("Mark by a query…"), N_("Mark all of the list that a query finds")),
)

_FINDS = (
    make.find(
        "filter",
        "slash",
        N_("Filter…"),
        N_("Change what the list shows: words, is:late, tag:none and more; Esc brings the list back"),
        "filter",
        hint=N_("filter"),
        at_once=True,
    ),
    make.find(
        "in_thread",
        "ctrl+f",
        N_("Find here…"),
        N_("Find words in the conversation, in any of their forms"),
        "find_in_thread",
        (Context.THREAD,),
        at_once=True,
    ),
    make.find("again", "f3", N_("Find again"), N_("To the next older message with the words"), "find_again", (Context.THREAD,)),
    make.find(
        "back", "shift+f3", N_("Find back"), N_("To the next newer message with the words"), "find_back", (Context.THREAD,)
    ),
    make.find("save", "W", N_("Save this view…"), N_("Keep what the list shows under a name and a key"), "save_view"),
    make.find(
        "rename", "f2", N_("Saved views…"), N_("Give a saved view another name or key, or choose among all"), "rename_view"
    ),
    make.find(
        "forget", "delete", N_("Forget the view…"), N_("Delete a saved view; asks first"), "forget_view", (Context.LIST,)
    ),
    *(
        Action(
            f"view.{key}",
            (str(key),),
            N_("Saved view"),
            N_("Open the saved view of this key"),
            Group.GO,
            HERE,
            f"saved_view({key})",
            in_palette=False,
        )
        for key in range(1, 10)
    ),
)

_DOES = (
    make.do("palette", "ctrl+p", N_("Palette"), N_("Find an action by its name"), "command_palette", in_palette=False),
    make.do(
        "command",
        "colon",
        N_("Command line…"),
        N_("Say it in words: close 1042, tag +refund, snooze tomorrow 9:00"),
        "command_line",
        at_once=True,
        hint=N_("command"),
    ),
    make.do("help", "question_mark f1", N_("Help"), N_("All keys that work here"), "help"),
    make.do("quit", "ctrl+q", N_("Quit"), N_("Leave deskterm"), "quit", at_once=True),
    make.leave(
        "leave", "enter", N_("Leave them queued"), N_("Leave; what waits goes out by another process or at the next start")
    ),
    make.leave("send_now", "s", N_("Send now, then leave"), N_("Send what still waits to go, then leave")),
    make.leave("take_back", "t", N_("Take back, then leave"), N_("Make drafts of what still waits to go, then leave")),
)

_COMPOSES = (
    Action(
        "menu.send",
        ("ctrl+s",),
        N_("Send…"),
        N_("Show the ways to send and wait for the second key"),
        Group.COMPOSE,
        (Context.COMPOSER,),
        "menu('send')",
        in_palette=False,
        at_once=True,
    ),
    make.compose("send", "enter", N_("Send"), N_("Send the message, or keep the note"), Menu.SEND),
    make.compose("send_close", "e", N_("Send and close"), N_("Send the message and close the conversation"), Menu.SEND),
    make.compose("send_snooze", "z", N_("Send and snooze…"), N_("Send it and put the conversation out of sight"), Menu.SEND),
    make.compose("send_anyway", "a", N_("Send anyway"), N_("Send although somebody was faster"), Menu.SEND),
    make.compose("editor", "f4", N_("Editor"), N_("Write in $EDITOR")),
    make.compose("attach", "ctrl+o", N_("Attach…"), N_("Add a file by its path")),
    make.compose("as_file", "f9", N_("Text as file"), N_("Make the text a file that goes with the message")),
    make.compose("look", "f5", N_("Look"), N_("Show what came since you began to write; the text stays")),
    make.compose(
        "other_route", "f2", N_("Another way"), N_("Where there are several channels: have the answer go by another one")
    ),
    make.compose("detach", "ctrl+r", N_("Remove file"), N_("Remove the last file added")),
    make.compose("discard", "f8", N_("Throw away"), N_("Throw the draft away; asks first")),
    make.compose("leave", "escape", N_("Keep as draft"), N_("Leave; what is written stays as a draft")),
)

_TO_COME = (
    make.later("reports", "r", N_("Reports"), Menu.GO),
    make.later("board", "b", N_("Board"), Menu.GO),
)

ACTIONS: tuple[Action, ...] = (
    *_MOVES,
    *_GOES,
    *_ACTS,
    *CUSTOMER_ACTIONS,
    *CARD_ACTIONS,
    *TIME_ACTIONS,
    *_MARKS,
    *_FINDS,
    *_DOES,
    *_COMPOSES,
    *_TO_COME,
)

BY_ID: dict[str, Action] = {action.id: action for action in ACTIONS}

FOOTER: dict[Context, tuple[str, ...]] = {
    Context.LIST: ("act.reply", "act.note", "act.assign", "act.close", "find.filter", "do.help"),
    Context.THREAD: ("act.reply", "act.note", "act.close", "move.next", "move.back", "do.help"),
    Context.COMPOSER: ("menu.send", "compose.leave", "compose.attach", "compose.editor", "compose.discard"),
    Context.OUTBOX: ("act.retry", "act.retry_all", "act.delivered", "move.open", "move.back", "do.help"),
    Context.HELD: ("move.open", "act.parse", "act.save_raw", "act.held_state", "move.back", "do.help"),
    Context.HEALTH: ("menu.go", "move.back", "do.help"),
    Context.CUSTOMERS: (
        "move.open",
        "customers.search",
        "customers.write",
        "act.merge",
        "customers.doubles",
        "customers.kind",
        "move.back",
        "do.help",
    ),
    Context.CARD: (
        "card.edit",
        "card.note",
        "card.address",
        "card.tags",
        "card.pin",
        "card.fold",
        "act.undo",
        "move.back",
        "do.help",
    ),
    Context.LAYOUT: ("layout.field", "layout.up", "layout.down", "layout.save", "move.back", "do.help"),
    Context.DUPLICATES: ("move.open", "doubles.two", "act.undo", "move.back", "do.help"),
    Context.PREVIEW: ("preview.choose", "preview.swap", "preview.merge", "doubles.two", "move.back", "do.help"),
    Context.COMPANY: ("move.open", "company.talks", "company.edit", "act.undo", "move.back", "do.help"),
    **TIME_FOOTER,
}
"""The most useful keys of a context, by action id, in the order of the footer."""

EMPTY_FOOTER = ("menu.go", "find.filter", "compose.new", "do.help")
"""Those where the list holds nothing."""
BY_HAND_FOOTER: dict[str, str] = {"compose.new": "act.contact", "act.reply": "act.contact"}
"""What stands in the place of keys where calls and visits are kept by hand and nothing can be written."""
KEPT_IN_FOOTER = frozenset({"find.filter", "move.back", "do.help"})
"""Those that a narrow foot shows before all others: the ways out, and to more."""

MARKED_FOOTER = ("act.close", "act.tags", "act.assign", "act.snooze", "move.back", "do.help")
"""Those where conversations are marked, beside their count."""


def actions_in(context: Context, *, menu: Menu | None = None) -> tuple[Action, ...]:
    """Return the actions of one context: those of its own keys (`menu` None), or the second keys of a menu."""
    return tuple(action for action in ACTIONS if action.menu == menu and context in action.contexts)


def menu_actions(menu: Menu) -> tuple[Action, ...]:
    """Return the second keys of a menu, in the order in which it shows them."""
    return tuple(action for action in ACTIONS if action.menu == menu)
