#include "tool/report/snippet.h"

#include <llvm/Support/Unicode.h>

#include <algorithm>
#include <vector>

namespace ferrule {
namespace {

constexpr std::size_t tab_stop = 8;
constexpr std::string_view cut = "…";

/// What one character, or one byte that is none, looks like.
struct Cell {
  std::string text;
  std::size_t width = 0;
  std::size_t offset = 0;  // of its first byte
};

std::string in_hex(unsigned value, std::size_t digits) {
  std::string text;
  for (; value != 0 || text.size() < digits; value >>= 4) text.insert(text.begin(), "0123456789ABCDEF"[value & 15]);
  return text;
}

std::size_t length_of(unsigned char lead) { return lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2; }

unsigned code_point(std::string_view sequence) {
  unsigned value = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() > 1) value &= 0x7fu >> sequence.size();
  for (const char c : sequence.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3fu);
  return value;
}

std::vector<Cell> cells_of(std::string_view text, bool expand_tabs) {
  std::vector<Cell> cells;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view sequence = text.substr(at, length_of(static_cast<unsigned char>(text[at])));
    Cell cell{std::string(sequence), 0, at};
    const int width = llvm::sys::unicode::columnWidthUTF8({sequence.data(), sequence.size()});
    if (expand_tabs && text[at] == '\t') {
      cell.text.assign(tab_stop - column % tab_stop, ' ');
      cell.width = cell.text.size();
    } else if (width >= 0) {
      cell.width = static_cast<std::size_t>(width);
    } else {
      const bool is_text = width == llvm::sys::unicode::ErrorNonPrintableCharacter;
      cell.text = is_text ? "<U+" + in_hex(code_point(sequence), 4) + ">"
                          : "<" + in_hex(static_cast<unsigned char>(text[at]), 2) + ">";
      cell.width = cell.text.size();
      at += is_text ? 0 : 1 - sequence.size();  // only its first byte is known to be wrong
    }
    at += sequence.size();
    column += cell.width;
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  for (const Cell& cell : cells_of(text, false)) result += cell.text;
  return result;
}

Snippet snippet(std::string_view line, unsigned column, std::size_t width) {
  const std::vector<Cell> cells = cells_of(line, true);
  std::size_t whole = 0;
  std::size_t caret = 0;
  for (const Cell& cell : cells) {
    if (cell.offset + 1 < column) caret += cell.width;
    whole += cell.width;
  }
  if (column > 0 && column - 1 > line.size()) caret = whole;
  // Two thirds of what is shown follow the caret: that is where the expression goes on.
  const std::size_t from = whole <= width || caret <= width / 3 ? 0 : std::min(caret - width / 3, whole - width);
  Snippet result;
  std::size_t at = 0;
  for (const Cell& cell : cells) {
    if (at >= from && at + cell.width <= from + width) {
      if (result.line.empty() && at > 0) {
        result.line = cut;
        result.caret = 1 + caret - std::min(caret, at);
      }
      result.line += cell.text;
    }
    at += cell.width;
  }
  if (from == 0) result.caret = caret;
  if (from + width < whole) result.line += cut;
  return result;
}

}  // namespace ferrule
