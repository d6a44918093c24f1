// Statements that must not compile, each in a block of its own. Without them the program does.
#pragma once

#ifdef WITH_WRONG_LINES
#define WRONG(...) {__VA_ARGS__}
#else
#define WRONG(...)
#endif
