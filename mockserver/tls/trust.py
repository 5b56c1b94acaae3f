"""How clients learn to trust the certificate authority, in words."""

import shlex
from pathlib import Path

_TEXT = """\
The certificate authority of this machine: {file}

Node.js   export NODE_EXTRA_CA_CERTS={quoted}
Python    export SSL_CERT_FILE={quoted} REQUESTS_CA_BUNDLE={quoted}
Go, .NET  export SSL_CERT_FILE={quoted}    on Linux; else trust it as a browser does
Java      keytool -importcert -noprompt -alias vipps-mockserver -file {quoted} \\
            -keystore vipps-mockserver.p12 -storetype PKCS12 -storepass changeit
          java -Djavax.net.ssl.trustStore=vipps-mockserver.p12 -Djavax.net.ssl.trustStorePassword=changeit ...
PHP       php -d curl.cainfo={quoted} -d openssl.cafile={quoted} ...
curl      curl --cacert {quoted} --resolve apitest.vipps.no:{port}:127.0.0.1 https://apitest.vipps.no:{port}/_mock/health
System    Debian, Ubuntu: sudo cp {quoted} /usr/local/share/ca-certificates/vipps-mockserver.crt
          sudo update-ca-certificates
Browsers  Chromium on Linux: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n vipps-mockserver -i {quoted}
          macOS: security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {quoted}
          Windows: certutil -user -addstore Root {quoted}
          Firefox: Settings, Certificates, Authorities, Import

NODE_EXTRA_CA_CERTS comes on top of the authorities that a program trusts anyway; the other variables and options of
programs take the place of them all, so set them for the program under test only.
Without any of these variables: vipps-mockserver ca --pem prints the certificate, --export FILE writes it.
Keep ca-key.pem, beside it, to yourself."""


def how_to(file: Path, port: int) -> str:
    """What to do for each kind of client; ``file`` is the certificate, ``port`` that of TLS."""
    return _TEXT.format(file=file, quoted=shlex.quote(str(file)), port=port)
