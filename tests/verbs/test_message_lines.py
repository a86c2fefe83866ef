"""Lines with which one writes: what is the text and what is not, whatever stands in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.office import OfficeError
from deskterm.verbs.call import Call
from deskterm.verbs.line import read_line

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def read(line: str) -> Call:
    return read_line(line, NOW)


def wrong(line: str) -> str:
    with pytest.raises(OfficeError) as caught:
        read(line)
    return caught.value.words


@pytest.mark.parametrize(
    ("line", "verb", "numbers", "text", "choices", "options"),
    [
        ("reply", "reply", (), "", (), ()),
        ("reply 1042", "reply", (1042,), "", (), ()),
        ("reply #1042 It is on its way.", "reply", (1042,), "It is on its way.", (), ()),
        ('reply He said "yes",  twice', "reply", (), 'He said "yes",  twice', (), ()),
        ('reply "5 days, at most"', "reply", (), "5 days, at most", (), ()),
        (r'reply "say \"hello\""', "reply", (), 'say "hello"', (), ()),
        ('reply size is 5" --close', "reply", (), 'size is 5"', ("close",), ()),
        ("reply --close done", "reply", (), "done", ("close",), ()),
        ("reply done --close", "reply", (), "done", ("close",), ()),
        ("reply done --close --anyway", "reply", (), "done", ("anyway", "close"), ()),
        ("reply -- --close is a word", "reply", (), "--close is a word", (), ()),
        ("reply close it", "reply", (), "close it", (), ()),
        ("reply what is --close", "reply", (), "what is", ("close",), ()),
        ("reply a --so-called fault", "reply", (), "a --so-called fault", (), ()),
        ("reply --attach /tmp/a.pdf see it", "reply", (), "see it", (), (("attach", "/tmp/a.pdf"),)),
        ('reply see both --attach "/tmp/a b.pdf" --attach=c.png', "reply", (), "see both", (), None),
        ("reply #7 --attach a.pdf --close", "reply", (7,), "", ("close",), (("attach", "a.pdf"),)),
        ("ответить #7 да --закрыть", "reply", (7,), "да", ("close",), ()),
        ("ответить --файл счёт.pdf вот он", "reply", (), "вот он", (), (("attach", "счёт.pdf"),)),
        ("note call back", "note", (), "call back", (), ()),
        ("заметка перезвонить", "note", (), "перезвонить", (), ()),
        ("forward", "forward", (), "", (), ()),
        ("forward olga@example.org", "forward", (), "", (), (("to", "olga@example.org"),)),
        ("forward 1042 olga@example.org please look", "forward", (1042,), "please look", (), (("to", "olga@example.org"),)),
        ("forward 1042 --to olga@example.org look", "forward", (1042,), "look", (), (("to", "olga@example.org"),)),
        ('forward "Olga K. <o@x.test>" look', "forward", (), "look", (), (("to", "Olga K. <o@x.test>"),)),
        ("start o@x.test --subject Hi there", "start", (), "there", (), (("to", "o@x.test"), ("subject", "Hi"))),
        ("start 5 days", "start", (), "days", (), (("to", "5"),)),
        ("start --channel mail", "start", (), "", (), (("channel", "mail"),)),
    ],
)
def test_message_lines(
    line: str,
    verb: str,
    numbers: tuple[int, ...],
    text: str,
    choices: tuple[str, ...],
    options: tuple[tuple[str, str], ...] | None,
) -> None:
    call = read(line)
    assert (call.verb.name, call.numbers, call.rest, tuple(sorted(call.choices))) == (verb, numbers, text, choices)
    if options is None:
        assert sorted(call.values("attach")) == ["/tmp/a b.pdf", "c.png"]
    else:
        assert call.options == options


def test_a_reply_is_no_no_reply_and_the_other_layout_is_told() -> None:
    assert (read("куздн Привет").verb.name, read("куздн Привет").rest, read("куздн Привет").swapped) == (
        "reply",
        "Привет",
        True,
    )
    assert read("jndtnbnm ghbdtn").swapped
    assert not read("куздн").swapped
    assert not read("reply Привет").swapped
    assert wrong("replly x").endswith("Did you mean reply or no-reply?")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "reply 5 days",
            'it is not clear whether 5 is a conversation or begins the text. Write: reply #5 … or reply "5 …"',
        ),
        ("reply --clsoe done", "reply has no use for --clsoe done. "),
        ("reply --attach", "--attach lacks something. "),
        ("forward --to a@b.test --to c@d.test", "--to is said twice. "),
        ("note --close x", "note has no use for --close x. "),
    ],
)
def test_what_is_unclear_is_asked(line: str, words: str) -> None:
    assert wrong(line).startswith(words)


@given(st.text(max_size=60), st.sampled_from(["reply", "note", "forward", "start"]))
def test_a_quoted_text_comes_through_whole(text: str, verb: str) -> None:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    behind = "--to a@b.test " if verb in ("forward", "start") else ""
    assert read(f'{verb} {behind}"{escaped}"').rest == text


@given(st.text(max_size=60), st.sampled_from(["reply", "note", "forward", "start"]))
def test_whatever_is_typed_is_read_or_refused(text: str, verb: str) -> None:
    try:
        call = read(f"{verb} {text}")
    except OfficeError:
        return
    assert call.verb.name == verb
