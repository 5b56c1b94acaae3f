"""What a scenario rule says, pure."""
