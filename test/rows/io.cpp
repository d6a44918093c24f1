#include "own.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <locale>
#include <random>
#include <regex>
#include <sstream>

struct Rows {
  std::ostringstream out;                         // yes if_unique no
  std::stringstream both;                         // yes if_unique no
  std::ifstream file;                             // yes if_unique no
  FILE* handle;                                   // yes yes no
  std::locale locale;                             // yes yes no
  std::mt19937 engine;                            // yes yes no
  std::uniform_int_distribution<int> die;         // yes yes no
  std::random_device device;                      // yes no no
  std::regex regex;                               // yes yes no
  std::smatch match;                              // yes yes no
  std::filesystem::path path;                     // yes yes no
  std::filesystem::directory_entry entry;         // yes yes no
  std::filesystem::directory_iterator directory;  // if_unique no no
  std::runtime_error error;                       // yes yes no
};
