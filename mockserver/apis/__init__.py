"""The emulated APIs, one folder each: routes, schemas, problems."""
