"""The customer's side in a browser: the landing page instead of the app, and QR codes."""
