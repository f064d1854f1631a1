"""`simulator cost`: options that do not fit together are told before anything is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli_samples import recorded, simulate


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--reconcile", "--by", "model"], "--by goes without --reconcile."),
        (["--tolerance", "1%"], "--tolerance goes with --reconcile."),
        (["--reconcile", "--from", "yesterday"], "'yesterday' is no day, such as 2026-11-20."),
        (["--reconcile", "--tolerance", "some"], "neither a share, such as 2%, nor dollars"),
        (
            ["--reconcile", "--from", "2026-11-18", "--to", "2026-11-16"],
            "--from 2026-11-18 is later than --to 2026-11-16.",
        ),
        (["--reconcile", "--to", "9999-12-31"], "nobody was asked anything on '9999-12-31'."),
        (["--reconcile", "--from", "0001-01-01"], "nobody was asked anything on '0001-01-01'."),
        (["--reconcile", "--endpoint", "opanai"], "Did you mean 'openai'?"),
        (["--reconcile", "--endpoint", "offline"], "The stand-in bills nobody"),
    ],
)
def test_what_does_not_fit_together_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], sentence: str
) -> None:
    """Before anything is asked."""
    monkeypatch.chdir(tmp_path)
    recorded(Path("runs.db"))

    result = simulate("cost", *words)

    assert result.exit_code == 2
    assert sentence in result.stderr
