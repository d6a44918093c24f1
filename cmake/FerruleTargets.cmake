# Helpers that the subdirectories share.
include_guard(GLOBAL)
include(GNUInstallDirs)

# Adds the subdirectory if it has a CMakeLists.txt (the runtime can be packaged without the analyser).
function(ferrule_add_if_present directory)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${directory}/CMakeLists.txt)
    add_subdirectory(${directory})
  endif()
endfunction()

function(ferrule_warnings target)
  # Clang 19 and later see through libstdc++ 12 that std::stable_sort uses what C++17 deprecated.
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-deprecated-declarations)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # GCC 12's std::stable_sort uses a deprecated function of its own, in a template that Clang sees as ours.
    target_compile_options(${target} PRIVATE -Wno-deprecated-declarations)
  endif()
  if(FERRULE_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# ferrule_library(NAME [LIBRARIES…]): a static library of every .cpp under the current folder. What it makes is linked into
# the plugins as well, whose hosts have no RTTI.
function(ferrule_library target)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(${target} STATIC ${sources})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON LINKER_LANGUAGE CXX)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${target} PRIVATE -fno-rtti)
  target_link_libraries(${target} PUBLIC ${ARGN})
  ferrule_warnings(${target})
endfunction()

# ferrule_plugin(NAME SOURCES…): a module that a Clang program of the same LLVM major loads. Binding is lazy so that the
# guard can speak before a missing symbol does; the archives' symbols stay inside, away from the host's.
function(ferrule_plugin name)
  add_library(${name} MODULE ${ARGN} ${PROJECT_SOURCE_DIR}/tool/host/guard.cc)
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
  target_compile_definitions(${name} PRIVATE FERRULE_PLUGIN="${name}.so" FERRULE_LLVM=${FERRULE_LLVM})
  target_link_libraries(${name} PRIVATE ferrule_host ferrule_clang_headers)
  target_link_options(${name} PRIVATE -Wl,-z,lazy -Wl,--exclude-libs,ALL)
  ferrule_warnings(${name})
  install(TARGETS ${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()
