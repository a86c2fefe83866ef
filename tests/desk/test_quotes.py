"""What is folded of a mail: only what follows the author's last line, in the forms of the programs that people write with."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.desk.quotes import header_name, is_attribution, is_forward_line, quoted_from

RU = "Добрый день! Чайник пришёл с трещиной.\nКак его вернуть?"
EN = "Hello, the kettle came cracked.\nHow do I send it back?"
ASKED_RU = "Здравствуйте!\nЗаказ в пути.\nМагазин «Чайка»"
ASKED_EN = "Hello!\nYour order is on its way.\nThe Gull Store"


def marked(text: str, mark: str = "> ") -> str:
    return "\n".join(mark + line for line in text.split("\n"))


FOLDED = {
    "gmail ru": f"{RU}\n\nсб, 22 нояб. 2025 г. в 12:34, Магазин Чайка <help@gull.example>:\n\n{marked(ASKED_RU)}\n",
    "gmail en": f"{EN}\n\nOn Sat, Nov 22, 2025 at 12:34 PM Gull Store <help@gull.example> wrote:\n\n{marked(ASKED_EN)}\n",
    "gmail en wrapped": f"{EN}\n\nOn Sat, Nov 22, 2025 at 12:34 PM The Gull Store Customer Care <\n"
    f"help@gull.example> wrote:\n\n"
    f"{marked(ASKED_EN)}\n",
    "gmail ru wrapped": f"{RU}\n\nсб, 22 нояб. 2025 г. в 12:34, Отдел заботы о покупателях <\nhelp@gull.example>:\n\n"
    f"{marked(ASKED_RU)}\n",
    "gmail en on three lines": f"{EN}\n\nOn Nov 22, 2025, at 12:34 PM, Gull Store\n<help@gull.example>\nwrote:\n\n"
    f"{marked(ASKED_EN)}",
    "gmail without marks": f"{EN}\n\nOn Sat, Nov 22, 2025 at 12:34 PM Gull Store <help@gull.example>\nwrote:\n\n{ASKED_EN}",
    "outlook en": f"{EN}\n\n________________________________\nFrom: Gull Store <help@gull.example>\n"
    f"Sent: Saturday, November 22, 2025 "
    f"12:34 PM\nTo: Ann <ann@mail.example>\nSubject: Re: kettle\n\n{ASKED_EN}\n",
    "outlook ru": f"{RU}\n\n________________________________\nОт: Магазин <help@gull.example>\n"
    f"Отправлено: 22 ноября 2025 г. 12:34\n"
    f"Кому: Анна <ann@mail.example>\nТема: Re: чайник\n\n{ASKED_RU}\n",
    "outlook without a rule": f"{RU}\n\nFrom: Gull Store <help@gull.example> \nSent: Saturday, November 22, 2025 12:34 PM\n"
    f"To: Ann <ann@mail.example>\nSubject: Re: чайник\n\n{ASKED_RU}\n",
    "outlook without addresses": f"{EN}\n\nFrom: Gull Store\nSent: Saturday, November 22, 2025 12:34 PM\nTo: Ann Smith\n"
    f"Subject: Re: kettle\n\n{ASKED_EN}\n",
    "outlook in bold": f"{EN}\n\n*From:* Gull Store [mailto:help@gull.example]\n*Sent:* Saturday, November 22, 2025\n"
    f"*To:* Ann\n"
    f"*Subject:* Re: kettle\n\n{ASKED_EN}\n",
    "original message": f"{EN}\n\n-----Original Message-----\nFrom: Gull Store <help@gull.example>\nTo: Ann\n\n{ASKED_EN}\n",
    "apple en": f"{EN}\n\n> On 22 Nov 2025, at 12:34, Gull Store <help@gull.example> wrote:\n> \n{marked(ASKED_EN)}\n",
    "apple ru": f"{RU}\n\n> 22 нояб. 2025 г., в 12:34, Магазин <help@gull.example> написал(а):\n> \n{marked(ASKED_RU)}\n",
    "iphone ru": f"{RU}\n\nОтправлено с iPhone\n\n> 22 нояб. 2025 г., в 12:34, Gull <help@gull.example> написал(а):\n> \n"
    f"{marked(ASKED_RU)}\n",
    "iphone en": f"{EN}\n\nSent from my iPhone\n\n> On Nov 22, 2025, at 12:34 PM, Gull <help@gull.example> wrote:\n> \n"
    f"{marked(ASKED_EN)}\n",
    "android ru": f'{RU}\n22.11.2025 12:34 пользователь "Gull" <\nhelp@gull.example> написал:\n\n{marked(ASKED_RU)}\n',
    "yandex": f'{RU}\n\n22.11.2025, 12:34, "Gull" <help@gull.example>:\n\n{marked(ASKED_RU)}\n',
    "yandex new": f"{RU}\n\n----------------\nКому: Анна (ann@mail.example);\nТема: Re: чайник;\n22.11.2025, 12:34, "
    f'"Gull" <help@gull.example>:\n\n{ASKED_RU}\n',
    "yandex telephone": f"{RU}\n\n--\nОтправлено из мобильного приложения Яндекс Почты\n\n12:34, 22 ноября 2025 г., "
    f"Gull <help@gull.example>:\n\n{marked(ASKED_RU)}\n",
    "mail.ru": f"{RU}\n\nСуббота, 22 ноября 2025, 12:34 +03:00 от Gull <help@gull.example>:\n \n{marked(ASKED_RU, '>')}\n",
    "mail.ru new": f"{RU}\n \n>Суббота, 22 ноября 2025, 12:34 +03:00 от Gull <help@gull.example>:\n> \n"
    f"{marked(ASKED_RU, '>')}\n",
    "thunderbird ru": f"{RU}\n\n22.11.2025 12:34, Gull Store пишет:\n{marked(ASKED_RU)}\n",
    "thunderbird en": f"{EN}\n\nOn 22.11.2025 12:34, Gull Store wrote:\n{marked(ASKED_EN)}\n",
    "thunderbird de": f"{EN}\n\nAm 22.11.2025 um 12:34 schrieb Gull Store:\n{marked(ASKED_EN)}\n",
    "apple de": f"{EN}\n\nAm 22.11.2025 um 12:34 schrieb Gull <help@gull.example>:\n\n{marked(ASKED_EN)}\n",
    "gmail fr": f"{EN}\n\nLe sam. 22 nov. 2025 à 12:34, Gull <help@gull.example> a écrit :\n\n{marked(ASKED_EN)}\n",
    "gmail es": f"{EN}\n\nEl sáb, 22 nov 2025 a las 12:34, Gull (<help@gull.example>) escribió:\n\n{marked(ASKED_EN)}\n",
    "gmail it": f"{EN}\n\nIl giorno sab 22 nov 2025 alle ore 12:34 Gull <help@gull.example> ha scritto:\n\n"
    f"{marked(ASKED_EN)}\n",
    "gmail pl": f"{EN}\n\nsob., 22 lis 2025 o 12:34 Gull <help@gull.example> napisał(a):\n\n{marked(ASKED_EN)}\n",
    "gmail uk": f"{RU}\n\nсб, 22 лист. 2025 р. о 12:34 Gull <help@gull.example> пише:\n\n{marked(ASKED_RU)}\n",
    "name only": f"{RU}\n\nМагазин Чайка пишет:\n{marked(ASKED_RU)}\n",
    "quotes at the end": f"{EN}\n\n> Subject: kettle\n> From: help@gull.example\n>\n> Hello!\n",
    "signature ru": f"{RU}\n\n-- \nС уважением, Анна Петрова\n+7 900 000-00-00\n",
    "signature en": f"{EN}\n\n-- \nAnn Smith\n",
    "signature without its space": f"{RU}\n\n--\nС уважением,\nАнна\n",
    "signature of mail.ru": f"{RU}\n\n\n--\nАнна Петрова\n",
    "outlook for android ru": f"{RU}\n\nПолучить Outlook для Android<https://aka.ms/AAb9ysg>\n",
    "mail.ru telephone": f"{RU}\n\nОтправлено из мобильной Почты Mail <https://trk.mail.example/c/{'x' * 90}>\n",
    "the bat": f"{RU}\n\nВы писали 22 ноября 2025 г., 12:34:56:\n\n{marked(ASKED_RU)}\n",
    "evolution": f"{RU}\n\nВ Сб, 22/11/2025 в 12:34 +0300, Gull Store пишет:\n{marked(ASKED_RU)}\n",
    "signature after the quote": f"{EN}\n\nOn Nov 22, 2025 at 12:34 PM Gull <help@gull.example> wrote:\n\n"
    f"{marked(ASKED_EN)}\n\n-- \nAnn",
    "signature before the quote": f"{EN}\n\n-- \nAnn\n\nOn Nov 22, 2025 at 12:34 PM Gull <help@gull.example> wrote:\n"
    f"{marked(ASKED_EN)}",
    "outlook for ios": f"{EN}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n",
    "list footer": f"{EN}\n\n_______________________________________________\nkettles mailing list\n"
    f"https://lists.example/listinfo/kettles",
}


@pytest.mark.parametrize("name", FOLDED)
def test_folds_what_follows_the_answer(name: str) -> None:
    text = FOLDED[name]
    answer = RU if text.startswith(RU) else EN
    assert text[: quoted_from(text)] == answer


INTRO = "On Sat, Nov 22, 2025 at 12:34 PM Gull <help@gull.example> wrote:"
WHOLE = {
    "plain": EN,
    "empty": "",
    "bottom post": f"{INTRO}\n\n{marked(ASKED_EN)}\n\n{EN}\n",
    "bottom post without a blank line": f"{INTRO}\n{marked(ASKED_EN)}\n{EN}",
    "inline answers": f"{INTRO}\n\n> Did it boil?\n\nNo.\n\n> Which model?\n\nK-2\n",
    "only quotes": f"{INTRO}\n\n{marked(ASKED_EN)}\n",
    "list with dashes": "Мне нужно:\n\n- паспорт\n- чек\n\nСпасибо",
    "from and to in the text": "From: адрес на посылке указан неверно\nTo: тоже неверно\n\nчто делать?",
    "somebody wrote": "On Monday your manager wrote:\nyour order is ready\nbut it is not",
    "somebody wrote at a time": "22.11.2025 в 12:34 мне ваш менеджер написал:\nзаказ готов\nа его нет",
    "dashes before an address": "Адрес:\n--\nМосква, Ленина 1",
    "dashes before much text": f"Первое.\n\n--\n{'Второе дело длиннее, чем бывает подпись под письмом: ' * 2}",
    "sent from my desk": f"{EN}\n\nSent from my desk, which is easier than a telephone.",
    "one marked line": "I clicked\n\n> Settings",
    "quote of ours in the middle": f"You wrote:\n> two days\n\n{EN}",
    "forwarded": f"{RU}\n\n---------- Forwarded message ---------\nFrom: Boris <boris@x.example>\nDate: Sat, Nov 22, 2025\n"
    "Subject: kettle\nTo: <ann@mail.example>\n\nOh no",
    "apple forwarded": f"{EN}\n\nBegin forwarded message:\n\nFrom: Boris <boris@x.example>\nSubject: kettle\n"
    f"Date: 22 Nov 2025\n"
    "To: ann@mail.example\n\nOh no",
    "apple forwarded with marks": f"{RU}\n\nBegin forwarded message:\n\n> From: Boris <boris@x.example>\n> Subject: kettle\n"
    "> Date: 22 Nov 2025\n> To: ann@mail.example\n>\n> Oh no",
    "only sent from": "Sent from my iPhone",
    "a price list": "Цена: 100\nДата: 5 мая\nОплата: картой\n\nВерно?",
}


@pytest.mark.parametrize("name", WHOLE)
def test_keeps_what_is_not_surely_quoted(name: str) -> None:
    assert quoted_from(WHOLE[name]) is None


def test_inline_answers_fold_only_the_last_quote() -> None:
    text = f"{INTRO}\n\n> Did it boil?\n\nNo.\n\n> Which model?\n> K-2 or K-3?\n"
    assert text[: quoted_from(text)] == f"{INTRO}\n\n> Did it boil?\n\nNo."


def test_outlook_headers_stay_when_the_subject_says_forwarded() -> None:
    text = FOLDED["outlook en"]
    assert quoted_from(text, forward=True) is None
    assert quoted_from(text) == len(EN)


def test_what_was_forwarded_inside_a_quote_is_quoted_too() -> None:
    text = f"{FOLDED['gmail without marks']}\n\n---------- Forwarded message ---------\nFrom: Boris\n\nOh no"
    assert text[: quoted_from(text)] == EN


def test_lines_known_to_be_quoted() -> None:
    text = "Thanks.\n\nKim skrev 22/11:\nHello!\nOn its way."
    assert quoted_from(text) is None
    assert quoted_from(text, [(2, None)]) == len("Thanks.")
    assert quoted_from(text, [(2, 5)]) == len("Thanks.")
    assert quoted_from(text + "\nPS: hurry", [(2, 5)]) is None


def test_words_before_a_quote() -> None:
    assert is_attribution(["see", '22.11.2025, 12:34, "Gull" <help@gull.example>:'])
    assert not is_attribution(["Мой адрес:"])
    assert not is_attribution([])


def test_names_of_quoted_header_lines() -> None:
    assert header_name("От: Анна") == "от"
    assert header_name("> *Sent:* today") == "sent"
    assert header_name("Fromage: brie") == ""
    assert is_forward_line("-------- Пересылаемое сообщение --------")
    assert not is_forward_line("Forwarded by mistake")


@given(st.text(alphabet="ab >-:\n_Onrwte0123456789@<>.,От:", max_size=400), st.booleans())
def test_the_fold_hides_no_words_of_the_author(text: str, forward: bool) -> None:
    fold = quoted_from(text, forward=forward)
    if fold is not None:
        assert 0 < fold < len(text)
        assert text[:fold].strip()
        assert text[:fold] == text[:fold].rstrip()
        assert text[fold:].strip()


@given(st.lists(st.sampled_from([*EN.split("\n"), "", "ok", "да"]), max_size=8))
def test_a_mail_without_marks_is_never_folded(lines: list[str]) -> None:
    assert quoted_from("\n".join(lines)) is None


@pytest.mark.parametrize(
    "text",
    [
        "On " * 60_000,
        "> x\n" * 50_000,
        "a:\n" * 60_000,
        "From: x\n" * 25_000,
        (" " * 1_999 + "x\n") * 100,
        ("-" * 1_999 + "\n") * 100,
        ("On 1.1.2025 12:00 " + "[a@a" * 80 + ":\n") * 500,
    ],
    ids=["On", "marks", "colons", "headers", "spaces", "dashes", "addresses"],
)
def test_long_texts_take_linear_time(text: str) -> None:
    started = time.process_time()
    quoted_from(text)
    assert time.process_time() - started < 5
