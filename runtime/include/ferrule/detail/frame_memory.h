// Where the frames of coroutines lie: in blocks that a thread keeps for the next frame of that size.
#pragma once

#include <ferrule/detail/config.h>

#include <cstddef>
#include <new>
#include <utility>

namespace ferrule::detail {

#if FERRULE_DETAIL_TSAN || FERRULE_DETAIL_ASAN || defined(FERRULE_MODEL_HEADER)

// A block that is used again hides from a checker that its frame was used after its end.
inline void* allocate_frame(std::size_t size) { return ::operator new(size); }
inline void free_frame(void* block, std::size_t) noexcept { ::operator delete(block); }

#else

/// One thread's spare blocks. A frame may end on another thread than it began on: each keeps what it frees.
class FrameMemory {
 public:
  FrameMemory() = default;
  FrameMemory(const FrameMemory&) = delete;
  FrameMemory& operator=(const FrameMemory&) = delete;
  ~FrameMemory() {
    for (Shelf& shelf : shelves_) {
      while (shelf.first != nullptr) ::operator delete(std::exchange(shelf.first, shelf.first->next));
    }
  }

  static constexpr bool fits(std::size_t size) noexcept { return size <= step * shelf_count; }

  void* take(std::size_t size) {
    Shelf& shelf = shelf_for(size);
    if (shelf.first == nullptr) return ::operator new(rounded(size));
    --shelf.count;
    return std::exchange(shelf.first, shelf.first->next);
  }
  void give(void* block, std::size_t size) noexcept {
    Shelf& shelf = shelf_for(size);
    if (shelf.count == most_kept) return ::operator delete(block);
    ++shelf.count;
    shelf.first = ::new (block) Spare{shelf.first};
  }

  static constexpr std::size_t rounded(std::size_t size) noexcept { return (size + step - 1) / step * step; }

 private:
  static constexpr std::size_t step = 64, shelf_count = 16, most_kept = 64;
  struct Spare {
    Spare* next;
  };
  struct Shelf {
    Spare* first = nullptr;
    std::size_t count = 0;
  };
  Shelf& shelf_for(std::size_t size) noexcept { return shelves_[(size - 1) / step]; }

  Shelf shelves_[shelf_count];
};

/// Null before the thread's first frame, and again while its thread-local objects die.
inline FrameMemory*& frame_memory_slot() noexcept {
  thread_local FrameMemory* slot = nullptr;
  return slot;
}

inline FrameMemory* enter_frame_memory() {
  struct Leave {
    bool is_over = false;
    ~Leave() {
      is_over = true;
      delete std::exchange(frame_memory_slot(), nullptr);
    }
  };
  thread_local Leave leave;
  if (!leave.is_over) frame_memory_slot() = new FrameMemory;
  return frame_memory_slot();
}

inline void* allocate_frame(std::size_t size) {
  if (!FrameMemory::fits(size)) return ::operator new(size);
  FrameMemory* memory = frame_memory_slot();
  if (memory == nullptr) memory = enter_frame_memory();
  return memory != nullptr ? memory->take(size) : ::operator new(FrameMemory::rounded(size));
}

inline void free_frame(void* block, std::size_t size) noexcept {
  FrameMemory* memory = FrameMemory::fits(size) ? frame_memory_slot() : nullptr;
  memory != nullptr ? memory->give(block, size) : ::operator delete(block);
}

#endif

/// A base for objects that come and go as often as frames.
struct InFrameMemory {
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* block, std::size_t size) noexcept { free_frame(block, size); }
};

}  // namespace ferrule::detail
