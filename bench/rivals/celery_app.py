"""Celery as it comes: Redis, processes, slack_sdk's own synchronous client."""

import os
import sys

from celery import Celery
from slack_sdk import WebClient

app = Celery(broker=os.environ["BENCH_REDIS"])
app.conf.task_ignore_result = True
app.conf.worker_prefetch_multiplier = 16
if os.environ.get("BENCH_DURABLE"):
    app.conf.task_acks_late = True
    app.conf.task_reject_on_worker_lost = True
client = WebClient(token="xoxb-bench", base_url=os.environ["BENCH_SLACK"], retry_handlers=[])


@app.task(name="post")
def post(text):
    client.chat_postMessage(channel="D0", text=text, unfurl_links=False)


def produce(count):
    with app.producer_pool.acquire(block=True) as producer:
        for _ in range(count):
            post.apply_async(("x" * 200,), producer=producer)


if __name__ == "__main__":
    produce(int(sys.argv[1]))
