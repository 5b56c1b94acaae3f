"""The idempotency key of a request: what it stands for, and whether it decides the answer by itself."""

from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Refusal
from mockserver.core.policy import Lenience
from mockserver.web import idempotency
from mockserver.web.http import text
from mockserver.web.operations import Call, Operation
from mockserver.world.services.access import Caller


def scope_of(operation: Operation, call: Call, caller: Caller, lenience: Lenience) -> idempotency.Scope | None:
    """What the request's key stands for; None without a key. Raises Malformed for a key that is no good."""
    if operation.conflict is None:
        return None
    given = text(call.headers, b"idempotency-key")
    required, pattern = operation.key_required, operation.key_pattern
    call.key = idempotency.check_key(given, lenience, required=required, pattern=pattern)
    if call.key is None:
        return None
    return idempotency.Scope.of(caller.client_id, caller.msn or "", operation.method, call.path, call.key, call.body)


def decide(tx: Tx, operation: Operation, call: Call, caller: Caller) -> bool:
    """Whether the key answers this request: as it did before, or with a conflict."""
    if operation.conflict is None:
        return False
    try:
        scope = scope_of(operation, call, caller, Lenience(call.lenience.policy))
        return scope is not None and idempotency.recall(tx, scope, operation.conflict) is not None
    except Malformed:
        return False
    except Refusal:
        return True
