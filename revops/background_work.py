"""What the background can be asked to compute: each kind of run and the function that does it."""

from __future__ import annotations

from collections.abc import Mapping

from leads.background import Work
from revops.calibration import runs as calibration
from revops.imports import file_importing
from revops.privacy import erasure
from revops.what_if import runs as what_if
from routing import simulation

WORK: Mapping[str, Work] = {
    calibration.KIND: calibration.work,
    erasure.KIND: erasure.work,
    file_importing.CHECK: file_importing.work_check,
    file_importing.RUN: file_importing.work_run,
    simulation.KIND: simulation.work,
    what_if.KIND: what_if.work,
}
