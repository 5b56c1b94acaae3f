"""What the document of the control API says about scenarios."""

from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.scenarios.control import answers
from mockserver.scenarios.domain.scenario_form import NAME
from mockserver.scenarios.domain.vocabulary import Vocabulary
from mockserver.web.controlled import Done, does, shows
from mockserver.web.described import Described, Parameter

_ASKED = (
    Parameter("entry", "The number of a journal entry; excludes all other parameters.", Annotated[int, Field(ge=0)]),
    Parameter("operation", "Official operation id."),
    Parameter("api", "Such as epayment."),
    Parameter("amount", "Minor units.", Annotated[int, Field(ge=0)]),
    Parameter("header", "`name:value`; may be repeated.", list[str]),
)


class ProfilesBody(TypedDict):
    """Packaged profiles by name."""

    profiles: list[str]


def described(vocabulary: Vocabulary) -> dict[str, Described]:
    """By method and path, for rules of this vocabulary."""
    conditions = ", ".join(f"`{each}`" for each in vocabulary.conditions)
    kinds = ", ".join(f"`{each}`" for each in vocabulary.kinds)

    class RuleBody(TypedDict):
        """A scenario rule, as in a file."""

        name: NotRequired[Annotated[str, Field(min_length=1, max_length=100, pattern=NAME)]]
        comment: NotRequired[str]
        when: NotRequired[
            Annotated[
                dict[str, Any] | None,
                Field(description=f"What a request must match: any of {conditions}"),
            ]
        ]
        then: Annotated[
            dict[str, Any],
            Field(description=f"What happens: one of {kinds}, with its details"),
        ]
        times: NotRequired[Annotated[int, Field(ge=1)]]
        enabled: NotRequired[bool]

    class NewRuleBody(RuleBody):
        """A scenario rule, and where it goes among the others."""

        position: NotRequired[Annotated[int, Field(ge=0)] | None]

    class RuleView(RuleBody):
        """A rule: its own keys, and how often it was met and applied."""

        outcome: str
        operations: list[str]
        matched: int
        applied: int

    class Rules(TypedDict):
        """The rules in order, and the profiles that there are."""

        rules: list[RuleView]
        profiles: list[str]

    return {
        "GET /scenarios": shows(Rules),
        "POST /scenarios": does(RuleView, NewRuleBody, needed=True, errors=(409,)),
        "PUT /scenarios": does(Rules, ProfilesBody, needed=True),
        "GET /scenarios/{name}": shows(RuleView),
        "PUT /scenarios/{name}": does(RuleView, RuleBody, needed=True, errors=(409,)),
        "DELETE /scenarios/{name}": does(Done, None),
        "POST /scenarios/{name}/on": does(RuleView),
        "POST /scenarios/{name}/off": does(RuleView),
        "GET /scenarios/{name}/explain": shows(
            answers.Explanation,
            *_ASKED,
            *(Parameter(name, vocabulary.conditions[name]) for name in vocabulary.texts),
        ),
    }
