"""The checklist: which points of the official checklists an integration has shown, and by what."""
