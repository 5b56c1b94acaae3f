"""TLS without a socket: both ends in memory."""

import ssl

from mockserver.tls.authority import Authority


def client(authority: Authority) -> ssl.SSLContext:
    """A client that trusts this authority alone, and is as strict as Python 3.13 is by default."""
    context = ssl.create_default_context(cadata=authority.pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> bytes:
    """The certificate (DER) that the server shows to a client that asks for this name; raises as the client does."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname=name)
    asked = server.wrap_bio(to_server, to_client, server_side=True)
    waiting = [asking, asked]
    while waiting:
        for each in tuple(waiting):
            try:
                each.do_handshake()
                waiting.remove(each)
            except ssl.SSLWantReadError:
                continue
    shown = asking.getpeercert(binary_form=True)
    assert shown is not None
    return shown
