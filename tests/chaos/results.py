"""Figures of the long fault run, where the README's readers find them."""

import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT, TRIED = ROOT / "bench/results", ROOT / ".run"


def write(name, part, figures, folder=KEPT):
    """Puts figures, of one engine or the like, into ``bench/results/chaos-<name>.json``."""
    folder.mkdir(exist_ok=True)
    path = folder / f"chaos-{name}.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known |= {"generated_by": "make chaos", "cores": os.cpu_count(), part: figures}
    path.write_text(json.dumps(known, indent=2) + "\n")


def try_out(name, part, figures):
    """The same of a part of a run, where nobody takes it for the whole."""
    write(name, part, figures, TRIED)
