"""Which rules a request meets: one policy for all names of the server, or one for each of the official names."""

from collections.abc import Mapping
from dataclasses import field

from starlette.types import Scope

from mockserver.core.policy import Policy
from mockserver.core.values import frozen
from mockserver.web.origin import Origins


@frozen
class Policies:
    """``usual`` for every name but those in ``by_host`` (lower case, without a port)."""

    origins: Origins
    usual: Policy
    by_host: Mapping[bytes, Policy] = field(default_factory=dict)

    def of(self, scope: Scope, headers: dict[bytes, bytes]) -> Policy:
        """The rules for a request."""
        if not self.by_host:
            return self.usual
        _, host = self.origins.asked_for(scope, headers)
        return self.by_host.get(host.partition(b":")[0].lower(), self.usual)
