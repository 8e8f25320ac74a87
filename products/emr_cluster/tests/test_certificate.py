"""The certificate function: machines with the same archive can use TLS with each other, others cannot."""

from __future__ import annotations

import importlib.util
import ssl
from pathlib import Path
from types import ModuleType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

FUNCTION = Path(__file__).resolve().parents[1] / "certificate.py"
NAMES = ("*.ec2.internal", "*.eu-west-2.compute.internal")
MACHINE = "ip-10-0-0-7.eu-west-2.compute.internal"


@pytest.fixture(scope="module")
def function() -> ModuleType:
    spec = importlib.util.spec_from_file_location("certificate", FUNCTION)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Machine:
    """The files of one archive on a machine."""

    def __init__(self, function: ModuleType, folder: Path) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        plain = serialization.NoEncryption()
        private = self.key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
        public = self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.der = function.certificate(private, public, NAMES)
        self.private, self.chain = folder / "privateKey.pem", folder / "certificateChain.pem"
        folder.mkdir()
        self.private.write_text(function.pem("PRIVATE KEY", private))
        self.chain.write_text(function.pem("CERTIFICATE", self.der))


def handshake(server: Machine, client: Machine, name: str) -> None:
    """A mutual TLS handshake in memory; raises ssl.SSLError."""
    server_context, client_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for side, machine in ((server_context, server), (client_context, client)):
        side.load_cert_chain(machine.chain, machine.private)
        side.load_verify_locations(machine.chain)
    server_context.verify_mode = ssl.CERT_REQUIRED
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client_context.wrap_bio(to_client, to_server, server_hostname=name),
        server_context.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_machines_with_the_same_archive_trust_each_other(function: ModuleType, tmp_path: Path) -> None:
    machine = Machine(function, tmp_path / "a")
    handshake(machine, machine, MACHINE)


def test_a_machine_with_another_archive_is_not_trusted(function: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(Machine(function, tmp_path / "a"), Machine(function, tmp_path / "b"), MACHINE)


def test_a_name_outside_of_the_network_is_refused(function: ModuleType, tmp_path: Path) -> None:
    machine = Machine(function, tmp_path / "a")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        handshake(machine, machine, "elsewhere.example")


def test_certificate_is_valid_for_an_independent_library(function: ModuleType, tmp_path: Path) -> None:
    machine = Machine(function, tmp_path / "a")
    certificate = x509.load_der_x509_certificate(machine.der)
    machine.key.public_key().verify(
        certificate.signature,
        certificate.tbs_certificate_bytes,
        padding.PKCS1v15(),
        certificate.signature_hash_algorithm,
    )
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert tuple(names.get_values_for_type(x509.DNSName)) == NAMES
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 1096
    assert certificate.serial_number > 0


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535, 65536])
def test_lengths_are_as_short_as_they_can_be(function: ModuleType, size: int) -> None:
    encoded = function.der(4, b"x" * size)
    assert [len(value) for value in function.read(encoded)] == [size]
    assert len(encoded) - size == 2 + (0 if size < 128 else (size.bit_length() + 7) // 8)
