"""What every page works with."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from bot.channels.web.limits import PerMinute
from bot.channels.web.settings import WebSettings
from bot.channels.web.transcripts import Transcripts
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from index.snapshot import Snapshot

CHANNEL = "web"
LOOKUPS = 60


@dataclass(frozen=True)
class Site:
    """One running web site. ``snapshot()`` is what answers one request."""

    settings: Settings
    web: WebSettings
    snapshot: Callable[[], Snapshot]
    reception: Reception
    office: Office
    transcripts: Transcripts = field(default_factory=Transcripts)
    lookups: PerMinute = field(default_factory=lambda: PerMinute(LOOKUPS))
    """Of cases by number and code, from one address: a new session is had for nothing."""


def site_of(request: Request) -> Site:
    """The site that ``request`` came to."""
    site: Site = request.app.state.site
    return site


def user_key(request: Request) -> str:
    """The citizen's key in this channel: ``web:<random session id>``."""
    return f"{CHANNEL}:{request.session['id']}"


def address_of(request: Request, path: str) -> str:
    """The full address of ``path`` for people outside: by the setting, else as this request came."""
    base = site_of(request).web.url or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base}{path}"
