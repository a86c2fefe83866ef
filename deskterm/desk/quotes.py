"""Where in a mail the quoted text and the signature begin, so that they can be folded. Pure, linear, conservative.

Every line is either the author's or quoted; what is folded is only what follows the author's last line. So a bottom post, an
answer between quoted lines, a forwarded mail and a mail of nothing but quotes stay whole, and nothing is ever removed: the
result is an offset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

QuotedLines = Sequence[tuple[int, int | None]]
"""Ranges of lines known to be quoted (from an HTML mail's structure): first line, line after the last; None is "to the end"."""

_MAX_ATTRIBUTION = 400
_ATTRIBUTION_LINES = 3
_SIGNATURE_LINES = 12
_BARE_SIGNATURE_LINES = 4
_BARE_SIGNATURE_WIDTH = 60
_HEADER_LINES = 8
_FOOTER_LINES = 6

_MONTH = (
    r"янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|jän|mär|mai|okt|dez|fév|avr|juin|juil|aoû|déc"
    r"|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru"
)
_DATE = re.compile(
    rf"\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}\.?\s(?:de\s)?(?:{_MONTH})|(?:{_MONTH})\w{{0,8}}\.?[\s-]\d{{1,2}}",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}[:.]\d\d|\b\d{1,2}\s?[ap]\.?m\b", re.IGNORECASE)
_ADDRESS_AT_END = re.compile(r"[<(\[]\s?[^<>()\[\]@\s]{1,200}@[^<>()\[\]@\s]{1,200}\s?[>)\]]{1,2}[^<>@]{0,30}:$")
_VERB = re.compile(
    r"\b(?:wrote|writes|schrieb|geschrieben|a écrit|ha scritto|escribió|napisał\(?a?\)?"
    r"|написал\(?а?\)?|писали|пишет|пише|написав\w{0,2})(?:\W|$)",
    re.IGNORECASE,
)
_FROM_WORDS = re.compile(r"(?:^|\s)(?:от|від|from|von)\s", re.IGNORECASE)

_HEADER = re.compile(
    r"[\s>]*\*?(?P<name>от кого|от|from|von|de|da|od|від|отправлено|sent|gesendet|envoyé|enviado el|enviado|inviato|wysłano"
    r"|надіслано|дата|date|datum|data|fecha|кому|to|an|à|para|a|do|копия|cc|kopie|тема|subject|betreff|objet|sujet|pour|asunto|oggetto|temat)\s?:\*?(?:\s|$)",
    re.IGNORECASE,
)
_FROM = frozenset({"от", "от кого", "from", "von", "de", "da", "od", "від"})
_SENT = frozenset({"отправлено", "sent", "gesendet", "envoyé", "enviado", "enviado el", "inviato", "wysłano", "надіслано"})
_DATED = _SENT | {
    *("дата", "date", "datum", "data", "fecha"),
    *("тема", "subject", "betreff", "objet", "sujet", "asunto", "oggetto", "temat"),
}
_ORIGINAL = re.compile(
    r"\s*-{3,}\s*(?:original message|original appointment|исходное сообщение|ursprüngliche nachricht|message d'origine|"
    r"mensaje original|messaggio originale|wiadomość oryginalna|оригінальне повідомлення)\s*-*\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"\s*(?:-{3,}\s*(?:forwarded message|пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|"
    r"weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|fwd)|begin forwarded message:|"
    r"начало переадресованного сообщения:|начало пересылаемого сообщения:|anfang der weitergeleiteten nachricht:|"
    r"début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|inizio (?:del )?messaggio inoltrato)",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*(?:_{5,}|-{5,}|={5,}|\*{5,})\s*$")
_UNDERSCORES = re.compile(r"_{20,}\s*$")
_LIST_FOOTER = re.compile(r"mailing list|listinfo|unsubscribe|отписаться", re.IGNORECASE)
_WORDS = r"[^.,;!?]{2,40}"
_SENT_FROM = re.compile(
    rf"\W{{0,3}}(?:sent (?:from|via) (?:my |the )?{_WORDS}|(?:get|получить|скачать) outlook (?:for|для) {_WORDS}"
    rf"|отправлено (?:с|из|через) [^,;!?]{{2,60}}|отправлено от {_WORDS}|надіслано з {_WORDS}"
    rf"|von meinem {_WORDS} gesendet|gesendet von {_WORDS}|envoyé de(?:puis)? m[oa]n {_WORDS}"
    rf"|enviado desde mi {_WORDS}|inviato da[l ]{_WORDS}|wysłane z {_WORDS})(?:\s?<\S{{1,500}}>)?\W{{0,3}}$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\s*(?:с уважением|всего доброго|best regards|kind regards|regards|mit freundlichen grüßen|з повагою)\b", re.IGNORECASE
)


def quoted_from(text: str, quoted: QuotedLines = (), *, forward: bool = False) -> int | None:
    """Return the offset in `text` (code points) from which all is quoted or signature; None when nothing is to be folded.

    `quoted` are lines known to be quoted; `forward` says that the subject calls this a forwarded mail, whose enclosed words
    are what it is about.
    """
    lines = text.split("\n")
    mine = [bool(line.strip()) for line in lines] if forward else _authors_lines(lines, quoted)
    written = _above(mine, len(lines))
    last = None if written is None else _before_signature(lines, mine, written)
    if last is None or not any(line.strip() for line in lines[last + 1 :]):
        return None
    return sum(len(line) + 1 for line in lines[:last]) + len(lines[last].rstrip())


def is_attribution(lines: Sequence[str]) -> bool:
    """Return whether these lines end in the words that stand before a quote ("On ... X wrote:")."""
    return bool(lines) and _attribution_at(lines, len(lines) - 1, quote_follows=True) is not None


def is_forward_line(line: str) -> bool:
    """Return whether a line announces a forwarded mail."""
    return _FORWARD.match(line) is not None


def header_name(line: str) -> str:
    """Return which field a line of a quoted header block names ("От: ..."), in lower case; empty for other lines."""
    found = _HEADER.match(line[:120])
    return found["name"].lower() if found else ""


def _authors_lines(lines: Sequence[str], quoted: QuotedLines) -> list[bool]:
    """Return for each line whether it is the author's, as a mail they pass on is too. Blank lines are nobody's."""
    stop = next((number for number, line in enumerate(lines) if is_forward_line(line)), len(lines))
    mine = [bool(line.strip()) and (number >= stop or not _is_marked(line)) for number, line in enumerate(lines)]
    _unmark_lone_quotes(lines, mine)
    for first, after in quoted:
        if first < stop:
            _take(mine, first, len(lines) if after is None else min(after, stop))
            _take_rules_before(lines, mine, first)
    for number in range(stop):
        if not mine[number]:
            continue
        start = _attribution_start(lines, number)
        if start is not None:
            _take(mine, start, number + 1)
            _take_rules_before(lines, mine, start)
            if not _quote_follows(lines, number):
                _take(mine, number, len(lines))
                break
        elif _opens_original(lines, number):
            _take(mine, number, len(lines))
            _take_rules_before(lines, mine, number)
            break
    _take_list_footer(lines, mine)
    return mine


def _is_marked(line: str) -> bool:
    return line.lstrip().startswith(">")


def _take(mine: list[bool], start: int, end: int) -> None:
    for number in range(start, min(end, len(mine))):
        mine[number] = False


def _unmark_lone_quotes(lines: Sequence[str], mine: list[bool]) -> None:
    """A single line with ">" in a mail, announced by nothing, may be the author's own."""
    marked = [number for number, line in enumerate(lines) if _is_marked(line)]
    if len(marked) == 1 and lines[marked[0]].strip("> ") and not _attribution_before(lines, marked[0]):
        mine[marked[0]] = True


def _attribution_before(lines: Sequence[str], number: int) -> bool:
    before = number - 1
    while before >= 0 and not lines[before].strip():
        before -= 1
    return _attribution_at(lines, number, True) is not None or (
        before >= 0 and _attribution_at(lines, before, True) is not None
    )


def _take_rules_before(lines: Sequence[str], mine: list[bool], start: int) -> None:
    """Take the separator before a quote, and the header lines that Yandex puts between the two."""
    number = start - 1
    while number >= 0 and (not lines[number].strip() or _RULE.match(lines[number])):
        mine[number] = False
        number -= 1
    fields = number
    while fields >= 0 and start - fields < _HEADER_LINES and header_name(lines[fields]):
        fields -= 1
    if fields < number and fields >= 0 and _RULE.match(lines[fields]):
        _take(mine, fields, start)


def _take_list_footer(lines: Sequence[str], mine: list[bool]) -> None:
    """Take the footer that mailing lists put at the end of a mail."""
    for number in range(max(0, len(lines) - _FOOTER_LINES - 1), len(lines)):
        if _UNDERSCORES.match(lines[number]) and any(_LIST_FOOTER.search(line) for line in lines[number + 1 :]):
            _take(mine, number, len(lines))
            return


def _before_signature(lines: Sequence[str], mine: Sequence[bool], last: int) -> int | None:
    """Return the author's last line that is not signature; None when there is none left."""
    opener = next((at for at in range(last, max(-1, last - _SIGNATURE_LINES), -1) if _opens_signature(lines, at)), None)
    if opener is not None:
        above = _above(mine, opener)
        if above is None:
            return None
        last = above
    while last > 0 and _SENT_FROM.match(lines[last]) and not lines[last - 1].strip():
        above = _above(mine, last)
        if above is None:
            break
        last = above
    return last


def _above(mine: Sequence[bool], number: int) -> int | None:
    return next((above for above in range(number - 1, -1, -1) if mine[above]), None)


def _opens_signature(lines: Sequence[str], number: int) -> bool:
    """Two dashes and a space (RFC 3676 4.3); without the space, which many programs lose, only before what looks like one."""
    line = lines[number]
    if line == "-- ":
        return True
    if line.strip() not in ("--", "—", "–"):
        return False
    following = next((below for below in lines[number + 1 : number + 3] if below.strip()), "")
    if number == 0 or lines[number - 1].strip():
        return False
    rest = [below for below in lines[number + 1 : number + _SIGNATURE_LINES] if below.strip()]
    short = 0 < len(rest) <= _BARE_SIGNATURE_LINES and all(len(below) <= _BARE_SIGNATURE_WIDTH for below in rest)
    return short or bool(_SENT_FROM.match(following) or _CLOSING.match(following))


def _attribution_start(lines: Sequence[str], number: int) -> int | None:
    if not lines[number].rstrip(" *\xa0").endswith(":"):
        return None
    return _attribution_at(lines, number, _quote_follows(lines, number))


def _quote_follows(lines: Sequence[str], number: int) -> bool:
    following = next((line for line in lines[number + 1 : number + 8] if line.strip()), "")
    return _is_marked(following)


def _attribution_at(lines: Sequence[str], number: int, quote_follows: bool) -> int | None:
    """Return where the attribution that ends in line `number` begins: the fewest lines up to one with a date, else this one."""
    whole = ""
    for start in range(number, max(-1, number - _ATTRIBUTION_LINES), -1):
        line = _words(lines[start])
        if not line or len(whole) + len(line) > _MAX_ATTRIBUTION:
            break
        whole = f"{line} {whole}".strip()
        if _DATE.search(whole) and _names_someone(whole, quote_follows):
            return start
    last = _words(lines[number]) if len(lines[number]) <= _MAX_ATTRIBUTION else ""
    return number if quote_follows and last.endswith(":") and _VERB.search(last) else None


def _words(line: str) -> str:
    return line.lstrip("> \t").strip(" *\t\xa0")


def _names_someone(whole: str, quote_follows: bool) -> bool:
    """With a quote after it, a date and a name will do; without, an address at the end must stand there."""
    if not whole.endswith(":"):
        return False
    addressed = _ADDRESS_AT_END.search(whole) is not None
    if not quote_follows:
        return addressed and _TIME.search(whole) is not None
    return addressed or _VERB.search(whole) is not None or (bool(_FROM_WORDS.search(whole)) and _TIME.search(whole) is not None)


def _opens_original(lines: Sequence[str], number: int) -> bool:
    """Return whether an unquoted original begins here: Outlook's separator, or a block of at least three header lines."""
    if _ORIGINAL.match(lines[number]):
        return True
    if header_name(lines[number]) not in _FROM | _DATED:
        return False
    block = lines[number : number + 6]
    names = {name for name in map(header_name, block) if name}
    if len(names) < 3 or not names & _DATED or not names & _FROM:
        return False
    return "@" in " ".join(block) or bool(names & _SENT and len(names) >= 4)
