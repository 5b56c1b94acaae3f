"""Rules are looked up by what they ask for: none that fits may be missed, whatever it asks for."""

from hypothesis import given
from hypothesis import strategies as st

from mockserver.app import PRODUCTS
from mockserver.scenarios.domain.scenario import Conditions, Facts, Rule, compiled
from mockserver.scenarios.rulebook import Bucket, Standing
from mockserver.world.domain.conduct import Conduct, PaymentBehaviour

TEXTS = PRODUCTS.vocabulary.texts
_WORDS = st.sampled_from(["a", "ab", "abc", "b", "ba", "æ", "Ω", ""])
_PATTERNS = st.sampled_from(["a", "ab", "b", "æ", "Ω", "a*", "ab*", "b*", "*", "*b", "a?", "[ab]*", "a*c"])
_ANY_OF = st.lists(_PATTERNS, min_size=1, max_size=3).map(tuple)
_OPERATIONS = frozenset({"createPayment"})


@st.composite
def _rules(draw: st.DrawFn) -> Standing:
    texts = draw(st.lists(st.tuples(st.sampled_from(TEXTS), _ANY_OF), max_size=2, unique_by=lambda pair: pair[0]))
    headers = draw(st.lists(st.tuples(st.sampled_from(["x-run", "x-case"]), _ANY_OF), max_size=1))
    amount = draw(st.sampled_from([None, (1, 1), (2, 5)]))
    when = Conditions(_OPERATIONS, tuple(texts), amount, tuple(headers))
    return Standing(Rule("rule", when, Conduct(PaymentBehaviour.APPROVES)), on=True, fits=compiled(when))


@st.composite
def _requests(draw: st.DrawFn) -> Facts:
    headers = draw(st.dictionaries(st.sampled_from([b"x-run", b"x-case"]), _WORDS.map(_raw)))
    facts = Facts("createPayment", "epayment", 0, headers)
    facts.amount = draw(st.sampled_from([None, 1, 3]))
    for name in TEXTS:
        setattr(facts, name, draw(st.none() | _WORDS))
    return facts


def _raw(text: str) -> bytes:
    return text.encode("latin-1", "replace")


@given(st.lists(_rules(), min_size=1, max_size=12), _requests())
def test_the_index_finds_every_rule_that_fits_in_order(rules: list[Standing], facts: Facts) -> None:
    bucket = Bucket(list(enumerate(rules)))
    found = [number for number, standing in bucket.candidates(facts) if standing.fits(facts)]
    told = [all(each.matched for each in standing.rule.when.findings(facts)) for standing in rules]
    assert found == [number for number, fits in enumerate(told) if fits]
    assert all(name in bucket.asked for standing in rules for name, _ in standing.rule.when.texts)
