"""NOLINT comments that hide nothing, and those that do not say why. Run with FERRULE set."""
import unittest

from test_cli import BROKEN, CliTest, DANGLING, kinds


class UnusedSuppressions(CliTest):
    def check(self, text, *arguments, status, form="concise"):
        self.write("a.cpp", text)
        self.database([("a.cpp", "-std=c++20")])
        result = self.ferrule("check", "--quiet", "--format", form, *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result.stdout

    @kinds(13)
    def test_one_that_hides_nothing(self):
        text = self.check("int x;\nint y;  // NOLINT(bugprone-x,ferrule-lock-order): once\n", status=1)
        self.assertEqual(text, "a.cpp:2:12: warning: 'ferrule-lock-order' hides nothing here [ferrule-unused-suppression]\n")

    def test_one_that_hides_something(self):
        hidden = DANGLING.replace("; });", "; });  // NOLINT(ferrule-non-moved-capture)")
        self.assertEqual(self.check(hidden, status=0), "")
        self.assertEqual(self.check("// NOLINTBEGIN(ferrule-*)\n" + DANGLING + "// NOLINTEND(ferrule-*)\n", status=0), "")
        both = DANGLING.replace("; });", "; });  // NOLINT(ferrule-non-moved-capture, ferrule-lock-order)")
        self.assertIn("'ferrule-lock-order' hides nothing here", self.check(both, status=1))

    def test_what_another_profile_would_show_is_not_unused(self):
        strict = "void run(void (*f)());\n#include <thread>\nvoid start(int* p) { std::thread([p] { *p = 1; }).detach(); }\n"
        shown = self.check(strict, "--profile", "strict", status=1).splitlines()
        rules = ", ".join(sorted({line.rsplit("[", 1)[1].rstrip("]") for line in shown}))
        hidden = strict.replace(".detach(); }", f".detach(); }}  // NOLINT({rules})")
        self.assertEqual(self.check(hidden, status=0), "")

    def test_what_cannot_be_known_is_not_said(self):
        unused = "int x;  // NOLINT(ferrule-lock-order)\n"
        self.check(unused, "--rules", "unused-suppression", status=0)
        self.check(unused, "--units", "a.cpp", status=0)
        self.assertEqual(self.ferrule("check", "a.cpp", "--").returncode, 0)
        self.check("#ifdef _WIN32\n" + unused + "#endif\n", status=0)
        self.write("b.cpp", BROKEN)
        self.write("a.cpp", unused)
        self.database([("a.cpp", ""), ("b.cpp", "")])
        self.assertEqual(self.ferrule("check", "--quiet").stdout, "")

    def test_in_a_header_with_a_guard(self):
        self.write("h.h", "#ifndef H_H\n#define H_H\ninline int twice(int x) { return 2 * x; }  // NOLINT(ferrule-lock-order)\n#endif\n")
        self.assertRegex(self.check('#include "h.h"\n', status=1), r"\Ah\.h:3:\d+: warning: 'ferrule-lock-order' hides nothing here")

    @kinds(13)
    def test_misspelt_and_unpaired(self):
        text = self.check("int x;  // NOLINT(ferrule-lock-oder)\n// NOLINTBEGIN(ferrule-*)\n", status=1, form="text")
        self.assertIn("'ferrule-lock-oder' is no rule, so it hides nothing [ferrule-unused-suppression]", text)
        self.assertIn("cure: write 'ferrule-lock-order'\n", text)
        self.assertIn("'NOLINTBEGIN(ferrule-*)' has no 'NOLINTEND(ferrule-*)' after it, so it hides nothing", text)

    def test_reasons(self):
        bare = DANGLING.replace("; });", "; });  // NOLINT(ferrule-non-moved-capture)")
        text = self.check(bare, "--require-reasons", status=1)
        self.assertIn("'NOLINT(ferrule-non-moved-capture)' does not say why [ferrule-unused-suppression]", text)
        self.assertEqual(self.check(bare.replace("capture)", "capture): it ends first"), "--require-reasons", status=0), "")

    def test_can_be_hidden_itself(self):
        self.assertEqual(self.check("int x;  // NOLINT(ferrule-lock-order, ferrule-unused-suppression)\n", status=0), "")


if __name__ == "__main__":
    unittest.main()
