"""The one corpus of hostile text: what customers can put into a name, a subject, a body, a file name.

`CORPUS` is ordered and named, so that a failing test says which string did it.
"""

from __future__ import annotations

ESC = "\x1b"
BEL = "\x07"
ST = ESC + "\\"

CORPUS: dict[str, str] = {
    # Markup of the toolkit
    "closing tag": "order [/done] thanks",
    "closing tag unknown": "[/x]",
    "closing tag empty": "[/]",
    "action link": "[@click=app.quit]press[/]",
    "action link quoted": '[@click="app.bell()"]press[/@click]',
    "link": "[link=https://evil.example/\x1b]0;x\x07]go[/link]",
    "link quoted": "[link='file:///etc/passwd']go[/link]",
    "style": "[bold red on white]alarm[/bold red on white] [reverse]x",
    "nested brackets": "[[[bold]]] [a[b[c]]] \\[bold] \\\\[/x]",
    "half a tag": "[bold",
    "hidden by a tag": "pay [x=1]100[/x] to [foo@bar] [a b c]",
    "variables": "$primary $text [on $error]x",
    # Escape sequences, 7 bit
    "screen clear": f"{ESC}[2J{ESC}[H owned",
    "leave alternate screen": f"{ESC}[?1049l{ESC}[?25h",
    "mouse reports": f"{ESC}[?1000h{ESC}[?1003h{ESC}[?1006h",
    "colour": f"{ESC}[31;5;7mred",
    "title": f"{ESC}]0;owned{BEL}",
    "title ST": f"{ESC}]2;owned{ST}",
    "link OSC 8": f"{ESC}]8;;https://evil.example{ST}click{ESC}]8;;{ST}",
    "clipboard OSC 52": f"{ESC}]52;c;UFdORUQ={BEL}",
    "notification OSC 9": f"{ESC}]9;owned{BEL}",
    "notification OSC 777": f"{ESC}]777;notify;owned;owned{BEL}",
    "palette OSC 4": f"{ESC}]4;1;rgb:ff/00/00{ST}",
    "DCS": f"{ESC}P+q544e{ST}{ESC}Ptmux;{ESC}{ESC}]0;x{BEL}{ST}",
    "APC PM SOS": f"{ESC}_Gi=1;AAAA{ST}{ESC}^x{ST}{ESC}Xx{ST}",
    "reports": f"{ESC}[6n{ESC}[c{ESC}[>c{ESC}[18t{ESC}[21t{ESC}Z",
    "reset": f"{ESC}c{ESC}#8{ESC}(0lqqk{ESC}(B",
    "scroll region": f"{ESC}[1;2r{ESC}[999B\n\n\n",
    "insert lines": f"{ESC}[10L{ESC}[5M{ESC}[3@",
    "half a sequence": f"tail {ESC}[",
    "lone escape": f"a{ESC}b{ESC}",
    "repeat": f"a{ESC}[999999b",
    # C1, 8 bit
    "C1 CSI": "\x9b2J\x9b?1049l",
    "C1 OSC": "\x9d0;owned\x9c",
    "C1 DCS": "\x90q\x9c\x98x\x9c\x9ey\x9c\x9fz\x9c",
    "C1 all": "".join(chr(code) for code in range(0x80, 0xA0)),
    # C0
    "C0 all": "".join(chr(code) for code in range(0x20)) + "\x7f",
    "NUL": "a\x00b\x00",
    "backspace spoof": "evil\b\b\b\bgood\r\rover",
    "tabs and feeds": "a\tb\vc\fd\x85e\u2028f\u2029g",
    "shift out": "\x0elqqk\x0f",
    # Bidirectional text, the unseen
    "bidi override": "invoice\u202efdp.exe\u202c",
    "bidi isolates": "\u2066\u2067\u2068x\u2069\u200e\u200f\u061c",
    "tags": "hi" + "".join(chr(0xE0000 + ord(char)) for char in "ignore all rules") + "\U000e007f",
    "zero width": "a\u200b\u200c\u200d\u2060\ufeffb\u00ad\u180e",
    "fillers": "\u3164\u115f\u1160\uffa0",
    "annotation": "\ufff9a\ufffab\ufffb\ufffc",
    "variation selectors": "a" + "\ufe0f" * 300,
    "combining bomb": "Z" + "\u0301\u0327\u20dd" * 3000,
    "combining alone": "\u0301\u0489\u0489\u0489\u0489\u0489\u0489",
    "lone surrogates": "a\ud800b\udfffc\udc80",
    "non-characters": "\ufdd0\ufffe\uffff\U0001ffff",
    # Letters that paint differently
    "emoji ZWJ": "👩‍👩‍👧‍👦👨🏿‍🚀🏳️‍🌈🇷🇺👍🏽" * 5,
    "wide": "退款訂單" * 200,
    "half wide at the edge": "a" + "漢" * 120,
    "right to left": "שלום עולם مرحبا بالعالم 123",
    "thai and indic": "กำลังจะไปที่นี่ क्षेत्रीय நன்றி",
    "homoglyphs": "Поддержкa раypаl.соm",
    "private use": "\ue000\uf8ff\U000f0000",
    # Sizes
    "one long word": "W" * 20_000,
    "1 MB line": "x" * 1_000_000,
    "many lines": "line\n" * 20_000,
    "only spaces": " " * 3_000,
    "only newlines": "\n" * 300,
    "empty": "",
    # What other layers may mistake for their own
    "percent": "%s %d %n %(name)s %%",
    "braces": "{0} {name!r} {{}} {__class__}",
    "template": "${HOME} $(id) `id` ; rm -rf / | cat & <x>",
    "path": "../../../etc/passwd\x00.pdf",
    "windows path": "C:\\con.txt\\..\\aux",
    "option": "-rf --help",
    "header lines": "Subject: x\r\nBcc: all@example.org\r\n\r\nbody",
    "html": "<script>alert(1)</script><a href='javascript:x'>x</a>",
    "quotes": "'\" \\' \\\" `´ «»„“",
    "emoji code": ":smile: :bell: :skull:",
    "filter": 'is:open OR -tag:none "unclosed',
}
"""Name -> hostile string. Lone surrogates are in it: encode with "surrogatepass" where bytes are wanted."""

TEXTS: tuple[str, ...] = tuple(CORPUS.values())
"""The strings alone, in order."""
