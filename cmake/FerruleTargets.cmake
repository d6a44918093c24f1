# Helpers that the subdirectories share.
include_guard(GLOBAL)

# Adds the subdirectory if it has a CMakeLists.txt (the runtime can be packaged without the analyser).
function(ferrule_add_if_present directory)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${directory}/CMakeLists.txt)
    add_subdirectory(${directory})
  endif()
endfunction()

function(ferrule_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra)
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
