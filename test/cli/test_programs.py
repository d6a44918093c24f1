"""Several programs in one database: each finds what it finds alone. Units that crash take nothing else with them."""
import json
import os
import resource
import subprocess
import unittest

from test_cli import CliTest, FERRULE, kinds

RACE = "[ferrule-unguarded-shared-data]"
THREAD = "#include <pthread.h>\n"
# A race in a class that another program has, too, and there without one.
APP = THREAD + """\
class Worker {
 public:
  void run() { ++count_; }
  int count_ = 0;
};
static void* work(void* worker) { static_cast<Worker*>(worker)->run(); return nullptr; }
int main() {
  Worker worker;
  pthread_t t;
  pthread_create(&t, nullptr, work, &worker);
  worker.run();
  pthread_join(t, nullptr);
  return worker.count_;
}
"""
TEST = """\
class Worker {
 public:
  Worker(int seed) : seed_(seed), other_(seed) {}
  int run() const { return seed_ + other_ * seed_; }
 private:
  int seed_;
  int other_;
};
int main() { return Worker(3).run(); }
"""
STEP_H = "#pragma once\nvoid step();\n"
STEP = "int steps = 0;\nvoid step() { ++steps; }\n"
MOCK = "void step() {}\n"
USER = THREAD + """\
#include "step.h"
static void* work(void*) { step(); return nullptr; }
int main() {
  pthread_t t;
  pthread_create(&t, nullptr, work, nullptr);
  step();
  pthread_join(t, nullptr);
}
"""


class ProgramsTest(CliTest):
    def entries(self, *units):
        """units: (file, object)"""
        self.write("compile_commands.json", json.dumps(
            [{"directory": str(self.root), "file": name, "arguments": ["g++", "-c", name, "-o", out]} for name, out in units]))

    def lines(self, *arguments, status=1):
        result = self.ferrule("check", *arguments)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return sorted(line for line in result.stdout.splitlines() if RACE in line)


class Programs(ProgramsTest):
    @kinds(2)
    def test_a_class_of_another_program_hides_nothing(self):
        self.write("app/main.cpp", APP)
        self.write("tests/worker_test.cpp", TEST)
        alone = self.lines("app/main.cpp", "--")
        self.assertEqual(len(alone), 1)
        self.assertEqual(self.lines("app/main.cpp", "tests/worker_test.cpp", "--"), alone)
        self.assertEqual(self.lines("tests/worker_test.cpp", "app/main.cpp", "--"), alone)

    @kinds(2)
    def test_nor_does_a_function(self):
        body = USER.replace('#include "step.h"\n', STEP)
        self.write("e.cpp", body)
        self.write("f.cpp", MOCK + "int main() { step(); }\n")
        self.assertEqual(self.lines("e.cpp", "f.cpp", "--"), self.lines("e.cpp", "--"))
        self.assertEqual(len(self.lines("e.cpp", "--")), 1)

    def test_targets_of_a_build(self):
        self.write("step.h", STEP_H)
        self.write("app/main.cpp", USER.replace("step.h", "../step.h"))
        self.write("app/step.cpp", STEP)
        self.write("tests/main.cpp", USER.replace("step.h", "../step.h"))
        self.write("tests/mock.cpp", MOCK)
        app = [("app/main.cpp", "CMakeFiles/app.dir/main.o"), ("app/step.cpp", "CMakeFiles/app.dir/step.o")]
        tests = [("tests/main.cpp", "CMakeFiles/tests.dir/main.o"), ("tests/mock.cpp", "CMakeFiles/tests.dir/mock.o")]
        self.entries(*app)
        alone = self.lines()
        self.assertEqual(len(alone), 1)
        self.entries(*tests)
        self.assertEqual(self.lines(status=0), [])
        self.entries(*tests, *app)
        self.assertEqual(self.lines(), alone)

    def test_what_they_share_is_found_once(self):
        shared = USER.replace('#include "step.h"\n', STEP).replace("int main", "void both")
        self.write("shared.cpp", shared)
        self.write("a.cpp", "void both();\nint twice() { return 1; }\nint main() { both(); return twice(); }\n")
        self.write("b.cpp", "void both();\nint twice() { both(); return 2; }\nint main() { both(); return twice(); }\n")
        self.assertEqual(len(self.lines("a.cpp", "b.cpp", "shared.cpp", "--")), 1)

    def test_why_and_claims_know_them_all(self):
        claim = '[[clang::annotate("ferrule::claim_send", "r")]] '
        self.write("a.cpp", f"struct {claim}State {{ void* a; }};\nint main() {{ State s; }}\n")
        self.write("b.cpp", "struct State { int* b; void* c; };\nstruct Only { int b; };\nint main() { State s; Only o; }\n")
        why = self.ferrule("why", "State", "a.cpp", "b.cpp", "--")
        self.assertEqual(why.stdout.count("'State'\nSend: "), 2, why.stdout)
        self.assertEqual(self.ferrule("why", "Only", "a.cpp", "b.cpp", "--").returncode, 0)
        self.refused("'Onyl' is no type of the program; did you mean 'Only'?", "why", "Onyl", "a.cpp", "b.cpp", "--")
        self.assertIn("'State' is claimed to be Send: r [needed]", self.ferrule("claims", "a.cpp", "b.cpp", "--").stdout)


class Isolation(ProgramsTest):
    @kinds(15)
    def test_a_unit_that_overflows_the_stack(self):
        deep = "int deep = " + "(" * 60000 + "1" + ")" * 60000 + ";\n"
        self.write("deep.cpp", deep)
        self.write("app.cpp", APP)
        for jobs in ("1", "2"):
            result = self.ferrule("check", "-j", jobs, "deep.cpp", "app.cpp", "--", "-fbracket-depth=100000")
            self.assertEqual(result.returncode, 3, result.stderr)
            self.assertIn(RACE, result.stdout)
            self.assertIn("not analysed: 1 of 2 units: 'deep.cpp' (the analysis of it crashed)\n", result.stderr)

    @kinds(16)
    def test_without_processes(self):
        self.write("app.cpp", APP)
        self.root.chmod(0o755)
        def limit():
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        if os.geteuid() != 0:
            self.skipTest("only root can become a user without processes")
        result = subprocess.run([FERRULE, "check", "-j", "8", "app.cpp", "--"], capture_output=True, text=True, cwd=self.root,
                                check=False, preexec_fn=limit)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(RACE, result.stdout)
        self.assertIn("note: no process can be started (Resource temporarily unavailable), and a unit that crashes will end the run\n",
                      result.stderr)


if __name__ == "__main__":
    unittest.main()
