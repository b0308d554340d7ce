"""The record that travels between stages, its identity, its archive and the state database."""
