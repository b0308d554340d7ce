"""Shoalwatch's command line, its one-shot run, its settings, doctor and demo."""
