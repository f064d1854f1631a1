"""Mistakes between the parts of models.yaml: each is found, at its place, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.definitions.model_catalog import Finding, ModelCatalog


def catalog(**parts: Any) -> ModelCatalog:
    """A small catalog without a mistake; `parts` replace some of it."""
    base: dict[str, Any] = {
        "default": "tiers",
        "endpoints": {
            "cloud": {"base_url": "https://cloud.example/v1"},
            "home": {"base_url": "http://localhost:9/v1"},
        },
        "models": {"cloud/old": {"replaced_by": "cloud/new"}, "cloud/new": {}, "home/small": {}},
        "tiers": {"simple": ["cloud/old"], "standard": ["cloud/old", "cloud/new"]},
    }
    return ModelCatalog.model_validate(base | parts)


@pytest.mark.parametrize(
    ("parts", "finding"),
    [
        (
            {"models": {"new": {}}, "tiers": {"simple": ["new"]}},
            (
                ("models", "new"),
                "'new' is no model's name.",
                "Write endpoint/model, such as openai/gpt-6-luna.",
            ),
        ),
        (
            {"models": {"clod/new": {}}, "tiers": {"simple": ["clod/new"]}},
            (("models", "clod/new"), "No endpoint is called 'clod'.", "Did you mean 'cloud'?"),
        ),
        (
            {
                "models": {"cloud/new": {"replaced_by": "cloud/nwe"}},
                "tiers": {"simple": ["cloud/new"]},
            },
            (
                ("models", "cloud/new", "replaced_by"),
                "'cloud/nwe' is not listed under models.",
                "Did you mean 'cloud/new'?",
            ),
        ),
        (
            {
                "models": {"cloud/new": {"replaced_by": "cloud/new"}},
                "tiers": {"simple": ["cloud/new"]},
            },
            (("models", "cloud/new", "replaced_by"), "'cloud/new' cannot replace itself.", ""),
        ),
        (
            {"tiers": {"standard": ["cloud/new", "x"]}},
            (
                ("tiers", "standard", 1),
                "'x' is not listed under models.",
                "List it under models, or name another.",
            ),
        ),
        (
            {"default": "clowd"},
            (
                ("default",),
                (
                    "No model is called 'clowd'. Did you mean 'cloud'? "
                    "A model is written endpoint/model; endpoints: cloud, home."
                ),
                "",
            ),
        ),
        (
            {"default": "home"},
            (
                ("default",),
                "No tier of models.yaml names a model of the endpoint 'home'.",
                "Add one there (simple: [home/small]), or choose one: --model home/small.",
            ),
        ),
        (
            {"default": "stand-in"},
            (
                ("default",),
                (
                    "No endpoint is called 'offline'. The stand-in answers there; add "
                    "`offline: {in_process: true, stand_in: true, free: true}` "
                    "under endpoints in models.yaml."
                ),
                "",
            ),
        ),
        (
            {
                "models": {
                    "cloud/old": {"price": {"in": 1, "cached": 2, "out": 3}},
                    "cloud/new": {"price": {"in": 1, "cached": 1, "out": 3}},
                }
            },
            (
                ("models", "cloud/old", "price", "cached"),
                "What is read from a cache costs more (2) than without one (`in`: 1).",
                "Are the two exchanged?",
            ),
        ),
        (
            {"routing": {"weights": {"creativ": 1}}},
            (
                ("routing", "weights", "creativ"),
                "The router knows no feature 'creativ'.",
                "Did you mean 'creative'?",
            ),
        ),
        (
            {"routing": {"thresholds": {"complex": 0.1}}},
            (
                ("routing", "thresholds", "complex"),
                "The tier complex begins below the tier standard.",
                "Raise complex.",
            ),
        ),
        (
            {"routing": {"policy": "complex"}},
            (
                ("routing", "policy"),
                "No routing policy is called 'complex'.",
                (
                    "Write complexity, sticky, cheapest, always:simple, always:standard, "
                    "always:complex, or your own as my_router.py:name."
                ),
            ),
        ),
    ],
)
def test_a_contradiction_is_found_where_it_stands(parts: dict[str, Any], finding: Finding) -> None:
    """Each mistake between parts of the file comes with its place and what to do about it."""
    assert catalog().cross_checks() == ()
    assert catalog(**parts).cross_checks() == (finding,)


@pytest.mark.parametrize(
    ("name", "endpoint", "finding"),
    [
        (
            "far",
            {},
            (
                ("endpoints", "far"),
                "The endpoint 'far' has no base_url.",
                "Give it one, or in_process: true.",
            ),
        ),
        (
            "far",
            {"in_process": True, "base_url": "http://localhost:1"},
            (
                ("endpoints", "far", "base_url"),
                "'far' is in_process and has a base_url.",
                "Drop one of them.",
            ),
        ),
        (
            "far",
            {"in_process": True, "plays": "clod"},
            (
                ("endpoints", "far", "plays"),
                "No endpoint is called 'clod'.",
                "Did you mean 'cloud'?",
            ),
        ),
        *(
            (
                name,
                {"in_process": True},
                (
                    ("endpoints", name),
                    f"{name!r} cannot be an endpoint's id.",
                    "Use letters, digits, dots, - and _; not the word tiers.",
                ),
            )
            for name in ("tiers", "a/b", "a:b", " a", "")
        ),
    ],
)
def test_a_contradictory_endpoint_is_found(
    name: str, endpoint: dict[str, Any], finding: Finding
) -> None:
    """An endpoint needs one address or none, an id that fits into names, and a known model."""
    endpoints = {
        "cloud": {"base_url": "https://cloud.example/v1"},
        "home": {"base_url": "http://localhost:9/v1"},
    }

    assert catalog(endpoints=endpoints | {name: endpoint}).cross_checks() == (finding,)


def test_all_contradictions_are_found_at_once() -> None:
    """One look at the file shows every mistake in it, in the order of the file's parts."""
    broken = catalog(models={"new": {}}, default="x/y")

    assert [loc for loc, _, _ in broken.cross_checks()] == [
        ("models", "new"),
        ("tiers", "simple", 0),
        ("tiers", "standard", 0),
        ("tiers", "standard", 1),
        ("default",),
    ]
