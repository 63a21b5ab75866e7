"""Figures of the long fault run, where the README's readers find them."""

import json
import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "bench/results"


def write(name, engine, figures):
    """Puts one engine's figures into ``bench/results/chaos-<name>.json``."""
    path = FOLDER / f"chaos-{name}.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known |= {"generated_by": "make chaos", "cores": os.cpu_count(), engine: figures}
    path.write_text(json.dumps(known, indent=2) + "\n")
