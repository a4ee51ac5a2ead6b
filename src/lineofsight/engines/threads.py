"""How many threads the linear algebra below numpy may use."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def one_blas_thread() -> threadpool_limits:
    """Keeps matrix products to one thread while it is entered.

    The kernel makes thousands of products of small matrices: for these, handing parts to another thread costs more than
    it saves, and takes the processor from what reads and prepares the next rows meanwhile. Sums also come out the same
    whatever the number of processors.
    """
    return threadpool_limits(limits=1, user_api="blas")
