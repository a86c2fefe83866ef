"""Names of people compared as people compare them: Иванов, Ivanov and Iwanow sound the same. Pure.

A name is cut into words; each is written in one Latin spelling, in which the usual transliterations of Cyrillic (ISO 9, GOST
R 52535.1 of passports, the German and the everyday one) come out alike. Two names are alike where a first name and a surname
are: in any order, the first name perhaps in a short form. Whoever is known by one word only is like nobody: half of the
customers are called Ольга. An address is no name at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

from rapidfuzz.distance import OSA

from deskterm.desk.short_names import FULL_FORMS

LIKELY = 85
"""From this score on (0-100) two names are worth being looked at."""
MOST_WORDS = 4
"""Words of a name that are looked at; what has more is no name of a person."""
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
_FIRMS = "ооо оао зао ао пао ип чп тоо llc ltd inc gmbh ag kg co corp company компания фирма магазин shop store"
_TITLES = "г-н г-жа господин госпожа mr mrs ms miss dr prof herr frau the and und и team support info service"
_NO_NAMES = frozenset((*_FIRMS.split(), *_TITLES.split()))
_ONE_LETTER = dict(zip("абвгдезийклмнопрстуфыэґўђћљњі", "abvgdeziyklmnoprstufyegudclni", strict=True))
_CYRILLIC = str.maketrans(
    _ONE_LETTER
    | {
        "ё": "yo",
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ъ": "",
        "ь": "",
        "ю": "yu",
        "я": "ya",
        "ї": "yi",
        "є": "ye",
        "ј": "y",
        "џ": "dzh",
    }
)
_SPELLINGS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"schtsch|shch|stsch|szcz", "S"),
        (r"tsch|tch|cz", "C"),
        (r"sch|sz|sh", "S"),
        (r"kh", "h"),
        (r"ch", "C"),
        (r"ts|tz", "T"),
        (r"zh", "Z"),
        (r"ph", "f"),
        (r"ff?$", "v"),
        (r"w", "v"),
        (r"x", "ks"),
        (r"ck|q|c(?![eiy])", "k"),
        (r"c", "T"),
        (r"[ijy]+(?=[aeou])", ""),
        (r"[ijy]+", "i"),
        (r"(.)\1+", r"\1"),
    )
)
"""From many spellings to one, in this order; capitals stand for sounds of their own."""
_VOWELS = re.compile("[aeiou]")
_PATRONYMIC_HERS = re.compile(r"(?:ov|ev|ich|inich|C)na$")
_PATRONYMIC_HIS = re.compile(r"(?:ov|ev|i)iC$|[oe]viC$")
FURTHEST = 0.7
"""How alike (0-1) two words must be that have the same consonants."""
SHORTEST_SOUND = 3
"""Words of fewer consonants than this are compared letter by letter: too many others sound like them."""


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in the one spelling; none for what is an address, a number or too long for a name."""
    if "@" in name or len(name) > 200:
        return ()
    text = unicodedata.normalize("NFKC", name).casefold()
    found = [word for word in _WORD.findall(text) if word not in _NO_NAMES]
    parts = [spelled(word) for word in found]
    known = tuple(dict.fromkeys(part for part in parts if len(part) > 1))
    return known if len(known) <= MOST_WORDS else ()


@lru_cache(maxsize=4096)
def spelled(word: str) -> str:
    """Return a word (folded) in the one spelling. First names and the usual surnames are kept: they keep coming back."""
    latin = word.translate(_CYRILLIC)
    if not (latin.isascii() and latin.isalpha()):
        apart = unicodedata.normalize("NFD", latin)
        latin = "".join(one for one in apart if one.isalpha() and not unicodedata.combining(one))
    for pattern, plain in _SPELLINGS:
        latin = pattern.sub(plain, latin)
    return latin


def _is_patronymic(word: str, of: int) -> bool:
    """A father's name tells no family: Ольга Петровна is one of thousands. Абрамович may be a surname, where it is the second
    of two words."""
    return bool(_PATRONYMIC_HERS.search(word)) or (of > 2 and bool(_PATRONYMIC_HIS.search(word)))


def _sounds(word: str) -> frozenset[str]:
    """Return what a word is looked up by: the full forms of a first name, else its consonants."""
    full = _FULL.get(word)
    if full:
        return full
    consonants = _VOWELS.sub("", word)
    if len(consonants) < SHORTEST_SOUND:
        return frozenset({word})
    # A man's and a woman's surname are two people's.
    return frozenset({consonants + ("-a" if word.endswith("a") else "")})


_FULL: dict[str, frozenset[str]] = {}
for _full, _shorts in FULL_FORMS.items():
    for _form in (_full, *_shorts):
        _FULL[spelled(_form)] = _FULL.get(spelled(_form), frozenset()) | {f"={spelled(_full)}"}


def keys(name: str) -> frozenset[str]:
    """Return by what a name is looked up: names that are alike have one of these in common."""
    words = words_of(name)
    telling = [word for word in words if not _is_patronymic(word, len(words))]
    return frozenset(
        "+".join(sorted((one, other)))
        for first, second in combinations(telling, 2)
        for one in _sounds(first)
        for other in _sounds(second)
    )


def alike(first: str, second: str) -> int:
    """Return how alike two names are, 0-100; from `LIKELY` on they may be one person's."""
    a, b = words_of(first), words_of(second)
    fathers_a, fathers_b = _fathers(a), _fathers(b)
    if fathers_a and fathers_b and not _matched(fathers_a, fathers_b)[0]:
        return 0
    telling_a = [word for word in a if word not in fathers_a]
    telling_b = [word for word in b if word not in fathers_b]
    scores, over_a, over_b = _matched(telling_a, telling_b)
    if len(scores) < 2 or (over_a and over_b):
        return 0
    one_sided = over_a + over_b + (bool(fathers_a) != bool(fathers_b))
    return max(0, round(sum(scores) / len(scores)) - 4 * one_sided)


def _fathers(words: tuple[str, ...]) -> list[str]:
    return [word for word in words if _is_patronymic(word, len(words))]


def _matched(a: Iterable[str], b: Iterable[str]) -> tuple[list[int], int, int]:
    """Pair the words that sound alike, the best pairs first; returns their scores, and how many words are left on each side."""
    left_a, left_b = list(a), list(b)
    pairs = sorted(
        ((score, x, y) for x in left_a for y in left_b if (score := _word_score(x, y))),
        key=lambda pair: (-pair[0], *sorted(pair[1:])),
    )
    scores = []
    for score, x, y in pairs:
        if x in left_a and y in left_b:
            left_a.remove(x)
            left_b.remove(y)
            scores.append(score)
    return scores, len(left_a), len(left_b)


def _word_score(a: str, b: str) -> int:
    if a == b:
        return 100
    shared = _sounds(a) & _sounds(b)
    if not shared:
        return 0
    if any(one.startswith("=") for one in shared):
        return 95
    # They differ in vowels alone, which every transliteration has its own way with.
    likeness = OSA.normalized_similarity(a, b)
    return round(50 + 50 * likeness) if likeness >= FURTHEST else 0
