"""Servers for the mail tests: a throw-away authority, SMTP per test, one IMAP server of each kind for all."""

import itertools
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.mail.servers import DOVECOT, ImapServer, Post, imap_server

_NUMBERS = itertools.count(1)


class Authority:
    """A certificate authority that nobody trusts unless told to, and a server certificate for 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1", "localhost")
        self.trusted = folder / "authority.pem"
        authority.cert_pem.write_to_path(self.trusted)
        self.server = folder / "server.pem"
        issued.private_key_and_cert_chain_pem.write_to_path(self.server)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        issued.configure_cert(self.context)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The throw-away authority."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority, trusted by this process as an operator would make it: OpenSSL reads this variable."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.trusted))
    return authority


@pytest.fixture
def post() -> Post:
    """What an SMTP server of the test does and has got."""
    return Post()


@pytest.fixture(scope="session", params=["dovecot", "mail-devel"])
def imap(request: pytest.FixtureRequest, authority: Authority) -> Iterator[ImapServer]:
    """Each kind of IMAP server that is installed; mail-devel always is."""
    if request.param == "dovecot" and not DOVECOT:
        pytest.skip("dovecot is not installed: apt-get install dovecot-imapd")
    with imap_server(request.param, authority.server) as server:
        yield server


@pytest.fixture
def user() -> str:
    """A user whose mailbox nobody has touched."""
    return f"user{next(_NUMBERS)}@example.cn"
