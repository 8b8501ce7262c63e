//! The gate: a count of the work under way, and who may add to it.
//!
//! Work under way is the queue of this server: whatever it waits for inside (a connection, the writer, a core), it
//! waits there, and by Little's law the wait is the count divided by what gets done in a second. A bound on the
//! count is therefore a bound on the wait, whichever part is the narrow one today.

use std::{
    cell::Cell,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use super::Class;
use crate::error::{Error, Result};

/// Counts the work under way. Cheap to clone; the clones count together.
#[derive(Debug, Clone)]
pub struct Gate {
    places: usize,
    taken: Arc<AtomicUsize>,
}

impl Gate {
    /// A gate with this many places.
    pub fn new(places: usize) -> Self {
        Self { places, taken: Arc::default() }
    }

    /// Places taken now.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// A place for work of this class, free again when it is dropped.
    ///
    /// # Errors
    /// 503 at once when the class has no place left.
    pub fn enter(&self, class: Class) -> Result<Place> {
        let place = Place { gate: self.clone(), class, inside: Cell::new(false) };
        place.enter()?;
        Ok(place)
    }
}

/// A place at the gate.
#[derive(Debug)]
pub struct Place {
    gate: Gate,
    class: Class,
    inside: Cell<bool>,
}

impl Place {
    fn enter(&self) -> Result<()> {
        let share = self.class.share_of(self.gate.places);
        let one_more = |taken: usize| (taken < share).then_some(taken + 1);
        match self.gate.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more) {
            Ok(_) => {
                self.inside.set(true);
                Ok(())
            }
            Err(_) => {
                metrics::counter!("requests_shed_total", "class" => self.class.as_str()).increment(1);
                Err(Error::overloaded())
            }
        }
    }

    /// Gives the place back before it is dropped.
    pub fn leave(&self) {
        if self.inside.replace(false) {
            self.gate.taken.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Waits for the client without a place: whoever sends slowly keeps nobody out. What is there already costs no
    /// second turn at the gate.
    ///
    /// # Errors
    /// 503 when the server filled up meanwhile.
    pub async fn waiting_for_client<F: Future>(&self, coming: F) -> Result<F::Output> {
        let mut coming = pin!(coming);
        let first = std::future::poll_fn(|context| Poll::Ready(coming.as_mut().poll(context))).await;
        if let Poll::Ready(come) = first {
            return Ok(come);
        }
        self.leave();
        let come = coming.await;
        self.enter()?;
        Ok(come)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

    use super::*;

    /// LIM-3.
    #[test]
    fn who_is_shed_first_finds_no_place_while_care_still_does() {
        let gate = Gate::new(16);
        let fill = |class| std::iter::from_fn(|| gate.enter(class).ok()).collect::<Vec<_>>();
        let extra = fill(Class::Extra);
        assert_eq!((extra.len(), gate.taken()), (8, 8));
        let usual = fill(Class::Usual);
        assert_eq!((usual.len(), gate.taken()), (4, 12));
        let care = fill(Class::Care);
        assert_eq!((care.len(), gate.taken()), (4, 16));
        drop(usual);
        assert_eq!(fill(Class::Extra).len(), 0, "12 places are taken, more than its half");
        drop((extra, care));
        assert_eq!(gate.taken(), 0);
    }

    #[test]
    fn a_place_is_given_back_once() {
        let gate = Gate::new(4);
        let place = gate.enter(Class::Care).expect("there is room");
        place.leave();
        place.leave();
        assert_eq!(gate.taken(), 0);
        drop(place);
        assert_eq!(gate.taken(), 0);
    }

    /// FND-11.
    #[test]
    fn who_waits_for_the_client_holds_no_place() {
        let gate = Gate::new(1);
        let mut context = Context::from_waker(Waker::noop());
        let slow = gate.enter(Class::Care).expect("there is room");
        let (send, sent) = tokio::sync::oneshot::channel::<()>();
        let mut waiting = Box::pin(slow.waiting_for_client(sent));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        assert_eq!(gate.taken(), 0);

        let other = gate.enter(Class::Care).expect("there is room again");
        send.send(()).expect("it waits");
        let Poll::Ready(Err(refused)) = waiting.as_mut().poll(&mut context) else { panic!("full by now") };
        assert_eq!(refused.code(), crate::error::ErrorCode::Overloaded);
        drop(waiting);
        drop((slow, other));
        assert_eq!(gate.taken(), 0);
    }

    #[test]
    fn what_is_there_already_needs_no_second_turn() {
        let gate = Gate::new(1);
        let mut context = Context::from_waker(Waker::noop());
        let place = gate.enter(Class::Care).expect("there is room");
        let mut waiting = Box::pin(place.waiting_for_client(std::future::ready(7)));
        let Poll::Ready(Ok(7)) = waiting.as_mut().poll(&mut context) else { panic!("it was there") };
        assert_eq!(gate.taken(), 1);
    }
}
