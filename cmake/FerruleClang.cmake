# Clang's headers and libraries of LLVM ${FERRULE_LLVM}, kept apart: the plugins take the headers and let their host bring the
# code; only programs of our own link.
include_guard(GLOBAL)

set(FERRULE_LLVM_ROOT /usr/lib/llvm-${FERRULE_LLVM} CACHE PATH "Where LLVM ${FERRULE_LLVM} is installed")
if(NOT EXISTS ${FERRULE_LLVM_ROOT}/include/clang/AST/ASTContext.h)
  message(FATAL_ERROR "'${FERRULE_LLVM_ROOT}' has no Clang headers: install libclang-${FERRULE_LLVM}-dev and "
                      "llvm-${FERRULE_LLVM}-dev, set FERRULE_LLVM_ROOT, or build the runtime alone with -DFERRULE_ANALYSER=OFF")
endif()

add_library(ferrule_clang_headers INTERFACE)
target_include_directories(ferrule_clang_headers SYSTEM INTERFACE ${FERRULE_LLVM_ROOT}/include)
target_compile_options(ferrule_clang_headers INTERFACE -fno-rtti)
target_compile_definitions(ferrule_clang_headers INTERFACE
  _GNU_SOURCE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)

find_library(FERRULE_CLANG_CPP NAMES clang-cpp libclang-cpp.so.${FERRULE_LLVM} libclang-cpp.so.${FERRULE_LLVM}.1
             PATHS ${FERRULE_LLVM_ROOT}/lib NO_DEFAULT_PATH)
find_library(FERRULE_LLVM_LIBRARY NAMES LLVM LLVM-${FERRULE_LLVM}
             PATHS ${FERRULE_LLVM_ROOT}/lib NO_DEFAULT_PATH)
if(NOT FERRULE_CLANG_CPP OR NOT FERRULE_LLVM_LIBRARY)
  message(FATAL_ERROR "'${FERRULE_LLVM_ROOT}/lib' has no libclang-cpp.so or no libLLVM.so: install "
                      "libclang-cpp${FERRULE_LLVM}-dev and llvm-${FERRULE_LLVM}-dev")
endif()

add_library(ferrule_clang_link INTERFACE)
target_link_libraries(ferrule_clang_link INTERFACE ${FERRULE_CLANG_CPP} ${FERRULE_LLVM_LIBRARY})
target_link_options(ferrule_clang_link INTERFACE -Wl,-rpath,${FERRULE_LLVM_ROOT}/lib)
