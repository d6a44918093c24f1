// The programs are compiled with -fsanitize=thread, but linked without its library: the calls that the compiler puts at
// every access come here. So plain data in the real headers is checked, not only what a test says is data.
#include "test/model/memory.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <unordered_map>
#include <vector>

namespace ferrule::model {

Running running;

namespace {

constexpr std::size_t cell_bytes = 4;
constexpr std::size_t region_size = heap_size + max_threads * stack_size;

/// The last accesses to four bytes. A mask says to which of them.
struct Shadow {
  std::uint32_t execution;
  std::uint32_t write;
  std::array<std::uint32_t, max_threads> read;
  std::array<std::uint8_t, max_threads> read_mask;
  std::uint8_t writer;
  std::uint8_t write_mask;
  bool is_freed;
};

struct Block {
  std::size_t offset, size;
  bool is_freed;
};

struct Memory {
  char* base = nullptr;
  Shadow* shadow = nullptr;
  std::size_t used = 0;
  std::vector<Block> blocks;
  std::uint32_t execution = 0;
  std::unordered_map<const volatile void*, Clock> atomics;  ///< of std, under shared_ptr

  Memory() {
    base = static_cast<char*>(map(region_size));
    shadow = static_cast<Shadow*>(map(region_size / cell_bytes * sizeof(Shadow)));
  }
  static void* map(std::size_t size) {
    void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    return memory;
  }
};

Memory& memory() {
  static Memory* const instance = new Memory;
  return *instance;
}

/// Where `address` lies in the region; beyond its size if it does not.
std::size_t offset_of(const volatile void* address) {
  return static_cast<std::size_t>(static_cast<const volatile char*>(address) - memory().base);
}

enum class Access { Read, Write, Free };

[[noreturn]] void report(const char* what, const char* other, unsigned thread, std::size_t offset) {
  char text[160];
  const char* where = offset < heap_size ? "heap" : "stack";
  std::size_t at = offset < heap_size ? offset : (offset - heap_size) % stack_size;
  std::snprintf(text, sizeof text, "data race: %s of plain memory at %s+%zu, not ordered after the %s by thread %u",
                what, where, at, other, thread);
  running.clock = nullptr;
  fail(text);
}

void access_cell(std::size_t offset, std::uint8_t mask, Access access) {
  Shadow& cell = memory().shadow[offset / cell_bytes];
  if (cell.execution != memory().execution) {
    cell = Shadow{};
    cell.execution = memory().execution;
  }
  const Clock& now = *running.clock;
  const char* what = access == Access::Read ? "read" : access == Access::Write ? "write" : "deallocation";
  if (cell.is_freed) {
    running.clock = nullptr;
    fail(std::string("use after free: ") + what + " of heap+" + std::to_string(offset));
  }
  if ((cell.write_mask & mask) != 0 && cell.writer != running.thread && cell.write > now.at[cell.writer])
    report(what, "write", cell.writer, offset);
  if (access == Access::Read) {
    cell.read_mask[running.thread] = cell.read[running.thread] == now.at[running.thread]
                                         ? static_cast<std::uint8_t>(cell.read_mask[running.thread] | mask)
                                         : mask;
    cell.read[running.thread] = now.at[running.thread];
    return;
  }
  for (unsigned t = 0; t < max_threads; ++t) {
    if (t != running.thread && (cell.read_mask[t] & mask) != 0 && cell.read[t] > now.at[t])
      report(what, "read", t, offset);
  }
  cell.writer = static_cast<std::uint8_t>(running.thread);
  cell.write_mask = cell.write == now.at[running.thread] ? static_cast<std::uint8_t>(cell.write_mask | mask) : mask;
  cell.write = now.at[running.thread];
  cell.is_freed = access == Access::Free;
}

void access(const volatile void* address, std::size_t size, Access kind) {
  if (running.clock == nullptr) return;
  std::size_t offset = offset_of(address);
  if (offset >= region_size || size > region_size - offset) return;
  for (std::size_t at = offset, end = offset + size; at < end;) {
    std::size_t first = at % cell_bytes;
    std::size_t count = std::min(cell_bytes - first, end - at);
    access_cell(at, static_cast<std::uint8_t>(((1u << count) - 1) << first), kind);
    at += count;
  }
}

void* allocate(std::size_t size, std::size_t alignment) {
  if (running.clock == nullptr) {
    void* result = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (result == nullptr) throw std::bad_alloc();
    return result;
  }
  Outside outside;
  Memory& m = memory();
  m.used = (m.used + alignment - 1) / alignment * alignment;
  if (size > heap_size - m.used) fail("the program needs more heap than the checker has");
  m.blocks.push_back({m.used, size, false});
  char* result = m.base + m.used;
  m.used += size == 0 ? 1 : size;
  return result;
}

void release(void* address) noexcept {
  if (address == nullptr) return;
  std::size_t offset = offset_of(address);
  if (offset >= heap_size) return std::free(address);
  Block* found = nullptr;
  {
    Outside outside;
    for (Block& block : memory().blocks)
      if (block.offset == offset) found = &block;
    if (found == nullptr || found->is_freed) {
      if (execution() != memory().execution) return;  // left over from a program that failed
      fail("double deallocation of heap+" + std::to_string(offset));
    }
    found->is_freed = true;
  }
  access(address, found->size, Access::Free);
  std::memset(address, 0xdb, found->size);
}

/// Atomics that are not the runtime's own: always sequentially consistent, and no place to switch threads.
void synchronize(const volatile void* address) {
  if (running.clock == nullptr) return;
  Clock& clock = const_cast<Clock&>(*running.clock);
  Outside outside;
  Clock& shared = memory().atomics[address];
  shared.join(clock);
  clock.join(shared);
  ++clock.at[running.thread];
}

}  // namespace

void reset_memory(std::uint32_t execution) {
  Memory& m = memory();
  m.used = 0;
  m.blocks.clear();
  m.atomics.clear();
  m.execution = execution;
}

char* stack_of(unsigned thread) { return memory().base + heap_size + thread * stack_size; }

std::size_t count_leaks(std::size_t& first, std::size_t& size) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < memory().blocks.size(); ++i) {
    if (memory().blocks[i].is_freed) continue;
    if (count++ == 0) {
      first = i;
      size = memory().blocks[i].size;
    }
  }
  return count;
}

}  // namespace ferrule::model

using ferrule::model::access;
using ferrule::model::Access;

void* operator new(std::size_t size) { return ferrule::model::allocate(size, 16); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return ferrule::model::allocate(size, std::max(static_cast<std::size_t>(alignment), std::size_t{16}));
}
void operator delete(void* p) noexcept { ferrule::model::release(p); }
void operator delete(void* p, std::size_t) noexcept { ferrule::model::release(p); }
void operator delete(void* p, std::align_val_t) noexcept { ferrule::model::release(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { ferrule::model::release(p); }

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_read(void** address) { access(address, sizeof(void*), Access::Read); }
void __tsan_vptr_update(void** address, void* value) {
  if (*address != value) access(address, sizeof(void*), Access::Write);
}
void __tsan_read_range(void* address, std::size_t size) { access(address, size, Access::Read); }
void __tsan_write_range(void* address, std::size_t size) { access(address, size, Access::Write); }

#define FERRULE_MODEL_ACCESS(size)                                                           \
  void __tsan_read##size(void* address) { access(address, size, Access::Read); }             \
  void __tsan_write##size(void* address) { access(address, size, Access::Write); }           \
  void __tsan_unaligned_read##size(void* address) { access(address, size, Access::Read); }   \
  void __tsan_unaligned_write##size(void* address) { access(address, size, Access::Write); } \
  void __tsan_read_write##size(void* address) {                                              \
    access(address, size, Access::Read);                                                     \
    access(address, size, Access::Write);                                                    \
  }                                                                                          \
  void __tsan_unaligned_read_write##size(void* address) { __tsan_read_write##size(address); }

FERRULE_MODEL_ACCESS(1)
FERRULE_MODEL_ACCESS(2)
FERRULE_MODEL_ACCESS(4)
FERRULE_MODEL_ACCESS(8)
FERRULE_MODEL_ACCESS(16)

void* __tsan_memcpy(void* to, const void* from, std::size_t size) {
  access(from, size, Access::Read);
  access(to, size, Access::Write);
  return std::memcpy(to, from, size);
}
void* __tsan_memmove(void* to, const void* from, std::size_t size) {
  access(from, size, Access::Read);
  access(to, size, Access::Write);
  return std::memmove(to, from, size);
}
void* __tsan_memset(void* to, int value, std::size_t size) {
  access(to, size, Access::Write);
  return std::memset(to, value, size);
}

#define FERRULE_MODEL_ATOMIC(bits)                                                                                   \
  std::uint##bits##_t __tsan_atomic##bits##_load(const volatile std::uint##bits##_t* a, int) {                       \
    ferrule::model::synchronize(a);                                                                                  \
    return __atomic_load_n(a, __ATOMIC_SEQ_CST);                                                                     \
  }                                                                                                                  \
  void __tsan_atomic##bits##_store(volatile std::uint##bits##_t* a, std::uint##bits##_t v, int) {                    \
    ferrule::model::synchronize(a);                                                                                  \
    __atomic_store_n(a, v, __ATOMIC_SEQ_CST);                                                                        \
  }                                                                                                                  \
  std::uint##bits##_t __tsan_atomic##bits##_exchange(volatile std::uint##bits##_t* a, std::uint##bits##_t v, int) {  \
    ferrule::model::synchronize(a);                                                                                  \
    return __atomic_exchange_n(a, v, __ATOMIC_SEQ_CST);                                                              \
  }                                                                                                                  \
  std::uint##bits##_t __tsan_atomic##bits##_fetch_add(volatile std::uint##bits##_t* a, std::uint##bits##_t v, int) { \
    ferrule::model::synchronize(a);                                                                                  \
    return __atomic_fetch_add(a, v, __ATOMIC_SEQ_CST);                                                               \
  }                                                                                                                  \
  std::uint##bits##_t __tsan_atomic##bits##_fetch_sub(volatile std::uint##bits##_t* a, std::uint##bits##_t v, int) { \
    ferrule::model::synchronize(a);                                                                                  \
    return __atomic_fetch_sub(a, v, __ATOMIC_SEQ_CST);                                                               \
  }                                                                                                                  \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile std::uint##bits##_t* a, std::uint##bits##_t* expected,  \
                                                    std::uint##bits##_t desired, int, int) {                         \
    ferrule::model::synchronize(a);                                                                                  \
    return __atomic_compare_exchange_n(a, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);             \
  }                                                                                                                  \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile std::uint##bits##_t* a, std::uint##bits##_t* expected,    \
                                                  std::uint##bits##_t desired, int, int) {                           \
    return __tsan_atomic##bits##_compare_exchange_strong(a, expected, desired, 0, 0);                                \
  }

FERRULE_MODEL_ATOMIC(8)
FERRULE_MODEL_ATOMIC(32)
FERRULE_MODEL_ATOMIC(64)
}
