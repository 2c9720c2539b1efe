"""What is told to the pages that follow the code at work: one way through it, and the how-tos."""

from app.domain.code.citation import Reliance
from app.domain.code.symbol import Symbol
from app.domain.wiki.narrative.brief_facts import Desk
from app.domain.wiki.narrative.briefing import FactForm
from app.domain.wiki.narrative.how_to import cases
from app.domain.wiki.page import PageSpec
from app.domain.wiki.words.quotations import first_paragraph


def steps(desk: Desk, spec: PageSpec) -> None:
    """Tell the definitions of a way in the order of the plan."""
    for subject in spec.subjects:
        path, _, name = subject.partition(":")
        file = desk.repository.files.get(path)
        for symbol in file.symbols if file else ():
            if symbol.name == name:
                text = first_paragraph(symbol.doc)
                desk.tell(_named(desk, path, symbol, text), FactForm.STEP, name, text, path)
                break


def how_tos(desk: Desk) -> None:
    """Tell the cases, each after the public symbol that it is about."""
    for case in cases(desk.repository, desk.survey):
        about, _, name = case.about.partition(":")
        file = desk.repository.files.get(about)
        for symbol in file.symbols if file else ():
            if symbol.name == name:
                text = first_paragraph(symbol.doc)
                desk.tell(_named(desk, about, symbol, text), FactForm.USED, name, text)
                break
        if case.symbol:
            evidence = desk.cite_symbol(case.path, case.symbol)
        elif case.last_line:
            evidence = desk.cite(case.path, case.first_line, case.last_line, case.doc)
        else:
            evidence = desk.cite_file(case.path, case.doc)
        desk.tell(evidence, FactForm.CASE, case.name, case.doc, case.title)


def _named(desk: Desk, path: str, symbol: Symbol, text: str) -> str:
    """Cite a definition that is named and, if it says anything of itself, quoted."""
    return desk.cite_symbol(path, symbol, Reliance.WORDING if text else Reliance.EXISTENCE)
