"""What is kept between runs: findings are those of a run without it, whatever happens to the files, to the cache or to the run."""
import json
import os
import random
import signal
import subprocess
import time
import unittest
from pathlib import Path

from test_cli import FERRULE, CliTest

WORK_H = "#pragma once\nstruct Counter {\n  void add() { ++count_; }\n  int count_ = 0;\n};\nvoid work(Counter& counter);\n"
WORK = '#include "work.h"\nvoid work(Counter& counter) { counter.add(); }\n'
MAIN = """\
#include "work.h"
typedef unsigned long pthread_t;
extern "C" int pthread_create(pthread_t*, const void*, void* (*)(void*), void*);
extern "C" int pthread_join(pthread_t, void**);
static void* run(void* counter) { work(*static_cast<Counter*>(counter)); return nullptr; }
int main() {
  Counter counter;
  pthread_t t;
  pthread_create(&t, nullptr, run, &counter);
  counter.add();
  pthread_join(t, nullptr);
}
"""
RACE = "[ferrule-unguarded-shared-data]"


class CacheTest(CliTest):
    def setUp(self):
        super().setUp()
        self.cache = self.root / "cache"
        self.write("include/work.h", WORK_H)
        self.write("work.cpp", WORK)
        self.write("main.cpp", MAIN)
        self.project(["main.cpp", "work.cpp"])

    def project(self, names, flags="-Ifirst -Iinclude"):
        self.database([(name, flags) for name in names])

    def check(self, *arguments, cache=None, **options):
        result = self.ferrule("check", "--cache", cache or self.cache, *arguments, **options)
        return result.returncode, result.stdout, result.stderr

    def without(self, *arguments):
        result = self.ferrule("check", "--no-cache", *arguments)
        return result.returncode, result.stdout, result.stderr

    def use(self, *arguments):
        """What the cache had: 'facts of 2 units kept, of 0 units made; findings kept; 0 damaged files removed'."""
        line = [one for one in self.check("--statistics", *arguments)[2].splitlines() if one.startswith("cache: ")]
        self.assertEqual(len(line), 1)
        return line[0][len("cache: "):]

    def same(self, *arguments):
        self.assertEqual(self.check(*arguments), self.without(*arguments))

    def files(self, part=""):
        return sorted(path for path in self.cache.glob("llvmcache-*") if part in path.name and path.suffix != ".timestamp")


class Kept(CacheTest):
    def test_a_second_run_makes_nothing(self):
        for form in ("text", "json", "sarif"):
            self.same("--format", form)
        self.assertIn(RACE, self.check()[1])
        self.assertEqual(self.use(), "facts of 2 units kept, of 0 units made; findings kept; 0 damaged files removed")
        self.same("--profile", "strict")
        self.assertEqual(self.use("--profile", "strict"),
                         "facts of 2 units kept, of 0 units made; findings kept; 0 damaged files removed")
        self.same("--rules", "lock-order")

    def test_one_source_edited(self):
        self.same()
        self.write("work.cpp", WORK + "void more() {}\n")
        self.assertEqual(self.use(), "facts of 1 unit kept, of 1 unit made; findings judged; 0 damaged files removed")
        self.write("work.cpp", WORK)
        self.assertEqual(self.use(), "facts of 2 units kept, of 0 units made; findings kept; 0 damaged files removed")
        self.same()

    def test_a_comment_that_hides_a_finding(self):
        self.same()
        self.write("main.cpp", MAIN.replace("counter.add();", "counter.add();  // NOLINT(ferrule-*): a test"))
        self.assertEqual(self.use(), "facts of 1 unit kept, of 1 unit made; findings kept; 0 damaged files removed")
        self.assertNotIn(RACE, self.check()[1])
        self.same()

    def test_a_header_edited(self):
        self.same()
        self.write("include/work.h", WORK_H.replace("int count_", "_Atomic(int) count_"))
        self.assertNotIn(RACE, self.check()[1])
        self.same()

    def test_a_file_with_the_times_and_size_of_before(self):
        header = self.write("include/work.h", WORK_H.replace("++count_", "return "))
        old = time.time() - 1000
        os.utime(header, (old, old))
        self.same()
        time.sleep(2.1)  # so that the stamps count
        self.check()
        self.write("include/work.h", WORK_H)
        os.utime(header, (old, old))
        self.assertIn(RACE, self.check()[1])
        self.same()

    def test_a_header_that_was_looked_for(self):
        self.same()
        self.write("first/work.h", WORK_H.replace("++count_", "return"))
        self.assertNotIn(RACE, self.check()[1])
        self.same()
        (self.root / "first/work.h").unlink()
        self.assertIn(RACE, self.check()[1])
        self.same()

    def test_has_include(self):
        self.write("work.cpp", '#if !__has_include("quiet.h")\n' + WORK + "#endif\n")
        self.same()
        self.write("include/quiet.h", "")
        self.assertIn("of 1 unit made", self.use())
        self.same()

    def test_another_command(self):
        self.write("work.cpp", WORK.replace("counter.add();", "\n#ifndef QUIET\ncounter.add();\n#endif\n"))
        self.same()
        self.project(["main.cpp", "work.cpp"], "-Ifirst -Iinclude -DQUIET")
        self.assertNotIn(RACE, self.check()[1])
        self.same()
        self.project(["main.cpp", "work.cpp"], "-Ifirst -Iinclude -DQUIET -g -Wall -MD")
        self.assertIn("of 0 units made", self.use())

    def test_the_environment(self):
        self.project(["main.cpp", "work.cpp"], "-Ifirst")
        with_path = self.check(env={**os.environ, "CPATH": str(self.root / "include")})
        self.assertIn(RACE, with_path[1])
        self.assertEqual(self.check()[0], 3)

    def test_every_standard(self):
        for standard in ("c++14", "c++17", "c++20", "c++23"):
            self.project(["main.cpp", "work.cpp"], f"-Iinclude -std={standard}")
            self.check()
            self.assertIn("facts of 2 units kept", self.use())

    def test_what_asks_for_the_time(self):
        self.write("work.cpp", WORK + "const char* made = __TIME__;\n")
        self.same()
        self.assertEqual(self.use(), "facts of 1 unit kept, of 1 unit made; findings kept; 0 damaged files removed")

    def test_units_that_fail(self):
        self.write("work.cpp", '#include "generated.h"\n' + WORK)
        self.same()
        self.same("--color", "always")
        self.assertIn("facts of 2 units kept", self.use())
        self.write("include/generated.h", "")
        self.same()
        self.assertEqual(self.check()[0], 1)

    def test_the_configuration(self):
        self.same()
        self.write(".ferrule.json", json.dumps({"profiles": [{"path": "include/**", "profile": "off"}]}))
        self.assertNotIn(RACE, self.check()[1])
        self.same()


class Place(CacheTest):
    def test_default(self):
        environment = {key: value for key, value in os.environ.items() if key != "FERRULE_NO_CACHE"}
        environment["XDG_CACHE_HOME"] = str(self.root / "xdg")
        self.ferrule("check", env=environment)
        self.assertEqual(len(list((self.root / "xdg/ferrule").glob("*-manifest-*"))), 2)
        self.assertTrue((self.root / "xdg/ferrule/CACHEDIR.TAG").exists())
        environment.update(HOME=str(self.root / "home"))
        del environment["XDG_CACHE_HOME"]
        self.ferrule("check", env=environment)
        self.assertTrue((self.root / "home/.cache/ferrule").is_dir())

    def test_none(self):
        for arguments, more in ((["--no-cache"], {}), ([], {"FERRULE_NO_CACHE": "1"})):
            environment = {**os.environ, "XDG_CACHE_HOME": str(self.root / "xdg"), **more}
            if not more:
                environment.pop("FERRULE_NO_CACHE", None)
            self.assertEqual(self.ferrule("check", *arguments, env=environment).returncode, 1)
            self.assertFalse((self.root / "xdg").exists())

    def test_other_commands_use_it(self):
        self.check()
        self.ferrule("why", "Counter", "--cache", self.cache)
        self.assertEqual(self.ferrule("why", "Counter", "--cache", self.cache).stdout,
                         self.ferrule("why", "Counter", "--no-cache").stdout)
        self.assertEqual(self.ferrule("claims", "--cache", self.cache).stdout, self.ferrule("claims", "--no-cache").stdout)
        self.assertEqual(len(self.files("-manifest-")), 2)

    def test_wrong_uses(self):
        self.refused("'--cache' and '--no-cache' exclude each other", "check", "--cache", "x", "--no-cache")
        self.refused("'main.cpp' is no folder, and '--cache' needs one", "check", "--cache", "main.cpp")
        self.refused("'ferrule cache' needs one of '--stats', '--clear' and '--prune'", "cache")
        self.refused("'ferrule cache' needs one of '--stats', '--clear' and '--prune'", "cache", "--stats", "--clear")
        self.refused("'x' is one word too many for 'ferrule cache'", "cache", "x")
        self.refused("'2X' is not a size; '--prune' takes a number of bytes, or one with K, M or G behind it",
                     "cache", "--prune", "2X")

    def test_the_command(self):
        self.check()
        stats = self.ferrule("cache", "--stats", "--cache", self.cache).stdout
        self.assertRegex(stats, r"units +2\njudgements +1\nfiles +5\nsize +0\.\d MB of at most 5368\.7 MB\ndamaged +0\n")
        own = self.write("cache/mine.txt", "not the cache's")
        old = self.files("-facts-")[0]
        os.utime(old, (1, 1))
        self.ferrule("cache", "--prune", str(sum(path.stat().st_size for path in self.files()) - 1), "--cache", self.cache)
        self.assertFalse(old.exists())
        self.assertEqual(len(self.files()), 4)
        self.same()
        self.assertEqual(self.ferrule("cache", "--clear", "--cache", self.cache).returncode, 0)
        self.assertEqual(self.files(), [])
        self.assertTrue(own.exists())
        self.same()


class Safe(CacheTest):
    def damage(self, change):
        expected = self.without()
        self.check()
        for path in self.files():
            change(path)
            self.assertEqual(self.check(), expected, path.name)
            self.check()
        for path in self.files():
            change(path)
        self.assertEqual(self.check(), expected)
        self.assertIn("; 0 damaged files removed", self.use())

    def test_truncated(self):
        for size in (0, 5, 60, -1):
            self.damage(lambda path: path.write_bytes(path.read_bytes()[:size]))

    def test_changed(self):
        chance = random.Random(1)

        def change(path):
            content = bytearray(path.read_bytes())
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
        self.damage(change)

    def test_damage_is_counted(self):
        self.check()
        for path in self.files("-facts-"):
            path.write_bytes(b"x")
        self.assertEqual(self.ferrule("cache", "--stats", "--cache", self.cache).stdout.splitlines()[-1], "damaged     2")
        self.assertIn("; 2 damaged files removed", self.use())

    def test_swapped(self):
        expected = self.without()
        for part in ("-facts-", "-manifest-", ""):
            self.check()
            contents = [path.read_bytes() for path in self.files(part)]
            for path, content in zip(self.files(part), contents[1:] + contents[:1]):
                path.write_bytes(content)
            self.assertEqual(self.check(), expected)

    def test_taken_away(self):
        expected = self.without()
        self.check()
        for path in self.files():
            path.unlink()
            self.assertEqual(self.check(), expected)

    def test_killed(self):
        expected = self.without()
        start = time.monotonic()
        self.check()
        whole = time.monotonic() - start
        for i in range(8):
            self.ferrule("cache", "--clear", "--cache", self.cache)
            run = subprocess.Popen([FERRULE, "check", "--cache", self.cache], cwd=self.root, start_new_session=True,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(whole * (i + 1) / 9)
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            self.assertEqual(self.check(), expected)

    def test_four_at_once(self):
        expected = self.without()
        for _ in range(2):
            runs = [subprocess.Popen([FERRULE, "check", "--cache", self.cache], cwd=self.root, text=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
            for run in runs:
                output, errors = run.communicate()
                self.assertEqual((run.returncode, output, errors), expected)
        self.assertEqual(self.use(), "facts of 2 units kept, of 0 units made; findings kept; 0 damaged files removed")

    def test_a_place_that_cannot_be_written(self):
        status, output, errors = self.check(cache="/proc/ferrule")
        self.assertEqual((status, output), self.without()[:2])
        self.assertIn("ferrule: note: nothing can be kept in '/proc/ferrule' (No such file or directory), and the next run "
                      "will take as long; '--cache DIR' names another folder\n", errors)

    def test_a_full_disk(self):
        small = self.root / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small], capture_output=True, check=False).returncode:
            self.skipTest("no file system can be mounted here: a full disk is not tried")
        self.addCleanup(subprocess.run, ["umount", small], check=True)
        for _ in range(2):
            status, output, errors = self.check(cache=small)
            self.assertEqual((status, output), self.without()[:2])
            self.assertIn("(No space left on device)", errors)


if __name__ == "__main__":
    unittest.main()
