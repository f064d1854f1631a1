"""`simulator models check`: what a server lacks is found by asking, and booked as any question."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.authoring.models_file import ModelsFile
from simulator.definitions.limits import Budget
from simulator.definitions.project import Project
from simulator.errors import BudgetExhausted, NotFound, UsageError
from simulator.llm.budget import Day
from simulator.llm.session import Session
from simulator.record.store import Store
from simulator.record.usage import from_nano
from simulator.runs.model_check.advice import advice
from simulator.runs.model_check.check import CheckPlan, check_models, models_to_check
from simulator.runs.model_check.finding import ModelCheck
from simulator.testing import LoopbackServer, MemoryRecord, Scripts
from tests.cli_samples import ROOT
from tests.llm_samples import ONCE
from tests.partial_server import ABLE, PRICED, partial, write_models

FEATURES = (
    *("answer", "stream", "structured output", "tools", "cache", "context"),
    *("finish_reason", "usage"),
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test starts in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    """A server that plays OpenAI's models and accepts one key."""
    project = Project.find(ROOT)
    with LoopbackServer(Scripts.of(project), project.catalog(), keys=["sk-right"]) as running:
        yield running


async def checked(
    file: ModelsFile,
    *names: str,
    record: MemoryRecord | None = None,
    budget: Decimal | None = None,
    day: Day | None = None,
) -> ModelCheck:
    """What came of the only model that was checked."""
    specs = models_to_check(file.catalog, names)
    plan = CheckPlan(catalog=file.catalog, specs=specs, budget=budget)
    ledger = record or MemoryRecord()
    async with Session(environ={}, retry=ONCE) as session:
        checking = check_models(plan, session=session, ledger=ledger, day=day, pause=0)
        found = [check async for check in checking]
    assert len(found) == 1
    return found[0]


def verdicts(check: ModelCheck, verdict: str) -> list[str]:
    """The features with this verdict."""
    return [one.feature for one in check.findings if one.verdict == verdict]


async def test_a_model_that_is_as_described_is_fine(here: Path) -> None:
    """Every feature is ok but the context, which nobody fills to measure it."""
    async with partial().running() as url:
        file = write_models(here, url)
        check = await checked(file)

    assert tuple(one.feature for one in check.findings) == FEATURES
    assert verdicts(check, "not tried") == ["context"]
    assert check.fine
    assert advice([check], file) == ()


@pytest.mark.parametrize(
    ("lacking", "feature", "line"),
    [
        (["json_schema"], "structured output", "3:3: add `schema: json_object` to `test`"),
        (["schema"], "structured output", "3:3: add `schema: json_object` to `test`"),
        (
            ["json_schema", "json_object"],
            "structured output",
            "3:3: add `schema: none` to `test`",
        ),
        (["tools"], "tools", "6:36: write `supports: [json_schema]`"),
        (["tool calls"], "tools", "6:36: write `supports: [json_schema]`"),
        (["allowed_tools"], "tools", "6:36: write `supports: [json_schema, tools]`"),
        (["effort"], "tools", "6:3: add `effort_with_tools: none` to `test/m`"),
        (["stream"], "stream", "3:3: add `streams: false` to `test`"),
        (["stream usage"], "stream", "3:3: add `streams: false` to `test`"),
        (["finish_reason"], "finish_reason", "3:3: add `finish_reason: sometimes` to `test`"),
        (["parts"], "answer", "3:3: add `content: text` to `test`"),
        (["max_completion_tokens"], "answer", "3:3: add `output_limit: max_tokens` to `test`"),
        (["cache"], "cache", "6:83: write `cache: none`"),
        (["cache steps"], "cache", "6:83: write `cache: breakpoints`"),
        (["context"], "context", "6:101: write `context: 300`"),
    ],
)
async def test_a_missing_feature_is_found_with_the_line_that_says_so(
    here: Path, lacking: list[str], feature: str, line: str
) -> None:
    """One feature differs, and where models.yaml has to say so is told by line and column."""
    async with partial(*lacking).running() as url:
        file = write_models(here, url)
        check = await checked(file)

    assert verdicts(check, "differs") == [feature]
    assert [str(one) for one in advice([check], file)] == [f"models.yaml:{line}"]
    assert not check.fine


async def test_what_is_written_down_already_is_no_difference(here: Path) -> None:
    """A server that lacks things is fine where models.yaml says so."""
    lacking = ("json_schema", "tools", "stream", "finish_reason", "parts", "cache")
    described = (
        "    schema: json_object\n    streams: false\n"
        "    finish_reason: sometimes\n    content: text\n"
    )
    async with partial(*lacking).running() as url:
        file = write_models(
            here, url, endpoint=described, model=f"{PRICED}, supports: [json_schema], cache: none"
        )
        check = await checked(file)

    assert verdicts(check, "differs") == []
    assert verdicts(check, "not tried") == ["cache", "context"]


async def test_more_than_is_written_down_is_a_difference(here: Path) -> None:
    """What a server can do and models.yaml does not say is told, to be used."""
    described = "    schema: json_object\n    streams: false\n"
    async with partial("effort").running() as url:
        file = write_models(here, url, endpoint=described, model=f"{PRICED}, cache: none")
        check = await checked(file)

    assert verdicts(check, "differs") == ["stream", "structured output", "tools"]
    assert [str(one) for one in advice([check], file)] == [
        "models.yaml:6:5: write `streams: true`",
        "models.yaml:5:5: write `schema: json_schema`",
        "models.yaml:8:3: add `supports: [tools]` to `test/m`",
        "models.yaml:8:3: add `effort_with_tools: none` to `test/m`",
    ]


async def test_what_several_findings_change_is_one_line(here: Path) -> None:
    """Two features that a model lacks make one `supports` without either."""
    async with partial("json_schema", "json_object", "tools").running() as url:
        file = write_models(here, url)
        other = f"  test/other: {{{PRICED}, {ABLE}}}\ntiers:"
        file.path.write_text(file.path.read_text().replace("tiers:", other))
        file = ModelsFile.of(Project.find(here))
        check = await checked(file)

    assert [str(one) for one in advice([check], file)] == ["models.yaml:6:36: write `supports: []`"]


async def test_a_model_that_is_not_listed_is_to_be_added_as_it_is_taken(here: Path) -> None:
    """Its entry says what was taken for granted until then; a cache is not tried unless claimed."""
    async with partial("tools").running() as url:
        file = write_models(here, url)
        check = await checked(file, "test/new")

    assert check.dollars is None
    assert verdicts(check, "not tried") == ["cache", "context"]
    assert [str(one) for one in advice([check], file)] == [
        "models.yaml:5:1: add `test/new: {supports: [json_schema, temperature]}` under `models`"
    ]


async def test_a_prompt_that_is_too_long_tells_the_context(here: Path) -> None:
    """What the refusal says is what models.yaml should."""
    said = "This model's maximum context length is 1,200 tokens, and your prompt has more."
    async with partial(too_long=said).running() as url:
        file = write_models(here, url)
        check = await checked(file)

    assert verdicts(check, "differs") == ["context"]
    assert [str(one) for one in advice([check], file)] == [
        "models.yaml:6:101: write `context: 1200`"
    ]


async def test_every_question_is_booked_as_a_probe(here: Path) -> None:
    """Calls, tokens and dollars in the record are those that the check tells."""
    record = MemoryRecord()
    async with partial("json_schema").running() as url:
        check = await checked(write_models(here, url), record=record)

    assert {(call.run, call.purpose) for call in record.calls.values()} == {("", "probe")}
    assert len(record.calls) == check.calls == 7
    assert sum(o.cost or Decimal(0) for o in record.outcomes.values()) == check.dollars
    assert record.attempts.keys() == record.outcomes.keys()
    assert set(record.states.values()) == {"answered", "failed"}


async def test_an_old_answer_is_no_check(here: Path) -> None:
    """Checked again with the same record, everything is asked again."""
    record = MemoryRecord()
    server = partial()
    async with server.running() as url:
        file = write_models(here, url)
        first = await checked(file, record=record)
        asked = len(server.bodies)
        second = await checked(file, record=record)

    assert len(server.bodies) > asked
    assert len(record.calls) == first.calls + second.calls


async def test_a_budget_is_never_exceeded(here: Path) -> None:
    """What does not fit any more is not tried, and told with the figures."""
    async with partial().running() as url:
        check = await checked(write_models(here, url), budget=Decimal("0.0018"))

    assert check.dollars is not None
    assert check.dollars <= Decimal("0.0018")
    assert "cache" in verdicts(check, "not tried")
    assert "The check's own limit of $0.0018 " in check.findings[-3].said


async def test_the_budget_of_the_day_holds_for_a_check(here: Path) -> None:
    """What the day has no room for is not tried; where it has none at all, nothing is asked."""
    server = partial()
    async with server.running() as url:
        file = write_models(here, url)
        some, none = (Day(Budget(dollars=Decimal(one))) for one in ("0.0018", "0.00001"))
        check = await checked(file, day=some)
        asked = len(server.bodies)
        with pytest.raises(BudgetExhausted) as refused:
            await checked(file, day=none)

    assert check.dollars == some.account.spent
    assert check.dollars <= Decimal("0.0018")
    assert "cache" in verdicts(check, "not tried")
    assert "The day's limit of $0.0018 " in check.findings[-3].said
    assert (refused.value.scope, refused.value.exit_code, len(server.bodies)) == ("day", 5, asked)


async def test_a_check_ends_where_the_day_does(here: Path) -> None:
    """The models that come after are told of it, and not asked."""
    server = partial()
    async with server.running() as url:
        file = write_models(here, url)
        names = ("test/m", "test/free")
        plan = CheckPlan(catalog=file.catalog, specs=models_to_check(file.catalog, names))
        day = Day(Budget(tokens=300))
        async with Session(environ={}, retry=ONCE) as session:
            checking = check_models(plan, session=session, ledger=MemoryRecord(), day=day, pause=0)
            first, second = [check async for check in checking]

    assert verdicts(first, "ok")
    assert second.standing == "not tried"
    assert second.why.startswith("The day's limit of 300 tokens leaves ")
    assert (second.calls, len(server.bodies)) == (0, 1)


async def test_tokens_that_nobody_counts_are_a_difference_without_a_line(here: Path) -> None:
    """No setting mends it; the dollars are told as the least."""
    async with partial("usage").running() as url:
        file = write_models(here, url)
        check = await checked(file)

    assert verdicts(check, "differs") == ["usage"]
    assert check.at_least
    assert advice([check], file) == ()


def test_only_models_in_use_are_meant_without_names() -> None:
    """The tiers as far as `default` allows, the model it is; others only by name."""
    catalog = Project.find(ROOT).catalog()
    used = [*catalog.tiers.simple, *catalog.tiers.standard, *catalog.tiers.complex]

    def names(default: str, *wanted: str, endpoint: str | None = None) -> list[str]:
        chosen = catalog.model_copy(update={"default": default})
        return [spec.name for spec in models_to_check(chosen, wanted, endpoint=endpoint)]

    assert names("stand-in") == names("tiers") == names("openai") == used
    assert names("openai/gpt-4") == ["openai/gpt-4"]
    assert names("tiers", endpoint="openai") == used
    assert names("tiers", "qwen3:8b", endpoint="ollama") == ["ollama/qwen3:8b"]
    assert names("tiers", "ollama/x", "stand-in", "ollama/x") == ["ollama/x", "offline/stand-in"]
    with pytest.raises(UsageError, match=r"of the endpoint 'ollama'.*such as ollama/MODEL"):
        names("tiers", endpoint="ollama")
    with pytest.raises(NotFound, match="No endpoint is called 'olama'"):
        names("tiers", endpoint="olama")


def test_what_it_may_cost_is_known_before() -> None:
    """No more than the budget; unknown without a price and a budget."""
    catalog = Project.find(ROOT).catalog()

    def most(*names: str, budget: Decimal | None = None) -> Decimal | None:
        specs = models_to_check(catalog, names)
        return CheckPlan(catalog=catalog, specs=specs, budget=budget).most

    whole = most("openai/gpt-6-sol")
    assert whole is not None
    assert Decimal("0.01") < whole < Decimal("0.2")
    assert most("openai/gpt-6-sol", budget=Decimal("0.01")) == Decimal("0.01")
    assert most("openai/gpt-6-sol", budget=Decimal(5)) == whole
    assert most("openai/unlisted") is None
    assert most("openai/unlisted", budget=Decimal(5)) == Decimal(5)
    assert most("ollama/qwen3:8b") == 0


async def test_every_model_is_what_models_yaml_says_of_it(
    server: LoopbackServer, here: Path
) -> None:
    """The published rules that the stand-in keeps agree with the shipped models.yaml."""
    environ = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-right"}
    catalog = Project.starter().catalog()
    names = [name for name in catalog.models if name.startswith("openai/")]
    plan = CheckPlan(catalog=catalog, specs=models_to_check(catalog, names))
    server.reset()

    with Store.open(here / "runs.db") as store:
        async with Session(environ=environ, retry=ONCE) as session:
            asking = check_models(plan, session=session, ledger=store, pause=0)
            checks = [check async for check in asking]
        (row,) = store.cost(("purpose",))

    assert [check.model for check in checks] == names
    assert [check.model for check in checks if not check.fine] == []
    assert row.group == ("probe",)
    assert row.dollars == sum(check.dollars or Decimal(0) for check in checks)
    assert row.dollars == from_nano(server.stats()["totals"]["billed_nano"])
    assert row.dollars <= (plan.most or 0)
    assert row.stand_in_calls == row.answered_calls > 0
