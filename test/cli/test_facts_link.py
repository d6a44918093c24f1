"""'facts' and 'link' are the two halves of 'check': the same findings, and no more input or output than they name."""
import json
import os
import shutil
import unittest

from test_cache import MAIN, RACE, WORK, WORK_H
from test_cli import CliTest

FLAGS = ("--", "-Iinclude")


class FactsTest(CliTest):
    def setUp(self):
        super().setUp()
        self.sources(self.root)

    def sources(self, root):
        for name, text in (("include/work.h", WORK_H), ("work.cpp", WORK), ("main.cpp", MAIN)):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def facts(self, *names, options=(), flags=FLAGS):
        for name in names:
            result = self.ferrule("facts", name, "-o", f"{name}.facts", *options, *flags)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        return [f"{name}.facts" for name in names]

    def same(self, checked, linked):
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (linked.returncode, linked.stdout, linked.stderr))


class Halves(FactsTest):
    def test_findings_are_those_of_check(self):
        files = self.facts("main.cpp", "work.cpp")
        self.database([("main.cpp", "-Iinclude"), ("work.cpp", "-Iinclude")])
        for options in (["--format", "text"], ["--format", "json"], ["--format", "sarif"], ["--profile", "strict"],
                        ["--explain-incomplete", "--statistics"]):
            self.same(self.ferrule("check", "--no-cache", *options), self.ferrule("link", *files[::-1], *options))
        self.assertIn(RACE, self.ferrule("link", *files).stdout)

    def test_comments_hide(self):
        self.write("main.cpp", MAIN.replace("counter.add();", "counter.add();  // NOLINT(ferrule-*): a test"))
        linked = self.ferrule("link", *self.facts("main.cpp", "work.cpp"))
        self.assertEqual((linked.returncode, linked.stdout), (0, ""))

    def test_programs(self):
        self.write("other.cpp", "struct Counter {\n  Counter(int n) : n_(n) {}\n  void add() const {}\n  int n_;\n};\nint main() { Counter(1).add(); }\n")
        commands = {"main.cpp": "CMakeFiles/one.dir/main.cpp.o", "work.cpp": "CMakeFiles/one.dir/work.cpp.o",
                    "other.cpp": "CMakeFiles/two.dir/other.cpp.o"}
        self.write("compile_commands.json", json.dumps(
            [{"directory": str(self.root), "file": name, "arguments": ["g++", "-Iinclude", "-c", name, "-o", out]}
             for name, out in commands.items()]))
        files = [self.facts(name, flags=(*FLAGS, "-o", out))[0] for name, out in commands.items()]
        self.same(self.ferrule("check", "--no-cache", "--format", "json"), self.ferrule("link", *files, "--format", "json"))

    def test_every_folder_gives_the_same_bytes(self):
        first = self.root
        contents = []
        for folder in ("a", "z/deep"):
            self.root = first / folder
            self.sources(self.root)
            self.write("work.cpp", WORK + "static int calls;\nconst char* name = __FILE__;\nvoid count() { auto f = [] { ++calls; }; f(); }\n")
            files = self.facts("main.cpp", "work.cpp", options=["--path-prefix-map", f"{self.root}=/project"])
            contents.append([(self.root / file).read_bytes() for file in files])
            self.assertNotIn(str(self.root).encode(), b"".join(contents[-1]))
            checked = self.ferrule("check", "--no-cache", "main.cpp", "work.cpp", "--format", "json", *FLAGS)
            linked = self.ferrule("link", "--path-prefix-map", f"/project={self.root}", *files, "--format", "json")
            self.assertIn("unguarded-shared-data", linked.stdout)
            self.same(checked, linked)
        self.assertEqual(contents[0], contents[1])

    def test_nothing_else_is_read_or_written(self):
        self.write(".ferrule.json", "nonsense")
        environment = {**os.environ, "XDG_CACHE_HOME": str(self.root / "xdg"), "FERRULE_NO_CACHE": ""}
        for arguments in (["facts", "main.cpp", "-o", "main.facts", *FLAGS], ["link", "main.facts"]):
            result = self.ferrule(*arguments, env=environment)
            self.assertNotEqual(result.returncode, 2, result.stderr)
        self.assertEqual(sorted(path.name for path in self.root.iterdir()),
                         [".ferrule.json", "include", "main.cpp", "main.facts", "work.cpp"])

    def test_the_files_that_were_read(self):
        shutil.move(self.root / "include", self.root / "in clude")
        self.facts("work.cpp", options=["--depfile", "work.d"], flags=("--", "-Iin clude"))
        text = (self.root / "work.d").read_text()
        self.assertTrue(text.startswith("work.cpp.facts: \\\n"))
        self.assertIn(f"  {self.root}/in\\ clude/work.h", text)
        self.assertIn(f"  {self.root}/work.cpp", text)


class WrongUses(FactsTest):
    def test_words(self):
        self.refused("'ferrule facts' needs the compiler's flags, behind '--'", "facts", "main.cpp", "-o", "x")
        self.refused("'ferrule facts' needs '-o FILE', where the facts go", "facts", "main.cpp", "--")
        self.refused("'ferrule facts' takes one file before '--'", "facts", "main.cpp", "work.cpp", "-o", "x", "--")
        self.refused("'main.cpp' is a file that is analysed or read, and '-o' would overwrite it", "facts", "main.cpp", "-o",
                     "main.cpp", "--")
        self.refused("'a=b' is no map of paths; '--path-prefix-map' takes OLD=NEW, two absolute paths", "link", "x",
                     "--path-prefix-map", "a=b")
        self.refused("'ferrule link' needs files with facts; 'ferrule facts' writes them", "link")

    def test_a_unit_that_does_not_parse(self):
        result = self.ferrule("facts", "main.cpp", "-o", "main.facts", "--")
        self.assertEqual((result.returncode, result.stdout), (3, ""))
        self.assertIn("'work.h' file not found", result.stderr)
        self.assertFalse((self.root / "main.facts").exists())

    def test_files_without_facts(self):
        whole = (self.root / self.facts("work.cpp")[0]).read_bytes()
        self.write("text.facts", "text")
        (self.root / "cut.facts").write_bytes(whole[:-1])
        (self.root / "other.facts").write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
        self.refused("'text.facts' is no fact file", "link", "text.facts")
        self.refused("'cut.facts' is a damaged fact file", "link", "cut.facts")
        self.refused("'other.facts' is a fact file of another version of Ferrule", "link", "other.facts")
        self.refused("'gone.facts' cannot be read: No such file or directory", "link", "gone.facts")


if __name__ == "__main__":
    unittest.main()
