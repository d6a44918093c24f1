// Tasks in processes of their own: what crashes one takes only that task with it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace ferrule::cli {

struct TaskResult {
  std::size_t task = 0;
  std::string bytes = {};  ///< what the task returned
  std::string death = {};  ///< "crashed": how its process ended before that; "" if it did not
};

/// Runs the tasks 0 … count - 1, at most `jobs` at once, and hands each result to `take`, in this process, as they come.
/// `work` must not throw. Returns false, and has done nothing, if no process can be started. The caller has no threads.
bool run_in_workers(std::size_t count, unsigned jobs, const std::function<std::string(std::size_t)>& work,
                    const std::function<void(TaskResult)>& take);

}  // namespace ferrule::cli
