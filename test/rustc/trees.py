"""Type trees: made at random, checked, and made smaller."""
from dataclasses import dataclass, replace

from kinds import CLAIMS, KINDS, MARKS, NAMED, NEVER, SAME, synchronized


@dataclass(frozen=True)
class Tree:
    """A type. `form` chooses among the ways to write it, which all mean the same in Rust."""

    kind: str
    parts: tuple = ()
    form: int = 0

    def size(self):
        return 1 + sum(part.size() for part in self.parts)

    def kinds(self):
        yield self.kind
        for part in self.parts:
            yield from part.kinds()


LEAF = Tree("i32")


@dataclass(frozen=True)
class Place:
    """Where a tree stands, and so what it may be."""

    need: str = ""
    parameters: int = 0  # of the template around it
    around: tuple = ()  # the classes being defined that it may lead back to: "self", "other"
    incomplete: bool = False  # a class being defined may stand here
    unsized: bool = False  # a trait object may stand here

    def inside(self, tree, number):
        """The place of a part of `tree`, which stands here."""
        if tree.kind in KINDS:
            kind = KINDS[tree.kind]
            need = kind.needs[number] if kind.needs else ""
            return replace(self, need=need, incomplete=self.incomplete or kind.indirect, unsized=kind.unsized)
        plain = Place(need="", parameters=self.parameters, around=self.around)
        if tree.kind == "generic":
            return plain if number else Place(parameters=len(tree.parts) - 1)
        if tree.kind == "recursive":
            return replace(plain, around=("self",))
        if tree.kind == "mutual":
            return replace(plain, around=("self", "other"))
        # Members of a template's instance may use its parameters; a named class inside one is not a template itself.
        return plain if tree.kind == "body" else replace(plain, parameters=0, around=())


def fits(tree, place):
    """Whether the tree means the same in both languages at this place."""
    count = len(tree.parts)
    if place.need and synchronized(tree) != place.need:
        return False
    if tree.kind in KINDS:
        kind = KINDS[tree.kind]
        if tree.kind == "dyn" and not place.unsized:
            return False
        if count != kind.parts if kind.parts >= 0 else not 1 <= count <= 4:
            return False
    elif tree.kind == "parameter":
        return count == 0 and tree.form < place.parameters
    elif tree.kind in ("self", "other"):
        return count == 0 and place.incomplete and tree.kind in place.around
    elif tree.kind == "generic":
        if count < 2 or tree.parts[0].kind != "body":
            return False
    elif tree.kind in NAMED or tree.kind == "body":
        if count < {"mutual": 2}.get(tree.kind, 1):
            return False
    else:
        return False
    # A class inside a template would have to be one, too.
    if place.parameters and tree.kind in NAMED:
        return False
    if tree.kind == "body" and not _uses_all(tree, place.parameters):
        return False
    return all(fits(part, place.inside(tree, number)) for number, part in enumerate(tree.parts)
               if part.kind != "body" or tree.kind == "generic")


def _uses_all(body, parameters):
    used = set()

    def visit(tree):
        if tree.kind == "parameter":
            used.add(tree.form)
        for part in tree.parts:
            visit(part)

    visit(body)
    return used == set(range(parameters))


class Maker:
    """Random trees. The same seed and the same rustc version give the same trees."""

    def __init__(self, random, version):
        self.random = random
        self.kinds = {name: kind for name, kind in KINDS.items() if kind.since <= version}

    def tree(self, depth, place=Place(), bad=0.3):
        """`depth` is how far it may still grow, `bad` the weight of what is neither Send nor Sync."""
        for _ in range(50):
            made = self._attempt(depth, place, bad)
            if fits(made, place):
                return made
        return Tree("atomic_i32") if place.need == SAME else LEAF

    def parts(self, count, depth, place, bad):
        return tuple(self.tree(depth, place, bad) for _ in range(count))

    def _attempt(self, depth, place, bad):
        random = self.random
        if place.around and place.incomplete and random.random() < 0.4:
            return Tree(random.choice(place.around))
        if place.parameters and random.random() < 0.35:
            return Tree("parameter", form=random.randrange(place.parameters))
        if place.unsized and random.random() < 0.15:
            return Tree("dyn", form=random.randrange(4))
        if depth > 1 and random.random() < 0.3:
            return self._named(depth, place, bad)
        return self._known(depth, place, bad)

    def _known(self, depth, place, bad):
        names = [name for name, kind in self.kinds.items()
                 if (depth > 0 or kind.parts == 0) and (not place.need or kind.synchronized == place.need)]
        weights = [self.kinds[name].weight * (bad if self.kinds[name].bad else 1) for name in names]
        name = self.random.choices(names, weights)[0]
        kind = self.kinds[name]
        tree = Tree(name, form=self.random.randrange(12))
        count = self.random.choice((1, 2, 2, 3)) if kind.parts < 0 else kind.parts
        return replace(tree, parts=tuple(self.tree(depth - 1, place.inside(tree, number), bad) for number in range(count)))

    def _named(self, depth, place, bad):
        kind = self.random.choices(list(NAMED), NAMED.values())[0]
        count = self.random.choice((1, 2, 2, 3))
        form = self.random.randrange(12)
        if kind == "generic":
            body = Tree("body", self.parts(count, depth - 1, Place(parameters=1 + form % 2), bad), form)
            arguments = self.parts(1 + form % 2, depth - 1, place.inside(Tree("generic"), 1), bad)
            return Tree(kind, (body, *arguments), form)
        if kind == "mutual":
            count = max(count, 2)
        inside = place.inside(Tree(kind), 0)
        return Tree(kind, self.parts(count, depth - 1, inside, bad), form)


def smaller(tree, place=Place()):
    """Trees that are one step smaller, or as large but plainer."""
    for part in tree.parts:
        if fits(part, place) and part.kind != "body":
            yield part
    if tree.kind == "generic":
        for part in tree.parts[0].parts:
            if fits(part, place):
                yield part
    if tree != LEAF and fits(LEAF, place):
        yield LEAF
    if tree.form:
        yield replace(tree, form=0)
    for number, part in enumerate(tree.parts):
        if len(tree.parts) > 1:
            less = replace(tree, parts=tree.parts[:number] + tree.parts[number + 1:])
            if fits(less, place):
                yield less
        for other in smaller(part, place.inside(tree, number)):
            changed = replace(tree, parts=tree.parts[:number] + (other,) + tree.parts[number + 1:])
            if fits(changed, place):
                yield changed


def says(tree):
    """What a claimed or marked class says of itself, as in CLAIMS and MARKS."""
    forms = CLAIMS if tree.kind == "claimed" else MARKS
    return forms[tree.form % len(forms)]
