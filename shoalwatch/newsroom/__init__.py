"""The bundled sample newsroom: invented outlets in six languages, served on loopback."""

from __future__ import annotations

from shoalwatch.newsroom.listener import NewsroomError
from shoalwatch.newsroom.server import Newsroom
from shoalwatch.newsroom.truth import OutletCounts, SampleLabel, SampleOutlet

__all__ = ["Newsroom", "NewsroomError", "OutletCounts", "SampleLabel", "SampleOutlet"]
