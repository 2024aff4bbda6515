"""Certificates for loopback servers, and simulated CRMs behind them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sandbox.clock import Clock
from sandbox.kernel import Kernel
from sandbox.simulator import Simulator
from sandbox.wire import Server

DAY = timedelta(days=1)


@dataclass
class Certificate:
    """A certificate that vouches for itself; `file` holds it with its key."""

    file: Path
    address: str = "127.0.0.1"
    days: tuple[int, int] = (-1, 1)

    def __post_init__(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.address)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now + self.days[0] * DAY)
            .not_valid_after(now + self.days[1] * DAY)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(self.address))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.file.write_bytes(secret + made.public_bytes(Encoding.PEM))


class SecureServer(Server):
    """The sandbox's server with TLS on each connection; a client that hangs up in the handshake ends only its own."""

    def __init__(self, *arguments, context: ssl.SSLContext):
        super().__init__(*arguments)
        self._context = context

    def get_request(self):
        raw, address = super().get_request()
        raw.settimeout(10)
        secured = self._context.wrap_socket(raw, server_side=True)
        secured.settimeout(None)
        return secured, address


@contextmanager
def serving_securely(simulator: Simulator, certificate: Certificate) -> Iterator[str]:
    """The simulator behind TLS; gives its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.file)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = SecureServer(listener, Kernel(simulator).answer, Clock(), context=context)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.end_connections(5.0)
        server.server_close()
