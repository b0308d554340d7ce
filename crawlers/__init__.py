"""Shoalwatch's crawlers stage."""
