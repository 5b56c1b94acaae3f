"""Records what a server answers, byte for byte, over a fixed session through all products.

Two recordings of servers with the same seed are the same; so are those of before and after a change that changes
no behaviour: ``python -m tools.record before.txt``, then ``git switch``, again, and ``diff``.
"""
