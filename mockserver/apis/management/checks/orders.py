"""Judges of prefilled product orders."""

from typing import Any, Final

from mockserver.checklist.points.finding import Finding, not_seen, shown, times, wrong
from mockserver.checklist.points.seen import History, dig

_FINAL: Final = ("COMPLETED", "REJECTED", "EXPIRED")
DETAILS: Final = ("getProductOrderDetails", "getProductOrderDetailsV1")
LIST: Final = "getProductOrders"


def price_from_list(history: History) -> Finding:
    """Whether orders take their price package from what the partner's list said before."""
    listed: dict[str | None, set[str]] = {}
    good, bad, blind = [], [], []
    for each in history.of("getPartnerPricePackages", "orderProduct"):
        if each.operation == "getPartnerPricePackages":
            # An answer that the journal had to cut says nothing.
            if each.accepted and not each.lost and isinstance(each.answer, list):
                listed.setdefault(each.owner, set()).update(_packages(each.answer))
            continue
        package = dig(each.content, "pricePackageId")
        if not isinstance(package, str):
            continue
        if each.owner not in listed:
            blind.append(each)
        elif package.lower() not in listed[each.owner]:
            bad.append(each)
        elif each.accepted:
            good.append(each)
    if bad:
        return wrong(f"{times(len(bad), 'order')} with a price package that was not in the list.", bad)
    if good:
        return shown(f"{times(len(good), 'order')} with a price package from the list.", good)
    why = "without the list being asked for before" if blind else "yet"
    return not_seen(f"{times(len(blind), 'order')} with a price package {why}.", blind)


def _packages(answer: list[Any]) -> set[str]:
    each_id = (dig(each, "pricePackageId") for each in answer)
    return {each.lower() for each in each_id if isinstance(each, str)}


def order_followed(history: History) -> Finding:
    """Whether a prefilled order is asked for until it is over."""
    prefilled = {
        each.value("prefilledOrderId"): each.number
        for each in history.of("orderProduct")
        if each.accepted and each.value("prefilledOrderId")
    }
    asked, over, refused = [], [], []
    for each in history.of(*DETAILS, LIST):
        if each.accepted:
            states = _states(each.answer)
            about = [id_ for id_, number in prefilled.items() if id_ in states and number < each.number]
            asked += [each] if about else []
            over += [each] if any(states[id_] in _FINAL for id_ in about) else []
        elif each.refused:
            refused.append(each)
    if over and len(asked) > 1:
        return shown(f"A prefilled order was asked for {times(len(asked), 'time')}, to its end.", asked)
    if refused and not asked:
        return wrong(f"Orders were asked for, and never found; the latest answer was {refused[-1].status}.", refused)
    return not_seen("No prefilled order was asked for again and again until it was over.", asked)


def _states(answer: Any) -> dict[Any, Any]:
    orders = answer if isinstance(answer, list) else [answer]
    return {each.get("productOrderId"): each.get("status") for each in orders if isinstance(each, dict)}
