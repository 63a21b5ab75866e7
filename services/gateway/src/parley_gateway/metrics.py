"""What Prometheus reads."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500)


class Metrics:
    """The gateway's figures, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "parley_gateway_requests_total",
            "Requests answered, by route template and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "parley_gateway_request_seconds",
            "Time from request to answer, by route template.",
            ["method", "route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._batch = Histogram(
            "parley_gateway_batch_messages",
            "Messages in one SendMessages call.",
            buckets=_SIZES,
            registry=self.registry,
        )
        self.sockets = Gauge("parley_gateway_sockets", "Open WebSockets.", registry=self.registry)
        self._closes = Counter(
            "parley_gateway_socket_closes_total",
            "WebSockets that the gateway closed, by code.",
            ["code"],
            registry=self.registry,
        )

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answered request."""
        place = (method, route, status)
        series = self._series.get(place)
        if series is None:  # looking labels up costs more than counting
            series = (
                self._requests.labels(method, route, str(status)),
                self._seconds.labels(method, route),
            )
            self._series[place] = series
        series[0].inc()
        series[1].observe(seconds)

    def observe_batch(self, size: int) -> None:
        """Counts one batch of messages."""
        self._batch.observe(size)

    def observe_close(self, code: int) -> None:
        """Counts one socket that the gateway closes."""
        self._closes.labels(str(code)).inc()
