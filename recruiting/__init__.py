"""Heardback: whose turn it is, for how long, and whether we will still hear back.

Imports nothing on purpose, so that `recruiting.stats` loads without Flask and SQLAlchemy.
"""
