from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from digests.errors import DigestError, MailAddressError
from digests.mail import message, write
from digests.render import Rendered
from tests.digests.samples import DAY, NOON

SENDER = "Shoalwatch <watch@desk.example>"
READER = "analyst@desk.example"


def rendered(
    subject: str = "Shoalwatch 24 Nov 2026: 1 Terrorism", text: str = "Tëxt 南海"
) -> Rendered:
    return Rendered(day=DAY, subject=subject, text=text, html=f"<p>{text}</p>", left_out=0)


def test_the_message_has_both_parts_and_the_headers_that_mail_readers_use() -> None:
    mail = message(rendered(), SENDER, READER, NOON)
    assert mail["From"] == SENDER
    assert mail["To"] == READER
    assert mail["Subject"] == "Shoalwatch 24 Nov 2026: 1 Terrorism"
    assert mail["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert mail["List-Id"] == "Shoalwatch digest <shoalwatch-digest.desk.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_other_scripts_survive_the_wire() -> None:
    mail = message(rendered("南海 ทะเลจีนใต้"), SENDER, READER, NOON)
    raw = mail.as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 998
    back = message_from_bytes(raw, policy=default)
    assert isinstance(back, EmailMessage)
    assert back["Subject"] == "南海 ทะเลจีนใต้"
    body = back.get_body(("plain",))
    assert body is not None
    assert body.get_content().rstrip() == "Tëxt 南海"


def test_the_message_id_is_the_same_each_time_and_of_its_own_for_each_reader_and_day() -> None:
    later = datetime(2026, 11, 24, 18, tzinfo=UTC)
    first = message(rendered(), SENDER, READER, NOON)["Message-ID"]
    again = message(rendered(text="other"), SENDER, "Analyst@desk.example", later)["Message-ID"]
    other = message(rendered(), SENDER, "second@desk.example", NOON)["Message-ID"]
    assert first == again
    assert other != first
    assert first.startswith("<digest.2026-11-24.")
    assert first.endswith("@desk.example>")
    assert READER not in first


def test_a_replay_gives_the_same_bytes() -> None:
    first, second = (message(rendered(), SENDER, READER, NOON).as_bytes() for _ in range(2))
    assert first == second


def test_a_subject_cannot_add_headers() -> None:
    mail = message(rendered("Hello\r\nBcc: all@evil.example\r\n\r\n<b>"), SENDER, READER, NOON)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@evil.example <b>"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@desk.example",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "a b@c.example",
        "a@b.example\x00",
    ],
)
def test_what_is_no_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(MailAddressError, match="is no e-mail address"):
        message(rendered(), SENDER, address, NOON)
    with pytest.raises(MailAddressError, match="is no e-mail address"):
        message(rendered(), address, READER, NOON)


def test_the_digest_is_written_as_mail_and_page(tmp_path: Path) -> None:
    files = write(tmp_path / "new" / "folder", rendered(), SENDER, READER, NOON)
    assert files.eml.name == "digest-2026-11-24.eml"
    assert files.html.read_text(encoding="utf-8") == "<p>Tëxt 南海</p>"
    assert message_from_bytes(files.eml.read_bytes(), policy=default)["To"] == READER
    write(tmp_path / "new" / "folder", rendered(text="second"), SENDER, READER, NOON)
    assert files.html.read_text(encoding="utf-8") == "<p>second</p>"
    assert sorted(p.name for p in files.eml.parent.iterdir()) == [files.eml.name, files.html.name]


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DigestError, match=r"cannot be written to .*file/inside.*name a folder"):
        write(tmp_path / "file" / "inside", rendered(), SENDER, READER, NOON)
