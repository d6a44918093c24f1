# Compiles each of SOURCES with COMPILER. `// error: REGEX` must be refused with such a message; `// analyser: RULE` is what the
# language cannot see: it must compile.
set(failures 0)
foreach(source IN LISTS SOURCES)
  execute_process(COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${INCLUDE} ${source}
    RESULT_VARIABLE status ERROR_VARIABLE messages OUTPUT_QUIET)
  file(STRINGS ${source} expectation REGEX "^// error: " LIMIT_COUNT 1)
  string(REGEX REPLACE "^// error: " "" expected "${expectation}")
  if(expectation AND status EQUAL 0)
    message(SEND_ERROR "'${source}' compiles with ${COMPILER}")
  elseif(expectation AND NOT messages MATCHES "error:[^\n]*(${expected})|(note|required)[^\n]*(${expected})")
    message(SEND_ERROR "'${source}' is refused by ${COMPILER} for another reason:\n${messages}")
  elseif(NOT expectation AND NOT status EQUAL 0)
    message(SEND_ERROR "'${source}' does not compile with ${COMPILER}:\n${messages}")
  endif()
endforeach()
