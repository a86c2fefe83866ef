"""Times that our own words promise: "отвечу завтра до 15:00", "I'll get back to you by Friday".

A promise is a clause in which somebody of us will do something ("отвечу", "we will send", "вы получите ответ"), by a time
(`promise_times` says when that is over). No promise are: questions, denials ("won't"), what is quoted, what was said before,
what the customer is asked to do or has to do first ("если вы оплатите"), waiting, and opening hours. What is missed here costs
a reminder that nobody was offered; what is found wrongly, a line that somebody has to drop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice

from deskterm.desk.commands_time import Promised
from deskterm.desk.text import clean_line
from deskterm.times.hours import WallClock
from deskterm.times.promise_times import deadline

MOST_TEXT = 20_000
"""Characters of a reply that are looked at, from its beginning."""
MOST_SENTENCE, MOST_CLAUSE = 2000, 400
"""Characters; what is longer is no sentence or clause of a person's."""
MOST_SENTENCES = 15
"""Sentences that are looked into, of those in which somebody of us will do something."""
MOST_PROMISES = 5
MOST_WORDS = 300
"""Characters of a promise's words."""

_WE_WILL_RU = (
    r"(?:пере|от|по)?звон(?:ю|им)|ответ(?:им)|отвечу|(?:на|от|до|под)пи(?:шу|шем)(?:сь|ся)?|верн(?:усь|емся|у|ем)|сообщ(?:у|им)"
    r"|(?:от|пере|вы)правл(?:ю)|(?:от|пере|вы)?правим|вы(?:шлю|шлем)|(?:при|пере|ото)шл(?:ю|ем)|уточн(?:ю|им)|провер(?:ю|им)"
    r"|узна(?:ю|ем)|(?:с|от|пере|вы|из|про|воз)?дам|(?:с|от|пере|вы|про)?дадим|свяж(?:усь|емся)|подготов(?:лю|им)|приготов(?:лю|им)"
    r"|сдела(?:ю|ем)|реш(?:у|им)|(?:по|рас|пере)смотр(?:ю|им)|оформ(?:лю|им)|(?:пере|при|от|вы|за|до)вед(?:у|ем)"
    r"|(?:при|до|от|за|вы)вез(?:у|ем)|достав(?:лю|им)|отгру(?:жу|зим)|исправ(?:лю|им)|почин(?:ю|им)|выясн(?:ю|им)|разбер(?:усь|емся|у|ем)"
    r"|(?:под|рас)?скаж(?:у|ем)|законч(?:у|им)|заверш(?:у|им)|обнов(?:лю|им)|выстав(?:лю|им)|(?:о|вы|до)плач(?:у)|(?:о|вы)платим"
    r"|замен(?:ю|им)|рассчита(?:ю|ем)|возмещ(?:у)|возместим|верн(?:у|ем)|отзвонюсь|собер(?:у|ем)|найд(?:у|ем)|привезем|(?:при|вы)ед(?:у|ем)"
    r"|займ(?:усь|емся)|изуч(?:у|им)|обработа(?:ю|ем)|установ(?:лю|им)|настро(?:ю|им)|добав(?:лю|им)|включ(?:у|им)|согласу(?:ю|ем)"
    r"|(?:пере)?направ(?:лю|им)|состав(?:лю|им)|проконсультирую|опубликую|закаж(?:у|ем)|поменя(?:ю|ем)|отмен(?:ю|им)|прид(?:у|ем)"
    r"|(?:с|под|за|до)кин(?:у|ем)|набер(?:у|ем)|отзвон(?:юсь|имся)|созвонимся"
)
_TRIES_RU = (
    r"(?:постараюсь|постараемся|смогу|сможем|успею|успеем|обещаю|обещаем|планирую|планируем|обязуюсь|обязуемся|буду|будем"
    r"|попробую|попробуем)(?: \w{1,20}){0,3} \w{2,20}(?:ть|ться|тись|ти|чь)"
)
_THEY_RU = (
    r"получите|узнаете|с вами свяж(?:утся|ется)|свяж(?:утся|ется) с вами"
    r"|(?:менеджер|специалист|коллега|инженер|мастер) (?:\w{1,12} ){0,2}(?:(?:пере|по)звонит|ответит|напишет|наберет|пришлет"
    r"|свяжется)|курьер (?:\w{1,12} )?(?:приедет|привезет|доставит)"
    r"|вам (?:\w{2,15} )?(?:ответ(?:ят|ит)|(?:пере|по)звон(?:ят|ит)|напиш(?:ут|ет)|приш(?:лют|лет))"
    r"|(?:ответ(?:ят|ит)|(?:пере|по)звон(?:ят|ит)|напиш(?:ут|ет)) вам"
    r"|(?:ответ|решение|результат|информация|деньги|средства) (?:\w{2,15} )?(?:будет|будут|придет|придут|поступят|вернутся)"
    r"|буд(?:ет|ут) (?:\w{2,15} )?(?:ответ|решение|результат|готов[аоы]?|отправлен[аоы]?|доставлен[аоы]?"
    r"|исправлен[аоы]?|возвращен[аоы]?|выслан[аоы]?|решен[аоы]?|оформлен[аоы]?|отгружен[аоы]?)"
    r"|ответ (?:за мной|с меня)"
)
_WE_WILL_EN = (
    r"(?:i|we)(?:'ll| will|'m going to| am going to|'re going to| are going to|'ll try to| hope to| promise to| shall)"
    r"(?: (?:also|then|definitely|certainly|personally|now|just|try to|make sure to|be sure to|be able to|do my best to"
    r"|do our best to)){0,2} (?!be\b(?! (?:back (?:to you|with)|in touch|calling|replying|sending|writing|getting back|ready"
    r"|done))"
    r"|(?:wait|keep|hold|stay|remain|have to wait|need|not|never|close|open|reserve|await|like|love|have been|see if you)\b)"
    r"[a-z]{2,}"
)
_THEY_EN = (
    r"you(?:'ll| will| can expect to| should)(?: (?:also|definitely|soon))? (?:have|get|rec(?:ei|ie)ve|hear)\b(?! to)"
    r"|(?:expect|you can expect) (?:a |an |our |my )?(?:reply|answer|response|call|update|to hear)"
    r"|(?:will|'ll) be (?:\w{2,15} )?(?:shipped|sent|ready|delivered|fixed|refunded|resolved|processed|dispatched|answered)"
    r"|(?:someone|somebody|a colleague|my colleague|our (?:\w{2,15} )?(?:team|manager|specialist|engineer)) will"
    r" (?:call|contact|reply|get back|reach out|be in touch)"
    r"|let me (?:\w{2,12} ){0,6}(?:get back|reply|call|come back|confirm)"
)
_PROMISES = re.compile(rf"(?<![\w'-])(?=\w)(?:{'|'.join((_WE_WILL_RU, _TRIES_RU, _THEY_RU, _WE_WILL_EN, _THEY_EN))})(?![\w'])")

_NO_LATER = re.compile(r"(?:не (?:позднее|позже)|(?:no|not) later than)(?: чем)?(?: (?:до|by))? ")
_DENIED = re.compile(
    r"(?<!\w)(?:не|нет|вряд ли|без)(?!\w)|n't(?!\w)|(?<!\w)(?:not|never|cannot|unable|unlikely|neither|nor)(?!\w)"
    r"|раньше|earlier than"
)
_SAID_BEFORE = re.compile(
    r"(?<!\w)(?<!как )(?<!как и )(?:сказал[аи]?|говорил[аи]?|писал[аи]?|написал[аи]?|обещал[аи]?|ответил[аи]?|вы просили|якобы"
    r"|(?<!as )promised|said|told|wrote|claimed|would|hoped)(?!\w)"
)
_THEIRS_FIRST = re.compile(
    r"(?<!\w)(?:если (?:вы|вам|вас|у вас|ты|клиент|оплат|пришл)"
    r"|(?:как только|когда|после того,? как) (?:вы|оплат|пришл|получим|придет)"
    r"|после (?:вашей |вашего |получения )?(?:оплат|подтвержд|предоплат|ответа)"
    r"|(?:if|once|when|unless|until|as soon as|provided|after) (?:you|your)"
    r"|if possible|при условии|жд(?:у|ем) (?:от )?(?:вас|ваш)|(?:if|once) (?:the |it |we |i )?(?:payment|don't|do not|hear))"
)
_TAGGED = re.compile(r"[,.] ?(?:хорошо|ладно|ок|окей|договорились|устроит|идет|ok|okay|alright|all right|fine)\s*$")
_QUOTED = re.compile(r"«[^«»\n]{1,400}»|“[^“”\n]{1,400}”|„[^„“”\n]{1,400}[“”]|\"[^\"\n]{1,400}\"")
_END = re.compile(r"[.!?…;]+(?=\s|$)|\n+")
_SHORT = re.compile(
    r"(?:^|[\s\d(])(?:ч|мин|час|дн|теч|раб|пн|вт|ср|чт|пт|сб|вс|г|т|[ap]\.?m|янв|фев|апр|авг|сен|сент|окт|ноя|дек|jan|feb|apr|aug|sept?|oct|nov|dec|approx|\d{1,2}\.\d{1,2})$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\s+(?:[а-яёa-z\d(]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Понед|Вторн|Сред|Четв|Пятн|Субб|Воскр)\w*)")
_COMMA = re.compile(r",\s+|\s+[-–—]\s+|:\s+|\)\s*|\(")
_TIMES_ONLY = re.compile(
    r"(?:(?:сегодня|завтра|послезавтра|в|во|к|до|после|утром|вечером|днем|дня|понедельник\w?|вторник\w?|сред\w|четверг\w?|пятниц\w"
    r"|суббот\w|воскресень\w|часов|час|утра|вечера|примерно|около|где-то|скорее|всего|видимо|максимум|крайний|срок|не|позднее|позже"
    r"|today|tomorrow|by|on|at|before|the|in|morning|afternoon|evening|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|latest|am|pm|around|maybe|probably|max|maximum|asap|noon|макс|ориентировочно"
    r"|\d{1,2}(?:[:.-]?\d{2}|-\d{1,2})?(?: ?(?:am|pm|h|hrs?|hours?|mins?|minutes?|ч|мин|минут))?)(?!\w)\s*){1,8}"
)


def promised_times(text: str, now: datetime, zone: tzinfo | None = None) -> tuple[Promised, ...]:
    """Return the times that a reply promises, seen from `now` (aware), on the clock of who writes it (`zone`; None: the
    machine's), in the order of their words: each time once, at most `MOST_PROMISES`. The `words` are the sentence that
    promises, `due` is in UTC. Never raises, in time linear in the text."""
    clock = WallClock(now.astimezone(UTC).replace(microsecond=0), zone)
    found: dict[datetime, Promised] = {}
    for sentence in islice(_promising(text[:MOST_TEXT]), MOST_SENTENCES):
        for due in _promised_in(_plain(sentence), clock.wall):
            at = clock.now + due if isinstance(due, timedelta) else clock.at(due)
            if at > now and len(found) < MOST_PROMISES:
                found.setdefault(at, Promised(at, _short(sentence)))
    return tuple(found.values())


_IN_HASTE = (
    (re.compile(r"(?<!\w)(?<!'m )(?<!am )(?<!is )(?<!be )(?<!was )(?<!are )(?<!feel )(?<!so )ill(?= [a-z])"), "i'll"),
    (re.compile(r"(?<!\w)(?:i'?m|we'?re|i am|we are) gonna(?!\w)"), "i'm going to"),
    (re.compile(r"(?:^|(?<=[,;:] )|(?<=and ))(?:gonna|going to)(?= [a-z])"), "i'm going to"),
    (re.compile(r"(?<!\w)u(?!\w)"), "you"),
    (re.compile(r"(?<!\w)(?:tmrw|tmr|tmw|tomorow|tommorow)(?!\w)"), "tomorrow"),
    (re.compile(r"(?<!\w)завтро(?!\w)"), "завтра"),
)
"""How people write who are in a hurry, and what they mean."""


def _plain(sentence: str) -> str:
    words = " ".join(sentence.lower().replace("ё", "е").replace("’", "'").split())
    for written, meant in _IN_HASTE:
        words = written.sub(meant, words)
    return words


def _promising(text: str) -> Iterator[str]:
    """Yield the sentences in which somebody of us will do something."""
    return (sentence for sentence in _sentences(text) if _PROMISES.search(_plain(sentence)) is not None)


def _short(sentence: str) -> str:
    words = clean_line(sentence).strip()
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1].rstrip() + "…"


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences of the writer's own lines, without what they quote; a question keeps its mark."""
    for line in text.splitlines():
        if line.lstrip().startswith((">", "|")):
            continue
        line = _QUOTED.sub(" … ", line) if any(mark in line for mark in '«“„"') else line
        start = 0
        for end in _END.finditer(line):
            if (
                end[0] == "."
                and _SHORT.search(line[max(start, end.start() - 8) : end.start()])
                and _GOES_ON.match(line, end.end())
            ):
                continue
            yield line[start : end.end()]
            start = end.end()
        yield line[start:]


def _promised_in(words: str, wall: datetime) -> Iterator[datetime | timedelta]:
    """Yield what the clauses of a sentence promise."""
    if len(words) > MOST_SENTENCE:
        return
    if words.endswith("?"):
        if not _TAGGED.search(words.rstrip("?!. ")):
            return
        words = words.rstrip("?! ")
    if _THEIRS_FIRST.search(words) or _SAID_BEFORE.search(words):
        return
    for clause in _clauses(words):
        clause = _NO_LATER.sub("до " if _is_russian(clause) else "by ", clause)
        if len(clause) > MOST_CLAUSE or _PROMISES.search(clause) is None or _DENIED.search(clause):
            continue
        due = deadline(clause, wall)
        if due is not None:
            yield due


def _is_russian(words: str) -> bool:
    return any("а" <= letter <= "я" for letter in words)


def _clauses(words: str) -> Iterator[str]:
    """Yield the clauses of a sentence. One of nothing but a time belongs to the one before it, or, the first, to the next."""
    held: list[str] = []
    for piece in _COMMA.split(words):
        piece = piece.strip(" .!")
        if not piece:
            continue
        bare = _TIMES_ONLY.fullmatch(piece) is not None
        if held and not bare and _PROMISES.search(" ".join(held)):
            yield from _joined(" ".join(held))
            held = [piece]
        elif held and not bare and not all(_TIMES_ONLY.fullmatch(one) for one in held):
            held = [piece]
        else:
            held.append(piece)
    if held:
        yield from _joined(" ".join(held))


_AND = re.compile(r"\s(?:и|а|and|then|но|but)\s")


def _joined(clause: str) -> Iterator[str]:
    """Yield the halves of a clause that promises two things, or the clause."""
    parts = _AND.split(clause)
    promising = [part for part in parts if _PROMISES.search(part)]
    yield from parts if len(promising) > 1 and len(promising) == len(parts) and len(parts) < 5 else (clause,)
