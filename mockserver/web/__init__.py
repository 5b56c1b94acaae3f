"""What all emulated operations share: the operation table, callers, parsing, answers, the journal, limits."""
