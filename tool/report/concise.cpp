// One line a finding, in the form of GCC and Clang, which editors and reviewdog read.
#include "tool/report/writers.h"

namespace ferrule {

Written write_concise(const Report& report, WriterContext& context) {
  Written written;
  for (const Finding& finding : report.findings) {
    written.text += displayed_path(finding.where.file, context.directory) + ":" + std::to_string(finding.where.line) +
                    ":" + std::to_string(finding.where.column) + ": warning: " + finding.message + " [ferrule-" +
                    finding.rule + "]\n";
  }
  return written;
}

}  // namespace ferrule
