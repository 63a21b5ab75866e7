"""Mutual TLS between services: our CA's certificates only."""

import datetime as dt
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parley.orchestrator.v1 import agents_pb2, agents_pb2_grpc
from parley_kit.errors import UnavailableError
from parley_kit.rpc import Registration, ServiceClient, ServiceServer
from parley_kit.settings import ServiceSettings


class Authority:
    """A certificate authority that lives in a folder."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, folder.name)])
        self.certificate = self._signed(self.name, self.key.public_key(), is_ca=True)
        (folder / "ca.pem").write_bytes(_pem(self.certificate))

    def issue(self, name):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._signed(subject, key.public_key(), is_ca=False)
        (self.folder / f"{name}.pem").write_bytes(_pem(certificate))
        (self.folder / f"{name}.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return self.folder / f"{name}.pem", self.folder / f"{name}.key"

    def _signed(self, subject, public_key, *, is_ca):
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + dt.timedelta(days=36_500))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
            .sign(self.key, hashes.SHA256())
        )


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def settings(authority, name):
    certificate, key = authority.issue(name)
    return ServiceSettings(
        _env_file=None,
        tls_cert=certificate,
        tls_key=key,
        tls_ca=authority.folder / "ca.pem",
    )


class Agents(agents_pb2_grpc.AgentServiceServicer):
    async def ListAgents(self, request, context):
        return agents_pb2.ListAgentsResponse()


@pytest.fixture
async def served(tmp_path):
    ours = Authority(tmp_path / "ours")
    name = agents_pb2.DESCRIPTOR.services_by_name["AgentService"].full_name
    add = lambda server: agents_pb2_grpc.add_AgentServiceServicer_to_server(Agents(), server)  # noqa: E731
    server = ServiceServer(settings(ours, "server"), 0, [Registration(name, add)])
    await server.start()
    yield server, ours
    await server.stop(0)


async def _list(server, client_settings):
    client = ServiceClient(f"127.0.0.1:{server.port}", client_settings)
    try:
        stub = client.stub(agents_pb2_grpc.AgentServiceStub)
        await stub.ListAgents(agents_pb2.ListAgentsRequest(), timeout=3, wait_for_ready=False)
    finally:
        await client.close()


async def test_a_service_of_our_authority_is_heard(served):
    server, ours = served
    await _list(server, settings(ours, "client"))


async def test_a_certificate_of_another_authority_is_refused(served, tmp_path):
    server, ours = served
    theirs = Authority(tmp_path / "theirs")
    certificate, key = theirs.issue("intruder")
    forged = ServiceSettings(
        _env_file=None, tls_cert=certificate, tls_key=key, tls_ca=ours.folder / "ca.pem"
    )
    with pytest.raises(UnavailableError):
        await _list(server, forged)


async def test_no_certificate_is_refused(served):
    server, _ours = served
    with pytest.raises(UnavailableError):
        await _list(server, ServiceSettings(_env_file=None))


async def test_half_a_configuration_is_refused(tmp_path):
    with pytest.raises(ValueError, match="go together"):
        ServiceServer(ServiceSettings(_env_file=None, tls_ca=tmp_path / "ca.pem"), 0, [])._bind(
            ":0"
        )
