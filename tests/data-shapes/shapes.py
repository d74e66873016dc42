# SPDX-License-Identifier: MIT
"""All shapes, in the order of the documentation."""

from cells import CELLS
from cyclers import CYCLERS
from encodings_of_files import ENCODINGS
from layouts import LAYOUTS
from matlab_files import MATLAB
from quantities import QUANTITIES
from settings import SETTINGS
from times import TIMES

SHAPES = [*CYCLERS, *LAYOUTS, *CELLS, *ENCODINGS, *MATLAB, *QUANTITIES, *TIMES, *SETTINGS]
