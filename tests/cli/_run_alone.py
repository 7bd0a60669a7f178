"""`python -m _run_alone`: the command `run` without what `install()` puts in, which most tests of it do not need and all would wait for."""

import sys
from types import SimpleNamespace

from plaidml_compat.cli import run

run._install = lambda options: SimpleNamespace(device="", versions={})
sys.exit(run.main(sys.argv[1:], "plaidml-compat"))
