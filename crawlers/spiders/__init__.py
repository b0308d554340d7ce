"""Spiders: one for each way of access."""
