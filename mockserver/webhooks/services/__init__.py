"""Use cases of webhooks: register, emit, deliver, look into."""
