"""The site's processes: as many as the machine has processors, twice; stopped gracefully, counted together."""

import multiprocessing
import os
from typing import Any

from prometheus_client import multiprocess

from revops.logs import configuration

bind = os.environ.get("BIND") or "127.0.0.1:8000"
# Rendering is work for the processor, and threads share one: processes carry 2.5 times as much (bench/RESULTS.md).
workers = int(os.environ.get("WEB_CONCURRENCY", 2 * multiprocessing.cpu_count() + 1))
worker_class = "revops.web_worker.PatientWorker"  # whoever sends slowly is let go
preload_app = False  # a reload must read the new code
timeout = 60  # seconds; an export streams, and tells of itself
graceful_timeout = 30  # seconds in which a stopped process ends the answers that it has begun
max_requests = 10_000
max_requests_jitter = 1_000
logconfig_dict = configuration(level=os.environ.get("LOG_LEVEL") or "INFO", as_json=True)


def child_exit(server: Any, worker: Any) -> None:
    """What a process has counted stays counted when it is gone."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
