"""Use cases on the road to being a partner."""
