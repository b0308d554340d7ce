"""Shoalwatch: a news and risk monitor for China and South-East Asia."""
