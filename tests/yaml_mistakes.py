"""What people get wrong in a persona, a scenario or models.yaml, as tables to spoil files with.

A place such as `lines * act` names keys from the top; `*` stands for any key or position. In a
text, `^` marks where a person would say the mistake is; without it the mistake is at the text's
beginning; `⏎` and `⇥` are a line end and a tab. `$member`, `$plain`, `$persona`, `$input`, `$line`,
`$other` and `$typo` are names that the spoilt file or the project has (or nearly has, the last).
What stands under `= fine` looks odd and is right.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ADDED", "FINE", "INSERTED", "REPLACED", "REQUIRED", "WRITTEN", "Row"]

FINE = "fine"
"""The kind of what looks odd and must be accepted."""


class Row(NamedTuple):
    """One mistake, or several that differ in their place or text only."""

    kind: str
    folder: str
    """`personas`, `scenarios` or `models`."""
    place: str
    texts: tuple[str, ...]
    suggestion: str | None = None


def _rows(table: str) -> tuple[Row, ...]:
    """Rows from lines of `folder | place | text | another text => suggestion` under `= kind`."""
    rows, kind = [], ""
    for line in table.strip().splitlines():
        if line.startswith("= "):
            kind = line.removeprefix("= ")
            continue
        body, _, suggestion = line.partition(" => ")
        folder, place, *texts = body.replace("⏎", "\n").replace("⇥", "\t").split(" | ")
        rows.append(Row(kind, folder, place, tuple(texts), suggestion or None))
    return tuple(rows)


REPLACED = _rows(r"""
= list for text
personas | name | [Ada, Lovelace]
personas | about | [short, and sweet]
personas | style tone | [dry, practical]
personas | samples * say | ["Well.", "No."]
personas | relationships * | [a friend, an old one]
scenarios | title | [one, two]
scenarios | setting | [a room, two chairs]
scenarios | cast * persona | [$persona]
scenarios | cast * role | [moderator]
scenarios | lines * say | ["One.", "Two."]
scenarios | lines * speaker | [$member]
models | default | [stand-in]
models | models * replaced_by | [openai/gpt-6-luna]
models | endpoints * base_url | [http://localhost:8000/v1]
= mapping for text
personas | name | {first: Ada, last: Lovelace}
personas | role | {job: nurse}
personas | samples * say | {text: Well.}
scenarios | title | {text: Lunch}
scenarios | setting | {place: a room}
scenarios | graph | {name: round_table}
scenarios | lines * say | {text: Hello.}
models | default | {model: stand-in}
models | endpoints * key_variable | {env: OPENAI_API_KEY}
= null for text
personas | name | ~ | null
personas | samples * say | ~
scenarios | title | null
scenarios | setting | ~
scenarios | cast * persona | null
scenarios | lines * say | ~
= text for number
personas | style max_words | forty | a few
personas | talkativeness | often | high
scenarios | limits turns | a dozen
scenarios | limits dollars | five cents
scenarios | limits seconds | ten minutes
scenarios | limits output_tokens | many
scenarios | events * at turn | the fifth
models | models * context | large
models | models * max_output | unlimited
models | models * price in | cheap
models | models * price out | dear
models | models * batch | half
models | endpoints * max_concurrent | one
= list for number
personas | talkativeness | [0.5]
personas | style max_words | [20, 40]
scenarios | limits turns | [6, 12]
models | models * price in | [1, 2]
= fraction for whole number
personas | style max_words | 40.5
scenarios | limits turns | 7.5
models | models * context | 1000.5
= number for list
personas | goals | 3
personas | wont | 0
personas | expertise | 7
personas | samples | 2
scenarios | cast | 2
scenarios | lines | 40
scenarios | lines * after | 1
models | tiers simple | 1
models | models * supports | 3
= text for list
personas | goals | finish the form
personas | expertise | triage
personas | tools | search_knowledge_base
personas | samples | Not today.
scenarios | cast | everybody
scenarios | cast * goals | get the job
scenarios | lines * after | $line
scenarios | lines * unless | $line
models | models * supports | tools
= mapping for list
personas | goals | {first: rest}
personas | samples | {act: ask, say: "Why?"}
scenarios | cast | {persona: $persona}
scenarios | lines | {id: hello, speaker: $member, say: Hello.}
models | tiers simple | {first: openai/gpt-6-luna}
= text for mapping
personas | style | dry and short
personas | tier | simple
personas | samples * | Not today.
scenarios | limits | twelve turns
scenarios | stop | thank you
scenarios | cast * | $persona
scenarios | events * at | the end
models | models * price | cheap
models | endpoints * | http://localhost:8000/v1
= list for mapping
personas | style | [dry, short]
personas | tier | [simple, complex]
scenarios | limits | [12]
scenarios | cast * | [$persona]
models | models * price | [1, 2]
= text for yes or no
personas | requires_reasoning | sometimes
models | endpoints * free | mostly
models | endpoints * stand_in | perhaps
= number out of range
personas | talkativeness | 1.6 | -0.1
personas | style max_words | 0 | 5000
scenarios | limits turns | 0 | 20000
scenarios | limits dollars | -1 | 0
scenarios | limits seconds | 0
scenarios | limits output_tokens | 4
scenarios | events * at turn | 0
models | models * context | 0
models | models * price in | -0.1
models | models * batch | 1.5
models | endpoints * max_concurrent | 0
= wrong word
personas | samples * act | objct => object
personas | samples * act | anwser => answer
personas | samples * act | Explain => explain
personas | samples * after | chalenge => challenge
personas | samples * act | yodel
personas | tier floor | simpel => simple
personas | tier floor | standart => standard
personas | tier ceiling | compelx => complex
personas | tier ceiling | huge
scenarios | lines * act | aks => ask
scenarios | lines * act | opne => open
scenarios | lines * act | conced => concede
scenarios | lines * act | summarize => summarise
models | models * supports * | tolls => tools
models | models * supports * | json-schema => json_schema
models | models * cache | automatc => automatic
models | endpoints * content | txt => text
models | endpoints * finish_reason | somtimes => sometimes
models | endpoints * output_limit | max_token => max_tokens
= wrong form
models | models * checked_on | 2026-13-45 | last week
models | models * retires_on | 2026-02-30
models | endpoints * base_url | api.example.com/v1
models | endpoints * key_variable | "OPENAI API KEY"
= unquoted placeholder
scenarios | setting | {{ $input }}
scenarios | title | {{ $input }} for lunch
scenarios | lines * say | {{ $input }} | {{ $input }}, they say
scenarios | cast * role | {{ $input }}
personas | about | {{ anything }}
= reserved character first
personas | name | @ada
personas | about | `make` and little else
personas | role | %50 nurse | @work
personas | style tone | @dry | `dry`
personas | goals * | @home by six
personas | wont * | `sudo` anything
personas | samples * say | *sighs* Fine. | @Rosa no.
personas | expertise * | %
scenarios | title | @ the counter
scenarios | setting | `A room.`
scenarios | setting | !very late in the evening
scenarios | lines * say | *nods* Go on. | @$member not you. | %s
scenarios | cast * goals * | @ease
models | default | @openai
= fine
personas | name | 007 | "no" | 12:30 | 'O''Brien' | "Zoë \"Zed\" 🙂" | 李小龙 | 2026-11-20 | 1e3
personas | role | yes | "on call: nights"
personas | about | "# one in sales" | 1.50 | it's 9 o'clock (roughly) | AT&T, 50% off
personas | talkativeness | 1 | 0 | .5
personas | traits | [no, yes, on, off] | [&w impatient, *w] | []
personas | goals | [007, 1.5, ~/home, "a, b"] | ["{", "[", "@"]
personas | wont * | no | 12
personas | style | {tone: no, max_words: 40,} | {"tone": 'dry, short'} | {}
personas | samples * say | no | 12:30 | "{{ not_an_input }}"
scenarios | title | 007 | "Lunch: the sequel" | 'no'
scenarios | limits turns | 12
scenarios | limits dollars | .05 | "0.05"
scenarios | inputs * default | 2026 | no | "{curly}"
scenarios | setting | We talk of {{ $input }} and {{$input}} (again) | "{{ $input }}"
scenarios | lines * say | no | 1_000 | "Tab:⇥here." | 'It''s {{ $input }}.'
models | models * price in | 1 | "0.40" | .5
models | models * checked_on | "2026-11-20"
models | default | "offline/stand-in" | tiers
""")
"""A value put in the place of another."""

WRITTEN = _rows(r"""
= text with a colon
personas | about | about: Note^: she counts breaks
personas | role | role: nurse^: nights only
personas | style | style: {tone: dry^: practical}
scenarios | title | title: Lunch^: the sequel
scenarios | setting | setting: Today^: {{ $input }}
scenarios | setting | setting: Two chairs, one rule^: no phones
= item with a colon
personas | goals | goals: [^first: finish the form]
personas | wont | wont:⏎  - lie⏎  - ^one thing: sign anything
personas | expertise | expertise:⏎  - ^nursing: night shifts
= text with a comma
personas | style | style: {tone: dry, ^practical}
personas | style | style: {tone: dry, ^practical, max_words: 40}
personas | samples | samples:⏎  - {act: ask, say: Well, ^no}
scenarios | events | events:⏎  - {at: {turn: 2}, say: Ladies, ^gentlemen}
= wrong indentation
personas | style | style:⏎  tone: dry⏎   ^max_words: 40
personas | style | style:⏎  tone: dry⏎ ^max_words: 40
personas | style | style:⏎  tone: "dry"⏎    ^max_words: 40
personas | style | style:⏎  tone: dry⏎^max_words: 40
personas | tier | tier:⏎    floor: simple⏎  ^ceiling: complex
personas | wont | wont:⏎  - "lie"⏎   ^- "steal"
scenarios | limits | limits:⏎  turns: 8⏎    ^dollars: 0.05
scenarios | limits | limits:⏎  turns: 8⏎ ^dollars: 0.05
scenarios | stop | stop:⏎  any:⏎    - phrase: "goodbye"⏎      ^- phrase: "farewell"
= tab for indentation
personas | style | style:⏎^⇥tone: dry
personas | tier | tier:⏎  floor: simple⏎^⇥ceiling: complex
scenarios | limits | limits:⏎^⇥turns: 8⏎⇥dollars: 0.05
= unknown persona
personas | relationships | relationships: {^$typo: keeps an eye on them} => $other
personas | relationships | relationships:⏎  ^$typo: keeps an eye on them => $other
personas | relationships | relationships: {^nobody-here: owes them money}
= unknown tool
personas | tools | tools: [^search_knowledge_bse] => search_knowledge_base
personas | tools | tools:⏎  - ^serch_knowledge_base => search_knowledge_base
personas | tools | tools: [search_knowledge_base, ^fly]
personas | tools | tools: [^no_such_file.py:weather]
= missing knowledge file
personas | knowledge | knowledge: [^knowledge/nowhere.md]
personas | knowledge | knowledge:⏎  - ^nowhere/at/all.txt
= unknown graph
scenarios | graph | graph: ^no_such_graph
scenarios | graph | graph: ^no_such_file.py:conversation
scenarios | graph | graph: ^"no_such_graph"
= misspelt key: hyphen for underscore
personas | style | style: {tone: dry, ^max-words: 40} => max_words
personas | style | style:⏎  ^max-words: 40⏎  tone: dry => max_words
= misspelt key: wrong plural
scenarios | limits | limits: {^turn: 8} => turns
scenarios | limits | limits:⏎  dollars: 0.05⏎  ^turn: 8 => turns
= misspelt key: missing letter
personas | tier | tier:⏎  ^flor: simple => floor
scenarios | stop | stop: {^phras: goodbye} => phrase
= behind wide letters
personas | style | style: {tone: "naïve 🙂 李", ^max_wrods: 40} => max_words
personas | tier | tier: {"floor": simple, ^"cieling": complex} => ceiling
= fine
personas | name | "name": Ada Lovelace
personas | name | name : Ada Lovelace
personas | style | style: {⏎  tone: "dry, practical",⏎  # a note⏎  max_words: 40,⏎}
personas | about | about: >-⏎  Counts breaks: all of them.⏎  # not a comment
personas | about | about: |⏎  One: two.⏎⏎  Three.
personas | about | about: Counts breaks⏎  and little else. # a note
personas | traits | traits:⏎- patient⏎- "no: never"
personas | goals | goals: &same [one, two]
scenarios | limits | limits: {turns: 90,⏎         dollars: 0.05}
scenarios | stop | stop: {not: {phrase: "never: ever"}}
scenarios | stop | stop: {phrase: no}
scenarios | events | events: []
""")
"""A whole entry at the top of a file, put in the place of the one with that key, or added."""

INSERTED = _rows(r"""
= key from another place
personas | . | tone: dry | max_words: 40 | floor: simple | cast: [] | turns: 12 | say: Hello.
personas | . | setting: A room. | title: Nurse | persona: ada | temperature: 0.7
personas | style | expertise: [triage] | floor: simple
personas | tier | default: simple | max_words: 40
personas | samples * | speaker: ada | id: hello
scenarios | . | name: Lunch | turns: 12 | dollars: 0.05 | samples: [] | personas: [ada]
scenarios | . | talkativeness: 0.4 | phrase: goodbye | models: {} | knowledge: [notes.md]
scenarios | cast * | tools: [search_knowledge_base] | talkativeness: 0.4 | say: Hello.
scenarios | limits | max_words: 40 | phrase: goodbye
scenarios | lines * | role: moderator | turn: 3 | text: Hello.
scenarios | inputs * | value: something
models | . | name: catalog | price: {}
models | models * | base_url: http://localhost | in: 0.1
models | models * price | context: 1000
models | endpoints * | price: {} | api_key: secret
models | tiers | floor: simple
""")
"""An entry put before the first entry of a mapping; `.` is the file's top."""

ADDED = _rows(r"""
= line id twice
scenarios | lines | {id: ^$line, speaker: $member, say: Again.}
= member twice
scenarios | cast | {persona: ^$plain}
= unknown persona
scenarios | cast | {persona: ^nobody-here, as: guest}
= speaker not in the cast
scenarios | lines | {id: by-nobody, speaker: ^nobody-here, act: answer, say: Me.}
scenarios | lines | {id: by-narrator, speaker: ^narrator, say: Night fell.}
= unknown line
scenarios | lines | {id: too-early, speaker: $member, say: So., after: [^never-said]}
scenarios | lines | {id: too-late, speaker: $member, say: So., unless: [$line, ^never-said]}
= wrong form
scenarios | lines | {id: ^"Rosa breaks!", speaker: $member, say: Eleven minutes.}
= undefined input
scenarios | lines | {id: about-it, speaker: $member, say: "Now ^{{ undefined_input }}."}
scenarios | cast | {persona: $persona, as: guest, role: "^{{ undefined_input }}"}
= missing field
scenarios | cast | {^as: guest, role: moderator}
scenarios | lines | {^id: say-nothing, speaker: $member}
scenarios | lines | {^speaker: $member, say: Hello.}
personas | samples | {^act: ask}
= fine
scenarios | lines | {id: just-no, speaker: $member, say: no, after: [$line]}
= fine
scenarios | cast | {persona: $persona, as: guest}
""")
"""An item at the end of a list."""

REQUIRED = _rows(r"""
= missing field
personas | name
personas | samples * say
scenarios | title
scenarios | setting
scenarios | cast
scenarios | cast * persona
scenarios | lines * speaker
scenarios | lines * say
scenarios | events * at
scenarios | events * say
models | endpoints
models | models * price in
models | models * price out
models | models * long_prompt above
""")
"""What a mapping cannot do without."""
