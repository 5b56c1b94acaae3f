"""The checklist as a document that is sent in."""
