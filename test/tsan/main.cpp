// Runs the functions of a fixture: the ones that Ferrule reports, or the ones that it accepts.
#include <cstring>

void reject();
void accept();

int main(int count, char** arguments) {
  if (count == 2 && std::strcmp(arguments[1], "reject") == 0) reject();
  if (count == 2 && std::strcmp(arguments[1], "accept") == 0) accept();
  return 0;
}
