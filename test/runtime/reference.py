#!/usr/bin/env python3
"""Makes docs/runtime/reference.md from the docstrings of the runtime's headers, and holds the docstrings to their form.

usage: reference.py write INCLUDE PAGE    rewrites the page
       reference.py check INCLUDE PAGE    status 1 if the page is not up to date, or a docstring misses something

Every public type, function, concept and macro has a docstring (`///`); members that follow each other without an empty
line share one. A class's docstring also says what threads may do, what throws, what it costs, and what Rust or std call
it; a function's says what it throws, unless it is noexcept.
"""
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

ATTRIBUTES = re.compile(r"\bFERRULE_(?:DETAIL_)?[A-Z_]+(?:\((?:[^()]|\([^()]*\))*\))?\s*|\[\[.*?\]\]\s*", re.S)
CLASS = re.compile(r"^(?:template\s*<.*?>\s*)?(?:requires .*?)?(class|struct|enum class|union)\s+(?:alignas\([^)]*\)\s*)?(\w+)", re.S)
FUNCTION = re.compile(r"(operator\s*(?:\(\)|\[\]|[^\s(]+|\s\w+)|~?\w+)\s*\(")
CONCEPT = re.compile(r"concept (\w+)")
VARIABLE = re.compile(r"\b(\w+)\s*(?:=|$)")
INITIALISER = re.compile(r"^[^(]*(?<!operator)=[^=(]*$")
OUTSIDE = re.compile(r">::~?\w+\(|^[^()]*\b[A-Z]\w*::\w+\(|^\w+\([^()]*\) -> |\w+<[^=]*> = \w+$")  # a member's body, a guide, a specialisation
FRIEND = re.compile(r"^(template\s*<[^;{]*>\s*(requires .*)?)?friend (?!bool ptr_eq)", re.S)


INITIALISERS = re.compile(r"\) (?:noexcept(?:\(.*?\))? )?: \w+[({].*")  # of a constructor


@dataclass
class Item:
    kind: str  # class, function, concept, variable, macro
    name: str
    head: str
    doc: str
    header: str
    line: int
    follows: bool = False  # directly under the item before
    members: list = field(default_factory=list)


class Parser:
    """Reads declarations; of the language just what the headers need."""

    def __init__(self, header, text):
        self.header, self.text, self.at = header, text, 0

    def line(self):
        return self.text.count("\n", 0, self.at) + 1

    def skip_balanced(self):
        depth = 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "\"'" and not (char == "'" and self.text[self.at - 1].isdigit()):
                self.at = self.end_of_literal(char)
                continue
            if self.text.startswith("//", self.at):
                self.at = self.text.find("\n", self.at)
                continue
            depth += (char == "{") - (char == "}")
            self.at += 1
            if depth == 0:
                return

    def end_of_literal(self, quote):
        end = self.at + 1
        while self.text[end] != quote:
            end += 2 if self.text[end] == "\\" else 1
        return end + 1

    def doc_and_gap(self):
        """Skips to the next declaration; its docstring, and whether it directly follows the one before."""
        doc, newlines = [], 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isspace():
                newlines += char == "\n"
                self.at += 1
            elif self.text.startswith("//", self.at) or char == "#":
                end = self.text.find("\n", self.at)
                line = self.text[self.at:end]
                if line.startswith("///") and not line.startswith("///<"):
                    doc.append(line[3:].strip())
                    newlines = 0
                self.at = end
                while char == "#" and self.text[self.at - 1] == "\\":
                    self.at = self.text.find("\n", self.at + 1)
            else:
                break
        return " ".join(doc), newlines <= 1 and not doc

    def head(self):
        """Up to the `;` or the `{` of a body; what stands between braces of a requires-expression belongs to it."""
        start, depth = self.at, 0
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "([":
                depth += 1
            elif char in ")]":
                depth -= 1
            elif char == "}" and depth == 0:
                return self.text[start:self.at], "}"
            elif char == ":" and depth == 0 and re.fullmatch(r"\s*(public|private|protected)\s*", self.text[start:self.at]):
                self.at += 1
                return self.text[start:self.at - 1].strip(), ":"
            elif char == ";" and depth == 0:
                self.at += 1
                return self.text[start:self.at - 1], ";"
            elif char == "{":
                so_far = self.text[start:self.at]
                if depth or re.search(r"requires\s*(\([^{}]*\))?\s*$", so_far) or INITIALISER.search(so_far):
                    self.skip_balanced()
                    continue
                return so_far, "{"
            self.at += 1
        return "", "end"

    def skip_body(self):
        while True:
            self.skip_balanced()
            rest = re.compile(r"\s*").match(self.text, self.at).end()
            if self.text[rest:rest + 1] == ",":  # the next initialiser of a constructor
                self.at = self.text.find("{", rest)
            elif self.text[rest:rest + 1] == "{":
                self.at = rest
            else:
                self.at = rest + 1 if self.text[rest:rest + 1] == ";" else self.at
                return

    def items(self, is_public=True):
        found = []
        while True:
            doc, follows = self.doc_and_gap()
            line = self.line()
            head, end = self.head()
            if end in ("end", "}"):
                self.at += 1
                return found
            if end == ":":
                is_public = head == "public"
                continue
            plain = re.sub(r"\s+", " ", ATTRIBUTES.sub("", head)).strip()
            if end == "{" and plain.startswith("namespace"):
                self.at += 1
                inner = self.items()
                if not plain.endswith("detail"):
                    found += inner
                continue
            match = CLASS.match(plain)
            if match and match[2] == "std":  # a specialisation for one of our types
                self.skip_body()
                continue
            if match and "(" not in plain.split(match[2])[0].replace("alignas(", ""):
                found += self.class_item(match, plain, end, Item("class", match[2], plain, doc, self.header, line, follows),
                                         is_public)
                continue
            if end == "{":
                self.skip_body()
            item = self.plain_item(plain, Item("", "", plain, doc, self.header, line, follows))
            if item and is_public:
                found.append(item)

    def class_item(self, match, plain, end, item, is_public):
        if end == ";":
            return []
        if match[1] == "enum class":
            self.skip_balanced()
        else:
            self.at += 1
            item.members = self.items(match[1] == "struct")
        self.head()  # up to the `;`
        is_specialised = re.match(r"template <>", plain) or re.search(match[2] + r"\s*<", plain)
        return [item] if is_public and not (is_specialised and not item.doc) else []

    @staticmethod
    def plain_item(plain, item):
        if FRIEND.match(plain) or plain.startswith(("using", "static_assert", "template <>", "friend struct", "friend class")):
            return None
        if OUTSIDE.search(strip_template(plain)):
            return None
        concept = CONCEPT.search(plain)
        function = FUNCTION.search(re.sub(r"requires .*", "", without_clause(strip_template(plain))))
        if concept:
            item.kind, item.name = "concept", concept[1]
        elif function and not re.match(r"(inline )?(static )?constexpr \w+ \w+ =", plain):
            item.kind, item.name = "function", function[1]
        else:
            variable = VARIABLE.search(strip_template(plain))
            if not variable:
                return None
            item.kind, item.name = "variable", variable[1]
        return item


def strip_template(plain):
    if not plain.startswith("template"):
        return plain
    depth = 0
    for i, char in enumerate(plain):
        depth += (char == "<") - (char == ">")
        if depth == 0 and char == ">":
            return plain[i + 1:].strip()
    return plain


def without_clause(plain):
    """What follows a requires-clause that stands before a function: its name is the last one before a parenthesis."""
    if not plain.startswith("requires"):
        return plain
    plain = INITIALISERS.sub(")", plain)
    depth, name = 0, 0
    for i, char in enumerate(plain):
        if char == "(" and depth == 0 and (match := re.search(r"(\w+)$", plain[:i])) and match[1] not in ("requires", "noexcept"):
            name = match.start()
        depth += (char in "(<") - (char in ")>" and plain[i - 1] != "-")
    return plain[name:]


def macros(header, text):
    found = []
    for match in re.finditer(r"((?:^///.*\n)+)#define (FERRULE_\w+(?:\([^)]*\))?)", text, re.M):
        doc = " ".join(line[3:].strip() for line in match[1].splitlines())
        found.append(Item("macro", match[2], match[2], doc, header, text.count("\n", 0, match.start()) + 1))
    return found


def read(include):
    headers = {}
    for path in sorted((include / "ferrule").glob("*.h")):
        text = path.read_text()
        intro = re.match(r"(?://.*\n)+", text)
        found = Parser(path.name, text).items() + macros(path.name, text)
        headers[path.name] = (" ".join(line[2:].strip() for line in intro[0].splitlines()), found)
    return headers


def share_docs(items):
    for before, item in zip(items, items[1:]):
        if not item.doc and item.follows:
            item.doc = before.doc


def needs_no_doc(member, owner):
    is_special = member.name in (owner, "~" + owner) or member.name.startswith("operator") or member.kind == "variable"
    return is_special or "= delete" in member.head or member.name == "end"


NAMES = re.compile(r"\b(Rust|std|crossbeam|rayon|Go|arc-swap)\b[^.]*(:| has none| have none)")
DEMANDS = [(re.compile(r"[Tt]hread"), "what threads may do"), (re.compile(r"[Tt]hrow"), "what throws"),
           (re.compile(r"[Cc]ost|bytes|constant time|proportional"), "what it costs"), (NAMES, "what Rust or std call it")]


def missing(headers):
    for name, (_, items) in headers.items():
        share_docs(items)
        for item in items:
            place = f"{name}:{item.line}: '{item.name}'"
            if not item.doc:
                yield f"{place} has no docstring"
                continue
            if item.kind == "class" and item.members and any(m.kind == "function" for m in item.members):
                for pattern, what in DEMANDS:
                    if not pattern.search(item.doc):
                        yield f"{place} does not say {what}"
            if item.kind == "function" and "noexcept" not in item.head and not re.search("[Tt]hrow|compile", item.doc):
                yield f"{place} does not say what it throws"
            share_docs(item.members)
            for member in item.members:
                if not member.doc and not needs_no_doc(member, item.name):
                    yield f"{name}:{member.line}: '{item.name}::{member.name}' has no docstring"


def signature(item):
    head = INITIALISERS.sub(")", item.head) if item.kind == "function" else item.head
    return re.sub(r"\bdetail::", "", head).replace("|", "\\|")


def page_of(headers):
    lines = ["# Reference", "", "Made from the headers' docstrings by `test/runtime/reference.py write`; not to be edited.", ""]
    for name, (intro, items) in headers.items():
        if not items:
            continue
        lines += [f"## `<ferrule/{name}>`", "", intro, ""]
        for item in items:
            if "= delete" in item.head:
                continue
            lines += [f"### `{item.name}`", "", "```cpp", signature(item).replace("\\|", "|"), "```", "", item.doc, ""]
            members = [m for m in item.members if m.doc and "= delete" not in m.head]
            if members:
                lines += ["| member | |", "|---|---|"]
                lines += [f"| `{signature(m)}` | {m.doc.replace('|', chr(92) + '|')} |" for m in members]
                lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("write", "check"):
        sys.exit(__doc__)
    headers = read(Path(sys.argv[2]))
    problems = list(missing(headers))
    page, text = Path(sys.argv[3]), page_of(headers)
    if sys.argv[1] == "write":
        page.write_text(text)
    elif not page.exists() or page.read_text() != text:
        problems.append(f"'{page.name}' is not up to date: run test/runtime/reference.py write")
    print("\n".join(problems) or "every docstring is complete")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
