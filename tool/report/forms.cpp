#include "tool/report/writers.h"

namespace ferrule {
namespace {

constexpr Form all[] = {
    {"text", write_text},     {"concise", write_concise}, {"json", write_json},   {"sarif", write_sarif},
    {"github", write_github}, {"gitlab", write_gitlab},   {"junit", write_junit}, {"baseline", write_baseline},
};

}  // namespace

std::span<const Form> forms() { return all; }

}  // namespace ferrule
