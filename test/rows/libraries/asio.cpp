// needs /usr/include/boost/asio.hpp
// needs /usr/include/openssl/ssl.h
#include "../own.h"
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/signal_set.hpp>
namespace asio = boost::asio;
using asio::ip::tcp; using asio::ip::udp;
struct Rows {
  asio::io_context io;                                         // yes yes yes
  asio::thread_pool pool;                                      // yes yes yes
  asio::system_context* sys;                                   // yes yes no
  asio::io_context::strand iostrand;                           // yes yes yes
  asio::strand<asio::io_context::executor_type> strand;        // yes yes no
  asio::any_io_executor ex;                                    // yes yes no
  asio::io_context::executor_type iex;                         // yes yes no
  asio::thread_pool::executor_type pex;                        // yes yes no
  asio::system_executor sex;                                   // yes yes no
  asio::executor_work_guard<asio::io_context::executor_type> wg; // yes yes no
  asio::io_context::work* w;                                   // if_unique if_unique no
  tcp::socket sock;                                            // yes no no
  udp::socket usock;                                           // yes no no
  tcp::acceptor acc;                                           // yes no no
  tcp::resolver res;                                           // yes no no
  tcp::endpoint ep;                                            // yes yes no
  asio::ip::address addr;                                      // yes yes no
  tcp::resolver::results_type results;                         // yes yes no
  asio::steady_timer tm;                                       // yes no no
  asio::deadline_timer dtm;                                    // yes no no
  asio::signal_set sig;                                        // yes no no
  asio::ssl::stream<tcp::socket> ssl;                          // yes no no
  asio::ssl::context sslctx;                                   // yes unknown no
  asio::streambuf sb;                                          // yes yes no
  asio::mutable_buffer mb;                                     // unknown unknown no
  asio::const_buffer cbuf;                                     // unknown unknown no
  asio::posix::stream_descriptor sd;                           // yes no no
  asio::local::stream_protocol::socket ls;                     // yes no no
  tcp::iostream ios;                                           // yes no no
  asio::io_context* iop;                                       // yes yes no
  tcp::socket& sockr;                                          // if_unique no no
};
