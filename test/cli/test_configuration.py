"""`.ferrule.json` and `ferrule claims` from outside. Run with FERRULE and LLVM_ROOT set."""
import json
import re
import unittest
from pathlib import Path

import jsonschema

from test_cli import CLEAN, DANGLING, CliTest

PAGE = Path(__file__).resolve().parents[2] / "docs/configuration.md"
SCHEMA = PAGE.parent / "ferrule.schema.json"
HANDLE = """\
#include <thread>
#include <utility>
namespace lib {
class Impl;
struct Handle { Handle(); Handle(Handle&&); Impl* impl; };
template <class T> struct Future { Future(); Future(Future&&); Impl* impl; };
}
void hand_over() {
  lib::Handle handle;
  lib::Future<int> number;
  lib::Future<lib::Impl*> pointer;
  std::thread worker([handle = std::move(handle), number = std::move(number), pointer = std::move(pointer)] {});
  worker.join();
}
"""


class ConfigurationTest(CliTest):
    def configure(self, text, name=".ferrule.json"):
        return self.write(name, text if isinstance(text, str) else json.dumps(text))

    def why(self, name, *options):
        result = self.ferrule("why", name, *options, "a.cpp", "--", "-std=c++20")
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def claims(self, *options):
        result = self.ferrule("claims", *options, "a.cpp", "--", "-std=c++20")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout


class Refused(ConfigurationTest):
    def test_each_mistake_with_its_place(self):
        self.write("a.cpp", CLEAN)
        claim = '{"claims": [\n  {"type": "A", %s}]}'
        for text, place, sentence in (
            ("", "1:1", "is not JSON"),
            ('{\n"profile": strict}', "2:12", "is not JSON"),
            ("[]", "1:1", "has a configuration that is not an object"),
            ('{\n  "profil": "strict"}', "2:3", "has 'profil', which is not a key of a configuration; did you mean 'profile'?"),
            ('{"profile": "stict"}', "1:13", "has 'stict', which is not a profile; did you mean 'strict'?"),
            ('{"profile": 3}', "1:13", "has 'profile', which must be a string"),
            ('{"profile": "strict",\n "profile": "default"}', "2:2", "has 'profile' twice"),
            ('{"version": 2}', "1:13", "has 'version' 2, and this Ferrule reads version 1"),
            ('{"rules": ["lock-ordr"]}', "1:12", "has 'lock-ordr', which is not a rule; did you mean 'lock-order'?"),
            ('{"rules": "lock-order"}', "1:11", "has 'rules', which must be a list of strings"),
            (claim % '"sned": true, "reason": "r"', "2:17", "has 'sned', which is not a key of a claim; did you mean 'send'?"),
            (claim % '"send": true', "2:3", "has a claim of 'A' without 'reason'"),
            (claim % '"send": true, "reason": " "', "2:41", "has a claim of 'A' whose 'reason' is empty"),
            (claim % '"reason": "r"', "2:3", "has a claim of 'A' that claims nothing; it needs 'send', 'sync', "
                                            "'synchronized' or 'thread_bound'"),
            (claim % '"send": 1, "reason": "r"', "2:25", "has 'send', which must be true, false or a condition like 'send(T0)'"),
            (claim % '"send": "maybe", "reason": "r"', "2:25", "has 'maybe' for 'send', which is not a condition like 'send(T0)'"),
            ('{"types": [{"names": ["A"], "send": "yes", "sync": "yes"}]}', "1:12", "has a type without 'synchronized'"),
            ('{"types": [{"names": ["A"], "send": "yess", "sync": "yes", "synchronized": "no"}]}', "1:37",
             "has 'yess' for 'send', which is not an answer like 'yes', 'no' or 'send(T0)'"),
            ('{"functions": {"f": {"does": "strat"}}}', "1:30",
             "has 'strat', which is not something that a function does; did you mean 'start'?"),
            ('{"classes": {"C": {"is": "lok"}}}', "1:26", "has 'lok', which is not something that a class is; did you mean 'lock'?"),
            ('{"functions": {"f": {"does": "lock", "on": -1}}}', "1:44", "has 'on', which must be a whole number from 0"),
            ('{"functions": {"f": {"does": "access", "reads": [0, "x"]}}}', "1:53",
             "has 'reads' with what is no whole number from 0"),
            ('{"functions": {"f": {"does": "access", "writes": 1}}}', "1:50",
             "has 'writes', which must be a list of whole numbers from 0"),
            ('{"functions": {"f": {"does": "access"}}}', "1:21",
             "has 'f' without 'reads' or 'writes', which name its arguments"),
            ('{"types": [{"names": ["a::{b,c"], "send": "yes", "sync": "yes", "synchronized": "no"}]}', "1:23",
             "has 'a::{b,c', whose braces do not match"),
            ('{"claims": [{"type": "A", "send": true, "reason": "r"},\n{"type": "A", "send": false, "reason": "s"}]}', "2:23",
             "has a second claim of 'A' with 'send'"),
            ('{"classes": {"{a,b": {"is": "lock"}}}', "1:14", "has '{a,b', whose braces do not match"),
        ):
            path = self.configure(text)
            for command in (["check"], ["claims"], ["why", "A"]):
                self.refused(f"'{path}:{place}' {sentence}", *command, "a.cpp", "--")

    def test_files_that_cannot_be_read(self):
        self.write("a.cpp", CLEAN)
        (self.root / "folder").mkdir()
        self.refused("'absent.json' does not exist", "check", "--config", "absent.json", "a.cpp", "--")
        self.refused("'folder' is a directory, not a configuration", "claims", "--config", "folder", "a.cpp", "--")


class Settings(ConfigurationTest):
    def test_is_found_upwards_and_overridden(self):
        self.write("src/a.cpp", DANGLING)
        self.configure({"rules": ["lock-order"]})
        check = lambda *options: self.ferrule("check", *options, "src/a.cpp", "--", "-std=c++20")
        self.assertEqual(check().returncode, 0)
        self.assertEqual(check("--rules", "non-moved-capture").returncode, 1)
        self.configure({"rules": ["non-moved-capture"]}, "other.json")
        self.assertEqual(check("--config", "other.json").returncode, 1)
        self.configure({}, "src/.ferrule.json")
        self.assertEqual(check().returncode, 1)

    def test_profiles_by_path(self):
        self.write("src/a.cpp", HANDLE)
        check = lambda *options: self.ferrule("check", *options, "src/a.cpp", "--", "-std=c++20")
        self.assertEqual(check().returncode, 0)
        for settings in ({"profile": "strict"}, {"profiles": {"src": "strict"}}, {"profile": "strict", "profiles": {"sr": "default"}}):
            self.configure(settings)
            result = check()
            self.assertEqual(result.returncode, 1, settings)
            self.assertIn("[ferrule-non-send-crossing]", result.stdout)
            self.assertEqual(check("--profile", "default").returncode, 0)
        self.configure({"profile": "strict", "profiles": {"src/a.cpp": "default"}})
        self.assertEqual(check().returncode, 0)


class Claims(ConfigurationTest):
    def test_of_foreign_types_are_honoured_and_explained(self):
        self.write("a.cpp", HANDLE)
        self.assertIn("Send: unknown", self.why("lib::Handle"))
        self.configure({"claims": [{"type": "lib::Handle", "send": True, "reason": "the manual says so"}]})
        text = self.why("lib::Handle")
        self.assertIn("Send: yes", text)
        self.assertIn("'lib::Handle' is claimed to be Send: the manual says so", text)
        self.assertIn(".ferrule.json:1:37)", text)

    def test_depend_on_template_arguments(self):
        self.write("a.cpp", HANDLE)
        self.configure({"claims": [{"type": "lib::Future", "send": "send(T0)", "reason": "it owns its value"}]})
        self.assertIn("Send: yes\n", self.why("lib::Future<int>"))
        self.assertIn("is claimed to be Send if send(T0): it owns its value", self.why("lib::Future<int>"))
        self.assertNotIn("Send: yes\n", self.why("lib::Future<lib::Impl *>").split("Sync")[0])

    def test_deny(self):
        self.write("a.cpp", HANDLE)
        for claim, sentence in (({"send": False}, "is marked as not Send: r"),
                                ({"thread_bound": True}, "is bound to its thread: r")):
            self.configure({"claims": [{"type": "lib::Handle", "reason": "r", **claim}]})
            self.assertIn(sentence, self.why("lib::Handle"))
            result = self.ferrule("check", "a.cpp", "--", "-std=c++20")
            self.assertIn("[ferrule-non-send-crossing]", result.stdout)

    def test_of_a_class_that_is_not_there_is_noted(self):
        self.write("a.cpp", CLEAN)
        self.database([("a.cpp", "")])
        self.configure({"claims": [{"type": "lib::Handle", "send": True, "reason": "r"}]})
        result = self.ferrule("check")
        self.assertEqual(result.returncode, 0)
        self.assertIn("note: 'lib::Handle' is claimed in .ferrule.json:1:13, but the program has no such class\n", result.stderr)
        self.assertNotIn("lib::Handle", self.ferrule("check", "--units", "a.cpp").stderr)

    def test_of_a_class_that_is_misspelt_is_noted_with_the_right_name(self):
        self.write("a.cpp", HANDLE)
        self.database([("a.cpp", "")])
        self.configure({"claims": [{"type": "lib::Handel", "send": True, "reason": "r"}]})
        self.assertIn("but the program has no such class; did you mean 'lib::Handle'?\n", self.ferrule("check").stderr)

    def test_by_traits_have_their_comments_as_reasons(self):
        self.write("a.cpp", """\
namespace ferrule {
template <class T> inline constexpr bool claims_send = false;
template <class T> inline constexpr bool claims_sync = false;
}
struct A { void* x; };
struct B { void* x; };
struct C { void* x; };
template <class T> struct D { void* x; };
template <> inline constexpr bool ferrule::claims_send<A> = true;  // its owner hands it over
// The driver takes any thread,
// one at a time.
template <>
inline constexpr bool ferrule::claims_send<B> = true;

template <> inline constexpr bool ferrule::claims_send<C> = true;  // NOLINT
template <class T>
inline constexpr bool ferrule::claims_sync<D<T>> = true;  // nobody changes it
A a; B b; C c; D<int> d;
""")
        text = self.claims()
        self.assertIn("'A' is claimed to be Send: its owner hands it over [needed]", text)
        self.assertIn("'B' is claimed to be Send: The driver takes any thread, one at a time [needed]", text)
        self.assertIn("'C' is claimed to be Send: it specialises 'ferrule::claims_send' [needed]", text)
        self.assertIn("'D<int>' is claimed to be Sync: nobody changes it [needed]", text)

    def test_are_listed(self):
        self.write("a.cpp", """\
#define CLAIM_SEND(reason) [[clang::annotate("ferrule::claim_send", reason)]]
#define NOT_SEND(reason) [[clang::annotate("ferrule::not_send", reason)]]
struct CLAIM_SEND("plain") Plain { int x; };
struct CLAIM_SEND("one thread at a time") Opaque { void* x; };
struct NOT_SEND("a context") Context { int x; };
struct CLAIM_SEND("copies are independent") Counted {
  Counted() : count(new int(1)) {}
  Counted(const Counted& other) : count(other.count) { ++*count; }
  int* count;
};
struct Foreign { void* x; };
template <class T> struct Box { void* x; };
Plain plain; Opaque opaque; Context context; Counted counted; Foreign foreign; Box<int> a; Box<char> b;
""")
        self.configure({"claims": [{"type": "Foreign", "sync": True, "reason": "manual"},
                                   {"type": "Box", "send": "send(T0)", "reason": "owns"},
                                   {"type": "Absent", "send": True, "reason": "r"}]})
        text = self.claims()
        self.assertRegex(text, r"(?m)^a\.cpp:3:\d+: 'Plain' is claimed to be Send: plain \[no longer needed\]$")
        self.assertRegex(text, r"(?m)^a\.cpp:4:\d+: 'Opaque' is claimed to be Send: one thread at a time \[needed\]$")
        self.assertRegex(text, r"(?m)^a\.cpp:5:\d+: 'Context' is marked as not Send: a context \[declared\]$")
        self.assertRegex(text, r"(?m)^a\.cpp:6:\d+: 'Counted' is claimed .* \[contradicted\]\na\.cpp:8:\d+: note: ")
        self.assertRegex(text, r"(?m)^\.ferrule\.json:1:\d+: 'Foreign' is claimed to be Sync: manual \[needed\]$")
        self.assertRegex(text, r"(?m)^\.ferrule\.json:1:\d+: 'Box' \(2 instances\) is claimed to be Send if send\(T0\): owns \[needed\]$")
        self.assertRegex(text, r"(?m)^\.ferrule\.json:1:\d+: 'Absent' is claimed to be Send: r \[the program has no such class\]$")
        listed = json.loads(self.claims("--format", "json"))
        self.assertEqual(listed["version"], 1)
        self.assertEqual([claim["state"] for claim in listed["claims"]],
                         ["needed", "needed", "unseen", "not_needed", "needed", "declared", "contradicted"])
        self.assertEqual(listed["claims"][1]["instances"], ["Box<char>", "Box<int>"])
        self.assertEqual(self.claims("-j", "1"), self.claims("-j", "3"))

    def test_contradicted_in_the_configuration(self):
        self.write("a.cpp", """\
struct Counted {
  Counted() : count(new int(1)) {}
  Counted(const Counted& other) : count(other.count) { ++*count; }
  int* count;
};
Counted counted;
""")
        self.configure({"claims": [{"type": "Counted", "send": True, "reason": "r"}]})
        result = self.ferrule("check", "a.cpp", "--")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"(?m)^\.ferrule\.json:1:\d+: warning: 'Counted' .*\[ferrule-unsound-claim\]$")

    def test_of_an_incomplete_program(self):
        self.write("a.cpp", "int broken( {\n")
        self.database([("a.cpp", "")])
        result = self.ferrule("claims")
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertIn("not analysed: 1 of 1 unit: 'a.cpp' (it does not parse)", result.stderr)
        self.refused("'--formt' is not an option of 'ferrule claims'; did you mean '--format'?", "claims", "--formt")


class Schema(unittest.TestCase):
    """The JSON Schema for editors: it takes what Ferrule takes, and refuses the slips that a schema can see."""

    def setUp(self):
        schema = json.loads(SCHEMA.read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(schema)

    def test_takes_the_examples(self):
        text = PAGE.read_text() + (PAGE.parent / "knowledge.md").read_text()
        examples = [json.loads(block) for block in re.findall(r"```json\n(\{.*?)```", text, re.S) if '"version"' in block]
        self.assertTrue(examples)
        for example in [*examples, {}, {"profiles": {"a": "off"}, "exclude": ["a"], "rules": ["lock-order"], "$schema": "x"}]:
            self.validator.validate(example)

    def test_refuses_slips(self):
        claim = {"type": "A", "send": True, "reason": "r"}
        self.validator.validate({"claims": [claim]})
        for wrong in ([], {"profil": "strict"}, {"profile": "off"}, {"profiles": {"a": "of"}}, {"version": 2}, {"rules": ["lock-ordr"]},
                      {"rules": "lock-order"}, {"exclude": "a"}, {"claims": [{**claim, "sned": True}]}, {"claims": [{**claim, "reason": " "}]},
                      {"claims": [{"type": "A", "send": True}]}, {"claims": [{**claim, "synchronized": False}]},
                      {"claims": [{**claim, "thread_bound": False}]}, {"functions": {"f": {"does": "strat"}}},
                      {"functions": {"f": {"does": "lock", "on": -1}}}, {"classes": {"C": {"is": "lok"}}},
                      {"types": [{"names": ["A"], "send": "yes", "sync": "yes"}]}):
            self.assertFalse(self.validator.is_valid(wrong), wrong)


class Documentation(ConfigurationTest):
    def test_the_worked_example(self):
        section = PAGE.read_text().split("## A worked example")[1]
        header, source = re.findall(r"```cpp\n(.*?)```", section, re.S)
        (settings,) = re.findall(r"```json\n(.*?)```", section, re.S)
        self.write("vendor/camera.h", header)
        self.write("a.cpp", source)
        flags = ["a.cpp", "--", "-std=c++20", "-isystem", "vendor"]
        check = lambda *options: self.ferrule("check", *options, *flags)
        self.assertEqual(check().returncode, 0, check().stdout)
        handed_over = r"(?m)^a\.cpp:11:\d+: .*\[ferrule-non-send-crossing\]$"
        self.assertRegex(check("--profile", "strict").stdout, handed_over)
        self.assertIn("Send: unknown", self.ferrule("why", "camera::Device", *flags).stdout)
        self.configure(settings)
        after = check()
        self.assertIn("'frames'", after.stdout)
        self.assertIn("[ferrule-unguarded-shared-data]", after.stdout)
        self.assertNotRegex(check("--profile", "strict").stdout, handed_over)
        self.assertIn("Send: yes", self.ferrule("why", "camera::Device", *flags).stdout)
