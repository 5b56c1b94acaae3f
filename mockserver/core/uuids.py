"""Ids as APIs and world files write them."""

import re
from typing import Final

UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
"""A UUID in its usual form, letters of either case."""
