"""Passwords, server-side sessions, the sign-in throttle and response headers."""
