"""Certificates for test servers on loopback, made by openssl: good, for another host, expired."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_LOOPBACK = "DNS:localhost,IP:127.0.0.1"


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate and its key, as files."""

    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """Return the context of a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


def make_certificate(directory: Path, name: str = "good", names: str = _LOOPBACK) -> Certificate:
    """Make a certificate for `names`, valid for 30 days. It is its own authority: name it as `ca_file` to trust it."""
    made = Certificate(directory / f"{name}.pem", directory / f"{name}.key")
    if not made.cert.exists():
        _openssl(
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"),
            *("-subj", f"/CN={name}.test", "-addext", f"subjectAltName={names}"),
            *("-keyout", str(made.key), "-out", str(made.cert)),
        )
    return made


def make_expired_certificate(directory: Path) -> Certificate:
    """Make a certificate for loopback whose time was in the year 2020. `openssl ca` is what can set both dates everywhere."""
    base = make_certificate(directory, "expired-base")
    made = Certificate(directory / "expired.pem", base.key)
    request = directory / "expired.csr"
    config = directory / "expired.cnf"
    (directory / "expired.index").write_text("")
    config.write_text(
        "[ca]\ndefault_ca = d\n[d]\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256\npolicy = p\n"
        f"x509_extensions = x\ndatabase = {directory}/expired.index\n[p]\ncommonName = supplied\n"
        f"[x]\nsubjectAltName = {_LOOPBACK}\nbasicConstraints = critical,CA:TRUE\n"
    )
    _openssl("req", "-new", "-key", str(base.key), "-subj", "/CN=expired.test", "-out", str(request))
    _openssl(
        *("ca", "-batch", "-selfsign", "-notext", "-config", str(config), "-keyfile", str(base.key), "-in", str(request)),
        *("-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-outdir", str(directory), "-out", str(made.cert)),
    )
    return made


def _openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl {arguments[0]} failed: {done.stderr[-500:]}")
