"""What the document about Userinfo says besides its table: answers and their types."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from mockserver.web.described import TOKEN, Described, Document, Parameter, Reply


class ClaimedAddress(TypedDict):
    """A postal address; all empty for who has none."""

    address_type: str
    country: str
    formatted: str
    postal_code: str
    region: str
    street_address: str


class Claims(TypedDict):
    """What a user shares, as far as the scopes cover it: after 168 hours all texts of a payment's are `[Expired]`."""

    sub: str
    sid: str
    name: NotRequired[str]
    given_name: NotRequired[str]
    family_name: NotRequired[str]
    phone_number: NotRequired[str]
    phone_number_verified: NotRequired[bool]
    email: NotRequired[str]
    email_verified: NotRequired[bool]
    birthdate: NotRequired[str]
    address: NotRequired[ClaimedAddress]
    other_addresses: NotRequired[list[ClaimedAddress]]
    gender: NotRequired[str]
    nin: NotRequired[str]


class ConsentLinks(TypedDict):
    """The links below the consents."""

    termsLinkText: str
    termsLinkUrl: str
    privacyStatementLinkText: str
    privacyStatementLinkUrl: str


class AnsweredConsent(TypedDict):
    """What the user answered to one text."""

    id: str
    accepted: bool
    required: bool
    textDisplayedToUser: str


class DelegatedConsents(TypedDict):
    """What the user answered to the unit's marketing texts."""

    language: str
    heading: str
    termsDescription: str
    confirmConsentButtonText: str
    links: ConsentLinks
    timeOfConsent: str
    consents: list[AnsweredConsent]


class FlowLink(TypedDict):
    """A link on a screen."""

    title: str
    url: str


class FlowTerms(TypedDict):
    """The links of a screen."""

    links: list[FlowLink]


class FlowElement(TypedDict):
    """A checkbox on a screen."""

    type: Literal["checkbox"]
    id: str
    title: str
    checked: bool


class FlowScreen(TypedDict):
    """A screen of the unit's own flow."""

    title: str
    description: str
    terms: FlowTerms
    elements: list[FlowElement]


class FlowResult(TypedDict):
    """What the user answered in the unit's own flow."""

    language: str
    screens: list[FlowScreen]


class LoginClaims(Claims):
    """What the user of a login shares; consents and flow the first time only."""

    delegatedConsents: NotRequired[DelegatedConsents]
    flowResult: NotRequired[FlowResult]


class NoInfo(TypedDict):
    """Nothing."""


class UserinfoProblem(TypedDict):
    """A problem of this API's own shape."""

    type: str
    title: str
    status: str
    detail: str
    instance: str
    extraInfo: NoInfo


_PROBLEM = Reply("", UserinfoProblem)
_NO_STORE = ("Cache-Control",)
_MSN = Parameter("Merchant-Serial-Number", "The sales unit, needed with partner keys.", where="header")

DOCUMENT = Document(
    title="Userinfo",
    version="1.1.0",
    operations={
        "userinfoAuthorizationCode": Described(
            {200: Reply("What the user shares.", LoginClaims, headers=_NO_STORE)},
            errors=(401,),
            security=((TOKEN,),),
        ),
        "getUserinfo": Described(
            {200: Reply("What the customer shares.", Claims, headers=_NO_STORE)},
            parameters=(_MSN,),
            errors=(401, 403, 404),
            security=((TOKEN,),),
        ),
    },
    problem=_PROBLEM,
    others={401: Reply("", UserinfoProblem, headers=("WWW-Authenticate",))},
    path={"sub": Parameter("sub", "As `profile.sub` of the payment says it.")},
)
