"""People who change a repository from day to day, as a seed draws it."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

PACKAGES = ("shop", "office")
FEWEST = 4
"""Modules that stay whatever is deleted."""
MOST = 14
NOUNS = (
    "cart", "stock", "price", "parcel", "invoice", "gift", "member", "refund", "coupon", "label",
    "basket", "order", "receipt", "voucher", "shelf", "till",
)  # fmt: skip
VERBS = ("count", "find", "open", "close", "weigh", "send", "store", "check", "round", "print")
WORDS = ("at once", "in the evening", "for members", "by hand", "twice", "without tax", "in cents")


@dataclass(frozen=True)
class Function:
    """One function of a module."""

    name: str
    words: str
    parameters: tuple[str, ...]
    value: int

    def text(self) -> str:
        """Write it in Python."""
        taken = ", ".join(f"{each}: int" for each in self.parameters)
        added = " + ".join((str(self.value), *self.parameters))
        says = self.name.replace("_", " ").capitalize()
        head = f'def {self.name}({taken}) -> int:\n    """{says} {self.words}."""\n'
        return f"{head}    return {added}\n"


@dataclass(frozen=True)
class Module:
    """One file of code."""

    words: str
    functions: tuple[Function, ...]
    remarks: int = 0
    """Lines of comment, which document nothing."""

    def text(self) -> str:
        """Write it in Python."""
        remarks = "".join(f"# Remark {number}.\n" for number in range(self.remarks))
        parts = (f'"""{self.words}"""\n{remarks}', *(each.text() for each in self.functions))
        return "\n\n".join(parts)


Code = Mapping[str, Module]


@dataclass
class Team:
    """Changes the code by one commit at a time."""

    chance: random.Random
    code: dict[str, Module] = field(default_factory=dict)
    past: list[Code] = field(default_factory=list)
    """What the code was before each commit."""
    papers: int = 0
    """Files that document nothing."""

    def __post_init__(self) -> None:
        for noun in NOUNS[: FEWEST + 2]:
            self._write(noun)

    def files(self) -> dict[str, str]:
        """Write every file."""
        named = {f"{package}/__init__.py": f'"""The {package}."""\n' for package in PACKAGES}
        papers = {f"papers/{number}.txt": f"{number}\n" for number in range(self.papers)}
        return {**named, **papers, **{path: each.text() for path, each in self.code.items()}}

    def commit(self) -> tuple[str, dict[str, str | None]]:
        """Do one thing; returns what it was, and the files that are others now."""
        before, code = self.files(), dict(self.code)
        kinds = self._kinds()
        kind = self.chance.choices([*kinds], [weight for weight, _ in kinds.values()])[0]
        kinds[kind][1]()
        self.past.append(code)
        after = self.files()
        changed = {path for path in before | after if before.get(path) != after.get(path)}
        return kind, {path: after.get(path) for path in sorted(changed)}

    def go_back(self, commits: int) -> None:
        """Forget the last commits."""
        self.code = dict(self.past[-commits])
        del self.past[-commits:]

    def _kinds(self) -> dict[str, tuple[int, Callable[[], None]]]:
        return {
            "words": (5, self._reword),
            "body": (4, self._recount),
            "signature": (3, self._ask_for_more),
            "function added": (2, self._add_function),
            "function deleted": (2, self._delete_function),
            "module added": (2, self._add_module),
            "module deleted": (1, self._delete_module),
            "module renamed": (1, self._rename_module),
            "comment": (2, self._remark),
            "other file": (1, self._add_paper),
            "revert": (2, self._revert),
        }

    def _module(self) -> str:
        return self.chance.choice(sorted(self.code))

    def _change(self, change: Callable[[Function], Function]) -> None:
        path = self._module()
        module = self.code[path]
        place = self.chance.randrange(len(module.functions))
        functions = list(module.functions)
        functions[place] = change(functions[place])
        self.code[path] = replace(module, functions=tuple(functions))

    def _reword(self) -> None:
        words = self.chance.choice(WORDS)
        self._change(lambda each: replace(each, words=f"{words}, {self.chance.randint(2, 99)}"))

    def _recount(self) -> None:
        self._change(lambda each: replace(each, value=each.value + 1))

    def _ask_for_more(self) -> None:
        def change(each: Function) -> Function:
            left = [noun for noun in NOUNS if noun not in each.parameters]
            return replace(each, parameters=(*each.parameters[-2:], self.chance.choice(left)))

        self._change(change)

    def _function(self, noun: str, taken: set[str]) -> Function:
        free = [f"{verb}_{noun}" for verb in VERBS if f"{verb}_{noun}" not in taken]
        name = self.chance.choice(free or [f"see_{noun}_{len(taken)}"])
        return Function(name, self.chance.choice(WORDS), (noun,), self.chance.randint(1, 9))

    def _add_function(self) -> None:
        path = self._module()
        module = self.code[path]
        noun = path.rpartition("/")[2].removesuffix(".py").partition("_")[0]
        made = self._function(noun, {each.name for each in module.functions})
        self.code[path] = replace(module, functions=(*module.functions, made))

    def _delete_function(self) -> None:
        path = self._module()
        module = self.code[path]
        if len(module.functions) > 1:
            gone = self.chance.randrange(len(module.functions))
            left = module.functions[:gone] + module.functions[gone + 1 :]
            self.code[path] = replace(module, functions=left)

    def _write(self, noun: str) -> None:
        path = f"{self.chance.choice(PACKAGES)}/{noun}.py"
        first = self._function(noun, set())
        second = self._function(noun, {first.name})
        self.code[path] = Module(f"What there is to do with a {noun}.", (first, second))

    def _add_module(self) -> None:
        known = {path.rpartition("/")[2].removesuffix(".py") for path in self.code}
        free = [noun for noun in NOUNS if noun not in known]
        if free and len(self.code) < MOST:
            self._write(self.chance.choice(free))
        else:
            self._remark()

    def _delete_module(self) -> None:
        if len(self.code) > FEWEST:
            del self.code[self._module()]
        else:
            self._remark()

    def _rename_module(self) -> None:
        path = self._module()
        folder, _, name = path.rpartition("/")
        noun = name.removesuffix(".py").partition("_")[0]
        target = f"{folder}/{noun}_{self.chance.randint(2, 99)}.py"
        self.code[target] = self.code.pop(path)

    def _remark(self) -> None:
        path = self._module()
        self.code[path] = replace(self.code[path], remarks=self.code[path].remarks + 1)

    def _add_paper(self) -> None:
        self.papers += 1

    def _revert(self) -> None:
        if self.past:
            self.code = dict(self.past[-1])
