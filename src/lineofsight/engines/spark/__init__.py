"""Apache Spark behind the seam, for events that outgrew one machine."""

from lineofsight.engines.spark.engine import SparkEngine

__all__ = ["SparkEngine"]
