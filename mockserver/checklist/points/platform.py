"""Judges of what holds for every API: tokens, headers, kindnesses."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Final

from mockserver.checklist.points.finding import Finding, cannot_tell, not_seen, shown, times, wrong
from mockserver.checklist.points.seen import History, Request

ENOUGH_USES: Final = 3
"""With so many calls on one token, it was certainly kept."""
_SPARE: Final = 60_000
"""Milliseconds before its end from which on a token may be fetched anew."""
_LONGEST: Final = 30
SET_ASIDE: Final = ("local-urls", "fault-header")
"""Kindnesses that speak of where and how somebody tests, not of the integration."""


def token_cached(history: History) -> Finding:
    """Whether tokens are kept: wrong when valid ones are thrown away again and again."""
    uses = Counter(each.token for each in history.requests if each.token is not None)
    dead = {each.token for each in history.requests if each.status == 401}
    by_client: dict[str | None, list[Request]] = defaultdict(list)
    for each in history.of(*history.calls.tokens):
        if each.accepted and isinstance(each.value("access_token"), str) and not each.lost:
            by_client[each.client].append(each)
    wasted, kept = [], []
    for fetches in by_client.values():
        kept += [each for each in fetches if uses[each.value("access_token")] >= ENOUGH_USES]
        for old, new in itertools.pairwise(fetches):
            token = old.value("access_token")
            valid = new.at < old.at + _lifetime(old) - _SPARE and token not in dead
            if valid and uses[token] <= 1:
                wasted.append(new)
    if len(wasted) > 1:
        words = f"{times(len(wasted), 'token')} fetched while the one before was valid and used once at most."
        return wrong(words, wasted)
    if kept:
        return shown(f"{times(len(kept), 'token')} served {ENOUGH_USES} or more calls each.", kept)
    return not_seen(f"No token was used for {ENOUGH_USES} calls yet.", history.of(*history.calls.tokens))


def _lifetime(fetch: Request) -> int:
    try:
        return int(fetch.value("expires_in")) * 1000
    except (TypeError, ValueError):
        return 0


def system_headers(history: History) -> Finding:
    """Whether all API calls say which system they come from."""
    known = history.calls
    calls = [each for each in history.requests if each.api in known.say_system and each.operation not in known.tools]
    long = [
        each
        for each in calls
        if any(name.startswith("vipps-system-") and len(value) > _LONGEST for name, value in each.headers.items())
    ]
    if long:
        return wrong(f"{times(len(long))} with a Vipps-System header of more than {_LONGEST} characters.", long)
    bare = [each for each in calls if not _says_system(each)]
    if calls and not bare:
        full = [each for each in calls if _says_system(each, plugin=True)]
        plugin = "with" if len(full) == len(calls) else "not all with"
        return shown(f"All {times(len(calls))} name system and version, {plugin} plugin and its version.", calls)
    partners = [each for each in bare if each.by_partner]
    if partners:
        return wrong(f"{times(len(partners))} with partner's keys, which must have the headers, without.", partners)
    if len(bare) < len(calls):
        return wrong(f"{times(len(bare))} of {len(calls)} without Vipps-System-Name and -Version.", bare)
    return not_seen("No request has Vipps-System-Name and Vipps-System-Version.", bare)


def _says_system(request: Request, *, plugin: bool = False) -> bool:
    names = ["name", "version", *(["plugin-name", "plugin-version"] if plugin else [])]
    return all(request.headers.get(f"vipps-system-{name}", "").strip() for name in names)


def for_one_unit(api: str) -> Callable[[Request], bool]:
    """Finds the calls to an API that come with keys of one sales unit."""
    return lambda request: request.api == api and not request.by_partner and request.kind != "donations"


def msn_sent(history: History) -> Finding:
    """Whether calls name their sales unit, and the one that their keys belong to."""
    calls = [each for each in history.requests if any(wanted(each) for wanted in history.calls.name_unit)]
    others = [
        each
        for each in calls
        if each.kind == "sales-unit" and each.headers.get("merchant-serial-number") not in (None, "", each.owner)
    ]
    if others:
        return wrong(f"{times(len(others))} with the Merchant-Serial-Number of another unit than the keys.", others)
    bare = [each for each in calls if not each.headers.get("merchant-serial-number")]
    if calls and not bare:
        return shown(f"All {times(len(calls))} have a Merchant-Serial-Number.", calls)
    return not_seen(f"{times(len(bare))} of {len(calls)} without Merchant-Serial-Number, which is recommended.", bare)


def no_kindness(history: History) -> Finding:
    """Whether anything was accepted here that the platform may refuse."""
    forgiven = [each for each in history.requests if set(each.kindnesses) - set(SET_ASIDE)]
    if forgiven:
        names = sorted({name for each in forgiven for name in each.kindnesses} - set(SET_ASIDE))
        return wrong(f"{times(len(forgiven))} needed a kindness: {', '.join(names)}.", forgiven)
    deeds = [each for each in history.of(*history.calls.deeds) if each.accepted]
    if not deeds:
        return not_seen("Nothing was accepted yet that could have needed a kindness.")
    local = any("local-urls" in each.kindnesses for each in history.requests)
    but = " but for addresses of this machine" if local else ""
    return shown(f"{times(len(deeds))} that change something needed no kindness{but}.", deeds)


def errors_displayed(history: History) -> Finding:
    """What the integration makes of errors is on its own screens and in its own log."""
    errors = [each for each in history.requests if each.status >= 400]
    if not errors:
        return not_seen("No request got an error yet; scenarios bring them about.")
    return cannot_tell(f"{times(len(errors))} got an error; what is logged and displayed shows elsewhere.", errors)
