"""One module for each command of `shoalwatch`; `shoalwatch.cli` puts them together."""
