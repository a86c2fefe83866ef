"""`deskterm import mail` and the addresses of operators, over a real store."""

from __future__ import annotations

from pathlib import Path

from house import empty_store, home
from real_desk import RealDesk, real

__all__ = ["empty_store", "home", "real"]

ANNA = ("--operator", "anna")
OLD = (
    b"From: Olga <olga@client.test>\r\nTo: support@desk.test\r\nSubject: Kettle\r\n"
    b"Date: Mon, 04 Mar 2019 10:00:00 +0300\r\nMessage-ID: <1@old.test>\r\n\r\nWhere is it?\r\n"
)
ANSWER = (
    b"From: support@desk.test\r\nTo: olga@client.test\r\nSubject: Re: Kettle\r\nIn-Reply-To: <1@old.test>\r\n"
    b"Date: Mon, 04 Mar 2019 11:00:00 +0300\r\nMessage-ID: <2@old.test>\r\n\r\nUnder way.\r\n"
)


def archive(folder: Path) -> Path:
    folder.mkdir()
    (folder / "a.eml").write_bytes(OLD)
    (folder / "b.eml").write_bytes(ANSWER)
    (folder / "readme.txt").write_text("nothing\n")
    return folder


def test_old_mail_comes_in_once(real: RealDesk, tmp_path: Path) -> None:
    folder = archive(tmp_path / "old")
    tried = real.data("import", "mail", str(folder), "--dry-run", *ANNA)
    assert (tried["dry_run"], tried["found"], tried["taken"], tried["no_mail"]) == (True, 2, 2, 1)
    done = real.data("import", "mail", str(folder), "--channel", "mail", *ANNA)
    assert (done["taken"], done["conversations"], done["customers"], done["held"], done["ignored"]) == (2, 1, 0, 0, {})
    assert done["no_mails"] == [{"where": str(folder / "readme.txt"), "reason": "not a mail"}]
    again = real.data("import", "mail", str(folder), *ANNA)
    assert (again["taken"], again["already_here"], again["conversations"]) == (0, 2, 0)
    (row,) = [row for row in real.json("conversation", "list", "--view", "closed").data if row["subject"] == "Kettle"]
    thread = real.data("conversation", "show", str(row["number"]))["messages"]
    assert [(message["kind"], message["text"].strip()) for message in thread] == [
        ("incoming", "Where is it?"),
        ("outgoing", "Under way."),
    ]


def test_what_is_left_out_is_named_with_its_place(real: RealDesk, tmp_path: Path) -> None:
    mbox = tmp_path / "old.mbox"
    ours = ANSWER.replace(b"To: olga@client.test", b"To: support@desk.test")
    mbox.write_bytes(
        b"".join(b"From x Mon Mar  4 10:00:00 2019\n" + one.replace(b"\r\n", b"\n") + b"\n" for one in (OLD, ours))
    )
    told = real.data("import", "mail", str(mbox), "--dry-run", *ANNA)
    (skipped,) = told["ignored_mails"]
    assert skipped["where"].startswith(f"{mbox}")
    assert {skipped["reason"]: 1} == told["ignored"]
    assert skipped["where"] in real.run("import", "mail", str(mbox), "--dry-run", *ANNA).out


def test_on_paper_it_says_what_was_done(real: RealDesk, tmp_path: Path) -> None:
    printed = real.run("import", "mail", str(archive(tmp_path / "old")), *ANNA).out
    assert "mails found: 2" in printed
    assert "taken in: 2" in printed
    assert "readme.txt: not a mail" in printed


def test_what_cannot_be_imported_is_said(real: RealDesk, tmp_path: Path) -> None:
    assert real.json("import", "mail", str(tmp_path / "none"), *ANNA).error["code"] == "no_input"
    folder = archive(tmp_path / "old")
    assert real.json("import", "mail", str(folder), "--channel", "shop", *ANNA).error["code"] == "no_channel"
    assert real.json("import", "mail", str(folder), "--operator", "boris").error["code"] == "not_supervisor"


def test_an_operators_address(real: RealDesk) -> None:
    added = real.data("operator", "address", "add", "boris", "Boris+x@Home.test", *ANNA)
    assert added == {"login": "boris", "address": "boris@home.test", "new": True}
    assert real.data("operator", "address", "add", "boris", "boris@home.test", *ANNA)["new"] is False
    assert real.data("operator", "address", "list", *ANNA) == [{"login": "boris", "address": "boris@home.test"}]
    assert real.json("operator", "address", "add", "anna", "boris@home.test", *ANNA).error["code"] == "address_taken"
    assert real.json("operator", "address", "add", "anna", "support@desk.test", *ANNA).error["code"] == "address_taken"
    assert real.json("operator", "address", "add", "nobody", "n@home.test", *ANNA).error["code"] == "unknown_operator"
    assert real.json("operator", "address", "add", "anna", "not an address", *ANNA).error["code"] == "usage"
    refused = real.json("operator", "address", "add", "boris", "b2@home.test", "--operator", "boris")
    assert refused.error["code"] == "not_owner"
    assert real.data("operator", "address", "remove", "boris", "boris@home.test", *ANNA)["address"] == "boris@home.test"
    assert real.json("operator", "address", "remove", "boris", "boris@home.test", *ANNA).error["code"] == "not_found"
    assert real.data("operator", "address", "list", *ANNA) == []
