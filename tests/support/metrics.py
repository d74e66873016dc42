# SPDX-License-Identifier: MIT
"""Reads the text format of Prometheus, as far as the tests need it."""

import re

SAMPLE = re.compile(r'^([a-z_]+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z]+)="((?:[^"\\]|\\.)*)"')


class Scrape:
    """One answer of GET /metrics."""

    def __init__(self, text):
        self.samples = {}
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            name, labels, value = SAMPLE.match(line).groups()
            self.samples[name, frozenset(LABEL.findall(labels or ""))] = float(value)

    def value(self, name, **labels):
        """The sample with exactly these labels, or 0."""
        return self.samples.get((name, frozenset(labels.items())), 0.0)

    def total(self, name):
        """The sum of all samples of a metric."""
        return sum(value for (other, _), value in self.samples.items() if other == name)

    def names(self):
        return {name for name, _ in self.samples}


def scrape(daemon):
    return Scrape(daemon.get("/metrics").expect(200).text)
