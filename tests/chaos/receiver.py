"""An agent's HTTP server for webhooks: keeps the ids that it was sent."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """Counts each `webhook-id` on loopback until it is closed."""

    def __init__(self):
        self.ids = Counter()
        self.bodies = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                receiver.ids[self.headers["webhook-id"]] += 1
                receiver.bodies[self.headers["webhook-id"]] = body
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                """Says nothing."""

        return Handler
