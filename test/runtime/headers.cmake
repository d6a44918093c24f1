# Compiles each public header alone with all warnings.
file(GLOB headers ${INCLUDE}/ferrule/*.h)
foreach(header IN LISTS headers)
  execute_process(COMMAND ${COMPILER} -std=c++20 -Wall -Wextra -Werror -fsyntax-only -I${INCLUDE} -include ${header} -x c++ /dev/null
    RESULT_VARIABLE status ERROR_VARIABLE messages)
  if(NOT status EQUAL 0)
    message(SEND_ERROR "'${header}' does not compile alone:\n${messages}")
  endif()
endforeach()
