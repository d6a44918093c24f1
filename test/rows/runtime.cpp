#include "own.h"

#include <ferrule/ferrule.h>

struct Rows {
  ferrule::Mutex<Plain> mutex;                  // yes yes yes
  ferrule::Mutex<Cell> mutex_cell;              // yes yes yes
  ferrule::Mutex<Bound> mutex_bound;            // no no no
  ferrule::RwLock<Plain> lock;                  // yes yes yes
  ferrule::RwLock<Cell> lock_cell;              // yes no no
  ferrule::Arc<Plain> arc;                      // yes yes no
  ferrule::Arc<Cell> arc_cell;                  // no no no
  ferrule::Arc<Bound> arc_bound;                // no no no
  ferrule::Arc<ferrule::Mutex<Cell>> shared;    // yes yes no
  ferrule::Weak<Cell> weak_cell;                // no no no
  ferrule::JoinHandle<Plain> handle;            // yes yes no
  ferrule::Sender<Plain> sender;                // yes yes yes
  ferrule::Sender<Bound> sender_bound;          // no no no
  ferrule::Receiver<Cell> receiver;             // yes no no
  ferrule::Arc<ferrule::Receiver<int>> wrong;   // no no no
};
