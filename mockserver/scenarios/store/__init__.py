"""The tables of scenarios: rules, and what was chosen for single things."""
