"""The folder of sent mail: proof that a mail went out, and where copies are filed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from email_support import AT, QUICK, imap_server, listening, mail, mail_settings, outbound, trusting
from peers.dovecot import Dovecot
from peers.memory_porch import MemoryPorch
from peers.smtp import DROP, SmtpPeer

from deskterm.channels.email.channel import EmailChannel
from deskterm.channels.email.imap_session import Download, logged_in
from deskterm.channels.email.parser_process import ParserProcess
from deskterm.channels.email.timing import Timing
from deskterm.desk.model import Origin
from deskterm.desk.post import Inbound, OutFile, RemoteFile, SendLater, SendRejected, SendUncertain
from deskterm.settings import EmailSettings, FileSent, Secret, Security, Server

pytestmark = pytest.mark.peer("dovecot")
SENT = "Отправленные"


def channel(settings: EmailSettings, timing: Timing = QUICK) -> EmailChannel:
    return EmailChannel(settings, ParserProcess((settings.address,), (), "desk.test"), timing)


async def on_wire() -> None:
    """Nothing is kept here."""


async def sent_mails(dovecot: Dovecot, user: str, folder: str = SENT) -> list[bytes]:
    """Return the read mails in a folder."""
    async with logged_in(imap_server(dovecot, user), trusting(dovecot), QUICK) as session:
        await session.select(folder)
        fetched = [await session.fetch(Download(uid), 2**20) for uid in await session.search("SEEN")]
    return [one.data for one in fetched if one is not None]


@pytest.mark.parametrize("way", [FileSent.AUTO, FileSent.YES])
async def test_a_copy_is_filed_once(dovecot: Dovecot, mailbox_user: str, way: FileSent) -> None:
    post = channel(mail_settings(dovecot, mailbox_user, file_sent=way))
    out = outbound()
    payload = await post.prepare(out)
    assert await post.resolve(out, payload) is None
    await post.file_sent(out, payload)
    await post.file_sent(out, payload)
    assert await sent_mails(dovecot, mailbox_user) == [payload]
    receipt = await post.resolve(out, payload)
    assert receipt is not None
    assert receipt.remote_ids == (out.message_id,)
    await post.close()


async def test_no_copy_where_none_is_wanted(dovecot: Dovecot, mailbox_user: str) -> None:
    post = channel(mail_settings(dovecot, mailbox_user, file_sent=FileSent.NO))
    await post.file_sent(outbound(), await post.prepare(outbound()))
    assert await sent_mails(dovecot, mailbox_user) == []
    await post.close()


async def test_a_copy_the_provider_files_meanwhile_is_enough(dovecot: Dovecot, mailbox_user: str) -> None:
    post = channel(mail_settings(dovecot, mailbox_user), replace(QUICK, sent_s=20))
    out = outbound()
    payload = await post.prepare(out)
    filing = asyncio.create_task(post.file_sent(out, payload))
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.append(SENT, payload, AT)
    await asyncio.wait_for(filing, 15)
    assert await sent_mails(dovecot, mailbox_user) == [payload]
    await post.close()


async def test_the_configured_folder_is_used(dovecot: Dovecot, mailbox_user: str) -> None:
    post = channel(mail_settings(dovecot, mailbox_user, sent_folder="Archive"))
    out = outbound()
    await post.file_sent(out, await post.prepare(out))
    assert len(await sent_mails(dovecot, mailbox_user, "Archive")) == 1
    await post.close()


async def test_filing_that_fails_is_tried_later_and_resolving_cannot_know(dovecot: Dovecot, mailbox_user: str) -> None:
    nowhere = channel(mail_settings(dovecot, mailbox_user, sent_folder="Nowhere"))
    refused = replace(imap_server(dovecot, mailbox_user), password=Secret("wrong"))
    locked_out = channel(mail_settings(dovecot, mailbox_user, imap=refused))
    for post in (nowhere, locked_out):
        payload = await post.prepare(outbound())
        with pytest.raises(SendLater):
            await post.file_sent(outbound(), payload)
        assert await post.resolve(outbound(), payload) is None
        await post.close()


async def test_an_uncertain_mail_is_found_where_the_provider_filed_it(dovecot: Dovecot, mailbox_user: str) -> None:
    out = outbound("Ваш заказ", mailbox_user)
    async with SmtpPeer(dovecot=dovecot, answers={"TEXT": DROP}) as peer:
        smtp = Server("localhost", peer.port, Security.NONE, "", Secret(""))
        post = channel(mail_settings(dovecot, mailbox_user, smtp=smtp))
        payload = await post.prepare(out)
        with pytest.raises(SendUncertain):
            await post.send(out, payload, on_wire)
    assert await post.resolve(out, payload) is None
    async with logged_in(imap_server(dovecot, mailbox_user), trusting(dovecot), QUICK) as session:
        await session.append(SENT, payload, AT)
    assert await post.resolve(out, payload) is not None
    await post.close()


async def test_there_and_back(dovecot: Dovecot, mailbox_user: str, tmp_path) -> None:
    """A mail composed here goes by SMTP to another mailbox, is taken in there and understood: nothing of it changed."""
    picture = tmp_path / "stored"
    picture.write_bytes(bytes(range(256)) * 1000)
    file = OutFile("чек №1.png", "image/png", 256_000, picture)
    out = outbound("Здравствуйте!\n\nВот ваш чек.", mailbox_user, attachments=(file,))
    async with SmtpPeer(dovecot=dovecot) as peer:
        smtp = Server("localhost", peer.port, Security.NONE, "", Secret(""))
        sender = channel(mail_settings(dovecot, "shop@example.test", smtp=smtp, display_name="Магазин «Ромашка»"))
        payload = await sender.prepare(out)
        receipt = await sender.send(out, payload, on_wire)
    assert receipt.remote_ids == (out.message_id,)
    porch = MemoryPorch()
    receiver = EmailChannel.of(mail_settings(dovecot, mailbox_user), "other.test")
    async with listening(mail_settings(dovecot, mailbox_user), porch):
        await porch.until_kept(1)
    [raw] = porch.kept.values()
    inbound = await receiver.parse(raw.data)
    assert isinstance(inbound, Inbound)
    assert inbound.external_id == raw.source_key
    assert inbound.text.strip() == out.text
    assert inbound.subject == out.subject
    assert inbound.origin is Origin.HUMAN
    assert inbound.sender is not None
    assert (inbound.sender.value, inbound.sender.name) == ("shop@example.test", "Магазин «Ромашка»")
    assert inbound.refs is not None
    assert inbound.refs.message_id == out.message_id
    [attachment] = inbound.attachments
    assert (attachment.name, attachment.media_type, attachment.data) == (file.name, file.media_type, picture.read_bytes())
    own = await sender.parse(raw.data)
    assert isinstance(own, Inbound)
    assert own.origin is Origin.OWN
    await sender.close()
    await receiver.close()


async def test_listening_through_the_channel(dovecot: Dovecot, mailbox_user: str) -> None:
    dovecot.deliver(mailbox_user, mail(1))
    porch = MemoryPorch()
    post = channel(mail_settings(dovecot, mailbox_user))
    task = asyncio.create_task(post.listen(porch))
    await porch.until_kept(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await post.close()


@pytest.mark.parametrize("plus", [True, False])
async def test_the_signed_address_goes_where_it_arrives(dovecot: Dovecot, mailbox_user: str, plus: bool) -> None:
    post = channel(mail_settings(dovecot, mailbox_user, plus_addresses=plus))
    payload = await post.prepare(outbound(reply_address="support+v1.7.abcdefghijklmnop@example.test"))
    assert (b"Reply-To: support+v1.7.abcdefghijklmnop@example.test" in payload) is plus
    await post.close()


async def test_what_no_mail_can_be_made_of(dovecot: Dovecot, mailbox_user: str, tmp_path) -> None:
    post = channel(mail_settings(dovecot, mailbox_user))
    small = tmp_path / "small"
    small.write_bytes(b"x")
    for out, words in (
        (outbound("x", attachments=(OutFile("a", "a/b", 26 * 2**20, small),)), "over 25 MB"),
        (
            outbound("x", attachments=(OutFile("a\x1b.txt", "a/b", 1, tmp_path / "missing"),)),
            "a␛.txt cannot be read: No such file",
        ),
        (outbound("x", attachments=(OutFile("a", "a/b", 2, small),)), "its size changed"),
        (outbound("x", "no address"), "no address is not an address"),
    ):
        with pytest.raises(SendRejected, match=words):
            await post.prepare(out)
    with pytest.raises(SendRejected):
        await post.fetch(RemoteFile("x"))
    await post.close()
