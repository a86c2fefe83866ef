"""What the desk says of notices: why something is no customer's, what became of a notice, what a setting cannot be. A part of
`deskterm.words.reason_words`."""

from __future__ import annotations

from deskterm.i18n import N_

NOTICES = (
    N_("a notice of ours that came back"),
    N_("an answer to a notice of ours"),
    N_("a notice of ours did not arrive"),
    N_("an automatic answer from an operator's own mailbox"),
    N_("an operator linked their Telegram"),
    N_("it may have arrived, and is not sent again"),
    N_("it could not be sent for a day"),
    N_("there is no address or chat to send it to any more"),
    N_("the desk has no mailbox to send it from"),
    N_("the bot is not served any more"),
    N_("it is not said who you are"),
    N_("say who acts: --operator LOGIN"),
    N_("ask an owner to do this"),
    N_("the desk has no Telegram bot"),
    N_("add one: deskterm channel add"),
    N_("there is no such kind of notice"),
    N_("use one of: {known_kinds}"),
    N_("there is no such way for {kind}"),
    N_("use: console, bell, desktop, email, telegram"),
    N_("quiet hours need a beginning and another end"),
    N_("for example: 22:00-08:00"),
    N_("there is no such time zone"),
    N_("for example: Europe/Moscow"),
    N_("notices are gathered for a day at most"),
    N_("for example: 30m"),
    N_("nobody else here has this id"),
    N_("no mail can be sent to this address"),
    N_("name your own address"),
    N_("this is a mailbox of the desk"),
)
