// needs /usr/include/pybind11/pybind11.h
// include /usr/include/python3.11
// include /usr/include/python3.12
// include /usr/include/python3.13
#include "../own.h"
#include <pybind11/pybind11.h>
namespace py = pybind11;
struct Rows {
  py::object o;                                                // unknown unknown unknown
  py::handle h;                                                // unknown unknown unknown
  py::dict d;                                                  // unknown unknown unknown
  py::list l;                                                  // unknown unknown unknown
  py::str s;                                                   // unknown unknown unknown
  py::tuple t;                                                 // unknown unknown unknown
  py::function f;                                              // unknown unknown unknown
  py::module_ m;                                               // unknown unknown unknown
  py::gil_scoped_acquire a;                                    // no no no
  py::gil_scoped_release r;                                    // no no no
};
