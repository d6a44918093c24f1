"""The kinds of types that trees are made of: what each is called in Rust and in C++, and where it may stand."""
from dataclasses import dataclass

# Whether C++ lets several threads use an object through `T&`, the question that Rust does not ask:
SAME = "same"  # exactly if Rust says Sync
NEVER = "never"
PARTS = "parts"  # if all parts are


@dataclass(frozen=True)
class Kind:
    """One row: `rust` and each of `cpp` are templates, in which {0} and {1} are the parts and {all} is all of them."""

    rust: tuple
    cpp: tuple
    parts: int = 0  # exactly so many; -1: one to four
    synchronized: str = NEVER
    needs: tuple = ()  # for each part what must be known of it: "", SAME or NEVER
    indirect: bool = False  # its part may be incomplete where the type is named: recursion may pass through it
    unsized: bool = False  # its part may be a trait object
    movable: str = "yes"  # "yes", "no", or "parts"
    weight: float = 1.0
    bad: bool = False  # makes most trees that contain it neither Send nor Sync
    since: tuple = (1, 0)  # this rustc has it, with today's verdict; 1.63 may not


def leaf(rust, *cpp, **more):
    return Kind((rust,), cpp, **more)


KINDS = {
    # Scalars and plain values
    "i32": leaf("i32", "int", weight=4),
    "f64": leaf("f64", "double"),
    "bool": leaf("bool", "bool"),
    "u8": leaf("u8", "unsigned char"),
    "char": leaf("char", "char32_t"),
    "unit": leaf("()", "std::monostate", synchronized=SAME),  # nothing in it can be written
    "string": leaf("String", "std::string", weight=3),
    "str": leaf("&'static str", "std::string_view"),
    "enum": leaf("prelude::Colour", "Colour", "PlainColour"),
    "duration": leaf("std::time::Duration", "std::chrono::nanoseconds"),
    "instant": leaf("std::time::Instant", "std::chrono::steady_clock::time_point"),
    "path": leaf("std::path::PathBuf", "std::filesystem::path"),
    "complex": leaf("(f64, f64)", "std::complex<double>"),
    "thread_id": leaf("std::thread::ThreadId", "std::thread::id", "ferrule::ThreadId"),
    "thread": leaf("std::thread::Thread", "ferrule::Thread"),
    "unit_handle": leaf("std::thread::JoinHandle<()>", "std::thread", "std::jthread", "ferrule::JoinHandle<void>"),
    "member": leaf("fn(&prelude::Point) -> &i32", "int Point::*", "std::type_identity_t<int (Point::*)() const>"),
    # Made to be shared
    "atomic_i32": leaf("std::sync::atomic::AtomicI32", "std::atomic<int>", synchronized=SAME, movable="no", weight=2),
    "atomic_bool": leaf("std::sync::atomic::AtomicBool", "std::atomic<bool>", "std::atomic_flag", synchronized=SAME,
                        movable="no"),
    "condvar": leaf("std::sync::Condvar", "std::condition_variable", synchronized=SAME, movable="no"),
    "once": leaf("std::sync::Once", "std::once_flag", synchronized=SAME, movable="no"),
    "barrier": leaf("std::sync::Barrier", "std::barrier<>", "std::latch", synchronized=SAME, movable="no"),
    "bare_mutex": leaf("std::sync::Mutex<()>", "std::mutex", "std::recursive_mutex", "std::timed_mutex",
                       synchronized=SAME, movable="no"),
    "bare_rwlock": leaf("std::sync::RwLock<()>", "std::shared_mutex", synchronized=SAME, movable="no"),
    # Bound to a thread, type-erased, or not decided by the compiler
    "bare_guard": leaf("std::sync::MutexGuard<'static, ()>", "std::unique_lock<std::mutex>",
                       "std::lock_guard<std::mutex>", "std::scoped_lock<std::mutex>", bad=True, movable="no"),
    "bare_read_guard": leaf("std::sync::RwLockReadGuard<'static, ()>", "std::shared_lock<std::shared_mutex>", bad=True),
    "function": Kind(("Box<dyn Fn()>", "Box<dyn FnMut(i32) -> bool>"),
                     ("std::function<void()>", "std::function<bool(int)>"), bad=True),
    "any": leaf("Box<dyn std::any::Any>", "std::any", bad=True),
    "void_pointer": Kind(("*mut ()", "*const ()"), ("void*", "const void*"), bad=True),
    "frame": leaf("std::task::RawWaker", "std::coroutine_handle<>", bad=True),
    "dyn": Kind(("dyn prelude::Tr", "dyn prelude::Tr + Send", "dyn prelude::Tr + Sync", "dyn prelude::Tr + Send + Sync"),
                ("Tr", "TrSend", "TrSync", "TrSendSync"), weight=0),
    # Owners
    "box": Kind(("Box<{0}>", "std::pin::Pin<Box<{0}>>"), ("std::unique_ptr<{0} const>",), 1, indirect=True, unsized=True,
                weight=3),
    "box_slice": Kind(("Box<[{0}]>",), ("std::unique_ptr<{0} const[]>",), 1),
    "box_shared": Kind(("Box<{0}>",), ("std::unique_ptr<{0}>",), 1, needs=(SAME,)),
    "vec": Kind(("Vec<{0}>",), ("std::vector<{0}>", "std::list<{0}>", "std::forward_list<{0}>"), 1, indirect=True, weight=3),
    "deque": Kind(("std::collections::VecDeque<{0}>",), ("std::deque<{0}>", "std::queue<{0}>", "std::stack<{0}>"), 1),
    "set": Kind(("std::collections::BTreeSet<{0}>",), ("std::set<{0}>", "std::multiset<{0}>"), 1),
    "map": Kind(("std::collections::BTreeMap<{0}, {1}>", "std::collections::HashMap<{0}, {1}>"),
                ("std::map<{0}, {1}>", "std::multimap<{0}, {1}>"), 2),
    "hash_map": Kind(("std::collections::HashMap<i32, {0}>",), ("std::unordered_map<int, {0}>",), 1),
    "option": Kind(("Option<{0}>",), ("std::optional<{0}>",), 1, movable="parts", weight=2),
    "result": Kind(("Result<{0}, {1}>",), ("ferrule::Expected<{0}, {1}>",), 2, movable="parts"),
    "array": Kind(("[{0}; 2]",), ("std::array<{0}, 2>",), 1, movable="parts"),
    "pair": Kind(("({0}, {1})",), ("std::pair<{0}, {1}>",), 2, movable="parts"),
    "tuple": Kind(("({all},)",), ("std::tuple<{all}>",), -1, movable="parts", weight=2),
    "send_error": Kind(("std::sync::mpsc::SendError<{0}>",), ("ferrule::SendError<{0}>",), 1, movable="parts"),
    "fn": Kind(("fn({0}) -> {1}",), ("std::type_identity_t<{1} (*)({0})>",), 2),
    # References
    "ref": Kind(("&'static {0}",), ("{0} const*", "std::reference_wrapper<{0} const>"), 1, indirect=True, unsized=True,
                weight=3),
    "slice": Kind(("&'static [{0}]", "std::slice::Iter<'static, {0}>"), ("std::span<{0} const>",), 1),
    "ref_shared": Kind(("&'static {0}",), ("{0}*", "std::reference_wrapper<{0}>", "std::span<{0}>"), 1, needs=(SAME,)),
    "ref_mut": Kind(("&'static mut {0}",), ("std::unique_ptr<{0} const, Borrowed>",), 1, indirect=True, unsized=True),
    "raw": Kind(("*mut {0}", "*const {0}", "std::ptr::NonNull<{0}>"), ("{0}*", "std::reference_wrapper<{0}>"), 1,
                needs=(NEVER,), bad=True),
    # Shared owners
    "arc": Kind(("std::sync::Arc<{0}>",),
                ("ferrule::Arc<{0}>", "std::shared_ptr<{0} const>"), 1, indirect=True, unsized=True,
                weight=4),
    "shared_future": Kind(("std::sync::Arc<{0}>",), ("std::shared_future<{0}>",), 1),
    "arc_shared": Kind(("std::sync::Arc<{0}>",), ("std::shared_ptr<{0}>",), 1, needs=(SAME,), weight=2),
    "weak": Kind(("std::sync::Weak<{0}>",), ("ferrule::Weak<{0}>", "std::weak_ptr<{0} const>"), 1, indirect=True,
                 unsized=True),
    "rc": Kind(("std::rc::Rc<{0}>",), ("Rc<{0}>",), 1, indirect=True, unsized=True, bad=True),
    "rc_weak": Kind(("std::rc::Weak<{0}>",), ("WeakRc<{0}>",), 1, indirect=True, unsized=True, bad=True),
    # Interior mutability
    "cell": Kind(("std::cell::Cell<{0}>",), ("Cell<{0}>",), 1, needs=(NEVER,), movable="parts", weight=1.5),
    "marked_cell": Kind(("std::cell::UnsafeCell<{0}>",), ("MarkedCell<{0}>",), 1, movable="parts"),
    "ref_cell": Kind(("std::cell::RefCell<{0}>",), ("RefCell<{0}>",), 1, movable="parts", weight=1.5),
    # Locks and channels
    "mutex": Kind(("std::sync::Mutex<{0}>",), ("ferrule::Mutex<{0}>",), 1, synchronized=SAME, movable="no", weight=4),
    "rwlock": Kind(("std::sync::RwLock<{0}>",), ("ferrule::RwLock<{0}>",), 1, synchronized=SAME, movable="no", weight=3),
    "mutex_guard": Kind(("std::sync::MutexGuard<'static, {0}>",), ("ferrule::MutexGuard<{0}>",), 1, bad=True, movable="no"),
    "read_guard": Kind(("std::sync::RwLockReadGuard<'static, {0}>",), ("ferrule::ReadGuard<{0}>",), 1, bad=True,
                       movable="no"),
    "write_guard": Kind(("std::sync::RwLockWriteGuard<'static, {0}>",), ("ferrule::WriteGuard<{0}>",), 1, bad=True,
                        movable="no"),
    "sender": Kind(("std::sync::mpsc::Sender<{0}>",), ("ferrule::Sender<{0}>",), 1, synchronized=SAME, since=(1, 72)),
    "sync_sender": Kind(("std::sync::mpsc::SyncSender<{0}>",), ("ferrule::SyncSender<{0}>",), 1, synchronized=SAME),
    "receiver": Kind(("std::sync::mpsc::Receiver<{0}>",), ("ferrule::Receiver<{0}>",), 1),
    "join_handle": Kind(("std::thread::JoinHandle<{0}>",), ("ferrule::JoinHandle<{0}>",), 1),
    "scoped_handle": Kind(("std::thread::ScopedJoinHandle<'static, {0}>",), ("ferrule::ScopedJoinHandle<{0}>",), 1,
                          since=(1, 72)),
}

# Kinds with a definition of their own; definitions.py writes them. `parts` are the types of their members.
NAMED = {
    "struct": 4.0,
    "class": 2.0,
    "derived": 1.5,  # the first part is a base class
    "virtual": 0.5,  # the same, with virtual inheritance and a virtual destructor
    "sum": 2.0,  # an enum with data
    "union": 0.7,
    "recursive": 1.5,  # has a member that leads back to it
    "mutual": 0.7,  # two classes that lead to each other
    "generic": 2.5,  # a template and its arguments; the first part is its body
    "monitor": 1.5,  # guards its members with a lock of its own
    "claimed": 0.7,
    "marked": 0.6,
}
# The forms of claims and marks: what is said, and whether by a macro or by a trait.
CLAIMS = ("send", "sync", "send sync", "trait send", "trait sync", "trait send sync")
MARKS = ("send", "sync", "send sync", "affine", "trait send", "trait sync", "trait send sync")


def strays(tree):
    """Whether a member function of this monitor forgets the lock."""
    return tree.form % 4 == 3


def synchronized(tree):
    """SAME, NEVER, or "" where neither is certain."""
    if tree.kind in KINDS:
        return KINDS[tree.kind].synchronized
    if tree.kind == "monitor":
        return NEVER if strays(tree) else SAME
    if tree.kind in ("struct", "derived"):
        known = {synchronized(part) for part in tree.parts}
        if known == {SAME}:
            return SAME
        # A lock beside other members may guard them: then the class is a monitor.
        if known == {NEVER}:
            return NEVER
    return ""


def is_movable(tree):
    """Whether a value of the C++ type can be moved into a thread."""
    if tree.kind in KINDS:
        kind = KINDS[tree.kind]
        return kind.movable == "yes" or (kind.movable == "parts" and all(map(is_movable, tree.parts)))
    if tree.kind in ("self", "other", "parameter"):
        return True
    if tree.kind in ("union", "virtual", "monitor"):
        return False
    return all(map(is_movable, tree.parts))
