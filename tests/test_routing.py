"""Who answers, by what of the prompt is warm where: policies by name and what models would cost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.conversation.own_router import policy_of
from simulator.definitions.model_catalog import TIERS, ModelCatalog, Routing
from simulator.definitions.persona import TierName, TierRange
from simulator.errors import UsageError, UserCodeFailed
from simulator.llm.prompt import Prompt
from simulator.llm.router import Route, TurnFeatures
from simulator.llm.routing import (
    Candidate,
    Choosing,
    Models,
    Policy,
    Sending,
    expected,
    policy_named,
    routed,
)
from simulator.llm.warmth import SentBefore, Warmth
from simulator.record.calls import Outcome
from simulator.record.usage import Usage
from tests.cli_samples import ROOT
from tests.llm_samples import TODAY, call_context, prompt

EASY, INVENTIVE, HARD = TurnFeatures(), TurnFeatures(creative=1), TurnFeatures(requires_reasoning=1)
LONG = "word " * 100
"""A line of 125 estimated tokens."""
LINES = 217
"""So many of them are 28,000 tokens."""
PRICES = {
    "small": {"in": 0.25, "cached": 0.025, "out": 2},
    "middle": {"in": 0.75, "cached": 0.075, "out": 6},
    "big": {"in": 1.25, "cached": 0.125, "out": 10},
}


def catalog(**more: object) -> ModelCatalog:
    """A model for each tier, at prices that make a warm big one cheaper than a cold small one."""
    return ModelCatalog.model_validate(
        {
            "default": "tiers",
            "endpoints": {"test": {"base_url": "http://127.0.0.1:1/v1"}},
            "models": {f"test/{name}": {"price": price} for name, price in PRICES.items()},
            "tiers": {
                "simple": ["test/small"],
                "standard": ["test/middle"],
                "complex": ["test/big"],
            },
            **more,
        }
    )


def talk(lines: int) -> Prompt:
    """What somebody is asked after so many lines."""
    return prompt(*(f"[{n}] Rosa: {LONG}" for n in range(1, lines + 1)))


def memory(*answered: tuple[str, int], models: ModelCatalog | None = None) -> SentBefore:
    """What was sent: (model, lines) for each question, all answered with 200 tokens."""
    known, sent = models or catalog(), SentBefore(clock=lambda: 0.0)
    for name, lines in answered:
        told = call_context(spec=known.spec(name))
        read = sent.warmth(known.spec(name), talk(lines)).prompt_bytes // 4
        usage = Usage(input=read, output=200)
        told.outcomes.append(Outcome(state="settled", usage=usage))
        sent.note(talk(lines), told)
    return sent


def way(
    features: TurnFeatures,
    lines: int,
    sent: SentBefore,
    *,
    tiers: TierRange | None = None,
    policy: Policy | None = None,
    **routing: object,
) -> Route:
    """The way of a turn after so many lines."""
    known = catalog(routing=routing)
    models = Models(
        catalog=known,
        choice=known.choose(),
        today=TODAY,
        policy=policy or policy_named(known.routing.policy),
    )
    sending = Sending(talk(lines), sent=sent, most=300)
    return routed(features, tiers or TierRange(), models=models, sending=sending)


def cost(model: str, lines: int, sent: SentBefore) -> Decimal:
    """What a turn is expected to cost on a model."""
    spec, asked = catalog().spec(model), talk(lines)
    found = expected("simple", spec, prompt=asked, warmth=sent.warmth(spec, asked), output=200)
    assert found.dollars is not None
    return found.dollars


def test_what_a_question_costs_follows_from_what_is_warm() -> None:
    """New tokens at `in`, known ones at `cached`, written ones at `cache_write`, and an answer."""
    price = {"in": 1, "cached": 0.1, "cache_write": 1.25, "out": 4}
    models = catalog(models={"test/m": {"price": price, "cache": "breakpoints"}}, tiers={})
    asked = talk(40)
    warmth = Warmth(prompt_tokens=5_000, tokens=4_000, prompt_bytes=asked.shared_bytes * 5 // 4)

    found = expected("simple", models.spec("test/m"), prompt=asked, warmth=warmth, output=100)

    assert found.usage == Usage(input=5_000, cached=4_000, cache_write=0, output=100)
    assert found.dollars == Decimal("0.0018")
    cold = Warmth(prompt_tokens=5_000, prompt_bytes=asked.shared_bytes * 5 // 4)
    first = expected("simple", models.spec("test/m"), prompt=asked, warmth=cold, output=100)
    assert (first.usage.cache_write, first.dollars) == (4_000, Decimal("0.0064"))
    assert first.later == found.dollars


def test_no_answer_is_expected_to_be_longer_than_its_model_writes() -> None:
    """A model of 50 tokens at most is not reckoned with the 200 that others have answered."""
    price = {"in": 1, "out": 4}
    models = catalog(models={"test/m": {"price": price, "max_output": 50}}, tiers={})
    asked, warmth = talk(40), Warmth(prompt_tokens=5_000, prompt_bytes=20_000)

    found = expected("simple", models.spec("test/m"), prompt=asked, warmth=warmth, output=200)

    # 5000*1 + 50*4 millionths
    assert (found.usage.output, found.dollars) == (50, Decimal("0.0052"))


def test_a_warm_big_model_is_not_left_for_a_cold_small_one_at_28_000_tokens() -> None:
    """The known bad case: what looks cheaper by its price list is dearer, so the talk stays."""
    sent = memory(("test/big", LINES))

    taken = way(EASY, LINES + 1, sent)

    assert cost("test/big", LINES + 1, sent) < cost("test/small", LINES + 1, sent)
    assert taken.spec.name == "test/big"
    assert taken.reasons == ("nothing makes this turn hard", "stays on test/big by complexity")
    assert taken.figures == (
        "simple test/small: $0.007372 expected, 0 of 27,890 tokens warm",
        "standard test/middle: $0.022118 expected, 0 of 27,890 tokens warm",
        "complex test/big: $0.005636 expected, 27,776 of 27,907 tokens warm",
    )


def test_a_short_talk_goes_to_the_small_model() -> None:
    """There a cold prompt costs less than the big model's answer."""
    assert way(EASY, 10, memory(("test/big", 9))).spec.name == "test/small"


@given(
    st.lists(st.tuples(st.sampled_from(("small", "middle", "big")), st.integers(1, 240))),
    st.integers(1, 240),
    st.sampled_from((EASY, INVENTIVE, HARD)),
)
def test_no_turn_costs_more_than_staying_put(
    answered: list[tuple[str, int]], lines: int, features: TurnFeatures
) -> None:
    """Whatever was sent to whom: where the last model would do, no dearer one is taken."""
    sent = memory(*((f"test/{name}", size) for name, size in answered))
    taken = way(features, lines, sent)
    last = f"test/{answered[-1][0]}" if answered else ""
    names = ["test/small", "test/middle", "test/big"]
    least = {EASY: 0, INVENTIVE: 1, HARD: 2}[features]

    assert names.index(taken.spec.name) >= least
    if last and names.index(last) >= least:
        assert cost(taken.spec.name, lines, sent) <= cost(last, lines, sent)


def test_a_model_is_left_only_where_that_pays() -> None:
    """One that is cheaper by less than the hysteresis is not worth a cold prompt."""
    sent = memory(("test/big", 80))
    stay, move = cost("test/big", 81, sent), cost("test/small", 81, sent)

    share = float(1 - move / stay)

    assert 0 < share < 1
    assert way(EASY, 81, sent, hysteresis=share + 0.01).spec.name == "test/big"
    assert way(EASY, 81, sent, hysteresis=share - 0.01).spec.name == "test/small"


def test_what_costs_the_same_is_no_reason_to_leave() -> None:
    """Without any hysteresis a model is left for a cheaper one, and not for one of its price."""
    models = catalog()
    small = Candidate(
        tier="simple", spec=models.spec("test/small"), dollars=Decimal(3), later=Decimal(1)
    )
    big = replace(small, tier="complex", spec=models.spec("test/big"))
    routing = models.routing.model_copy(update={"hysteresis": 0.0})
    choosing = Choosing(
        features=EASY,
        score=0.0,
        tier="simple",
        candidates=(small, big),
        last="test/big",
        routing=routing,
    )
    cheaper = replace(choosing, candidates=(replace(small, dollars=Decimal("2.99")), big))

    taken = [policy_named("complexity")(one) for one in (choosing, cheaper)]

    assert taken == [big, cheaper.candidates[0]]


def test_looking_ahead_pays_a_cold_prompt_for_the_turns_after_it() -> None:
    """Whoever expects ten easy turns in a row moves at once."""
    sent = memory(("test/big", LINES))

    assert way(EASY, LINES + 1, sent, look_ahead=10).spec.name == "test/small"


def test_a_hard_turn_goes_up_whatever_is_warm() -> None:
    """The cache never lowers a tier."""
    taken = way(HARD, LINES + 1, memory(("test/small", LINES)))

    assert (taken.tier, taken.spec.name) == ("complex", "test/big")


@pytest.mark.parametrize(
    ("policy", "features", "model"),
    [
        ("always:standard", EASY, "test/middle"),
        ("always:standard", HARD, "test/middle"),
        ("sticky", EASY, "test/middle"),
        ("sticky", INVENTIVE, "test/middle"),
        ("sticky", HARD, "test/big"),
        ("cheapest", HARD, "test/small"),
    ],
)
def test_policies_by_name(policy: str, features: TurnFeatures, model: str) -> None:
    """After a short turn on the middle model: one tier, the last model, or the fewest dollars."""
    assert way(features, 3, memory(("test/middle", 2)), policy=policy_named(policy)).spec.name == (
        model
    )


def test_the_cheapest_model_may_be_a_warm_big_one() -> None:
    """Dollars are expected dollars, not the price list."""
    sent = memory(("test/big", LINES))

    assert way(EASY, LINES + 1, sent, policy=policy_named("cheapest")).spec.name == "test/big"


@pytest.mark.parametrize("policy", ["complexity", "sticky", "cheapest", "always:simple"])
def test_every_policy_keeps_within_the_range(policy: str) -> None:
    """Floor and ceiling hold, whatever is warm and cheap."""
    taken = way(EASY, 9, memory(), tiers=TierRange(floor="complex"), policy=policy_named(policy))

    assert (taken.tier, taken.spec.name) == ("complex", "test/big")


def test_an_unknown_policy_is_refused() -> None:
    """With the names there are."""
    with pytest.raises(UsageError, match="No routing policy is called 'dice'; there are: complex"):
        policy_named("dice")


def test_a_policy_of_ones_own_chooses_by_the_figures(tmp_path: Path) -> None:
    """It gets features, score, tier and candidates with their expected dollars."""
    (tmp_path / "mine.py").write_text(
        "def dearest(turn):\n    return max(turn.candidates, key=lambda one: one.dollars)\n"
    )
    own = policy_of(Routing(policy="mine.py:dearest"), folder=tmp_path)

    taken = way(EASY, 9, memory(), policy=own)

    assert (taken.tier, taken.spec.name) == ("complex", "test/big")


@pytest.mark.parametrize("tier", TIERS)
def test_a_policy_of_ones_own_is_told_every_price(tmp_path: Path, tier: TierName) -> None:
    """Also where there is one model to choose from, as for a judge's question."""
    (tmp_path / "mine.py").write_text(
        "def only(turn):\n"
        "    assert [one.dollars > 0 for one in turn.candidates] == [True]\n"
        "    return turn.candidates[0]\n"
    )
    own = policy_of(Routing(policy="mine.py:only"), folder=tmp_path)

    taken = way(EASY, 9, memory(), tiers=TierRange(floor=tier, ceiling=tier), policy=own)

    assert (taken.tier, taken.figures) == (tier, ())


def test_the_example_in_the_docs_chooses(tmp_path: Path) -> None:
    """Hard turns go to the best model, the others to the cheapest."""
    page = (ROOT / "docs" / "models.md").read_text()
    code = page.partition("```py\n")[2].partition("```")[0]
    (tmp_path / "my_router.py").write_text(code)
    own = policy_of(Routing(policy="my_router.py:by_need"), folder=tmp_path)

    models = [way(one, 9, memory(), policy=own).spec.name for one in (EASY, HARD)]

    assert models == ["test/small", "test/big"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def f(turn):\n    return 'test/huge'\n", "which is none of the candidates: test/small"),
        (
            "def f(turn):\n    return turn.features['length']\n",
            r"^the routing policy 'mine.py:f' raised TypeError: .* \(mine\.py:2\)$",
        ),
        ("def f():\n    return ''\n", r"the routing policy 'mine.py:f' raised TypeError: f\(\) "),
        ("f = 3\n", "must be a function that chooses a model, not a int"),
    ],
)
def test_a_mistake_in_ones_own_policy_is_told(tmp_path: Path, code: str, told: str) -> None:
    """In a sentence that names what was wrong."""
    (tmp_path / "mine.py").write_text(code)

    with pytest.raises(UserCodeFailed, match=told):
        way(EASY, 9, memory(), policy=policy_of(Routing(policy="mine.py:f"), folder=tmp_path))


def test_a_name_will_do() -> None:
    """Of a model that stands in several tiers the asked one is taken."""

    def by_name(choosing: Choosing, /) -> Candidate | str:
        return choosing.candidates[-1].spec.name

    assert way(EASY, 9, memory(), policy=by_name).spec.name == "test/big"


def test_models_that_are_free_are_taken_by_tier() -> None:
    """Where nothing costs anything, nothing is reckoned."""
    known = catalog(
        endpoints={"test": {"base_url": "http://127.0.0.1:1/v1", "free": True}},
        models={f"test/{name}": {} for name in PRICES},
    )
    models = Models(
        catalog=known, choice=known.choose(), today=TODAY, policy=policy_named("complexity")
    )
    sent = memory(("test/big", LINES), models=known)
    sending = Sending(talk(LINES + 1), sent=sent, most=300)

    taken = routed(EASY, TierRange(), models=models, sending=sending)

    assert (taken.spec.name, taken.reasons) == ("test/small", ("nothing makes this turn hard",))


ends = st.tuples(st.integers(0, 2), st.integers(0, 2)).map(sorted)


@given(ends, ends)
def test_a_range_is_narrowed_and_never_left(own: list[int], phase: list[int]) -> None:
    """A phase narrows a persona's range; where they have nothing in common, the persona's holds."""
    mine, other = (TierRange(floor=TIERS[low], ceiling=TIERS[high]) for low, high in (own, phase))

    both = mine.narrowed(other)

    low, high = TIERS.index(both.floor), TIERS.index(both.ceiling)
    assert own[0] <= low <= high <= own[1]
    if max(own[0], phase[0]) <= min(own[1], phase[1]):
        assert (low, high) == (max(own[0], phase[0]), min(own[1], phase[1]))
