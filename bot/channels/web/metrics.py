"""Figures for Prometheus. The only module that knows prometheus_client."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The figures of one running site."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        labels = ["page", "method"]
        self._requests = Counter("wenban_requests", "Requests", [*labels, "status"], registry=registry)
        self._seconds = Histogram(
            "wenban_request_seconds", "Seconds to answer", labels, buckets=_BUCKETS, registry=registry
        )
        self._endings = Counter("wenban_answers", "Answers by ending", ["ending"], registry=registry)
        self._waiting = Gauge("wenban_outbox_waiting", "Messages waiting to be sent", registry=registry)
        self._items = Gauge("wenban_catalog_items", "Items of the catalogue served", registry=registry)

    def request(self, page: str, method: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests.labels(page, method, str(status)).inc()
        self._seconds.labels(page, method).observe(seconds)

    def answer(self, ending: str) -> None:
        """One turn of a conversation ended so."""
        self._endings.labels(ending).inc()

    def text(self, waiting: int, items: int) -> bytes:
        """All figures; ``waiting`` messages and ``items`` of the catalogue as they are now."""
        self._waiting.set(waiting)
        self._items.set(items)
        return generate_latest(self._registry)
