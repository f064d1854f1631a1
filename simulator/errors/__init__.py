"""Every error the simulator raises, in one tree.

    SimulatorError                 exit code 1
    ├── UsageError                 2   a wrong option, name or combination
    │   ├── KeyFileUnreadable      6   the encrypted file of keys cannot be opened
    │   ├── PatternTooSlow         2   a user's regular expression takes too long
    │   ├── NotFound               2   no such run, scenario, persona, graph, model
    │   └── UnknownPrice           2   a dollar limit on a model without a price
    │       └── UnknownSpending    2   shared dollars, some spent at an unknown price
    ├── InvalidFiles               3   files with mistakes: all of them at once
    ├── UserCodeFailed             3   a user's graph, tool or policy cannot be loaded
    ├── StoreFailed                1   the database is locked, foreign or too new
    ├── BudgetExhausted            5   what may be spent is spent
    │   └── RunNotCarried              it does not reach for a whole run
    └── ModelError                 1   one question to a model failed for good
        ├── KeyMissing             6   no API key where one is needed
        ├── KeyRefused             6   401, 403
        ├── RequestBlocked         1   what was about to be sent may not be sent
        ├── RequestRefused         1   400, 404, 422 and the like
        │   └── ContextOverflow    1   the prompt is longer than the model reads
        ├── QuotaExhausted         1   429 that waiting does not cure
        ├── RateLimited            1   429 until the deadline
        ├── ServerFailed           1   5xx until the deadline
        ├── ConnectionFailed       1   nothing answered, or the line broke
        │   ├── NothingListens     1   no server at an address of this machine
        │   ├── NotTrusted         1   a certificate that nobody known has signed
        │   └── ProxyUnusable      1   a variable names a proxy that cannot be asked
        ├── BadAnswer              1   200, but no completion
        ├── StreamTorn             1   the stream broke after its first bytes
        ├── DeadlineExceeded       1   the turn's time is up
        └── InvalidReply           1   the model's reply stayed invalid after repair

A message is one sentence for the person who reads it: what, where, what to do.
"""

from __future__ import annotations

from simulator.errors.asking import (
    BadAnswer,
    ConnectionFailed,
    ContextOverflow,
    DeadlineExceeded,
    InvalidReply,
    KeyMissing,
    KeyRefused,
    ModelError,
    NothingListens,
    NotTrusted,
    ProxyUnusable,
    QuotaExhausted,
    RateLimited,
    RequestBlocked,
    RequestRefused,
    ServerFailed,
    StreamTorn,
)
from simulator.errors.mistakes import (
    InvalidFiles,
    KeyFileUnreadable,
    NotFound,
    PatternTooSlow,
    Problem,
    SimulatorError,
    StoreFailed,
    UsageError,
    UserCodeFailed,
    did_you_mean,
)
from simulator.errors.spending import (
    BudgetExhausted,
    RunNotCarried,
    UnknownPrice,
    UnknownSpending,
)

__all__ = [
    "BadAnswer",
    "BudgetExhausted",
    "ConnectionFailed",
    "ContextOverflow",
    "DeadlineExceeded",
    "InvalidFiles",
    "InvalidReply",
    "KeyFileUnreadable",
    "KeyMissing",
    "KeyRefused",
    "ModelError",
    "NotFound",
    "NotTrusted",
    "NothingListens",
    "PatternTooSlow",
    "Problem",
    "ProxyUnusable",
    "QuotaExhausted",
    "RateLimited",
    "RequestBlocked",
    "RequestRefused",
    "RunNotCarried",
    "ServerFailed",
    "SimulatorError",
    "StoreFailed",
    "StreamTorn",
    "UnknownPrice",
    "UnknownSpending",
    "UsageError",
    "UserCodeFailed",
    "did_you_mean",
]
