from collections.abc import Callable

import pytest

from mockserver.core.errors import IllegalAction
from mockserver.world.domain import agreement as rules
from mockserver.world.domain.agreement import TRANSITIONS, Agreement, AgreementAction, AgreementState

SIGN, ACTIVATE, DECLINE = AgreementAction
NONE, SIGNED, ACTIVE, DECLINED = AgreementState

AT = 1_900_000_000_000

EXPECTED: dict[AgreementState, dict[AgreementAction, AgreementState]] = {
    NONE: {SIGN: SIGNED},
    SIGNED: {SIGN: SIGNED, ACTIVATE: ACTIVE, DECLINE: DECLINED},
    ACTIVE: {},
    DECLINED: {},
}
"""By hand from the partner signup guide; what is not here is not allowed."""

PERFORM: dict[AgreementAction, Callable[[Agreement], Agreement]] = {
    SIGN: lambda agreement: rules.sign(agreement, AT, with_rights=True),
    ACTIVATE: rules.activate,
    DECLINE: rules.decline,
}
PAIRS = [pytest.param(state, action, id=f"{state}-{action}") for state in AgreementState for action in AgreementAction]


def test_the_table_has_no_pair_that_the_guide_has_not() -> None:
    assert dict(TRANSITIONS) == {
        (state, action): target for state, row in EXPECTED.items() for action, target in row.items()
    }


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_every_action_does_in_every_state_what_the_table_says(state: AgreementState, action: AgreementAction) -> None:
    # Signed without rights where a signature may follow, so that state and table alone decide.
    agreement = Agreement(state, with_rights=action is not SIGN)
    target = EXPECTED[state].get(action)
    if target is None:
        with pytest.raises(IllegalAction) as caught:
            PERFORM[action](agreement)
        assert str(caught.value) == f"A merchant agreement in state {state} cannot do this: {action}"
    else:
        assert PERFORM[action](agreement).state is target


@pytest.mark.parametrize("with_rights", [True, False])
def test_a_signature_says_whether_its_writer_had_the_right(with_rights: bool) -> None:
    assert rules.sign(Agreement(NONE), AT, with_rights=with_rights) == Agreement(SIGNED, with_rights, AT)


@pytest.mark.parametrize("again", [True, False])
def test_a_good_signature_is_not_written_over(again: bool) -> None:
    with pytest.raises(IllegalAction, match="signed already"):
        rules.sign(Agreement(SIGNED, with_rights=True), AT, with_rights=again)


@pytest.mark.parametrize("again", [True, False])
def test_a_signature_without_rights_can_be_followed_by_another(again: bool) -> None:
    assert rules.sign(Agreement(SIGNED, with_rights=False), AT, with_rights=again) == Agreement(SIGNED, again, AT)


def test_an_agreement_that_was_signed_without_rights_cannot_be_activated() -> None:
    with pytest.raises(IllegalAction, match="without signing rights"):
        rules.activate(Agreement(SIGNED, with_rights=False))


@pytest.mark.parametrize("with_rights", [True, False])
def test_an_agreement_can_be_declined_whoever_has_signed_it(with_rights: bool) -> None:
    assert rules.decline(Agreement(SIGNED, with_rights)) == Agreement(DECLINED, with_rights)


@pytest.mark.parametrize(
    ("state", "with_rights", "in_place", "can_be_signed", "can_be_activated"),
    [
        (NONE, True, False, True, False),
        (NONE, False, False, True, False),
        (SIGNED, True, False, False, True),
        (SIGNED, False, False, True, False),
        (ACTIVE, True, True, False, False),
        (DECLINED, True, False, False, False),
        (DECLINED, False, False, False, False),
    ],
)
def test_what_can_be_done_next_is_known(
    state: AgreementState, with_rights: bool, in_place: bool, can_be_signed: bool, can_be_activated: bool
) -> None:
    agreement = Agreement(state, with_rights)
    assert agreement.in_place is in_place
    assert agreement.can_be_signed is can_be_signed
    assert agreement.can_be_activated is can_be_activated


def test_merchants_of_a_world_have_an_agreement_unless_it_says_otherwise() -> None:
    assert Agreement().in_place
