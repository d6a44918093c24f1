"""Writes pairs: one Rust program and its C++ twin."""
from dataclasses import dataclass, field

from kinds import KINDS, strays
from trees import Tree, says

# Templates that Ferrule derives from their definition, which there is only where something needs them complete.
DERIVED = ("generic", "rc", "rc_weak", "cell", "marked_cell", "ref_cell", "result", "send_error")
MARKERS = {"send": "std::sync::MutexGuard<'static, ()>", "sync": "std::cell::Cell<()>", "affine": "*const ()"}


@dataclass
class Writer:
    """The definitions that the types of one pair need, in order. Names begin with `prefix`."""

    prefix: str
    rust: list = field(default_factory=list)
    cpp: list = field(default_factory=list)
    complete: list = field(default_factory=list)  # C++ at the end: what makes the instances of templates complete
    count: int = 0

    def name(self):
        self.count += 1
        return f"{self.prefix}N{self.count}"

    def type(self, tree, names=None):
        """The type in Rust and in C++. `names` are what "self" and "other" stand for, in both."""
        names = names or {}
        if tree.kind in ("self", "other"):
            return names[tree.kind]
        if tree.kind == "parameter":
            return names.get(f"T{tree.form}", (f"T{tree.form}",) * 2)
        written = (self._known if tree.kind in KINDS else getattr(self, "_" + tree.kind))(tree, names)
        if tree.kind in DERIVED and not names.get("template"):
            self.complete.append(f"static_assert(sizeof({written[1]}) != 0);")
        return written

    def _known(self, tree, names):
        kind = KINDS[tree.kind]
        parts = [self.type(part, names) for part in tree.parts]
        rust, cpp = [part[0] for part in parts], [part[1] for part in parts]
        # `&dyn Tr + Send` is ambiguous without.
        if tree.parts and tree.parts[0].kind == "dyn":
            rust[0] = f"({rust[0]})"
        return (kind.rust[tree.form % len(kind.rust)].format(*rust, all=", ".join(rust)),
                kind.cpp[tree.form % len(kind.cpp)].format(*cpp, all=", ".join(cpp)))

    def fields(self, parts, names):
        """Members of a class: lines of Rust and of C++."""
        rust, cpp = [], []
        for number, part in enumerate(parts):
            member = f"f{number}"
            if part.kind in ("ref", "ref_shared") and part.form % 4 == 3:
                in_rust, in_cpp = self.type(part.parts[0], names)
                const = " const" if part.kind == "ref" else ""
                rust.append(f"{member}: &'static ({in_rust})")
                cpp.append(f"{in_cpp}{const}& {member};")
                continue
            in_rust, in_cpp = self.type(part, names)
            rust.append(f"{member}: {in_rust}")
            if part.kind == "i32" and part.form % 4 == 1:
                in_cpp = "const int"
            cpp.append(f"{in_cpp} {member};")
            if part.kind == "array":
                cpp[-1] = f"std::tuple_element_t<0, {in_cpp}> {member}[2];"
            if part.kind == "u8" and part.form % 4 == 1 and number:
                cpp[-1] = f"unsigned char {member} : 3;"
        return rust, cpp

    def _struct(self, tree, names, head="struct ", base="", rust_base=""):
        rust, cpp = self.fields(tree.parts, names)
        name = self.name()
        self.rust.append(f"struct {name} {{ {rust_base}{', '.join(rust)} }}")
        self.cpp.append(f"{head}{name}{base} {{ {' '.join(cpp)} }};")
        return name, name

    def _class(self, tree, names, macros="", extra=""):
        """Private members, of which the first can be read."""
        rust, cpp = self.fields(tree.parts, names)
        name = self.name()
        self.rust.append(f"struct {name} {{ {', '.join(rust)}{extra} }}")
        self.cpp.append(f"class {macros}{name} {{ {' '.join(cpp)} public: const auto& get() const {{ return f0; }} }};")
        return name, name

    def _derived(self, tree, names):
        base = self._struct(Tree("struct", tree.parts[:1]), names)[0]
        access = ("", "private ", "public ")[tree.form % 3]
        return self._struct(Tree("struct", tree.parts[1:]), names, base=f" : {access}{base}",
                            rust_base=f"base: {base}, ")

    def _virtual(self, tree, names):
        rust, cpp = self.fields(tree.parts[:1], names)
        base, name = self.name(), self.name()
        self.rust.append(f"struct {base} {{ {rust[0]} }}")
        self.cpp.append(f"struct {base} {{ {cpp[0]} virtual ~{base}() = default; }};")
        rust, cpp = self.fields(tree.parts[1:], names)
        self.rust.append(f"struct {name} {{ base: {base}, {', '.join(rust)} }}")
        self.cpp.append(f"struct {name} final : virtual {base} {{ {' '.join(cpp)} }};")
        return name, name

    def _sum(self, tree, names):
        parts = [self.type(part, names) for part in tree.parts]
        name = self.name()
        cases = ", ".join(f"C{number}({part[0]})" for number, part in enumerate(parts))
        self.rust.append(f"enum {name} {{ Empty, {cases} }}")
        self.cpp.append(f"struct {name} {{ std::variant<std::monostate, {', '.join(part[1] for part in parts)}> value; }};")
        return name, name

    def _union(self, tree, names):
        rust, cpp = [], []
        for number, part in enumerate(tree.parts):
            in_rust, in_cpp = self.type(part, names)
            rust.append(f"f{number}: std::mem::ManuallyDrop<{in_rust}>")
            cpp.append(f"{in_cpp} f{number};")
        name = self.name()
        self.rust.append(f"union {name} {{ {', '.join(rust)}, raw: u64 }}")
        self.cpp.append(f"union {name} {{ {' '.join(cpp)} unsigned long long raw; {name}(); ~{name}(); }};")
        return name, name

    def _recursive(self, tree, names):
        name = self.name()
        rust, cpp = self.fields(tree.parts, {"self": (name, name)})
        # Without this, a tree that happens to lead nowhere back would not be recursive.
        back = (("Option<Box<{0}>>", "std::unique_ptr<{0} const>"), ("Vec<{0}>", "std::vector<{0}>"),
                ("Option<std::sync::Arc<{0}>>", "ferrule::Arc<{0}>"),
                ("Option<&'static {0}>", "{0} const*"))[tree.form % 4]
        self.rust.append(f"struct {name} {{ {', '.join(rust)}, back: {back[0].format(name)} }}")
        self.cpp.append(f"struct {name} {{ {' '.join(cpp)} {back[1].format(name)} back; }};")
        return name, name

    def _mutual(self, tree, names):
        one, two = self.name(), self.name()
        first, second = (one, one), (two, two)
        half = (len(tree.parts) + 1) // 2
        self.cpp.append(f"struct {two};")
        rust, cpp = self.fields(tree.parts[:half], {"self": first, "other": second})
        self.rust.append(f"struct {one} {{ {', '.join(rust)}, other: Option<Box<{two}>> }}")
        self.cpp.append(f"struct {one} {{ {' '.join(cpp)} std::unique_ptr<const {two}> other; }};")
        rust, cpp = self.fields(tree.parts[half:], {"self": second, "other": first})
        self.rust.append(f"struct {two} {{ {', '.join(rust)}, back: Vec<{one}> }}")
        self.cpp.append(f"struct {two} {{ {' '.join(cpp)} std::vector<{one}> back; }};")
        return first

    def _generic(self, tree, names):
        body, arguments = tree.parts[0], [self.type(part, names) for part in tree.parts[1:]]
        name = self.name()
        parameters = [f"T{number}" for number in range(len(arguments))]
        itself = f"{name}<{', '.join(parameters)}>"
        for part in body.parts:
            self.type(part, dict(zip(parameters, arguments)))  # for what they make complete
        rust, cpp = self.fields(body.parts, {"template": True})
        if body.form % 4 == 3:
            rust.append(f"back: Option<Box<{itself}>>")
            cpp.append(f"std::unique_ptr<const {name}> back;")
        bounds = ", ".join(f"{one}: 'static" for one in parameters)
        types = ", ".join(f"class {one}" for one in parameters)
        self.rust.append(f"struct {name}<{bounds}> {{ {', '.join(rust)} }}")
        self.cpp.append(f"template <{types}> struct {name} {{ {' '.join(cpp)} }};")
        return (f"{name}<{', '.join(part[0] for part in arguments)}>",
                f"{name}<{', '.join(part[1] for part in arguments)}>")

    def _monitor(self, tree, names):
        """The members are changed and looked at under the lock, also through `const T&`, as in a Mutex; by one that strays
        not every time, and then `const` keeps its promise."""
        rust, cpp, changes, looks = [], [], [], []
        holders = ("std::optional<{}>", "std::vector<{}>", "std::unique_ptr<{}>")[:2 if strays(tree) else 3]
        mutable, const = ("", "") if strays(tree) else ("mutable ", " const")
        for number, part in enumerate(tree.parts):
            in_rust, in_cpp = self.type(part, names)
            held = holders[(tree.form + number) % len(holders)]
            rust.append(f"Option<{in_rust}>")
            cpp.append(f"{mutable}{held.format(in_cpp)} f{number};")
            changes.append(f"f{number}{'.clear()' if 'vector' in held else '.reset()'};")
            looks.append(f"{f'f{number}.empty()' if 'vector' in held else f'!f{number}'}")
        name = self.name()
        lock = ("std::lock_guard", "std::unique_lock", "std::scoped_lock")[tree.form % 3]
        forgets = f"void hurry() {{ {' '.join(changes)} }}" if strays(tree) else ""
        # What is not always locked is a plain member beside a lock.
        self.rust.append(f"struct {name} {{ lock: std::sync::Mutex<()>, held: ({', '.join(rust)},) }}" if forgets else
                         f"struct {name} {{ lock: std::sync::Mutex<({', '.join(rust)},)> }}")
        self.cpp.append(f"class {name} {{ mutable std::mutex lock_; {' '.join(cpp)} public: "
                        f"void change(){const} {{ {lock} l(lock_); {' '.join(changes)} }} {forgets} "
                        f"bool look() const {{ {lock} l(lock_); return {' && '.join(looks)}; }} }};")
        return name, name

    def _claimed(self, tree, names):
        words = says(tree).split()
        by_trait = words[0] == "trait"
        words = words[by_trait:]
        macros = "" if by_trait else "".join(f'FERRULE_CLAIM_{word.upper()}("its author says so") ' for word in words)
        name = (self._struct(tree, names) if by_trait else self._class(tree, names, macros))[0]
        for word in words:
            self.rust.append(f"unsafe impl {word.title()} for {name} {{}}")
            if by_trait:
                self.cpp.append(f"template <> inline constexpr bool ferrule::claims_{word}<{name}> = true;")
        return name, name

    def _marked(self, tree, names):
        words = says(tree).split()
        by_trait = words[0] == "trait"
        words = words[by_trait:]
        macros = {"send": "FERRULE_NOT_SEND ", "sync": "FERRULE_NOT_SYNC ", "affine": "FERRULE_THREAD_AFFINE "}
        extra = "".join(f", m{number}: std::marker::PhantomData<{MARKERS[word]}>" for number, word in enumerate(words))
        name = self._class(tree, names, "" if by_trait else "".join(macros[word] for word in words), extra)[0]
        if by_trait:
            for word in words:
                self.cpp.append(f"template <> inline constexpr bool ferrule::denies_{word}<{name}> = true;")
        return name, name
