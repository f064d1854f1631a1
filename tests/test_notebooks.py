"""Every notebook is executed with a real kernel, from beginning to end."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    """No cell fails, every plot is a picture inside the file, the stand-in is labelled."""
    for part in ("personas", "scenarios", "graphs"):
        shutil.copytree(ROOT / part, tmp_path / part)
    shutil.copy(ROOT / "models.yaml", tmp_path)
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call] # untyped library

    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [o for o in outputs if o.output_type == "error"] == []
    assert any("image/png" in o.get("data", {}) for o in outputs)
    assert "stand-in" in str(outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    """Outputs come from the reader's own run."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call] # untyped library

    assert [cell.id for cell in notebook.cells if cell.get("outputs")] == []
