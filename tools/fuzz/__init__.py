"""Asks servers for everything, rightly and wrongly, and stops at the first wrong answer: ``python -m tools.fuzz``."""
