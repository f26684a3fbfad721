"""Numbers for Prometheus: requests, their time, the store's connections, jobs, the build."""

import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, Info, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gridplan.store import Store

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class _Answers:
    """Answers to one method and route: how many of each status, and how long they took."""

    __slots__ = ("buckets", "by_status", "seconds")

    def __init__(self) -> None:
        self.by_status: dict[int, int] = {}
        self.buckets = [0] * (len(_BUCKETS) + 1)
        self.seconds = 0.0


class Metrics:
    """The numbers of one app; each app has its own, so that two in one process do not mix.

    Requests are counted in plain numbers, by the event loop's thread alone: the counters of prometheus-client take
    locks and cost several times as much.

    Attributes
    ----------
    running : requests being answered now.
    """

    def __init__(self) -> None:
        self.running = 0
        self._answers: dict[tuple[str, str], _Answers] = {}
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        build = Info("gridplan_build", "what runs", registry=self._registry)
        build.info({"version": version("gridplan"), "python": sys.version.split()[0]})
        self._registry.register(_Requests(self._answers))
        self.watch("gridplan_requests_running", "requests being answered now", lambda: self.running)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer. ``route`` is the template, never the path itself, whose values have no end."""
        if method not in _METHODS:
            method = "other"
        answers = self._answers.get((method, route))
        if answers is None:
            answers = self._answers[method, route] = _Answers()
        answers.by_status[status] = answers.by_status.get(status, 0) + 1
        answers.buckets[bisect_left(_BUCKETS, seconds)] += 1
        answers.seconds += seconds

    def watch(self, name: str, words: str, now: Callable[[], float | Mapping[str, float]], *, label: str = "state") -> None:
        """Tell what ``now`` gives whenever the numbers are asked for: one number, or one for each value of ``label``.

        ``now`` runs in a worker thread, and a fault in it leaves the number out.
        """
        self._registry.register(_Watched(name, words, now, label))

    def text(self) -> bytes:
        """All numbers in the text that Prometheus reads."""
        return generate_latest(self._registry)


class _Requests(Collector):
    """The requests answered, and their time."""

    def __init__(self, answers: Mapping[tuple[str, str], _Answers]) -> None:
        self._answers = answers

    def collect(self) -> Iterable[Metric]:
        """The numbers as they are now."""
        counted = CounterMetricFamily("gridplan_requests", "requests answered", labels=("method", "route", "status"))
        timed = HistogramMetricFamily("gridplan_request_seconds", "time until an answer was sent", labels=("method", "route"))
        for labels, answers in sorted(self._answers.items()):
            for status, number in sorted(answers.by_status.items()):
                counted.add_metric([*labels, str(status)], number)
            upto = list(accumulate(answers.buckets))
            buckets = [(str(float(bound)), count) for bound, count in zip(_BUCKETS, upto, strict=False)]
            timed.add_metric(list(labels), [*buckets, ("+Inf", upto[-1])], answers.seconds)
        return [counted, timed]


class _Watched(Collector):
    """A number that is looked up when it is asked for."""

    def __init__(self, name: str, words: str, now: Callable[[], float | Mapping[str, float]], label: str) -> None:
        self._name, self._words, self._now, self._label = name, words, now, label

    def describe(self) -> Iterable[Metric]:
        """The name alone; without this the registry would ask for the number at once."""
        return [GaugeMetricFamily(self._name, self._words)]

    def collect(self) -> Iterable[Metric]:
        """The number as it is now."""
        try:
            found = self._now()
        except Exception:  # numbers that can be had are still told when the store cannot be reached
            return []
        if not isinstance(found, Mapping):
            return [GaugeMetricFamily(self._name, self._words, value=found)]
        family = GaugeMetricFamily(self._name, self._words, labels=[self._label])
        for value, number in found.items():
            family.add_metric([value], number)
        return [family]


def store_metrics(store: Store) -> Metrics:
    """The numbers of an app over ``store``, those of the store among them."""
    metrics = Metrics()
    metrics.watch("gridplan_store_connections", "connections of the store: its pool's, and threads' own", store.connections)
    metrics.watch("gridplan_jobs", "jobs by state", store.jobs_by_state)
    return metrics
