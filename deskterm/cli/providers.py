"""Mail providers that customers of ours use: their servers by the address's domain, and what each wants before it lets us in.

Hosts and ports as the providers' own help pages give them (2026); what a domain of somebody's own uses is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from deskterm.i18n import N_
from deskterm.settings import Security


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's servers are. `advice` is what a person must do first, marked for translation."""

    name: str
    imap_host: str
    smtp_host: str
    advice: str = ""
    smtp_port: int = 465
    smtp_security: Security = Security.TLS


GMAIL = Provider(
    "Gmail",
    "imap.gmail.com",
    "smtp.gmail.com",
    N_("Gmail wants an app password (16 letters): turn on 2-step verification, then myaccount.google.com/apppasswords."),
)
YANDEX = Provider(
    "Yandex",
    "imap.yandex.ru",
    "smtp.yandex.ru",
    N_("Yandex wants IMAP switched on in the mail settings (Email clients), and an app password from id.yandex.ru/security."),
)
MAIL_RU = Provider(
    "Mail.ru",
    "imap.mail.ru",
    "smtp.mail.ru",
    N_("Mail.ru wants a password for external programs: id.mail.ru/security, access to mail with IMAP and SMTP."),
)
OUTLOOK = Provider(
    "Outlook",
    "outlook.office365.com",
    "smtp-mail.outlook.com",
    N_("Microsoft accepts passwords over IMAP nowhere any more; forward the mailbox to another provider and connect that one."),
    smtp_port=587,
    smtp_security=Security.STARTTLS,
)

_BY_DOMAIN = {
    **dict.fromkeys(("gmail.com", "googlemail.com"), GMAIL),
    **dict.fromkeys(
        ("yandex.ru", "ya.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "yandex.uz", "narod.ru"), YANDEX
    ),
    **dict.fromkeys(("mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru", "xmail.ru"), MAIL_RU),
    **dict.fromkeys(("outlook.com", "hotmail.com", "live.com", "msn.com"), OUTLOOK),
}


def provider_of(address: str) -> Provider:
    """Return the provider of an address; for a domain of somebody's own the hosts that are usual there, to be confirmed."""
    domain = address.rpartition("@")[2].lower()
    return _BY_DOMAIN.get(domain) or Provider("", f"imap.{domain}", f"smtp.{domain}")
