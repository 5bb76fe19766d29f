"""One peer in a separate process: it answers requests, lines of JSON, on the standard streams.

    python -I worker.py MODULE MODE [PATH ...]

It imports from the folders PATH too. Only chalkgrad's worker gets the repository, where another
library would find our `autograd` instead of its own module.
"""

import ctypes
import gc
import json
import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

Step = Callable[[], Any]


def peak_memory() -> int | None:
    """Return the most bytes that this process ever held, or None where the system does not say."""
    if tracemalloc.is_tracing():
        return tracemalloc.get_traced_memory()[1]
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def kernels() -> str:
    """Return the library of NumPy's matrix products, and the processor it takes this one for."""
    import numpy as np

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    described = f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip()
    try:
        # NumPy does not tell, but the OpenBLAS in its wheels does, under a special name.
        name = ctypes.CDLL(np._core._multiarray_umath.__file__).scipy_openblas_get_corename64_
    except AttributeError:
        return described
    name.restype = ctypes.c_char_p
    return f"{described}, kernels for {name().decode()}"


def checksum(result: Any) -> float | None:
    """Return one number from every entry of `result`: a single number itself, None for None."""
    if result is None:
        return None
    import numpy as np

    entries = np.ravel(np.asarray(result, np.float64))
    return float(entries @ np.cos(np.arange(entries.size)))


class Measured:
    """A workload that the peer has built."""

    def __init__(self, build: Callable[..., Step], workload: str, cores: list[int]) -> None:
        if cores and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, cores)
        self.baseline = peak_memory()
        from sweeps import find

        chosen = find(workload)
        if not chosen.collector:
            gc.disable()
        inputs = chosen.computation.draw()
        if tracemalloc.is_tracing():
            # The inputs can be left out of what is traced.
            tracemalloc.reset_peak()
            self.baseline = peak_memory()
        self.step = build(chosen.computation, inputs, sys.argv[2])

    def run(self, steps: int) -> dict[str, Any]:
        """Run steps; return seconds for one, busy cores, the last one's checksum, memory so far."""
        begin, busy = time.perf_counter(), time.process_time()
        for _ in range(steps):
            result = self.step()
        seconds, busy = time.perf_counter() - begin, time.process_time() - busy
        answer = {
            "seconds": seconds / steps,
            "cores": busy / seconds,
            "checksum": checksum(result),
        }
        if self.baseline is not None:
            answer["memory"] = peak_memory() - self.baseline
        if not gc.isenabled():
            # Cycles must not pile up over the turns.
            gc.collect()
        return answer


def answers(requests: Any) -> Any:
    """Yield one answer to the start, then one to each request."""
    begin = time.perf_counter()
    peer = import_module(f"peers.{sys.argv[1]}")
    yield {"import": time.perf_counter() - begin, "version": peer.VERSION}
    measured = None
    for line in requests:
        request = json.loads(line)
        if measured is None:
            measured = Measured(peer.build, request["workload"], request["cores"])
            yield {"kernels": kernels()}
        else:
            yield measured.run(request["steps"])


def main() -> None:
    """Answer until the requests end, or something fails."""
    sys.path[:0] = [str(Path(__file__).parent), *sys.argv[3:]]
    # The output of a library must not come between the answers.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        for answer in answers(sys.stdin):
            print(json.dumps(answer), file=channel, flush=True)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0]
        print(json.dumps({"error": reason}), file=channel, flush=True)


if __name__ == "__main__":
    main()
