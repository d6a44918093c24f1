"""Pairs: one question, asked in Rust and in C++."""
from dataclasses import dataclass, replace

from kinds import is_movable
from trees import Place, fits, smaller
from writing import Writer

# What is asked, with the share that each has of all pairs.
FORMS = {
    "type": 12,  # is this type Send (or Sync)?
    "closure": 4,  # is this closure?
    "trait": 2,  # may this class implement a trait (derive from a base) that demands it?
    "spawn": 3,  # may a thread take these values, and give this one back?
    "scope": 1,  # may a thread of a scope borrow these?
}
SINKS = ("ferrule::spawn({}).detach();", "ferrule::spawn({}).join();", "ferrule::Builder().spawn({});",
         "keep(std::async(std::launch::async, {}));", "std::thread({}).detach();", "std::jthread({}).detach();")
# What these threads return goes nowhere.
WITHOUT_RESULT = ("std::thread", "std::jthread")


@dataclass(frozen=True)
class Pair:
    """`trees` are the type, the members, the captures, or the result and the captures. `style` chooses among the ways to
    write the same."""

    form: str
    question: str  # "Send" or "Sync"
    trees: tuple
    style: int = 0

    def size(self):
        return sum(tree.size() for tree in self.trees)

    def kinds(self):
        for tree in self.trees:
            yield from tree.kinds()


@dataclass(frozen=True)
class Text:
    """A pair as written. The last line of `rust` asks; so does the last line of each C++."""

    rust: list
    definitions: list
    asks: str
    asks_unrefused: str  # the same where the compiler refuses `asks`, "" if there is no such way
    verdicts: list  # the language's own answer: fails to compile if not Yes, and if No


def is_valid(pair):
    if not pair.trees and pair.form != "spawn" or not all(fits(tree, Place()) for tree in pair.trees):
        return False
    return pair.form != "spawn" or bool(pair.trees) and all(map(is_movable, pair.trees))


def random_pair(maker):
    """Trees from plain to deep, most of them without what is never Send: half of all should be accepted."""
    random = maker.random
    while True:
        form = random.choices(list(FORMS), FORMS.values())[0]
        count = 1 if form == "type" else random.choice((1, 1, 2, 3))
        bad = random.choice((0, 0, 0, 0.3, 1.5))
        depth = random.choice((1, 2, 2, 3, 3, 4))
        pair = Pair(form, random.choice(("Send", "Sync")), maker.parts(count, depth, Place(), bad), random.randrange(256))
        if is_valid(pair):
            return pair


def smaller_pairs(pair):
    """Each of them is one step smaller, and valid."""
    for number, tree in enumerate(pair.trees):
        if len(pair.trees) > 1:
            yield replace(pair, trees=pair.trees[:number] + pair.trees[number + 1:])
        for other in smaller(tree):
            changed = replace(pair, trees=pair.trees[:number] + (other,) + pair.trees[number + 1:])
            if is_valid(changed):
                yield changed
    if pair.style:
        yield replace(pair, style=0)
    if pair.form != "type" and pair.form != "scope":
        for tree in pair.trees:
            yield Pair("type", pair.question, (tree,))


def write(pair, prefix):
    """The pair's text; every name in it begins with `prefix`."""
    return _FORMS[pair.form](pair, Writer(prefix), prefix)


def _verdicts(question, of):
    word = question.lower()
    return [f"static_assert(ferrule::{word}_verdict<{of}> == ferrule::Verdict::Yes);",
            f"static_assert(ferrule::{word}_verdict<{of}> != ferrule::Verdict::No);"]


def _type(pair, writer, prefix):
    rust, cpp = writer.type(pair.trees[0])
    word = pair.question.lower()
    asks = ("assert_{}", "assert_{}", "demand_{}")[pair.style % 3].format(word)
    qualified = asks if asks.startswith("demand") else f"ferrule::{asks}"
    return Text(writer.rust + [f"fn {prefix}() {{ is_{word}::<{rust}>(); }}"],
                writer.cpp + writer.complete, f"void {prefix}() {{ {qualified}<{cpp}>(); }}",
                f"void {prefix}() {{ ferrule::assert_{word}<{cpp}>(unrefused); }}",
                _verdicts(pair.question, cpp))


def _closure(pair, writer, prefix):
    word = pair.question.lower()
    parameters, cpp_parameters, borrows, used, captures = [], [], [], [], []
    for number, tree in enumerate(pair.trees):
        rust, cpp = writer.type(tree)
        name = f"c{number}"
        parameters.append(f"{name}: {rust}")
        if pair.style >> number & 1:
            borrows.append(f"let r{number} = &{name}; ")
            used.append(f"&r{number}")
            captures.append(f"&{name}")
            cpp_parameters.append(f"{cpp} const& {name}")
        else:
            used.append(f"&{name}")
            captures.append(f"{name} = make<{cpp}>()")
    body = f"move || {{ let _ = ({', '.join(used)},); }}"
    cpp_body = f"[{', '.join(captures)}] {{ {' '.join(f'(void)&c{number};' for number in range(len(captures)))} }}"
    if pair.style & 128:  # a closure in a closure
        body = f"{{ let g = {body}; move || {{ let _ = &g; }} }}"
        cpp_body = f"[g = {cpp_body}] {{ (void)&g; }}"
    start = f"({', '.join(cpp_parameters)}) {{ auto f = {cpp_body};"
    head = f"void {prefix}{start}"
    return Text(writer.rust + [f"fn {prefix}({', '.join(parameters)}) {{ {''.join(borrows)}let f = {body}; "
                               f"is_{word}_value(&f); }}"],
                writer.cpp + writer.complete, f"{head} ferrule::assert_{word}<decltype(f)>(); }}",
                f"{head} ferrule::assert_{word}<decltype(f)>(unrefused); }}",
                [f"void {prefix}Verdict{start}", *_verdicts(pair.question, "decltype(f)"), "}"])


def _trait(pair, writer, prefix):
    rust, cpp = writer.fields(pair.trees, {})
    base = f"{prefix}Trait"
    writer.rust.append(f"trait {base}: {pair.question} {{}} struct {prefix} {{ {', '.join(rust)} }}")
    writer.cpp.append(f"struct FERRULE_REQUIRES_{pair.question.upper()} {base} {{ virtual ~{base}() = default; }};")
    derived = ("struct {1} : {0} {{ {2} }};", "class {1} final : public {0} {{ {2} }};")[pair.style % 2]
    return Text(writer.rust + [f"impl {base} for {prefix} {{}}"], writer.cpp + writer.complete,
                derived.format(base, prefix, " ".join(cpp)), "", [])


def _spawn(pair, writer, prefix):
    sink = SINKS[pair.style % len(SINKS)]
    has_result = not sink.startswith(WITHOUT_RESULT)
    result, cpp_result = writer.type(pair.trees[0]) if has_result else ("()", "void")
    parameters, cpp_parameters, used, captures, touched = [], [], [], [], []
    for number, tree in enumerate(pair.trees[has_result:]):
        rust, cpp = writer.type(tree)
        name = f"c{number}"
        parameters.append(f"{name}: {rust}")
        cpp_parameters.append(f"{cpp} {name}")
        used.append(f"&{name}, ")
        captures.append(f"{name} = std::move({name})")
        touched.append(f"(void)&{name}; ")
    returns = f"return make<{cpp_result}>();" if has_result else ""
    closure = (f"[{', '.join(captures)}]() -> {cpp_result} "
               f"{{ {''.join(touched)}{returns} }}")
    return Text(writer.rust + [f"fn {prefix}({', '.join(parameters)}) {{ std::thread::spawn(move || -> {result} "
                               f"{{ let _ = ({''.join(used)}); loop {{}} }}); }}"],
                writer.cpp + writer.complete,
                f"void {prefix}({', '.join(cpp_parameters)}) {{ {sink.format(closure)} }}", "", [])


def _scope(pair, writer, prefix):
    parameters, cpp_parameters, used, captures, touched = [], [], [], [], []
    for number, tree in enumerate(pair.trees):
        rust, cpp = writer.type(tree)
        parameters.append(f"c{number}: &{rust}")
        cpp_parameters.append(f"{cpp} const& c{number}")
        used.append(f"c{number}, ")
        captures.append(f"&c{number}")
        touched.append(f"(void)&c{number}; ")
    return Text(writer.rust + [f"fn {prefix}({', '.join(parameters)}) {{ std::thread::scope(|s| {{ s.spawn(move || "
                               f"{{ let _ = ({''.join(used)}); }}); }}); }}"],
                writer.cpp + writer.complete,
                f"void {prefix}({', '.join(cpp_parameters)}) {{ ferrule::scope([&](ferrule::Scope& s) {{ "
                f"s.spawn([{', '.join(captures)}] {{ {''.join(touched)}}}); }}); }}", "", [])


_FORMS = {"type": _type, "closure": _closure, "trait": _trait, "spawn": _spawn, "scope": _scope}
