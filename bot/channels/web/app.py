"""The web site put together: citizens' pages, the desk, health and figures, and what guards them."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from bot.channels.web.desk.routes import desk_routes
from bot.channels.web.failures import failure
from bot.channels.web.metrics import Metrics
from bot.channels.web.pages.citizens import citizen_routes
from bot.channels.web.pages.health import health_routes
from bot.channels.web.security import guards
from bot.channels.web.settings import WebSettings
from bot.channels.web.site import Site
from bot.channels.web.static import static_file
from bot.channels.web.watch import Watch
from bot.office.office import Office
from bot.reception import Reception
from bot.settings import Settings
from bot.store.vault import key_from_file
from index.snapshot import Snapshot

DESK_SECONDS = 8 * 3600


def web_app(
    settings: Settings,
    snapshot: Callable[[], Snapshot],
    reception: Reception,
    office: Office,
    web: WebSettings | None = None,
) -> Starlette:
    """The site. ``web``: how it is reached and guarded, from the environment if not given. Raises StoreError."""
    web = web or WebSettings()
    secret = web.secret.get_secret_value() if web.secret else key_from_file(settings.home / "web.key")
    metrics = Metrics()
    routes: list[BaseRoute] = [
        *health_routes(),
        Route("/static/{mark}/{name}", static_file),
        Route("/desk", _to_desk),
        Mount(
            "/desk",
            routes=desk_routes(office, settings, snapshot),
            middleware=guards(secret, web, cookie="wenban_desk", path="/desk", seconds=DESK_SECONDS),
        ),
        Mount("/", routes=citizen_routes(), middleware=guards(secret, web, embeddable=True)),
    ]
    app = Starlette(routes=routes, middleware=_outer(web, metrics), exception_handlers={HTTPException: failure})
    app.state.site = Site(settings, web, snapshot, reception, office)
    app.state.metrics = metrics
    return app


async def _to_desk(_: Request) -> Response:
    """What people type."""
    return RedirectResponse("/desk/")


def _outer(web: WebSettings, metrics: Metrics) -> list[Middleware]:
    """Around everything. Addresses of proxies are believed only where the setting names them."""
    watch = Middleware(Watch, metrics=metrics, failed=failure, per_address=web.per_address)
    if not web.trusted_proxies:
        return [watch]
    return [Middleware(ProxyHeadersMiddleware, trusted_hosts=web.trusted_proxies), watch]
