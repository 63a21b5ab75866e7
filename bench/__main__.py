"""``make bench``: every measurement, one after the other, each a ratio within its own run."""

from bench import latency, throughput

if __name__ == "__main__":
    throughput.measure()
    latency.measure()
