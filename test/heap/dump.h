// What the heap knows, for people.
#pragma once

#include "checks/heap/heap.h"

#include <string>

namespace ferrule::test {

/// Every body with its origins, the cells of its places, and what its calls may run; the origins; what is incomplete.
std::string dump(const Program& program, const heap::Heap& heap);

}  // namespace ferrule::test
