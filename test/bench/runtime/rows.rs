// The rows of main.cpp with Rust's standard library: `rows [ROW…]` prints "row nanoseconds", one batch each.
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Mutex, OnceLock, RwLock};
use std::thread;
use std::time::Instant;

fn scaled(operations: usize) -> usize {
    let scale: f64 = std::env::var("FERRULE_BENCH_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(1.0);
    ((operations as f64 * scale) as usize).max(16)
}

// Runs all bodies in threads that begin together; the seconds until all have ended.
fn in_threads(bodies: Vec<Box<dyn FnOnce() + Send>>) -> f64 {
    let ready = Arc::new(AtomicUsize::new(0));
    let go = Arc::new(AtomicBool::new(false));
    let count = bodies.len();
    let threads: Vec<_> = bodies
        .into_iter()
        .map(|body| {
            let (ready, go) = (ready.clone(), go.clone());
            thread::spawn(move || {
                ready.fetch_add(1, Ordering::SeqCst);
                while !go.load(Ordering::Acquire) {
                    thread::yield_now();
                }
                body()
            })
        })
        .collect();
    while ready.load(Ordering::SeqCst) != count {
        thread::yield_now();
    }
    let start = Instant::now();
    go.store(true, Ordering::Release);
    for thread in threads {
        thread.join().unwrap();
    }
    start.elapsed().as_secs_f64()
}

fn here(body: impl FnOnce()) -> f64 {
    let start = Instant::now();
    body();
    start.elapsed().as_secs_f64()
}

// About 40 ns that no compiler shortens (a linear recurrence would be folded): xorshift, as in common.h.
fn work_outside(mut x: u64) -> u64 {
    for _ in 0..20 {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    black_box(x)
}

trait Message: Send + 'static {
    fn make(number: u64) -> Self;
    fn number(&self) -> u64;
}
impl Message for u64 {
    fn make(number: u64) -> Self {
        number
    }
    fn number(&self) -> u64 {
        *self
    }
}
impl Message for [u64; 8] {
    fn make(number: u64) -> Self {
        [number; 8]
    }
    fn number(&self) -> u64 {
        self[0]
    }
}
impl Message for Box<u64> {
    fn make(number: u64) -> Self {
        Box::new(number)
    }
    fn number(&self) -> u64 {
        **self
    }
}

fn receive<T: Message>(receiver: mpsc::Receiver<T>, count: usize) -> Box<dyn FnOnce() + Send> {
    Box::new(move || {
        let mut sum = 0u64;
        for _ in 0..count {
            sum = sum.wrapping_add(receiver.recv().unwrap().number());
        }
        black_box(sum);
    })
}

fn unbounded<T: Message>(producers: usize, messages: usize) -> f64 {
    let (sender, receiver) = mpsc::channel::<T>();
    let each = messages / producers;
    let mut bodies = vec![receive(receiver, each * producers)];
    for _ in 0..producers {
        let sender = sender.clone();
        bodies.push(Box::new(move || {
            for i in 0..each {
                sender.send(T::make(i as u64)).unwrap();
            }
        }));
    }
    in_threads(bodies)
}

fn bounded<T: Message>(bound: usize, producers: usize, messages: usize) -> f64 {
    let (sender, receiver) = mpsc::sync_channel::<T>(bound);
    let each = messages / producers;
    let mut bodies = vec![receive(receiver, each * producers)];
    for _ in 0..producers {
        let sender = sender.clone();
        bodies.push(Box::new(move || {
            for i in 0..each {
                sender.send(T::make(i as u64)).unwrap();
            }
        }));
    }
    in_threads(bodies)
}

fn same_thread<T: Message>(messages: usize) -> f64 {
    let (sender, receiver) = mpsc::channel::<T>();
    here(|| {
        for i in 0..messages {
            sender.send(T::make(i as u64)).unwrap();
            black_box(receiver.recv().unwrap());
        }
    })
}

fn ping_pong(rounds: usize) -> f64 {
    let (to, at_other) = mpsc::channel::<u64>();
    let (from_other, back) = mpsc::channel::<u64>();
    in_threads(vec![
        Box::new(move || {
            for i in 0..rounds {
                to.send(i as u64).unwrap();
                black_box(back.recv().unwrap());
            }
        }),
        Box::new(move || {
            for i in 0..rounds {
                black_box(at_other.recv().unwrap());
                from_other.send(i as u64).unwrap();
            }
        }),
    ])
}

fn ping_pong_rendezvous(rounds: usize) -> f64 {
    let (to, at_other) = mpsc::sync_channel::<u64>(0);
    let (from_other, back) = mpsc::sync_channel::<u64>(0);
    in_threads(vec![
        Box::new(move || {
            for i in 0..rounds {
                to.send(i as u64).unwrap();
                black_box(back.recv().unwrap());
            }
        }),
        Box::new(move || {
            for i in 0..rounds {
                black_box(at_other.recv().unwrap());
                from_other.send(i as u64).unwrap();
            }
        }),
    ])
}

fn contended(threads: usize, each: usize, works: bool) -> f64 {
    let mutex = Arc::new(Mutex::new(0u64));
    let bodies = (0..threads)
        .map(|thread| {
            let mutex = mutex.clone();
            Box::new(move || {
                let mut x = thread as u64 + 1;
                for _ in 0..each {
                    *mutex.lock().unwrap() += 1;
                    if works {
                        x = work_outside(x);
                    }
                }
            }) as Box<dyn FnOnce() + Send>
        })
        .collect();
    in_threads(bodies)
}

fn arc_clone_2(many: usize) -> f64 {
    let pointer = Arc::new(7u64);
    let bodies = (0..2)
        .map(|_| {
            let own = pointer.clone();
            Box::new(move || {
                for _ in 0..many / 2 {
                    black_box(own.clone());
                }
            }) as Box<dyn FnOnce() + Send>
        })
        .collect();
    in_threads(bodies)
}

static ONCE: OnceLock<u64> = OnceLock::new();

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let many = scaled(400_000);
    let few = scaled(20_000);
    let most = scaled(1_000_000);
    let run = |row: &str, operations: usize, batch: &dyn Fn() -> f64| {
        if wanted.is_empty() || wanted.iter().any(|w| w == row) {
            println!("{} {:.4}", row, batch() / operations as f64 * 1e9);
        }
    };
    for producers in [1, 4] {
        run(&format!("unbounded_{producers}_1"), many, &|| unbounded::<u64>(producers, many));
        run(&format!("unbounded_{producers}_1_64"), many, &|| unbounded::<[u64; 8]>(producers, many));
        run(&format!("unbounded_{producers}_1_owned"), many, &|| unbounded::<Box<u64>>(producers, many));
        run(&format!("bounded_{producers}_1"), many, &|| bounded::<u64>(1024, producers, many));
        run(&format!("bounded_{producers}_1_64"), many, &|| bounded::<[u64; 8]>(1024, producers, many));
        run(&format!("bounded_{producers}_1_owned"), many, &|| bounded::<Box<u64>>(1024, producers, many));
        run(&format!("rendezvous_{producers}_1"), few, &|| bounded::<u64>(0, producers, few));
    }
    run("same_thread", many, &|| same_thread::<u64>(many));
    run("same_thread_64", many, &|| same_thread::<[u64; 8]>(many));
    run("same_thread_owned", many, &|| same_thread::<Box<u64>>(many));
    run("ping_pong", few, &|| ping_pong(few));
    run("ping_pong_rendezvous", few, &|| ping_pong_rendezvous(few));
    run("mutex", most, &|| {
        let mutex = Mutex::new(0u64);
        here(|| (0..most).for_each(|_| *black_box(&mutex).lock().unwrap() += 1))
    });
    run("rwlock_read", most, &|| {
        let lock = RwLock::new(0u64);
        here(|| {
            for _ in 0..most {
                black_box(*black_box(&lock).read().unwrap());
            }
        })
    });
    run("rwlock_write", most, &|| {
        let lock = RwLock::new(0u64);
        here(|| (0..most).for_each(|_| *black_box(&lock).write().unwrap() += 1))
    });
    for threads in [2, 4] {
        let each = many / threads;
        run(&format!("mutex_{threads}_work"), each * threads, &|| contended(threads, each, true));
        run(&format!("mutex_{threads}_empty"), each * threads, &|| contended(threads, each, false));
    }
    run("arc_clone", most, &|| {
        let pointer = Arc::new(7u64);
        here(|| {
            for _ in 0..most {
                black_box(pointer.clone());
            }
        })
    });
    run("arc_clone_2", most, &|| arc_clone_2(most));
    run("arc_make", most, &|| {
        here(|| {
            for _ in 0..most {
                black_box(Arc::new(black_box(7u64)));
            }
        })
    });
    let gets = scaled(5_000_000);
    run("once_get", gets, &|| {
        here(|| {
            // Four at a time: one is no more than the loop around it.
            for _ in 0..gets / 4 {
                black_box(*ONCE.get_or_init(|| 7));
                black_box(*ONCE.get_or_init(|| 7));
                black_box(*ONCE.get_or_init(|| 7));
                black_box(*ONCE.get_or_init(|| 7));
            }
        })
    });
    let spawns = scaled(2000);
    run("spawn_join", spawns, &|| {
        here(|| {
            for i in 0..spawns {
                black_box(thread::spawn(move || i).join().unwrap());
            }
        })
    });
}
