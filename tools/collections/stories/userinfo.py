"""Profile sharing: what a customer shares with a payment."""

from tools.collections.steps import Folder, Step
from tools.collections.stories import parts

_KEYS = parts.keys()
_SHARED = {"scope": "name email phoneNumber"}

FOLDER = Folder(
    "Userinfo",
    "A payment asks for a profile; its `sub` is what Userinfo is asked for.",
    (
        parts.token(),
        parts.create("Create a payment that asks for a profile", _KEYS, parts.order(profile=_SHARED)),
        parts.approve(_KEYS, "Force approve it, with consent"),
        Step(
            "The payment has a sub",
            f"GET {parts.OURS}",
            _KEYS,
            shows={"state": "AUTHORIZED", "profile.sub.length": 36},
            keeps={"sub": "profile.sub"},
        ),
        Step(
            "Userinfo by sub",
            "GET /vipps-userinfo-api/userinfo/{{sub}}",
            _KEYS,
            shows={
                "sub": "{{sub}}",
                "name": "Karen Myklebust",
                "email": "customer1@example.com",
                "phone_number": "{{VIPPS_PHONE}}",
                '"email" in answer && !("birthdate" in answer)': True,
            },
        ),
        Step(
            "Nobody else has it",
            "GET /vipps-userinfo-api/userinfo/{{$guid}}",
            _KEYS,
            status=404,
            shows={"status": "404"},
        ),
    ),
)
