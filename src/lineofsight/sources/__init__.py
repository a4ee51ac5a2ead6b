"""Where tables come from: one module per kind of feed."""

from lineofsight.sources.feeds import Feed, locate_feed, locate_feeds

__all__ = ["Feed", "locate_feed", "locate_feeds"]
