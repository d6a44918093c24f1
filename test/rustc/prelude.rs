#![allow(dead_code, unused)]
mod prelude {
    #[derive(Clone, Copy)]
    pub enum Colour { Red, Green }
    pub struct Point { x: i32 }
    pub trait Tr { fn run(&self) {} }
}
fn is_send<T: Send + ?Sized>() {}
fn is_sync<T: Sync + ?Sized>() {}
fn is_send_value<T: Send>(_: &T) {}
fn is_sync_value<T: Sync>(_: &T) {}
