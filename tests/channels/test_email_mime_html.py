"""HTML mail as text for a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.channels.email.html import html_to_text
from deskterm.desk.quotes import quoted_from

TEXTS = {
    "<p>One</p><p>Two</p>": "One\n\nTwo",
    "One<br>Two<br><br>Three": "One\nTwo\n\nThree",
    "<div>One</div><div><br></div><div>Two</div>": "One\n\nTwo",
    '<p class="MsoNormal">One</p><p class="MsoNormal">&nbsp;</p><p class="MsoNormal">Two</p>': "One\n\nTwo",
    '<p style="margin:0">One</p><p style="margin:0">Two</p>': "One\nTwo",
    "a  b\n c": "a b c",
    "<b>bo</b>ld <i>it</i>": "bold it",
    "<pre>a\n  b</pre>": "a\n  b",
    "<ul><li>a<li>b</ul>": "- a\n- b",
    "<ul><li><p>a</p></li><li><div>b</div></li></ul>c": "- a\n\n- b\n\nc",
    "<ul><li><ul><li>a</li></ul></li></ul>": "-\n\n- a",
    "<ol><li>a</li><li>b</li></ol>": "1. a\n2. b",
    "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a  b\nc",
    "a<hr>b": "a\n----------\nb",
    '<a href="https://x.example/a">here</a>': "here <https://x.example/a>",
    '<a href="https://x.example/">x.example</a>': "x.example",
    '<a href="mailto:a@x.example">a@x.example</a>': "a@x.example",
    '<a href="mailto:a@x.example">Anna</a>': "Anna <a@x.example>",
    '<a href="https://x.example/a"><img src="b.png" alt="Buy"></a>': "[Buy] <https://x.example/a>",
    '<a href="https://x.example/a"><img src="b.png"></a>': "<https://x.example/a>",
    '<a href="javascript:alert(1)">x</a>': "x",
    "<script>x</script><style>y</style><title>z</title>a": "a",
    "<!-- x -->a<!--[if mso]>b<![endif]-->": "a",
    "&lt;b&gt; &amp; &#x1b;[2J": "<b> & ␛[2J",
    "Чай&shy;ник\u200b": "Чайник",
    '<div style="display:none">preheader</div>a': "a",
    '<div style="max-height:0px;overflow:hidden">preheader</div>a': "a",
    '<div style="font-size:0">preheader</div>a': "a",
    '<span hidden>x</span><span style="mso-hide: all">y</span><span style="opacity:0">z</span>a': "a",
    '<div style="font-size:0px"><div style="font-size:13px">shown</div></div>': "shown",
    '<div style="font-size:0.9em;max-height:0.5em;opacity:0.5">shown</div>': "shown",
    "": "",
    "no tags": "no tags",
    "<p>unclosed <b>bold": "unclosed bold",
    "</div></p>a": "a",
    "a < b > c": "a < b > c",
    "<blockquote>indented</blockquote>": "indented",
    '<blockquote type="cite">quoted<br>twice</blockquote>': "> quoted\n> twice",
    '<blockquote type="cite">a<blockquote>b</blockquote></blockquote>c': "> a\n> > b\nc",
}


@pytest.mark.parametrize("source", TEXTS)
def test_texts(source: str) -> None:
    assert html_to_text(source).text == TEXTS[source]


QUOTE = "<div>Hello!</div><div>On its way.</div>"
REPLIES = {
    "gmail": f'<div dir="ltr">Thanks<br></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Foo bar baz'
    f'<br></div><blockquote class="gmail_quote" style="margin:0">{QUOTE}</blockquote></div>',
    "gmail signature": "<div>Thanks</div>"
    f'<div class="gmail_quote">Gull skrev:<blockquote class="gmail_quote">{QUOTE}</blockquote>'
    "</div>-- <br>Anna",
    "outlook web": '<div>Thanks</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Fra:</b> Gull<br>'
    f"</div>{QUOTE}",
    "outlook classic": '<p class=MsoNormal>Thanks</p><div style="border-top:solid #B5C4DF 1.0pt"><p class=MsoNormal>'
    "<b>From:</b> Gull"
    f" &lt;help@gull.example&gt;<br><b>Sent:</b> Saturday<br><b>To:</b> Anna<br><b>Subject:</b> Re: kettle</p></div>{QUOTE}",
    "apple": 'Thanks<br><div><br><blockquote type="cite">'
    f"<div>22 nov 2025 kl. 12:34 skrev Gull:</div>{QUOTE}</blockquote></div>",
    "thunderbird": '<p>Thanks</p><div class="moz-cite-prefix">Gull kirjoitti:<br></div>'
    f'<blockquote type="cite" cite="mid:x">{QUOTE}'
    "</blockquote>",
    "yahoo": f'<div>Thanks</div><div id="yahoo_quoted_1" class="ydp1yahoo_quoted"><div>Gull skrev:</div>{QUOTE}</div>',
    "yandex": '<div>Thanks</div><div>22.11.2025, 12:34, "Gull" &lt;help@gull.example&gt;:</div>'
    f"<blockquote>{QUOTE}</blockquote>",
    "mail.ru": "<p>Thanks</p>Суббота, 22 ноября 2025, 12:34 +03:00 от Gull &lt;help@gull.example&gt;:<br>"
    f'<blockquote style="border-left:1px solid #0857A6">{QUOTE}</blockquote>',
    "proton": "<div>Thanks</div>"
    f'<div class="protonmail_quote">Gull skrev:<blockquote class="protonmail_quote">{QUOTE}</blockquote></div>',
}


@pytest.mark.parametrize("name", REPLIES)
def test_quote_containers_give_the_fold(name: str) -> None:
    found = html_to_text(REPLIES[name])
    assert found.text[: quoted_from(found.text, found.quoted)] == "Thanks"
    assert "On its way." in found.text


def test_answers_inside_a_container_stay() -> None:
    source = (
        '<div class="gmail_quote"><div class="gmail_attr">Gull skrev:</div>'
        '<blockquote class="gmail_quote">Did it boil?</blockquote>'
        '<div>No.</div><blockquote class="gmail_quote">Which model?</blockquote><div>K-2</div></div>'
    )
    found = html_to_text(source)
    assert quoted_from(found.text, found.quoted) is None
    assert found.text == "Gull skrev:\n> Did it boil?\nNo.\n> Which model?\nK-2"


def test_a_bottom_post_after_a_container_stays() -> None:
    found = html_to_text(f'<div class="yahoo_quoted">{QUOTE}</div><div>Thanks</div>')
    assert quoted_from(found.text, found.quoted) is None


def test_pictures_shown_by_content_id() -> None:
    assert html_to_text('<img src="cid:a%40x"><img src="CID:b@x"><img src="https://x.example/t.gif">').images == {"a@x", "b@x"}


def test_caps() -> None:
    found = html_to_text("<p>word</p>" * 100_000)
    assert found.cut
    assert found.text.startswith("word\n\nword")
    deep = html_to_text("<div>" * 5_000 + "deep")
    assert deep.cut
    assert deep.text == "deep"


@given(st.text(alphabet="<>/abdivpre=\"' &;#x0\n-!ahref:style", max_size=300))
def test_never_raises_and_stays_small(source: str) -> None:
    text = html_to_text(source).text
    text.encode()
    assert len(text) <= 4 * len(source) + 1_000
