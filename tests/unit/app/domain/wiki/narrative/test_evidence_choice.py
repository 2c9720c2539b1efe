from app.domain.code.facts import ImportEdge
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.briefing import FactForm
from app.domain.wiki.narrative.evidence_choice import relevance, within
from app.domain.wiki.narrative.plan import plan_narrative
from tests.fakes.facts import file_facts, repository, shop, symbol

FACTS = repository(
    {f"app/{name}.py": file_facts("x\n" * 9, [symbol(name)]) for name in "abcdef"},
    edges=tuple(
        ImportEdge(source=f"app/{source}.py", target=f"app/{target}.py", line=1)
        for source, target in ("ab", "bc", "cd", "ef")
    ),
)


def test_what_is_nearer_by_imports_weighs_more() -> None:
    weights = relevance(["app/a.py"], FACTS)

    assert weights["app/a.py"] > weights["app/c.py"] > weights["app/d.py"] > 0
    assert "app/f.py" not in weights
    assert relevance(["app/a.py"], FACTS) == weights


def test_a_budget_leaves_out_the_least_relevant_and_some_of_each_form_stays() -> None:
    whole = brief(plan_narrative(shop()).pages[-1], shop())

    small = within(whole, 500)

    assert 0 < len(small.facts) < len(whole.facts)
    assert {fact.form for fact in small.facts} >= {FactForm.MODULE, FactForm.SYMBOL}
    assert {fact.evidence for fact in small.facts} == {each.id for each in small.evidence}
    assert FactForm.MODULE in small.cut or FactForm.IMPORT in small.cut
    assert within(whole, 500) == small
    assert within(whole, 100_000) == whole
