"""Events to registrations to signed deliveries, and the Webhooks API."""
