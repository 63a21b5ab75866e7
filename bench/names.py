"""A name server, so that one name stands for several processes on loopback (RFC 1035)."""

import socket
import struct
import threading


class NameServer:
    """Answers every name's first label with its addresses; `target` is what gRPC dials."""

    def __init__(self, addresses):
        self._addresses = addresses
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def target(self, name, port):
        """The gRPC target of a name."""
        host, own_port = self._socket.getsockname()
        return f"dns://{host}:{own_port}/{name}.bench:{port}"

    def close(self):
        self._socket.close()

    def _serve(self):
        while True:
            try:
                data, client = self._socket.recvfrom(2048)
            except OSError:
                return  # closed
            self._socket.sendto(self._answer(data), client)

    def _answer(self, data):
        question = data[12 : data.index(b"\0", 12) + 5]
        name = question[1 : 1 + question[0]].decode()
        is_ipv4 = question[-4:-2] == b"\0\x01"
        addresses = self._addresses.get(name, ()) if is_ipv4 else ()
        answers = b"".join(
            b"\xc0\x0c\0\x01\0\x01" + struct.pack(">IH", 1, 4) + socket.inet_aton(address)
            for address in addresses
        )
        counts = struct.pack(">HHHH", 1, len(addresses), 0, 0)
        return data[:2] + b"\x81\x80" + counts + question + answers
