"""What new users get wrong: each gets one sentence and the right exit status. Run with FERRULE and LLVM_ROOT set."""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios
import unittest
from pathlib import Path

from test_cli import CLEAN, CliTest, DANGLING, FERRULE, kinds


# What users did, as of an evaluation that tried 249 wrong uses; tests of them are marked '@kinds(N)'.
KINDS = {
    1: "a cross compiler in the database", 2: "one name in two programs", 3: "a PATH that one end of a race is not in",
    4: "a response file that is missing", 5: "a response file in a response file", 6: "standard output that is full or closed",
    7: "two reports in one file", 8: "a report over a source file", 9: "a report on a full disk or in no folder",
    10: "options twice", 11: "numbers among a command's arguments", 12: "a command of another file than its entry's",
    13: "NOLINT misspelt, unused, unpaired", 14: "patterns that match nothing", 15: "a unit that overflows the stack",
    16: "no processes or threads to be had", 17: "a configuration that is nested deeply", 18: "NOLINT with a glob of many stars",
    19: "a source that is a FIFO", 20: "C after '--'", 21: "a source after '--', two sources in a command",
    22: "a compiler after '--'", 23: "a hundred sources that do not exist", 24: "wrappers around the compiler",
    25: "assembler, Fortran and others in the database", 26: "MSVC's commands", 27: "headers as arguments",
    28: "'-h', '-p=build', '-q'", 29: "flags before '--'", 30: "blanks in lists", 31: "no current folder; numbers out of range",
    32: "symbolic links that lead nowhere", 33: "a database of another place", 34: "a database in UTF-16",
    35: "narrow terminals, control characters, wide characters, long lines", 36: "clang-tidy's '--verify-config'",
    37: "findings in an incomplete run",
}


class WrongUse(CliTest):
    def entries(self, *entries):
        """Each a dictionary; the folder is the test's own."""
        return self.write("compile_commands.json", json.dumps([{"directory": str(self.root), **entry} for entry in entries]))

    def commands(self, *commands):
        """Each ends with its source."""
        return self.entries(*({"file": command.split()[-1], "command": command} for command in commands))

    def not_analysed(self, reason, *arguments, file="a.cpp"):
        result = self.ferrule("check", *arguments)
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn(f"not analysed: 1 of 1 unit: '{file}' ({reason})", result.stderr)
        return result

    def clean(self, *arguments, units=1):
        result = self.ferrule("check", *arguments)
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
        self.assertIn(f"in {units} unit", result.stderr)
        return result


class Kinds(unittest.TestCase):
    def test_each_has_a_test(self):
        folder = Path(__file__).parents[1]
        text = "".join(path.read_text() for part in ("cli", "hosts") for path in sorted((folder / part).glob("test_*.py")))
        marked = {int(number) for numbers in re.findall(r"^    @kinds\(([\d, ]+)\)$", text, re.MULTILINE) for number in numbers.split(",")}
        self.assertEqual(sorted(marked), sorted(KINDS))


class Commands(WrongUse):
    @kinds(1)
    def test_a_cross_compilers_name_sets_the_target(self):
        for compiler, macro in (("aarch64-linux-gnu-g++", "__aarch64__"), ("/opt/x/arm-none-eabi-g++", "__arm__"),
                                ("riscv64-unknown-elf-g++-13", "__riscv"), ("ccache aarch64-linux-gnu-gcc -march=armv8-a+crc", "__aarch64__"),
                                ("aarch64-linux-gnu-g++ --target=riscv64-linux-gnu", "__riscv"), ("g++", "__linux__")):
            self.write("t.cpp", f"#ifndef {macro}\n#error another target\n#endif\n")
            self.commands(f"{compiler} -c t.cpp")
            self.clean()
        self.commands("tricore-unknown-elf-g++ -c t.cpp")
        self.assertIn("note: '--target=tricore-unknown-elf' is unknown to Clang and left out, in 1 unit\n", self.clean().stderr)

    @kinds(4, 5)
    def test_response_files(self):
        self.write("a.cpp", "int x = VALUE + OTHER;\n")
        self.write("f.rsp", "-DVALUE=3 @g.rsp")
        self.write("g.rsp", "'-DOTHER=4'")
        self.commands("g++ @f.rsp -c a.cpp")
        self.clean()
        self.commands("g++ @no.rsp -c a.cpp")
        self.not_analysed("its response file 'no.rsp' cannot be read")
        self.write("f.rsp", "@f.rsp")
        self.commands("g++ @f.rsp -c a.cpp")
        result = self.ferrule("check")
        self.assertEqual(result.returncode, 3)
        self.assertIn("'a.cpp' (its response file", result.stderr)

    @kinds(11)
    def test_entries_that_are_not_strings(self):
        path = self.entries({"file": "a.cpp", "arguments": ["g++", 1, "-c", "a.cpp"]})
        self.refused(f"'{path}' is malformed: entry 1 has 'arguments' that are not all strings", "check")

    @kinds(12)
    def test_a_command_of_another_file(self):
        self.write("a.cpp", DANGLING)
        self.write("b.cpp", CLEAN)
        self.entries({"file": "b.cpp", "command": "g++ -c a.cpp"})
        self.not_analysed("its command compiles 'a.cpp' instead", file="b.cpp")
        self.entries({"file": "b.cpp", "command": "g++ -c"})
        self.not_analysed("its command names no source file", file="b.cpp")

    @kinds(21)
    def test_several_sources_in_one_command(self):
        self.write("a.cpp", DANGLING)
        self.write("b.cpp", CLEAN)
        self.entries({"file": "b.cpp", "command": "g++ a.cpp b.cpp -o both"})
        self.clean()
        self.entries({"file": "a.cpp", "command": "g++ -o both -- a.cpp b.cpp"}, {"file": "b.cpp", "command": "g++ a.cpp b.cpp -o both"})
        self.assertEqual(self.ferrule("check").returncode, 1)

    @kinds(24)
    def test_launchers(self):
        self.write("a.c", "int new;\n")
        self.write("cc.cpp", "class A;\n")
        for launcher in ("buildcache", "cmake -E env X=1 ccache", "env -u X", "nice -n 5", "zig", "icecc", "distcc", "/usr/bin/time -p"):
            self.commands(f"{launcher} {'cc' if launcher == 'zig' else 'gcc'} -c a.c", f"{launcher} c++ -Icc -c cc.cpp")
            self.clean(units=2)

    @kinds(25)
    def test_other_languages_are_left_out_and_named(self):
        self.write("a.cpp", CLEAN)
        for name in ("f.S", "g.f90", "h.cu", "i.nasm", "j.s"):
            self.write(name, "nop\n")
        self.commands("g++ -c a.cpp", "cc -c f.S", "gfortran -c g.f90", "nvcc -c h.cu", "nasm i.nasm", "as j.s")
        # The languages' names are Clang's, and version 22 has another one for Fortran than version 19.
        self.assertRegex(
            self.clean().stderr,
            r"in 1 unit; every unit was analysed; left out: 5 units in other languages: 'f\.S' \(assembler-with-cpp\), "
            r"'g\.f90' \(f95(-cpp-input)?\), 'h\.cu' \(cuda\), 'i\.nasm' \(nasm\), 'j\.s' \(assembler\)\n")
        report = json.loads(self.ferrule("check", "--format", "json").stdout)
        self.assertEqual(len(report["units"]["other_languages"]), 5)
        self.assertEqual(report["units"]["total"], 1)
        self.commands("cc -c f.S")
        self.refused(f"'{self.root}/f.S' is neither C nor C++ (assembler-with-cpp), and there is nothing else to analyse", "check")

    @kinds(26)
    def test_compilers_of_microsoft(self):
        self.write("a.cpp", CLEAN)
        for compiler in ("clang-cl", "cl.exe", "C:\\\\VC\\\\cl.exe"):
            self.commands(f"{compiler} /nologo /c a.cpp")
            self.not_analysed(f"'{compiler}' takes the options of MSVC, which are not understood".replace("\\\\", "\\"))


class Sources(WrongUse):
    @kinds(19)
    def test_that_are_no_files(self):
        os.mkfifo(self.root / "fifo.cpp")
        (self.root / "folder.cpp").mkdir()
        for name, reason in (("fifo.cpp", "it is no regular file"), ("folder.cpp", "it is a directory"), ("gone.cpp", "it does not exist")):
            self.commands(f"g++ -c {name}")
            self.not_analysed(reason, file=name)
        self.not_analysed("it is no regular file", "fifo.cpp", "--", file="fifo.cpp")

    @kinds(23)
    def test_that_do_not_exist_take_one_line_each(self):
        self.commands(*(f"g++ -c gone{i}.cpp" for i in range(100)))
        result = self.ferrule("check")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(len(result.stderr.splitlines()), 101)
        self.assertIn(f"{self.root}/gone42.cpp: error: it does not exist\n", result.stderr)

    @kinds(20)
    def test_of_c(self):
        self.write("pool.c", "int class = 0;\n")
        self.clean("pool.c", "--", "-std=c11")
        self.assertNotIn("deprecated", self.clean("pool.c", "--").stderr)

    def test_the_drivers_errors_have_the_units_name(self):
        self.write("a.cpp", CLEAN)
        self.assertIn("a.cpp: error: invalid argument '-std=c11' not allowed with 'C++'\n", self.ferrule("check", "a.cpp", "--", "-std=c11").stderr)

    def test_preprocessed_code_is_the_users_where_its_markers_say_so(self):
        self.write("a.ii", '# 1 "a.cpp"\n# 1 "/usr/include/pthread.h" 1 3 4\n'
                           'typedef unsigned long pthread_t; struct attributes;\n'
                           'extern "C" int pthread_create(pthread_t*, const attributes*, void* (*)(void*), void*);\n'
                           'inline int* of_the_library() { static int x; ++x; return &x; }\n'
                           '# 2 "a.cpp" 2\n'
                           'int shared;\nvoid* work(void*) { ++shared; of_the_library(); return nullptr; }\n'
                           'void start() { pthread_t t; pthread_create(&t, nullptr, work, nullptr); ++shared; of_the_library(); }\n')
        result = self.ferrule("check", "--rules", "unguarded-shared-data", "a.ii", "--")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("'shared'", result.stdout)
        self.assertNotIn("a.ii:5:", result.stdout)

    @kinds(27)
    def test_headers(self):
        self.write("h.h", CLEAN)
        self.assertNotIn("deprecated", self.clean("h.h", "--", "-std=c++20").stderr)
        self.clean("h.h", "--", "-x", "c", "-std=c11")


class CommandLine(WrongUse):
    @kinds(21, 22)
    def test_files_and_compilers_after_the_dashes(self):
        self.write("a.cpp", CLEAN)
        for word in ("a.cpp", "g++"):
            self.refused(f"'{word}' after '--' is no flag; files stand before it, and the compiler is left out",
                         "check", "a.cpp", "--", word, "-O2")
        self.clean("a.cpp", "--", "-I", "a.cpp", "-O2")

    @kinds(29)
    def test_flags_before_the_dashes(self):
        self.write("a.cpp", CLEAN)
        for flag in ("-std=c++20", "-Iinclude", "-O2"):
            self.refused(f"'{flag}' is not an option of 'ferrule check'; the compiler's flags stand after '--', behind the files",
                         "check", "a.cpp", flag)

    @kinds(28)
    def test_help_in_every_form(self):
        for words in (["check", "-h"], ["help", "check"], ["check", "--help"]):
            result = self.ferrule(*words)
            self.assertEqual(result.returncode, 0)
            self.assertTrue(result.stdout.startswith("usage: ferrule check"), words)
        self.refused("'chek' is not a command; did you mean 'check'?", "help", "chek")
        self.refused("'-q' is not an option of 'ferrule check'; did you mean '--quiet'?", "check", "-q")
        self.refused("'-quiet' is not an option of 'ferrule check'; did you mean '--quiet'?", "check", "-quiet")
        self.refused("'-z' is not an option of 'ferrule check'", "check", "-z")

    @kinds(28)
    def test_an_equals_sign_after_a_short_option(self):
        self.write("a.cpp", CLEAN)
        (self.root / "build").mkdir()
        self.commands("g++ -c a.cpp").rename(self.root / "build/compile_commands.json")
        self.clean("-p=build", "-j=2")

    @kinds(30)
    def test_blanks_in_lists(self):
        self.write("a.cpp", CLEAN)
        self.clean("--rules", "lock-order, guard-escape", "a.cpp", "--")

    @kinds(10)
    def test_repeated_options(self):
        self.write("a.cpp", DANGLING)
        result = self.ferrule("check", "--rules", "non-moved-capture", "--rules", "lock-order", "a.cpp", "--")
        self.assertEqual(result.returncode, 1)
        self.refused("'-p' is given twice, with 'x' and 'y'; it takes one value", "check", "-p", "x", "-p", "y")
        self.refused("'--profile' is given twice, with 'default' and 'strict'; it takes one value",
                     "check", "--profile", "default", "--profile=strict")

    @kinds(37)
    def test_findings_of_an_incomplete_run(self):
        self.write("a.cpp", DANGLING)
        self.write("b.cpp", "int broken( {\n")
        self.commands("g++ -c a.cpp", "g++ -c b.cpp")
        self.assertEqual(self.ferrule("check").returncode, 3)
        self.assertEqual(self.ferrule("check", "--incomplete", "fail").returncode, 3)
        noted = self.ferrule("check", "--incomplete=note", "--quiet")
        self.assertEqual(noted.returncode, 1)
        self.assertIn("not analysed: 1 of 2 units", noted.stderr)
        self.write("a.cpp", CLEAN)
        self.assertEqual(self.ferrule("check", "--incomplete=note").returncode, 0)


class Surroundings(WrongUse):
    def shell(self, line):
        return subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=self.root, check=False,
                              env={**os.environ, "F": FERRULE})

    @kinds(6)
    def test_standard_output_that_cannot_be_written(self):
        self.write("a.cpp", DANGLING)
        for command in ("check a.cpp --", "check --format json a.cpp --", "explain lock-order", "claims --format json a.cpp --", "why int a.cpp --",
                        "--version", "help"):
            for target, problem in (("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")):
                result = self.shell(f'"$F" {command} {target}')
                self.assertEqual(result.returncode, 2, command)
                self.assertTrue(result.stderr.endswith(f"ferrule: 'standard output' cannot be written: {problem}\n"), result.stderr)

    @kinds(35)
    def test_progress_fits_a_narrow_terminal(self):
        self.write("a_file_with_a_very_long_name_indeed.cpp", CLEAN)
        terminal, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
        subprocess.run([FERRULE, "check", "a_file_with_a_very_long_name_indeed.cpp", "--"], cwd=self.root, check=True, stderr=end,
                       stdout=subprocess.DEVNULL, env={**os.environ, "TERM": "xterm"})
        os.close(end)
        shown = os.read(terminal, 10000).decode()
        os.close(terminal)
        progress = [line for line in shown.split("\r\x1b[K") if line.startswith("[")]
        self.assertTrue(progress, shown)
        for line in progress:
            self.assertLess(len(line), 40)

    @kinds(35)
    def test_source_lines_on_a_terminal(self):
        before = 'void start() { int n; const char* s = "日本\x1b[31m"; '
        race = "std::thread t([&n] { ++n; }); t.detach(); }"
        self.write("a.cpp", "#include <thread>\n" + before + race + "//" + "x" * 100_000 + "\n")
        lines = self.ferrule("check", "--quiet", "--rules", "non-moved-capture", "a.cpp", "--").stdout.splitlines()
        self.assertNotIn("\x1b", "".join(lines))
        self.assertLess(max(len(line) for line in lines), 200)
        shown, caret = lines[1:3]
        self.assertIn("<U+001B>[31m", shown)
        self.assertEqual(shown[caret.index("^") - len("日本"):][:1], "n", "each takes two columns")

    @kinds(31)
    def test_the_current_folder_is_gone(self):
        result = self.shell('mkdir gone && cd gone && rmdir ../gone && "$F" check')
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, "ferrule: '.' cannot be read, the current folder: No such file or directory\n")

    @kinds(32)
    def test_links_that_lead_nowhere(self):
        (self.root / "compile_commands.json").symlink_to("nowhere.json")
        self.refused(f"'{self.root}/compile_commands.json' is a symbolic link that leads nowhere", "check")
        (self.root / "compile_commands.json").unlink()
        (self.root / "compile_commands.json").symlink_to("compile_commands.json")
        self.refused(f"'{self.root}/compile_commands.json' is a symbolic link that leads nowhere", "check", "-p", ".")

    @kinds(33)
    def test_a_database_of_another_place(self):
        path = self.write("compile_commands.json", json.dumps(
            [{"directory": f"/src/build{i}", "file": f"/src/f{i}.cpp", "command": f"g++ -c /src/f{i}.cpp"} for i in range(3)]))
        self.refused(f"'{path}' belongs to another place: the folder '/src/build0' of its first command does not exist here", "check")

    @kinds(34)
    def test_a_database_in_another_encoding(self):
        path = self.root / "compile_commands.json"
        path.write_bytes("[]".encode("utf-16"))
        self.refused(f"'{path}' is written in UTF-16; JSON is UTF-8", "check")
        self.write("a.cpp", CLEAN)
        self.commands("g++ -c a.cpp")
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        self.clean()


class Configuration(WrongUse):
    @kinds(17)
    def test_nested_too_deeply(self):
        self.write("a.cpp", CLEAN)
        path = self.write(".ferrule.json", '{"rules": ' + "[" * 60000 + "]" * 60000 + "}")
        self.refused(f"'{path}:1:110' is nested too deeply", "check", "a.cpp", "--")

    @kinds(31)
    def test_numbers_out_of_range(self):
        self.write("a.cpp", CLEAN)
        path = self.write(".ferrule.json", '{"version": 1e999}')
        self.refused(f"'{path}' has a number that is out of range", "check", "a.cpp", "--")

    @kinds(32)
    def test_links_that_lead_nowhere(self):
        self.write("a.cpp", CLEAN)
        (self.root / ".ferrule.json").symlink_to("nowhere.json")
        self.refused(f"'{self.root}/.ferrule.json' is a symbolic link that leads nowhere", "check", "a.cpp", "--")


class Suppressions(WrongUse):
    @kinds(18)
    def test_globs_of_many_stars(self):
        self.write("a.cpp", DANGLING.replace("; });", "; });  // NOLINT(" + "*" * 60 + "z)"))
        self.assertEqual(self.ferrule("check", "--rules", "non-moved-capture", "a.cpp", "--", timeout=60).returncode, 1)


if __name__ == "__main__":
    unittest.main()
