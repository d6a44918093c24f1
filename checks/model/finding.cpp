#include "checks/model/finding.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace ferrule {
namespace {

// FNV-1a, written out because fingerprints live in people's baselines: std::hash may change with the library.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
    add_byte(0);
  }

  std::string hex() const {
    constexpr std::array<char, 16> digits = {'0', '1', '2', '3', '4', '5', '6', '7',
                                             '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    std::string text(16, '0');
    for (int i = 0; i < 16; ++i) text[15 - i] = digits[state_ >> (4 * i) & 15];
    return text;
  }

 private:
  void add_byte(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3u; }

  std::uint64_t state_ = 0xcbf29ce484222325u;
};

}  // namespace

std::string fingerprint(const Finding& finding) {
  Hash hash;
  hash.add(finding.rule);
  hash.add(finding.subject);
  hash.add(finding.message);
  return hash.hex();
}

}  // namespace ferrule
