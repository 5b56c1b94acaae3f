"""The merchant agreement: one for each merchant, signed by a person with signing rights (partner signup guide)."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from mockserver.core.errors import IllegalAction
from mockserver.core.exact import EXACT
from mockserver.core.values import frozen


class AgreementState(StrEnum):
    """Where the agreement stands; the last two are final."""

    NONE = "NONE"
    SIGNED = "SIGNED"
    """In process."""
    ACTIVE = "ACTIVE"
    DECLINED = "DECLINED"


class AgreementAction(StrEnum):
    """What merchant and platform do with it."""

    SIGN = "sign"
    ACTIVATE = "activate"
    DECLINE = "decline"


TRANSITIONS: Final[Mapping[tuple[AgreementState, AgreementAction], AgreementState]] = {
    (AgreementState.NONE, AgreementAction.SIGN): AgreementState.SIGNED,
    (AgreementState.SIGNED, AgreementAction.SIGN): AgreementState.SIGNED,
    (AgreementState.SIGNED, AgreementAction.ACTIVATE): AgreementState.ACTIVE,
    (AgreementState.SIGNED, AgreementAction.DECLINE): AgreementState.DECLINED,
}
"""Every allowed pair of state and action. Signing again is for when the first to sign had no right to."""


@frozen
class Agreement:
    """A merchant's agreement; ``with_rights``: whether who signed it may sign for the company.

    ``ready_at`` is when processing is over, in milliseconds since 1970 (UTC).
    """

    __pydantic_config__ = EXACT

    state: AgreementState = AgreementState.ACTIVE
    with_rights: bool = True
    ready_at: int | None = None

    @property
    def in_place(self) -> bool:
        """Whether the merchant's orders can be completed."""
        return self.state is AgreementState.ACTIVE

    @property
    def can_be_signed(self) -> bool:
        """Whether a signature is missing."""
        return self.state is AgreementState.NONE or (self.state is AgreementState.SIGNED and not self.with_rights)

    @property
    def can_be_activated(self) -> bool:
        """Whether the platform has what it needs."""
        return self.state is AgreementState.SIGNED and self.with_rights


def sign(agreement: Agreement, ready_at: int, *, with_rights: bool) -> Agreement:
    """Signed, in process until ``ready_at``; raises IllegalAction when no signature is missing."""
    state = _next(agreement, AgreementAction.SIGN)
    if not agreement.can_be_signed:
        raise IllegalAction("The merchant agreement is signed already")
    return Agreement(state, with_rights, ready_at)


def activate(agreement: Agreement) -> Agreement:
    """In place; raises IllegalAction unless somebody with signing rights has signed it."""
    state = _next(agreement, AgreementAction.ACTIVATE)
    if not agreement.with_rights:
        raise IllegalAction("The merchant agreement was signed by somebody without signing rights")
    return replace(agreement, state=state)


def decline(agreement: Agreement) -> Agreement:
    """Declined for good; raises IllegalAction unless it is in process."""
    return replace(agreement, state=_next(agreement, AgreementAction.DECLINE))


def _next(agreement: Agreement, action: AgreementAction) -> AgreementState:
    state = TRANSITIONS.get((agreement.state, action))
    if state is None:
        raise IllegalAction(f"A merchant agreement in state {agreement.state} cannot do this: {action}")
    return state
