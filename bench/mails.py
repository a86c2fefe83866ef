"""A maildir of so many mails, the same each time: what a mail program is measured on."""

from __future__ import annotations

import random
import shutil
from email.header import Header
from email.utils import formatdate
from pathlib import Path

_NAMES = ("Ольга Карпенко", "Тарас Ярош", "Li Wei", "Ruth Tanaka", "Степан Гончар", "Hugo Moreau", "Amara Lind")
_SUBJECTS = ("Не пришёл заказ {}", "Возврат по заказу {}", "Refund for order {}", "Где моя посылка {}?", "Order {}: wrong size")
_SENTENCES = (
    "Добрый день! Заказ ещё не пришёл, хотя обещали в понедельник.",
    "Размер не подошёл, хочу вернуть деньги.",
    "Could you tell me when the parcel will be here?",
    "The box was damaged, and one of the cups is broken.",
    "Оплатила картой, деньги списали дважды.",
    "Спасибо, всё пришло вовремя.",
)
_DAY_S = 86_400
_BEGINS = 1_700_000_000
_PER_THREAD = 3


def make(folder: Path, count: int) -> Path:
    """Make a maildir in `folder`, unless one of this size is there; returns it."""
    maildir = folder / f"mails-{count}"
    mark = folder / f"mails-{count} whole"
    if mark.exists():
        return maildir
    shutil.rmtree(maildir, ignore_errors=True)
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True)
    rng = random.Random(11)
    for number in range(count):
        at = _BEGINS + number * 730 * _DAY_S // count
        name = f"{at}.M{number}.bench:2,S"
        (maildir / "cur" / name).write_text(_mail(rng, number, at), encoding="utf-8")
    mark.touch()
    return maildir


def _mail(rng: random.Random, number: int, at: int) -> str:
    """Return one mail; every third begins a thread, the others answer the one before."""
    thread, place = divmod(number, _PER_THREAD)
    customer = _NAMES[thread % len(_NAMES)]
    subject = ("Re: " if place else "") + _SUBJECTS[thread % len(_SUBJECTS)].format(10_000 + thread)
    sides = [(customer, f"customer{thread}@example.org"), ("Support", "support@shop.example")]
    (name, address), (to_name, to_address) = sides if place != 1 else sides[::-1]
    headers = [
        f"Return-Path: <{address}>",
        f"From: {Header(name, 'utf-8').encode()} <{address}>",
        f"To: {Header(to_name, 'utf-8').encode()} <{to_address}>",
        f"Subject: {Header(subject, 'utf-8', maxlinelen=200).encode()}",
        f"Date: {formatdate(at)}",
        f"Message-ID: <m{number}@example.org>",
    ]
    if place:
        headers.append(f"In-Reply-To: <m{number - 1}@example.org>")
    headers += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    body = "\n".join(rng.choices(_SENTENCES, k=rng.randrange(2, 8)))
    return "\n".join([*headers, "", body, "", f"-- \n{name}", ""])
