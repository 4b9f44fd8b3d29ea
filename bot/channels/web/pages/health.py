"""For machines that look after the site: alive, ready, figures."""

from ipaddress import ip_address

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.metrics import CONTENT_TYPE, Metrics
from bot.channels.web.site import site_of
from bot.errors import UserError

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip")


def health_routes() -> list[BaseRoute]:
    """``/healthz``, ``/readyz`` and ``/metrics``."""
    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", figures)]


async def alive(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok")


def ready(request: Request) -> Response:
    """The store can be read and a catalogue is served."""
    site = site_of(request)
    try:
        with site.office.store.reading() as t:
            t.outbox.waiting()
    except UserError:
        return PlainTextResponse("store", 503)
    return PlainTextResponse("ok") if site.snapshot().catalog.items else PlainTextResponse("catalogue", 503)


def figures(request: Request) -> Response:
    """Figures for Prometheus: for this machine only, unless the setting opens them."""
    site, metrics = site_of(request), _metrics(request)
    if not site.web.metrics and not _local(request):
        raise HTTPException(404)
    with site.office.store.reading() as t:
        waiting = t.outbox.waiting()
    return Response(metrics.text(waiting, len(site.snapshot().catalog.items)), media_type=CONTENT_TYPE)


def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


def _local(request: Request) -> bool:
    """Whether it comes from this machine, and not through a proxy on it."""
    if request.client is None or any(name in request.headers for name in _PASSED_ON):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
