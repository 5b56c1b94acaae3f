"""Sends the same bytes to the emulator's HTTP, to h11 and to nginx in front of it; compares what requests they see.

A stream is made of a few requests with everything that servers disagree about: lengths, chunks, codings, line ends,
folded and doubled headers, offers of other protocols, bodies that look like requests; split at random places. Where two
readers see another request at the same place, somebody could hide a request from a proxy. It is fine when one of them
refuses: then nothing after that counts.
"""
