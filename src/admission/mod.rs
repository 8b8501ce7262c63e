//! Who gets a place when the server is full: the class of each operation and the gate that counts.
//!
//! Nothing here waits and nothing adapts. Work that may begin is counted; beyond a fixed number it is refused at
//! once, the lists first and what a parent says of herself last. `http/admit.rs` asks on behalf of a request,
//! `db/writer.rs` and `db/pool.rs` keep places by the same classes.

mod class;
mod gate;

pub use class::{Class, OPERATIONS, class_of, named_in_full};
pub use gate::{Gate, Place};

tokio::task_local! {
    static CLASS: Class;
}

/// Runs `work` as work of this class.
pub async fn as_class<F: Future>(class: Class, work: F) -> F::Output {
    CLASS.scope(class, work).await
}

/// The class of the work that asks; what the server does by itself is [`Class::Usual`].
pub fn current() -> Class {
    CLASS.try_with(|class| *class).unwrap_or(Class::Usual)
}
