"""Aligning A, C and B in time: one row per customer and moment."""

from lineofsight.episodes.build import EpisodeFile, build_episodes, fingerprint

__all__ = ["EpisodeFile", "build_episodes", "fingerprint"]
