"""One contract for mail by SMTP, to a real server, and for its double."""

import smtplib
import ssl
import threading
from collections.abc import Callable

import pytest

from hristudio_core.mail import (
    Letter,
    LetterUnfit,
    Mailer,
    MailRefused,
    MailUnavailable,
    MemoryMailer,
    Post,
    SmtpMailer,
)
from hristudio_core.ops.settings import MailSecurity, MailSettings
from tests.servers.mail import PASSWORD, USER, MailServer
from tests.servers.ports import free_port
from tests.servers.waiting import until

SENDER = "HRIStudio <studio@lab.example>"
LETTER = Letter("ada@example.org", "Grüße", "One line.\nÉncore une.\n")


def at(server: MailServer, security: MailSecurity = MailSecurity.NONE, **account: str) -> MailSettings:
    return MailSettings(
        host="127.0.0.1", port=server.port, sender=SENDER, security=security, **account
    )  # fmt: skip


@pytest.fixture(params=["memory", "smtp"])
def mail(request: pytest.FixtureRequest) -> tuple[Mailer, Callable[[], list[tuple[str, str, str]]]]:
    if request.param == "memory":
        double = MemoryMailer()
        return double, lambda: [(one.to, one.subject, one.text) for one in double.sent]
    server: MailServer = request.getfixturevalue("mail_server")
    read = lambda: [  # noqa: E731 - one of two readers
        (str(one["To"]), str(one["Subject"]), one.get_content().replace("\r\n", "\n"))
        for one in server.letters
    ]
    return SmtpMailer(at(server)), read


def test_a_letter_arrives_as_it_was_written(
    mail: tuple[Mailer, Callable[[], list[tuple[str, str, str]]]],
) -> None:
    mailer, arrived = mail
    mailer.send(LETTER)
    assert arrived() == [(LETTER.to, LETTER.subject, LETTER.text)]


@pytest.mark.parametrize("address", ["", "ada", "ada@x\r\nBcc: max@y", "a@b,c@d", "<a@b>", "a b@c"])
def test_an_address_that_is_none_goes_nowhere(address: str) -> None:
    with pytest.raises(LetterUnfit):
        Letter(address, "x", "y")


def test_a_subject_of_two_lines_is_refused() -> None:
    with pytest.raises(LetterUnfit):
        Letter("ada@example.org", "x\r\nBcc: max@example.org", "y")


def test_programs_are_told_not_to_answer(mail_server: MailServer) -> None:
    SmtpMailer(at(mail_server)).send(LETTER)
    [letter] = mail_server.letters
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"] == SENDER
    assert letter["Message-ID"].endswith("@lab.example>")
    assert letter["Date"]


def test_a_server_that_will_not_and_one_that_will_later_are_told_apart(mail_server: MailServer) -> None:
    mailer = SmtpMailer(at(mail_server))
    with pytest.raises(MailRefused, match="550 no such mailbox"):
        mailer.send(Letter("nobody@example.org", "x", "y"))
    with pytest.raises(MailUnavailable, match="451 come back later"):
        mailer.send(Letter("later@example.org", "x", "y"))


def test_a_server_that_is_away_is_told() -> None:
    nowhere = MailSettings(host="127.0.0.1", port=free_port(), security=MailSecurity.NONE)
    with pytest.raises(MailUnavailable, match="cannot be reached"):
        SmtpMailer(nowhere).send(LETTER)


def test_a_guarded_server_is_used_by_its_rules(guarded_mail_server: MailServer) -> None:
    trusting = ssl.create_default_context(cafile=guarded_mail_server.certificate)
    given = at(guarded_mail_server, MailSecurity.STARTTLS, user=USER, password=PASSWORD)
    SmtpMailer(given, trusting).send(LETTER)
    assert guarded_mail_server.recipients == [LETTER.to]
    wrong = at(guarded_mail_server, MailSecurity.STARTTLS, user=USER, password="wrong")
    with pytest.raises(MailRefused, match="535"):
        SmtpMailer(wrong, trusting).send(LETTER)
    # A certificate that nobody vouches for may be anybody's.
    with pytest.raises(MailUnavailable, match="certificate"):
        SmtpMailer(given).send(LETTER)
    assert len(guarded_mail_server.letters) == 1


def test_no_password_goes_over_an_open_line(mail_server: MailServer) -> None:
    given = at(mail_server, MailSecurity.STARTTLS, user=USER, password=PASSWORD)
    with pytest.raises(MailRefused, match="lacks what is needed"):
        SmtpMailer(given).send(LETTER)
    assert mail_server.letters == []


def test_the_post_tries_again_and_goes_on_after_what_cannot_be_sent() -> None:
    mailer, tries = MemoryMailer(), []
    mailer.trouble = MailUnavailable("away")
    kept_back = threading.Event()

    class Flaky:
        def send(self, letter: Letter) -> None:
            tries.append(letter.subject)
            if len(tries) > 2:
                mailer.trouble = None
            mailer.send(letter)

    def broken() -> Letter:
        kept_back.set()
        raise smtplib.SMTPException("cannot be written")

    post = Post(Flaky(), (0.0, 0.0, 0.0))
    post.start()
    post.put(broken)
    post.put(lambda: None)
    post.put(lambda: LETTER)
    until(lambda: mailer.sent == [LETTER], "the letter")
    assert kept_back.is_set()
    assert len(tries) == 3
    mailer.trouble = MailRefused("never")
    post.put(lambda: Letter("ada@example.org", "refused", ""))
    post.stop()
    until(lambda: tries[-1] == "refused", "the refused letter")
    assert len(tries) == 4
