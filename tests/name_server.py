"""A name server for which every name stands for all replicas (RFC 1035)."""

import socket
import struct
import threading


class NameServer:
    """Answers on loopback until it is closed."""

    def __init__(self, addresses):
        self._addresses = addresses
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self):
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def close(self):
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self):
        while True:
            query, asker = self._socket.recvfrom(512)
            if not query:
                return
            self._socket.sendto(self._answer(query), asker)

    def _answer(self, query):
        question = query[12 : query.index(b"\0", 12) + 5]
        is_ipv4 = question[-4:-2] == b"\0\x01"
        found = [
            b"\xc0\x0c\0\x01\0\x01" + struct.pack(">IH", 0, 4) + socket.inet_aton(address)
            for address in self._addresses
            if is_ipv4
        ]
        counts = struct.pack(">HHHH", 1, len(found), 0, 0)
        return query[:2] + b"\x81\x80" + counts + question + b"".join(found)
